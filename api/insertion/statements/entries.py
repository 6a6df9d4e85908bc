"""What a way of stating hours hands over: who states, one entry per line, and what became of it."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from api.rules.hours.vocabulary import Modality, PublicFamily, Sex

Remark = tuple[str, str]
"""A field of the entry and a sentence in French."""


@dataclass(frozen=True)
class Author:
    """Who states: a person or nobody (a company by its link), within ``pairs`` of a facilitator
    and a buyer. A clause of another pair, or of nobody, does not exist for them."""

    person_id: UUID | None
    pairs: Set[tuple[UUID, UUID]]


class Entry(NamedTuple):
    """Hours of one person (``beneficiary``, a pseudonym) or of several together (``persons``).

    Whole quarter-hours; ``month`` by its first day. ``worked_hours`` are those that the employer
    attests for that employment and month. A tuple: a file makes thousands of them.
    """

    clause_id: UUID
    month: date
    hours: int
    training_hours: int = 0
    beneficiary: str | None = None
    persons: int | None = None
    sex: Sex | None = None
    public: PublicFamily | None = None
    modality: Modality | None = None
    employment_id: UUID | None = None
    worked_hours: int | None = None


class Outcome(NamedTuple):
    """What became of the entry at ``place``, from 0: refused when it has errors."""

    place: int
    statement_id: UUID | None
    errors: list[Remark]
    warnings: list[Remark]
