"""The figures of a closed year as they were arrested: what a buyer and the public are told of it.

Facts of persons move every day, and the difference of two readings would tell of the one person
who came in between. So they are told once: when the year is closed, in the same transaction. After
a year was opened again, corrected and closed again, hours are new; persons, and hours by their
facts, stay as first told, unless they were all secret. Situations six and twelve months after are
told once too, with the closing of a later year.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.closings.models import Closing
from api.insertion.figures.breakdowns import OF_CLAUSE
from api.insertion.figures.models import PublishedInsertion
from api.insertion.figures.schemas import InsertionFigures
from api.insertion.figures.service import protected
from api.rules.hours.vocabulary import ExitCheckpoint

Told = dict[str, Any]
# What an answer says of persons, beside those of each clause.
_OF_PERSONS: Final = (
    "persons_as_of",
    "persons_hours",
    "beneficiaries",
    "women",
    "long_paths",
    "exits",
)
_BY_CLAUSE: Final = frozenset(one.by for one in OF_CLAUSE)


def keep(session: Session, buyer: Organisation, closing: Closing) -> None:
    """Arrest the figures of a year of a buyer that is being closed, once for that closing."""
    if buyer.kind is not OrganisationKind.BUYER:
        return
    told = protected(session, buyer, closing.year).model_dump(mode="json")
    if not _standing(session, buyer.id, col(Closing.year) > closing.year):
        told["exits"] = [one for one in told["exits"] if one["checkpoint"] == ExitCheckpoint.END]
    before = session.scalars(
        sa.select(PublishedInsertion)
        .where(
            col(PublishedInsertion.buyer_id) == buyer.id,
            col(PublishedInsertion.year) == closing.year,
        )
        .order_by(col(PublishedInsertion.created_at).desc())
    ).first()
    content = told if before is None else _as_first_told(before.content, told)
    session.add(
        PublishedInsertion(
            buyer_id=buyer.id, year=closing.year, closing_id=closing.id, content=content
        )
    )
    for one in _standing(session, buyer.id, col(Closing.year) == closing.year - 1):
        _complete_exits(session, buyer, one)


def arrested(session: Session, buyer_id: UUID, year: int) -> InsertionFigures | None:
    """The figures of a year that stands closed, None of another one."""
    found = _standing(session, buyer_id, col(Closing.year) == year)
    return InsertionFigures.model_validate(found[0].content) if found else None


def closed_since(session: Session, buyer_id: UUID, first_year: int) -> list[PublishedInsertion]:
    """What was arrested of the years that stand closed, from a year on, in their order."""
    return _standing(session, buyer_id, col(Closing.year) >= first_year)


def of_buyers(
    session: Session, buyers: Sequence[UUID], first_year: int, last_year: int
) -> dict[tuple[UUID, int], InsertionFigures]:
    """What was arrested of these buyers and of the years that stand closed, both years included."""
    rows = session.scalars(
        sa.select(PublishedInsertion)
        .join(Closing, col(Closing.id) == col(PublishedInsertion.closing_id))
        .where(
            col(PublishedInsertion.buyer_id).in_(buyers),
            col(Closing.reopened_at).is_(None),
            col(PublishedInsertion.year).between(first_year, last_year),
        )
    )
    return {(one.buyer_id, one.year): InsertionFigures.model_validate(one.content) for one in rows}


def _standing(
    session: Session, buyer_id: UUID, years: sa.ColumnElement[bool]
) -> list[PublishedInsertion]:
    return list(
        session.scalars(
            sa.select(PublishedInsertion)
            .join(Closing, col(Closing.id) == col(PublishedInsertion.closing_id))
            .where(
                col(PublishedInsertion.buyer_id) == buyer_id,
                col(Closing.reopened_at).is_(None),
                years,
            )
            .order_by(col(PublishedInsertion.year))
        )
    )


def _as_first_told(first: Told, told: Told) -> Told:
    """Today's hours with the persons as first told; of secrets no difference can be taken."""
    if first["beneficiaries"]["at_least"] is None:
        paths = first["long_paths"]
        return told if paths["status"] == "secret" else {**told, "long_paths": paths}
    persons = {one["id"]: one for one in first["clauses"]}
    return {
        **told,
        # An answer kept by an earlier version may lack one.
        **{name: first.get(name) for name in _OF_PERSONS},
        "breakdowns": _breakdowns(first["breakdowns"], told["breakdowns"]),
        "clauses": [_with_persons(one, persons.get(one["id"])) for one in told["clauses"]],
    }


def _breakdowns(first: list[Told], told: list[Told]) -> list[Told]:
    """By a fact of persons: whole, as first told. By a fact of clauses: the persons alone, because
    the hours of clauses are public, and are today's."""
    before = {one["by"]: one for one in first}
    found = []
    for one in told:
        kept = before[one["by"]]
        if one["by"] in _BY_CLAUSE:
            persons = {cell["key"]: cell for cell in kept["cells"]}
            cells = [_with_persons(cell, persons.get(cell["key"])) for cell in one["cells"]]
            kept = {**one, "cells": cells}
        found.append(kept)
    return found


def _with_persons(one: Told, first: Mapping[str, Any] | None) -> Told:
    """A clause, or a group of clauses, with the persons first told of it."""
    if first is None:
        return {**one, "persons": None, "status": "secret"}
    return {**one, "persons": first["persons"], "status": first["status"]}


def _complete_exits(session: Session, buyer: Organisation, kept: PublishedInsertion) -> None:
    """Tell the situations that were too early to tell, of the very persons already told of."""
    if len(kept.content["exits"]) == len(ExitCheckpoint):
        return
    told = protected(session, buyer, kept.year).model_dump(mode="json")
    if told["beneficiaries"] == kept.content["beneficiaries"]:
        later = told["exits"][len(kept.content["exits"]) :]
        kept.content = {**kept.content, "exits": [*kept.content["exits"], *later]}
        session.add(kept)
