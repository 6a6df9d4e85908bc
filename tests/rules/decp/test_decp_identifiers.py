"""Identifiers and texts: kept as given, with a remark on what is doubtful."""

from typing import Any

import pytest

from api.rules.decp import read_row, siret_key_is_right
from api.rules.records import Party

MINIMAL: dict[str, Any] = {"id": "2024-1", "acheteur": {"id": "24620036400080"}}


def remarks(row: dict[str, Any], field: str) -> list[str]:
    return [issue.code for issue in read_row(row).issues if issue.field == field]


def suppliers(row: dict[str, Any]) -> tuple[Party, ...]:
    record = read_row(row).record
    assert record is not None
    return record.suppliers


@pytest.mark.parametrize(
    ("siret", "right"),
    [
        ("24620036400080", True),
        ("24620036400081", False),
        ("35600000000048", True),  # head office of La Poste, an ordinary key
        ("35600000049837", True),  # an office of La Poste: sum of digits 45
        ("35600000049838", False),
        ("00000000000000", False),
        ("00000001800010", True),
    ],
)
def test_the_key_of_a_siret_follows_luhn_but_for_la_poste(siret: str, right: bool) -> None:
    assert siret_key_is_right(siret) is right


@pytest.mark.parametrize(
    ("given", "expected", "codes"),
    [
        (
            {"typeIdentifiant": "SIRET", "id": "00000001800011"},
            Party("SIRET", "00000001800011"),
            {"siret_check"},
        ),
        (
            {"typeIdentifiant": "SIRET", "id": "000000018"},
            Party("SIRET", "000000018"),
            {"siret_shape"},
        ),
        (
            {"typeIdentifiant": "SIRET", "id": " 000 000 018 00010\t"},
            Party("SIRET", "00000001800010"),
            {"spaces_removed"},
        ),
        (
            {"typeIdentifiant": "SIRET", "id": 10000001800010},
            Party("SIRET", "10000001800010"),
            {"identifier_as_number", "siret_check"},
        ),
        (
            {"id": "00000001800010"},
            Party("SIRET", "00000001800010"),
            {"identifier_type_guessed"},
        ),
        (
            {"typeIdentifiant": "Siret", "id": "00000001800010"},
            Party("SIRET", "00000001800010"),
            {"label_respelled"},
        ),
        (
            {"typeIdentifiant": "FRW", "id": "FRWF123"},
            Party("FRWF", "FRWF123"),
            {"label_respelled"},
        ),
        ({"typeIdentifiant": "HORS_UE", "id": "CH1"}, Party("HORS-UE", "CH1"), {"label_respelled"}),
        ({"typeIdentifiant": "UE", "id": "BE1"}, Party("TVA", "BE1"), {"label_respelled"}),
        (
            {"typeIdentifiant": "TVA_INTRACOMMUNAUTAIRE", "id": "BE1"},
            Party("TVA", "BE1"),
            {"label_respelled"},
        ),
        ({"typeIdentifiant": "DUNS", "id": "1"}, Party(None, "1"), {"unknown_label"}),
        (
            {"typeIdentifiant": "SIRET", "id": "NC", "denominationSociale": "Entreprise"},
            Party("SIRET", None, "Entreprise"),
            {"placeholder", "missing_identifier"},
        ),
    ],
)
def test_a_company_is_kept_as_given_with_remarks(
    given: dict[str, object], expected: Party, codes: set[str]
) -> None:
    row = MINIMAL | {"titulaires": [given]}
    assert suppliers(row) == (expected,)
    found = {i.code for i in read_row(row).issues if i.field.startswith("titulaires[1]")}
    assert found == codes


@pytest.mark.parametrize("value", [None, [], {}, [{}], [{"titulaire": {}}], "", ["x"]])
def test_a_contract_without_a_usable_company_says_so(value: object) -> None:
    row = MINIMAL | {"titulaires": value}
    assert suppliers(row) == ()
    assert remarks(row, "titulaires") == ["no_supplier"]


def test_one_identifier_under_two_names_is_one_company() -> None:
    party = {"typeIdentifiant": "SIRET", "id": "00000001800010"}
    row = MINIMAL | {
        "titulaires": [
            party | {"denominationSociale": "Assurance"},
            party | {"denominationSociale": "Assurances"},
        ]
    }
    assert suppliers(row) == (Party("SIRET", "00000001800010", "Assurance"),)
    assert remarks(row, "titulaires[2]") == ["duplicate_item"]


def test_a_supplier_that_is_the_buyer_is_kept_and_told() -> None:
    party = {"typeIdentifiant": "SIRET", "id": MINIMAL["acheteur"]["id"]}
    row = MINIMAL | {"titulaires": [party]}
    assert len(suppliers(row)) == 1
    assert remarks(row, "titulaires[1]") == ["supplier_is_buyer"]


@pytest.mark.parametrize(
    ("code", "issue"),
    [
        ("90910000", None),
        ("90910000-9", None),
        ("1110000", "cpv_short"),
        # With its check digit it is no number that lost a zero: here the last one is lost.
        ("4543100-7", "cpv_shape"),
        ("909100009", "cpv_shape"),
        ("9091 0000", "cpv_shape"),
        ("0", "cpv_shape"),
        ("٩٠٩١٠٠٠٠", "cpv_shape"),
    ],
)
def test_a_cpv_code_is_kept_as_given(code: str, issue: str | None) -> None:
    row = MINIMAL | {"codeCPV": code}
    record = read_row(row).record
    assert record is not None
    assert record.cpv == code
    assert remarks(row, "codeCPV") == ([issue] if issue else [])


def test_the_remark_on_a_short_cpv_code_suggests_the_padded_one() -> None:
    (issue,) = (
        i for i in read_row(MINIMAL | {"codeCPV": "1110000"}).issues if i.field == "codeCPV"
    )
    assert "01110000" in issue.message


@pytest.mark.parametrize(
    ("kind", "code", "fits"),
    [
        ("Code postal", "62300", True),
        ("Code postal", "76", False),
        ("Code postal", "INO", False),
        ("Code commune", "2A004", True),
        ("Code commune", "624", False),
        ("Code département", "2B", True),
        ("Code département", "974", True),
        ("Code département", "62498", False),
        ("Code région", "32", True),
        ("Code région", "10", False),
        ("Code arrondissement", "621", True),
        ("Code canton", "6201", True),
        ("Code pays", "FR", True),
        ("Code pays", "NC", True),
        ("Code pays", "99109", True),
        ("Code pays", "250", False),
    ],
)
def test_the_code_of_a_place_must_fit_its_kind(kind: str, code: str, fits: bool) -> None:
    row = MINIMAL | {"lieuExecution": {"code": code, "typeCode": kind}}
    record = read_row(row).record
    assert record is not None
    assert (record.place_code, record.place_kind) == (code, kind)
    assert remarks(row, "lieuExecution.code") == ([] if fits else ["place_mismatch"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Travaux d’été à Lens-Liévin : œuvres & réseaux", []),
        ("RÉNOVATION DU CHÂTEAU", []),
        ("Si a < b et c > d", []),
        ("Fourniture de c\ufffdr\ufffdales", ["garbled_text"]),
        ("Travaux dâ€™Ã©tÃ©", ["garbled_text"]),
        ("RÃ©novation", ["garbled_text"]),
        ("Lot 2<br />menuiseries", ["markup_in_text"]),
        ("Acc&egrave;s", ["markup_in_text"]),
        ("C&#233;r&#233;ales", ["markup_in_text"]),
        ("Sur deux\nlignes", ["line_break"]),
        ("é" * 1001, ["text_too_long"]),
    ],
)
def test_a_subject_is_kept_as_it_is_with_a_remark_on_damage(text: str, codes: list[str]) -> None:
    row = MINIMAL | {"objet": text}
    record = read_row(row).record
    assert record is not None
    assert record.subject == text
    assert remarks(row, "objet") == codes


@pytest.mark.parametrize("text", ["a\x00b", "é\x00b", "a\ud800b"])
def test_characters_that_nothing_can_store_are_replaced_with_a_remark(text: str) -> None:
    row = MINIMAL | {"objet": text}
    reading = read_row(row)
    assert reading.record is not None
    assert reading.record.subject == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    assert remarks(row, "objet") == ["unusable_characters"]
    for issue in reading.issues:
        assert "\x00" not in issue.message
        issue.message.encode()


@pytest.mark.parametrize("tag", ["NC", "CDL", "MQ", "MQ NC", "INX 12", "INX"])
def test_the_ministrys_marks_of_absence_are_no_values(tag: str) -> None:
    fields = ("objet", "codeCPV", "ccag", "montant", "dateNotification", "procedure", "tauxAvance")
    row = MINIMAL | dict.fromkeys(fields, tag)
    record = read_row(row).record
    assert record is not None
    values = (record.subject, record.cpv, record.ccag, record.amount, record.notified_on)
    assert values == (None,) * 5
    for field in fields:
        assert remarks(row, field) == ["placeholder"]


def test_spaces_around_a_reference_are_removed_with_a_remark() -> None:
    row = MINIMAL | {"id": " 2024-1\n"}
    record = read_row(row).record
    assert record is not None
    assert record.reference == "2024-1"
    assert remarks(row, "id") == ["spaces_removed"]


@pytest.mark.parametrize(
    ("reference", "accepted"), [("A/1 b.c_d#e-2", True), ("Marché n°4", False), ("(1)", False)]
)
def test_a_reference_that_the_ministry_leaves_out_is_told(reference: str, accepted: bool) -> None:
    row = MINIMAL | {"id": reference}
    record = read_row(row).record
    assert record is not None
    assert record.reference == reference
    assert remarks(row, "id") == ([] if accepted else ["reference_characters"])
