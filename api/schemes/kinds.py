"""What a kind of figure may be made of, and told in: an amount is no share, hours are no euros."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.vocabulary import Definition, Fact
from api.rules.indicators.words import Aggregate
from api.schemes.words import UNIT_OF, Kind

MADE_OF: Mapping[Kind, frozenset[Aggregate]] = MappingProxyType(
    {
        Kind.COUNT: frozenset(
            {Aggregate.COUNT, Aggregate.SUM, Aggregate.DISTINCT, Aggregate.DECLARED}
        ),
        Kind.PERCENTAGE: frozenset(
            {
                *(Aggregate.SHARE, Aggregate.SUM_SHARE, Aggregate.BREAKDOWN),
                *(Aggregate.RATIO, Aggregate.DECLARED, Aggregate.REACHED),
            }
        ),
        Kind.RATIO: frozenset(
            {Aggregate.RATIO, Aggregate.AVERAGE, Aggregate.BREAKDOWN, Aggregate.DECLARED}
        ),
        Kind.AMOUNT: frozenset(
            {Aggregate.SUM, Aggregate.AVERAGE, Aggregate.RATIO, Aggregate.DECLARED}
        ),
        Kind.HOURS: frozenset({Aggregate.SUM, Aggregate.DECLARED}),
        Kind.DURATION: frozenset({Aggregate.AVERAGE, Aggregate.DECLARED}),
        Kind.QUANTITY: frozenset(
            {Aggregate.SUM, Aggregate.AVERAGE, Aggregate.RATIO, Aggregate.DECLARED}
        ),
        Kind.DELTA: frozenset(Aggregate) - {Aggregate.DONE},
        Kind.SCORE: frozenset({Aggregate.AVERAGE, Aggregate.DECLARED}),
        Kind.BOOLEAN: frozenset({Aggregate.DONE}),
        Kind.LIST: frozenset({Aggregate.DISTINCT, Aggregate.BREAKDOWN, Aggregate.DECLARED}),
    }
)


def unit_refused(kind: Kind, unit: str | None) -> str | None:
    """Why a unit can't be that of a kind of figure, in French; None when it can."""
    wanted = UNIT_OF.get(kind)
    if wanted is None or unit is None or unit.startswith(wanted):
        return None
    return f"l’unité d’un chiffre « {kind} » commence par « {wanted} », pas « {unit} »"


def definition_refused(kind: Kind, definition: Definition) -> str | None:
    """Why a definition can't give a kind of figure, in French; None when it can."""
    allowed = MADE_OF[kind]
    if definition.aggregate not in allowed:
        words = ", ".join(sorted(one.value for one in allowed))
        return (
            f"un chiffre « {kind} » ne vient pas du calcul « {definition.aggregate.value} » ; "
            f"calculs admis : {words}"
        )
    if (kind is Kind.BOOLEAN) is not (definition.fact is Fact.MILESTONE):
        return "un chiffre « boolean » est une étape (« milestone »), et une étape rien d’autre"
    if definition.aggregate is not Aggregate.DECLARED:
        return None
    if definition.words is not (kind is Kind.LIST):
        return "une liste de mots (« list: true ») est d’un chiffre « list », et lui d’elle seule"
    if kind is Kind.PERCENTAGE and not definition.base:
        return "un pourcentage déclaré l’est avec sa base (« base: true »)"
    return None
