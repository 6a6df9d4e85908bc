"""Asks the search service of the companies of the register, some at a time, and keeps its answers.

Each company is kept as soon as it is answered of: stopped, the next run goes on from there. One
bad answer is noted and the next company asked; a service that is away stops nothing else.
"""

from collections import Counter
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit import audit
from api.kit.days import today
from api.kit.db import Engines
from api.kit.remote import Away, Remote
from api.suppliers import search, sources
from api.suppliers.models import SaidFact, Supplier, SupplierLookup, SupplierSource

# After as many failures in a row the service is taken for away: the rest waits for the next run.
MOST_FAILURES = 5
KEPT_DAYS = 90
_PAGE = 100


def enrich(engines: Engines, service: Remote, limit: int, days: int = KEPT_DAYS) -> Counter[str]:
    """Ask of ``limit`` companies at most, of whom nothing was asked for ``days`` days.

    Answers how many were ``found``, ``absent`` (not known there, or not to be shown) and
    ``failed``; ``changed`` counts the sheets that changed.
    """
    counts: Counter[str] = Counter()
    failures = 0
    last: UUID | None = None
    while limit > 0 and failures < MOST_FAILURES:
        some = _due(engines, min(limit, _PAGE), today() - timedelta(days=days), last)
        if not some:
            break
        for supplier_id, siret in some:
            last = supplier_id
            outcome, told = _asked(service, siret)
            counts[outcome] += 1
            counts["changed"] += _keep(engines, supplier_id, outcome, told)
            failures = failures + 1 if outcome == "failed" else 0
            if failures == MOST_FAILURES:
                break
        limit -= len(some)
    if counts:
        _record(engines, counts)
    return counts


def _due(engines: Engines, number: int, before: date, after: UUID | None) -> list[tuple[UUID, str]]:
    """The next companies to ask of: those whose last answer is old, failed or not there."""
    statement = (
        sa.select(col(Supplier.id), col(Supplier.identifier))
        .join(SupplierLookup, col(SupplierLookup.supplier_id) == col(Supplier.id), isouter=True)
        .where(
            col(Supplier.id_type) == "SIRET",
            col(Supplier.identifier).regexp_match("^[0-9]{14}$"),
            # Fictitious companies are of no register: nobody is asked of them.
            ~col(Supplier.identifier).startswith("0000"),
            sa.or_(
                col(SupplierLookup.supplier_id).is_(None),
                col(SupplierLookup.outcome) == "failed",
                col(SupplierLookup.asked_on) < before,
            ),
        )
        .order_by(col(Supplier.id))
        .limit(number)
    )
    if after is not None:
        statement = statement.where(col(Supplier.id) > after)
    with Session(engines.read) as session, session.begin():
        return [(made, siret or "") for made, siret in session.execute(statement)]


def _asked(service: Remote, siret: str) -> tuple[str, dict[SaidFact, str]]:
    try:
        told = search.facts(service.get("/search", search.asking(siret)), siret)
    except (Away, ValueError):
        return "failed", {}
    return ("absent", {}) if told is None else ("found", told)


def _keep(engines: Engines, supplier_id: UUID, outcome: str, told: dict[SaidFact, str]) -> int:
    """Keep an answer; a company that the register lost meanwhile is let go."""
    words = [sources.Word(supplier_id, fact, value) for fact, value in told.items()]
    with Session(engines.write) as session, session.begin():
        if session.get(Supplier, supplier_id, with_for_update=True) is None:
            return 0
        session.merge(SupplierLookup(supplier_id=supplier_id, asked_on=today(), outcome=outcome))
        session.flush()
        silent = set(SaidFact) - set(told) if outcome != "failed" else set()
        unsaid = sources.unsay(session, SupplierSource.SEARCH, supplier_id, silent)
        changed = sources.say(session, SupplierSource.SEARCH, today(), words)
        return changed + sources.follow(session, [supplier_id], unsaid)


def _record(engines: Engines, counts: Counter[str]) -> None:
    with Session(engines.write) as session, session.begin():
        details: dict[str, Any] = dict(sorted(counts.items()))
        audit.record(
            session,
            person_id=None,
            organisation_id=None,
            action="supplier.enriched",
            target="supplier:search",
            details=details,
        )
