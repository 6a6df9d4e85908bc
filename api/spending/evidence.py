"""What speaks for each contract that a spending may have been paid under: one row for each pair.

``rank`` orders what speaks, from the surest: NUMBER, SPELLING, ZEROS, INTERNAL, SIRET, SIREN.
``fits`` is what the days say of a pair by supplier: CERTAIN, POSSIBLE, OUTSIDE; always CERTAIN of a
pair by number, since what is left to pay comes after the end.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from api.contracts.models import Contract, ContractSupplier
from api.spending.models import ContractNumber, JoinReason, Spending
from api.spending.numbers import bare, spelt, without_zeros
from api.spending.periods import paid_between, runs_between
from api.suppliers.models import Supplier

RANKS = {
    JoinReason.NUMBER: 1,
    JoinReason.SPELLING: 2,
    JoinReason.ZEROS: 3,
    JoinReason.INTERNAL: 4,
    JoinReason.SIRET: 5,
    JoinReason.SIREN: 6,
}
BY_NUMBER = (JoinReason.NUMBER, JoinReason.SPELLING, JoinReason.ZEROS, JoinReason.INTERNAL)
BY_SUPPLIER = (JoinReason.SIRET, JoinReason.SIREN)
OUTSIDE, POSSIBLE, CERTAIN = 0, 1, 2
# What the DECP identifier of 2019 holds around the internal number: a year, a rank of two digits.
_YEAR, _RANK = 4, 2

Condition = sa.ColumnElement[bool]


def pairs(of_spending: Condition, of_contract: Condition) -> sa.CompoundSelect[Any]:
    """(spending_id, contract_id, rank, fits) of the spending and the contracts asked.

    A pair comes once for each thing that speaks for it; ``contract_id`` is NULL where nothing does:
    an outer join keeps the order of the tables, hence SQLite's indexes of the moment. Its parts
    are expressions of the WITH clause: the parser of SQLite is lost in deeper nests.
    """
    lines, known = _lines(of_spending), _numbers(of_contract)
    return sa.union_all(
        _same(lines, known, JoinReason.NUMBER, lines.c.spelling == known.c.spelling),
        _same(
            lines,
            known,
            JoinReason.SPELLING,
            lines.c.bare == known.c.bare,
            sa.or_(lines.c.spelling == lines.c.bare, known.c.spelling == known.c.bare),
        ),
        _same(lines, known, JoinReason.ZEROS, lines.c.zeros == known.c.zeros),
        _internal(lines, of_contract),
        _by_supplier(of_spending, of_contract),
    )


def _lines(of_spending: Condition) -> sa.CTE:
    """The spending that bears a number, with the spellings of it."""
    spelling = spelt(col(Spending.contract_number))
    one = (
        sa.select(
            col(Spending.id).label("spending_id"),
            col(Spending.buyer_id).label("buyer_id"),
            col(Spending.payee_siret).label("siret"),
            spelling.label("spelling"),
        )
        .where(of_spending, col(Spending.contract_number).is_not(None), spelling != "")
        .cte("spelt_line")
    )
    return _with_spellings(one, "lines")


def _numbers(of_contract: Condition) -> sa.CTE:
    """The numbers of the contracts: that of the register, and those that somebody said."""
    register: Any = sa.select(
        col(Contract.id).label("contract_id"),
        col(Contract.buyer_id).label("buyer_id"),
        spelt(col(Contract.reference)).label("spelling"),
    ).where(of_contract)
    said = (
        sa.select(
            col(ContractNumber.contract_id),
            col(Contract.buyer_id),
            spelt(col(ContractNumber.number)),
        )
        .join(Contract, col(Contract.id) == col(ContractNumber.contract_id))
        .where(of_contract)
    )
    return _with_spellings(sa.union(register, said).cte("spelt_number"), "numbers")


def _with_spellings(one: sa.CTE, name: str) -> sa.CTE:
    # Kept: both sides would else be spelt again at each comparison.
    return (
        sa.select(
            *one.c,
            bare(one.c.spelling).label("bare"),
            without_zeros(one.c.spelling).label("zeros"),
        )
        .cte(name)
        .prefix_with("MATERIALIZED")
    )


def _same(
    lines: sa.CTE, known: sa.CTE, reason: JoinReason, *conditions: Condition
) -> sa.Select[Any]:
    return _pair(lines.c.spending_id, known.c.contract_id, reason, sa.literal(CERTAIN)).join_from(
        lines,
        known,
        sa.and_(lines.c.buyer_id == known.c.buyer_id, *conditions),
        isouter=True,
    )


def _internal(lines: sa.CTE, of_contract: Condition) -> sa.Select[Any]:
    """The number inside an identifier of 2019 (year, number, rank), where the payee holds it: short
    numbers are many."""
    reference = col(Contract.reference)
    around = _YEAR + _RANK
    inside = sa.func.substr(reference, _YEAR + 1, sa.func.length(reference) - around)
    year = sa.cast(sa.extract("year", col(Contract.notified_on)), sa.String)
    spelling = (
        sa.select(
            col(Contract.id).label("contract_id"),
            col(Contract.buyer_id).label("buyer_id"),
            spelt(inside).label("spelling"),
        )
        .where(
            of_contract,
            sa.func.length(reference) > around,
            sa.func.substr(reference, 1, _YEAR) == year,
            spelt(inside) != "",
        )
        .cte("spelt_inside")
    )
    contracts = _with_spellings(spelling, "inside")
    held = sa.exists().where(
        col(ContractSupplier.contract_id) == contracts.c.contract_id,
        col(Supplier.id) == col(ContractSupplier.supplier_id),
        col(Supplier.id_type) == "SIRET",
        sa.func.substr(col(Supplier.identifier), 1, 9) == sa.func.substr(lines.c.siret, 1, 9),
    )
    joined = sa.and_(
        lines.c.buyer_id == contracts.c.buyer_id,
        lines.c.zeros == contracts.c.zeros,
        held,
    )
    return _pair(
        lines.c.spending_id, contracts.c.contract_id, JoinReason.INTERNAL, sa.literal(CERTAIN)
    ).join_from(lines, contracts, joined, isouter=True)


def _by_supplier(of_spending: Condition, of_contract: Condition) -> sa.Select[Any]:
    """The contracts that the payee holds, by its SIRET or by another of the same SIREN."""
    paid, held = _paid(of_spending), _held(of_contract)
    outside = sa.or_(held.c.first > paid.c.until, held.c.last < paid.c.since)
    inside = sa.and_(held.c.first <= paid.c.since, held.c.last >= paid.c.until)
    fits = sa.case((outside, OUTSIDE), (inside, CERTAIN), else_=POSSIBLE)
    same = held.c.siret == paid.c.siret
    rank = sa.case((same, RANKS[JoinReason.SIRET]), else_=RANKS[JoinReason.SIREN])
    return sa.select(
        paid.c.spending_id, held.c.contract_id, rank.label("rank"), fits.label("fits")
    ).join_from(
        paid,
        held,
        sa.and_(paid.c.siren == held.c.siren, paid.c.buyer_id == held.c.buyer_id),
        isouter=True,
    )


def _paid(of_spending: Condition) -> sa.CTE:
    """Each spending whose payee is known, and the days between which it was paid."""
    since, until = paid_between()
    return (
        sa.select(
            col(Spending.id).label("spending_id"),
            col(Spending.buyer_id).label("buyer_id"),
            col(Spending.payee_siret).label("siret"),
            sa.func.substr(col(Spending.payee_siret), 1, 9).label("siren"),
            since.label("since"),
            until.label("until"),
        )
        .where(of_spending, col(Spending.payee_siret).is_not(None))
        .cte("paid")
        .prefix_with("MATERIALIZED")
    )


def _held(of_contract: Condition) -> sa.CTE:
    """Each contract with a SIRET that holds it, and its first and last days."""
    first, last = runs_between()
    return (
        sa.select(
            col(Contract.id).label("contract_id"),
            col(Contract.buyer_id).label("buyer_id"),
            col(Supplier.identifier).label("siret"),
            sa.func.substr(col(Supplier.identifier), 1, 9).label("siren"),
            first.label("first"),
            last.label("last"),
        )
        .join(ContractSupplier, col(ContractSupplier.contract_id) == col(Contract.id))
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(of_contract, col(Supplier.id_type) == "SIRET")
        .cte("held")
        .prefix_with("MATERIALIZED")
    )


def _pair(spending_id: Any, contract_id: Any, reason: JoinReason, fits: Any) -> sa.Select[Any]:
    return sa.select(
        spending_id.label("spending_id"),
        contract_id.label("contract_id"),
        sa.literal(RANKS[reason]).label("rank"),
        fits.label("fits"),
    )
