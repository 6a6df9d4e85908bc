"""Detailed criteria of eligibility: their proof, and who reads them for which reason."""

from typing import Any

import pytest

from tests.api.insertion.persons import ask, events, field_of, follow
from tests.operations import Service


def add_criterion(service: Service, person: Any, **body: Any) -> Any:
    return ask(service, "POST", f"/{person['id']}/eligibility", body)


@pytest.mark.parametrize(
    ("criterion", "oldest", "too_old"),
    [
        ("rsa", "2025-10-15", "2025-10-14"),
        ("qpv", "2025-07-15", "2025-07-14"),
        ("ase", "2025-01-15", "2025-01-14"),
    ],
)
def test_a_proof_must_be_valid_at_the_entry(
    service: Service, criterion: str, oldest: str, too_old: str
) -> None:
    """R-E1."""
    person = follow(service, entered_on="2026-01-15")
    kept = add_criterion(service, person, criterion=criterion, proof_on=oldest)
    assert (kept.status_code, kept.json()["warnings"]) == (201, [])
    refused = add_criterion(service, person, criterion=criterion, proof_on=too_old)
    assert field_of(refused) == ["body", "proof_on"]


def test_a_proof_without_a_term_never_grows_old(service: Service) -> None:
    """R-E1: it has no term of validity."""
    person = follow(service, entered_on="2026-01-15")
    kept = add_criterion(service, person, criterion="senior_50", proof_on="1999-01-01")
    assert (kept.status_code, kept.json()["warnings"]) == (201, [])


def test_a_proof_without_a_date_is_kept_with_a_warning(service: Service) -> None:
    person = follow(service, entered_on="2026-01-15")
    kept = add_criterion(service, person, criterion="rsa")
    assert kept.status_code == 201
    assert len(kept.json()["warnings"]) == 1
    (read,) = ask(
        service, "POST", f"/{person['id']}/eligibility/read", {"reason": "Contrôle"}
    ).json()
    assert read["warnings"] == kept.json()["warnings"]


def test_an_opinion_is_needed_where_it_is_the_only_reason(service: Service) -> None:
    """R-E2: its text, and who gives it."""
    person = follow(service)
    refused = add_criterion(service, person, criterion="autre_avis_motive")
    assert field_of(refused) == ["body", "opinion"]
    kept = add_criterion(service, person, criterion="autre_avis_motive", opinion="Motivé par …")
    assert kept.status_code == 201
    reason = {"reason": "Contrôle"}
    (read,) = ask(service, "POST", f"/{person['id']}/eligibility/read", reason).json()
    assert (read["opinion"], bool(read["author"])) == ("Motivé par …", True)


def test_the_first_criterion_says_the_family_where_it_was_unknown(service: Service) -> None:
    person = follow(service)
    for criterion in ("th", "rsa"):
        assert add_criterion(service, person, criterion=criterion).status_code == 201
    assert ask(service, "GET", f"/{person['id']}").json()["public"] == "disability"
    said = follow(service, public="young")
    add_criterion(service, said, criterion="rsa")
    assert ask(service, "GET", f"/{said['id']}").json()["public"] == "young"


def test_criteria_are_read_for_a_reason_that_is_logged_and_nowhere_else(service: Service) -> None:
    person = follow(service)
    added = add_criterion(service, person, criterion="detention_mj", opinion="Suivi canarique")
    for answer in (added, ask(service, "GET", f"/{person['id']}"), ask(service, "GET", "")):
        assert "detention" not in answer.text
        assert "canarique" not in answer.text
    path = f"/{person['id']}/eligibility/read"
    assert ask(service, "POST", path, {}).status_code == 422
    (read,) = ask(service, "POST", path, {"reason": "Contrôle de la clause"}).json()
    assert (read["criterion"], read["sensitive"]) == ("detention_mj", True)
    assert read["author"] == "Compte facilitateur"
    (*_, event) = events(service, "eligibility.read")
    assert event.target == f"beneficiary:{person['id']}"
    assert event.details == {"reason": "Contrôle de la clause"}
    removed = ask(service, "DELETE", f"/{person['id']}/eligibility/{read['id']}")
    assert removed.status_code == 204
    assert ask(service, "POST", path, {"reason": "Vérification"}).json() == []
