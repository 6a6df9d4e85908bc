"""Figures of insertion: computed from one statement per fact, when read or when a year closes."""

from sqlmodel import Session

from api.access.models import Organisation
from api.insertion.figures import commitments, lines, outcomes, scope, tally, views
from api.insertion.figures.answers import answer
from api.insertion.figures.schemas import InsertionFigures
from api.insertion.figures.scope import Scope, Window
from api.insertion.figures.views import Whole
from api.kit.days import today


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


def protected(session: Session, buyer: Organisation, year: int) -> InsertionFigures:
    """The figures of a buyer and a year as they may leave, to be told once: without asking who
    reads, for what is arrested when the year is closed."""
    whole = compute(session, Scope((buyer.id,), None), scope.window(year, today()))
    return answer(buyer, whole, views.protected(whole))
