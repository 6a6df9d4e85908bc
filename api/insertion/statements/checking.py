"""Judging lines in memory: the pure rules of hours, and what only the register can tell.

``place`` is the rank of an entry from 0; messages number the lines from 1, as people do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from api.insertion.statements.entries import Entry, Remark
from api.insertion.statements.facts import COMPLETED, Known, KnownClause, Standing, twin
from api.rules.hours.findings import Code, Finding
from api.rules.hours.judging import EmploymentFacts, LineFacts, PersonFacts, Verdict, judge
from api.rules.hours.vocabulary import StatementState

Group = tuple[UUID, date]
"""A clause and a month: the lines of one statement."""
FIELDS: Final[Mapping[str, str]] = {"person": "beneficiary", "employment": "employment_id"}
CEILINGS: Final = frozenset(
    {
        Code.PERSON_CEILING,
        Code.PERSON_HIGH,
        Code.GROUP_CEILING,
        Code.GROUP_HIGH,
        Code.EMPLOYMENT_EXCEEDED,
        Code.EMPLOYMENT_UNCHECKED,
    }
)

UNKNOWN_CLAUSE = (
    "Clause introuvable : vérifiez son identifiant et que votre mandat pour cet acheteur court "
    "encore."
)
DRAFT_CLAUSE = "Cette clause est en projet : notifiez-la avant de déclarer ses heures."
OBJECTED = (
    "Cette personne s’est opposée à son suivi : déclarez ses heures sur une ligne sans personne."
)
FACTS_OF_MANY = (
    "ne se dit que pour plusieurs personnes ensemble : celui d’une personne est sur sa fiche."
)
ALREADY_THERE = (
    "Une ligne semblable est déjà dans la déclaration de ce mois : ne l’envoyez pas deux fois. "
    "Pour la changer, modifiez la déclaration."
)
TWO_ATTESTED = (
    "Deux lignes disent des heures attestées différentes pour ce contrat de travail et ce mois : "
    "gardez-en une seule valeur."
)
STANDS: Final[Mapping[StatementState, str]] = {
    StatementState.SUBMITTED: (
        "Ce mois est déjà soumis pour cette clause : faites-le renvoyer à corriger, ou attendez sa "
        "validation."
    ),
    StatementState.VALIDATED: (
        "Ce mois est déjà validé pour cette clause : corrigez-le par une ligne corrective."
    ),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """What is said of each place and of the month as a whole; ``outside``: why it counts not."""

    whole: list[Remark] = field(default_factory=list)
    errors: dict[int, list[Remark]] = field(default_factory=dict)
    warnings: dict[int, list[Remark]] = field(default_factory=dict)
    outside: dict[int, str] = field(default_factory=dict)
    accepted: dict[Group, list[int]] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing is refused."""
        return not self.whole and not self.errors

    def refuse(self, place: int, name: str, message: str) -> None:
        """Add an error to a place."""
        self.errors.setdefault(place, []).append((name, message))


def check(known: Known, entries: Sequence[Entry], *, partial: bool = False) -> Judged:
    """Judge entries of any clauses and months; a month's own errors are told at each of its lines.

    ``partial``: what is refused weighs on no other line. The sums of ``known`` grow.
    """
    judged = Judged()
    groups: dict[Group, list[int]] = {}
    for place, entry in enumerate(entries):
        groups.setdefault((entry.clause_id, entry.month), []).append(place)
    _attested(known, entries, judged)
    for group, places in groups.items():
        barred = _barred(known, group)
        if barred is not None:
            for place in places:
                judged.refuse(place, *barred)
            continue
        standing = known.standing.get(group)
        for place in places:
            _own(known, entries[place], place, standing, judged)
        kept = [place for place in places if place not in judged.errors]
        judged.accepted[group] = _settle(known, entries, group, kept, judged, partial)
    return judged


def check_one(
    known: Known,
    clause: KnownClause,
    month: date,
    entries: Sequence[Entry],
    *,
    again: bool = False,
) -> Judged:
    """Judge the whole of one statement, which may hold no line; nothing is said of its state.

    ``again``: its lines were there before; who objected since keeps the hours stated.
    """
    judged = Judged()
    _attested(known, entries, judged)
    for place, entry in enumerate(() if again else entries):
        _own(known, entry, place, None, judged)
    places = [place for place in range(len(entries)) if place not in judged.errors]
    verdict = _verdict(known, clause, month, entries, places)
    if clause.draft:
        judged.whole.append(("clause_id", DRAFT_CLAUSE))
    judged.whole.extend(_remark(one) for one in verdict.findings if one.place is None)
    _note(verdict, judged)
    judged.accepted[clause.id, month] = [one for one in places if one not in judged.errors]
    return judged


def check_correction(
    known: Known, clause: KnownClause, entry: Entry
) -> tuple[list[Remark], list[Remark]]:
    """Errors and warnings of the right total of a line, by the ceilings alone: what else is told
    of a line was judged when it was validated."""
    verdict = _verdict(known, clause, entry.month, [entry], [0])
    told = [one for one in verdict.findings if one.code in CEILINGS]
    errors = [_remark(one) for one in told if one.level == "error"]
    return errors, [_remark(one) for one in told if one.level == "warning"]


def _barred(known: Known, group: Group) -> Remark | None:
    """Why no line can enter for this clause and month, whatever it says."""
    if group[0] not in known.clauses:
        return "clause_id", UNKNOWN_CLAUSE
    if known.clauses[group[0]].draft:
        return "clause_id", DRAFT_CLAUSE
    standing = known.standing.get(group)
    if standing is not None and standing.state not in COMPLETED:
        return "month", STANDS[standing.state]
    return None


def _own(known: Known, entry: Entry, place: int, standing: Standing | None, judged: Judged) -> None:
    """What only the register can tell of one line."""
    person_id = None
    if entry.beneficiary is not None:
        person = known.people.get(entry.beneficiary)
        person_id = person.id if person is not None else None
        if person is not None and person.objected:
            judged.refuse(place, "beneficiary", OBJECTED)
        if entry.sex is not None:
            judged.refuse(place, "sex", FACTS_OF_MANY)
        if entry.public is not None:
            judged.refuse(place, "public", FACTS_OF_MANY)
    if standing is not None and twin(entry, person_id) in standing.twins:
        judged.refuse(place, "beneficiary" if person_id else "persons", ALREADY_THERE)


def _attested(known: Known, entries: Sequence[Entry], judged: Judged) -> None:
    """Hours attested by a line replace those that are known; two lines must say the same."""
    said: dict[tuple[UUID, date], int] = {}
    for place, entry in enumerate(entries):
        if entry.worked_hours is None or entry.employment_id is None:
            continue
        if said.setdefault((entry.employment_id, entry.month), entry.worked_hours) != (
            entry.worked_hours
        ):
            judged.refuse(place, "worked_hours", TWO_ATTESTED)
    known.worked.update(
        (key, worked) for key, worked in said.items() if key[0] in known.employments
    )


def _settle(
    known: Known,
    entries: Sequence[Entry],
    group: Group,
    places: list[int],
    judged: Judged,
    partial: bool,
) -> list[int]:
    """Judge the lines of a group; answers those that are accepted, whose hours are now summed."""
    clause = known.clauses[group[0]]
    while places:
        verdict = _verdict(known, clause, group[1], entries, places)
        whole = [_remark(one) for one in verdict.findings if one.place is None]
        for place in places if whole else ():
            judged.errors.setdefault(place, []).extend(whole)
        refused = {one.place for one in verdict.findings if one.place and one.level == "error"}
        if not partial or not (refused or whole):
            _note(verdict, judged)
            break
        # Without the refused lines the others may be warned, or cross a ceiling, differently.
        _note_errors(verdict, judged)
        places = [place for place in places if place not in judged.errors]
    accepted = [place for place in places if place not in judged.errors]
    for place in accepted:
        _sum(known, entries[place])
    return accepted


def _verdict(
    known: Known,
    clause: KnownClause,
    month: date,
    entries: Sequence[Entry],
    places: Sequence[int],
) -> Verdict:
    people: dict[str, PersonFacts] = {}
    employments: dict[str, EmploymentFacts] = {}
    lines = []
    for place in places:
        entry = entries[place]
        name, employment_id = entry.beneficiary, entry.employment_id
        if name is not None and name not in people:
            _add_person(known, clause, month, name, people)
        key = employment_id.hex if employment_id is not None else None
        if employment_id is not None and key not in employments:
            _add_employment(known, clause, month, employment_id, employments)
        lines.append(
            LineFacts(
                place + 1,
                name,
                entry.persons,
                entry.hours,
                entry.training_hours,
                entry.modality,
                key,
            )
        )
    return judge(month, known.today, clause.facts, lines, people, employments, clause.closed_years)


def _add_person(
    known: Known, clause: KnownClause, month: date, name: str, people: dict[str, PersonFacts]
) -> None:
    person = known.people.get(name)
    if person is None or person.facilitator_id != clause.facilitator_id:
        return
    declared = known.month_hours.get((name, month), 0)
    people[name] = PersonFacts(name, name, person.entered_on, person.eligible_until, declared)


def _add_employment(
    known: Known,
    clause: KnownClause,
    month: date,
    employment_id: UUID,
    employments: dict[str, EmploymentFacts],
) -> None:
    employment = known.employments.get(employment_id)
    if employment is None or employment.facilitator_id != clause.facilitator_id:
        return
    employments[employment_id.hex] = EmploymentFacts(
        employment_id.hex,
        known.pseudonyms.get(employment.beneficiary_id, ""),
        employment.starts_on,
        employment.ends_on,
        known.worked.get((employment_id, month)),
        known.allocated.get((employment_id, month), 0),
    )


def _sum(known: Known, entry: Entry) -> None:
    total = entry.hours + entry.training_hours
    if entry.beneficiary is not None:
        person = (entry.beneficiary, entry.month)
        known.month_hours[person] = known.month_hours.get(person, 0) + total
    if entry.employment_id is not None:
        employment = (entry.employment_id, entry.month)
        known.allocated[employment] = known.allocated.get(employment, 0) + total


def _note(verdict: Verdict, judged: Judged) -> None:
    _note_errors(verdict, judged)
    for one in verdict.findings:
        if one.place is not None and one.level == "warning":
            judged.warnings.setdefault(one.place - 1, []).append(_remark(one))
    judged.outside.update((place - 1, str(code)) for place, code in verdict.outside.items())


def _note_errors(verdict: Verdict, judged: Judged) -> None:
    for one in verdict.findings:
        if one.place is not None and one.level == "error":
            judged.errors.setdefault(one.place - 1, []).append(_remark(one))


def _remark(found: Finding) -> Remark:
    return FIELDS.get(found.field, found.field), found.message
