"""Parts of a contract that have forms of their own: how each is asked, sent and shown.

A part is known by its rank in its list. A form also carries what it was made from (``seen``): when
somebody else came first, it is found again by that, and never written over another one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import count, takewhile
from json import dumps
from typing import Any

from web.formats import short_day
from web.forms import Error, Field, Form, fields_of, only_said, to_body
from web.reserved import chosen_fields
from web.rowforms import cell_name, placed_errors, read_rows, row_fields
from web.spelling import whole_to_int

Record = Mapping[str, Any]
Fields = dict[str, Field]
Sent = tuple[dict[str, Any], Callable[[Error], Error]]
Layout = Sequence[tuple[str, Sequence[str]]]

COMPANY = "subcontractor"
COMPANY_PARTS = ("id_type", "identifier", "name")
TARIFFS = "tariffs"
TARIFF_COLUMNS = ("title", "amount")
EMPTY_TARIFFS = 3
NO_TARIFF = "manque : indiquez au moins un tarif, de 0 € si l’usager ne paie rien."
MANY_TARIFFS = (
    "{} tarifs : un formulaire en tient {} au plus, aucun n’est donc montré ici, pour n’en perdre "
    "aucun. Corrigez le fichier d’où ils viennent, puis importez-le de nouveau."
)
NEW_TOTALS = (
    "Indiquez les nouveaux totaux, jamais la différence. Laissez vide ce qui ne change pas."
)


@dataclass(frozen=True)
class Words:
    """The French of a part: its name, then of adding it, of correcting it, of removing it; heading,
    button, what to know."""

    title: str
    add: str
    adding: str
    correct: str
    remove: str
    removing: str
    told_adding: str = ""
    told_correcting: str = ""


@dataclass(frozen=True)
class Part:
    """A kind of part: ``path`` of its pages, ``listed`` the list of the contract that holds it,
    ``operation`` the end of the names of its operations, ``kind`` the contracts that have it.

    ``fields`` are those of its form on a contract, for what is shown or typed in it; ``flat`` says
    a record of the API under their names; ``sent`` gives the body of a form, and where its errors
    go. ``decp`` is the list of the published format, ``mended`` the fields of the form by the
    beginning of their names there; ``rows`` the table of fields of a part that has one; ``blank``
    what a new one begins with. ``refused`` says why a record has no form, of the API's document
    and the record; None when it has one.
    """

    path: str
    listed: str
    operation: str
    kind: str
    anchor: str
    notice: str
    words: Words
    layout: Layout
    fields: Callable[[Record, Record, Record], Fields]
    flat: Callable[[Record], Record]
    sent: Callable[[Form], Sent]
    decp: str
    mended: Mapping[str, str]
    rows: str = ""
    blank: Mapping[str, str] = field(default_factory=dict)
    refused: Callable[[Record, Record], str | None] = lambda _document, _record: None

    def cells(self, form: Form) -> list[str]:
        """The fields of a form that are cells of its table."""
        return [name for name in form.fields if self.rows and name.startswith(f"{self.rows}-")]


_DAYS = {"dateNotification": "notified_on", "datePublication": "published_on"}


def seen(record: Record) -> str:
    """What stands for a part as it was read."""
    return sha256(dumps(record, sort_keys=True).encode()).hexdigest()


def _act_fields(document: Record, _contract: Record, _given: Record) -> Fields:
    company = fields_of(document, "SubcontractorIn")
    named = {f"{COMPANY}-{name}": company[name] for name in COMPANY_PARTS}
    act = chosen_fields(document, "SubcontractIn", without=(COMPANY,))
    return {name: replace(one, name=name) for name, one in named.items()} | act


def _act_flat(record: Record) -> Record:
    company = record.get(COMPANY) or {}
    return {**record, **{f"{COMPANY}-{name}": company.get(name) for name in COMPANY_PARTS}}


def _act_sent(form: Form) -> Sent:
    said = only_said(to_body(form.fields, form.typed))
    company = {
        part: said.pop(f"{COMPANY}-{part}") for part in COMPANY_PARTS if f"{COMPANY}-{part}" in said
    }
    return {**said, COMPANY: company}, _act_error


def _act_error(error: Error) -> Error:
    """An error of the company, put on the field of the form that says it."""
    names = [str(part) for part in error["loc"] if part != "body"]
    return {**error, "loc": ["-".join(names[:2])]} if names[:1] == [COMPANY] else error


def _change_fields(document: Record, contract: Record, _given: Record) -> Fields:
    fields = fields_of(document, "SubcontractChangeIn")
    acts = {
        str(one["number"]): _act_words(one)
        for one in contract["subcontracts"]
        if one["number"] is not None
    }
    fields["number"] = replace(
        fields["number"], kind="choice", options=tuple(acts.items()), help=""
    )
    return fields


def _act_words(act: Record) -> str:
    company = act[COMPANY] or {}
    who = company.get("name") or company.get("identifier") or "entreprise non renseignée"
    return f"n°\u00a0{act['number']} – {who}, notifié le {short_day(act['notified_on'])}"


def _change_sent(form: Form) -> Sent:
    said = only_said(to_body(form.fields, form.typed))
    if "number" in said:
        said["number"] = whole_to_int(said["number"])
    return said, dict


def _year_fields(document: Record, _contract: Record, given: Record) -> Fields:
    year = chosen_fields(document, "ConcessionYearIn", without=(TARIFFS,))
    columns = fields_of(document, "TariffIn")
    return year | row_fields(columns, TARIFFS, _tariff_rows(given), TARIFF_COLUMNS)


def _tariff_rows(given: Record) -> int:
    """As many rows as were shown, or those of the record and some more."""
    if TARIFFS in given:
        return len(given[TARIFFS]) + EMPTY_TARIFFS
    cells = (cell_name(TARIFFS, row, "title") in given for row in count())
    return sum(takewhile(bool, cells)) or EMPTY_TARIFFS + 1


def _year_refused(document: Record, record: Record) -> str | None:
    """An import may bring more tariffs than the API takes of a form: none is lost by correcting."""
    year = document["components"]["schemas"]["ConcessionYearIn"]
    most: int = year["properties"][TARIFFS]["maxItems"]
    told = len(record[TARIFFS])
    return MANY_TARIFFS.format(told, most) if told > most else None


def _year_flat(record: Record) -> Record:
    tariffs = record.get(TARIFFS) or []
    return {
        **record,
        **{
            cell_name(TARIFFS, row, column): one[column]
            for row, one in enumerate(tariffs)
            for column in TARIFF_COLUMNS
        },
    }


def _year_sent(form: Form) -> Sent:
    first = cell_name(TARIFFS, 0, "title")
    cells = YEAR.cells(form)
    rows = read_rows(form, TARIFFS, len(cells) // len(TARIFF_COLUMNS), TARIFF_COLUMNS)
    own = {name: form.typed[name] for name in form.fields if name not in cells}
    places = [place for place, _ in rows]

    def placed(error: Error) -> Error:
        if list(error["loc"])[1:] == [TARIFFS]:
            return {"loc": [first], "message": error["message"] if rows else NO_TARIFF}
        return placed_errors([error], {TARIFFS: places})[0]

    said = only_said(to_body(form.fields, own))
    return {**said, TARIFFS: [one for _, one in rows]}, placed


ACT = Part(
    path="sous-traitance",
    listed="subcontracts",
    operation="subcontract",
    kind="marche",
    anchor="sous-traitance",
    notice="acte",
    words=Words(
        "Acte de sous-traitance",
        "Ajouter un acte de sous-traitance",
        "Ajouter l’acte",
        "Corriger l’acte de sous-traitance",
        "Supprimer cet acte",
        "L’acte quittera le contrat et les données publiées. Supprimez d’abord ses modifications, "
        "s’il en a. Cette suppression est inscrite au journal.",
        told_correcting="Corrigez ici une erreur de saisie. Ce que les parties ont changé depuis "
        "se dit par une modification de l’acte.",
    ),
    layout=(
        ("Le sous-traitant", tuple(f"{COMPANY}-{part}" for part in COMPANY_PARTS)),
        ("L’acte", ("notified_on", "published_on", "amount", "months", "price_variation")),
    ),
    fields=_act_fields,
    flat=_act_flat,
    sent=_act_sent,
    decp="actesSousTraitance",
    mended={
        "sousTraitant.typeIdentifiant": f"{COMPANY}-id_type",
        "sousTraitant": f"{COMPANY}-identifier",
        "dureeMois": "months",
        "montant": "amount",
        "variationPrix": "price_variation",
        **_DAYS,
    },
    blank={f"{COMPANY}-id_type": "SIRET"},
)
CHANGE = Part(
    path="sous-traitance/modifications",
    listed="subcontract_changes",
    operation="subcontract_change",
    kind="marche",
    anchor="sous-traitance",
    notice="acte-modifie",
    words=Words(
        "Modification de sous-traitance",
        "Ajouter une modification d’acte de sous-traitance",
        "Ajouter la modification",
        "Corriger la modification de l’acte de sous-traitance",
        "Supprimer cette modification",
        "La modification quittera le contrat et les données publiées. Cette suppression est "
        "inscrite au journal.",
        told_adding=NEW_TOTALS,
        told_correcting=NEW_TOTALS,
    ),
    layout=(
        ("La modification", ("number", "notified_on", "published_on")),
        ("Ce qui change", ("amount", "months")),
    ),
    fields=_change_fields,
    flat=dict,
    sent=_change_sent,
    decp="modificationsActesSousTraitance",
    mended={"id": "number", "dureeMois": "months", "montant": "amount", **_DAYS},
)
YEAR = Part(
    path="execution",
    listed="concession_years",
    operation="concession_year",
    kind="concession",
    anchor="execution",
    notice="execution",
    words=Words(
        "Données d’exécution",
        "Ajouter les données d’exécution d’une année",
        "Ajouter ces données",
        "Corriger les données d’exécution d’une année",
        "Supprimer ces données d’exécution",
        "Elles quitteront la concession et les données publiées. Cette suppression est inscrite "
        "au journal.",
        told_adding="Chaque année, l’autorité concédante publie les dépenses d’investissement et "
        "les principaux tarifs à la charge des usagers.",
    ),
    layout=(("L’année", ("published_on", "investment")),),
    fields=_year_fields,
    flat=_year_flat,
    sent=_year_sent,
    decp="donneesExecution",
    mended={
        "datePublication": "published_on",
        "depenses": "investment",
        "tarifs": cell_name(TARIFFS, 0, "title"),
    },
    rows=TARIFFS,
    refused=_year_refused,
)
PARTS: Sequence[Part] = (ACT, CHANGE, YEAR)
