"""What people must say for figures to be complete: which rows first, and in which directorates."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, Final, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor
from api.consultations.models import Consultation, ConsultationMark
from api.contracts.conversion import euros
from api.contracts.models import Contract, ContractMark
from api.indicators import answering, evidence, judging
from api.indicators.completing_schemas import (
    DirectorateCompleteness,
    Qualified,
    SuggestionRead,
    ToQualify,
    ToQualifyRow,
)
from api.indicators.evidence_schemas import ToFillRead
from api.indicators.facts.source import sql
from api.indicators.judging import Ask, Judged
from api.indicators.known_years import years_of
from api.indicators.period import Years, parameters
from api.indicators.schemas import (
    EvidenceState,
)
from api.indicators.service import last_year
from api.indicators.whose import readable_buyer
from api.reference.marks import MARKS
from api.rules.indicators.facts.specs import OF_KEYS
from api.rules.indicators.scales import known_rate
from api.rules.indicators.vocabulary import Definition, Fact, Period
from api.schemes import service as schemes

MARK: Final = "mark_"  # what the field of a mark begins with on forms
# Completeness is told in millionths, so that both databases add it up alike.
_WHOLE = 10**6
# Answers alike before one is suggested: two say nothing.
_ENOUGH = 3


class Register(NamedTuple):
    """A table whose rows carry marks; ``marked``: the row that a mark is said of; ``family``: by
    what rows are alike."""

    table: type[Contract] | type[Consultation]
    marks: type[ContractMark] | type[ConsultationMark]
    marked: sa.ColumnElement[UUID]
    family: sa.ColumnElement[str | None]


REGISTERS: Final[Mapping[Qualified, Register]] = {
    Qualified.CONTRACT: Register(
        Contract,
        ContractMark,
        sql(ContractMark.contract_id),
        # Else the beginning of its CPV.
        sa.func.coalesce(col(Contract.purchase_family), sa.func.substr(col(Contract.cpv), 1, 4)),
    ),
    Qualified.CONSULTATION: Register(
        Consultation,
        ConsultationMark,
        sql(ConsultationMark.consultation_id),
        sql(Consultation.purchase_family),
    ),
}


@dataclass(frozen=True)
class Waiting:
    """The rows of a scheme and a year, and for each how many indicators wait for it.

    ``effect``: what an answer adds to the completeness of each, added up, in millionths; its
    parameters are those of ``_weights``.
    """

    facts: Judged
    definitions: tuple[Definition, ...]
    waits: sa.ColumnElement[int]
    known: sa.ColumnElement[int]
    effect: sa.ColumnElement[int]


def find(
    session: Session,
    actor: Actor,
    code: str,
    siret: str,
    year: int | None,
    about: Qualified,
    limit: int,
) -> ToQualify:
    """The contracts, or consultations, that indicators wait for, with what to say: first those
    whose answers raise completeness the most.

    Raises Forbidden, NotFound.
    """
    scheme = schemes.named(session, actor, code)
    buyer = readable_buyer(session, actor, siret)
    wanted = year or last_year(years_of(session, [buyer.id]))
    waiting = _waiting(session, scheme.id, Fact(about))
    if waiting is None:
        return ToQualify(scheme=code, year=wanted, about=about, total=0, rows=[], directorates=[])
    given = parameters([buyer.id], Years(wanted, wanted), scheme.id)
    weights = _weights(session, waiting, given)
    found = _most_awaited(waiting).limit(limit)
    rows = session.execute(found, given | weights).mappings().all()
    return ToQualify(
        scheme=code,
        year=wanted,
        about=about,
        total=rows[0]["total"] if rows else 0,
        rows=_rows(session, buyer, REGISTERS[about], rows, waiting, weights),
        directorates=_directorates(session, waiting, given),
    )


def _most_awaited(waiting: Waiting) -> sa.Select[Any]:
    """The rows that wait, with which definitions each waits for: « o » and their rank."""
    columns, numbered = waiting.facts.columns, enumerate(waiting.definitions)
    return (
        sa.select(
            columns,
            waiting.waits.label("waits"),
            waiting.effect.label("effect"),
            sa.func.count().over().label("total"),
            *(_is_open(waiting.facts, one).label(f"o{at}") for at, one in numbered),
        )
        .where(waiting.waits > 0)
        .order_by(waiting.effect.desc(), waiting.waits.desc(), columns.c.rank.desc(), columns.c.id)
    )


def _waiting(session: Session, scheme_id: UUID, fact: Fact) -> Waiting | None:
    indicators = schemes.of_scheme(session, scheme_id)
    definitions = tuple(
        dict.fromkeys(
            one
            for one in map(schemes.definition_of, indicators)
            if one.fact is fact
            and one.period is not Period.IN_FORCE
            and one.aggregate not in OF_KEYS
        )
    )
    if not definitions:
        return None
    facts = judging.judged(Ask(fact, Period.CIVIL_YEAR, definitions))
    return Waiting(
        facts=facts,
        definitions=definitions,
        waits=_number(_is_open(facts, one) for one in definitions),
        known=_number(_is_known(facts, one) for one in definitions),
        effect=_sum(
            sa.case((_is_open(facts, one), sa.bindparam(_weight(at), type_=sa.Integer())), else_=0)
            for at, one in enumerate(definitions)
        ),
    )


def _number(of: Iterable[sa.ColumnElement[bool]]) -> sa.ColumnElement[int]:
    """How many of these are true."""
    return _sum(sa.cast(sa.case((one, 1), else_=0), sa.Integer) for one in of)


def _sum(of: Iterable[sa.ColumnElement[int]]) -> sa.ColumnElement[int]:
    first, *rest = of
    return reduce(add, rest, first)


def _weight(at: int) -> str:
    return f"weight_{at}"


def _weights(session: Session, waiting: Waiting, given: Mapping[str, Any]) -> dict[str, int]:
    """What one answer adds to the completeness of each definition, in millionths: one over the
    rows that it looks at."""
    looked_at = (
        sa.func.count().filter(sa.or_(_is_open(waiting.facts, one), _is_known(waiting.facts, one)))
        for one in waiting.definitions
    )
    rows = session.execute(sa.select(*looked_at).select_from(waiting.facts.columns), given).one()
    return {_weight(at): _WHOLE // number if number else 0 for at, number in enumerate(rows)}


def _points(effect: int, weights: Mapping[str, int]) -> str:
    """An effect in points of the mean completeness of the definitions that look at some row."""
    asked = sum(one > 0 for one in weights.values())
    return f"{Decimal(effect * 100) / _WHOLE / asked:.2f}"


def _is_open(facts: Judged, definition: Definition) -> sa.ColumnElement[bool]:
    return evidence.standing(definition, EvidenceState.UNKNOWN, facts)


def _is_known(facts: Judged, definition: Definition) -> sa.ColumnElement[bool]:
    decided = facts.state(definition).in_((evidence.TT, evidence.TF))
    return sa.and_(decided, sa.not_(_is_open(facts, definition)))


def _rows(
    session: Session,
    buyer: Organisation,
    register: Register,
    rows: Sequence[Any],
    waiting: Waiting,
    weights: Mapping[str, int],
) -> list[ToQualifyRow]:
    told = _told(session, register, [row["id"] for row in rows])
    families = {family for _version, family in told.values() if family}
    suggestions = _suggestions(session, buyer.id, register, families)
    held = evidence.holding(session, rows)
    found = []
    for row in rows:
        marks, others = _asked(row, waiting, held)
        version, family = told[row["id"]]
        found.append(
            ToQualifyRow(
                id=row["id"],
                version=version,
                reference=row["reference"],
                title=row["title"],
                day=row["day"],
                amount=euros(row["told_amount"]),
                directorate_id=row["directorate_id"],
                waits=row["waits"],
                effect=_points(row["effect"], weights),
                marks=_marks(marks, suggestions.get(family or "", {})),
                others=others,
            )
        )
    return found


def _asked(row: Any, waiting: Waiting, held: set[UUID]) -> tuple[Counter[str], list[ToFillRead]]:
    """The marks not said of a row, with how many indicators ask each, and what else must be filled
    in; ``held``: the contracts that have a supplier."""
    truth = evidence.truth_of(row, waiting.facts)
    asked = [
        one
        for at, definition in enumerate(waiting.definitions)
        if row[f"o{at}"]
        for one in evidence.missing(row, definition, truth, held)
    ]
    marks = Counter(one.field.removeprefix(MARK) for one in asked if one.field.startswith(MARK))
    others = {one.field: one for one in asked if not one.field.startswith(MARK)}
    return marks, list(others.values())


def _told(
    session: Session, register: Register, ids: Sequence[UUID]
) -> dict[UUID, tuple[int, str | None]]:
    """The version and the family of each row."""
    table = register.table
    rows = session.execute(
        sa.select(col(table.id), col(table.version), register.family).where(col(table.id).in_(ids))
    )
    return {key: (version, family) for key, version, family in rows}


def _marks(
    asked: Mapping[str, int], suggestions: Mapping[str, SuggestionRead]
) -> list[SuggestionRead]:
    """The marks to say, those that most indicators wait for first, with what is usual."""
    return [
        SuggestionRead(
            code=code,
            label=MARKS[code].label,
            help=MARKS[code].help,
            waits=asked[code],
            usual=told.usual if (told := suggestions.get(code)) else None,
            alike=told.alike if told else None,
            of=told.of if told else None,
            family=told.family if told else None,
        )
        for code in sorted(asked, key=lambda one: (-asked[one], one))
    ]


def _suggestions(
    session: Session, buyer_id: UUID, register: Register, families: Collection[str]
) -> dict[str, dict[str, SuggestionRead]]:
    """What the same buyer said of rows of the same family: shown, never applied silently."""
    if not families:
        return {}
    table, marks, family = register.table, register.marks, register.family
    yes = sa.func.sum(sa.case((col(marks.value).is_(True), 1), else_=0))
    rows = session.execute(
        sa.select(family, col(marks.code), yes, sa.func.count())
        .join(table, col(table.id) == register.marked)
        .where(col(table.buyer_id) == buyer_id, family.in_(families))
        .group_by(family, col(marks.code))
    )
    found: dict[str, dict[str, SuggestionRead]] = {}
    for name, code, said_yes, said in rows:
        if said >= _ENOUGH and code in MARKS and (said_yes * 5 >= said * 4 or said_yes * 5 <= said):
            usual = said_yes * 2 > said
            alike = said_yes if usual else said - said_yes
            found.setdefault(name, {})[code] = SuggestionRead(
                code=code,
                label=MARKS[code].label,
                help=MARKS[code].help,
                waits=0,
                usual=usual,
                alike=alike,
                of=said,
                family=name,
            )
    return found


def _directorates(
    session: Session, waiting: Waiting, given: Mapping[str, Any]
) -> list[DirectorateCompleteness]:
    """How complete the answers of each directorate are, the least complete first."""
    column = waiting.facts.columns.c.directorate_id
    row = sa.select(column, waiting.waits.label("waits"), waiting.known.label("known")).subquery()
    grouped = session.execute(
        sa.select(row.c.directorate_id, row.c.waits, sa.func.sum(row.c.known), sa.func.count())
        .group_by(row.c.directorate_id, row.c.waits)
        .order_by(row.c.waits.desc()),
        given,
    ).all()
    held: dict[UUID | None, list[tuple[int, int]]] = {}
    known: Counter[UUID | None] = Counter()
    for key, waits, answers, rows in grouped:
        held.setdefault(key, []).append((int(waits), int(rows)))
        known[key] += int(answers)
    names = {
        one.id: one.name
        for one in session.scalars(sa.select(Directorate).where(col(Directorate.id).in_(held)))
    }
    found = [
        _completeness(key, names.get(key) if key else None, known[key], rows)
        for key, rows in held.items()
        if known[key] or rows[0][0]
    ]
    return sorted(found, key=lambda one: (one.completeness, one.name or ""))


def _completeness(
    key: UUID | None, name: str | None, known: int, held: Sequence[tuple[int, int]]
) -> DirectorateCompleteness:
    """``held``: how many answers a row waits for and how many rows do, the most awaited first."""
    unknown = sum(waits * rows for waits, rows in held)
    return DirectorateCompleteness(
        directorate_id=key,
        name=name,
        known=known,
        unknown=unknown,
        rows=sum(rows for waits, rows in held if waits),
        completeness=f"{known_rate(Fraction(known, known + unknown)):.4f}",
        to_complete=_fewest(answering.enough(known + unknown) - known, held),
    )


def _fewest(wanted: int, held: Sequence[tuple[int, int]]) -> int | None:
    """The fewest rows that bring the answers ``wanted``; None when none is."""
    if wanted <= 0:
        return None
    taken = 0
    for waits, rows in held:
        needed = -(-wanted // waits)
        if needed <= rows:
            return taken + needed
        taken, wanted = taken + rows, wanted - waits * rows
    return taken
