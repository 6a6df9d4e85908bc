"""Since when a target counts: not said of those that are there already.

Revision: 0020
After: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("target", sa.Column("since", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("target", "since")
