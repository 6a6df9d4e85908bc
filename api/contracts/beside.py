"""What the register keeps of a contract beside its record: none of it is in the DECP format."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate
from api.access.service import check_directorate
from api.contracts.models import Contract
from api.contracts.reading import BESIDE, Kept
from api.programme.models import Project
from api.programme.service import check_project

# What names the thing that an identifier points at, for sentences.
_NAMED: dict[str, tuple[type[Directorate] | type[Project], str]] = {
    "directorate_id": (Directorate, "name"),
    "project_id": (Project, "reference"),
}


def check(session: Session, buyer_id: UUID, said: Mapping[str, Any]) -> None:
    """Refuse (Invalid) a directorate or a project that is not of this buyer."""
    check_directorate(session, buyer_id, said.get("directorate_id"))
    check_project(session, buyer_id, said.get("project_id"))


def keep(session: Session, contract_id: UUID, said: Mapping[str, Any]) -> None:
    """Write those of ``said`` that stand beside the record."""
    values = {name: said[name] for name in BESIDE if name in said}
    if values:
        session.execute(sa.update(Contract).where(col(Contract.id) == contract_id).values(values))


def differences(
    session: Session, kept: Kept, said: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:
    """What ``said`` changes beside the record, as (name, before, after), in words."""
    return [
        (name, _word(session, name, getattr(kept, name)), _word(session, name, said[name]))
        for name in BESIDE
        if name in said and said[name] != getattr(kept, name)
    ]


def _word(session: Session, name: str, value: Any) -> Any:
    if value is None or name not in _NAMED:
        return value
    table, field = _NAMED[name]
    found = session.get(table, value)
    return None if found is None else getattr(found, field)
