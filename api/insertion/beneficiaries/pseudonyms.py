"""Pseudonyms of persons: drawn, so that they tell nothing and can't be counted."""

import secrets
from collections.abc import Callable

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary

# Without what is misread on paper or over the telephone: 0 O, 1 I L, 2 Z is told apart by the
# missing Z, 5 by the missing S, 8 by the missing B, V by the missing U.
ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
_TRIES = 20


def draw() -> str:
    """A pseudonym of the form B-7K3M-Q2: one of some 300 million."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(6))
    return f"B-{letters[:4]}-{letters[4:]}"


def fresh(session: Session, drawn: Callable[[], str] = draw) -> str:
    """A pseudonym that nobody bears.

    Raises RuntimeError when twenty drawn in a row were taken, which only a broken source of
    randomness does.
    """
    for _ in range(_TRIES):
        pseudonym = drawn()
        taken = sa.select(col(Beneficiary.id)).where(col(Beneficiary.pseudonym) == pseudonym)
        if session.scalars(taken).first() is None:
            return pseudonym
    raise RuntimeError("no free pseudonym was drawn")
