"""The form of an insertion clause: the API's fields, those of its calculation laid flat."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from web.forms import CHOICE, CHOICES, Field, fields_of, from_record, to_body

NESTED = "calculation"
PREFIX = f"{NESTED}_"
# Known or worth a default: these fields are never left unsaid.
ALWAYS_SAID = (
    "title",
    "kind",
    "unit",
    "by_orders",
    "training_counted",
    "eligibility_months",
    "evidence_frequency",
    "evidence_days",
    "status",
)
# In a form the codes of the API have words, so that its help has to be told otherwise.
HELP: Mapping[str, str] = {
    "unit": "Chaque unité demande sa valeur, et elle seule.",
    "hours": "Laissez vide si le calcul ci-dessous les donne, ou si des bons de commande les "
    "feront.",
    "share": "Si l’unité est une part des heures travaillées.",
    "amount": "Si l’unité est un montant sous-traité, en euros.",
    "facilitator_siret": "Parmi ceux qui ont un mandat en cours de l’acheteur.",
    "penalty_amount": "En euros, par heure manquante ou par jour de retard.",
    "penalty_share": "Si la pénalité est un pourcentage du montant.",
    "publics": "Aucune case cochée : tous les publics.",
    "modalities": "Aucune case cochée : toutes les modalités.",
    f"{PREFIX}amount": "Du marché ou du lot, en euros, sur toute la durée.",
}


def clause_fields(
    document: Mapping[str, Any], schema: str, facilitators: Iterable[tuple[str, str]]
) -> dict[str, Field]:
    """The fields of a clause by name, those of the calculation under ``calculation_…``;
    ``facilitators`` are (SIRET, name)."""
    nested = fields_of(document, "CalculationTerms")
    fields: dict[str, Field] = {}
    for name, one in fields_of(document, schema).items():
        if name == NESTED:
            fields |= {
                f"{PREFIX}{part}": replace(told, name=f"{PREFIX}{part}", required=False)
                for part, told in nested.items()
            }
        elif name != "contract_id":
            fields[name] = replace(one, required=name in ALWAYS_SAID)
    chosen = fields["facilitator_siret"]
    fields["facilitator_siret"] = replace(
        chosen, title="Facilitateur", kind=CHOICE, options=tuple(facilitators)
    )
    return {
        name: replace(one, help=HELP[name]) if name in HELP else one for name, one in fields.items()
    }


def starting_values(document: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """What a new clause shows: the defaults of the API."""
    described = document["components"]["schemas"]["ClauseCreate"]["properties"]
    said = {name: spec["default"] for name, spec in described.items() if "default" in spec}
    return from_record(fields, said)


def shown_values(clause: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """What the form shows of a clause of the API."""
    kept = clause[NESTED] or {}
    return from_record(fields, {**clause, **{f"{PREFIX}{part}": kept[part] for part in kept}})


def clause_body(fields: Mapping[str, Field], typed: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON of a clause; a calculation of which nothing is said is null."""
    body = to_body(fields, typed)
    for name, one in fields.items():
        if one.kind == CHOICES and name in body:
            body[name] = body[name] or []
    parts = calculation_body(body)
    if set(parts) == {"amount"}:  # offered from the contract: by itself it works nothing out
        parts = {}
    laid = [name for name in body if name.startswith(PREFIX)]
    for name in laid:
        del body[name]
    return body | ({NESTED: parts or None} if laid else {})


def calculation_body(body: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the calculation that are said."""
    return {
        name.removeprefix(PREFIX): value
        for name, value in body.items()
        if name.startswith(PREFIX) and value is not None
    }


def laid_flat(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Errors of the API with those of the calculation on the fields of the form."""
    return [{**one, "loc": _flat(list(one["loc"]))} for one in errors]


def _flat(loc: list[Any]) -> list[Any]:
    if NESTED in loc[:-1]:
        place = loc.index(NESTED)
        return [*loc[:place], f"{PREFIX}{loc[place + 1]}", *loc[place + 2 :]]
    return loc
