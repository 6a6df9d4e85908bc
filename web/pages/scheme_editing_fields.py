"""The form of an indicator: its fields, its targets by year, and what they make."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import FormData

from web.forms import AMOUNT, AREA, CHOICE, CHOICES, TEXT, WHOLE, Field, Form, from_record, to_body
from web.pages.definition_form_view import error_fields
from web.rowforms import read_rows, row_fields
from web.words import DIRECTIONS, FREQUENCIES, NATURES

KINDS: Final[Mapping[str, str]] = {
    "count": "Nombre",
    "percentage": "Pourcentage",
    "ratio": "Rapport",
    "amount": "Montant",
    "hours": "Heures",
    "duration": "Durée",
    "quantity": "Quantité",
    "delta": "Évolution",
    "score": "Note",
    "boolean": "Oui ou non",
    "list": "Liste de mots",
}
SOURCES: Final[Mapping[str, str]] = {
    "contracts": "Marchés",
    "companies": "Entreprises",
    "reserved": "Marchés réservés",
    "insertion": "Insertion",
    "payments": "Mandatements",
    "programming": "Programmation des achats",
    "events": "Événements",
    "surveys": "Enquêtes",
    "external": "Autre logiciel",
    "manual": "Déclaration d’une personne",
}
# The unit of a target when none is typed.
UNITS: Final[Mapping[str, str]] = {
    "percentage": "%",
    "amount": "€",
    "hours": "heures",
    "boolean": "oui",
}
TARGETS = "targets"
COLUMNS = ("year", "value", "unit", "note")
# What the rows carry beside what is typed; ``organisation`` is chosen when there are several.
BESIDE = ("organisation", "source_line", "fte", "since")
MOST_TARGETS = 40
_TARGET_FIELDS: Final[Mapping[str, Field]] = {
    "year": Field("year", "Année", WHOLE),
    "value": Field("value", "Valeur", AMOUNT),
    "unit": Field("unit", "Unité", TEXT),
    "note": Field("note", "Remarque", TEXT),
}
LAYOUT: Final = (
    ("Ce qu’il dit", ("code", "label", "part", "explanation")),
    ("Le chiffre", ("kind", "unit", "direction", "frequency", "nature")),
    ("D’où il vient", ("perimeter", "source_kind", "source", "note")),
    ("Ce qu’il sert", ("actions",)),
)


def indicator_fields(hooks: list[tuple[str, str]], *, new: bool) -> dict[str, Field]:
    """The fields of an indicator; its code is only asked of a new one."""
    fields = (
        Field("code", "Code", TEXT, "Court et jamais changé ensuite.", required=True),
        Field("label", "Libellé", AREA, required=True),
        Field("part", "Part du libellé mesurée ici", TEXT, "Si le libellé dit deux mesures."),
        Field("explanation", "En clair", AREA, "Ce qui est compté, comment.", required=True),
        Field("kind", "Nature du chiffre", CHOICE, required=True, options=_options(KINDS)),
        Field("unit", "Unité", TEXT, "Par exemple « % », « € », « marchés », « heures »."),
        Field("direction", "Sens souhaité", CHOICE, required=True, options=_options(DIRECTIONS)),
        Field("frequency", "Fréquence", CHOICE, options=_options(FREQUENCIES)),
        Field("nature", "Réalisation ou effet", CHOICE, options=_options(NATURES)),
        Field("perimeter", "Périmètre, en toutes lettres", AREA, required=True),
        Field(
            "source_kind", "Nature de la source", CHOICE, required=True, options=_options(SOURCES)
        ),
        Field("source", "D’où vient le chiffre", TEXT, "Registre, logiciel…", required=True),
        Field("note", "Remarque", AREA),
        Field("actions", "Actions servies", CHOICES, required=True, options=tuple(hooks)),
    )
    return {one.name: one for one in fields if new or one.name != "code"}


def _options(words: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(words.items())


def columns_of(organisations: Mapping[str, str]) -> list[tuple[str, str]]:
    """The columns of the targets: name and title; of which organisation when there are several."""
    titled = [(name, _TARGET_FIELDS[name].title) for name in COLUMNS]
    return [*titled, ("organisation", "Organisation")] if len(organisations) > 1 else titled


def make_form(
    hooks: list[tuple[str, str]], rows: int, organisations: Mapping[str, str], *, new: bool
) -> Form:
    """The whole form: fields, cells of ``rows`` targets, places of the definition.

    ``organisations``: those of the scheme, names by SIREN.
    """
    whose = Field("organisation", "Organisation", CHOICE, options=_options(organisations))
    names = [name for name, _ in columns_of(organisations)]
    known = {**_TARGET_FIELDS, "organisation": whose}
    cells = row_fields(known, TARGETS, rows, names, "cible")
    return Form(indicator_fields(hooks, new=new) | cells | error_fields())


def filled(indicator: Mapping[str, Any]) -> dict[str, Any]:
    """What the form shows of an indicator: its fields, and the cells of its targets."""
    fields = indicator_fields([], new=True)
    typed = from_record(fields, indicator)
    for row, target in enumerate(indicator["targets"]):
        shown = from_record(_TARGET_FIELDS, target)
        typed |= {f"{TARGETS}-{row}-{name}": shown[name] for name in COLUMNS}
        typed |= {f"{TARGETS}-{row}-{name}": str(target.get(name) or "") for name in BESIDE}
    return typed


def rows_of(indicator: Mapping[str, Any] | None) -> int:
    """How many rows of targets to offer: those there, and two empty ones."""
    return max(3, (len(indicator["targets"]) if indicator else 0) + 2)


def rows_sent(data: FormData) -> int:
    """How many rows of targets were sent."""
    found = sum(f"{TARGETS}-{row}-year" in data for row in range(MOST_TARGETS))
    return max(3, found)


def read_indicator(
    form: Form, rows: int, hidden: Mapping[str, str]
) -> tuple[dict[str, Any], list[int]]:
    """The indicator that was typed, without its definition, and the row of each target sent."""
    names = indicator_fields([], new="code" in form.fields)
    body = to_body(
        {name: form.fields[name] for name in names}, {name: form.typed[name] for name in names}
    )
    body |= {name: "" for name in body if body[name] is None and form.fields[name].required}
    body["actions"] = body["actions"] or []
    unit = UNITS.get(body["kind"] or "", body["unit"] or "")
    targets, order = [], []
    for row, said in read_rows(form, TARGETS, rows, COLUMNS):
        target = {"year": None, "unit": unit, "note": None, **said}
        for name in ("organisation", "fte"):
            target[name] = hidden.get(f"{TARGETS}-{row}-{name}") or None
        for name in ("source_line", "since"):
            told = hidden.get(f"{TARGETS}-{row}-{name}", "")
            target[name] = int(told) if told.isdecimal() and len(told) < 7 else None
        targets.append(target)
        order.append(row)
    body["targets"] = targets
    return body, order


def hidden_of(data: FormData, rows: int) -> dict[str, str]:
    """What the rows carry without showing it."""
    return {
        name: str(data.get(name, ""))
        for name in (f"{TARGETS}-{row}-{one}" for row in range(rows) for one in BESIDE)
    }
