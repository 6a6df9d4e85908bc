"""A reader of the history of a definition finds it older than what is said under it."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.service import by_siret
from api.actions.models import Event, EventAction
from api.demonstration import adopting
from api.schemes import service as schemes
from api.schemes.models import Scheme, SchemeVersion
from tests.api.credibility import measures_of, steps_of
from tests.conftest import DEMONSTRATION


def first_days(session: Session) -> dict[str, date]:
    found = session.execute(
        sa.select(col(Scheme.code), col(SchemeVersion.created_at))
        .join(SchemeVersion, col(SchemeVersion.scheme_id) == col(Scheme.id))
        .where(col(SchemeVersion.number) == 1)
    )
    return {code: instant.date() for code, instant in found}


def test_a_scheme_is_published_before_all_that_is_said_under_it(session: Session) -> None:
    days = first_days(session)
    assert len(days) == 5
    for found in (measures_of(session), steps_of(session)):
        said = [(one.what, one.one.created_at.date(), days[one.scheme.code]) for one in found]
        assert [what for what, day, published in said if day <= published] == []
    held = session.execute(
        sa.select(col(Scheme.code), sa.func.min(col(Event.held_on)))
        .join(EventAction, col(EventAction.scheme_id) == col(Scheme.id))
        .join(Event, col(Event.id) == col(EventAction.event_id))
        .group_by(col(Scheme.code))
    ).all()
    assert len(held) == 5
    assert [code for code, first in held if first <= days[code]] == []


def test_it_is_published_in_the_month_that_its_document_prints(session: Session) -> None:
    days = first_days(session)
    assert f"{days['call-2023-2026']:%Y-%m}" == "2023-04"
    assert f"{days['mel-smart-2023']:%Y-%m}" == "2023-10"


def test_a_version_that_somebody_else_has_keeps_the_day_of_its_publication(
    session: Session,
) -> None:
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == "clermont")).one()
    version = session.scalars(
        sa.select(SchemeVersion).where(col(SchemeVersion.scheme_id) == scheme.id)
    ).one()
    version.created_at = told = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
    buyer = by_siret(session, DEMONSTRATION)
    assert buyer is not None
    every = list(session.scalars(sa.select(col(Organisation.id))))
    stranger = Organisation(siret="00000099700017", name="Étrangère", kind=buyer.kind)
    session.add(stranger)
    session.flush()
    schemes.adopt(session, scheme.id, stranger.id)
    adopting.date_first_version(session, scheme, every)
    assert version.created_at == told
    adopting.date_first_version(session, scheme, [*every, stranger.id])
    assert version.created_at < told
