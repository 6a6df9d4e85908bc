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


# The field of a contract that has several values: one for each company that holds it.
HOLDER = "supplier"
# Facts of which nobody says whose directorate they are: they have no figure by directorate.
NOT_BY_DIRECTORATE = frozenset(
    {Fact.ACTION, Fact.BENEFICIARY, Fact.EVENT, Fact.MEASURE, Fact.MILESTONE, Fact.SOURCING}
)


def source_of(fact: Fact, period: Period, by_holder: bool, by_directorate: bool) -> Source:
    """The rows of a fact; ``by_holder``: a contract once for each company that holds it;
    ``by_directorate``: for a directorate alone.

    KeyError for a fact that has no rows of its own: milestones, measures, targets, beneficiaries.
    """
    if fact is Fact.SUPPLIER:
        return contract.supplier(by_directorate)
    if period is Period.IN_FORCE:
        return contract.in_force(by_holder, lots=fact is Fact.LOT)
    if by_holder:
        return contract.lot(by_holder=True) if fact is Fact.LOT else contract.contract(True)
    return SOURCES[fact]()
