"""Real files of 2019 told in XML: they are read as they are in JSON."""

import json
import lzma
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import ijson
import pytest

from api.rules.decp import read_row
from api.rules.decp.raw import read as read_raw
from api.rules.decp.text import UNWRITABLE
from api.rules.decp.xml_reading import xml_rows
from api.rules.records import Kind

DATA = Path(__file__).parents[2] / "data" / "decp"
WRAPPERS = {
    "titulaires": "titulaire",
    "concessionnaires": "concessionnaire",
    "modifications": "modification",
    "donneesExecution": "donneesAnnuelles",
    "tarifs": "tarif",
}


def in_xml(name: str, value: Any) -> str:
    """A value of a JSON file of 2019, as the XML of 2019 writes it."""
    if value is None:
        return ""
    if isinstance(value, dict):
        inner = "".join(in_xml(key, held) for key, held in value.items())
    elif isinstance(value, list):
        inner = "".join(in_xml(WRAPPERS[name], held) for held in value)
    else:
        inner = escape(UNWRITABLE.sub("\ufffd", str(value)), quote=False).replace("\r", "&#13;")
    return f"<{name}>{inner}</{name}>"


@pytest.mark.parametrize("name", ["aws-2019-03.json.xz", "aife-2019-04.json.xz"])
def test_thousands_of_real_contracts_say_in_xml_what_they_say_in_json(name: str) -> None:
    with lzma.open(DATA / name) as file:
        rows = list(ijson.items(file, "marches.item"))
    kinds = [read_row(row).record for row in rows]
    families = [
        "contrat-concession" if found and found.kind is Kind.CONCESSION else "marche"
        for found in kinds
    ]
    text = "".join(in_xml(family, row) for family, row in zip(families, rows, strict=True))
    read = list(xml_rows([f"<marches>{text}</marches>".encode()]))
    assert len(read) == len(rows) > 4000
    for xml, row in zip(read, rows, strict=True):
        expected = read_row(row, xml.kind)
        found = read_raw(xml)
        assert found.record == expected.record
        assert (found.refusal is None) is (expected.refusal is None)


def test_the_defects_of_2019_get_the_same_remarks_in_xml() -> None:
    cases = json.loads((DATA / "defects-2019.json").read_text("utf-8"), parse_float=Decimal)
    # A number is a text in XML: what JSON says of its quotation marks has no place here.
    of_json = ("number_as_text", "identifier_as_number", "boolean_as_text")
    text = "".join(in_xml(family_of(case["row"]), case["row"]) for case in cases)
    for row, case in zip(xml_rows([f"<marches>{text}</marches>".encode()]), cases, strict=True):
        reading = read_raw(row)
        expected = [line for line in case["issues"] if line.split()[0] not in of_json]
        found = sorted(f"{issue.code} {issue.field}" for issue in reading.issues)
        # Keys that some platforms add: JSON reading leaves them aside without a word.
        found = [line for line in found if line not in ADDED]
        assert [line for line in found if line.split()[0] not in of_json] == expected
        assert (reading.refusal.code if reading.refusal else None) == case["refusal"]


ADDED = ("unknown_element source", "unknown_element uuid")


def family_of(row: dict[str, Any]) -> str:
    concession = "autoriteConcedante" in row or "concessionnaires" in row
    return "contrat-concession" if concession else "marche"
