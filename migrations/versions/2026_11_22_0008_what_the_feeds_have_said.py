"""What each feed last said of a contract, and a digest of what is published of it.

Both are filled by the service: documents, whose rules have changed, are written again with their
digest at its next start or by « spaser migrate », and every contract is announced then.

Revision: 0008
After: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WAITING = {
    f"{engine}_where": sa.text("opens_on IS NOT NULL") for engine in ("sqlite", "postgresql")
}


def _buyer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["buyer_id"],
        ["organisation.id"],
        name=op.f(f"fk_{table}_buyer_id_organisation"),
        ondelete="RESTRICT",
    )


def upgrade() -> None:
    op.add_column("contract_document", sa.Column("digest", sa.String(length=32), nullable=True))
    table = "register_entry"
    op.create_table(
        table,
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _buyer(table),
        sa.PrimaryKeyConstraint("contract_id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("position", name=op.f(f"uq_{table}_position")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_register_entry_place", table, ["buyer_id", "position"])
    table = "public_entry"
    op.create_table(
        table,
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=True),
        sa.Column("opens_on", sa.Date(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        _buyer(table),
        sa.PrimaryKeyConstraint("buyer_id", "reference", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("position", name=op.f(f"uq_{table}_position")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_public_entry_contract_id"), table, ["contract_id"])
    op.create_index("ix_public_entry_opening", table, ["opens_on"], **WAITING)


def downgrade() -> None:
    for table in ("public_entry", "register_entry"):
        op.drop_table(table)
    op.drop_column("contract_document", "digest")
