"""Forms drawn from the schema: spelling changes, judgement stays with the API."""

from typing import Any

import pytest
from starlette.datastructures import FormData

from web import forms
from web.client import load_document
from web.forms import Form, fields_of

DOCUMENT = load_document()
FIELDS = fields_of(DOCUMENT, "ContractChange")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("subject", forms.AREA),
        ("cpv", forms.TEXT),
        ("nature", forms.CHOICE),
        ("techniques", forms.CHOICES),
        ("advance_granted", forms.FLAG),
        ("notified_on", forms.DAY),
        ("amount", forms.AMOUNT),
        ("advance_rate", forms.SHARE),
        ("months", forms.WHOLE),
        ("suppliers", forms.PARTIES),
    ],
)
def test_a_field_is_asked_as_its_schema_says(name: str, kind: str) -> None:
    assert FIELDS[name].kind == kind


def test_titles_helps_lists_and_obligations_come_from_the_api() -> None:
    created = fields_of(DOCUMENT, "ContractCreate", {"kind": {"marche": "Marché"}})
    assert created["reference"].required
    assert not created["subject"].required
    assert created["amount"].title == "Montant HT"
    assert "euros" in created["amount"].help
    assert created["kind"].options[0] == ("marche", "Marché")
    assert "Appel d'offres ouvert" in dict(created["procedure"].options)
    assert dict(created["suppliers"].options)["SIRET"] == "SIRET"


def test_a_new_field_of_the_api_appears_by_itself() -> None:
    properties = {"subject": {"type": "string"}, "colour": {"type": "string", "title": "Couleur"}}
    document = {"components": {"schemas": {"Thing": {"properties": properties}}}}
    form = Form(fields_of(document, "Thing"))
    assert form.arranged(["subject"]) == ["colour"]


@pytest.mark.parametrize(
    ("kind", "typed", "sent"),
    [
        (forms.DAY, "20/11/2026", "2026-11-20"),
        (forms.DAY, "1/2/26", "2026-02-01"),
        (forms.DAY, "20-11-26", "2026-11-20"),
        (forms.DAY, "2026-11-20", "2026-11-20"),
        (forms.DAY, "le 20 novembre", "le 20 novembre"),
        (forms.AMOUNT, "12 345,60", "12345.60"),
        (forms.AMOUNT, "12\u202f345,6 €", "12345.6"),
        (forms.AMOUNT, "-3", "-3"),
        (forms.AMOUNT, "douze", "douze"),
        (forms.AMOUNT, "1,2,3", "1,2,3"),
        (forms.SHARE, "5 %", "0.05"),
        (forms.SHARE, "100 %", "1"),
        (forms.SHARE, "12,5%", "0.125"),
        (forms.SHARE, "0,05", "0.05"),
        (forms.SHARE, "peu %", "peu %"),
        (forms.WHOLE, "1 204", 1204),
        (forms.WHOLE, "douze", "douze"),
        (forms.WHOLE, "12,5", "12,5"),
        (forms.FLAG, "true", True),
        (forms.FLAG, "false", False),
        (forms.FLAG, "peut-être", "peut-être"),
    ],
)
def test_a_french_spelling_becomes_that_of_the_api_or_stays(
    kind: str, typed: str, sent: object
) -> None:
    one = forms.Field("x", "X", kind)
    assert forms.to_body({"x": one}, {"x": typed}) == {"x": sent}


@pytest.mark.parametrize("kind", [forms.TEXT, forms.DAY, forms.AMOUNT, forms.FLAG, forms.WHOLE])
def test_an_empty_field_says_nothing(kind: str) -> None:
    one = forms.Field("x", "X", kind)
    assert forms.to_body({"x": one}, {"x": "  "}) == {"x": None}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("notified_on", "2026-11-20", "20/11/2026"),
        ("amount", "12000.50", "12000,50"),
        ("advance_rate", "0.05", "5 %"),
        ("advance_rate", "0.125", "12,5 %"),
        ("advance_granted", False, "false"),
        ("advance_granted", None, ""),
        ("months", 12, "12"),
        ("techniques", ["Concours"], ["Concours"]),
        ("techniques", None, []),
    ],
)
def test_a_value_goes_to_the_form_and_comes_back_the_same(
    name: str, value: object, shown: object
) -> None:
    fields = {name: FIELDS[name]}
    typed = forms.from_record(fields, {name: value})
    assert typed == {name: shown}
    back = forms.to_body(fields, typed)[name]
    assert back == value or str(back) == str(value).rstrip("0").rstrip(".")


def test_companies_are_read_by_rows_and_blank_rows_are_left() -> None:
    data = FormData(
        [
            ("suppliers.id_type", "SIRET"),
            ("suppliers.identifier", "24620036400080"),
            ("suppliers.name", ""),
            ("suppliers.id_type", "SIRET"),
            ("suppliers.identifier", " "),
            ("suppliers.name", ""),
        ]
    )
    fields = {"suppliers": FIELDS["suppliers"]}
    body = forms.to_body(fields, forms.read_typed(fields, data))
    assert body == {
        "suppliers": [{"id_type": "SIRET", "identifier": "24620036400080", "name": None}]
    }


def test_only_what_differs_is_changed() -> None:
    before = {"subject": "Un\nDeux", "amount": "12,00", "techniques": []}
    typed: dict[str, Any] = {"subject": "Un\r\nDeux ", "amount": "13", "techniques": []}
    assert forms.changed(before, typed) == {"amount": "13"}


def test_messages_of_the_api_find_their_field() -> None:
    form = Form({name: FIELDS[name] for name in ("amount", "suppliers")})
    errors: list[dict[str, object]] = [
        {"loc": ["body", "amount"], "message": "n’est pas un nombre."},
        {"loc": ["body", "suppliers", 1, "name"], "message": "est trop long."},
        {"loc": ["header", "if-match"], "message": "est trop long."},
    ]
    forms.with_errors(form, errors, "À corriger.")
    assert form.errors == {
        "amount": ["n’est pas un nombre."],
        "suppliers": ["Ligne 2 : est trop long."],
    }
    assert form.general == ["header : est trop long."]
    assert [name for name, _, _ in form.summary] == ["amount", "suppliers"]


def test_a_refusal_without_field_is_told_on_top() -> None:
    form = forms.with_errors(Form({}), [], "Ce numéro est pris.")
    assert form.general == ["Ce numéro est pris."]
