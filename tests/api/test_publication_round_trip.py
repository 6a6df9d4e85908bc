"""What comes in as a DECP file goes out again as it came: nothing lost, nothing invented."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.decp_rows import Row, concessions, contracts
from tests.conftest import DEMONSTRATION
from tests.operations import Service

DATA = Path(__file__).parents[1] / "data/decp"
SCHEMA = json.loads((DATA / "schema_decp_v2.0.3.json").read_text("utf-8"))
FILES = {"marche": "decp-marches.json", "contrat-concession": "decp-concessions.json"}
OFFICIAL = sorted(path.name for path in DATA.glob("official-*.json"))


def bring(service: Service, content: bytes) -> dict[str, Any]:
    """Import a file and accept it."""
    headers = service.as_("pilot")
    sent = service.client.post(
        "/api/v1/imports", files={"file": ("decp.json", content)}, headers=headers
    )
    assert sent.status_code == 201, sent.text
    answer = service.client.post(f"/api/v1/imports/{sent.json()['id']}/accept", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def published(service: Service) -> dict[str, Row]:
    """Every contract that the demonstration buyer publishes, by number."""
    found: dict[str, Row] = {}
    for family, name in FILES.items():
        answer = service.client.get(f"/opendata/{DEMONSTRATION}/{name}")
        document = json.loads(answer.content, parse_float=Decimal)
        assert jsonschema_rs.validator_for(SCHEMA).is_valid(json.loads(answer.content))
        found |= {row["id"]: row for row in document["marches"][family]}
    return found


def canonical(value: Any) -> Any:
    """The same thing written one way: labels in no order, numbers by their value."""
    if isinstance(value, dict):
        return {name: canonical(one) for name, one in value.items()}
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            return frozenset(value)
        return [canonical(one) for one in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return Decimal(str(value)).normalize()
    return value


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    marches=st.lists(contracts, min_size=1, max_size=5),
    others=st.lists(concessions, max_size=3),
)
def test_a_file_imported_accepted_and_published_gives_the_same_contracts(
    service: Service, marches: list[Row], others: list[Row]
) -> None:
    document = {"marches": {"marche": marches, "contrat-concession": others}}
    assert jsonschema_rs.validator_for(SCHEMA).is_valid(document)
    accepted = bring(service, json.dumps(document).encode())
    rows = [*marches, *others]
    assert accepted["rows"]["new"] == accepted["rows"]["received"] == len(rows)
    out = published(service)
    holders = table_of_holders(service)
    for row in rows:
        assert canonical(out[row["id"]]) == canonical(row)
        held = [one for party in parties_of(row) for one in party.values()]
        assert holders[row["id"]] == [(one["typeIdentifiant"], one["id"]) for one in held]


def parties_of(row: Row) -> list[Row]:
    """Who holds a contract, each in its wrapper."""
    found: list[Row] = row.get("titulaires") or row["concessionnaires"]
    return found


def table_of_holders(service: Service) -> dict[str, list[tuple[str, str]]]:
    """Who holds each contract as it was awarded, according to the table."""
    text = service.client.get(f"/opendata/{DEMONSTRATION}/contrats.csv").content.decode("utf-8")
    found: dict[str, list[tuple[str, str]]] = {}
    for line in csv.DictReader(io.StringIO(text, newline=""), strict=True):
        pair = (line["titulaire_typeIdentifiant"], line["titulaire_id"])
        if line["modification_id"] == "0":
            found.setdefault(line["id"], []).append(pair)
    return found


def mended(value: Any) -> Any:
    """The same with fourteen digits in each SIRET: the examples have some of six and of fifteen."""
    if isinstance(value, list):
        return [mended(one) for one in value]
    if not isinstance(value, dict):
        return value
    whole = {name: mended(one) for name, one in value.items()}
    if whole.get("typeIdentifiant") == "SIRET":
        whole["id"] = f"{whole['id']:0<14}"[:14]
    return whole


def example(name: str, mark: str) -> dict[str, list[Row]]:
    """The contracts of an official example, as new ones of the demonstration buyer."""
    document = json.loads((DATA / name).read_text("utf-8"), parse_float=Decimal)
    families: dict[str, list[Row]] = document["marches"]
    for row in [row for rows in families.values() for row in rows]:
        row["id"] = f"{mark}{OFFICIAL.index(name)}-{row['id'][-9:]}"
        row["acheteur" if "acheteur" in row else "autoriteConcedante"]["id"] = DEMONSTRATION
    return families


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_official_examples_come_out_as_they_came_in(service: Service, name: str) -> None:
    families = mended(example(name, "M"))
    accepted = bring(service, json.dumps({"marches": families}, default=float).encode())
    rows = [row for some in families.values() for row in some]
    assert accepted["rows"]["new"] == len(rows) > 1
    out = published(service)
    for row in rows:
        if row.get("tauxAvance") == 0:
            del row["tauxAvance"]  # a rate of zero says nothing: it is left out
        assert canonical(out[row["id"]]) == canonical(row)


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_example_with_a_wrong_siret_is_withheld_for_it(
    service: Service, name: str
) -> None:
    families = example(name, "W")
    bring(service, json.dumps({"marches": families}, default=float).encode())
    out = published(service)
    page = service.get(f"/api/v1/publication/{DEMONSTRATION}/withheld?limit=100")
    held = {
        one["reference"]: one["reasons"]
        for one in page["items"]
        if any(reason["code"] == "wrong_form" for reason in one["reasons"])
    }
    for row in [row for some in families.values() for row in some]:
        wrong = row != mended(row)
        assert (row["id"] in held, row["id"] in out) == (wrong, not wrong)
        for reason in held.get(row["id"], ()):
            assert (reason["code"], reason["field"].endswith(".id")) == ("wrong_form", True)


@pytest.mark.parametrize("name", FILES.values())
def test_a_published_file_brought_back_changes_nothing(service: Service, name: str) -> None:
    content = service.client.get(f"/opendata/{DEMONSTRATION}/{name}").content
    accepted = bring(service, content)
    assert accepted["rows"]["received"] > 5
    assert accepted["rows"]["same"] == accepted["rows"]["received"]
    assert service.client.get(f"/opendata/{DEMONSTRATION}/{name}").content == content
