"""How a definition is written: its keys and the forms of its criteria, in the French of readers.

Codes stand between backquotes, which Markdown shows; ``bare`` is for other readers.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from api.rules.indicators.vocabulary import VERSION


class Form(NamedTuple):
    """A form of criteria: an example that can be read, and when it is true."""

    example: str
    sense: str


KEYS: Mapping[str, str] = MappingProxyType(
    {
        "version": f"la version du vocabulaire : {VERSION}",
        "fact": "ce qui est regardé (voir les faits) ; par défaut `contract`",
        "aggregate": "le calcul ; obligatoire",
        "of": "le champ additionné, dont on fait la moyenne, ou dont on distingue les valeurs",
        "also": "avec `breakdown` : une liste d’autres champs (cinq au plus), qui répartissent "
        "chacun les mêmes lignes",
        "perimeter": "le dénominateur : un critère, ou le mot `all` pour toutes les lignes du "
        "fait ; obligatoire pour une part et pour la base d’un rapport",
        "where": "un critère : ce qui est compté ; toutes les lignes du périmètre s’il manque",
        "period": "la période ; par défaut `civil_year`",
        "over": "pour `ratio` seulement : le dénominateur ; quand le rapport est fait de deux "
        "nombres des mêmes lignes, une ligne qui compte des deux côtés n’y entre que si les deux "
        "sont connus, sans avoir à l’écrire",
        "compare": "l’autre année, à laquelle le chiffre est comparé, et la forme de l’écart",
        "base": "pour le fait `measure` : `true` quand une base est déclarée avec la valeur",
        "units": "avec `base`, ou une base déclarée sous `over` : en quoi sont ces deux nombres ; "
        "sans elle, avec un chiffre déclaré "
        "dont l’évolution est en pour cent : en quoi il est",
        "list": "pour le fait `measure` : `true` quand une liste de mots est déclarée, non un "
        "chiffre",
        "by": "avec `count`, `share`, `sum`, `sum_share` ou `average` : le champ pour chaque "
        "valeur duquel le même chiffre est donné, à côté de celui de l’ensemble",
        "parts": "pour le fait `measure` : un chiffre par part ; pour le fait `milestone` : une "
        "réponse par part",
        "same_as": "seul : la définition d’un autre indicateur du même schéma, par son code",
    }
)
# Keys whose value has keys of its own.
INSIDE: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "over": {
            "fact": "ce qui est regardé au dénominateur ; par défaut `contract`",
            "aggregate": "le calcul : `count`, `sum`, `distinct` ou `declared` ; obligatoire",
            "of": "le champ additionné, ou dont on distingue les valeurs",
            "perimeter": "un critère ou le mot `all` ; obligatoire, sauf pour une base déclarée",
            "where": "un critère : ce qui est compté au dénominateur",
        },
        "compare": {
            "with": "l’année comparée ; obligatoire",
            "year": "l’année de référence, obligatoire avec `baseline` et avec lui seul",
            "as": "la forme de l’écart ; obligatoire",
        },
        "units": {
            "value": "en quoi est la valeur : « kWh », « repas » ; obligatoire",
            "base": "en quoi est la base ; obligatoire quand il y en a une",
        },
        "parts": {
            "by": "ce qu’est une part, « famille d’achats » par exemple ; obligatoire",
            "among": "les mots proposés",
            "closed": "`true` quand il n’y en a pas d’autre",
            "added": "pour le fait `measure` : `false` quand les parts ne s’additionnent pas "
            "(l’eau et le carbone)",
        },
    }
)
FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "field": Form(
            '{field: amount, more_than: "25000.00"}',
            "le champ de la ligne remplit la comparaison ; il y en a une et une seule",
        ),
        "mark": Form("{mark: social_clause}", "le contrat porte cette marque de la nomenclature"),
        "supplier": Form(
            "{supplier: {field: size, equals: pme}}",
            "l’un des titulaires du contrat remplit la comparaison",
        ),
        "all": Form("{all: [{mark: social_clause}, {mark: reserved}]}", "tous sont vrais"),
        "any": Form("{any: [{mark: social_clause}, {mark: reserved}]}", "l’un au moins est vrai"),
        "not": Form("{not: {mark: reserved}}", "il est faux ; inconnu, il le reste"),
    }
)


def bare(words: str) -> str:
    """The same words without the signs of Markdown."""
    return words.replace("`", "")
