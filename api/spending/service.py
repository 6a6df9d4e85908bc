"""Spending: what a buyer mandated, entered many lines at once, removed one by one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, require, visible
from api.access.service import own
from api.closings.service import YearClosed, held_years, require_open
from api.contracts.models import Contract
from api.kit import audit
from api.kit.bulk import Row, insert_many, this_instant
from api.kit.columns import new_id, to_cents, to_euros
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import FieldError, Invalid, NotFound
from api.rules.naming import known_name
from api.rules.records import Party
from api.spending import joining, repeating
from api.spending.models import JoinedBy, JoinReason, Spending
from api.spending.schemas import (
    SpendingCreate,
    SpendingCreated,
    SpendingFilter,
    SpendingLine,
    SpendingRead,
)
from api.suppliers import naming

_COLUMNS = (
    "id", "created_at", "updated_at", "buyer_id", "year", "payee_siret", "payee_name", "amount",
    "contract_id", "family", "section", "directorate_id", "source", "contract_number",
    "mandate_number", "mandate_line", "import_key", "paid_on", "joined_by", "join_reason",
    "joined_at",
)  # fmt: skip
_MAX_ERRORS = 100


def find(session: Session, actor: Actor, filters: SpendingFilter) -> Page[SpendingRead]:
    """The spending of the actor's buyers, the latest entered first.

    Raises Invalid on a foreign cursor.
    """
    statement = (
        sa.select(Spending, col(Organisation.siret))
        .join(Organisation, col(Organisation.id) == col(Spending.buyer_id))
        .where(col(Spending.buyer_id).in_(visible(actor, Permission.CONTRACTS_READ)))
    )
    for column, value in (
        (col(Organisation.siret), filters.buyer),
        (col(Spending.year), filters.year),
        (col(Spending.payee_siret), filters.payee),
    ):
        if value is not None:
            statement = statement.where(column == value)
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        statement = statement.where(col(Spending.id) < _uuid(after[0]))
    rows = session.execute(
        statement.order_by(col(Spending.id).desc()).limit(filters.limit + 1)
    ).all()
    more = len(rows) > filters.limit
    said = naming.said_of(session, (one.payee_siret for one, _siret in rows))
    return Page[SpendingRead](
        items=[shown(one, siret, said) for one, siret in rows[: filters.limit]],
        next=encode_cursor(rows[filters.limit - 1][0].id.hex) if more else None,
    )


def allow_creation(session: Session, actor: Actor, data: SpendingCreate) -> Organisation:
    """The buyer whose spending the actor may enter. Raises NotFound, Forbidden."""
    return own(session, actor, data.buyer_siret, Permission.SPENDING_WRITE)


def create(session: Session, actor: Actor, data: SpendingCreate) -> SpendingCreated:
    """Enter every line, or none.

    Raises NotFound, Forbidden, Invalid (place and field of each error), YearClosed.
    """
    buyer = allow_creation(session, actor, data)
    _check(session, buyer.id, data.lines)
    joining.hold(session, [buyer.id])
    ids = [new_id() for _ in data.lines]
    instant = this_instant(session)
    entered = zip(ids, data.lines, repeating.keys(data.lines), strict=True)
    rows = (_row(*one, buyer.id, instant) for one in entered)
    insert_many(session, "spending", _COLUMNS, rows)
    joining.run(session, buyer.id)
    total = sum(to_cents(line.amount) for line in data.lines)
    years = sorted({line.year for line in data.lines})
    details = {"lines": len(ids), "cents": total, "years": years, "last": str(ids[-1])}
    _record(session, actor, "spending.created", (ids[0], buyer.id), details)
    return SpendingCreated(
        buyer_siret=data.buyer_siret, created=len(ids), amount=to_euros(total), ids=ids
    )


def _row(made: UUID, line: SpendingLine, key: str | None, buyer_id: UUID, instant: object) -> Row:
    given = line.contract_id is not None
    return (
        made.hex,
        instant,
        instant,
        buyer_id.hex,
        line.year,
        line.payee_siret,
        line.payee_name,
        to_cents(line.amount),
        None if line.contract_id is None else line.contract_id.hex,
        line.family,
        None if line.section is None else line.section.value,
        None if line.directorate_id is None else line.directorate_id.hex,
        line.source,
        line.contract_number,
        line.mandate_number,
        line.mandate_line,
        key,
        None if line.paid_on is None else line.paid_on.isoformat(),
        JoinedBy.PERSON.value if given else None,
        JoinReason.GIVEN.value if given else None,
        instant if given else None,
    )


def remove(session: Session, actor: Actor, spending_id: UUID) -> None:
    """Remove a line entered by mistake.

    Raises NotFound, Forbidden, YearClosed.
    """
    line = session.get(Spending, spending_id, with_for_update=True)
    require(actor, Permission.SPENDING_WRITE, line.buyer_id if line else None)
    if line is None:
        raise NotFound
    require_open(session, line.buyer_id, line.year)
    session.delete(line)
    session.flush()
    details = {"year": line.year, "cents": line.amount}
    _record(session, actor, "spending.removed", (line.id, line.buyer_id), details)


def _check(session: Session, buyer_id: UUID, lines: list[SpendingLine]) -> None:
    """Raise Invalid with the place and the field of each error, YearClosed on closed years."""
    this_year = today().year
    asked = {line.contract_id for line in lines if line.contract_id is not None}
    contracts = sa.select(col(Contract.id)).where(
        col(Contract.buyer_id) == buyer_id, col(Contract.id).in_(asked)
    )
    directorates = sa.select(col(Directorate.id)).where(
        col(Directorate.organisation_id) == buyer_id
    )
    known = {None, *session.scalars(contracts)}
    own_directorates = {None, *session.scalars(directorates)}
    errors: list[FieldError] = []
    for place, line in enumerate(lines):
        if line.payee_siret is None and line.payee_name is None:
            errors.append(
                _error(place, "payee_siret", "manque : donnez au moins le SIRET ou le nom.")
            )
        if line.year > this_year:
            errors.append(_error(place, "year", "n’a pas commencé : vérifiez l’année."))
        if line.paid_on is not None and line.paid_on.year != line.year:
            errors.append(_error(place, "paid_on", f"n’est pas un jour de {line.year}."))
        if line.contract_id not in known:
            errors.append(_error(place, "contract_id", "n’est pas un marché de cet acheteur."))
        if line.directorate_id not in own_directorates:
            message = "n’est pas une direction de cet acheteur."
            errors.append(_error(place, "directorate_id", message))
    errors += repeating.repeated(session, buyer_id, lines)
    if errors:
        raise Invalid(errors=errors[:_MAX_ERRORS])
    closed = held_years(session, buyer_id)
    refused = [place for place, line in enumerate(lines) if line.year in closed]
    if refused:
        message = "est close : un administrateur doit d’abord la rouvrir."
        raise YearClosed(errors=[_error(one, "year", message) for one in refused[:_MAX_ERRORS]])


def _error(place: int, field: str, message: str) -> FieldError:
    return FieldError(loc=["body", "lines", place, field], message=message)


def shown(
    line: Spending, siret: str | None, said: Mapping[str | None, bool | None]
) -> SpendingRead:
    """A line as the API gives it; ``said``: the sole traders among the payees, by SIRET."""
    payee = Party("SIRET", line.payee_siret, line.payee_name, said.get(line.payee_siret))
    return SpendingRead(
        id=line.id,
        buyer_siret=siret or "",
        year=line.year,
        payee_siret=line.payee_siret,
        payee_name=known_name(payee),
        amount=to_euros(line.amount),
        contract_id=line.contract_id,
        contract_number=line.contract_number,
        mandate_number=line.mandate_number,
        mandate_line=line.mandate_line,
        paid_on=line.paid_on,
        joined_by=line.joined_by,
        join_reason=line.join_reason,
        family=line.family,
        section=line.section,
        directorate_id=line.directorate_id,
        source=line.source,
        created_at=line.created_at,
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error


def _record(
    session: Session, actor: Actor, action: str, what: tuple[UUID, UUID], details: dict[str, Any]
) -> None:
    spending_id, buyer_id = what
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=buyer_id,
        action=action,
        target=f"spending:{spending_id}",
        details=details,
    )
