"""Joins spending to contracts: by number, else by supplier and period; never guesses.

One statement for the whole of a buyer, which can be asked again at any time: it says the same of
the same register, leaves what a person decided and what a closed year holds, and writes nothing
where nothing changed (docs/decisions/0029). Ask it when contracts or spending came.
"""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.closings.models import Closing
from api.closings.service import hold_open
from api.contracts.models import Contract
from api.kit import locks
from api.kit.columns import now, text_enum
from api.spending.evidence import (
    BY_NUMBER,
    BY_SUPPLIER,
    CERTAIN,
    OUTSIDE,
    RANKS,
    pairs,
)
from api.spending.models import BY_MACHINE, JoinedBy, JoinReason, Spending

Expression = sa.ColumnElement[Any]
_BATCH = 5_000
# That of the spending of a buyer (api.kit.locks).
_TURN = 7_237_003
# Nothing spoke for a line told so: no other contract changes it but one that speaks for it.
_SILENCE = (JoinReason.NO_CONTRACT, JoinReason.UNKNOWN_NUMBER, JoinReason.NO_PAYEE)


def hold(session: Session, buyers: Collection[UUID]) -> None:
    """Have the spending of these buyers to oneself, in open years, until this transaction ends.

    Two who join at once would each see its own contract alone; a person may be deciding; a closing
    may be keeping what is read. Whoever changes or removes spending or contracts asks before it
    holds their rows, and before it writes in the journal: so none waits for another in a ring.
    """
    hold_open(session, buyers)
    locks.take(session, _TURN, buyers)


def hold_of(session: Session, buyers: sa.Select[Any]) -> None:
    """The same of the buyers that a statement gives; those whom nobody here spends for are left
    out: a national file has fifteen thousand of them."""
    spends = sa.exists().where(col(Spending.buyer_id) == col(Organisation.id))
    ours = sa.or_(col(Organisation.observed).is_(False), spends)
    wanted = sa.select(col(Organisation.id)).where(col(Organisation.id).in_(buyers), ours)
    hold(session, session.scalars(wanted).all())


def run(session: Session, buyer_id: UUID) -> int:
    """Join the spending of a buyer again; how many lines changed contract, manner or reason."""
    return run_of(session, sa.select(col(Organisation.id)).where(col(Organisation.id) == buyer_id))


def run_of(session: Session, buyers: sa.Select[Any]) -> int:
    """The same for all the buyers that a statement gives, in one statement too."""
    hold_of(session, buyers)
    # Told by a list, even of one: SQLite takes a buyer for ten lines, and would make no index.
    return _join(session, col(Spending.buyer_id).in_(buyers), col(Contract.buyer_id).in_(buyers))


def run_for(session: Session, buyer_id: UUID, contracts: Collection[UUID]) -> int:
    """The same for what these contracts may change, there or removed, of the spending of their
    buyer: what is under them, what is under none though something spoke for it, and what something
    of them now speaks for.

    The rest can't move: a line under another contract is so because that one alone spoke for it,
    and one for which nothing speaks waits for what will.
    """
    hold(session, [buyer_id])
    here = col(Spending.buyer_id) == buyer_id
    among = col(Contract.id).in_(contracts)
    spoken = pairs(sa.and_(here, left_to_the_machine()), among).cte("spoken")
    concerned = sa.or_(
        sa.and_(
            col(Spending.contract_id).is_(None),
            sa.or_(col(Spending.join_reason).is_(None), col(Spending.join_reason).not_in(_SILENCE)),
        ),
        col(Spending.contract_id).in_(contracts),
        col(Spending.id).in_(
            sa.select(spoken.c.spending_id).where(spoken.c.contract_id.is_not(None))
        ),
    )
    waiting = sa.and_(here, left_to_the_machine(), in_an_open_year(), concerned)
    ids = list(session.scalars(sa.select(col(Spending.id)).where(waiting)))
    changed = 0
    for start in range(0, len(ids), _BATCH):
        some = col(Spending.id).in_(ids[start : start + _BATCH])
        changed += _join(session, sa.and_(here, some), col(Contract.buyer_id) == buyer_id)
    return changed


def run_everywhere(session: Session) -> int:
    """The same for every buyer."""
    hold(session, session.scalars(sa.select(col(Spending.buyer_id)).distinct()).all())
    return _join(session, sa.true(), sa.true())


def _join(session: Session, of_spending: Any, of_contract: Any) -> int:
    waiting = sa.and_(of_spending, left_to_the_machine(), in_an_open_year())
    if not session.scalar(sa.select(sa.exists().where(waiting))):
        return 0
    verdict = _verdicts(waiting, of_contract)
    spending = Spending
    contract_id, by, reason = verdict.c.contract_id, verdict.c.joined_by, verdict.c.join_reason
    statement = (
        sa.update(spending)
        .where(
            col(spending.id) == verdict.c.spending_id,
            # Asked of the row as it is when it is written: PostgreSQL read it before it waited.
            left_to_the_machine(),
            sa.or_(
                col(spending.contract_id).is_distinct_from(contract_id),
                col(spending.joined_by).is_distinct_from(by),
                col(spending.join_reason).is_distinct_from(reason),
            ),
        )
        .values(
            contract_id=contract_id,
            joined_by=by,
            join_reason=reason,
            joined_at=now(),
            # What is published of a buyer is made again when one of its lines is.
            updated_at=now(),
        )
        .execution_options(synchronize_session=False)
    )
    session.flush()
    _look_up_row_by_row(session, "off")
    done: Any = session.execute(statement)
    _look_up_row_by_row(session, "on")
    session.expire_all()
    if done.rowcount >= 0:
        return int(done.rowcount)
    # The driver of SQLite does not count what a statement that begins by WITH changed.
    return int(session.scalar(sa.select(sa.func.changes())) or 0)


def _look_up_row_by_row(session: Session, allowed: str) -> None:
    """PostgreSQL knows nothing of lines that were just written, and would look the contracts of
    each one up: minutes for ten thousand."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.set_config("enable_nestloop", allowed, True)))


def left_to_the_machine() -> sa.ColumnElement[bool]:
    """The spending of which no person said the contract."""
    nowhere = col(Spending.contract_id).is_(None)
    unseen = sa.and_(col(Spending.joined_by).is_(None), nowhere)
    # The contract that a person had named is no longer in the register.
    orphan = sa.and_(
        col(Spending.join_reason).in_((JoinReason.GIVEN, JoinReason.ATTACHED)), nowhere
    )
    return sa.or_(unseen, orphan, col(Spending.joined_by).in_(BY_MACHINE))


def in_an_open_year() -> sa.ColumnElement[bool]:
    """The spending of a year that its buyer has not closed."""
    return ~sa.exists().where(
        col(Closing.organisation_id) == col(Spending.buyer_id),
        col(Closing.year) == col(Spending.year),
        col(Closing.reopened_at).is_(None),
    )


def _verdicts(waiting: Any, of_contract: Any) -> sa.CTE:
    """Each spending with the contract it goes under, how, and why: NULL when under none."""
    told = _told(pairs(waiting, of_contract))
    line = (
        sa.select(
            col(Spending.id).label("spending_id"),
            col(Spending.payee_siret).label("siret"),
            col(Spending.contract_number).label("number"),
            *(one for one in told.c if one.name != "spending_id"),
        )
        .select_from(Spending)
        .join(told, told.c.spending_id == col(Spending.id), isouter=True)
        .where(waiting)
        .cte("line")
    )
    return sa.select(
        line.c.spending_id, *(one.label(name) for name, one in _outcome(line.c).items())
    ).cte("verdict")


def _told(evidence: sa.CompoundSelect[Any]) -> sa.CTE:
    """For each spending and each thing that speaks: how many contracts may be it, how many surely
    are, and one of them; a contract counts once."""
    pair = evidence.cte("pair")
    # A group that pays and is paid through several of its establishments holds it once.
    once = (
        sa.select(
            pair.c.spending_id,
            pair.c.contract_id,
            pair.c.rank,
            sa.func.max(pair.c.fits).label("fits"),
        )
        .group_by(pair.c.spending_id, pair.c.contract_id, pair.c.rank)
        .cte("once")
    )
    counted: list[Any] = []
    found = once.c.contract_id.is_not(None)
    for reason, rank in RANKS.items():
        of_rank = sa.and_(found, once.c.rank == rank)
        possible = sa.and_(of_rank, once.c.fits != OUTSIDE)
        certain = sa.and_(of_rank, once.c.fits == CERTAIN)
        one = sa.case((possible, sa.cast(once.c.contract_id, sa.String)))
        counted += [
            sa.func.count(sa.case((possible, 1))).label(f"{reason}_possible"),
            sa.func.count(sa.case((certain, 1))).label(f"{reason}_certain"),
            sa.func.min(one).label(f"{reason}_one"),
        ]
    holds = sa.case((sa.and_(found, once.c.rank >= RANKS[JoinReason.SIRET]), 1))
    return (
        sa.select(once.c.spending_id, *counted, sa.func.count(holds).label("held"))
        .group_by(once.c.spending_id)
        .cte("told")
    )


def _outcome(line: Any) -> dict[str, Expression]:
    """What a line gets: the first thing that speaks decides, and only when it speaks of one."""
    contract: list[tuple[Any, Any]] = []
    by: list[tuple[Any, Any]] = []
    why: list[tuple[Any, Any]] = []
    for reason in BY_NUMBER:
        speaks, alone = line[f"{reason}_possible"] > 0, line[f"{reason}_possible"] == 1
        contract += [(alone, line[f"{reason}_one"]), (speaks, sa.null())]
        by += [(alone, JoinedBy.NUMBER), (speaks, JoinedBy.NONE)]
        why += [(alone, reason), (speaks, JoinReason.SEVERAL_NUMBERS)]
    for reason in BY_SUPPLIER:
        possible = line[f"{reason}_possible"]
        sure = sa.and_(possible == 1, line[f"{reason}_certain"] == 1)
        contract += [(sure, line[f"{reason}_one"]), (possible > 0, sa.null())]
        by += [(sure, JoinedBy.SUPPLIER_PERIOD), (possible > 0, JoinedBy.NONE)]
        why += [
            (sure, reason),
            (possible == 1, JoinReason.UNSURE_PERIOD),
            (possible > 1, JoinReason.SEVERAL_CONTRACTS),
        ]
    why += [
        (line.held > 0, JoinReason.OUTSIDE_PERIOD),
        (line.number.is_not(None), JoinReason.UNKNOWN_NUMBER),
        (line.siret.is_not(None), JoinReason.NO_CONTRACT),
    ]
    return {
        "contract_id": sa.cast(sa.case(*contract), sa.Uuid()),
        "joined_by": sa.case(*_bound(by, JoinedBy), else_=_code(JoinedBy.NONE, JoinedBy)),
        "join_reason": sa.case(
            *_bound(why, JoinReason), else_=_code(JoinReason.NO_PAYEE, JoinReason)
        ),
    }


def _bound(
    cases: Iterable[tuple[Any, Any]], codes: type[JoinedBy] | type[JoinReason]
) -> list[tuple[Any, Any]]:
    return [(condition, _code(value, codes)) for condition, value in cases]


def _code(value: Any, codes: type[JoinedBy] | type[JoinReason]) -> Expression:
    return sa.literal(value, text_enum(codes))
