"""Spending says how it found its contract; what is said of a company says by whom and when.

Revision: 0010
After: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
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


def downgrade() -> None:
    op.drop_table("contract_number")
    op.drop_index("ix_spending_contract_id", "spending")
    for name in (
        "joined_at", "join_note", "join_reason", "joined_by", "paid_on", "contract_number",
        "mandate_number",
    ):  # fmt: skip
        op.drop_column("spending", name)
