"""Companies that are sole traders, said or read from the name; amounts said to be true.

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op

from api.rules.naming import reads_as_person

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SUPPLIER = sa.table(
    "supplier",
    sa.column("id", sa.Uuid()),
    sa.column("name", sa.String()),
    sa.column("reads_as_person", sa.Boolean()),
)
_BATCH = 1000


def upgrade() -> None:
    op.add_column("supplier", sa.Column("sole_trader", sa.Boolean(), nullable=True))
    op.add_column("supplier", sa.Column("reads_as_person", sa.Boolean(), nullable=True))
    op.create_table(
        "confirmed_amount",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_confirmed_amount_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "amount", name=op.f("pk_confirmed_amount")),
    )
    _read_names()


def downgrade() -> None:
    op.drop_table("confirmed_amount")
    op.drop_column("supplier", "reads_as_person")
    op.drop_column("supplier", "sole_trader")


def _read_names() -> None:
    """By the rule of the day: a statement cannot read a name, and names left unread would be
    hidden from everybody outside."""
    bound = op.get_bind()
    after = None
    while True:
        found = sa.select(_SUPPLIER.c.id, _SUPPLIER.c.name).order_by(_SUPPLIER.c.id).limit(_BATCH)
        rows = bound.execute(found if after is None else found.where(_SUPPLIER.c.id > after)).all()
        if not rows:
            return
        after = rows[-1].id
        read = [{"key": one.id, "read": reads_as_person(one.name)} for one in rows]
        bound.execute(
            sa.update(_SUPPLIER)
            .where(_SUPPLIER.c.id == sa.bindparam("key"))
            .values(reads_as_person=sa.bindparam("read")),
            read,
        )
