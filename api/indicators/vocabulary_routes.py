"""The vocabulary of definitions as data: what a form has to offer to write an indicator."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.access.current import CurrentActor
from api.access.permissions import Permission, require_anywhere
from api.kit.problems import Forbidden, Unauthenticated, problems
from api.reference.marks import MARKS, THEMES
from api.rules.indicators import grammar
from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.supplier import SUPPLIER_FIELDS
from api.rules.indicators.facts.values import quoted
from api.rules.indicators.fields import FieldSpec, FieldType, Operator
from api.rules.indicators.grammar import bare
from api.rules.indicators.vocabulary import MAX_CRITERIA, MAX_DEPTH, OVER, VERSION
from api.rules.indicators.words import Aggregate, ComparedAs, ComparedWith, Fact, Period
from api.schemes.document import HOLD_ACTIONS

router = APIRouter(
    prefix="/api/v1", tags=["Indicateurs"], responses=problems(Unauthenticated, Forbidden)
)

AGGREGATES: Mapping[Aggregate, tuple[str, str]] = {
    Aggregate.COUNT: ("Nombre", "Combien de lignes remplissent les conditions."),
    Aggregate.SHARE: ("Part, en pourcentage", "Combien de lignes les remplissent, sur cent."),
    Aggregate.SUM: ("Total", "Les montants, les heures ou les nombres sont additionnés."),
    Aggregate.SUM_SHARE: ("Part d’un total, en pourcentage", "Un total, rapporté à un autre."),
    Aggregate.AVERAGE: ("Moyenne", "Sur les lignes dont la valeur est connue."),
    Aggregate.DISTINCT: ("Nombre de valeurs différentes", "Chaque valeur est comptée une fois."),
    Aggregate.RATIO: ("Rapport de deux nombres", "Un nombre, divisé par un autre."),
    Aggregate.BREAKDOWN: ("Répartition", "Le nombre et la part de chaque valeur."),
    Aggregate.DECLARED: ("Chiffre déclaré", "Une personne le déclare chaque année."),
    Aggregate.DONE: ("Fait ou non", "Une personne dit si c’est fait, et quand."),
    Aggregate.REACHED: ("Part des cibles échues atteintes", "Parmi les cibles échues du schéma."),
}
OPERATORS: Mapping[Operator, str] = {
    Operator.MORE_THAN: "plus de",
    Operator.AT_LEAST: "au moins",
    Operator.LESS_THAN: "moins de",
    Operator.AT_MOST: "au plus",
    Operator.EQUALS: "est",
    Operator.ONE_OF: "est l’un de",
    Operator.STARTS_WITH: "commence par",
}
PERIODS: Mapping[Period, str] = {
    Period.CIVIL_YEAR: "L’année civile",
    Period.CUMULATIVE: "Depuis la première année du schéma",
    Period.IN_FORCE: "Les contrats en cours dans l’année",
    Period.ONCE: "Une fois pour toutes",
}
OTHERS: Mapping[ComparedWith, str] = {
    ComparedWith.PREVIOUS_YEAR: "Avec l’année précédente",
    ComparedWith.BASELINE: "Avec une année de référence",
}
FORMS: Mapping[ComparedAs, str] = {
    ComparedAs.DIFFERENCE: "La différence",
    ComparedAs.RATE: "La différence en pourcentage",
}


class Word(BaseModel):
    """A word of the vocabulary."""

    code: str
    label: str = Field(title="En français")
    help: str = Field(default="", title="Ce que cela donne")


class VocabularyField(BaseModel):
    """A field of a fact: what a condition may ask of it."""

    code: str
    label: str = Field(title="En français")
    type: FieldType = Field(title="Nature de la valeur")
    unit: str = Field(title="Unité")
    operators: list[Operator] = Field(title="Comparaisons admises")
    values: list[Word] = Field(title="Valeurs admises", description="Vide : toutes.")
    weight: bool = Field(title="S’additionne")
    key: bool = Field(title="Ses valeurs se distinguent")
    part: bool = Field(title="Un chiffre peut se détailler par ses valeurs")
    tested: bool = Field(title="Une condition peut la regarder")


class VocabularyKey(BaseModel):
    """A key of a definition."""

    code: str
    label: str = Field(title="En français")
    keys: list[Word] = Field(title="Clés de sa valeur", description="Vide : elle n’en a pas.")


class VocabularyForm(BaseModel):
    """A form of criteria, told by its key."""

    code: str = Field(title="Clé")
    example: str = Field(title="Exemple", description="Un critère, en YAML.")
    label: str = Field(title="Vrai quand")


class VocabularyMark(BaseModel):
    """A mark that a criterion may ask for."""

    code: str
    label: str = Field(title="En français")
    help: str = Field(title="Quand répondre oui")
    theme: str = Field(title="Thème, en français")


class VocabularyFact(BaseModel):
    """A fact: the rows that are looked at."""

    code: Fact
    label: str = Field(title="En français")
    plural: str = Field(title="Nom des lignes")
    marks: bool = Field(title="Considérations et titulaires peuvent lui être demandés")
    criteria: bool = Field(title="Admet des conditions")
    one_comparison: bool = Field(title="N’en admet qu’une, sur ce qui est compté")
    aggregates: list[Aggregate] = Field(title="Calculs admis")
    denominators: list[Aggregate] = Field(title="Calculs admis au dénominateur d’un rapport")
    periods: list[Period] = Field(title="Périodes admises")
    fields: list[VocabularyField] = Field(title="Champs")


class VocabularyRead(BaseModel):
    """Every word of the vocabulary."""

    version: int = Field(title="Version du vocabulaire")
    max_criteria: int = Field(title="Conditions par liste, au plus")
    max_depth: int = Field(title="Niveaux de conditions, au plus")
    keys: list[VocabularyKey] = Field(title="Clés d’une définition")
    criteria: list[VocabularyForm] = Field(title="Formes d’un critère")
    marks: list[VocabularyMark] = Field(title="Considérations")
    facts: list[VocabularyFact] = Field(title="Faits")
    supplier_fields: list[VocabularyField] = Field(title="Champs d’un titulaire")
    aggregates: list[Word] = Field(title="Calculs")
    operators: list[Word] = Field(title="Comparaisons")
    periods: list[Word] = Field(title="Périodes")
    compared_with: list[Word] = Field(title="Années comparées")
    compared_as: list[Word] = Field(title="Formes d’une comparaison")
    action_fields: list[str] = Field(
        title="Champs dont la valeur est une action",
        description="Le code d’une action du schéma, qui change quand elle en change.",
    )


@router.get("/vocabulary", summary="Lire le vocabulaire des indicateurs")
def read_vocabulary(actor: CurrentActor) -> VocabularyRead:
    """Tous les mots dont se fait la définition d’un indicateur, avec leur français : clés, formes
    des critères, faits, champs, valeurs, considérations, calculs, périodes et comparaisons."""
    require_anywhere(actor, Permission.SCHEMES_READ)
    return VocabularyRead(
        version=VERSION,
        max_criteria=MAX_CRITERIA,
        max_depth=MAX_DEPTH,
        keys=[
            VocabularyKey(code=code, label=bare(told), keys=_words(grammar.INSIDE.get(code, {})))
            for code, told in grammar.KEYS.items()
        ],
        criteria=[
            VocabularyForm(code=code, example=form.example, label=form.sense)
            for code, form in grammar.FORMS.items()
        ],
        marks=[
            VocabularyMark(code=code, label=mark.label, help=mark.help, theme=THEMES[mark.theme])
            for code, mark in MARKS.items()
        ],
        facts=[_fact(name, spec) for name, spec in FACTS.items()],
        supplier_fields=_fields(SUPPLIER_FIELDS),
        aggregates=[
            Word(code=code, label=label, help=told) for code, (label, told) in AGGREGATES.items()
        ],
        operators=_words(OPERATORS),
        periods=_words(PERIODS),
        compared_with=_words(OTHERS),
        compared_as=_words(FORMS),
        action_fields=sorted(HOLD_ACTIONS),
    )


def _words(words: Mapping[Any, str]) -> list[Word]:
    return [Word(code=code, label=bare(label)) for code, label in words.items()]


def _fact(name: Fact, spec: FactSpec) -> VocabularyFact:
    return VocabularyFact(
        code=name,
        label=spec.label,
        plural=spec.plural,
        marks=spec.marks,
        criteria=spec.criteria,
        one_comparison=spec.one_comparison,
        aggregates=list(spec.aggregates),
        denominators=[one for one in spec.aggregates if one in OVER],
        periods=list(spec.periods),
        fields=_fields(spec.told_fields, spec.parts),
    )


def _fields(fields: Mapping[str, FieldSpec], parts: Sequence[str] = ()) -> list[VocabularyField]:
    return [
        VocabularyField(
            code=name,
            label=one.label,
            type=one.type,
            unit=one.unit,
            operators=_in_order(one.operators),
            values=[Word(code=code, label=_value(one, code)) for code in one.values],
            weight=one.weight,
            key=one.key,
            part=name in parts,
            tested=one.testable,
        )
        for name, one in fields.items()
    ]


def _in_order(operators: Iterable[Operator]) -> list[Operator]:
    kept = set(operators)
    return [one for one in Operator if one in kept]


def _value(field: FieldSpec, code: str) -> str:
    """The French of a value in a list; a code of the official lists is French already."""
    told = field.names.get(code, field.values[code])
    return code if told == quoted(code)[code] else told
