"""Rows of law: where each comes from, when it is in force, and whether the text itself was read.

A row that nobody has checked against the text says so: ``verified`` is false and ``to_check``
tells, in French, what is left to read.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

Sentence = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Row(BaseModel):
    """A row that is read once and never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Sourced(Row):
    """Where a row comes from and when it is in force: both days included, ``None`` no bound."""

    source: Sentence
    in_force_from: date | None
    in_force_to: date | None
    verified: bool
    to_check: Sentence | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if self.verified is (self.to_check is not None):
            raise ValueError("to_check: given if and only if the row is not verified")
        if self.in_force_from and self.in_force_to and self.in_force_from > self.in_force_to:
            raise ValueError("in_force_to is before in_force_from")
        return self


def in_force(row: Sourced, day: date) -> bool:
    """Whether a row applies to a notice sent on ``day``; its first and last days count."""
    begun = row.in_force_from is None or row.in_force_from <= day
    return begun and (row.in_force_to is None or day <= row.in_force_to)
