"""The public descriptions of our open-data files: what each column or member means.

They are ours, the same for every buyer, hence at addresses of their own.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from api.publication import figures, programming
from api.publication.site import Site
from api.rules.decp.table import CONTRACTS
from api.rules.described import json_schema, table_schema

FOLDER: Final = "/opendata/schemas"
_TITLES: Final = {
    "contrats.tableschema.json": "Colonnes de contrats.csv (Table Schema)",
    "indicateurs.tableschema.json": "Colonnes d’indicateurs.csv (Table Schema)",
    "indicateurs.schema.json": "Contenu d’indicateurs.json (JSON Schema)",
    "programmation.schema.json": "Contenu de programmation.json (JSON Schema)",
}


def _figures(address: str) -> dict[str, Any]:
    title, words = figures.FIGURES.title, figures.FIGURES.description
    return json_schema(address, title, words, figures.DOCUMENT)


def _programming(address: str) -> dict[str, Any]:
    words = "Les achats qu’un acheteur prévoit et rend publics, du plus proche au plus lointain."
    return json_schema(address, "Programmation des achats", words, programming.DOCUMENT)


_MADE: Final[Mapping[str, Callable[[str], dict[str, Any]]]] = {
    "contrats.tableschema.json": lambda _: table_schema(CONTRACTS),
    "indicateurs.tableschema.json": lambda _: table_schema(figures.FIGURES),
    "indicateurs.schema.json": _figures,
    "programmation.schema.json": _programming,
}
# The description that each file follows.
FOLLOWED: Final = {
    "contrats.csv": "contrats.tableschema.json",
    "indicateurs.csv": "indicateurs.tableschema.json",
    "indicateurs.json": "indicateurs.schema.json",
    programming.NAME: "programmation.schema.json",
}


def titles() -> Mapping[str, str]:
    """The descriptions, by name."""
    return _TITLES


def address(site: Site, name: str) -> str:
    """The public address of a description."""
    return f"{site.url}{FOLDER}/{name}"


def made(site: Site, name: str) -> dict[str, Any]:
    """A description, under its own address."""
    one = address(site, name)
    # Table Schema has no word for its own address: « path » is that of the French schemas.
    found = _MADE[name](one)
    return found if "$id" in found else {**found, "path": one}
