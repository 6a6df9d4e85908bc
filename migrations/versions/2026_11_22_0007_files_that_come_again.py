"""What tells that a file came before, and that the register still holds what each of its rows says.

Files of before have none of it: they are read again.

Revision: 0007
After: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("import_file", sa.Column("software_version", sa.String(20), nullable=True))
    op.add_column("staged_row", sa.Column("digest", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("staged_row", "digest")
    op.drop_column("import_file", "software_version")
