"""The open-data files of figures.

Each figure with what it rests on, what it must reach, its definition, and why it is not given when
it is not.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.indicators import calling, serving
from api.indicators.kept_schemas import FrozenMark
from api.indicators.known_years import years_of
from api.indicators.models import FrozenFigures
from api.indicators.persons import NOT_CLOSED, SECRET
from api.indicators.schemas import ResultRead, SchemeResults
from api.indicators.service import of_organisations
from api.kit.days import PARIS, today
from api.publication import settings
from api.publication.files import csv_bytes
from api.publication.site import Site
from api.rules.described import SIRET, Column, Described, cell, json_object
from api.rules.indicators.disclosed import DISCLOSURES, Disclosure, disclosed
from api.schemes import service as schemes
from api.schemes.models import Scheme, Way

_INTERVAL: Final = "La vraie valeur est entre « low » et « high » tant que des réponses manquent."
_COLUMNS: Final = (
    Column("scheme", "Schéma", "Le code du schéma (SPASER) de l’acheteur.", required=True),
    Column("indicator", "Indicateur", "Son code dans le schéma.", required=True),
    Column("label", "Libellé", "Les mots du schéma.", required=True),
    Column("year", "Année", "L’année civile, terminée.", "integer", required=True, least=1990),
    Column("aggregate", "Calcul", "count, share, sum, average, distinct…", required=True),
    Column(
        "way",
        "Origine",
        "D’où vient le chiffre.",
        required=True,
        choices={
            Way.COMPUTED.value: "calculé",
            Way.CAPTURED.value: "déclaré par une personne",
            Way.MILESTONE.value: "oui ou non",
        },
    ),
    Column(
        "status",
        "Statut de diffusion",
        "Pourquoi le chiffre est donné, ou ne l’est pas.",
        required=True,
        choices={one.value: words for one, words in DISCLOSURES.items()},
    ),
    Column(
        "value", "Valeur", "Dans l’unité de l’indicateur ; vide : inconnue, jamais zéro.", "number"
    ),
    Column("unit", "Unité", "Celle du schéma."),
    Column("numerator", "Numérateur", "Ce qui est compté.", "number"),
    Column("denominator", "Dénominateur", "Parmi quoi, quand la réponse est connue.", "number"),
    Column("unknown", "Inconnus", "Lignes dont la réponse manque.", "integer", least=0),
    Column("low", "Au moins", _INTERVAL, "number"),
    Column("high", "Au plus", f"{_INTERVAL} Vide : rien ne la borne.", "number"),
    Column("share", "Part", "Le même chiffre, en pour cent de son périmètre.", "number"),
    Column("completeness", "Complétude", "Part des réponses connues, de 0 à 1.", "number"),
    Column(
        "firm",
        "Chiffre assuré",
        "Faux quand moins de la moitié des réponses sont connues : lisez l’intervalle.",
        "boolean",
    ),
    Column("target", "Cible", "Celle de l’année, ou de la plus proche après.", "number"),
    Column("target_unit", "Unité de la cible", "En toutes lettres."),
    Column("target_year", "Année de la cible", "Vide : pas d’échéance.", "integer"),
    Column("reason", "Pourquoi pas de valeur", "En clair."),
    Column("definition", "Définition", "Ce qui est compté et parmi quoi, en clair.", required=True),
    Column("formula", "Formule", "Le calcul, en clair.", required=True),
    Column(
        "definition_number",
        "Rang de la définition",
        "Il change avec elle.",
        "integer",
        required=True,
    ),
    Column("as_of", "Arrêté au", "Le dernier jour regardé.", "date", required=True),
    Column("software_version", "Version de Spaser", "Celle qui a calculé.", required=True),
    Column(
        "frozen_version",
        "Version arrêtée",
        "Celle de la clôture qui a gardé le chiffre ; vide : calculé à la publication.",
        "integer",
        least=1,
    ),
    Column("frozen_on", "Arrêté le", "Le jour de cette clôture, à Paris.", "date"),
)
_OF_TABLE: Final = (
    Column(
        "structure",
        "Définition structurée",
        "La définition dans le vocabulaire des indicateurs de Spaser, en JSON.",
        required=True,
    ),
    Column("part", "Part", "La valeur distinguée dont parle la ligne ; vide : le chiffre entier."),
)
FIGURES: Final = Described(
    "indicateurs",
    "Indicateurs du schéma de promotion des achats responsables (SPASER)",
    "Chaque indicateur, pour chaque année civile terminée, suivi d’une ligne pour chacune de ses "
    "parts. Une cellule vide : ce n’est pas connu.",
    "1.0.0",
    (*_COLUMNS, *_OF_TABLE),
)
_TEXT: Final = {"type": ["string", "null"]}
DOCUMENT: Final[Mapping[str, Any]] = {
    "type": "object",
    "required": ["organisation", "fictitious", "licence", "indicators"],
    "additionalProperties": False,
    "properties": {
        "organisation": {
            "type": "object",
            "required": ["siret", "name"],
            "additionalProperties": False,
            "properties": {
                "siret": {"type": "string", "pattern": SIRET},
                "name": {"type": "string"},
            },
        },
        "fictitious": {"type": "boolean", "description": "Données inventées."},
        "licence": {"type": "string", "format": "uri"},
        "indicators": {
            "type": "array",
            "items": json_object(
                _COLUMNS,
                structure={
                    "type": "object",
                    "description": "La définition dans le vocabulaire des indicateurs.",
                },
                compared={
                    **_TEXT,
                    "description": "Le chiffre est une évolution : difference ou rate.",
                },
                parts={
                    "type": "array",
                    "description": "Les valeurs distinguées ; textes décimaux.",
                    "items": {
                        "type": "object",
                        "properties": {
                            "label": {"type": "string"},
                            "value": _TEXT,
                            "share": _TEXT,
                        },
                    },
                },
            ),
        },
    },
}


def figures(session: Session, buyer: Organisation) -> list[dict[str, Any]]:
    """The figures of the buyer's schemes for each civil year that has ended, as flat objects.

    A running year moves every day: it is not published. A closed one is published as its closing
    kept it, see api.indicators.serving.
    """
    years = [year for year in years_of(session, [buyer.id]) if year < today().year]
    return [
        line
        for scheme in schemes.adopted_by(session, buyer.id)
        for today_told in [_definitions(session, scheme)]
        for year in years
        for results in [_published(session, scheme, buyer, year)]
        for told in [today_told | _kept_definitions(session, results)]
        for line in _lines(_named(session, results, told), told)
    ]


def _published(session: Session, scheme: Scheme, buyer: Organisation, year: int) -> SchemeResults:
    """The figures of a year, with those of indicators that the scheme had when the year was closed
    and has no more."""
    found = of_organisations(session, scheme, [buyer], year)
    if found.frozen is None:
        return found
    gone = serving.gone(session, found.frozen, {one.indicator_id for one in found.results})
    return found.model_copy(update={"results": [*found.results, *gone]})


def _named(session: Session, results: SchemeResults, told: Mapping[UUID, "_Told"]) -> SchemeResults:
    """The figures with the names of companies that anybody may read."""
    structures = {str(key): one.structure for key, one in told.items()}
    found = calling.renamed_results(session, results.results, structures, public=True)
    return results.model_copy(update={"results": found})


class _Told(NamedTuple):
    """The words of a definition."""

    words: str
    formula: str
    structure: Mapping[str, Any]


def _definitions(session: Session, scheme: Scheme) -> dict[UUID, _Told]:
    """The definitions of today."""
    found = [schemes.shown(one, scheme.code, []) for one in schemes.of_scheme(session, scheme.id)]
    return {one.id: _told(one.model_dump()) for one in found}


def _kept_definitions(session: Session, results: SchemeResults) -> dict[UUID, _Told]:
    """The definitions under which a closing kept the figures that it answers."""
    if results.frozen is None or results.frozen.id is None:
        return {}
    kept = {one.indicator_id for one in results.results if one.kept is not None}
    found: list[dict[str, Any]] = session.execute(
        sa.select(col(FrozenFigures.content)["indicators"]).where(
            col(FrozenFigures.id) == results.frozen.id
        )
    ).scalar_one()
    return {UUID(one["id"]): _told(one) for one in found if UUID(one["id"]) in kept}


def _told(one: Mapping[str, Any]) -> _Told:
    return _Told(f"{one['counted']} {one['looked_at']}", one["formula"], one["definition"])


def figures_json(session: Session, buyer: Organisation, _site: Site) -> Iterator[bytes]:
    """The figures as one JSON object, with who publishes them and under which licence."""
    yield msgspec.json.encode(
        {
            "organisation": {"siret": buyer.siret, "name": buyer.name},
            "fictitious": buyer.fictitious,
            "licence": settings.licence_of(session, buyer.id),
            "indicators": figures(session, buyer),
        }
    )


def figures_csv(session: Session, buyer: Organisation, _site: Site) -> Iterator[bytes]:
    """The figures as CSV (RFC 4180, UTF-8), each followed by its parts; unknown is empty."""
    yield csv_bytes([FIGURES.names])
    for whole in figures(session, buyer):
        flat = whole | {"structure": msgspec.json.encode(whole["structure"]).decode()}
        yield csv_bytes(
            [
                tuple(cell(line.get(name)) for name in FIGURES.names)
                for line in (flat, *_of_parts(flat))
            ]
        )


def _of_parts(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A line for each part of a figure, of what the figure itself tells: a number, or what it
    became when the figure compares."""
    told = (
        "scheme", "indicator", "label", "year", "aggregate", "way", "status", "unit", "definition",
        "formula", "definition_number", "structure", "as_of", "software_version", "frozen_version",
        "frozen_on",
    )  # fmt: skip
    for one in whole["parts"]:
        yield {
            **{name: whole[name] for name in told},
            "value": one["change"] if whole["compared"] else one["value"],
            "numerator": one["numerator"],
            "denominator": one["base"],
            "share": one["share"],
            "part": one["label"],
        }


def _lines(results: SchemeResults, definitions: Mapping[UUID, _Told]) -> Iterator[dict[str, Any]]:
    for one in results.results:
        told = definitions[one.indicator_id]
        line = {
            "scheme": results.scheme,
            "indicator": one.code,
            "year": results.year,
            "way": one.way.value,
            "definition": told.words,
            "formula": told.formula,
            "structure": told.structure,
            "target": one.target.value if one.target else None,
            "target_unit": one.target.unit if one.target else None,
            "target_year": one.target.year if one.target else None,
            "parts": [part.model_dump() for part in one.parts],
            **{name: getattr(one, name) for name in _SAME},
            **_closing(one, results.frozen),
        }
        yield disclosed(line, state_of(one))


def _closing(one: ResultRead, frozen: FrozenMark | None) -> dict[str, Any]:
    """Which version of a closed year a figure is of; nothing when it was computed today."""
    kept = frozen if one.kept is not None else None
    return {
        "frozen_version": None if kept is None else kept.number,
        "frozen_on": None if kept is None else kept.closed_at.astimezone(PARIS).date(),
    }


# Members of a result that are told as they are. What was counted, and until when: the instant of
# the computation would make each writing another file.
_SAME: Final = (
    "label", "aggregate", "value", "unit", "numerator", "denominator", "unknown", "low", "high",
    "share", "completeness", "firm", "reason", "definition_number", "as_of", "software_version",
    "compared",
)  # fmt: skip


def state_of(result: ResultRead) -> Disclosure:
    """Why a figure is told, or is not."""
    reason = result.reason or ""
    if NOT_CLOSED in reason:
        return Disclosure.NOT_CLOSED
    if SECRET in reason:
        return Disclosure.SECRET
    if result.value is not None or result.words or (result.parts and not reason):
        return Disclosure.PUBLISHED
    return Disclosure.UNKNOWN if result.unknown else Disclosure.NOT_COMPUTABLE
