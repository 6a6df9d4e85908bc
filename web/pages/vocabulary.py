"""The words that definitions are written with: a reference to read, made of what the API offers."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.visit import member
from web.words import THEMES

# The nature of a value, and how it is written in a definition.
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "money": ("montant hors taxes, en euros", '"25000.00"'),
    "hours": ("heures", '"35.25"'),
    "score": ("note sur 20", '"15.5"'),
    "percent": ("pourcentage", '"30"'),
    "integer": ("nombre entier", "12"),
    "date": ("date", '"2026-01-31"'),
    "text": ("texte", "Procédure adaptée"),
    "labels": ("liste de textes", "Accord-cadre"),
    "boolean": ("oui ou non", "true"),
}
KEYS: Final[Mapping[str, str]] = {
    "fact": "ce qui est regardé : un des faits ci-dessous. Absent : contract.",
    "aggregate": "le calcul. Obligatoire.",
    "of": "le champ additionné, dont on fait la moyenne, ou dont on distingue les valeurs.",
    "also": "pour une répartition : d’autres champs, qui répartissent les mêmes lignes.",
    "perimeter": "parmi quoi on compte : un critère, ou le mot all pour toutes les lignes. "
    "Obligatoire pour une part et pour la base d’un rapport.",
    "where": "ce qui est compté : un critère. Absent : tout le périmètre.",
    "period": "la période. Absente : civil_year.",
    "over": "pour un rapport : ce par quoi l’on divise, avec ses propres clés fact, aggregate, of, "
    "perimeter et where.",
    "compare": "l’année comparée : with, as et, pour une année de référence, year.",
    "base": "pour un chiffre déclaré : true quand sa base est déclarée avec lui.",
    "list": "pour un chiffre déclaré : true quand on déclare une liste de mots.",
    "by": "pour un nombre, une part, une somme ou une moyenne : le champ pour chaque valeur duquel "
    "le même chiffre est donné.",
    "parts": "pour un chiffre déclaré : il l’est part par part. by dit ce qu’est une part, among "
    "les mots proposés, closed: true qu’il n’y en a pas d’autre, added: false que les parts ne "
    "s’additionnent pas.",
    "same_as": "seule : le code d’un indicateur du même schéma, dont la définition est reprise.",
}
CRITERIA: Final[Mapping[str, str]] = {
    '{field: amount, more_than: "25000.00"}': "le champ de la ligne remplit la comparaison.",
    "{mark: social_clause}": "le contrat porte cette considération.",
    "{supplier: {field: size, equals: pme}}": "l’un des titulaires remplit la comparaison.",
    "{all: [critère, critère]}": "tous sont vrais.",
    "{any: [critère, critère]}": "l’un au moins est vrai.",
    "{not: critère}": "il est faux ; inconnu, il le reste.",
}


async def vocabulary_page(request: Request) -> Response:
    """Every word of the vocabulary, fact by fact."""
    visit = await member(request)
    vocabulary = await visit.read("read_vocabulary")
    marks: list[dict[str, Any]] = await visit.read("list_marks")
    return visit.page(
        "schemes/vocabulary.html",
        words=vocabulary,
        named={
            name: {one["code"]: one["label"] for one in vocabulary[name]}
            for name in ("aggregates", "operators", "periods")
        },
        types=TYPES,
        keys=KEYS,
        criteria=CRITERIA,
        themes=[
            (words, [one for one in marks if one["theme"] == theme])
            for theme, words in THEMES.items()
        ],
    )


routes = [Route("/vocabulaire", vocabulary_page, methods=["GET"])]
