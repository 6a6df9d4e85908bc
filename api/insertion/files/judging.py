"""Judging the lines of a file: each cell by itself, then all lines as any statement of hours."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar
from uuid import UUID

from sqlmodel import Session

from api.insertion.files import register as registers
from api.insertion.files.cells import (
    FAMILIES,
    MODALITIES,
    SEXES,
    read_code,
    read_day,
    read_persons,
    read_quarters,
    text_of,
)
from api.insertion.files.opening import Matched
from api.insertion.files.register import Register, UnknownLotError
from api.insertion.files.verdict import Remarks, Verdict
from api.insertion.statements.entries import Author, Entry, Outcome, Remark
from api.kit.sheets import Cell, Row, Sheet
from api.rules.columns import read_month
from api.rules.hours.french import spaced
from api.rules.hours.vocabulary import Modality, PublicFamily, Sex
from api.rules.text import fold

T = TypeVar("T")

Judge = Callable[[Session, Author, Sequence[Entry]], list[Outcome]]
"""What tells the outcome of entries: ``recording.preview``, or ``recording.record``."""

# What statements call their fields, and what a file does.
FIELDS: Final[Mapping[str, str]] = {
    "clause_id": "contract",
    "employment_id": "employment",
}
NO_PERSON = (
    "Personne introuvable parmi celles que vous suivez : créez d’abord sa fiche, ou vérifiez son "
    "pseudonyme ou sa référence."
)
NO_CONTRACT = "Le numéro du marché est vide : écrivez-le."
NO_HOURS = "Heures manquantes : écrivez un nombre, par exemple 7,5."
SAME_LINE = (
    "Cette ligne est la même que la ligne {first} : additionnez les heures et les personnes sur "
    "une seule ligne."
)
NO_EMPLOYMENT = (
    "Les heures attestées ne sont gardées qu’avec le contrat de travail : indiquez-le sur la ligne."
)
NOBODYS = "Un contrat de travail est celui d’une personne : indiquez-la, ou videz la cellule."
TOTALS = "{count} ligne{s} de total non lue{s} (la première : ligne {line})."
_PLACE = re.compile(r"\b([Ll])igne (\d+)\b")
_OPENING = re.compile(r"^Ligne \d+\s?:\s")


@dataclass(slots=True)
class Lines:
    """The lines of a file: those that can be read as entries, and what is wrong in the others."""

    entries: list[Entry] = field(default_factory=list)
    # The line of the file of each entry.
    places: list[int] = field(default_factory=list)
    errors: Remarks = field(default_factory=dict)
    warnings: Remarks = field(default_factory=dict)
    left_out: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict, the entries it is about, and what became of each."""

    verdict: Verdict
    entries: list[Entry]
    outcomes: list[Outcome]


def judge(
    session: Session,
    author: Author,
    facilitator_id: UUID,
    sheet: Sheet,
    matched: Matched,
    decide: Judge,
) -> Judged:
    """Read every line, then let ``decide`` tell what becomes of those that can be read."""
    lines = _read(session, author, facilitator_id, sheet, matched.mapping)
    outcomes = decide(session, author, lines.entries) if lines.entries else []
    for outcome, line in zip(outcomes, lines.places, strict=True):
        _add(lines.errors, line, outcome.errors, lines.places)
        _add(lines.warnings, line, outcome.warnings, lines.places)
    return Judged(_verdict(sheet, matched, lines), lines.entries, outcomes)


def unread(sheet: Sheet, matched: Matched) -> Verdict:
    """The verdict of a file that lacks a column: no line can be judged."""
    return _verdict(sheet, matched, Lines())


def _verdict(sheet: Sheet, matched: Matched, lines: Lines) -> Verdict:
    notices = list(sheet.notices)
    if lines.left_out:
        count = len(lines.left_out)
        s = "s" if count > 1 else ""
        notices.append(TOTALS.format(count=count, s=s, line=lines.left_out[0]))
    return Verdict(
        received=len(sheet.rows) - len(lines.left_out),
        errors=dict(sorted(lines.errors.items())),
        warnings=dict(sorted(lines.warnings.items())),
        left_out=lines.left_out,
        notices=notices,
        guessed=matched.guessed,
        sheet=sheet.name,
        header_line=sheet.header_line,
    )


def _add(
    remarks: Remarks, line: int, told: Sequence[Remark], places: Sequence[int] | None = None
) -> None:
    for name, message in told:
        text = message if places is None else placed(message, places)
        remarks.setdefault(line, []).append((FIELDS.get(name, name), text))


def placed(message: str, places: Sequence[int]) -> str:
    """A message that numbers the entries from 1, with the lines of the file instead; the line it
    is about is left out, as the message stands on it."""
    told = _PLACE.sub(lambda found: f"{found[1]}igne {places[int(found[2]) - 1]}", message)
    bare = _OPENING.sub("", told)
    return bare[:1].upper() + bare[1:]


def _read(
    session: Session,
    author: Author,
    facilitator_id: UUID,
    sheet: Sheet,
    mapping: Mapping[str, str],
) -> Lines:
    at = {name: sheet.header.index(title) for name, title in mapping.items()}
    lines, rows = Lines(), []
    for row in sheet.rows:
        if _is_total(row, at):
            lines.left_out.append(row.line)
        else:
            rows.append(row)
    persons = (
        {text_of(row.values[at["beneficiary"]]) for row in rows} if "beneficiary" in at else ()
    )
    register = registers.load(
        session, author.pairs, facilitator_id, persons, employments="employment" in at
    )
    together: dict[Entry, int] = {}
    for row in rows:
        reader = _Reader(row, at, register)
        entry = reader.entry()
        if entry is not None and entry.beneficiary is None and not reader.errors:
            first = together.setdefault(entry, row.line)
            if first != row.line:
                reader.refuse("hours", SAME_LINE.format(first=first))
        if reader.errors or entry is None:
            _add(lines.errors, row.line, reader.errors)
            continue
        _add(lines.warnings, row.line, reader.warnings)
        lines.entries.append(entry)
        lines.places.append(row.line)
    return lines


def _is_total(row: Row, at: Mapping[str, int]) -> bool:
    """A line that sums the others: it says so, and has neither a month nor a person."""
    said = [at[name] for name in ("month", "beneficiary") if name in at]
    texts = [fold(cell).strip() for cell in row.values if isinstance(cell, str)]
    # The word may stand in the very cell of the month.
    bare = all(not (text := fold(text_of(row.values[one]))) or _total(text) for one in said)
    return bare and any(map(_total, texts))


def _total(text: str) -> bool:
    return re.match(r"(sous[- ]?|grand )?total\b|totaux\b", text) is not None


class _Reader:
    """Reads the cells of one line, and keeps what is wrong in them."""

    def __init__(self, row: Row, at: Mapping[str, int], register: Register) -> None:
        self.row = row
        self.at = at
        self.register = register
        self.errors: list[Remark] = []
        self.warnings: list[Remark] = []

    def refuse(self, name: str, message: str) -> None:
        """Add an error about a field."""
        self.errors.append((name, message))

    def cell(self, name: str) -> Cell:
        """What the line holds for a field; None without such a column."""
        return self.row.values[self.at[name]] if name in self.at else None

    def text(self, name: str) -> str:
        """The same as text."""
        return text_of(self.cell(name))

    def take(self, name: str, read: Callable[[], T]) -> T | None:
        """What ``read`` gives, or None with an error about the field."""
        try:
            return read()
        except ValueError as error:
            self.refuse(name, spaced(str(error)))
            return None

    def entry(self) -> Entry | None:
        """The line as an entry of hours; None when something essential can't be read."""
        clause_id = self.take("contract", self._clause)
        month = self.take("month", lambda: read_month(self.cell("month")))
        person = self.take("beneficiary", self._person)
        persons = self.take("persons", lambda: read_persons(self.cell("persons")))
        hours = self.take("hours", lambda: read_quarters(self.cell("hours")))
        training = self.take("training_hours", lambda: read_quarters(self.cell("training_hours")))
        modality = self.take("modality", self._modality)
        if hours is None and training is None and not self._told("hours"):
            self.refuse("hours", NO_HOURS)
        employment_id = self.take("employment", lambda: self._employment(person))
        worked = self.take("worked_hours", lambda: read_quarters(self.cell("worked_hours")))
        if worked is not None and not self.text("employment"):
            self.warnings.append(("worked_hours", NO_EMPLOYMENT))
            worked = None
        if clause_id is None or month is None:
            return None
        read = Entry(clause_id, month, hours or 0, training or 0)
        read = read._replace(modality=modality, employment_id=employment_id, worked_hours=worked)
        if person is not None:
            # An export repeats the facts of the person, and counts one: these are on the record.
            return read._replace(beneficiary=person, persons=None if persons == 1 else persons)
        sex = self.take("sex", self._sex)
        public = self.take("public", self._public)
        return read._replace(persons=persons, sex=sex, public=public)

    def _told(self, name: str) -> bool:
        return any(field == name for field, _ in self.errors)

    def _clause(self) -> UUID | None:
        text = self.text("contract")
        if not text:
            raise ValueError(NO_CONTRACT)
        try:
            return self.register.clause(text, self.text("lot"))
        except UnknownLotError as error:
            self.refuse("lot", spaced(str(error)))
            return None

    def _person(self) -> str | None:
        text = self.text("beneficiary")
        if not text:
            return None
        found = self.register.person(text)
        if found is None:
            raise ValueError(NO_PERSON)
        return found

    def _employment(self, person: str | None) -> UUID | None:
        text = self.text("employment")
        # Of a person who is not known, the contract is not known either: that is told once.
        if not text or self._told("beneficiary"):
            return None
        if person is None:
            raise ValueError(NOBODYS)
        return self.register.employment(person, text, read_day(self.cell("employment")))

    def _modality(self) -> Modality | None:
        example = "« CDD », « ETTI » ou « GEIQ »"
        return read_code(self.cell("modality"), MODALITIES, example)

    def _sex(self) -> Sex | None:
        return read_code(self.cell("sex"), SEXES, "« F » ou « H »")

    def _public(self) -> PublicFamily | None:
        return read_code(self.cell("public"), FAMILIES, "« Jeunes » ou « RSA »")
