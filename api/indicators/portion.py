"""What part of an organisation's rows a figure is of: a directorate, a purchase family, or all."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor
from api.consultations.models import Consultation
from api.contracts.models import Contract
from api.indicators.facts.registry import NOT_BY
from api.indicators.facts.source import By, sql
from api.indicators.whose import readable_buyer
from api.insertion.clauses.models import Clause
from api.kit.alphabet import first_of, in_order
from api.kit.problems import FieldError, Invalid, NotFound
from api.programme.models import Project
from api.rules.indicators.facts.specs import NBSP
from api.rules.indicators.vocabulary import Fact
from api.spending.models import Spending

# Where a family is said of a row: the buyer, and the family.
_SAID = (
    (sql(Contract.buyer_id), sql(Contract.purchase_family)),
    (sql(Consultation.buyer_id), sql(Consultation.purchase_family)),
    (sql(Project.buyer_id), sql(Project.purchase_family)),
    (sql(Clause.buyer_id), sql(Clause.purchase_family)),
    (sql(Spending.buyer_id), sql(Spending.family)),
)
# More than a person reads in a list.
_MOST = 500


class Portion(NamedTuple):
    """A directorate, a purchase family, both at once, or neither: everything."""

    directorate_id: UUID | None = None
    family: str | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """The parameters of what is asked for."""
        told = {By.DIRECTORATE: self.directorate_id, By.FAMILY: self.family}
        return {one.value: value for one, value in told.items() if value is not None}

    @property
    def by(self) -> frozenset[By]:
        """By what rows are chosen."""
        return frozenset(map(By, self.asked))

    def tells_of(self, fact: Fact) -> bool:
        """Whether a fact has a figure of it: some are of the whole buyer by nature."""
        return self.missing(fact) is None

    def missing(self, fact: Fact) -> By | None:
        """By what a fact is not told, of what is asked for."""
        by = self.by
        return next((one for one in By if one in by and fact in NOT_BY[one]), None) if by else None


WHOLE = Portion()


def check(session: Session, portion: Portion, buyers: Sequence[Organisation]) -> None:
    """Refuse a directorate that is of none of these organisations (NotFound), and a family that
    none of their rows has (Invalid): its figures would be zeros that nobody meant."""
    ids = [one.id for one in buyers]
    if portion.directorate_id is not None:
        found = session.get(Directorate, portion.directorate_id)
        if found is None or found.organisation_id not in ids:
            raise NotFound
    if portion.family is not None and not session.scalar(_is_said(portion.family, ids)):
        message = (
            f"Aucune fiche de cette organisation n’a cette famille d’achats{NBSP}: choisissez-en "
            "une parmi celles qu’elle emploie."
        )
        raise Invalid(errors=[FieldError(loc=["query", "family"], message=message)])


def _is_said(wanted: str, buyers: Sequence[UUID]) -> sa.Select[tuple[bool]]:
    found = (sa.exists().where(buyer.in_(buyers), family == wanted) for buyer, family in _SAID)
    return sa.select(sa.or_(*found))


def families(session: Session, actor: Actor, siret: str, only: str | None = None) -> list[str]:
    """The purchase families that an organisation's rows have, the first ones in alphabetical order;
    ``only``: that one, when a row has it, were it not among the first.

    Raises NotFound, Forbidden.
    """
    buyer = readable_buyer(session, actor, siret)
    if only is not None:
        return [only] if session.scalar(_is_said(only, [buyer.id])) else []
    return sorted(session.scalars(_FAMILIES, {"buyer": buyer.id}), key=in_order)


# Written once: its many steps take longer to write than to run.
_FAMILIES = first_of(
    sa.union(
        *(
            sa.select(family.label("text")).where(
                whose == sa.bindparam("buyer", type_=sa.Uuid()), family.is_not(None)
            )
            for whose, family in _SAID
        )
    ),
    _MOST,
)
