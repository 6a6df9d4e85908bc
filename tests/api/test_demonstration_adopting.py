"""A reader of the history of a definition finds it older than what is said under it."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from api.actions.models import Event, EventAction
from api.demonstration import adopting
from api.kit.db import create_engines
from api.schemes import registering
from api.schemes.loading import models
from api.schemes.models import Scheme, SchemeVersion
from tests.api.credibility import measures_of, steps_of


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


def test_a_scheme_that_was_there_first_keeps_the_day_of_its_publication(blank_url: str) -> None:
    """« spaser migrate » puts them in: for real buyers, or for nobody yet."""
    engines = create_engines(blank_url, 2)
    with Session(engines.write) as session:
        there = next(one for one in models() if one.code == "clermont")
        registering.load(session, there)
        before = versions_of(session, "clermont")
        adopting.load(session, {})
        assert versions_of(session, "clermont") == before
        days = first_days(session)
        assert len(days) == 5
        assert {code for code, day in days.items() if day.year < 2026} == set(days) - {"clermont"}
        # Nor is what the demonstration put in dated twice.
        again = versions_of(session, "cd40-2023-2029")
        adopting.load(session, {})
        assert versions_of(session, "cd40-2023-2029") == again
    engines.dispose()


def versions_of(session: Session, code: str) -> list[tuple[int, datetime, datetime]]:
    found = session.scalars(
        sa.select(SchemeVersion)
        .join(Scheme, col(Scheme.id) == col(SchemeVersion.scheme_id))
        .where(col(Scheme.code) == code)
        .order_by(col(SchemeVersion.number))
        .execution_options(populate_existing=True)
    )
    return [(one.number, one.created_at, one.updated_at) for one in found]
