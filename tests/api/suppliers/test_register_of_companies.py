"""The register of companies is searched, and says of each fact who says it and since when."""

from typing import Any

from tests.api.reserved.asking import ask, contract, made, pages
from tests.operations import Service

SIRET = "00000044400015"


def company(service: Service) -> str:
    """A company of the register; its id."""
    holder = {"id_type": "SIRET", "identifier": SIRET, "name": "Menuiserie Zéphyrine"}
    return str(contract(service, suppliers=[holder])["suppliers"][0]["id"])


def found(service: Service, query: str) -> list[Any]:
    return [one["identifier"] for one in pages(service, f"/suppliers?{query}")]


def test_a_company_is_found_by_its_name_siret_or_siren(service: Service) -> None:
    company(service)
    for words in ("zéphyrine", "menuiserie", SIRET, SIRET[:9]):
        assert SIRET in found(service, f"q={words}"), words
    assert SIRET not in found(service, "q=boulangerie")
    listed = found(service, "")
    assert len(listed) == len(set(listed))
    assert [one["identifier"] for one in pages(service, "/suppliers", 7)] == listed


def test_each_fact_says_who_says_it_and_the_register_of_structures_comes_first(
    service: Service,
) -> None:
    key = company(service)
    said = {"size": "pme", "departement": "62", "ess": False, "kind": "ea"}
    assert ask(service, "PATCH", f"/suppliers/{key}", said).status_code == 200
    assert SIRET in found(service, "size=pme&departement=62&category=ea")
    assert SIRET not in found(service, "category=ess")
    structure = {
        "siret": SIRET,
        "kind": "aci",
        "ess": True,
        "source": "Essai",
        "as_of": "2026-01-02",
    }
    made(service, "/structures", structure)
    one = service.get(f"/api/v1/suppliers/{key}/sources")
    assert (one["size"], one["kind"], one["ess"], one["esus"]) == ("pme", "siae", True, None)
    first = {each["fact"]: each for each in reversed(one["said"])}
    assert first["ess"]["source"] == "Registre des structures : Essai"
    assert first["ess"]["as_of"] == "2026-01-02"
    assert first["size"]["source"] == "Une personne"
    assert SIRET in found(service, "category=siae")
    assert SIRET in found(service, "category=ess")


def test_a_word_taken_back_leaves_the_fact_unsaid(service: Service) -> None:
    key = company(service)
    ask(service, "PATCH", f"/suppliers/{key}", {"size": "eti"})
    ask(service, "PATCH", f"/suppliers/{key}", {"size": None})
    one = service.get(f"/api/v1/suppliers/{key}/sources")
    assert one["size"] is None
    assert "size" not in [each["fact"] for each in one["said"]]
