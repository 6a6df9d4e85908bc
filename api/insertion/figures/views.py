"""The figures of a scope and a year as one reader may see them: whole, or protected."""

from collections.abc import Mapping
from dataclasses import dataclass

from api.insertion.figures import secrecy
from api.insertion.figures.breakdowns import (
    DIMENSIONS,
    MODALITY,
    OF_CLAUSE,
    OF_PERSON,
    UNKNOWN,
    OfClause,
    keys,
)
from api.insertion.figures.commitments import Commitments, Followed, Standing
from api.insertion.figures.lines import Key
from api.insertion.figures.outcomes import NOT_ASKED, Fines
from api.insertion.figures.piles import NOTHING, Count
from api.insertion.figures.scope import Window
from api.insertion.figures.secrecy import LEAST, Seen
from api.insertion.figures.tally import Tally
from api.rules.hours.vocabulary import ExitCheckpoint, ExitSituation, Sex

Seens = Mapping[str, Seen]
Numbers = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything there is to know, not yet protected: not to be answered as such to a buyer."""

    window: Window
    clauses: Mapping[Key, Followed]
    standings: list[Standing]
    commitments: Commitments
    tally: Tally
    long_paths: int
    contracts_with: int
    exits: Mapping[str, Mapping[str, int]]
    penalties: Fines


@dataclass(frozen=True, slots=True)
class Part:
    """The women, those of known and of unknown sex: quarter-hours or persons; None when secret."""

    women: int | None = None
    known: int | None = None
    unknown: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What may be told of persons. None is a secret; ``exact`` are persons followed one by one."""

    protected: bool
    withheld: bool
    total: Seen
    exact: int | None
    breakdowns: Mapping[str, Seens]
    by_clause: Mapping[Key, Seen]
    women_hours: Part
    women_persons: Part
    long_paths: int | None
    exits: Mapping[str, Numbers]


def counts(whole: Whole) -> dict[str, dict[str, Count]]:
    """Every breakdown with all its keys, in their order."""
    found: dict[str, dict[str, Count]] = {}
    for dimension in DIMENSIONS:
        piles = whole.tally.breakdowns[dimension.by]
        found[dimension.by] = {
            key: piles[key].count() if key in piles else NOTHING
            for key in keys(dimension.words, piles)
        }
    return found


def raw(whole: Whole) -> View:
    """The figures as they are, for who owns the persons."""
    found, total = counts(whole), whole.tally.total.count()
    breakdowns = {
        by: {key: secrecy.whole(count) for key, count in cells.items()}
        for by, cells in found.items()
    }
    by_clause = whole.tally.by_clause
    return View(
        protected=False,
        withheld=False,
        total=secrecy.whole(total),
        exact=total.named,
        breakdowns=breakdowns,
        by_clause={key: secrecy.whole(pile.count()) for key, pile in by_clause.items()},
        women_hours=_women_hours(breakdowns["sex"], total),
        women_persons=_women_persons(found["sex"]),
        long_paths=whole.long_paths,
        exits=whole.exits,
    )


def protected(whole: Whole) -> View:
    """The figures as they may leave: all of them through the filter of disclosure."""
    found, total = counts(whole), whole.tally.total.count()
    shown = not secrecy.is_secret(total)
    breakdowns, by_clause = _linked(whole, found, shown)
    breakdowns |= secrecy.by_person(total, [(one, found[one.by]) for one in (*OF_PERSON, MODALITY)])
    apart = shown and all(one == 0 or one >= LEAST for one in (total.named, total.together))
    return View(
        protected=True,
        withheld=False,
        total=secrecy.hours_only(total, shown),
        exact=total.named if apart else None,
        breakdowns=breakdowns,
        by_clause=by_clause,
        women_hours=_women_hours(breakdowns["sex"], total),
        women_persons=_few_women(breakdowns["sex"], found["sex"]) if apart else Part(),
        long_paths=_long_paths(whole),
        exits=_exits(whole, total.named, apart),
    )


def withheld(whole: Whole) -> View:
    """The hours alone, which are public: every fact of persons waits for the year to be closed."""
    hidden = dict.fromkeys((*ExitSituation, NOT_ASKED))
    found = counts(whole)
    breakdowns = {
        one.by: {key: secrecy.hours_only(count, False) for key, count in found[one.by].items()}
        for one in OF_CLAUSE
    }
    breakdowns |= {
        one.by: dict.fromkeys(found[one.by], secrecy.NOTHING_TOLD) for one in (*OF_PERSON, MODALITY)
    }
    return View(
        protected=True,
        withheld=True,
        total=secrecy.hours_only(whole.tally.total.count(), False),
        exact=None,
        breakdowns=breakdowns,
        by_clause={
            key: secrecy.hours_only(pile.count(), False)
            for key, pile in whole.tally.by_clause.items()
        },
        women_hours=Part(),
        women_persons=Part(),
        long_paths=None,
        exits={one.value: hidden for one in ExitCheckpoint},
    )


def _linked(
    whole: Whole, found: Mapping[str, Mapping[str, Count]], shown: bool
) -> tuple[dict[str, dict[str, Seen]], dict[Key, Seen]]:
    """The breakdowns by facts of clauses, and clauses themselves, told of by whole groups."""
    piles = whole.tally.by_clause
    cells: dict[str, dict[Key, str]] = {
        dimension.by: {key: _fact(dimension, whole.clauses[key]) for key in piles}
        for dimension in OF_CLAUSE
    }
    facts = {key: [cells[dimension.by][key] for dimension in OF_CLAUSE] for key in piles}
    groups = secrecy.linked(piles, facts) if shown else []
    present = {key for key, pile in piles.items() if pile.people or pile.together or pile.hours}
    breakdowns = {}
    for dimension in OF_CLAUSE:
        of = cells[dimension.by]
        members: dict[str, set[Key]] = {}
        for key, fact in of.items():
            members.setdefault(fact, set()).add(key)
        breakdowns[dimension.by] = {
            fact: secrecy.hours_only(
                count, secrecy.is_told(members.get(fact, set()), groups, present)
            )
            for fact, count in found[dimension.by].items()
        }
    by_clause = {
        key: secrecy.hours_only(pile.count(), secrecy.is_told({key}, groups, present))
        for key, pile in piles.items()
    }
    return breakdowns, by_clause


def _fact(dimension: OfClause, clause: Followed) -> str:
    return dimension.of_clause(clause) or UNKNOWN


def _women_hours(sexes: Seens, total: Count) -> Part:
    """Worked out from what is shown, so that it tells nothing more."""
    women, unknown = sexes[Sex.F], sexes[UNKNOWN]
    if women.hours is None or unknown.hours is None:
        return Part()
    return Part(women.hours, total.hours - unknown.hours, unknown.hours)


def _women_persons(sexes: Mapping[str, Count]) -> Part:
    unknown = sexes[UNKNOWN].named
    return Part(sexes[Sex.F].named, sum(one.named for one in sexes.values()) - unknown, unknown)


def _few_women(seen: Seens, sexes: Mapping[str, Count]) -> Part:
    """The same where each of its numbers is shown, or is of enough persons."""
    part = _women_persons(sexes)
    women, known, unknown = part.women or 0, part.known or 0, part.unknown or 0
    enough = all(one == 0 or one >= LEAST for one in (women, known - women, unknown))
    shown = all(seen[key].status == "published" for key in (Sex.F, UNKNOWN))
    return part if shown and enough else Part()


def _long_paths(whole: Whole) -> int | None:
    everybody = sum(1 for hours in whole.tally.paths.values() if hours > 0)
    told = secrecy.heads(
        everybody, {"path": {"long": whole.long_paths, "other": everybody - whole.long_paths}}
    )
    return told["path"]["long"]


def _exits(whole: Whole, population: int, shown: bool) -> Mapping[str, Numbers]:
    if not shown:
        return {by: dict.fromkeys(parts) for by, parts in whole.exits.items()}
    return secrecy.heads(population, whole.exits)
