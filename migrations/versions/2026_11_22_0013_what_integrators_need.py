"""Keys for programs, contracts known by the number of another software.

Revision: 0013
After: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0009"
branch_labels = None
depends_on = None


def _points_at(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=op.f(f"fk_{table}_{column}_{target}"),
        ondelete=ondelete,
    )


def _identified() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    table = "api_key"
    op.create_table(
        table,
        *_identified(),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _points_at(table, "organisation_id", "organisation", "RESTRICT"),
        _points_at(table, "person_id", "person", "RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("prefix", name=op.f(f"uq_{table}_prefix")),
    )
    for column in ("organisation_id", "person_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    op.add_column("contract", sa.Column("external_id", sa.String(length=120), nullable=True))
    op.create_index("ix_contract_external", "contract", ["buyer_id", "external_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_contract_external", "contract")
    op.drop_column("contract", "external_id")
    op.drop_table("api_key")
