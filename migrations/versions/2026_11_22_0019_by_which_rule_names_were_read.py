"""By which rule the name of a company was read: by none yet, for those that are there already.

Revision: 0019
After: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supplier", sa.Column("naming_rule", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("supplier", "naming_rule")
