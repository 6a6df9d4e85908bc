"""Spreadsheets of contracts, spending, structures and projects: the file, its lines, what is
remembered of its titles; and what a line of spending is known by.

Revision: 0014
After: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def _of_import(table: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["import_file.id"],
            name=op.f(f"fk_{table}_import_id_import_file"),
            ondelete="CASCADE",
        ),
    )


def upgrade() -> None:
    op.create_table(
        "sheet_file",
        *_of_import("sheet_file"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sheet", sa.String(200), nullable=False),
        sa.Column("header", JSON, nullable=False),
        sa.Column("header_line", sa.Integer(), nullable=False),
        sa.Column("samples", JSON, nullable=False),
        sa.Column("notices", JSON, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("how", JSON, nullable=False),
        sa.Column("profile", sa.String(60), nullable=True),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_sheet_file")),
    )
    op.create_table(
        "sheet_row",
        *_of_import("sheet_row"),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(200), nullable=True),
        sa.Column("title", sa.String(300), nullable=True),
        sa.Column("said", JSON, nullable=True),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("issues", JSON, nullable=True),
        sa.Column("changes", JSON, nullable=True),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("left_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "line", name=op.f("pk_sheet_row")),
    )
    op.create_table(
        "sheet_memory",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("signature", sa.String(64), nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sheet_memory_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "kind", "signature", name=op.f("pk_sheet_memory")
        ),
    )
    op.add_column("spending", sa.Column("mandate_line", sa.String(20), nullable=True))
    op.add_column("spending", sa.Column("import_key", sa.String(100), nullable=True))
    op.create_index("ix_spending_import", "spending", ["buyer_id", "import_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_spending_import", "spending")
    for name in ("import_key", "mandate_line"):
        op.drop_column("spending", name)
    for table in ("sheet_memory", "sheet_row", "sheet_file"):
        op.drop_table(table)
