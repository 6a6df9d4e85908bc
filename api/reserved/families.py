"""The families in which a buyer wants a reservation proposed, or its absence justified."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import own
from api.contracts.models import Contract, ContractMark
from api.kit import audit
from api.kit.columns import to_euros
from api.kit.keyset import following, paged
from api.kit.pages import Page
from api.kit.problems import Conflict, NotFound
from api.reference.cpv import label_of
from api.reserved.listing import HOLDERS, of_year
from api.reserved.models import NonReservation, ReservableFamily, Reservation
from api.reserved.register_schemas import FamilyCreate, FamilyRead, ToJustify, ToJustifyFilter
from api.reserved.service import MARK

MAX_FAMILIES = 200
_TOLD = ("id", "reference", "subject", "cpv", "amount", "notified_on", "listed_on")


class FamilyTaken(Conflict):
    type = "family-taken"
    title = "Famille déjà déclarée"
    default = "Cet acheteur a déjà une famille de ce nom : ôtez-la d’abord, ou prenez un autre nom."


class TooManyFamilies(Conflict):
    type = "too-many-families"
    title = "Trop de familles"
    default = f"Un acheteur déclare {MAX_FAMILIES} familles au plus : regroupez-en."


def find(session: Session, actor: Actor, siret: str | None) -> list[FamilyRead]:
    """The families of the actor's buyers, or of one of them, by name."""
    statement = (
        sa.select(ReservableFamily, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(ReservableFamily.buyer_id))
        .where(col(ReservableFamily.buyer_id).in_(visible(actor, Permission.CONTRACTS_READ)))
        .order_by(col(ReservableFamily.family), col(ReservableFamily.id))
    )
    if siret is not None:
        statement = statement.where(col(Organisation.siret) == siret)
    return [_shown(one, found) for one, found in session.execute(statement)]


def allow_creation(session: Session, actor: Actor, data: FamilyCreate) -> Organisation:
    """The buyer whose families the actor may declare.

    Raises NotFound, Forbidden (also to a directorate: families are the whole buyer's).
    """
    buyer = own(session, actor, data.buyer_siret, Permission.CONTRACTS_READ)
    require(actor, Permission.RESERVATIONS_WRITE, buyer.id)
    return buyer


def create(session: Session, actor: Actor, data: FamilyCreate) -> FamilyRead:
    """Declare a family.

    Raises NotFound, Forbidden, FamilyTaken, TooManyFamilies.
    """
    buyer = allow_creation(session, actor, data)
    names = session.scalars(
        sa.select(col(ReservableFamily.family)).where(col(ReservableFamily.buyer_id) == buyer.id)
    ).all()
    if data.family in names:
        raise FamilyTaken
    if len(names) >= MAX_FAMILIES:
        raise TooManyFamilies
    family = ReservableFamily(
        buyer_id=buyer.id,
        family=data.family,
        cpv_prefixes=sorted(set(data.cpv_prefixes)),
        note=data.note,
    )
    session.add(family)
    session.flush()
    _record(session, actor, "family.declared", family)
    return _shown(family, buyer.siret)


def remove(session: Session, actor: Actor, family_id: UUID) -> None:
    """Declare no more a family. Raises NotFound, Forbidden."""
    family = session.get(ReservableFamily, family_id, with_for_update=True)
    require(actor, Permission.RESERVATIONS_WRITE, family.buyer_id if family else None)
    if family is None:
        raise NotFound
    session.delete(family)
    session.flush()
    _record(session, actor, "family.removed", family)


def to_justify(session: Session, actor: Actor, filters: ToJustifyFilter) -> Page[ToJustify]:
    """The contracts of a year whose CPV is of a reservable family, neither reserved nor justified.

    A contract without CPV is in no family: it is not known to be, and the figures count it apart.
    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    buyer = own(session, actor, filters.buyer, Permission.CONTRACTS_READ)
    families = of_buyer(session, buyer.id)
    columns = [getattr(Contract, name) for name in _TOLD]
    statement = sa.select(*columns, HOLDERS.label("holders")).where(
        col(Contract.buyer_id) == buyer.id,
        of_year(filters.year),
        in_families(families),
        ~reserved(),
        ~_justified(),
    )
    key = (col(Contract.listed_on), col(Contract.id))
    rows = session.execute(paged(statement, key, filters.cursor, filters.limit)).all()
    return Page[ToJustify](
        items=[
            ToJustify(
                contract_id=row.id,
                reference=row.reference,
                subject=row.subject,
                cpv=row.cpv,
                cpv_label=label_of(row.cpv),
                amount=None if row.amount is None else to_euros(row.amount),
                notified_on=row.notified_on,
                holders=row.holders,
                families=[
                    one.family for one in families if row.cpv.startswith(tuple(one.cpv_prefixes))
                ],
            )
            for row in rows[: filters.limit]
        ],
        next=following(rows, filters.limit, lambda row: (row.listed_on, row.id)),
    )


def of_buyer(session: Session, buyer_id: UUID) -> list[ReservableFamily]:
    """The families that a buyer declares."""
    found = sa.select(ReservableFamily).where(col(ReservableFamily.buyer_id) == buyer_id)
    return list(session.scalars(found.order_by(col(ReservableFamily.family))))


def in_families(families: Iterable[ReservableFamily]) -> sa.ColumnElement[bool]:
    """The contracts whose CPV begins as one of these families does; NULL without CPV.

    One IN for each length of prefix: as many OR as prefixes would be too deep for SQLite.
    """
    lengths: dict[int, set[str]] = {}
    for family in families:
        for prefix in family.cpv_prefixes:
            lengths.setdefault(len(prefix), set()).add(prefix)
    beginnings = [
        sa.func.substr(col(Contract.cpv), 1, length).in_(sorted(prefixes))
        for length, prefixes in sorted(lengths.items())
    ]
    return sa.or_(sa.false(), *beginnings)


def reserved() -> sa.ColumnElement[bool]:
    """The contracts that the register of reservations holds, or that are marked as reserved."""
    rows = sa.select(col(Reservation.id)).where(col(Reservation.contract_id) == col(Contract.id))
    marks = sa.select(col(ContractMark.contract_id)).where(
        col(ContractMark.contract_id) == col(Contract.id),
        col(ContractMark.code) == MARK,
        col(ContractMark.value),
    )
    return sa.or_(rows.exists(), marks.exists())


def _justified() -> sa.ColumnElement[bool]:
    rows = sa.select(col(NonReservation.id)).where(
        col(NonReservation.contract_id) == col(Contract.id)
    )
    return rows.exists()


def _shown(family: ReservableFamily, siret: str | None) -> FamilyRead:
    return FamilyRead(
        id=family.id,
        buyer_siret=siret or "",
        family=family.family,
        cpv_prefixes=family.cpv_prefixes,
        note=family.note,
    )


def _record(session: Session, actor: Actor, action: str, family: ReservableFamily) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=family.buyer_id,
        action=action,
        target=f"reservable_family:{family.id}",
        details={"family": family.family, "cpv_prefixes": family.cpv_prefixes},
    )
