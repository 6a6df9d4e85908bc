"""The history of a definition: each one that an indicator had, version after version."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.reference.marks import MARKS
from api.rules.indicators.explain import explain
from api.rules.indicators.reading import DefinitionError, read_definition, write_definition
from api.schemes import service
from api.schemes.models import SchemeVersion
from api.schemes.schemas import DefinitionRead

# (number, published on, reason, indicators) of a version
_Version = tuple[int, datetime, str | None, Sequence[Mapping[str, Any]]]
_BATCH = 10  # versions held at once, whose indicators are long


def history(session: Session, actor: Actor, indicator_id: UUID) -> list[DefinitionRead]:
    """The definitions that an indicator had in the versions of its scheme, the last first.

    A definition that is that of another indicator (``same_as``) changes with it, as its number
    does: what it resolves to is compared. Raises as ``service.indicator``.
    """
    found, scheme = service.indicator(session, actor, indicator_id)
    told: list[DefinitionRead] = []
    former: list[Mapping[str, Any]] = []
    for number, since, reason, indicators in _versions(session, scheme.id):
        written = {one["code"]: one["definition"] for one in indicators}
        links = _links(written, found.code)
        if links == former:
            # As it was in the version before: nothing to read again.
            continue
        former = links
        form = _resolved(links)
        if form is None or (told and told[-1].definition == form):
            continue
        told.append(
            DefinitionRead(
                number=len(told) + 1,
                version=number,
                since=since,
                reason=reason,
                same_as=written[found.code].get("same_as"),
                definition=form,
                **_words(form),
            )
        )
    # An indicator may have had others before versions were kept.
    before = max(0, found.definition_number - len(told))
    for one in told:
        one.number += before
    return told[::-1]


def _versions(session: Session, scheme_id: UUID) -> Iterable[_Version]:
    """The versions of a scheme, the first first."""
    rows = session.execute(
        sa.select(
            col(SchemeVersion.number),
            col(SchemeVersion.created_at),
            col(SchemeVersion.reason),
            col(SchemeVersion.content)["indicators"],
        )
        .where(col(SchemeVersion.scheme_id) == scheme_id)
        .order_by(col(SchemeVersion.number))
        .execution_options(yield_per=_BATCH)
    )
    return ((number, since, reason, told) for number, since, reason, told in rows)


def _links(written: Mapping[str, Mapping[str, Any]], code: str) -> list[Mapping[str, Any]]:
    """The definition of a code as it was written, then those that it leads to."""
    links: list[Mapping[str, Any]] = []
    one = written.get(code)
    # A version was checked before it was kept: its links lead to a definition.
    while one is not None:
        links.append(one)
        one = written.get(one["same_as"]) if one.get("same_as") else None
    return links


def _resolved(links: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The definition that links lead to, in its canonical form; None when there is none."""
    if not links or links[-1].get("same_as"):
        return None
    one = links[-1]
    try:
        return write_definition(read_definition(one, MARKS.keys()))
    except DefinitionError:
        return dict(one)


def _words(form: Mapping[str, Any]) -> dict[str, str | None]:
    """A definition in French; nothing of one in words that the vocabulary has no more."""
    try:
        told = explain(read_definition(form, MARKS.keys()), MARKS)
    except DefinitionError:
        return {"counted": None, "looked_at": None, "formula": None}
    return {"counted": told.counted, "looked_at": told.perimeter, "formula": told.formula}
