"""The parts of a figure that are companies bear no person's name: live, public, nor kept."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from api.schemes.models import SchemeAdoption
from api.spending.models import Spending
from api.suppliers.models import Supplier
from tests.api.indicators import keeping
from tests.api.indicators.keeping import YEAR, close, kept, scheme, served
from tests.api.reserved.asking import contract, pages
from tests.conftest import DEMONSTRATION
from tests.operations import Service

PAID = {"fact": "spending", "perimeter": "all"}
DEFINITIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "PAYEES": ("count", PAID | {"aggregate": "distinct", "of": "payee"}),
    "SHARES": ("list", PAID | {"aggregate": "breakdown", "of": "payee"}),
    "BY": ("amount", PAID | {"aggregate": "sum", "of": "amount", "by": "payee"}),
    "HELD": ("count", {"aggregate": "distinct", "of": "supplier"}),
    "LINES": ("count", PAID | {"aggregate": "count"}),
    "HOLDERS": ("count", {"fact": "supplier", "aggregate": "count", "perimeter": "all"}),
}
PERSON, DOUBT, COMPANY = "Jeanne Canari", "Serin Zolique", "SARL des Mésanges"
NUMBER = "00000062700018"
HOLDER = {"id_type": "SIRET", "identifier": NUMBER, "name": "Colibri Zolique"}


@pytest.fixture
def paid(service: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    """A scheme whose figures tell companies apart, with what a person and others were paid."""
    monkeypatch.setattr(keeping, "INDICATORS", DEFINITIONS | {
        one: keeping.INDICATORS[one] for one in ("SHARE", "VALUE")
    })  # fmt: skip
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in (FrozenStatutory, FrozenFigures, PublishedInsertion, Closing, SchemeAdoption):
            session.execute(sa.delete(table))
        buyer = session.scalars(
            sa.select(col(Organisation.id)).where(col(Organisation.siret) == DEMONSTRATION)
        ).one()
        session.execute(sa.delete(Spending).where(col(Spending.year) == YEAR))
        lines = [(None, PERSON), (None, DOUBT), (None, COMPANY), (NUMBER, "Canari Paul")]
        session.add_all(
            Spending(buyer_id=buyer, year=YEAR, payee_siret=siret, payee_name=name, amount=100)
            for siret, name in lines
        )
    contract(service, notified_on=f"{YEAR}-06-01", amount="1000.00", suppliers=[HOLDER])
    # The tests of a module share one database, in any order: another may have said who it is.
    say(service, NUMBER, value=None)
    return scheme(service)[0]


def labels(told: Any, code: str) -> set[str]:
    (one,) = (each for each in told["results"] if each["code"] == code)
    return {part["label"] for part in one["parts"]}


def say(service: Service, siret: str, value: bool | None) -> None:
    with Session(service.app.state.engines.write) as session, session.begin():
        found = sa.update(Supplier).where(col(Supplier.identifier) == siret)
        session.execute(found.values(sole_trader=value))


def test_a_buyer_reads_the_names_of_its_payees_but_those_of_persons(
    service: Service, paid: str
) -> None:
    told = served(service, paid)
    for code in ("PAYEES", "SHARES", "BY"):
        names = {"Entreprise individuelle", DOUBT, COMPANY, NUMBER}
        assert labels(told, code) == names
    assert HOLDER["name"] in labels(told, "HELD")
    assert PERSON not in json.dumps(told, ensure_ascii=False)


def test_public_figures_name_the_companies_that_are_surely_no_persons(
    service: Service, paid: str
) -> None:
    assert any(one["code"] == "SHARES" for one in served(service, paid)["results"])
    for name in ("indicateurs.json", "indicateurs.csv"):
        text = service.client.get(f"/opendata/{DEMONSTRATION}/{name}").text
        assert COMPANY in text
        assert "Entreprise non nommée" in text
        assert "Canari" not in text
        assert "Zolique" not in text


def test_kept_figures_follow_what_was_said_since(service: Service, paid: str) -> None:
    close(service)
    (version,) = kept(service, paid)
    address = f"/api/v1/frozen-figures/{version['id']}"
    before = service.get(address)
    ids = {one["code"]: one["indicator_id"] for one in before["results"]}
    assert HOLDER["name"] in labels(before, "HELD")
    say(service, NUMBER, value=True)
    after = service.get(address)
    assert HOLDER["name"] not in labels(after, "HELD")
    assert NUMBER in labels(after, "HELD")
    rows = {
        code: pages(service, f"{address[7:]}/evidence?indicator={ids[code]}&state=counted")
        for code in ("HOLDERS", "LINES")
    }
    told = [after, rows, served(service, paid), service.get(f"{address}/diff?against=today")]
    assert [
        name
        for name in (HOLDER["name"], PERSON, "Canari")
        if name in json.dumps(told, ensure_ascii=False)
    ] == []


def test_figures_kept_under_the_names_of_payees_tell_them_no_more(
    service: Service, paid: str
) -> None:
    close(service)
    (version,) = kept(service, paid)
    with Session(service.app.state.engines.write) as session, session.begin():
        one = session.scalars(sa.select(FrozenFigures)).one()
        # As versions were written before the rule: the name was the key, and the label.
        content = json.loads(json.dumps(one.content))
        for result in content["results"]:
            for part in result["parts"]:
                if part["label"] == "Entreprise individuelle":
                    part["key"] = part["label"] = PERSON
        table = sa.update(FrozenFigures).values(content=content)
        session.execute(table)
        assert PERSON in json.dumps(content)
    told = [service.get(f"/api/v1/frozen-figures/{version['id']}"), served(service, paid)]
    assert PERSON not in json.dumps(told, ensure_ascii=False)
