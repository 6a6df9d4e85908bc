"""Open data: valid for the official schema, complete, true to the register, and easy to harvest."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from sqlmodel import Session
from starlette.testclient import TestClient

from api.access.service import by_siret, observe
from api.demonstration.buyers import METROPOLE, VILLE
from api.kit.db import Engines
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, OTHER, Headers
from tests.operations import Service
from tests.oracle.verified import adopt_all

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "data/decp/schema_decp_v2.0.3.json").read_text("utf-8")
)
FAMILIES = {"decp-marches.json": "marche", "decp-concessions.json": "contrat-concession"}
FILES = (
    *FAMILIES,
    "contrats.csv",
    "indicateurs.json",
    "indicateurs.csv",
    "programmation.json",
    "ocds.json",
    "datapackage.json",
    "marches.atom",
)
OBSERVED = "21310555400017"
FACILITATOR = "00000061200010"
# The names under which decp.info publishes contracts as a table (its documentation of 2026).
DECP_INFO = """
    uid id nature acheteur_id acheteur_nom titulaire_id titulaire_typeIdentifiant titulaire_nom
    objet montant type codeCPV procedure techniques dureeMois dureeRestanteMois offresRecues
    dateNotification datePublicationDonnees formePrix typesPrix attributionAvance tauxAvance
    marcheInnovant modalitesExecution considerationsSociales considerationsEnvironnementales ccag
    sousTraitanceDeclaree typeGroupementOperateurs origineUE origineFrance lieuExecution_code
    lieuExecution_typeCode idAccordCadre modification_id donneesActuelles
"""


def today() -> date:
    """The day in France."""
    return datetime.now(ZoneInfo("Europe/Paris")).date()


def listed(service: Service, address: str) -> list[dict[str, Any]]:
    """Every item of a list that is given page by page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = service.get(f"{address}limit=100{cursor}")
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


def published(client: TestClient, siret: str) -> list[dict[str, Any]]:
    """The contracts of both DECP files of a buyer."""
    found: list[dict[str, Any]] = []
    for name, family in FAMILIES.items():
        answer = client.get(f"/opendata/{siret}/{name}")
        assert answer.status_code == 200
        document = json.loads(answer.content, parse_float=Decimal)
        assert document.keys() == {"marches"}
        assert document["marches"].keys() == {family}
        found += document["marches"][family]
    return found


def lines(client: TestClient, siret: str) -> list[dict[str, str]]:
    """The lines of the table of contracts."""
    text = client.get(f"/opendata/{siret}/contrats.csv").content.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.mark.parametrize("siret", [DEMONSTRATION, LENS_LIEVIN])
@pytest.mark.parametrize("name", FAMILIES)
def test_a_decp_file_is_valid_for_the_official_schema(
    service: Service, name: str, siret: str
) -> None:
    document = service.client.get(f"/opendata/{siret}/{name}").json()
    assert [one.message for one in jsonschema_rs.validator_for(SCHEMA).iter_errors(document)] == []
    assert bool(document["marches"][FAMILIES[name]]) == (siret == DEMONSTRATION)


@pytest.mark.parametrize("siret", [DEMONSTRATION, LENS_LIEVIN])
def test_every_contract_is_published_or_withheld_with_its_rules(
    service: Service, siret: str
) -> None:
    register = listed(service, f"/api/v1/contracts?buyer={siret}&")
    everything = {one["reference"]: one["id"] for one in register}
    withheld = listed(service, f"/api/v1/publication/{siret}/withheld?")
    out = [one["id"] for one in published(service.client, siret)]
    held = [one["reference"] for one in withheld]
    assert len(out) + len(held) == len({*out, *held})
    assert all(one["reasons"] for one in withheld)
    waiting = everything.keys() - {*out, *held}
    for reference in waiting:
        contract = service.get(f"/api/v1/contracts/{everything[reference]}")
        assert contract["published_on"] > today().isoformat()
    state = service.get(f"/api/v1/publication/{siret}")
    counts = [state[name] for name in ("total", "public", "waiting", "withheld")]
    assert counts == [len(everything), len(out), len(waiting), len(held)]
    # A rule counts the contracts that it holds back, and lists them.
    told = Counter(
        pair
        for one in withheld
        for pair in {(reason["code"], reason["field"]) for reason in one["reasons"]}
    )
    assert {(one["code"], one["field"]): one["count"] for one in state["rules"]} == told
    for field in {field for _code, field in told}:
        address = f"/api/v1/publication/{siret}/withheld?field={field}&"
        expected = [
            one["reference"]
            for one in withheld
            if field in {reason["field"] for reason in one["reasons"]}
        ]
        assert [one["reference"] for one in listed(service, address)] == expected


def test_what_a_contract_lacks_is_what_the_register_lacks(service: Service) -> None:
    names = {"offresRecues": "offers_received", "ccag": "ccag", "dureeMois": "months"}
    checked = 0
    for one in listed(service, f"/api/v1/publication/{LENS_LIEVIN}/withheld?")[:5]:
        contract = service.get(f"/api/v1/contracts/{one['contract_id']}")
        assert contract["withheld"] == one["reasons"]
        required = {item["field"] for item in one["reasons"] if item["code"] == "required"}
        for field, name in names.items():
            assert (contract[name] is None) == (field in required)
            checked += 1
    assert checked == 15


def test_a_contract_completed_is_published(
    client: TestClient, pilot: Headers, a_public: dict[str, Any]
) -> None:
    reference = a_public["reference"]
    address = f"/api/v1/contracts/{a_public['id']}"
    assert reference in {one["id"] for one in published(client, DEMONSTRATION)}
    tagged = pilot | {"If-Match": a_public["etag"]}
    emptied = client.patch(address, json={"months": None}, headers=tagged)
    assert reference not in {one["id"] for one in published(client, DEMONSTRATION)}
    rules = {(one["code"], one["field"]) for one in emptied.json()["withheld"]}
    assert rules == {("required", "dureeMois")}
    tagged = pilot | {"If-Match": emptied.headers["etag"]}
    client.patch(address, json={"months": 31}, headers=tagged)
    (found,) = (one for one in published(client, DEMONSTRATION) if one["id"] == reference)
    assert found["dureeMois"] == 31


@pytest.mark.parametrize(("days", "public"), [(0, True), (1, False), (4000, False)])
def test_nothing_is_published_before_its_day(
    client: TestClient, pilot: Headers, a_public: dict[str, Any], days: int, public: bool
) -> None:
    reference = a_public["reference"]
    day = today() + timedelta(days=days)
    before = client.get(f"/api/v1/publication/{DEMONSTRATION}", headers=pilot).json()
    tagged = pilot | {"If-Match": a_public["etag"]}
    moved = client.patch(
        f"/api/v1/contracts/{a_public['id']}",
        json={"published_on": day.isoformat()},
        headers=tagged,
    )
    assert moved.status_code == 200
    assert (reference in {one["id"] for one in published(client, DEMONSTRATION)}) is public
    assert (reference in {one["id"] for one in lines(client, DEMONSTRATION)}) is public
    state = client.get(f"/api/v1/publication/{DEMONSTRATION}", headers=pilot).json()
    assert state["waiting"] - before["waiting"] == (0 if public else 1)


def test_the_table_has_the_columns_of_decp_info_and_the_facts_of_the_register(
    service: Service,
) -> None:
    everything = lines(service.client, DEMONSTRATION)
    columns = set(DECP_INFO.split())
    # What is left of a duration changes every day.
    assert everything[0].keys() == columns - {"dureeRestanteMois"}
    present = {one["uid"] for one in everything if one["donneesActuelles"] == "true"}
    assert present == {one["uid"] for one in everything}
    table = [one for one in everything if one["modification_id"] == "0"]
    by_reference: dict[str, list[dict[str, str]]] = {}
    for line in table:
        by_reference.setdefault(line["id"], []).append(line)
    contracts = listed(service, f"/api/v1/contracts?buyer={DEMONSTRATION}&")
    assert by_reference.keys() <= {one["reference"] for one in contracts}
    assert len(contracts) - len(by_reference) < 20  # those whose day has not come
    for one in contracts:
        for line in by_reference.get(one["reference"], ()):
            assert line["acheteur_id"] + line["id"] == line["uid"]
            assert line["objet"] == (one["subject"] or "")
            assert line["dateNotification"] == (one["notified_on"] or "")
            amount = Decimal(line["montant"]) if line["montant"] else None
            assert amount == (Decimal(one["amount"]) if one["amount"] else None)
    for one in [one for one in contracts if one["reference"] in by_reference][:20]:
        held = service.get(f"/api/v1/contracts/{one['id']}")["suppliers"]
        told = [line["titulaire_id"] for line in by_reference[one["reference"]]]
        assert told == ([party["identifier"] for party in held] or [""])


AWKWARD = 'Lot n° 1 ; "gros œuvre",\r\nvoir l’annexe = 2 €'


@pytest.mark.parametrize("amount", ["0.01", "9999999999999.99", "99999999999999.99", "1.10"])
def test_the_table_keeps_awkward_texts_and_every_cent(
    client: TestClient, pilot: Headers, amount: str
) -> None:
    new = {
        "buyer_siret": DEMONSTRATION,
        "kind": "marche",
        "reference": "2026-CSV",
        "subject": AWKWARD,
        "amount": amount,
        "published_on": "2026-01-02",
    }
    assert client.post("/api/v1/contracts", json=new, headers=pilot).status_code == 201
    (line,) = (one for one in lines(client, DEMONSTRATION) if one["id"] == "2026-CSV")
    assert line["objet"] == AWKWARD
    assert Decimal(line["montant"]) == Decimal(amount)
    assert (line["titulaire_id"], line["considerationsSociales"]) == ("", "")


def test_the_published_figures_are_those_of_the_ended_years(service: Service) -> None:
    document = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.json").json()
    assert document["organisation"]["siret"] == DEMONSTRATION
    assert document["fictitious"] is True
    told = {(one["scheme"], one["indicator"], one["year"]): one for one in document["indicators"]}
    assert len(told) == len(document["indicators"])
    expected = set()
    for scheme in sorted({one["scheme"] for one in document["indicators"]}):
        for year in (2023, 2024, 2025):
            assert year < today().year
            address = f"/api/v1/schemes/{scheme}/results?organisation={DEMONSTRATION}&year={year}"
            for result in service.get(address)["results"]:
                key = (scheme, result["code"], year)
                expected.add(key)
                same = set(told[key]) & set(result) - {"target"}
                if told[key]["status"] in ("secret", "annee_non_close"):
                    # No number at all: how many rows, how sure.
                    assert result["value"] is None
                    result |= {"unknown": None, "firm": None}
                assert {name: told[key][name] for name in same} == {
                    name: result[name] for name in same
                }
                assert same >= {"value", "numerator", "denominator", "unknown", "low", "high"}
                target = result["target"] or {"value": None, "unit": None, "year": None}
                assert [told[key][f"target{part}"] for part in ("", "_unit", "_year")] == [
                    target[part] for part in ("value", "unit", "year")
                ]
    assert told.keys() == expected


def cell(value: object) -> str:
    """A value of the JSON file as the table writes it."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_figures_are_the_same_as_a_table(service: Service) -> None:
    address = f"/opendata/{DEMONSTRATION}/indicateurs"
    text = service.client.get(f"{address}.csv").content.decode("utf-8")
    table = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    told = service.client.get(f"{address}.json").json()["indicators"]
    beside = ("parts", "compared", "structure")
    whole = [one for one in table if not one["part"]]
    assert [json.loads(one.pop("structure")) for one in whole] == [one["structure"] for one in told]
    assert whole == [
        {name: cell(one[name]) for name in one if name not in beside} | {"part": ""} for one in told
    ]
    parts = [(one["indicator"], one["year"], part) for one in told for part in one["parts"] if part]
    lines = [one for one in table if one["part"]]
    assert [(one["indicator"], int(one["year"]), one["part"]) for one in lines] == [
        (code, year, part["label"]) for code, year, part in parts
    ]
    assert [one["denominator"] for one in lines] == [part["base"] or "" for _, _, part in parts]
    assert any(one["denominator"] for one in lines)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_harvested_without_a_redirect_and_only_when_it_changed(
    service: Service, name: str
) -> None:
    address = f"/opendata/{DEMONSTRATION}/{name}"
    client = service.client
    whole = client.get(address, follow_redirects=False)
    head = client.head(address, follow_redirects=False)
    assert (whole.status_code, head.status_code, head.content) == (200, 200, b"")
    assert "charset=utf-8" in whole.headers["content-type"]
    for header in ("etag", "content-type", "access-control-allow-origin", "link"):
        assert head.headers[header] == whole.headers[header]
    assert whole.headers["access-control-allow-origin"] == "*"
    tag = whole.headers["etag"]
    # A proxy that compresses makes the tag weak; a harvester may know several.
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        for ask in (client.get, client.head):
            same = ask(address, headers={"If-None-Match": known})
            assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    for known in ('"other"', f'"{tag[2:]}'):
        assert client.get(address, headers={"If-None-Match": known}).status_code == 200
    assert client.get(address).content == whole.content


def _change(client: TestClient, pilot: Headers, contract: dict[str, Any], _: Engines) -> None:
    address = f"/api/v1/contracts/{contract['id']}"
    client.patch(address, json={"months": 77}, headers=pilot | {"If-Match": contract["etag"]})


def _mark(client: TestClient, pilot: Headers, contract: dict[str, Any], _: Engines) -> None:
    address = f"/api/v1/contracts/{contract['id']}/marks"
    tagged = pilot | {"If-Match": contract["etag"]}
    told = {one["code"]: one["state"] for one in contract["marks"]}
    other = "no" if told["social_clause"] == "yes" else "yes"
    client.put(address, json={"marks": {"social_clause": other}}, headers=tagged)


def _adopt(_c: TestClient, _p: Headers, _contract: dict[str, Any], engines: Engines) -> None:
    with Session(engines.write) as session, session.begin():
        for siret in (LENS_LIEVIN, OTHER):
            buyer = by_siret(session, siret)
            assert buyer is not None
            adopt_all(session, buyer)


@pytest.mark.parametrize(
    ("change", "siret", "name"),
    [
        (_change, DEMONSTRATION, "decp-marches.json"),
        (_change, DEMONSTRATION, "contrats.csv"),
        (_mark, DEMONSTRATION, "indicateurs.json"),
        (_adopt, OTHER, "indicateurs.csv"),
    ],
)
def test_a_change_of_the_register_changes_the_files_that_tell_it(
    client: TestClient,
    pilot: Headers,
    a_public: dict[str, Any],
    engines: Engines,
    change: Callable[..., None],
    siret: str,
    name: str,
) -> None:
    address = f"/opendata/{siret}/{name}"
    before = client.get(address)
    change(client, pilot, a_public, engines)
    after = client.get(address, headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert after.headers["etag"] != before.headers["etag"]
    assert after.content != before.content


@pytest.mark.parametrize("name", FILES)
def test_only_the_buyers_of_the_platform_publish_here(
    client: TestClient, engines: Engines, name: str
) -> None:
    with Session(engines.write) as session, session.begin():
        observe(session, OBSERVED, "Acheteur suivi")
    answers = [
        client.get(f"/opendata/{siret}/{name}") for siret in (OBSERVED, FACILITATOR, "0" * 14)
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.content for answer in answers}) == 1
    assert client.head(f"/opendata/{OBSERVED}/{name}").status_code == 404
    publishers = {one["siret"] for one in client.get("/opendata/publishers").json()}
    assert publishers == {DEMONSTRATION, LENS_LIEVIN, OTHER, METROPOLE.siret, VILLE.siret}
