"""The history of a contract, told in French sentences from the audit trail."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, Field
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission, require
from api.contracts.conversion import titles
from api.contracts.models import Contract
from api.kit.audit import AuditEvent
from api.kit.problems import NotFound
from api.rules.naming import called
from api.rules.records import Party
from api.suppliers import naming

MAX_EVENTS = 200

_BARE = {
    "contract.created": "Le marché a été saisi.",
    "contract.amended": "Un avenant a été ajouté.",
    "contract.concession_year_added": "Les données d’exécution d’une année ont été ajoutées.",
    "contract.concession_year_removed": "Les données d’exécution d’une année ont été supprimées.",
    "contract.subcontract_added": "Un acte de sous-traitance a été ajouté.",
    "contract.subcontract_removed": "Un acte de sous-traitance a été supprimé.",
    "contract.subcontract_change_added": "Un acte de sous-traitance a été modifié.",
    "contract.subcontract_change_removed": "Une modification de sous-traitance a été supprimée.",
}


class HistoryRead(BaseModel):
    """One moment of the life of a contract. Who did it is kept in the audit trail, not here."""

    at: datetime = Field(title="Quand")
    sentence: str = Field(title="Quoi")


def history(session: Session, actor: Actor, contract_id: UUID) -> list[HistoryRead]:
    """What happened to a contract, last first, 200 events at most.

    Raises NotFound or Forbidden to who may not read the contract.
    """
    buyer_id = session.scalar(
        sa.select(col(Contract.buyer_id)).where(col(Contract.id) == contract_id)
    )
    require(actor, Permission.CONTRACTS_READ, buyer_id)
    if buyer_id is None:
        raise NotFound
    found = session.scalars(
        sa.select(AuditEvent)
        .where(col(AuditEvent.target) == f"contract:{contract_id}")
        .order_by(col(AuditEvent.id).desc())
        .limit(MAX_EVENTS)
    )
    events = found.all()
    said = naming.said_of_names(session, {one for event in events for one in _holders(event)})
    return [HistoryRead(at=event.at, sentence=_sentence(event, said)) for event in events]


def _changes(event: AuditEvent) -> list[Any]:
    changes: list[Any] = event.details.get("changes", [])
    return changes


def _holders(event: AuditEvent) -> Iterator[str]:
    """The companies that an event names, as they were called that day."""
    for name, *values in _changes(event):
        if name == "suppliers":
            yield from (one for value in values for one in value or ())


def _sentence(event: AuditEvent, said: Mapping[str, bool]) -> str:
    changes = (_called(change, said) for change in _changes(event))
    told = [told for change in changes for told in _told(*change)]
    if event.action in _BARE:
        return _BARE[event.action]
    return " ".join(told) or "Enregistré sans changement."


def _called(change: list[Any], said: Mapping[str, bool]) -> list[Any]:
    """A change whose companies are called as they are today."""
    name, *values = change
    if name != "suppliers":
        return change
    return [name, *([called(Party(None, None, one, said.get(one))) for one in value or ()]
                    for value in values)]  # fmt: skip


def _told(name: str, before: Any, after: Any) -> list[str]:
    if name == "marks":
        from_to = {code: (before.get(code), after.get(code)) for code in before | after}
        return [
            f"Considération « {code} » : {_word(old)} → {_word(new)}."
            for code, (old, new) in sorted(from_to.items())
            if old != new
        ]
    return [f"{titles().get(name, name)} : {_word(before)} → {_word(after)}."]


def _word(value: Any) -> str:
    if value is None or value == []:
        return "non renseigné"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return f"« {value} »"
