"""The contracts behind a figure: counted, not counted and why, unknown and what to fill in."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.contracts.conversion import euros
from api.contracts.models import Contract, ContractSupplier
from api.indicators import engine
from api.indicators.schemas import EvidenceItem, EvidenceState, ToFillRead
from api.indicators.service import readable_buyer
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict
from api.reference.marks import MARKS
from api.rules.indicators.evaluation import failing, unsaid
from api.rules.indicators.explain import to_fill, why_not
from api.rules.indicators.fields import CONTRACT_FIELDS
from api.rules.indicators.vocabulary import (
    AllOf,
    Criterion,
    Definition,
    Leaf,
    Measure,
    SupplierTest,
    leaves,
)
from api.schemes import service as schemes

TT, TF, TU, UF, UT, UU = 4, 3, 5, 6, 7, 8
_SHARES = {Measure.SHARE, Measure.AMOUNT_SHARE}
_AMOUNTS = {Measure.AMOUNT, Measure.AMOUNT_SHARE}


class NotComputed(Conflict):
    type = "not-computed"
    title = "Indicateur pas encore calculé"
    default = "Spaser ne calcule pas encore cet indicateur : il n’a pas de contrats à montrer."


def find(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    year: int,
    siret: str,
    state: EvidenceState,
    limit: int,
    cursor: str | None,
) -> Page[EvidenceItem]:
    """A page of the contracts that stand in ``state`` in a figure, last notified first.

    The predicate is the figure's own: the three lists add up to what was counted.
    Raises Forbidden, NotFound, NotComputed, Invalid on a foreign cursor.
    """
    indicator, _scheme = schemes.indicator(session, actor, indicator_id)
    buyer = readable_buyer(session, actor, siret)
    definition = schemes.definition_of(indicator)
    if definition is None:
        raise NotComputed
    statement, facts = _statement(definition, state, decode_cursor(cursor, 2))
    parameters = {"buyer_id": buyer.id, **engine.period(year)}
    rows = session.execute(statement.limit(limit + 1), parameters).mappings().all()
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = encode_cursor(last["listed_on"].isoformat(), last["id"].hex)
    items = [_item(row, facts, definition, state) for row in rows[:limit]]
    return Page[EvidenceItem](items=items, next=following)


def _statement(
    definition: Definition, wanted: EvidenceState, after: list[str | None] | None
) -> tuple[sa.Select[Any], engine.Judged]:
    facts = engine.judged((definition,))
    state = facts.state(definition)
    columns = facts.columns.c
    statement = (
        sa.select(
            facts.columns,
            state.label("state"),
            col(Contract.reference),
            col(Contract.subject),
            col(Contract.amount).label("told_amount"),
            sa.exists().where(col(ContractSupplier.contract_id) == columns.id).label("held"),
        )
        .join(Contract, col(Contract.id) == columns.id)
        .where(_standing(definition, wanted, state, columns))
        .order_by(columns.listed_on.desc(), columns.id.desc())
    )
    if after is not None:
        statement = statement.where(sa.tuple_(columns.listed_on, columns.id) < _last(after))
    return statement, facts


def _standing(
    definition: Definition,
    wanted: EvidenceState,
    state: sa.ColumnElement[Any],
    columns: Any,
) -> sa.ColumnElement[bool]:
    # Not counted, wherever it stands: a part of a whole still wants to know where that is.
    open_states = [TU, UT, UU] + ([UF] if definition.measure in _SHARES else [])
    closed_states = [0, 1, 2, TF] + ([] if definition.measure in _SHARES else [UF])
    priced = columns.amount.is_not(None)
    weighed = definition.measure in _AMOUNTS
    decided = [TT, TF] if definition.measure is Measure.AMOUNT_SHARE else [TT]
    if wanted is EvidenceState.COUNTED:
        return sa.and_(state == TT, priced) if weighed else state == TT
    if wanted is EvidenceState.UNKNOWN:
        waiting = state.in_(open_states)
        if not weighed:
            return waiting
        return sa.or_(waiting, sa.and_(state.in_(decided), columns.amount.is_(None)))
    left_out = sa.and_(state.in_(closed_states), columns.notified_on.is_not(None))
    if definition.measure is Measure.AMOUNT_SHARE:
        return sa.and_(left_out, sa.or_(state != TF, priced))
    return left_out


def _last(after: list[str | None]) -> sa.ColumnElement[Any]:
    try:
        day, key = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.tuple_(sa.literal(day, sa.Date), sa.literal(key, sa.Uuid))


def _item(
    row: Any, facts: engine.Judged, definition: Definition, state: EvidenceState
) -> EvidenceItem:
    truth = _truth(row, facts)
    criterion = _whole(definition)
    reasons: list[str] = []
    if state is EvidenceState.NOT_COUNTED and criterion is not None:
        reasons = [why_not(leaf, MARKS) for leaf in failing(criterion, truth)]
    return EvidenceItem(
        contract_id=row["id"],
        reference=row["reference"],
        subject=row["subject"],
        amount=euros(row["told_amount"]),
        notified_on=row["notified_on"],
        reasons=reasons,
        to_fill=_to_fill(row, definition, truth) if state is EvidenceState.UNKNOWN else [],
    )


def _to_fill(
    row: Any, definition: Definition, truth: Callable[[Leaf], bool | None]
) -> list[ToFillRead]:
    asked: list[ToFillRead] = []
    if row["notified_on"] is None:
        asked.append(_field("notified_on"))
    for criterion in (definition.perimeter, definition.where):
        if criterion is not None:
            asked += [_answer(leaf, row["held"]) for leaf in unsaid(criterion, truth)]
    if definition.measure in _AMOUNTS and row["amount"] is None:
        asked.append(_field("amount"))
    return list({one.field: one for one in asked}.values())


def _answer(leaf: Leaf, held: bool) -> ToFillRead:
    if isinstance(leaf, SupplierTest) and not held:
        return ToFillRead(text="indiquer le titulaire du marché", field="suppliers")
    asked = to_fill(leaf, MARKS)
    return ToFillRead(text=asked.text, field=asked.field)


def _field(name: str) -> ToFillRead:
    spec = CONTRACT_FIELDS[name]
    return ToFillRead(text=spec.to_fill, field=spec.form_field)


def _truth(row: Any, facts: engine.Judged) -> Callable[[Leaf], bool | None]:
    def truth(leaf: Leaf) -> bool | None:
        value = row[facts.of_leaf[leaf]]
        return None if value is None else bool(value)

    return truth


def _whole(definition: Definition) -> Criterion | None:
    parts = [one for one in (definition.perimeter, definition.where) if leaves(one)]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else AllOf.model_validate({"all": parts})
