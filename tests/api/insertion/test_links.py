"""Links for companies: one clause, one month, once, and nothing else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, col

from api.access.models import Mandate
from api.access.service import by_siret
from api.contracts.models import ContractSupplier
from api.insertion.beneficiaries.models import Employment
from api.insertion.clauses.models import Clause
from api.insertion.links.discretion import NOT_HERE
from api.insertion.links.models import StatementLink
from api.insertion.links.schemas import MAX_REFUSALS
from api.insertion.statements.models import Statement
from api.kit import tokens
from api.kit.audit import AuditEvent as Event
from api.kit.columns import now
from api.kit.days import today
from api.suppliers.models import Supplier
from tests.api.insertion.months import (
    change_person,
    employment_of,
    line,
    read,
    send,
    stated,
    warned,
)
from tests.cases.links import MONTH
from tests.cases.statements import clause_of, person_of
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

LINES = [{"persons": 3, "hours": "120.50"}, {"persons": 1, "sex": "f", "hours": "35.25"}]


@pytest.fixture
def made(service: Service) -> Things:
    """A link of a new clause."""
    return service.things("link")


def ask(service: Service, link: str) -> Response:
    return service.client.post("/api/v1/insertion/company-statements/read", json={"link": link})


def state(service: Service, link: str, lines: Any = LINES, **more: Any) -> Response:
    body = {"link": link, "lines": lines, **more}
    return service.client.post("/api/v1/insertion/company-statements", json=body)


def change(service: Service, made: Things, **values: Any) -> None:
    wanted = col(StatementLink.id) == UUID(made.ids["link_id"])
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.update(StatementLink).where(wanted).values(**values))


def statements(service: Service) -> int:
    with Session(service.app.state.engines.read) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Statement)) or 0


def is_dead(answer: Response) -> bool:
    return (answer.status_code, answer.json()["type"]) == (410, "dead-link")


def test_a_company_states_its_month_and_gets_a_receipt(service: Service, made: Things) -> None:
    link = made.ids["link"]
    asked = ask(service, link).json()
    assert asked["month"] == MONTH
    assert asked["received_at"] is None
    answer = state(service, link, comment="Équipe de mars")
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    assert receipt["hours"] == "155.75"
    assert receipt["receipt"]
    assert ask(service, link).json() == receipt


def test_what_a_company_states_waits_for_the_facilitator(service: Service, made: Things) -> None:
    """R-H5: a company states for its own contract, and its hours are submitted, never validated."""
    state(service, made.ids["link"], comment="Équipe de mars")
    with Session(service.app.state.engines.read) as session:
        statement = session.scalars(
            sa.select(Statement)
            .join(StatementLink, col(StatementLink.statement_id) == col(Statement.id))
            .where(col(StatementLink.id) == UUID(made.ids["link_id"]))
        ).one()
    assert (statement.state, statement.source) == ("submitted", "company")
    assert statement.comment == "Équipe de mars"
    assert statement.submitted_at is not None


def test_a_link_serves_once(service: Service, made: Things) -> None:
    link = made.ids["link"]
    assert state(service, link).status_code == 201
    before = statements(service)
    again = state(service, link)
    assert (again.status_code, again.json()["type"]) == (409, "link-used")
    assert statements(service) == before


def test_a_link_sent_twice_at_once_makes_one_statement(service: Service, made: Things) -> None:
    before = statements(service)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: state(service, made.ids["link"]), range(4)))
    assert sorted(one.status_code for one in answers) == [201, 409, 409, 409]
    assert statements(service) == before + 1


def test_a_refused_line_is_told_and_leaves_the_link_good(service: Service, made: Things) -> None:
    before = statements(service)
    refused = state(service, made.ids["link"], [*LINES, {"persons": 1, "hours": "221.00"}])
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["loc"][:3] == ["body", "lines", 2]
    assert statements(service) == before
    assert state(service, made.ids["link"]).status_code == 201


def test_an_expired_link_is_dead(service: Service, made: Things) -> None:
    change(service, made, expires_at=now() - timedelta(seconds=1))
    assert is_dead(ask(service, made.ids["link"]))
    assert is_dead(state(service, made.ids["link"]))


def test_a_revoked_link_is_dead_at_once(service: Service, made: Things) -> None:
    url = f"/api/v1/insertion/links/{made.ids['link_id']}"
    assert service.client.delete(url, headers=service.as_("facilitator")).status_code == 204
    assert is_dead(ask(service, made.ids["link"]))


@pytest.fixture
def mandate_over(service: Service) -> Iterator[None]:
    """The mandate of the demonstration buyer ended yesterday."""
    with Session(service.app.state.engines.write) as session, session.begin():
        buyer = by_siret(session, DEMONSTRATION)
        assert buyer is not None
        own = sa.update(Mandate).where(
            col(Mandate.buyer_id) == buyer.id, col(Mandate.starts_on) > date(2000, 1, 1)
        )
        session.execute(own.values(ends_on=today() - timedelta(days=1)))
    yield
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(own.values(ends_on=None))


def test_a_link_dies_with_the_mandate(
    service: Service, made: Things, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("mandate_over")
    assert is_dead(ask(service, made.ids["link"]))
    assert is_dead(state(service, made.ids["link"]))


@pytest.mark.parametrize("part", ["head", "body", "signature", "empty", "other key", "access"])
def test_a_forged_link_is_dead(service: Service, made: Things, part: str) -> None:
    key = service.app.state.settings.signing_key
    head, body, signature = made.ids["link"].split(".")
    forged = {
        "head": f"A{head}.{body}.{signature}",
        "body": f"{head}.{body[:-2]}AA.{signature}",
        "signature": f"{head}.{body}.{signature[::-1]}",
        "empty": " ",
        "other key": tokens.issue_link("k" * 48, made.ids["link_id"], now() + timedelta(days=1)),
        "access": tokens.issue(key, made.ids["link_id"]),
    }[part]
    answer = ask(service, forged)
    assert is_dead(answer) or (part == "empty" and answer.status_code == 422)


def test_a_link_is_no_access_token(service: Service, made: Things) -> None:
    headers = {"Authorization": f"Bearer {made.ids['link']}"}
    assert service.client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_company_learns_nothing_of_persons(service: Service, made: Things) -> None:
    asked = ask(service, made.ids["link"]).json()
    assert not {"lines", "beneficiaries", "persons"} & asked.keys()


def test_a_month_that_the_facilitator_states_is_not_taken_over(
    service: Service, made: Things
) -> None:
    with Session(service.app.state.engines.read) as session:
        link = session.get_one(StatementLink, UUID(made.ids["link_id"]))
    body = {"clause_id": str(link.clause_id), "month": MONTH, "lines": LINES}
    service.make("/api/v1/insertion/statements", body, "facilitator")
    refused = state(service, made.ids["link"])
    assert (refused.status_code, refused.json()["type"]) == (409, "month-taken")


def clause_behind(service: Service, made: Things) -> UUID:
    with Session(service.app.state.engines.read) as session:
        return session.get_one(StatementLink, UUID(made.ids["link_id"])).clause_id


def tied(service: Service, made: Things) -> str:
    """A person who already worked for the clause of the link."""
    person = person_of(service)
    stated(service, clause_behind(service, made), "2026-02", line(person, "7"))
    return person


def employed(service: Service, made: Things) -> str:
    """A person employed by the company that holds the contract of the link."""
    person = person_of(service)
    employment = employment_of(service, person, date(2026, 1, 1))
    with Session(service.app.state.engines.write) as session, session.begin():
        clause = session.get_one(Clause, clause_behind(service, made))
        siret = session.scalars(
            sa.select(col(Supplier.identifier))
            .join(ContractSupplier, col(ContractSupplier.supplier_id) == col(Supplier.id))
            .where(col(ContractSupplier.contract_id) == clause.contract_id)
        ).one()
        session.get_one(Employment, UUID(employment)).employer_siret = siret
    return person


def name(service: Service, made: Things, *persons: str, hours: str = "1.00") -> Response:
    """State hours of persons, with a line that is always wrong: the link stays unused."""
    lines: list[dict[str, Any]] = [{"beneficiary": one, "hours": hours} for one in persons]
    return state(service, made.ids["link"], [*lines, {"persons": 1, "hours": "0.00"}])


def told_of(answer: Response) -> list[str]:
    """What a refusal says of every line but the last."""
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    last = max(one["loc"][2] for one in errors)
    return [one["message"] for one in errors if one["loc"][2] != last]


def test_what_a_person_does_elsewhere_changes_no_word_said_to_a_company(
    service: Service, made: Things
) -> None:
    """R-H2 is judged for a company on what it typed; the rest is for the facilitator."""
    person = tied(service, made)
    before = name(service, made, person, hours="220.00").json()["errors"]
    stated(service, clause_of(service), MONTH, line(person, "125.25"))
    after = name(service, made, person, hours="220.00")
    assert after.json()["errors"] == before
    assert told_of(after) == []
    (told,) = told_of(name(service, made, person, hours="220.25"))
    assert "220,25" in told
    assert "345" not in told
    assert "autres" not in told


def test_hours_beyond_the_ceiling_elsewhere_are_for_the_facilitator_to_settle(
    service: Service, made: Things
) -> None:
    """R-H2: taken from the company, shown to the facilitator, never validated as such."""
    person = tied(service, made)
    stated(service, clause_of(service), MONTH, line(person, "125.25"))
    sent = [{"beneficiary": person, "hours": "220.00"}]
    assert state(service, made.ids["link"], sent).status_code == 201
    url = f"/api/v1/insertion/clauses/{clause_behind(service, made)}/links"
    statement = {"id": service.get(url, "facilitator")[0]["statement_id"]}
    assert "125,25" in warned(read(service, statement))
    refused = send(service, f"/{statement['id']}/validate")
    assert refused.status_code == 422


def test_a_pseudonym_of_elsewhere_is_answered_as_one_that_does_not_exist(
    service: Service, made: Things
) -> None:
    elsewhere, objecting = person_of(service), tied(service, made)
    stated(service, clause_of(service), MONTH, line(elsewhere, "120"))
    change_person(service, objecting, objected=True)
    nobody = "B-ZZZZ-ZZ"
    for hours in ("1.00", "230.00", "-1.00"):
        told = told_of(name(service, made, elsewhere, nobody, objecting, nobody, hours=hours))
        assert told == [NOT_HERE] * 4


@pytest.mark.parametrize("who", [tied, employed])
def test_a_company_names_who_worked_for_the_clause_or_works_for_it(
    service: Service, made: Things, who: Any
) -> None:
    sent = [{"beneficiary": who(service, made), "hours": "70.00"}]
    assert state(service, made.ids["link"], sent).status_code == 201


def test_the_twentieth_refusal_closes_the_link_and_the_facilitator_sees_it(
    service: Service, made: Things
) -> None:
    url = f"/api/v1/insertion/clauses/{clause_behind(service, made)}/links"
    for _ in range(MAX_REFUSALS - 1):
        assert name(service, made).status_code == 422
    (open_one,) = service.get(url, "facilitator")
    assert (open_one["refusals"], open_one["closed"]) == (MAX_REFUSALS - 1, False)
    assert ask(service, made.ids["link"]).status_code == 200
    assert name(service, made).status_code == 422
    (shut,) = service.get(url, "facilitator")
    assert (shut["refusals"], shut["closed"]) == (MAX_REFUSALS, True)
    for answer in (ask(service, made.ids["link"]), state(service, made.ids["link"])):
        assert (answer.status_code, answer.json()["type"]) == (410, "link-closed")
    with Session(service.app.state.engines.read) as session:
        wanted = sa.select(Event).where(col(Event.action) == "link.closed")
        assert session.scalars(wanted).one().target == f"link:{made.ids['link_id']}"
