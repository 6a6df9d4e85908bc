"""Figures of insertion: computed when read, from one statement per fact; nothing is stored."""

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Actor
from api.insertion.figures import commitments, lines, outcomes, scope, tally, views
from api.insertion.figures.answers import answer
from api.insertion.figures.schemas import InsertionFigures
from api.insertion.figures.scope import Scope, Window
from api.insertion.figures.views import View, Whole
from api.kit.days import today
from api.rules.hours.figures import Rounding


def read(
    session: Session,
    actor: Actor,
    siret: str,
    year: int | None,
    base: int,
    rounding: Rounding,
) -> InsertionFigures:
    """The figures of a year (the present one if None): protected for a buyer's people, whole for
    the facilitator, of its own persons only.

    Raises NotFound, Forbidden.
    """
    organisation, where = scope.asked(session, actor, siret)
    day = today()
    whole = compute(session, where, scope.window(day.year if year is None else year, day))
    return answer(organisation, whole, seen(where, whole), base, rounding)


def seen(where: Scope, whole: Whole) -> View:
    """What who reads this scope may see of it."""
    return views.raw(whole) if where.raw else views.protected(whole)


def compute(session: Session, where: Scope, window: Window) -> Whole:
    """Everything there is to know of a scope and a year: not protected, for ``views``.

    Five statements, however many lines and clauses: clauses, lines, persons, exits, penalties.
    """
    clauses = commitments.followed(session, where, window)
    persons = lines.persons(session, where)
    found = tally.tally(lines.sums(session, where, window), clauses, persons, window.year)
    long_paths = tally.long_paths(found, persons)
    ran = [one for one in clauses.values() if one.of_year(window)]
    listed = [one for one in clauses.values() if one.key in found.by_clause or one.of_year(window)]
    return Whole(
        window=window,
        clauses=clauses,
        standings=commitments.standings(listed, found.since_start, window),
        commitments=commitments.commitments(commitments.standings(ran, found.since_start, window)),
        tally=found,
        long_paths=len(long_paths),
        contracts_with=len(tally.contracts_with(found, long_paths, clauses)),
        exits=outcomes.exits(session, where, found.population),
        penalties=outcomes.penalties(session, where, window),
    )


def public(session: Session, buyer: Organisation, year: int) -> InsertionFigures:
    """The figures of a buyer and a year without asking who reads: protected, for public files."""
    whole = compute(session, Scope((buyer.id,), None), scope.window(year, today()))
    return answer(buyer, whole, views.protected(whole))
