"""Says something of all that the figures of reserved markets look at, and leaves much unsaid."""

from random import Random
from typing import Any

from tests.api.reserved.asking import ask, contract, made, pages, reserve
from tests.cases.reserved import sourcing
from tests.conftest import DEMONSTRATION
from tests.operations import Service

YEARS = (2024, 2025)
CONTRACT_BASES = ("L2113-12", "L2113-13", "L2113-13-1", "L2113-15")
CONCESSION_BASES = ("L3113-1", "L3113-2", "L3113-2-1")
KINDS = ("ei", "aci", "ea", "esat", "geiq", "sep", "aucune", "aucune", None, None)
ANSWERS = (True, False, None)


def say_everything(service: Service) -> None:
    """Reservations, marks, companies, structures, spending, families and sourcings."""
    rng = Random(3)  # noqa: S311 - data of a test, the same each time
    listed = [
        one
        for year in (2023, *YEARS)
        for one in pages(service, f"/contracts?buyer={DEMONSTRATION}&year={year}")
    ]
    for one in rng.sample(listed, 60):
        for basis in rng.sample(
            CONTRACT_BASES if one["kind"] == "marche" else CONCESSION_BASES, rng.choice((1, 1, 2))
        ):
            domain = rng.choice((None, "Espaces verts", "Textile"))
            answer = reserve(service, one["id"], basis, domain=domain)
            assert answer.status_code in (201, 409), answer.text
    _say_marks(service, rng, rng.sample(listed, 30))
    _odd_contracts(service)
    _say_companies(service, rng, listed)
    _spend(service, rng)
    for number, prefixes in enumerate((["45", "9091"], ["773", "77340000"], ["85"])):
        body = {
            "buyer_siret": DEMONSTRATION,
            "family": f"Famille {number}",
            "cpv_prefixes": prefixes,
        }
        made(service, "/reservable-families", body)
    _source(service, rng)


def _say_marks(service: Service, rng: Random, listed: list[Any]) -> None:
    for one in listed:
        etag = service.client.get(
            f"/api/v1/contracts/{one['id']}", headers=service.as_("pilot")
        ).headers["etag"]
        body = {"marks": {"reserved": rng.choice(("yes", "no", "unknown"))}}
        ask(service, "PUT", f"/contracts/{one['id']}/marks", body, If_Match=etag)


def _odd_contracts(service: Service) -> None:
    two = [
        {"id_type": "SIRET", "identifier": "00000077700014", "name": "Une"},
        {"id_type": "SIRET", "identifier": "00000077700022", "name": "Autre"},
    ]
    for day in ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
        contract(service, notified_on=day, suppliers=two, amount=None)
        contract(service, notified_on=day, suppliers=[], cpv="77310000-6")
        kept = contract(service, notified_on=day, suppliers=two[:1], cpv=None, amount=None)
        reserve(service, kept["id"], decided_on="2023-01-01")


def _say_companies(service: Service, rng: Random, listed: list[Any]) -> None:
    companies: dict[str, Any] = {}
    for one in rng.sample(listed, 90):
        for company in service.get(f"/api/v1/contracts/{one['id']}")["suppliers"]:
            companies[company["id"]] = company
    for key, company in companies.items():
        said = {"ess": rng.choice(ANSWERS), "kind": rng.choice(("Aucune", "SIAE", "?", None))}
        assert ask(service, "PATCH", f"/suppliers/{key}", said).status_code == 200
        if company["id_type"] == "SIRET" and rng.random() < 0.5:
            _structure(service, rng, company["identifier"])
    for number in ("00000077700014", "00000088800017", "00000088800025"):
        _structure(service, rng, number)


def _structure(service: Service, rng: Random, siret: str) -> None:
    body = {
        "siret": siret,
        "kind": rng.choice(KINDS),
        "ess": rng.choice(ANSWERS),
        "esus": rng.choice(ANSWERS),
        "source": "Essai",
        "as_of": "2026-01-01",
    }
    made(service, "/structures", body)


def _spend(service: Service, rng: Random) -> None:
    sirets = [one["siret"] for one in pages(service, "/structures?ordinary=true")]
    lines = []
    for _ in range(150):
        payee = rng.choice((None, "00000099900014", *rng.sample(sirets, 6)))
        lines.append(
            {
                "year": rng.choice((2023, 2024, 2025, 2026)),
                "payee_siret": payee,
                "payee_name": "Bénéficiaire",
                "amount": f"{rng.randint(-2_000_00, 90_000_00) / 100:.2f}",
            }
        )
    made(service, "/spending", {"buyer_siret": DEMONSTRATION, "lines": lines})


def _source(service: Service, rng: Random) -> None:
    days = ("2023-12-31", "2024-01-01", "2024-07-14", "2024-12-31", "2025-01-01", "2025-12-31")
    for _ in range(25):
        body = sourcing(service.things()) | {
            "done_on": rng.choice(days),
            "tool": rng.choice(("inclusion_market", "other")),
            "contacted": rng.choice((None, 0, 12)),
            "interested": rng.choice((None, 3)),
            "ess_answers": rng.choice((None, 0, 2)),
            "result": rng.choice(("reserved", "open", "pending")),
        }
        made(service, "/sourcings", body)
