"""The operations of each concept, gathered for tests.operations."""

from collections.abc import Callable
from typing import Any

from tests.cases import (
    access,
    actions,
    amounts,
    beneficiaries,
    clauses,
    concession_years,
    consultations,
    evaluations,
    feasibility,
    feeds,
    figures,
    files,
    kept,
    keys,
    links,
    programme,
    publication,
    reserved,
    schemes,
    spending,
    statements,
    structures,
    subcontracting,
    tables,
    upserting,
    webhooks,
)
from tests.operation import Operation, Things

_CONCEPTS = (
    access,
    actions,
    amounts,
    beneficiaries,
    clauses,
    concession_years,
    consultations,
    evaluations,
    feasibility,
    feeds,
    figures,
    files,
    kept,
    keys,
    links,
    programme,
    publication,
    reserved,
    schemes,
    spending,
    statements,
    structures,
    subcontracting,
    tables,
    upserting,
    webhooks,
)

CASES: dict[str, Operation] = {
    name: operation for concept in _CONCEPTS for name, operation in concept.OPERATIONS.items()
}
# What a call needs to exist: (tests.operations.Service, what is there) -> the same and a new one.
MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    name: maker for concept in _CONCEPTS for name, maker in concept.MAKERS.items()
}
