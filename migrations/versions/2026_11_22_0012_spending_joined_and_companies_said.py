"""Spending says how it found its contract; what is said of a company says by whom and when.

Revision: 0012
After: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("mandate_number", sa.String(length=60), nullable=True),
        sa.Column("contract_number", sa.String(length=64), nullable=True),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("joined_by", sa.String(length=60), nullable=True),
        sa.Column("join_reason", sa.String(length=60), nullable=True),
        sa.Column("join_note", sa.String(length=300), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("spending", column)
    op.create_index("ix_spending_contract_id", "spending", ["contract_id"])
    # Whoever entered a line under a contract said so: the machine leaves it there.
    op.execute(
        "UPDATE spending SET joined_by = 'person', join_reason = 'given', joined_at = created_at "
        "WHERE contract_id IS NOT NULL"
    )
    op.create_table(
        "contract_number",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_number_contract_id_contract"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("contract_id", "number", name=op.f("pk_contract_number")),
    )
    said = op.create_table(
        "supplier_said",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        _of_supplier("supplier_said"),
        sa.PrimaryKeyConstraint("supplier_id", "fact", "source", name=op.f("pk_supplier_said")),
    )
    op.create_table(
        "supplier_lookup",
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        _of_supplier("supplier_lookup"),
        sa.PrimaryKeyConstraint("supplier_id", name=op.f("pk_supplier_lookup")),
    )
    _keep_what_persons_said(said)


def _of_supplier(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_supplier_id_supplier")
    return sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=name, ondelete="CASCADE")


def _keep_what_persons_said(said: sa.Table) -> None:
    """Until now, only persons said anything of a company."""
    names = ("size", "departement", "ess", "kind", "esus")
    supplier = sa.table("supplier", *(sa.column(one) for one in ("id", "updated_at", *names)))
    sqlite = op.get_bind().dialect.name == "sqlite"
    day = sa.func.date(supplier.c.updated_at) if sqlite else sa.cast(supplier.c.updated_at, sa.Date)
    for name in names:
        column = supplier.c[name]
        text = column
        if name in ("ess", "esus"):
            flag = sa.cast(column, sa.Boolean) if not sqlite else column == 1
            text = sa.case((flag, "true"), else_="false")
        rows = sa.select(supplier.c.id, sa.literal(name), sa.literal("person"), text, day).where(
            column.is_not(None)
        )
        if name == "kind":
            rows = rows.where(sa.func.trim(column) != "")
        op.execute(
            said.insert().from_select(["supplier_id", "fact", "source", "value", "as_of"], rows)
        )


def downgrade() -> None:
    op.drop_table("supplier_lookup")
    op.drop_table("supplier_said")
    op.drop_table("contract_number")
    op.drop_index("ix_spending_contract_id", "spending")
    for name in (
        "joined_at", "join_note", "join_reason", "joined_by", "paid_on", "contract_number",
        "mandate_number",
    ):  # fmt: skip
        op.drop_column("spending", name)
