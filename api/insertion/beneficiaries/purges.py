"""Erasures: announced, due after a delay, then done for good, with what is left as their proof.

The row of a person stays, without what names or describes them finely, so that the figures that
were published stay equal.
"""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, require
from api.insertion.beneficiaries import remains
from api.insertion.beneficiaries.models import Beneficiary, Purge
from api.insertion.beneficiaries.restricted_schemas import (
    PurgeAnnounced,
    PurgeCreate,
    PurgeExecuted,
    PurgeRead,
    PurgeState,
)
from api.insertion.beneficiaries.sight import RIGHT, chosen, own_facilitators
from api.kit import audit
from api.kit.columns import now
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Conflict, FieldError, Invalid, NotFound
from api.rules.hours.calendar import add_months

# Two years after the last contact: the CNIL's reference for social support (délib. 2021-028).
RETENTION_MONTHS = 24
# Time to see a mistake in the list that is announced; « les emplois de l’inclusion » gives as much.
GRACE_DAYS = 30


class NothingToErase(Conflict):
    type = "nothing-to-erase"
    title = "Rien à effacer"
    default = "Aucune personne sans activité depuis ce jour n’a de donnée à effacer."


class NotDue(Conflict):
    type = "purge-not-due"
    title = "Effacement trop tôt"
    default = "Cet effacement n’est pas encore possible."


class PurgeOver(Conflict):
    type = "purge-over"
    title = "Effacement terminé"
    default = "Cet effacement est déjà fait ou annulé."


def allow_creation(session: Session, actor: Actor, data: PurgeCreate) -> UUID:
    """The facilitator for whom the actor may announce. Raises as ``sight.chosen``."""
    return chosen(session, actor, data.facilitator_siret)


def announce(session: Session, actor: Actor, data: PurgeCreate) -> PurgeAnnounced:
    """Announce the erasure of who has had no activity since a day; nothing is erased yet.

    Raises NotFound, Forbidden, Invalid (a day to come), NothingToErase.
    """
    facilitator_id = allow_creation(session, actor, data)
    day = today()
    before = data.before or add_months(day, -RETENTION_MONTHS)
    if before > day:
        message = "est dans l’avenir : donnez un jour passé."
        raise Invalid(errors=[FieldError(loc=["body", "before"], message=message)])
    purge = Purge(
        facilitator_id=facilitator_id,
        before=before,
        due_on=day + timedelta(days=GRACE_DAYS),
        count=0,
        digest="",
        person_id=actor.person_id,
    )
    session.add(purge)
    session.flush()
    pseudonyms = _moved(
        session,
        purge.id,
        col(Beneficiary.facilitator_id) == facilitator_id,
        ~_standing(),
        remains.inactive(before),
        remains.something(),
    )
    if not pseudonyms:
        raise NothingToErase
    purge.count, purge.digest = len(pseudonyms), _digest(pseudonyms)
    session.flush()
    _record(session, actor, "purge.announced", purge)
    return PurgeAnnounced(pseudonyms=pseudonyms, **_said(purge))


def find(session: Session, actor: Actor, limit: int, cursor: str | None) -> Page[PurgeRead]:
    """The erasures of the actor's facilitators, the last first.

    Raises Forbidden to who follows nobody, Invalid on a foreign cursor.
    """
    statement = sa.select(Purge).where(
        col(Purge.facilitator_id).in_(own_facilitators(session, actor))
    )
    after = decode_cursor(cursor, 1)
    if after is not None:
        try:
            statement = statement.where(col(Purge.id) < UUID(after[0] or ""))
        except ValueError as error:
            raise bad_cursor() from error
    rows = session.scalars(statement.order_by(col(Purge.id).desc()).limit(limit + 1)).all()
    following = encode_cursor(rows[limit - 1].id.hex) if len(rows) > limit else None
    return Page[PurgeRead](items=[PurgeRead(**_said(one)) for one in rows[:limit]], next=following)


def cancel(session: Session, actor: Actor, purge_id: UUID) -> PurgeRead:
    """Give up an erasure that was announced. Raises NotFound, Forbidden, PurgeOver."""
    purge = _announced(session, actor, purge_id)
    purge.cancelled_at = purge.updated_at = now()
    session.flush()
    _moved(session, None, col(Beneficiary.purge_id) == purge.id)
    _record(session, actor, "purge.cancelled", purge)
    return PurgeRead(**_said(purge))


def execute(session: Session, actor: Actor, purge_id: UUID) -> PurgeExecuted:
    """Erase who was announced, but those whose activity came back.

    Raises NotFound, Forbidden, PurgeOver, NotDue.
    """
    purge = _announced(session, actor, purge_id)
    if today() < purge.due_on:
        raise NotDue(
            f"Cet effacement sera possible à partir du {purge.due_on:%d/%m/%Y} : d’ici là, "
            "vérifiez la liste ou annulez-le."
        )
    announced = col(Beneficiary.purge_id) == purge.id
    left_out = _moved(session, None, announced, ~remains.inactive(purge.before))
    erased = sorted(session.scalars(sa.select(col(Beneficiary.pseudonym)).where(announced)))
    remains.erase(session, purge.id)
    before = purge.count
    purge.count, purge.digest = len(erased), _digest(erased)
    purge.executed_at = purge.updated_at = now()
    purge.executed_by = actor.person_id
    session.flush()
    _record(session, actor, "purge.executed", purge, announced=before, left_out=len(left_out))
    return PurgeExecuted(pseudonyms=erased, left_out=left_out, **_said(purge))


def _announced(session: Session, actor: Actor, purge_id: UUID) -> Purge:
    purge = session.get(Purge, purge_id, with_for_update=True)
    require(actor, RIGHT, purge.facilitator_id if purge else None)
    if purge is None:
        raise NotFound
    if purge.executed_at is not None or purge.cancelled_at is not None:
        raise PurgeOver
    return purge


def _standing() -> sa.ColumnElement[bool]:
    """A person of an erasure that is announced and not done."""
    return sa.exists().where(
        col(Purge.id) == col(Beneficiary.purge_id), col(Purge.executed_at).is_(None)
    )


def _moved(
    session: Session, purge_id: UUID | None, *conditions: sa.ColumnElement[bool]
) -> list[str]:
    """Put persons under an erasure, or under none; answers their pseudonyms, sorted."""
    moved = (
        sa.update(Beneficiary)
        .where(*conditions)
        .values(purge_id=purge_id)
        .returning(col(Beneficiary.pseudonym))
        .execution_options(synchronize_session=False)
    )
    return sorted(session.scalars(moved))


def _digest(pseudonyms: list[str]) -> str:
    return sha256("\n".join(pseudonyms).encode()).hexdigest()


def _said(purge: Purge) -> dict[str, Any]:
    state = PurgeState.ANNOUNCED
    if purge.executed_at is not None:
        state = PurgeState.EXECUTED
    elif purge.cancelled_at is not None:
        state = PurgeState.CANCELLED
    plain = PurgeRead.model_fields.keys() & Purge.model_fields.keys()
    return {"state": state} | purge.model_dump(include=plain)


def _record(session: Session, actor: Actor, action: str, purge: Purge, **counts: int) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=purge.facilitator_id,
        action=action,
        target=f"purge:{purge.id}",
        details={"count": purge.count, "digest": purge.digest} | counts,
    )
