"""Clauses as they are given: the row of the statement to the shapes of the answers."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from api.access.permissions import Actor, Permission, served, visible
from api.insertion.clauses.answers import (
    CalculationTermsRead,
    ClauseItem,
    ClausePermissions,
    ClauseRead,
    EngagementChangeRead,
    PenaltyRead,
    ProjectionRead,
)
from api.insertion.clauses.gauges import Gauges, gauges
from api.insertion.clauses.listing import Row
from api.insertion.clauses.models import Clause, ClauseChange, Penalty
from api.kit.columns import to_euros, to_hours, to_share

V = TypeVar("V")

_ITEM = (
    "id", "version", "title", "lot", "kind", "status", "contract_id", "unit", "by_orders",
    "starts_on", "ends_on",
)  # fmt: skip
_WHOLE = (
    "legal_basis", "object", "purchase_family", "publics", "modalities", "priority_area",
    "training_counted", "eligibility_months", "evidence_frequency", "evidence_days",
    "penalty_mode", "created_at", "updated_at",
)  # fmt: skip


def item(row: Row, actor: Actor, at: date) -> ClauseItem:
    """The line of an overview, with the gauges of a day."""
    return ClauseItem(**_item(row, actor, _gauges(row, at)))


def whole(
    row: Row,
    changes: Sequence[ClauseChange],
    penalties: Sequence[Penalty],
    actor: Actor,
    at: date,
) -> ClauseRead:
    """A clause with its changes, its penalties, and what the actor may do of it."""
    clause, told = row.clause, _gauges(row, at)
    return ClauseRead(
        **_item(row, actor, told),
        **{name: getattr(clause, name) for name in _WHOLE},
        hours=_said(to_hours, clause.hours),
        share=_said(to_share, clause.share),
        amount=_said(to_euros, clause.amount),
        calculation=_calculation(clause),
        elapsed=_said(to_share, told.elapsed),
        penalty_amount=_said(to_euros, clause.penalty_amount),
        penalty_share=_said(to_share, clause.penalty_share),
        penalty_cap=_said(to_euros, clause.penalty_cap),
        changes=[_change(one) for one in changes],
        penalties=[_penalty(one) for one in penalties],
        permissions=ClausePermissions(
            change=clause.buyer_id in visible(actor, Permission.CLAUSES_WRITE),
            state_hours=(clause.facilitator_id, clause.buyer_id)
            in served(actor, Permission.STATEMENTS_WRITE),
        ),
    )


def _gauges(row: Row, at: date) -> Gauges:
    return gauges(row.clause, row.validated, row.stated, at)


def _declared(row: Row, actor: Actor) -> int:
    """All that is declared, to who follows the persons; to a buyer what counts, because the rest is
    the hours of who is outside their eligibility."""
    pair = (row.clause.facilitator_id, row.clause.buyer_id)
    return row.declared if pair in served(actor, Permission.STATEMENTS_WRITE) else row.counted


def _item(row: Row, actor: Actor, told: Gauges) -> dict[str, Any]:
    pace = told.projection
    return {name: getattr(row.clause, name) for name in _ITEM} | {
        "contract_reference": row.reference,
        "contract_subject": row.subject,
        "suppliers": row.suppliers,
        "buyer_siret": row.buyer[0],
        "buyer_name": row.buyer[1],
        "facilitator_siret": row.facilitator[0],
        "facilitator_name": row.facilitator[1],
        "engaged": _said(to_hours, row.clause.engaged),
        "due": _said(to_hours, told.due),
        "declared": to_hours(_declared(row, actor)),
        "validated": to_hours(row.validated),
        "missing": _said(to_hours, told.missing),
        "rate": _said(to_share, told.rate),
        "projection": None
        if pace is None
        else ProjectionRead(
            hours=to_hours(pace.hours), rate=_said(to_share, pace.rate), sentence=pace.sentence
        ),
        "last_month": max(row.stated, default=None),
        "late_months": told.late_months,
        "closed_years": list(row.closed_years),
        "risk": told.risk,
    }


def _calculation(clause: Clause) -> CalculationTermsRead | None:
    kept = clause.calculation
    if kept is None:
        return None
    return CalculationTermsRead(
        amount=_said(to_euros, kept["amount"]),
        labour_share=to_share(kept["labour_share"]),
        rate=to_share(kept["rate"]),
        hourly_cost=to_euros(kept["hourly_cost"]),
        hours=_said(to_hours, kept["hours"]),
        formula=kept["formula"],
        rounding=kept["rounding"],
    )


def _change(row: ClauseChange) -> EngagementChangeRead:
    return EngagementChangeRead(
        id=row.id,
        on=row.on,
        kind=row.kind,
        total=_said(to_hours, row.total),
        added=_said(to_hours, row.added),
        amount=_said(to_euros, row.amount),
        delta=to_hours(row.delta),
        reference=row.reference,
        reason=row.reason,
    )


def _penalty(row: Penalty) -> PenaltyRead:
    return PenaltyRead(
        id=row.id,
        on=row.on,
        basis=row.basis,
        computed=to_euros(row.computed),
        applied=_said(to_euros, row.applied),
        decision=row.decision,
        reason=row.reason,
        act=row.act,
    )


def _said(convert: Callable[[V], Decimal], value: V | None) -> Decimal | None:
    return None if value is None else convert(value)
