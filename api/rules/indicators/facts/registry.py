"""Every fact of the vocabulary, in its order."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.consultation import CONSULTATION
from api.rules.indicators.facts.contract import CONTRACT, LOT
from api.rules.indicators.facts.following import (
    ACTION,
    EVALUATION,
    EVENT,
    MEASURE,
    MILESTONE,
    TARGET,
)
from api.rules.indicators.facts.insertion import BENEFICIARY, CLAUSE, HOURS_LINE
from api.rules.indicators.facts.programme import PROJECT, TARGETED_ACTION
from api.rules.indicators.facts.reserved import RESERVATION, SOURCING
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.spending import SPENDING
from api.rules.indicators.facts.supplier import SUPPLIER
from api.rules.indicators.words import Fact

FACTS: Mapping[Fact, FactSpec] = MappingProxyType(
    {
        Fact.CONTRACT: CONTRACT,
        Fact.LOT: LOT,
        Fact.CONSULTATION: CONSULTATION,
        Fact.PROJECT: PROJECT,
        Fact.TARGETED_ACTION: TARGETED_ACTION,
        Fact.SPENDING: SPENDING,
        Fact.HOURS_LINE: HOURS_LINE,
        Fact.CLAUSE: CLAUSE,
        Fact.BENEFICIARY: BENEFICIARY,
        Fact.RESERVATION: RESERVATION,
        Fact.SUPPLIER: SUPPLIER,
        Fact.ACTION: ACTION,
        Fact.EVENT: EVENT,
        Fact.EVALUATION: EVALUATION,
        Fact.SOURCING: SOURCING,
        Fact.MILESTONE: MILESTONE,
        Fact.MEASURE: MEASURE,
        Fact.TARGET: TARGET,
    }
)
