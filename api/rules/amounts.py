"""Which amounts cannot be true: flagged with a reason, and set aside from sums until confirmed.

The one rule (docs/decisions/0041's neighbour 0042): figures apply it in a statement, by the same
numbers (api.contracts.amounts). It sets aside what no contract can be worth; what is only strange is
told elsewhere (api.rules.decp.coherence) and counts. Amounts are whole cents, excluding tax.
"""

from typing import Final

from api.rules.decp.coherence import euros
from api.rules.records import AmendmentRecord, ContractRecord, Issue, Kind

# One euro is typed to pass a form that wants an amount (MINEF drops what is below).
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
# An amendment that multiplies or divides by as much is a cents-for-euros, or a k€-for-€, mistake:
# the law stops at half the amount (code de la commande publique, art. R2194-3).
FACTORS: Final = (100, 1000)
_NEAR = 20  # in hundredths of the factor
