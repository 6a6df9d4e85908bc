"""A buyer with contracts and spending of its own, made in few words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.closings.models import Closing
from api.contracts.models import Amendment, Contract, ContractSupplier, Origin
from api.rules.records import Kind
from api.spending import joining
from api.spending.models import JoinedBy, JoinReason, Spending
from api.suppliers.models import Supplier

PAYEE = "00000062000013"
SISTER = "00000062000021"
STRANGER = "00000099900014"


@dataclass
class World:
    """A buyer alone on the platform, and hands to make what it holds."""

    session: Session
    buyer: Organisation

    @classmethod
    def new(cls, session: Session, siret: str = "00000045600019") -> "World":
        """A buyer that holds nothing."""
        buyer = Organisation(siret=siret, name="Acheteur d’essai", kind=OrganisationKind.BUYER)
        session.add(buyer)
        session.flush()
        return cls(session, buyer)

    @classmethod
    def of(cls, session: Session, buyer_id: UUID) -> "World":
        """The same buyer, in another session."""
        return cls(session, session.get_one(Organisation, buyer_id))

    def contract(
        self,
        reference: str,
        day: date | None = date(2024, 1, 15),
        months: int | None = 12,
        holders: Iterable[str] = (PAYEE,),
        **said: Any,
    ) -> UUID:
        """A contract of the buyer, held by these SIRET."""
        made = Contract(
            buyer_id=self.buyer.id,
            kind=Kind.CONTRACT,
            reference=reference,
            notified_on=day,
            months=months,
            listed_on=day or date(1, 1, 1),
            origin=Origin.FORM,
            search_text="",
            **said,
        )
        self.session.add(made)
        self.session.flush()
        for position, siret in enumerate(holders):
            link = ContractSupplier(
                contract_id=made.id, position=position, supplier_id=self.company(siret)
            )
            self.session.add(link)
        self.session.flush()
        return made.id

    def company(self, siret: str) -> UUID:
        """The sheet of a company, made if it is not there."""
        found = self.session.scalars(
            sa.select(Supplier).where(
                col(Supplier.id_type) == "SIRET", col(Supplier.identifier) == siret
            )
        ).first()
        if found is None:
            found = Supplier(id_type="SIRET", identifier=siret, name=f"Entreprise {siret}")
            self.session.add(found)
            self.session.flush()
        return found.id

    def amend(self, contract_id: UUID, months: int | None, position: int = 0) -> None:
        """An amendment that says a new whole length."""
        self.session.add(
            Amendment(
                contract_id=contract_id,
                position=position,
                number=position + 1,
                notified_on=None,
                published_on=None,
                months=months,
                amount=None,
                suppliers=None,
                purpose=None,
            )
        )
        self.session.flush()

    def spend(self, day: date | int = date(2024, 6, 1), **said: Any) -> UUID:
        """A line paid on a day, or in a year of which the day is not said."""
        dated = {"year": day} if isinstance(day, int) else {"year": day.year, "paid_on": day}
        line = Spending(
            buyer_id=self.buyer.id, amount=1000, **{"payee_siret": PAYEE, **dated, **said}
        )
        self.session.add(line)
        self.session.flush()
        return line.id

    def close(self, year: int, person_id: UUID) -> None:
        """Close a year."""
        self.session.add(Closing(organisation_id=self.buyer.id, year=year, closed_by=person_id))
        self.session.flush()

    def run(self) -> int:
        """Join the spending of the buyer."""
        return joining.run(self.session, self.buyer.id)

    def joined(self, spending_id: UUID) -> tuple[UUID | None, JoinedBy | None, JoinReason | None]:
        """The contract of a line, how it was found, and why."""
        line = self.session.get_one(Spending, spending_id)
        return line.contract_id, line.joined_by, line.join_reason

    def outcome(self, spending_id: UUID) -> tuple[UUID | None, JoinReason | None]:
        """The contract of a line after a run, and why."""
        self.run()
        contract_id, _by, reason = self.joined(spending_id)
        return contract_id, reason
