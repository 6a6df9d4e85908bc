"""Mandates entered before they were known by a key get theirs, so that no file adds them again.

A number that holds « | » or « # » bears other marks inside its key: two mandates never share one.

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SPENDING = sa.table(
    "spending",
    sa.column("id", sa.Uuid()),
    sa.column("created_at", sa.DateTime(timezone=True)),
    sa.column("buyer_id", sa.Uuid()),
    sa.column("year", sa.Integer()),
    sa.column("mandate_number", sa.String()),
    sa.column("mandate_line", sa.String()),
    sa.column("import_key", sa.String()),
)
_ROW = sa.table("sheet_row", sa.column("target_id", sa.Uuid()), sa.column("reference", sa.String()))
_KEY = _SPENDING.c.import_key
# What a key puts in place of its own marks inside a number.
_INSIDE = (("|", "\x1e"), ("#", "\x1f"))


def upgrade() -> None:
    op.create_index("ix_spending_mandate", "spending", ["buyer_id", "mandate_number"])
    _mark_again()
    _name_those_without_key()


def downgrade() -> None:
    # The keys stay: what came before knows most of them, and going up again leaves them.
    op.drop_index("ix_spending_mandate", "spending")


def _mark_again() -> None:
    """Keys of numbers that hold a mark of keys; what an import left keeps its rank."""
    plain = _base(_said(_SPENDING.c.mandate_number), _said(_SPENDING.c.mandate_line))
    rewritten = _based() + sa.func.substr(_KEY, sa.func.length(plain) + 1)
    op.execute(
        sa.update(_SPENDING)
        .values(import_key=rewritten)
        .where(_based() != plain, sa.func.substr(_KEY, 1, sa.func.length(plain)) == plain)
    )
    # An undo looks for what its lines left by the same key.
    before: sa.ColumnElement[str] = _KEY
    for mark, inside in _INSIDE:
        before = sa.func.replace(before, inside, mark, type_=sa.String())
    op.execute(
        sa.update(_ROW)
        .values(reference=_KEY)
        .where(_SPENDING.c.id == _ROW.c.target_id, before != _KEY, _ROW.c.reference == before)
    )


def _name_those_without_key() -> None:
    """Doubles that are there already take the ranks that follow those that are taken."""
    based = (
        sa.select(_SPENDING, _based().label("base"))
        .where(_SPENDING.c.mandate_number.is_not(None))
        .subquery("based")
    ).c
    length = sa.func.length(based.base)
    ranked = sa.func.substr(based.import_key, 1, length + 1) == based.base + "#"
    taken = sa.case(
        (based.import_key == based.base, 1),
        (ranked, sa.cast(sa.func.substr(based.import_key, length + 2), sa.Integer())),
    )
    group = (based.buyer_id, based.base)
    after = sa.func.row_number().over(
        partition_by=(*group, based.import_key.is_(None)), order_by=(based.created_at, based.id)
    )
    place = sa.func.coalesce(sa.func.max(taken).over(partition_by=group), 0) + after
    placed = sa.select(based.id, based.import_key, based.base, place.label("place"))
    found = placed.subquery("placed").c
    rank = sa.case((found.place > 1, "#" + sa.cast(found.place, sa.String())), else_="")
    named = (
        sa.select(found.id, (found.base + rank).label("key"))
        .where(found.import_key.is_(None))
        .subquery("named")
    )
    op.execute(
        sa.update(_SPENDING).values(import_key=named.c.key).where(_SPENDING.c.id == named.c.id)
    )


def _based() -> sa.ColumnElement[str]:
    return _base(_marked(_SPENDING.c.mandate_number), _marked(_SPENDING.c.mandate_line))


def _base(number: sa.ColumnElement[str], line: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return sa.cast(_SPENDING.c.year, sa.String()) + "|" + number + "|" + line


def _said(column: sa.ColumnClause[str]) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "", type_=sa.String())


def _marked(column: sa.ColumnClause[str]) -> sa.ColumnElement[str]:
    text = _said(column)
    for mark, inside in _INSIDE:
        text = sa.func.replace(text, mark, inside, type_=sa.String())
    return text
