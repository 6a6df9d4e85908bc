"""Whether the statement of one month can be taken, and which of its lines don't count.

Facts in, verdict out: nothing is read or written. Hours are quarter-hours; months are first days.
A ``None`` is a fact not said: it's never judged as zero, and a rule that needs it stays silent.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from api.rules.hours.calendar import add_months, month_end, month_of
from api.rules.hours.findings import Code, Finding, finding
from api.rules.hours.french import RefusedValueError, month_text, number
from api.rules.hours.labels import LABELS
from api.rules.hours.quarters import IN_AN_HOUR, hours_label
from api.rules.hours.vocabulary import Modality

CEILING: Final = 220 * IN_AN_HOUR  # beyond, no month of work is believable
HIGH: Final = 169 * IN_AN_HOUR  # beyond, more than a month of 39 h a week: to be looked at
TOLD: Final = 10  # lines named one by one in a message; the rest together
MODALITIES: Final = {str(code): text for code, text in LABELS[Modality].items()}


@dataclass(frozen=True, slots=True)
class ClauseFacts:
    """The clause; no modality at all means that any is admitted.

    ``publics`` decide nothing here: the public is judged once, at the person's entry (R-E3).
    """

    id: str
    starts_on: date | None
    ends_on: date | None
    modalities: frozenset[str] = frozenset()
    publics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """A person; ``month_hours``: worked and in training, declared that month in other statements.

    ``eligible_until`` is the last day of eligibility, included.
    """

    id: str
    pseudonym: str
    entered_on: date | None
    eligible_until: date | None
    month_hours: int


@dataclass(frozen=True, slots=True)
class EmploymentFacts:
    """An employment contract of a person (its id).

    ``worked``: hours of that month, worked or in paid training, attested by the employer.
    ``allocated``: what other statements already take of them.
    """

    id: str
    person: str
    starts_on: date
    ends_on: date | None
    worked: int | None
    allocated: int


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line, at its place from 1: of one person, or of a number of persons taken together."""

    place: int
    person: str | None
    persons: int | None
    hours: int
    training_hours: int | None
    modality: str | None
    employment: str | None

    @property
    def total(self) -> int:
        """Hours worked and, where they're said, hours of training."""
        return self.hours + (self.training_hours or 0)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The remarks, those of the statement first, then by line.

    ``outside``: line -> code of the reason why its hours are kept but don't count.
    """

    findings: tuple[Finding, ...]
    outside: Mapping[int, Code]

    @property
    def accepted(self) -> bool:
        """Whether the statement can be taken: warnings don't prevent it."""
        return all(one.level != "error" for one in self.findings)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every rule looks at."""

    month: date
    last: date  # the last day of the month
    clause: ClauseFacts
    lines: Sequence[LineFacts]
    people: Mapping[str, PersonFacts]
    employments: Mapping[str, EmploymentFacts]

    def pseudonym(self, person: str) -> str:
        return self.people[person].pseudonym if person in self.people else "Personne inconnue"


def judge(
    month: date,
    today: date,
    clause: ClauseFacts,
    lines: Sequence[LineFacts],
    people: Mapping[str, PersonFacts],
    employments: Mapping[str, EmploymentFacts],
    closed_years: Container[int],
) -> Verdict:
    """Judge the statement of a clause for a month (rules R-H1 to R-H3, sharing, modalities).

    The running month may be declared. A ceiling crossed by several lines is told once, at the
    line that crosses it. Raises ``RefusedValueError`` when ``month`` isn't the first of a month.
    """
    if month.day != 1:
        raise RefusedValueError("month", "Le mois se donne par son premier jour : corrigez-le.")
    case = _Case(month, month_end(month), clause, lines, people, employments)
    found = list(_month(month, today, clause, closed_years))
    told: list[Finding] = []
    outside: dict[int, Code] = {}
    for line in lines:
        told.extend(_quantities(case, line))
        told.extend(_modality(clause, line))
        told.extend(_references(case, line))
        reasons = list(_outside(case, line))
        if reasons:
            outside[line.place] = reasons[0].code
            told.extend(reasons)
    told.extend(_duplicates(lines))
    told.extend(_person_months(case))
    told.extend(_shared(case))
    told.sort(key=lambda one: one.place or 0)
    return Verdict((*found, *told), outside)


def _month(
    month: date, today: date, clause: ClauseFacts, closed_years: Container[int]
) -> Iterator[Finding]:
    """R-H1 and the closed years of R-H4."""
    told = month_text(month)
    if month > today:
        yield finding(Code.MONTH_IN_FUTURE, None, month=told, today=month_text(today))
    if clause.starts_on is not None and month < month_of(clause.starts_on):
        start = month_text(clause.starts_on)
        yield finding(Code.MONTH_BEFORE_CLAUSE, None, month=told, start=start)
    if clause.ends_on is not None:
        last = add_months(month_of(clause.ends_on), 1)
        if month > last:
            words = {"end": month_text(clause.ends_on), "limit": month_text(last)}
            yield finding(Code.MONTH_AFTER_CLAUSE, None, month=told, **words)
    if month.year in closed_years:
        yield finding(Code.YEAR_CLOSED, None, year=month.year)


def _quantities(case: _Case, line: LineFacts) -> Iterator[Finding]:
    """R-H2, what one line says by itself."""
    if line.hours < 0 or (line.training_hours or 0) < 0:
        yield finding(Code.HOURS_NEGATIVE, line.place)
    elif line.total == 0:
        yield finding(Code.HOURS_MISSING, line.place)
    if (line.person is None) == (line.persons is None):
        what = "au moins l’un des deux" if line.person is None else "pas les deux"
        yield finding(Code.PERSON_OR_NUMBER, line.place, what=what)
    elif line.persons is not None:
        yield from _group(case, line, line.persons)


def _group(case: _Case, line: LineFacts, persons: int) -> Iterator[Finding]:
    if persons < 1:
        yield finding(Code.PERSONS_COUNT, line.place, persons=persons)
    elif line.total > persons * HIGH:
        beyond = line.total > persons * CEILING
        yield finding(
            Code.GROUP_CEILING if beyond else Code.GROUP_HIGH,
            line.place,
            total=hours_label(line.total),
            persons=f"{number(persons)} personne{'s' if persons > 1 else ''}",
            month=month_text(case.month),
            ceiling=hours_label(CEILING if beyond else HIGH),
            limit=hours_label(persons * CEILING),
        )


def _modality(clause: ClauseFacts, line: LineFacts) -> Iterator[Finding]:
    if not clause.modalities or line.modality in clause.modalities:
        return
    allowed = " ; ".join(sorted(MODALITIES.get(code, code) for code in clause.modalities))
    if line.modality is None:
        yield finding(Code.MODALITY_UNSAID, line.place, allowed=allowed)
    else:
        told = MODALITIES.get(line.modality, line.modality)
        yield finding(Code.MODALITY_REFUSED, line.place, modality=told, allowed=allowed)


def _references(case: _Case, line: LineFacts) -> Iterator[Finding]:
    """A line only names persons and employment contracts that exist and go together."""
    if line.person is not None and line.person not in case.people:
        yield finding(Code.PERSON_UNKNOWN, line.place)
    if line.employment is None:
        return
    employment = case.employments.get(line.employment)
    if employment is None:
        yield finding(Code.EMPLOYMENT_UNKNOWN, line.place)
    elif employment.person != line.person:
        yield finding(Code.EMPLOYMENT_OF_ANOTHER, line.place)


def _outside(case: _Case, line: LineFacts) -> Iterator[Finding]:
    """R-H3: whole months before or after; the month of a boundary counts."""
    person = case.people.get(line.person or "")
    if person is not None:
        if person.entered_on is not None and person.entered_on > case.last:
            yield _aside(case, line, Code.BEFORE_ENTRY, person.entered_on)
        if person.eligible_until is not None and person.eligible_until < case.month:
            yield _aside(case, line, Code.AFTER_ELIGIBILITY, person.eligible_until)
    employment = case.employments.get(line.employment or "")
    if employment is not None and employment.person == line.person:
        if employment.starts_on > case.last:
            yield _aside(case, line, Code.BEFORE_EMPLOYMENT, employment.starts_on)
        if employment.ends_on is not None and employment.ends_on < case.month:
            yield _aside(case, line, Code.AFTER_EMPLOYMENT, employment.ends_on)


def _aside(case: _Case, line: LineFacts, code: Code, limit: date) -> Finding:
    told = case.pseudonym(line.person or "")
    return finding(code, line.place, pseudonym=told, limit=month_text(limit))


def _duplicates(lines: Sequence[LineFacts]) -> Iterator[Finding]:
    """Lines of one person only: two aggregated lines may differ by what isn't judged here."""
    seen: dict[tuple[str, str | None, str | None], int] = {}
    for line in lines:
        if line.person is None:
            continue
        first = seen.setdefault((line.person, line.modality, line.employment), line.place)
        if first != line.place:
            yield finding(Code.DUPLICATE_LINE, line.place, first=first)


def _person_months(case: _Case) -> Iterator[Finding]:
    """R-H2 over all the lines and clauses of a person, those that don't count included."""
    for identifier, lines in _grouped(case.lines, "person").items():
        person = case.people.get(identifier)
        if person is None:
            continue
        total = person.month_hours + sum(line.total for line in lines)
        if total <= HIGH:
            continue
        beyond = total > CEILING
        limit = CEILING if beyond else HIGH
        yield finding(
            Code.PERSON_CEILING if beyond else Code.PERSON_HIGH,
            _crossing(lines, person.month_hours, limit),
            pseudonym=person.pseudonym,
            total=hours_label(total),
            month=month_text(case.month),
            ceiling=hours_label(limit),
            where=_where(lines, person.month_hours),
        )


def _shared(case: _Case) -> Iterator[Finding]:
    """Sharing: all the clauses together take no more of an employment than its attested hours."""
    for identifier, lines in _grouped(case.lines, "employment").items():
        employment = case.employments.get(identifier)
        if employment is None:
            continue
        total = employment.allocated + sum(line.total for line in lines)
        if employment.worked is None:
            if employment.allocated > 0:
                words = _sharing(case, employment, lines)
                yield finding(Code.EMPLOYMENT_UNCHECKED, lines[0].place, **words)
        elif total > employment.worked:
            words = _sharing(case, employment, lines)
            words |= {"total": hours_label(total), "ceiling": hours_label(employment.worked)}
            place = _crossing(lines, employment.allocated, employment.worked)
            yield finding(Code.EMPLOYMENT_EXCEEDED, place, **words)


def _sharing(
    case: _Case, employment: EmploymentFacts, lines: Sequence[LineFacts]
) -> dict[str, str]:
    return {
        "pseudonym": case.pseudonym(employment.person),
        "month": month_text(case.month),
        "where": _where(lines, employment.allocated),
    }


def _grouped(
    lines: Sequence[LineFacts], key: Literal["person", "employment"]
) -> dict[str, list[LineFacts]]:
    groups: dict[str, list[LineFacts]] = {}
    for line in lines:
        identifier = line.person if key == "person" else line.employment
        if identifier is not None:
            groups.setdefault(identifier, []).append(line)
    return groups


def _crossing(lines: Sequence[LineFacts], before: int, limit: int) -> int:
    """The first line with which the running total goes beyond the limit."""
    running = before
    for line in lines:
        running += line.total
        if running > limit:
            return line.place
    return lines[-1].place  # only negative hours, refused on their own, come here


def _where(lines: Sequence[LineFacts], elsewhere: int) -> str:
    """« ligne 1 : 100 h, ligne 3 : 60 h, autres déclarations : 71 h »."""
    parts = [f"ligne {line.place} : {hours_label(line.total)}" for line in lines[:TOLD]]
    if len(lines) > TOLD:
        rest = sum(line.total for line in lines[TOLD:])
        parts.append(f"{number(len(lines) - TOLD)} autres lignes : {hours_label(rest)}")
    if elsewhere:
        parts.append(f"autres déclarations : {hours_label(elsewhere)}")
    return ", ".join(parts)
