"""What was said of indicators, as the API gives it: a few statements a page, proofs included."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from api.access.models import Organisation, Person
from api.access.permissions import Actor, visible
from api.actions.models import Measure, Milestone, Proof
from api.actions.schemas import ProofRead, SaidFilter
from api.actions.sight import READ, narrowed
from api.kit.pages import bad_cursor, decode_cursor, encode_cursor
from api.schemes.models import Indicator, Scheme

# The content of a proof stays in the database.
_PROOF = tuple(getattr(Proof, name) for name in ProofRead.model_fields)


def said(model: type[Measure] | type[Milestone]) -> Any:
    """The statement of what was said, with the words that go with it."""
    return (
        sa.select(
            model,
            col(Organisation.siret),
            col(Organisation.name),
            col(Scheme.code),
            col(Indicator.code),
            col(Indicator.label),
            col(Indicator.content),
            col(Person.name),
            col(Indicator.definition),
        )
        .join(Organisation, col(Organisation.id) == col(model.organisation_id))
        .join(Indicator, col(Indicator.id) == col(model.indicator_id))
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
        .outerjoin(Person, col(Person.id) == col(model.said_by))
    )


def page(
    session: Session,
    actor: Actor,
    filters: SaidFilter,
    model: type[Measure] | type[Milestone],
    *conditions: sa.ColumnElement[bool],
) -> tuple[Sequence[Any], str | None]:
    """The rows of a page, the latest entered first, and the cursor of the next one.

    Raises Invalid on a foreign cursor.
    """
    statement = narrowed(
        said(model).where(col(model.organisation_id).in_(visible(actor, READ)), *conditions),
        (
            (col(Organisation.siret), filters.organisation),
            (col(Scheme.code), filters.scheme),
            (col(model.indicator_id), filters.indicator),
        ),
    )
    after = decode_cursor(filters.cursor, 1)
    if after is not None:
        statement = statement.where(col(model.id) < read_uuid(after[0]))
    rows = session.execute(statement.order_by(col(model.id).desc()).limit(filters.limit + 1)).all()
    more = len(rows) > filters.limit
    kept = rows[: filters.limit]
    return kept, encode_cursor(kept[-1][0].id.hex) if more else None


def read_uuid(text: str | None) -> UUID:
    """An identifier out of a cursor. Raises Invalid on anything else."""
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error


def told(row: Any, proofs: list[ProofRead]) -> dict[str, Any]:
    """A row of ``said``, by field of schemas.OfIndicator."""
    one, siret, name, scheme, code, label, content, person, _ = row
    return {
        "id": one.id,
        "version": one.version,
        "organisation": siret or "",
        "organisation_name": name,
        "scheme": scheme,
        "indicator_id": one.indicator_id,
        "code": code,
        "label": label,
        **{key: content.get(key) for key in ("part", "kind", "unit")},
        "comment": one.comment,
        "said_by": person,
        "said_at": one.updated_at,
        "proofs": proofs,
    }


def proofs_of(
    session: Session, column: Mapped[UUID | None], ids: Collection[UUID]
) -> dict[UUID, list[ProofRead]]:
    """The proofs of several things at once, the oldest first, without their content."""
    found: dict[UUID, list[ProofRead]] = {}
    if not ids:
        return found
    rows = session.execute(
        sa.select(column, *_PROOF).where(column.in_(ids)).order_by(col(Proof.id))
    )
    for key, *values in rows:
        proof = dict(zip(ProofRead.model_fields, values, strict=True))
        found.setdefault(key, []).append(ProofRead(**proof))
    return found
