"""The source of each fact of the vocabulary that has rows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from api.indicators.facts import contract, followup, purchase
from api.indicators.facts.source import Source
from api.rules.indicators.vocabulary import Fact, Period

SOURCES: Mapping[Fact, Callable[[], Source]] = MappingProxyType(
    {
        Fact.CONTRACT: contract.contract,
        Fact.LOT: contract.lot,
        Fact.CONSULTATION: purchase.consultation,
        Fact.PROJECT: purchase.project,
        Fact.TARGETED_ACTION: purchase.decided_action,
        Fact.SPENDING: purchase.spending,
        Fact.HOURS_LINE: followup.hours_line,
        Fact.CLAUSE: followup.clause,
        Fact.RESERVATION: followup.reservation,
        Fact.EVALUATION: followup.evaluation,
        Fact.SOURCING: followup.sourcing,
        Fact.EVENT: followup.event,
        Fact.ACTION: followup.action,
    }
)


def source_of(fact: Fact, period: Period, together: bool) -> Source:
    """The rows of a fact; ``together``: holders of several buyers counted once.

    KeyError for a fact that has no rows of its own: milestones, measures, targets, beneficiaries.
    """
    if fact is Fact.SUPPLIER:
        return contract.supplier(together)
    if period is Period.IN_FORCE:
        return contract.in_force()
    return SOURCES[fact]()
