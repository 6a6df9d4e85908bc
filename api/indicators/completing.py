"""What people must say for figures to be complete: which rows first, and in which directorates."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor
from api.contracts.conversion import euros
from api.contracts.models import Contract, ContractMark
from api.indicators import engine, judging
from api.indicators.evidence import TT, TU, UF, UT, UU
from api.indicators.judging import Ask, Judged
from api.indicators.period import Years, parameters
from api.indicators.schemas import (
    DirectorateCompleteness,
    SuggestionRead,
    ToFillRead,
    ToQualify,
    ToQualifyRow,
)
from api.indicators.service import last_year, readable_buyer, years_of
from api.reference.marks import MARKS
from api.rules.indicators.criteria import Leaf, Mark
from api.rules.indicators.evaluation import unsaid
from api.rules.indicators.explain import to_fill
from api.rules.indicators.facts.specs import OF_KEYS
from api.rules.indicators.vocabulary import Definition, Fact, Period, Quantity
from api.schemes import service as schemes

_OPEN = (TU, UT, UU)
_SHARE_OPEN = (*_OPEN, UF)
# Answers alike before one is suggested: two say nothing.
_ENOUGH = 3


@dataclass(frozen=True)
class Waiting:
    """The contracts of a scheme and a year, and for each how many indicators wait for it.

    ``of``: one of its indicators, which tells whose actions are asked for.
    """

    of: UUID
    facts: Judged
    definitions: tuple[Definition, ...]
    waits: sa.ColumnElement[int]
    known: sa.ColumnElement[int]


def find(
    session: Session, actor: Actor, code: str, siret: str, year: int | None, limit: int
) -> ToQualify:
    """The contracts that most indicators wait for, the most awaited first, with what to say.

    Raises Forbidden, NotFound.
    """
    scheme = schemes.named(session, actor, code)
    buyer = readable_buyer(session, actor, siret)
    wanted = year or last_year(years_of(session, [buyer.id]))
    waiting = _waiting(session, scheme.id)
    if waiting is None:
        return ToQualify(scheme=code, year=wanted, total=0, rows=[], directorates=[])
    given = parameters([buyer.id], Years(wanted, wanted), waiting.of)
    columns = waiting.facts.columns
    rows = (
        session.execute(
            sa.select(columns, waiting.waits.label("waits"), sa.func.count().over().label("total"))
            .where(waiting.waits > 0)
            .order_by(waiting.waits.desc(), columns.c.rank.desc(), columns.c.id)
            .limit(limit),
            given,
        )
        .mappings()
        .all()
    )
    return ToQualify(
        scheme=code,
        year=wanted,
        total=rows[0]["total"] if rows else 0,
        rows=_rows(session, buyer, rows, waiting),
        directorates=_directorates(session, waiting, given),
    )


def _waiting(session: Session, scheme_id: UUID) -> Waiting | None:
    indicators = schemes.of_scheme(session, scheme_id)
    definitions = tuple(
        dict.fromkeys(
            one
            for one in map(schemes.definition_of, indicators)
            if one.fact is Fact.CONTRACT
            and one.period is not Period.IN_FORCE
            and one.aggregate not in OF_KEYS
        )
    )
    if not definitions:
        return None
    ask = Ask(Fact.CONTRACT, Period.CIVIL_YEAR, definitions)
    facts = judging.judged(ask)
    return Waiting(
        of=indicators[0].id,
        facts=facts,
        definitions=definitions,
        waits=_sum(_is_open(facts, one) for one in definitions),
        known=_sum(_is_known(facts, one) for one in definitions),
    )


def _sum(terms: Iterable[sa.ColumnElement[int]]) -> sa.ColumnElement[int]:
    first, *rest = terms
    for term in rest:
        first = first + term
    return first


def _is_open(facts: Judged, quantity: Quantity) -> sa.ColumnElement[int]:
    states = _SHARE_OPEN if quantity.aggregate in engine.SHARES else _OPEN
    return sa.case((facts.state(quantity).in_(states), 1), else_=0)


def _is_known(facts: Judged, quantity: Quantity) -> sa.ColumnElement[int]:
    return sa.case((facts.state(quantity).in_((TT, TT - 1)), 1), else_=0)


def _rows(
    session: Session, buyer: Organisation, rows: Sequence[Any], waiting: Waiting
) -> list[ToQualifyRow]:
    contracts = _contracts(session, [row["id"] for row in rows])
    suggestions = _suggestions(session, buyer.id, contracts.values())
    found = []
    for row in rows:
        truth = _truth(row, waiting.facts)
        asked: Counter[Leaf] = Counter(
            leaf
            for definition in waiting.definitions
            for criterion in (definition.looked_at, definition.where)
            if criterion is not None
            for leaf in unsaid(criterion, truth)
        )
        contract = contracts[row["id"]]
        found.append(
            ToQualifyRow(
                contract_id=row["id"],
                version=contract.version,
                reference=row["reference"],
                title=row["title"],
                day=row["day"],
                amount=euros(row["told_amount"]),
                directorate_id=row["directorate_id"],
                waits=row["waits"],
                marks=_marks(asked, suggestions.get(_family(contract), {})),
                others=_others(asked),
            )
        )
    return found


def _truth(row: Any, facts: Judged) -> Callable[[Leaf], bool | None]:
    def truth(leaf: Leaf) -> bool | None:
        value = row[facts.of_leaf[leaf]]
        return None if value is None else bool(value)

    return truth


def _contracts(session: Session, ids: Sequence[UUID]) -> dict[UUID, Contract]:
    rows = session.scalars(sa.select(Contract).where(col(Contract.id).in_(ids)))
    return {one.id: one for one in rows}


def _family(contract: Contract) -> str:
    """By what contracts are alike: their purchase family, else the beginning of their CPV."""
    return contract.purchase_family or (contract.cpv or "")[:4]


def _marks(
    asked: Mapping[Leaf, int], suggestions: Mapping[str, SuggestionRead]
) -> list[SuggestionRead]:
    """The marks to say, those that most indicators wait for first, with what is usual."""
    wanted = sorted(
        (one for one in asked if isinstance(one, Mark)), key=lambda one: (-asked[one], one.mark)
    )
    return [
        SuggestionRead(
            code=one.mark,
            label=MARKS[one.mark].label,
            help=MARKS[one.mark].help,
            waits=asked[one],
            usual=told.usual if (told := suggestions.get(one.mark)) else None,
            alike=told.alike if told else None,
            of=told.of if told else None,
            family=told.family if told else None,
        )
        for one in wanted
    ]


def _others(asked: Mapping[Leaf, int]) -> list[ToFillRead]:
    told = [to_fill(one, MARKS) for one in asked if not isinstance(one, Mark)]
    return list({one.field: ToFillRead(text=one.text, field=one.field) for one in told}.values())


def _suggestions(
    session: Session, buyer_id: UUID, contracts: Iterable[Contract]
) -> dict[str, dict[str, SuggestionRead]]:
    """What the same buyer said of contracts of the same family: shown, never applied silently."""
    families = {_family(one) for one in contracts} - {""}
    if not families:
        return {}
    family = sa.func.coalesce(
        col(Contract.purchase_family), sa.func.substr(col(Contract.cpv), 1, 4)
    )
    yes = sa.func.sum(sa.case((col(ContractMark.value).is_(True), 1), else_=0))
    rows = session.execute(
        sa.select(family, col(ContractMark.code), yes, sa.func.count())
        .join(Contract, col(Contract.id) == col(ContractMark.contract_id))
        .where(col(Contract.buyer_id) == buyer_id, family.in_(families))
        .group_by(family, col(ContractMark.code))
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
    rows = session.execute(
        sa.select(
            column,
            sa.func.sum(waiting.known),
            sa.func.sum(waiting.waits),
            sa.func.sum(sa.case((waiting.waits > 0, 1), else_=0)),
        ).group_by(column),
        given,
    ).all()
    names = {
        one.id: one.name
        for one in session.scalars(
            sa.select(Directorate).where(col(Directorate.id).in_([row[0] for row in rows]))
        )
    }
    found = [
        DirectorateCompleteness(
            directorate_id=key,
            name=names.get(key) if key else None,
            known=int(known),
            unknown=int(unknown),
            contracts=int(contracts),
            completeness=f"{int(known) * 10000 // (int(known) + int(unknown)) / 10000:.4f}",
        )
        for key, known, unknown, contracts in rows
        if int(known) + int(unknown)
    ]
    return sorted(found, key=lambda one: (one.completeness, one.name or ""))
