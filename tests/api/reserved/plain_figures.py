"""The figures of reserved markets computed again, the plain way, from the lists of the API.

It shares no code with the service: Python loops over what anybody may read, exact fractions.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.api.reserved.asking import pages
from tests.operations import Service
from tests.oracle.unsummed import unbelievable

DISADVANTAGED = {"L2113-12", "L2113-13", "L2113-13-1", "L3113-1", "L3113-2", "L3113-2-1"}
SAID_KINDS = {"ei", "ai", "aci", "etti", "eiti", "geiq", "ea", "eatt", "esat", "sep"} | {
    "regie quartier",
    "siae",
    "rq",
}
Answer = bool | None


@dataclass(frozen=True)
class Told:
    """A contract with all that the figures look at."""

    id: str
    cpv: str | None
    cents: int | None
    reserved: Answer
    registered: bool
    bases: frozenset[str]
    esus: Answer
    ess: Answer
    inclusive: Answer

    @property
    def disadvantaged(self) -> Answer:
        return True if self.bases & DISADVANTAGED else self.inclusive


def cents(euros: str | None) -> int | None:
    """Euros as whole cents."""
    return None if euros is None else int(Decimal(euros) * 100)


class World:
    """What the API says of a buyer, read once."""

    def __init__(self, service: Service, siret: str) -> None:
        self.service, self.siret = service, siret
        self.structures = {one["siret"]: one for one in pages(service, "/structures?ordinary=true")}
        self.reservations = pages(service, f"/reserved-contracts?buyer={siret}")
        self.spending = pages(service, f"/spending?buyer={siret}")
        self.sourcings = pages(service, f"/sourcings?buyer={siret}")
        self.families = service.get(f"/api/v1/reservable-families?buyer={siret}")
        self.companies: dict[str, Any] = {}
        self.years: dict[int, list[Told]] = {}

    def contracts(self, year: int) -> list[Told]:
        """The contracts of a year."""
        if year not in self.years:
            listed = pages(self.service, f"/contracts?buyer={self.siret}&year={year}")
            self.years[year] = [self._told(one["id"]) for one in listed]
        return self.years[year]

    def _told(self, contract_id: str) -> Told:
        one = self.service.get(f"/api/v1/contracts/{contract_id}")
        amount = cents(one["amount"])
        mark = next(found["state"] for found in one["marks"] if found["code"] == "reserved")
        bases = frozenset(
            found["basis"] for found in self.reservations if found["contract_id"] == contract_id
        )
        holders = [self._holder(company) for company in one["suppliers"]]
        return Told(
            id=contract_id,
            cpv=one["cpv"],
            cents=None if unbelievable(one["kind"], amount) else amount,
            reserved=True if bases or mark == "yes" else False if mark == "no" else None,
            registered=bool(bases),
            bases=bases,
            esus=any_of(found["esus"] for found in holders),
            ess=any_of(found["ess"] for found in holders),
            inclusive=any_of(found["inclusive"] for found in holders),
        )

    def _holder(self, company: Any) -> dict[str, Answer]:
        if company["id"] not in self.companies:
            self.companies[company["id"]] = self.service.get(f"/api/v1/suppliers/{company['id']}")
        said = self.companies[company["id"]]
        structure: Any = {"kind": None, "ess": None, "esus": None}
        if said["id_type"] == "SIRET":
            structure = self.structures.get(said["identifier"], structure)
        ess = said["ess"] if structure["ess"] is None else structure["ess"]
        esus = structure["esus"]
        if esus is None and ess is False:
            esus = False
        word = (said["kind"] or "").lower()
        inclusive = None
        if structure["kind"] == "aucune":
            inclusive = False
        elif structure["kind"] or word in SAID_KINDS:
            inclusive = True
        elif word in ("aucune", "aucun", "non"):
            inclusive = False
        return {
            "esus": esus,
            "ess": True if structure["esus"] else ess,
            "inclusive": inclusive,
        }

    def in_family(self, one: Told) -> Answer:
        """Whether a contract is of a reservable family."""
        if one.cpv is None:
            return None
        prefixes = [prefix for family in self.families for prefix in family["cpv_prefixes"]]
        return any(one.cpv.startswith(prefix) for prefix in prefixes)


def any_of(answers: Iterable[Answer]) -> Answer:
    """True as soon as one is, false when all are false, else not known; nobody is not known."""
    found = list(answers)
    return True if True in found else None if None in found or not found else False


def shown(share: Fraction | None) -> str | None:
    """Percents with two decimals, the half upwards."""
    if share is None:
        return None
    whole = floor(share * 10_000 + Fraction(1, 2))
    return f"{whole // 100}.{whole % 100:02d}"


def rate(
    contracts: Iterable[Told],
    counted: Callable[[Told], Answer],
    looked_at: Callable[[Told], Answer] = lambda _one: True,
    *,
    value: bool = False,
) -> dict[str, Any]:
    """The share of contracts counted among those looked at, and what it can be at least and at
    most: by trying for each contract the place that lowers, or raises, the share the most."""
    part, whole, known, unknown = 0, 0, 0, 0
    lowest, highest = Extreme(), Extreme()
    for one in contracts:
        places = _places(looked_at(one), counted(one))
        if places == {"out"}:
            continue
        sure = len(places) == 1 and (one.cents is not None or not value)
        known += sure
        unknown += not sure and ("counted" in places or "in" in places)
        weight = one.cents if value else 1
        if sure:
            whole += weight or 0
            part += (weight or 0) if places == {"counted"} else 0
        lowest.put(_first(places, ("in", "out", "counted")), weight, unbounded="in")
        highest.put(_first(places, ("counted", "out", "in")), weight, unbounded="counted")
    low, high = lowest.share(), highest.share()
    return {
        "value": shown(Fraction(part, whole) if whole else None),
        "numerator": f"{Decimal(part) / 100:.2f}" if value else str(part),
        "denominator": f"{Decimal(whole) / 100:.2f}" if value else str(whole),
        "known": known,
        "unknown": unknown,
        "low": shown(high if low is None else low),
        "high": shown(low if high is None else high),
    }


class Extreme:
    """A share with every contract put somewhere; an amount not known may be without bound."""

    def __init__(self) -> None:
        self.part, self.whole = 0, 0
        self.without_bound: str | None = None

    def put(self, place: str, weight: int | None, *, unbounded: str) -> None:
        """Put a contract in its place."""
        if weight is None:
            self.without_bound = place if place == unbounded else self.without_bound
        elif place != "out":
            self.whole += weight
            self.part += weight if place == "counted" else 0

    def share(self) -> Fraction | None:
        """The share, None of nothing."""
        if self.without_bound:
            return Fraction(self.without_bound == "counted")
        return Fraction(self.part, self.whole) if self.whole else None


def _places(looked_at: Answer, counted: Answer) -> set[str]:
    places: set[str] = set()
    if looked_at is not True:
        places.add("out")
    if looked_at is not False:
        places |= {"counted"} if counted else {"in"} if counted is False else {"in", "counted"}
    return places


def _first(places: set[str], order: tuple[str, ...]) -> str:
    return next(place for place in order if place in places)
