"""Families and directorates are offered in the order of words, and none is out of reach."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask
from tests.conftest import DEMONSTRATION
from tests.operations import Service

# As a French dictionary has them.
IN_ORDER = ["Échafaudages d’essai", "Eclairage d’essai", "Électricité d’essai", "Œuvres d’essai"]
LAST = "Zinc d’essai"
ADDRESS = f"/api/v1/organisations/{DEMONSTRATION}/purchase-families"


@pytest.fixture
def many(service: Service) -> Service:
    """More families than a list offers."""
    named = [LAST, *reversed(IN_ORDER), *(f"P {number:03}" for number in range(500))]
    paid: dict[str, Any] = {"year": 2026, "payee_name": "Fournisseur d’essai", "amount": "1.00"}
    body = {"buyer_siret": DEMONSTRATION, "lines": [paid | {"family": one} for one in named]}
    assert ask(service, "POST", "/spending", body).status_code == 201
    return service


def test_the_first_families_are_offered_accents_aside(many: Service) -> None:
    found = many.get(ADDRESS)
    assert len(found) == 500
    assert [one for one in found if one in IN_ORDER] == IN_ORDER
    assert found.index(IN_ORDER[-1]) < found.index("P 000")
    assert LAST not in found


def test_a_family_beyond_the_first_is_found_by_its_name(many: Service) -> None:
    assert many.get(f"{ADDRESS}?only={LAST}") == [LAST]
    assert many.get(f"{ADDRESS}?only=Aucune") == []


def test_directorates_are_offered_accents_aside(service: Service) -> None:
    found = service.get(f"/api/v1/organisations/{DEMONSTRATION}/directorates")
    told = [one["name"] for one in found]
    assert told.index("Éducation et restauration") < told.index("Moyens généraux")
