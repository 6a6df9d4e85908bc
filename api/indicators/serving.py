"""What a closed year answers: the figures kept by its closing, in the place of those of today.

The one rule, for pages and public files alike: a year that stands closed answers what was kept of
it, for the organisation, or for all those that share a scheme once each has closed. What was not
kept is computed today: the figures of one directorate or family, indicators that came after the
closing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.closings.models import Closing
from api.indicators import answering, freezing_together
from api.indicators import freezing_reading as reading
from api.indicators.figures import Asked
from api.indicators.freezing_same import figure, same
from api.indicators.kept_schemas import FrozenMark, KeptNote, PointRead
from api.indicators.models import FrozenFigures
from api.indicators.schemas import ResultRead
from api.kit.days import in_utc

Told = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeptYear:
    """What the closing that stands kept of a year: its figures by id of indicator."""

    id: UUID | None
    number: int | None
    closed_at: datetime
    results: Mapping[str, Told]

    def mark(self, shown: bool, changed: int | None) -> FrozenMark:
        """The same as an answer tells it, beside its figures."""
        return FrozenMark(
            id=self.id,
            number=self.number,
            closed_at=self.closed_at,
            sentence=reading.sentence(self.closed_at),
            shown=shown,
            changed=changed,
        )


def kept_years(
    session: Session, scheme_id: UUID, buyers: Sequence[UUID], year: int, since: int | None
) -> dict[int, KeptYear]:
    """The years that stand closed, up to ``year``, with what was kept of each.

    Of several organisations, ``year`` alone, once each has closed it.
    """
    if len(buyers) > 1:
        found = _together(session, scheme_id, buyers, year)
        return {} if found is None else {year: found}
    rows = session.execute(
        sa.select(
            col(FrozenFigures.year),
            col(FrozenFigures.id),
            col(FrozenFigures.number),
            col(FrozenFigures.created_at),
            col(FrozenFigures.content)["results"],
            col(FrozenFigures.content)["indicators"],
        )
        .join(Closing, col(Closing.id) == col(FrozenFigures.closing_id))
        .where(
            col(FrozenFigures.scheme_id) == scheme_id,
            col(FrozenFigures.organisation_id) == buyers[0],
            col(FrozenFigures.year).between(year if since is None else min(since, year), year),
            col(Closing.reopened_at).is_(None),
        )
    )
    return {
        when: KeptYear(
            key,
            number,
            in_utc(instant),
            _by_indicator(reading.called(session, results, indicators)),
        )
        for when, key, number, instant, results, indicators in rows.all()
    }


def _together(
    session: Session, scheme_id: UUID, buyers: Sequence[UUID], year: int
) -> KeptYear | None:
    kept = reading.last_of(session, scheme_id, buyers, year)
    if len(kept) < len(buyers) or not all(one.standing for one in kept):
        return None
    told = freezing_together.whole(session, kept, year)
    # What kept sums can't add up is computed today.
    results = _by_indicator(
        one.model_dump(mode="json") for one in told if one.reason not in freezing_together.WITHHELD
    )
    return KeptYear(None, None, max(one.created_at for one in kept), results)


def _by_indicator(results: Iterable[Told]) -> dict[str, Told]:
    return {one["indicator_id"]: one for one in results}


def in_place(live: ResultRead, asked: Asked, kept: Mapping[int, KeptYear], year: int) -> ResultRead:
    """A figure as its closed years answer it: the figure itself when ``year`` is one of them, and
    the years before it."""
    key = str(live.indicator_id)
    closed = kept.get(year)
    own = None if closed is None else closed.results.get(key)
    series = [_point(one, kept.get(one.year), key) for one in live.series]
    if own is None and series == live.series:
        return live
    told = live if closed is None or own is None else _served(live, own, closed)
    return told.model_copy(
        update={
            "series": series,
            "projection": answering.projected_again(told, asked, series, year),
        }
    )


def gone(session: Session, frozen: FrozenMark, known: Collection[UUID]) -> list[ResultRead]:
    """What a closing kept of indicators that its scheme no longer has: today tells nothing of them,
    and what was published of the year stays."""
    if frozen.id is None:
        return []
    kept = reading.content_of(session, frozen.id)
    note = KeptNote(id=frozen.id, sentence=frozen.sentence, same=False, today=None, compared=False)
    return [
        ResultRead.model_validate(one).model_copy(update={"kept": note})
        for one in kept["results"]
        if UUID(one["indicator_id"]) not in known
    ]


def _served(live: ResultRead, own: Told, closed: KeptYear) -> ResultRead:
    kept, today = figure(own), figure(live.model_dump(mode="json"))
    note = KeptNote(
        id=closed.id,
        sentence=reading.sentence(closed.closed_at),
        same=same(kept, today),
        today=live.value,
        value_changed=kept.value != today.value,
        recalculated=today,
    )
    return ResultRead.model_validate(own).model_copy(update={"kept": note})


def _point(live: PointRead, kept: KeptYear | None, key: str) -> PointRead:
    told = None if kept is None else kept.results.get(key)
    if told is None:
        return live
    fields = {name: told[name] for name in PointRead.model_fields if name in told}
    return PointRead.model_validate(fields | {"year": live.year, "kept": True})


def changed(results: Iterable[ResultRead]) -> int:
    """How many of these figures today would tell otherwise."""
    return sum(one.kept is not None and one.kept.compared and not one.kept.same for one in results)
