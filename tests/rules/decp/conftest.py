"""A complete contract and a complete concession of the 2022 format, and the official schemas."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from lxml import etree

DATA = Path(__file__).parents[2] / "data" / "decp"


def row_of(name: str) -> dict[str, Any]:
    """A row of the test data, as the importer's reader gives it: int, else Decimal."""
    text = (DATA / name).read_text(encoding="utf-8")
    row: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return row


@pytest.fixture
def contract_row() -> dict[str, Any]:
    return row_of("complete-contract.json")


@pytest.fixture
def concession_row() -> dict[str, Any]:
    return row_of("complete-concession.json")


@pytest.fixture(scope="session")
def conforms() -> Callable[[object, str], bool]:
    """Whether an object, in ``marche`` or ``contrat-concession``, is valid for the schema 2.0.3."""
    schema = json.loads((DATA / "schema_decp_v2.0.3.json").read_text(encoding="utf-8"))
    validator = jsonschema_rs.validator_for(schema)
    return lambda row, family: validator.is_valid({"marches": {family: [row]}})


@pytest.fixture(scope="session")
def valid() -> Callable[[bytes], bool]:
    """Whether a whole XML file is well-formed and valid for the official XSD 2.0.2."""
    schema = etree.XMLSchema(etree.parse(DATA / "schema_decp_v2.0.2.xsd"))
    return lambda content: bool(schema.validate(etree.fromstring(content)))
