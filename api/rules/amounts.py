"""Which amounts cannot be true: told with a reason, set aside from sums until somebody confirms.

The one rule (docs/decisions/0042); figures apply it in a statement, by the same numbers
(api.contracts.amounts). What is only strange is told elsewhere (api.rules.decp.coherence) and
counts. Amounts are whole cents, excluding tax.
"""

from dataclasses import dataclass
from typing import Final

from api.rules.records import ContractRecord, Kind

# One euro is typed to pass a form that wants an amount; the consolidation drops what is below.
SYMBOLIC: Final = 1_00
# The ceilings of the national consolidation (api.rules.decp.consolidation).
HIGHEST: Final = {Kind.CONTRACT: 3_000_000_000_00, Kind.CONCESSION: 15_000_000_000_00}
# Up to here, no high amount is looked at twice.
ORDINARY: Final = 100_000_000_00
# 999 999 999 €, 123 456 789 €: digits that fill a field.
FILLERS: Final = frozenset(
    int(text) * 100
    for length in range(9, 14)
    for text in (*(digit * length for digit in "123456789"), "1234567890123"[:length])
)
# An amendment that multiplies or divides by as much has cents for euros, or thousands for units:
# the law stops at half the amount (code de la commande publique, art. R2194-3).
FACTORS: Final = (100, 1000)
# How near to the factor, in tenths of it.
NEAR: Final = (8, 12)

_WHY: Final = {
    "negative": "un marché n’a pas de montant négatif",
    "symbolic": (
        "un euro ou moins est une saisie de remplissage ; pour un accord-cadre sans montant, "
        "indiquez le maximum ou l’estimation"
    ),
    "filler": "ces chiffres (répétés, ou 123456789) sont une saisie de remplissage",
    "high": "il dépasse ce qu’un marché peut valoir (3 milliards d’euros)",
    "high_concession": "il dépasse ce qu’une concession peut valoir (15 milliards d’euros)",
    "factor_100": (
        "l’avenant multiplie ou divise le montant par 100 environ : une virgule est déplacée, ou "
        "des centimes sont donnés pour des euros"
    ),
    "factor_1000": (
        "l’avenant multiplie ou divise le montant par 1 000 environ : des milliers d’euros sont "
        "donnés pour des euros, ou l’inverse"
    ),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """An amount that cannot be true: ``amendment`` is its rank, None for the contract's own."""

    amount: int
    amendment: int | None
    code: str

    @property
    def why(self) -> str:
        """The reason, in French, without capital nor stop."""
        return _WHY[self.code]


def absurd(kind: Kind, cents: int) -> str | None:
    """Why an amount cannot be that of a contract; None when it can."""
    if cents < 0:
        return "negative"
    if cents <= SYMBOLIC:
        return "symbolic"
    if cents in FILLERS:
        return "filler"
    if cents > HIGHEST[kind]:
        return "high" if kind is Kind.CONTRACT else "high_concession"
    return None


def misplaced(before: int, after: int) -> str | None:
    """Tell whether an amendment misplaces a factor, by the amounts before and after."""
    small, large = sorted((before, after))
    for factor in FACTORS:
        if small > 0 and NEAR[0] * factor * small <= 10 * large <= NEAR[1] * factor * small:
            return f"factor_{factor}"
    return None


def doubts(record: ContractRecord) -> tuple[Doubt, ...]:
    """The amounts of a contract that cannot be true, its own then those of its amendments."""
    found: list[Doubt] = []
    first = record.amount
    own = None if first is None else absurd(record.kind, first)
    if first is not None and own is not None:
        found.append(Doubt(first, None, own))
    for rank, one in enumerate(record.amendments, 1):
        if one.amount is None:
            continue
        code = absurd(record.kind, one.amount)
        if code is None and first is not None and own is None:
            code = misplaced(first, one.amount)
        if code is not None:
            found.append(Doubt(one.amount, rank, code))
    return tuple(found)
