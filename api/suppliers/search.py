"""Recherche d’entreprises, the State's search service: what it is asked and what is kept of it.

Public, without key (recherche-entreprises.api.gouv.fr, Licence Ouverte 2.0). Of an answer, only
the facts below leave this module: its directors are never read, nor any name at all.
"""

from typing import Any

from api.suppliers.models import SaidFact, SupplierSize

# What the service asks of a visitor: seven requests a second for one address.
RATE = 7.0
_LARGE = {"ETI": SupplierSize.ETI, "GE": SupplierSize.GE}
# Brackets of staff (Insee) from ten employees on.
_TEN_OR_MORE = frozenset({"11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53"})


def size_of(category: object, staff: object) -> SupplierSize | None:
    """The size of a company by its category and bracket of staff, as Insee writes them.

    Insee counts a microenterprise among PME: under ten employees, which of both is not said.
    """
    if category == "PME":
        return SupplierSize.PME if staff in _TEN_OR_MORE else None
    return _LARGE.get(str(category))


def asking(siret: str) -> dict[str, str]:
    """The parameters that ask for one establishment; without what would bring persons."""
    return {
        "q": siret,
        "minimal": "true",
        "include": "complements,siege,matching_etablissements",
        "per_page": "1",
    }


def facts(answer: Any, siret: str) -> dict[SaidFact, str] | None:
    """What the service says of a SIRET; None when it does not know it.

    Anything that is not of the documented shape is not said. Raises ValueError on an answer that
    is no answer of this service at all.
    """
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise ValueError("a répondu sans résultats")
    company = next(
        (one for one in results if isinstance(one, dict) and one.get("siren") == siret[:9]), None
    )
    if company is None:
        return None
    found: dict[SaidFact, str] = {}
    size = size_of(company.get("categorie_entreprise"), company.get("tranche_effectif_salarie"))
    if size is not None:
        found[SaidFact.SIZE] = size.value
    place = _departement(company, siret)
    if place is not None:
        found[SaidFact.DEPARTEMENT] = place
    told = company.get("complements")
    told = told if isinstance(told, dict) else {}
    # Yes or no of the ESS; of the inclusive structures yes alone, for « no » forgets EA and ESAT.
    if isinstance(told.get("est_ess"), bool):
        found[SaidFact.ESS] = str(told["est_ess"]).lower()
    if isinstance(told.get("est_entrepreneur_individuel"), bool):
        found[SaidFact.SOLE_TRADER] = str(told["est_entrepreneur_individuel"]).lower()
    if told.get("est_siae") is True:
        found[SaidFact.KIND] = "siae"
    return found


def _departement(company: dict[str, Any], siret: str) -> str | None:
    places = company.get("matching_etablissements")
    places = [*places] if isinstance(places, list) else []
    for one in (*places, company.get("siege")):
        if isinstance(one, dict) and one.get("siret") == siret:
            return of_commune(one.get("commune"))
    return None


def of_commune(code: object) -> str | None:
    """The département of a commune by its code: « 62498 » is of 62, « 2A004 » of 2A."""
    text = code if isinstance(code, str) else ""
    if len(text) != 5 or not text.isascii() or not text.isalnum():
        return None
    head = text[:3] if text.startswith("97") else text[:2]
    return head if head.isdigit() or head in ("2A", "2B") else None
