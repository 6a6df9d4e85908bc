"""A definition read aloud in plain French: what is counted, among what, and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.rules.indicators.beings import beyond
from api.rules.indicators.criteria import leaves
from api.rules.indicators.declared_words import of, said
from api.rules.indicators.evaluation import normal
from api.rules.indicators.fields import Operator
from api.rules.indicators.naming import conjuncts, kept_kind, kind_of, rows_of, spoken
from api.rules.indicators.pairing import same_rows
from api.rules.indicators.phrases import (
    FIXED,
    MONTHS,
    NARROW,
    SpokenMark,
    ToFill,
    day,
    euros,
    series,
    to_fill,
    which,
    why_not,
)
from api.rules.indicators.vocabulary import (
    Comparison,
    Criterion,
    Definition,
    Fact,
    FieldTest,
    Quantity,
)
from api.rules.indicators.words import Aggregate, ComparedAs, ComparedWith, Period

__all__ = [
    "FIXED", "MONTHS", "NARROW", "Explanation", "SpokenMark", "ToFill", "day", "euros", "explain",
    "to_fill", "why_not",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explanation:
    """Plain sentences: what is counted, among what, and the arithmetic."""

    counted: str
    perimeter: str
    formula: str


COUNTED: Mapping[Aggregate, str] = {
    Aggregate.COUNT: "On compte chaque {noun} {which}.",
    Aggregate.SHARE: "On compte chaque {noun} {which}.",
    Aggregate.SUM: "On additionne {quantity} de chaque {noun} {which}.",
    Aggregate.SUM_SHARE: "On additionne {quantity} de chaque {noun} {which}.",
    Aggregate.AVERAGE: "On prend {quantity} de chaque {noun} {which}, et on en fait la moyenne.",
    Aggregate.DISTINCT: "On compte les {different}, en regardant chaque {noun} {which}.",
    Aggregate.BREAKDOWN: "On compte chaque {noun} {which}, et on répartit le tout {by}.",
}
# The same below the line of a ratio, of the rows that are counted above it.
SAME_COUNTED: Mapping[Aggregate, str] = {
    Aggregate.COUNT: "on compte les mêmes {plural}.",
    Aggregate.SUM: "on additionne {quantity} des mêmes {plural}.",
    Aggregate.DISTINCT: "on compte les {different}, en regardant les mêmes {plural}.",
}
FORMULAS: Mapping[Aggregate, str] = {
    Aggregate.COUNT: "Nombre {of_plural} {counted}.",
    Aggregate.SHARE: (
        "Nombre {of_plural} {counted}, divisé par le nombre {of_plural} du périmètre dont la "
        "réponse est connue, en pourcentage."
    ),
    Aggregate.SUM: "Somme, sur les {plural} {counted}, des {totals}.",
    Aggregate.SUM_SHARE: (
        "Somme, sur les {plural} {counted}, des {totals}, divisée par la même somme sur les "
        "{plural} du périmètre dont la réponse est connue, en pourcentage."
    ),
    Aggregate.AVERAGE: (
        "Somme, sur les {plural} {counted}, des {totals}, divisée par le nombre {of_plural} "
        "{counted} dont la valeur est connue."
    ),
    Aggregate.DISTINCT: "Nombre {of_different}.",
    Aggregate.BREAKDOWN: (
        "{for_each} : nombre {of_plural} {counted}, et leur part, en pourcentage."
    ),
}
# What a figure is in percents too, when a part of the perimeter is counted.
IN_PERCENT: Mapping[Aggregate, str] = {
    Aggregate.COUNT: (
        " En pourcentage : ce nombre divisé par le nombre {of_plural} du périmètre dont la réponse "
        "est connue."
    ),
    Aggregate.SUM: (
        " En pourcentage : cette somme divisée par la même somme sur les {plural} du périmètre "
        "dont la réponse est connue."
    ),
}
DECLARED_BASE = "le chiffre déclaré une fois l’an par la personne qui en a la charge"
OF_THE_BASE = "de la base"
WHEN: Mapping[Period, str] = {
    Period.CIVIL_YEAR: "dans l’année",
    Period.CUMULATIVE: "depuis la première année du schéma",
    Period.IN_FORCE: "dans l’année",
    Period.ONCE: "une fois pour toutes",
}
# By the kind the perimeter keeps, if it keeps one: how its contracts are named.
PERIMETERS: Mapping[str, str] = {
    "marche": "Chaque marché (hors concessions) notifié {when}",
    "concession": "Chaque concession signée {when}",
}
# The same of those that run in the year, whatever day they were notified on.
RUNNING: Mapping[str, str] = {
    "marche": "Chaque marché (hors concessions) en cours d’exécution {when}",
    "concession": "Chaque concession en cours d’exécution {when}",
}
# The same for what a contract has: its words, of the kind that is kept.
OF_KIND: Mapping[str | None, Mapping[str, str]] = {
    None: {
        "reserved": "contrat réservé", "registered": "contrats réservés", "row": "contrat notifié",
        "it": "il", "whether": "s’il", "e": "",
    },
    "marche": {
        "reserved": "marché (hors concessions) réservé", "registered": "marchés réservés",
        "row": "marché notifié", "it": "il", "whether": "s’il", "e": "",
    },
    "concession": {
        "reserved": "concession réservée", "registered": "concessions réservées",
        "row": "concession signée", "it": "elle", "whether": "si elle", "e": "e",
    },
}  # fmt: skip
# « de l’année » cannot be said of every verb.
WHEN_OF: Mapping[Fact, str] = {
    Fact.BENEFICIARY: "de l’année",
    Fact.MEASURE: "au titre de l’année",
    Fact.EVENT: "de l’année",
    Fact.PROJECT: "pour l’année",
    Fact.TARGETED_ACTION: "pour l’année",
    Fact.HOURS_LINE: "d’un mois de l’année",
}
_HAS_AN_AMOUNT = "qui a un montant "
_THE_ACTION = "l’action "
_THE_ACTIONS = "les actions "


def explain(
    definition: Definition, marks: Mapping[str, SpokenMark], with_share: bool = False
) -> Explanation:
    """The definition in plain French. ``marks``: the nomenclature, by code.

    ``with_share``: a count or a sum is shown in per cent too, as its targets are.
    """
    declared = said(definition)
    if declared is not None:
        counted, formula = declared
    elif definition.over is not None:
        counted, formula = _ratio(definition, definition.over, marks)
    else:
        counted = _counted(definition, definition.aggregate, marks)
        told_twice = with_share and definition.compare is None
        formula = _formula(definition, definition.aggregate, told_twice)
    perimeter = _perimeter(definition, definition.period, marks)
    if definition.over is not None and definition.over.aggregate is not Aggregate.DECLARED:
        base = _perimeter(definition.over, definition.period, marks)
        same = "le même périmètre." if base == perimeter else f"{base[0].lower()}{base[1:]}"
        perimeter = f"{perimeter} Pour la base : {same}"
        perimeter += _of_the_same_rows(definition, definition.over)
    if definition.compare is not None:
        formula = f"{formula} {_comparison(definition.compare, definition.aggregate)}"
    formula += _spaced(_by_part(definition))
    return Explanation(_spaced(counted), _spaced(perimeter), _spaced(formula))


def _spaced(text: str) -> str:
    return text.replace(" :", f"{FIXED}:").replace(" ;", f"{FIXED};")


def _ratio(
    definition: Definition, over: Quantity, marks: Mapping[str, SpokenMark]
) -> tuple[str, str]:
    part = Aggregate.COUNT if definition.of is None else Aggregate.SUM
    counted = _counted(definition, part, marks)
    number = _formula(definition, part).removesuffix(".")
    divided = "divisé" if part is Aggregate.COUNT else "divisée"
    if over.aggregate is Aggregate.DECLARED:
        return (
            f"{counted} On rapporte le résultat à une base déclarée.",
            f"{number}, {divided} par {DECLARED_BASE}.",
        )
    base = _base(definition, over, marks)
    below = _formula(over, over.aggregate, counted=OF_THE_BASE).removesuffix(".")
    article = "la" if over.aggregate is Aggregate.SUM else "le"
    return (
        f"{counted} Pour la base : {base[0].lower()}{base[1:]}",
        f"{number}, {divided} par {article} {below[0].lower()}{below[1:]}.",
    )


def _base(definition: Definition, over: Quantity, marks: Mapping[str, SpokenMark]) -> str:
    """What is below the line; of the rows that are above it, these are not told again."""
    told = SAME_COUNTED.get(over.aggregate)
    asked = [(one.fact, one.within, one.where) for one in (definition, over)]
    if told is None or asked[0] != asked[1]:
        return _counted(over, over.aggregate, marks)
    return told.format(**_words(over))


def _of_the_same_rows(definition: Definition, over: Quantity) -> str:
    """That a row counts in both terms of a ratio only when both of its numbers are known."""
    if not same_rows(definition, over):
        return ""
    spec = definition.spec
    names = [one.field.quantity.rstrip(",") for one in (definition, over) if one.field is not None]
    article, it = ("Une", "elle") if spec.feminine else ("Un", "il")
    return (
        f" {article} {spoken(definition)[0]} qui compte des deux côtés n’entre dans le calcul que "
        f"si l’on connaît {series(names, 'et')} ; sinon, {it} reste à compléter, et celui des deux "
        "que l’on connaît ne sert qu’à l’intervalle."
    )


def _comparison(compare: Comparison, aggregate: Aggregate) -> str:
    former = "l’année précédente"
    if compare.other is ComparedWith.BASELINE:
        former = f"l’année de référence, {compare.year}"
    if aggregate is Aggregate.BREAKDOWN:
        return f"On donne l’écart de chaque part avec celle de {former}, en points."
    if compare.form is ComparedAs.RATE:
        return f"On donne l’écart avec la valeur de {former}, en pourcentage de celle-ci."
    if aggregate in {Aggregate.SHARE, Aggregate.SUM_SHARE}:
        return f"On donne l’écart avec la valeur de {former}, en points."
    return f"On donne l’écart avec la valeur de {former} : ce qui s’est ajouté ou retranché."


def _by_part(definition: Definition) -> str:
    """What is said of the parts of a figure: « Le même calcul est fait pour chaque direction. »"""
    if definition.by is not None:
        by = definition.spec.fields[definition.by].by
        return f" Le même calcul est fait pour chaque {by}."
    if definition.parts is None:
        return ""
    if definition.fact is Fact.MILESTONE:
        return (
            f" On répond pour chaque {definition.parts.by} : c’est oui quand la réponse est oui "
            "partout, non dès qu’elle est non quelque part ; une part sans réponse reste inconnue."
        )
    each = f"Le chiffre est déclaré pour chaque {definition.parts.by}"
    if definition.parts.added:
        return f" {each} ; l’ensemble se calcule de leurs sommes, jamais d’une moyenne."
    return f" {each} ; l’ensemble n’a pas de chiffre."


def _counted(quantity: Quantity, aggregate: Aggregate, marks: Mapping[str, SpokenMark]) -> str:
    words = _words(quantity)
    told = "du périmètre"
    if quantity.where is not None:
        told = which(normal(quantity.where), marks, quantity.spec.linked)
    return COUNTED[aggregate].format(which=told, **words)


def _formula(
    quantity: Quantity, aggregate: Aggregate, with_percent: bool = False, counted: str = ""
) -> str:
    """``counted``: what tells the rows apart from those above the line, when they are below it."""
    words = _words(quantity)
    if beyond(quantity):
        # What a figure says that it counted is what was looked at.
        _, plural, feminine = rows_of(quantity)
        said_counted = "comptées" if feminine else "comptés"
        words |= {"plural": plural, "of_plural": of(plural), "counted": said_counted}
    if counted:
        words["counted"] = counted
    told = FORMULAS[aggregate].format(**words)
    if with_percent and quantity.where is not None:
        told += IN_PERCENT.get(aggregate, "").format(**words)
    return told[0].upper() + told[1:]


def _words(quantity: Quantity) -> dict[str, str]:
    spec, field = quantity.spec, quantity.field
    noun, plural = spoken(quantity)
    return {
        "noun": noun,
        "plural": plural,
        "of_plural": of(plural),
        "counted": spec.counted,
        "quantity": "" if field is None else field.quantity,
        "totals": "" if field is None else field.totals.rstrip(","),
        "by": "" if field is None else _series_of(quantity, field.by, "par"),
        "for_each": "" if field is None else _series_of(quantity, field.by, "pour chaque"),
        "different": "" if field is None else field.different,
        "of_different": of("" if field is None else field.different),
    }


def _series_of(quantity: Quantity, by: str, word: str) -> str:
    """« par sexe », « par sexe, par tranche d’âge et par qualification »: each on its own."""
    also = quantity.also if isinstance(quantity, Definition) else ()
    every = [by, *(quantity.spec.fields[one].by for one in also)]
    return series([f"{word} {one}" for one in every], "et")


def _perimeter(quantity: Quantity, period: Period, marks: Mapping[str, SpokenMark]) -> str:
    kind = kept_kind(quantity)
    rest = [part for part in conjuncts(quantity.within) if kind is None or not kind_of(part)]
    sentence = quantity.spec.perimeter
    if period is Period.IN_FORCE:
        sentence = quantity.spec.in_force if kind is None else RUNNING[kind]
    elif kind is not None and quantity.fact is Fact.CONTRACT:
        sentence = PERIMETERS[kind]
    if beyond(quantity):
        sentence += quantity.spec.beside
    when = WHEN[period]
    if period is Period.CIVIL_YEAR:
        when = WHEN_OF.get(quantity.fact, when)
    served = any(getattr(one, "field", "") == "action" for one in leaves(quantity.within))
    open_to = "" if served else quantity.spec.unserved
    told = _conditions(rest, marks, quantity.spec.linked)
    return (
        ", ".join(filter(None, (sentence.format(when=when, **OF_KIND[kind]), open_to, told))) + "."
    )


def _conditions(criteria: Sequence[Criterion], marks: Mapping[str, SpokenMark], linked: str) -> str:
    """What a perimeter keeps, in one phrase: « d’un montant de plus de 25 000 € HT, qui sert
    l’action 3.1 et qui est réalisé ». Several actions that must all be served share their verb."""
    amounts: list[str] = []
    phrases: list[str] = []
    before: Criterion | None = None
    for one in criteria:
        told = which(one, marks, linked)
        if told.startswith(_HAS_AN_AMOUNT):
            amounts.append(told.replace(_HAS_AN_AMOUNT, "d’un montant ", 1))
        elif _same_code(before, one):
            phrases[-1] = _with_action(phrases[-1], told[told.index(_THE_ACTION) :])
        else:
            phrases.append(told)
        before = one
    several = any(" et " in one or "soit " in one for one in phrases)
    joined = ", et ".join(phrases) if several else series(phrases, "et") if phrases else ""
    return ", ".join(filter(None, (*amounts, joined)))


def _with_action(phrase: str, action: str) -> str:
    """« qui sert l’action 1 » and « l’action 2 » as « qui sert les actions 1 et 2 »."""
    before, after = phrase.replace(_THE_ACTION, _THE_ACTIONS, 1), action.removeprefix(_THE_ACTION)
    return f"{before.replace(' et ', ', ')} et {after}"


def _same_code(before: Criterion | None, one: Criterion) -> bool:
    """Whether two criteria ask the same field of codes for one value each."""
    if not isinstance(before, FieldTest) or not isinstance(one, FieldTest):
        return False
    same = (before.field, before.operator) == (one.field, Operator.EQUALS)
    return same and one.operator is Operator.EQUALS and one.spec.code
