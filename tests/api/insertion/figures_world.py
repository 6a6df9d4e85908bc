"""A buyer and a facilitator made for one test, with hours written straight into the tables.

Hours are whole hours here, quarter-hours in the database. The pilot and the reader of the
demonstration read the buyer's figures; its facilitator account reads those of the facilitator.
"""

from collections.abc import Iterable
from datetime import date
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Mandate, Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.contracts.models import Contract, Origin
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.clauses.models import Clause
from api.insertion.statements.models import HoursLine, Statement, StatementSource
from api.kit.days import today
from api.rules.hours.vocabulary import (
    ClauseStatus,
    ClauseType,
    EvidenceFrequency,
    StatementState,
    Unit,
)
from api.rules.records import Kind
from tests.operations import Service

_numbers = count(1)
LAST = today().year - 1
PEOPLE = {
    "pilot": Role.PILOT,
    "reader": Role.READER,
    "publisher": Role.PUBLISHER,
    "administrator": Role.ADMINISTRATOR,
}


def month(text: str) -> date:
    """The first day of a month: "2024-03"."""
    return date.fromisoformat(f"{text}-01")


class World:
    """One buyer, one facilitator, what they follow."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.buyer = self._organisation("7", OrganisationKind.BUYER, PEOPLE)
        holder = {"facilitator": Role.FACILITATOR}
        self.facilitator = self._organisation("8", OrganisationKind.FACILITATOR, holder)
        self.mandate(self.buyer, self.facilitator)

    def add(self, *rows: SQLModel) -> None:
        """Write rows."""
        with Session(self.service.app.state.engines.write, expire_on_commit=False) as session:
            session.add_all(rows)
            session.commit()

    def execute(self, statement: sa.Executable) -> None:
        """Change rows."""
        with Session(self.service.app.state.engines.write) as session, session.begin():
            session.execute(statement)

    def _organisation(
        self, kind: str, nature: OrganisationKind, people: dict[str, Role]
    ) -> Organisation:
        number = next(_numbers)
        siret = f"000000{kind}{number:05}00"
        made = Organisation(siret=siret, name=f"Organisation {kind}{number}", kind=nature)
        self.add(made)
        for account, role in people.items():
            self.member(account, made, role)
        return made

    def member(self, account: str, organisation: Organisation, role: Role) -> None:
        """Give an account a role in an organisation."""
        email = f"{account}@demo.example"
        with Session(self.service.app.state.engines.write) as session, session.begin():
            person = session.scalars(
                sa.select(col(Person.id)).where(col(Person.email) == email)
            ).one()
            session.add(Membership(person_id=person, organisation_id=organisation.id, role=role))

    def another_buyer(self) -> Organisation:
        """One more buyer of the same facilitator; the pilot's too."""
        made = self._organisation("7", OrganisationKind.BUYER, PEOPLE)
        self.mandate(made, self.facilitator)
        return made

    def another_facilitator(self) -> Organisation:
        """One more facilitator of the same buyer, that no account works for."""
        made = self._organisation("8", OrganisationKind.FACILITATOR, {})
        self.mandate(self.buyer, made)
        return made

    def mandate(self, buyer: Organisation, facilitator: Organisation) -> Mandate:
        """A mandate that runs."""
        made = Mandate(buyer_id=buyer.id, facilitator_id=facilitator.id, starts_on=date(2020, 1, 1))
        self.add(made)
        return made

    def clause(
        self,
        *,
        buyer: Organisation | None = None,
        facilitator: Organisation | None = None,
        amount: int | None = None,
        hours: int | None = 1000,
        **facts: Any,
    ) -> Clause:
        """A clause of a new contract; ``amount`` in euros."""
        buyer_id = (buyer or self.buyer).id
        contract = Contract(
            buyer_id=buyer_id,
            kind=Kind.CONTRACT,
            reference=f"I-{next(_numbers)}",
            amount=None if amount is None else amount * 100,
            listed_on=date(2024, 1, 1),
            published_on=date(2024, 1, 1),
            origin=Origin.FORM,
            search_text="",
        )
        self.add(contract)
        known: dict[str, Any] = {
            "title": "Entretien",
            "kind": ClauseType.EXECUTION_CONDITION,
            "unit": Unit.HOURS,
            "evidence_frequency": EvidenceFrequency.MONTHLY,
            "status": ClauseStatus.RUNNING,
            "starts_on": date(2024, 1, 1),
            "ends_on": date(2025, 12, 31),
        }
        made = Clause(
            buyer_id=buyer_id,
            contract_id=contract.id,
            facilitator_id=(facilitator or self.facilitator).id,
            hours=None if hours is None else hours * 4,
            **(known | facts),
        )
        self.add(made)
        return made

    def person(self, facilitator: Organisation | None = None, **facts: Any) -> Beneficiary:
        """Somebody, of whom these facts are known."""
        made = Beneficiary(
            facilitator_id=(facilitator or self.facilitator).id,
            pseudonym=f"B-W{next(_numbers)}",
            **facts,
        )
        self.add(made)
        return made

    def persons(self, number: int, **facts: Any) -> list[Beneficiary]:
        """Several who are alike."""
        return [self.person(**facts) for _ in range(number)]

    def state(
        self,
        clause: Clause,
        when: str,
        lines: Iterable[dict[str, Any]],
        state: StatementState = StatementState.VALIDATED,
    ) -> Statement:
        """A statement of a month; a line holds ``hours`` and what else is known of it."""
        assert clause.facilitator_id is not None
        made = Statement(
            clause_id=clause.id,
            month=month(when),
            state=state,
            source=StatementSource.SITE,
            buyer_id=clause.buyer_id,
            facilitator_id=clause.facilitator_id,
        )
        self.add(made)
        self.add(*(self._line(made, clause, place, one) for place, one in enumerate(lines)))
        return made

    def _line(
        self, statement: Statement, clause: Clause, place: int, told: dict[str, Any]
    ) -> HoursLine:
        hours, training = int(told["hours"] * 4), int(told.get("training", 0) * 4)
        counted = hours + (training if clause.training_counted else 0)
        rest = {name: told[name] for name in told.keys() - {"hours", "training", "person"}}
        person = told.get("person")
        return HoursLine(
            statement_id=statement.id,
            clause_id=clause.id,
            buyer_id=clause.buyer_id,
            facilitator_id=statement.facilitator_id,
            month=statement.month,
            position=place,
            beneficiary_id=person.id if person else None,
            hours=hours,
            training=training,
            counted=0 if told.get("outside") else counted,
            **rest,
        )

    def work(self, clause: Clause, when: str, people: Iterable[Beneficiary], hours: float) -> None:
        """The same validated hours for each of them."""
        self.state(clause, when, [{"person": one, "hours": hours} for one in people])

    def ask(self, account: str, siret: str | None, year: int | str, **more: Any) -> Any:
        """The answer to a question about figures."""
        query = {"organisation": siret, "year": year, **more}
        return self.service.client.get(
            "/api/v1/insertion/figures", params=query, headers=self.service.as_(account)
        )

    def figures(
        self, account: str = "facilitator", year: int = 2024, siret: str | None = None, **more: Any
    ) -> Any:
        """The figures of the buyer, or of another organisation."""
        answer = self.ask(account, siret or self.buyer.siret, year, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()


def cells(figures: Any, by: str) -> dict[str, tuple[Any, Any, str]]:
    """A breakdown: hours, persons, status of each key."""
    (found,) = (one for one in figures["breakdowns"] if one["by"] == by)
    return {one["key"]: (one["hours"], one["persons"], one["status"]) for one in found["cells"]}


def closed(world: World, year: int = LAST) -> str:
    """Close a year of the buyer; answers the closing."""
    body = {"organisation": world.buyer.siret, "year": year}
    made = world.service.make("/api/v1/closings", body, "pilot")
    return str(made["id"])


def reopened(world: World, closing: str) -> None:
    answer = world.service.client.post(
        f"/api/v1/closings/{closing}/reopen",
        json={"reason": "Un relevé manquait"},
        headers=world.service.as_("administrator"),
    )
    assert answer.status_code == 200, answer.text


def file_of(world: World) -> Any:
    answer = world.service.client.get(f"/opendata/{world.buyer.siret}/insertion.json")
    assert answer.status_code == 200, answer.text
    return answer.json()


def year_of(file: Any, year: int = LAST) -> Any:
    (found,) = (one for one in file["annees"] if one["annee"] == year)
    return found


def clause(world: World, **facts: Any) -> Clause:
    """A clause of the last year that is over."""
    return world.clause(starts_on=date(LAST, 1, 1), ends_on=date(LAST, 12, 31), **facts)
