"""Considerations of a contract under the sustainability extension of OCDS.

Only those that the essential data tell too: https://extensions.open-contracting.org/en/extensions/
sustainability/ ; both of its codelists are open.
"""

from collections.abc import Mapping
from typing import Any, Final

EXTENSION: Final = (
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_sustainability_extension/"
    "master/extension.json"
)
_STRATEGIES: Final[Mapping[str, tuple[str, str]]] = {
    "social_clause": ("social", "contractPerformanceConditions"),
    "social_criterion": ("social", "awardCriteria"),
    "reserved": ("social.disadvantagedEmploymentOpportunities", "reservedParticipation"),
    "environmental_clause": ("environmental", "contractPerformanceConditions"),
    "environmental_criterion": ("environmental", "awardCriteria"),
}


def sustainability(marks: Mapping[str, bool]) -> dict[str, Any]:
    """The members of ``tender``; what is not said of every consideration is not denied."""
    goals: dict[str, list[str]] = {}
    for mark, (goal, strategy) in _STRATEGIES.items():
        if marks.get(mark):
            goals.setdefault(goal, []).append(strategy)
    if goals:
        told = [{"goal": goal, "strategies": strategies} for goal, strategies in goals.items()]
        return {"hasSustainability": True, "sustainability": told}
    if all(marks.get(mark) is False for mark in _STRATEGIES):
        return {"hasSustainability": False}
    return {}
