"""The source of each fact of the vocabulary that has rows."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from api.indicators.facts import contract, followup, purchase
from api.indicators.facts.source import By, Source
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
# Facts that are of the whole buyer by nature: they have no figure by directorate, or family.
_OF_THE_BUYER = frozenset({Fact.ACTION, Fact.BENEFICIARY, Fact.MEASURE, Fact.MILESTONE})
NOT_BY: Mapping[By, frozenset[Fact]] = MappingProxyType(
    {By.DIRECTORATE: _OF_THE_BUYER, By.FAMILY: _OF_THE_BUYER | {Fact.EVENT}}
)
NOT_NARROWED: frozenset[By] = frozenset()


def source_of(
    fact: Fact, period: Period, by_holder: bool, by: frozenset[By] = NOT_NARROWED
) -> Source:
    """The rows of a fact; ``by_holder``: a contract once for each company that holds it; ``by``:
    for one directorate, or family, alone.

    KeyError for a fact that has no rows of its own: milestones, measures, targets, beneficiaries.
    """
    if fact is Fact.SUPPLIER:
        return contract.supplier(by)
    return _whole(fact, period, by_holder).narrowed(by)


def _whole(fact: Fact, period: Period, by_holder: bool) -> Source:
    if period is Period.IN_FORCE:
        return contract.in_force(by_holder, lots=fact is Fact.LOT)
    if by_holder:
        return contract.lot(by_holder=True) if fact is Fact.LOT else contract.contract(True)
    return SOURCES[fact]()
