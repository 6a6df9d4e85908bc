"""XML: what is published is valid for the XSD, says what JSON says, and reads back as itself."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace

from api.rules.decp import missing_for_publication, read_row, write
from api.rules.decp.raw import RawRow
from api.rules.decp.raw import read as read_raw
from api.rules.decp.xml_reading import xml_rows
from api.rules.decp.xml_writing import CLOSING, FAMILIES, OPENING
from api.rules.records import ConcessionYearRecord, ContractRecord, Kind, Party, Tariff
from tests.rules.decp.decp_records import (
    NASTY,
    carried_by_the_format,
    concessions,
    contracts,
    days,
    document,
    element,
    harmless,
    mutated,
    ordinary,
    publishable,
)

DATA = Path(__file__).parents[2] / "data" / "decp"
Valid = Callable[[bytes], bool]

# What XML would change, cut or refuse when it is written without care.
AWKWARD = ("\r", "\n", "\t", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffd", "\U0001fffe", "]]>")
awkward = (
    st.lists(st.sampled_from((*AWKWARD, "<", "&", "&amp;", '"', "'", " ", "é", "a")), max_size=12)
    .map("".join)
    .map(lambda text: f"a{text}z")
)
XML_FORBIDS = ("\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff", "\ud800")


def file_of(*records: ContractRecord) -> bytes:
    return b"".join((OPENING, *map(element, records), CLOSING))


def row_in(content: bytes) -> RawRow:
    (row,) = xml_rows([content])
    return row


def as_json_gives_it(record: ContractRecord) -> Any:
    return json.loads(json.dumps(write(record)), parse_float=Decimal)


@ordinary
@given(record=publishable)
def test_a_publishable_record_is_valid_and_reads_back_as_itself(
    valid: Valid, record: ContractRecord
) -> None:
    content = file_of(record)
    assert valid(content)
    row = row_in(content)
    assert row.kind is record.kind
    assert row.content == as_json_gives_it(record)
    reading = read_raw(row)
    assert reading.record == record
    assert reading.issues == read_row(as_json_gives_it(record), record.kind).issues


@ordinary
@given(record=mutated())
def test_what_the_rules_let_through_is_valid_for_the_xsd(
    valid: Valid, record: ContractRecord
) -> None:
    content = file_of(record)
    if missing_for_publication(record) == ():
        assert valid(content)
        assert read_raw(row_in(content)).record == carried_by_the_format(record)
    else:
        etree.fromstring(content)


@pytest.mark.parametrize("family", ["contract_row", "concession_row"])
@pytest.mark.parametrize("name", sorted(NASTY))
def test_each_doubtful_value_is_told_or_harmless(
    valid: Valid, request: pytest.FixtureRequest, family: str, name: str
) -> None:
    complete = read_row(request.getfixturevalue(family)).record
    assert complete is not None
    assert all(valid(file_of(record)) for record in harmless(complete, name))


@ordinary
@given(record=contracts, subject=awkward)
def test_no_character_is_changed_on_the_way(
    valid: Valid, record: ContractRecord, subject: str
) -> None:
    company, framework = Party("HORS-UE", subject), f"{subject[:15]}z"
    record = replace(record, subject=subject, suppliers=(company,), framework_reference=framework)
    assert missing_for_publication(record) == ()
    content = file_of(record)
    assert valid(content)
    assert read_raw(row_in(content)).record == record


@ordinary
@given(record=concessions, title=awkward, day=days)
def test_no_character_of_a_tariff_is_changed_on_the_way(
    valid: Valid, record: ContractRecord, title: str, day: Any
) -> None:
    year = ConcessionYearRecord(day, 0, (Tariff(title, 1),))
    record = replace(record, concession_years=(year,))
    content = file_of(record)
    assert valid(content)
    assert read_raw(row_in(content)).record == record


@ordinary
@given(record=publishable, text=st.text(st.characters(exclude_categories=())))
def test_whatever_a_record_holds_its_element_is_well_formed(
    record: ContractRecord, text: str
) -> None:
    etree.fromstring(file_of(replace(record, subject=text, suppliers=(Party("SIRET", text),))))


@pytest.mark.parametrize("char", XML_FORBIDS)
@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("objet", lambda text: {"subject": text}),
        ("id", lambda text: {"reference": text}),
        ("idAccordCadre", lambda text: {"framework_reference": text}),
        ("lieuExecution.code", lambda text: {"place_code": text}),
        ("titulaires[1].id", lambda text: {"suppliers": (Party("TVA", text),)}),
    ],
)
def test_what_xml_cannot_hold_withholds_a_contract_from_json_too(
    contract_row: dict[str, Any], char: str, field: str, change: Callable[[str], dict[str, Any]]
) -> None:
    complete = read_row(contract_row).record
    assert complete is not None
    (issue,) = missing_for_publication(replace(complete, **change(f"a{char}b")))
    assert (issue.code, issue.field) == ("unwritable_characters", field)
    assert issue.message == (
        f"Le champ {field} contient des caractères invisibles que les fichiers publiés ne peuvent "
        f"pas contenir\u00a0: «\u00a0a{char if char.isprintable() else ' '}b\u00a0». Effacez ce "
        "texte et saisissez-le de nouveau au clavier."
    )


def test_what_xml_cannot_hold_withholds_a_concession(concession_row: dict[str, Any]) -> None:
    complete = read_row(concession_row).record
    assert complete is not None
    (year,) = complete.concession_years[:1]
    broken = replace(year, tariffs=(Tariff("a\x01b", 100),))
    (issue,) = missing_for_publication(replace(complete, concession_years=(broken,)))
    assert issue.code == "unwritable_characters"
    assert issue.field == "donneesExecution[1].tarifs[1].intituleTarif"


@pytest.mark.parametrize("char", AWKWARD)
def test_what_xml_can_hold_withholds_nothing(contract_row: dict[str, Any], char: str) -> None:
    complete = read_row(contract_row).record
    assert complete is not None
    assert missing_for_publication(replace(complete, subject=f"a{char}b")) == ()


@pytest.fixture
def both(
    contract_row: dict[str, Any], concession_row: dict[str, Any]
) -> tuple[ContractRecord, ContractRecord]:
    contract, concession = read_row(contract_row).record, read_row(concession_row).record
    assert contract is not None
    assert concession is not None
    return contract, concession


def test_a_whole_file_is_valid_and_tells_its_encoding(
    valid: Valid, both: tuple[ContractRecord, ContractRecord]
) -> None:
    contract, concession = both
    content = b"".join(document([contract] * 3, [concession] * 2))
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<marches>\n<marche>')
    assert content.endswith(b"</contrat-concession>\n</marches>\n")
    assert valid(content)
    assert [row.kind for row in xml_rows([content])] == [Kind.CONTRACT] * 3 + [Kind.CONCESSION] * 2


def test_nothing_is_written_of_what_is_unknown() -> None:
    bare = ContractRecord(Kind.CONTRACT, "1", "24620036400080", suppliers=(Party(None, None),))
    assert element(bare) == (
        b"<marche><id>1</id><acheteur><id>24620036400080</id></acheteur></marche>\n"
    )


def canonical(node: Any) -> Any:
    """The same content written one way: children in no order, numbers and booleans by value."""
    if len(node) == 0:
        text = node.text or ""
        if node.tag in ("marcheInnovant", "attributionAvance", "sousTraitanceDeclaree"):
            return node.tag, {"oui": "true", "non": "false"}.get(text, text)
        if text.replace(".", "", 1).isdigit() and node.tag not in ("id", "code"):
            return node.tag, str(Decimal(text).normalize())
        return node.tag, text
    return node.tag, tuple(sorted(map(repr, map(canonical, node))))


OFFICIAL = sorted(path.name for path in DATA.glob("official-*.xml"))


@pytest.mark.parametrize("name", OFFICIAL)
def test_an_official_example_is_read_and_rewritten_as_it_was(valid: Valid, name: str) -> None:
    content = (DATA / name).read_bytes()
    assert valid(content)
    records = []
    for row in xml_rows([content]):
        assert row.issues == ()
        record = read_raw(row).record
        assert record is not None
        assert element(record).decode().startswith(f"<{FAMILIES[record.kind]}>")
        records.append(record)
    again = file_of(*records)
    assert valid(again)
    before, after = etree.fromstring(content), etree.fromstring(again)
    for rate in before.findall("marche/tauxAvance"):
        assert rate.text == "0"  # it says nothing: the writer leaves it out
        rate.getparent().remove(rate)
    assert len(before) == len(after) == 2
    assert canonical(after) == canonical(before)


def test_there_are_official_examples() -> None:
    assert len(OFFICIAL) == 3
