"""Many companies at once that are no inclusive structure: said with one source and one day."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.kit import audit
from api.kit.columns import new_id, now
from api.structures import service
from api.structures.models import Structure, StructureKind
from api.structures.schemas import OrdinaryCreate, OrdinaryCreated
from api.suppliers.models import Supplier
from api.suppliers.naming import known_name


def create(session: Session, actor: Actor, data: OrdinaryCreate) -> OrdinaryCreated:
    """Say of every company that it is of no kind, where nobody said a kind.

    What a more recent source describes is left alone, and so is every fact already said. A name
    that is not given is that of the company's sheet. Raises Forbidden, Invalid on a day to come.
    """
    service.allow_writing(actor)
    service.check_day(data.as_of, ["body", "as_of"])
    named = {one.siret: one.name for one in data.companies}
    kept = _kept(session, list(named))
    sheets = _sheet_names(session, [siret for siret, name in named.items() if name is None])
    counts: Counter[str] = Counter()
    entered: list[str] = []
    # In one order everywhere: two of these at once wait for each other instead of blocking.
    for siret in sorted(named):
        name = named[siret] or sheets.get(siret)
        outcome = _say(session, kept.get(siret), siret, name, data)
        counts[outcome] += 1
        if outcome in ("created", "changed"):
            entered.append(siret)
    session.flush()
    answer = OrdinaryCreated(
        id=new_id(),
        received=len(named),
        **{name: counts[name] for name in ("created", "changed", "known", "older")},
    )
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=None,
        action="structure.ordinary",
        target=f"structure:{answer.id}",
        details={
            **answer.model_dump(exclude={"id"}),
            **data.model_dump(mode="json", include={"source", "as_of", "outside_ess"}),
            "sirets": entered,
        },
    )
    return answer


def _say(
    session: Session, one: Structure | None, siret: str, name: str | None, data: OrdinaryCreate
) -> str:
    """Enter or complete one company; answers what became of it."""
    outside: dict[str, Any] = {"ess": False, "esus": False} if data.outside_ess else {}
    said: dict[str, Any] = {"name": name, "kind": StructureKind.NONE, **outside}
    dated: dict[str, Any] = {"source": data.source, "as_of": data.as_of}
    if one is None:
        session.add(Structure(siret=siret, **said, **dated))
        return "created"
    if one.kind is not None:
        return "known"
    if one.as_of > data.as_of:
        return "older"
    missing = {field: value for field, value in said.items() if getattr(one, field) is None}
    one.sqlmodel_update({**missing, **dated})
    one.version += 1
    one.updated_at = now()
    session.add(one)
    return "changed"


def _kept(session: Session, sirets: list[str]) -> dict[str, Structure]:
    """The lines of the register of these SIRET, locked in order."""
    found = session.scalars(
        sa.select(Structure)
        .where(col(Structure.siret).in_(sirets))
        .order_by(col(Structure.siret))
        .with_for_update()
    )
    return {one.siret: one for one in found}


def _sheet_names(session: Session, sirets: list[str]) -> dict[str | None, str | None]:
    rows = session.execute(
        sa.select(col(Supplier.identifier), known_name()).where(
            col(Supplier.id_type) == "SIRET", col(Supplier.identifier).in_(sirets)
        )
    )
    return {row[0]: row[1] for row in rows}
