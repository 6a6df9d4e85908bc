"""An ordinary contract of services, changed by each test in what it is about."""

from collections.abc import Callable

import pytest

from api.reference.reservation import rule_book
from api.rules.reservation.advice import Advice
from api.rules.reservation.engine import advise
from api.rules.reservation.request import ReservationRequest
from api.rules.reservation.rulebook import RuleBook

ORDINARY = {
    "nature": "contract",
    "buyer_kind": "authority",
    "object_kind": "services",
    "notice_on": "2026-06-01",
    "cpv": "77310000-6",
    "estimate": 20_000_000,
    "months": 24,
}


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return rule_book()


@pytest.fixture(scope="session")
def ask(book: RuleBook) -> Callable[..., Advice]:
    """The advice on the ordinary contract with these changes; ``requested`` in one string."""

    def asked(requested: str = "", **changes: object) -> Advice:
        request = {**ORDINARY, "requested": requested.split(), **changes}
        return advise(ReservationRequest.model_validate(request), book)

    return asked
