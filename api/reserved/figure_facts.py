"""The facts behind the figures of reserved markets: one statement each, for two years in a row.

What nobody said is NULL in the database and a class of its own here: ``t`` yes, ``f`` no, ``u``
not known.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.amounts import summable
from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.kit.bulk import Row
from api.reserved.bases import DISADVANTAGED
from api.reserved.families import in_families
from api.reserved.listing import of_year
from api.reserved.models import LegalBasis, ReservableFamily, Reservation, Sourcing
from api.reserved.service import MARK
from api.rules.indicators.sums import ClassSum, ClassSums
from api.spending.models import Spending
from api.structures.belonging import of_company
from api.structures.models import INCLUSIVE_KINDS, Structure, StructureKind
from api.suppliers.models import Supplier

Condition = sa.ColumnElement[bool]

# What may be written under « Structure inclusive » of a company to say that it is none…
NO_STRUCTURE = ("aucune", "aucun", "non")
# … and that it is one, beside the codes of the kinds.
SOME_STRUCTURE = ("siae", "rq", *(kind.value.replace("_", " ") for kind in INCLUSIVE_KINDS))


@dataclass(frozen=True)
class Period:
    """A year of a buyer, seen with the one before."""

    buyer_id: UUID
    year: int

    @property
    def contracts(self) -> Condition:
        """The contracts of both years."""
        own = col(Contract.buyer_id) == self.buyer_id
        return sa.and_(own, of_year(self.year - 1, self.year))

    @property
    def contract_year(self) -> sa.ColumnElement[int]:
        """The year of notification of one of these contracts."""
        return sa.case(
            (col(Contract.listed_on) >= date(self.year, 1, 1), self.year), else_=self.year - 1
        )


@dataclass(frozen=True, slots=True)
class ReservedClass:
    """Contracts of a year that answer alike: of a reservable family, reserved, in the register."""

    year: int
    family: str
    reserved: str
    registered: bool
    sums: ClassSum


def reserved_classes(
    session: Session, period: Period, families: Sequence[ReservableFamily]
) -> list[ReservedClass]:
    """The contracts of both years by what is known of their family and of their reservation.

    Reserved: in the register, or marked so; not reserved: marked so; else not known.
    """
    rows = sa.select(col(Reservation.id)).where(col(Reservation.contract_id) == col(Contract.id))
    registered = sa.case((rows.exists(), 1), else_=0)
    mark = (
        sa.select(col(ContractMark.value))
        .where(col(ContractMark.contract_id) == col(Contract.id), col(ContractMark.code) == MARK)
        .scalar_subquery()
    )
    said = sa.case((sa.or_(rows.exists(), mark.is_(True)), "t"), (mark.is_(False), "f"), else_="u")
    unknown = col(Contract.cpv).is_(None) if families else sa.false()
    family = sa.case((unknown, "u"), (in_families(families), "t"), else_="f")
    one = (
        sa.select(
            period.contract_year.label("year"),
            family.label("family"),
            said.label("reserved"),
            registered.label("registered"),
            summable(Contract).label("amount"),
        )
        .where(period.contracts)
        .subquery()
    )
    keys = (one.c.year, one.c.family, one.c.reserved, one.c.registered)
    found = session.execute(sa.select(*keys, *_sums(one.c.amount)).group_by(*keys))
    return [ReservedClass(row[0], row[1], row[2], bool(row[3]), _sum(row, 4)) for row in found]


@dataclass(frozen=True, slots=True)
class BasisClass:
    """Reservations of a year on one basis, in one domain."""

    year: int
    basis: LegalBasis
    domain: str | None
    division: str | None
    sums: ClassSum


def bases(session: Session, period: Period) -> list[BasisClass]:
    """The reservations of the contracts of both years, by basis and domain."""
    one = (
        sa.select(
            period.contract_year.label("year"),
            col(Reservation.basis),
            col(Reservation.domain),
            sa.func.substr(col(Contract.cpv), 1, 2).label("division"),
            summable(Contract).label("amount"),
        )
        .join(Contract, col(Contract.id) == col(Reservation.contract_id))
        .where(period.contracts)
        .subquery()
    )
    keys = (one.c.year, one.c.basis, one.c.domain, one.c.division)
    found = session.execute(sa.select(*keys, *_sums(one.c.amount)).group_by(*keys))
    return [BasisClass(row[0], row[1], row[2], row[3], _sum(row, 4)) for row in found]


CATEGORIES = (
    "esus",
    "disadvantaged",
    "ess",
    "inclusive",
    "reserved_disadvantaged",
    "reserved_ess",
)


def categories(session: Session, period: Period) -> dict[str, dict[int, ClassSums]]:
    """For each category, the classes of the contracts of each year.

    A contract is of a category as soon as one holder is, out of it when all are said not to be,
    else not known; ``disadvantaged`` also holds what is reserved on any basis but the ESS. The
    categories of reserved contracts tell on which basis they are: out of one are the contracts
    reserved on another, and those that are said not to be reserved.
    """
    one = _held(period)
    keys = (one.c.year, *(one.c[name] for name in CATEGORIES))
    rows = session.execute(sa.select(*keys, *_sums(one.c.amount)).group_by(*keys)).all()
    return {
        name: {
            year: class_sums(
                (row[place], _sum(row, 1 + len(CATEGORIES))) for row in rows if row[0] == year
            )
            for year in (period.year - 1, period.year)
        }
        for place, name in enumerate(CATEGORIES, 1)
    }


def class_sums(classes: Iterable[tuple[str, ClassSum]]) -> ClassSums:
    """The sums of contracts that are all looked at, by whether they count: t, f or u."""
    found: dict[str, ClassSum] = defaultdict(ClassSum)
    for letter, sums in classes:
        found[f"t{letter}"] += sums
    return ClassSums(**found)


def _held(period: Period) -> Any:
    """Each contract of both years with its class in each category."""
    answers = _of_holder()
    flags: dict[str, tuple[Any, Any]] = {
        name: (
            sa.func.max(sa.case((value == 1, 1), else_=0)),
            sa.func.min(sa.case((value == 0, 1), else_=0)),
        )
        for name, value in answers.items()
    }
    some, none = flags["inclusive"]
    flags["disadvantaged"] = (sa.case((_reserved_on(*DISADVANTAGED), 1), else_=some), none)
    flags |= _of_reservation()
    return (
        sa.select(
            period.contract_year.label("year"),
            summable(Contract).label("amount"),
            *(_class(*flags[name]).label(name) for name in CATEGORIES),
        )
        .join(ContractSupplier, col(ContractSupplier.contract_id) == col(Contract.id), isouter=True)
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id), isouter=True)
        .join(
            Structure,
            of_company(),
            isouter=True,
        )
        .where(period.contracts)
        .group_by(col(Contract.id))
        .subquery()
    )


def _of_reservation() -> dict[str, tuple[Any, Any]]:
    """On which basis a contract is reserved: out of one are those reserved on another, and those
    said not to be reserved."""
    open_to_all = sa.exists().where(
        col(ContractMark.contract_id) == col(Contract.id),
        col(ContractMark.code) == MARK,
        col(ContractMark.value).is_(False),
    )
    decided = sa.case((sa.or_(_reserved_on(*LegalBasis), open_to_all), 1), else_=0)
    return {
        name: (sa.case((_reserved_on(*reserving), 1), else_=0), decided)
        for name, reserving in (
            ("reserved_disadvantaged", DISADVANTAGED),
            ("reserved_ess", (LegalBasis.ESS,)),
        )
    }


def _reserved_on(*bases: LegalBasis) -> Condition:
    """Whether a contract is in the register of reservations on one of these bases."""
    return sa.exists().where(
        col(Reservation.contract_id) == col(Contract.id), col(Reservation.basis).in_(bases)
    )


def _of_holder() -> dict[str, Any]:
    """What is said of one holder in each category: 1, 0 or NULL.

    The register of structures comes before what is said of the company. Who is not of the ESS is
    not ESUS (article L3332-17-1 du code du travail), who is ESUS is of the ESS.
    """
    ess = sa.func.coalesce(_flag(col(Structure.ess)), _flag(col(Supplier.ess)))
    esus = sa.func.coalesce(_flag(col(Structure.esus)), sa.case((ess == 0, 0)))
    word = sa.func.lower(sa.func.trim(col(Supplier.kind)))
    return {
        "esus": esus,
        "ess": sa.case((col(Structure.esus).is_(True), 1), else_=ess),
        "inclusive": sa.case(
            (col(Structure.kind).in_(INCLUSIVE_KINDS), 1),
            (col(Structure.kind) == StructureKind.NONE, 0),
            (word.in_(SOME_STRUCTURE), 1),
            (word.in_(NO_STRUCTURE), 0),
        ),
    }


def _flag(column: Any) -> Any:
    return sa.case((column.is_(True), 1), (column.is_(False), 0))


def _class(some: Any, none: Any) -> Any:
    return sa.case((some == 1, "t"), (none == 1, "f"), else_="u")


@dataclass(frozen=True, slots=True)
class PaidClass:
    """What was mandated in a year to payees of whom the same is said; ``structures`` are distinct
    SIRET of the register."""

    year: int
    kind: StructureKind | None
    ess: bool | None
    esus: bool | None
    identified: bool
    lines: int
    amount: int
    structures: int

    @property
    def inclusive(self) -> bool:
        """The payee is said to be an inclusive structure, of the ESS or ESUS."""
        return self.kind in INCLUSIVE_KINDS or bool(self.ess) or bool(self.esus)

    @property
    def outside(self) -> bool:
        """The payee is said to be none of these; who is not of the ESS is not ESUS."""
        return self.kind is StructureKind.NONE and self.ess is False and not self.esus


def paid(session: Session, period: Period) -> list[PaidClass]:
    """The spending of both years, by what the register of structures says of the payee."""
    identified = sa.case((col(Spending.payee_siret).is_not(None), 1), else_=0)
    keys = (
        col(Spending.year),
        col(Structure.kind),
        col(Structure.ess),
        col(Structure.esus),
        identified,
    )
    found = session.execute(
        sa.select(
            *keys,
            sa.func.count(),
            sa.func.sum(col(Spending.amount)),
            sa.func.count(sa.distinct(col(Structure.siret))),
        )
        .select_from(Spending)
        .join(Structure, col(Structure.siret) == col(Spending.payee_siret), isouter=True)
        .where(
            col(Spending.buyer_id) == period.buyer_id,
            col(Spending.year).between(period.year - 1, period.year),
        )
        .group_by(*keys)
    )
    # PostgreSQL sums BIGINT as a decimal.
    return [
        PaidClass(row[0], row[1], row[2], row[3], bool(row[4]), row[5], int(row[6]), row[7])
        for row in found
    ]


COUNTED = ("contacted", "interested", "ess_answers")


def sourcings(session: Session, period: Period) -> list[Any]:
    """The sourcings of both years by tool and result: (year, tool, result, number, then for each
    of COUNTED the sum of what is said and how many say it)."""
    year = sa.case(
        (col(Sourcing.done_on) >= date(period.year, 1, 1), period.year), else_=period.year - 1
    )
    keys = (year, col(Sourcing.tool), col(Sourcing.result))
    numbers = [getattr(Sourcing, name) for name in COUNTED]
    found = session.execute(
        sa.select(
            *keys,
            sa.func.count(),
            *(f(number) for number in numbers for f in (sa.func.sum, sa.func.count)),
        )
        .where(
            col(Sourcing.buyer_id) == period.buyer_id,
            col(Sourcing.done_on).between(date(period.year - 1, 1, 1), date(period.year, 12, 31)),
        )
        .group_by(*keys)
    )
    return list(found)


def _sums(amount: Any) -> tuple[Any, Any, Any]:
    return sa.func.count(), sa.func.sum(amount), sa.func.count() - sa.func.count(amount)


def _sum(row: Row | Any, place: int) -> ClassSum:
    return ClassSum(row[place], int(row[place + 1] or 0), row[place + 2])
