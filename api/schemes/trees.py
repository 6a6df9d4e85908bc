"""The actions of the schemes that an organisation adopted."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.schemes.models import Scheme, SchemeAdoption


def adopted(session: Session, organisation_id: UUID, *codes: str) -> dict[str, Scheme]:
    """The schemes of an organisation, by code; those of ``codes`` alone when some are given."""
    statement = (
        sa.select(Scheme)
        .join(SchemeAdoption, col(SchemeAdoption.scheme_id) == col(Scheme.id))
        .where(col(SchemeAdoption.organisation_id) == organisation_id)
        .order_by(col(Scheme.code))
    )
    if codes:
        statement = statement.where(col(Scheme.code).in_(codes))
    return {scheme.code: scheme for scheme in session.scalars(statement)}


def actions_of(scheme: Scheme) -> dict[str, str]:
    """The title of each action of a scheme, by code, in the order of the document."""
    return dict(_actions(scheme.content.get("axes")))


def action_codes(session: Session, organisation_id: UUID) -> list[str]:
    """The codes of the actions of an organisation's schemes, each once."""
    schemes = adopted(session, organisation_id).values()
    return list(dict.fromkeys(code for scheme in schemes for code in actions_of(scheme)))


def _actions(part: Any) -> Iterator[tuple[str, str]]:
    if isinstance(part, list):
        for one in part:
            yield from _actions(one)
    elif isinstance(part, dict):
        for one in part.get("actions") or []:
            yield one["code"], one["title"]
        yield from _actions(part.get("objectives"))
