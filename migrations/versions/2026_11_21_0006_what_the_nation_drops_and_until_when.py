"""What the national consolidation would drop and the last day to publish, beside each document.

They are made by rules: the documents of before, whose number of rules is 0, are written again by
the service (api.contracts.rewriting) at its next start or by « spaser migrate ».

Revision: 0006
After: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = "contract_document"


def upgrade() -> None:
    for column in (
        sa.Column("dropped", sa.JSON().with_variant(JSONB(), "postgresql"), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rules", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column(TABLE, column)


def downgrade() -> None:
    for name in ("rules", "due_on", "dropped"):
        op.drop_column(TABLE, name)
