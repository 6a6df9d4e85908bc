"""A purchase of the programme may be made public, for the companies that would answer.

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
    # Nobody said so of those that are there.
    op.add_column(
        "project", sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("project", "public")
