"""Recording many lines of hours at once: the one way in for the API, files and companies' links."""

from collections.abc import Mapping, Sequence, Set
from uuid import UUID

from sqlmodel import Session

from api.insertion.statements import checking, facts, writing
from api.insertion.statements.entries import Author, Entry, Outcome
from api.insertion.statements.models import StatementSource
from api.rules.hours.vocabulary import StatementState

__all__ = ["Author", "Entry", "Outcome", "preview", "record"]


def record(
    session: Session,
    author: Author,
    lines: Sequence[Entry],
    source: StatementSource,
    state: StatementState,
    *,
    partial: bool = False,
    only: Set[str] | None = None,
) -> list[Outcome]:
    """Write lines of hours, those of one clause and month into one statement.

    A draft or a statement to correct is completed, else a new one is made, in ``state`` (draft or
    submitted). Nothing is written when a line has an error, unless ``partial``: the others are
    then. One outcome per line, in their order. The caller records the event.

    ``only``: for an author who must learn nothing of persons, the pseudonyms that may be named;
    hours stated elsewhere then refuse nothing, and are left to whoever validates.
    """
    known = facts.load(session, author, lines)
    if only is not None:
        known = facts.without_elsewhere(known, only)
    judged = checking.check(known, lines, partial=partial)
    if judged.errors and not partial:
        return _outcomes(lines, judged, {})
    kept = writing.write(session, author, lines, known, judged, source, state)
    return _outcomes(lines, judged, kept)


def preview(
    session: Session, author: Author, lines: Sequence[Entry], *, partial: bool = False
) -> list[Outcome]:
    """What ``record`` would answer, with nothing written nor locked: no line has a statement."""
    known = facts.load(session, author, lines, lock=False)
    return _outcomes(lines, checking.check(known, lines, partial=partial), {})


def _outcomes(
    lines: Sequence[Entry], judged: checking.Judged, kept: Mapping[int, UUID]
) -> list[Outcome]:
    return [
        Outcome(
            place,
            kept.get(place),
            judged.errors.get(place, []),
            judged.warnings.get(place, []),
        )
        for place in range(len(lines))
    ]
