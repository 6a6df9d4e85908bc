"""Companies that are sole traders, said or read from the name; amounts said to be true.

Names are read when the service starts (api.suppliers.reading_names): until then they are in doubt.

Revision: 0018
After: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


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


def downgrade() -> None:
    op.drop_table("confirmed_amount")
    op.drop_column("supplier", "reads_as_person")
    op.drop_column("supplier", "sole_trader")
