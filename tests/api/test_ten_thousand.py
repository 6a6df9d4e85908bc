"""Ten thousand contracts go in: every file published of them is valid for the official rules."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from lxml import etree
from sqlmodel import Session

from api.access.models import Organisation, OrganisationKind
from api.imports import acceptance, staging
from api.imports.judging import Reach
from api.kit.db import Engines, create_engines
from api.publication import service, store
from api.rules import decp
from api.rules.decp import xml_writing
from api.rules.fiction import fictitious_contracts
from api.rules.records import ContractRecord, Kind
from tests.conftest import Store

COUNT = 10_000
SIRET = "00000081000010"
DATA = Path(__file__).parents[1] / "data/decp"


def kind_of(row: dict[str, Any]) -> Kind:
    return Kind.CONCESSION if "autoriteConcedante" in row else Kind.CONTRACT


@pytest.fixture(scope="module")
def generated() -> list[dict[str, Any]]:
    """Contracts of several years, one in twenty of them incomplete; no concession of the first."""
    found = fictitious_contracts(7, COUNT + 200, SIRET, 2021, 2025, incomplete=0.05)
    wanted = [row for row in found if not str(row.get("dateSignature")).startswith("2021")]
    return wanted[:COUNT]


@pytest.fixture(scope="module")
def engines(stores: dict[str, Store]) -> Iterator[Engines]:
    """A database without anything."""
    url = stores["sqlite"].make("blank")
    opened = create_engines(url, 4)
    yield opened
    opened.dispose()
    stores["sqlite"].drop(url)


@pytest.fixture(scope="module")
def written(
    generated: list[dict[str, Any]],
    engines: Engines,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, bytes]:
    """Every DECP file of a buyer that imported them in XML, by its name."""
    folder = tmp_path_factory.mktemp("ten-thousand")
    path = folder / "decp.xml"
    with path.open("wb") as file:
        file.write(xml_writing.OPENING)
        file.writelines(xml_writing.element(kind_of(row), row) for row in generated)
        file.write(xml_writing.CLOSING)
    received = staging.Received(path, path.name, "0" * 64, path.stat().st_size, None, None)
    reach = Reach(own=frozenset(), observe=True, everywhere=True)
    with Session(engines.write) as session, session.begin():
        session.add(Organisation(siret=SIRET, name="Ville fictive", kind=OrganisationKind.BUYER))
        session.flush()
        staged = staging.stage(session, received, reach)
        acceptance.accept(session, staged, reach)
        assert (staged.received, staged.new) == (COUNT, COUNT)
    where = store.Store(engines, folder)
    with Session(engines.read) as session, session.begin():
        names = [
            name for name in service.names_of(session, SIRET, where.site) if name.startswith("decp")
        ]
    return {name: where.path(store.current(where, SIRET, name)).read_bytes() for name in names}


def test_every_file_of_ten_thousand_contracts_is_valid(
    generated: list[dict[str, Any]], written: dict[str, bytes]
) -> None:
    schema = json.loads((DATA / "schema_decp_v2.0.3.json").read_text("utf-8"))
    of_json = jsonschema_rs.validator_for(schema)
    of_xml = etree.XMLSchema(etree.parse(DATA / "schema_decp_v2.0.2.xsd"))
    told: dict[str, list[str]] = {}
    for name, content in written.items():
        if name.endswith(".json"):
            document = json.loads(content)
            assert of_json.is_valid(document), name
            told[name] = [row["id"] for rows in document["marches"].values() for row in rows]
        else:
            root = etree.fromstring(content)
            assert of_xml.validate(root), (name, of_xml.error_log.last_error)
            told[name] = [element.findtext("id") for element in root]
    complete = {
        row["id"]
        for row in generated
        if not decp.missing_for_publication(known(decp.read_row(row, kind_of(row)).record))
    }
    assert COUNT * 0.9 < len(complete) < COUNT
    whole = [name for name in told if not any(sign.isdigit() for sign in name)]
    assert sorted(whole) == ["decp-concessions.json", "decp-marches.json", "decp.xml"]
    assert told["decp.xml"] == told["decp-marches.json"] + told["decp-concessions.json"]
    assert sorted(told["decp.xml"]) == sorted(complete)
    of_years = sorted(name for name in told if name not in whole)
    assert len(of_years) == 3 * 5 - 1
    assert "decp-2021.xml" in of_years
    for ending in ("json", "xml"):
        shared = [one for name in of_years if name.endswith(ending) for one in told[name]]
        assert sorted(shared) == sorted(complete)


def known(record: ContractRecord | None) -> ContractRecord:
    assert record is not None
    return record
