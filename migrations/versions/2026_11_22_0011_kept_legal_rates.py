"""Closed years keep what the rates of article L2111-3 were made of.

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KEPT = "frozen_statutory"


def upgrade() -> None:
    op.create_table(
        KEPT,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["closing_id"],
            ["closing.id"],
            name=op.f("fk_frozen_statutory_closing_id_closing"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_frozen_statutory_organisation_id_organisation"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_statutory")),
        sa.UniqueConstraint(
            "organisation_id",
            "year",
            "number",
            name=op.f("uq_frozen_statutory_organisation_id_year_number"),
        ),
    )
    op.create_index(op.f("ix_frozen_statutory_closing_id"), KEPT, ["closing_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_frozen_statutory_closing_id"), table_name=KEPT)
    op.drop_table(KEPT)
