"""What the tests of hours begin with: a clause to state for, and somebody who works."""

from uuid import UUID

import pytest

from tests.cases.statements import clause_of, person_of
from tests.operations import Service


@pytest.fixture
def clause(service: Service) -> UUID:
    """A clause of the demonstration buyer."""
    return clause_of(service)


@pytest.fixture
def person(service: Service) -> str:
    """A person followed by the facilitator."""
    return person_of(service)
