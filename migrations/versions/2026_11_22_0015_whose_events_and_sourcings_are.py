"""An event may say of which directorate it is, and a search for structures which project it
prepares: figures are asked for by directorate and by purchase family.

Revision: 0015
After: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Nobody said so of those that are there: they may be of any.
    with op.batch_alter_table("event") as table:
        table.add_column(sa.Column("directorate_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_event_directorate_id_directorate"),
            "directorate",
            ["directorate_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_index(op.f("ix_event_directorate_id"), ["directorate_id"])
    with op.batch_alter_table("sourcing") as table:
        table.add_column(sa.Column("project_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(
            op.f("fk_sourcing_project_id_project"),
            "project",
            ["project_id"],
            ["id"],
            ondelete="SET NULL",
        )
        table.create_index(op.f("ix_sourcing_project_id"), ["project_id"])


def downgrade() -> None:
    with op.batch_alter_table("sourcing") as table:
        table.drop_index(op.f("ix_sourcing_project_id"))
        table.drop_constraint(op.f("fk_sourcing_project_id_project"), type_="foreignkey")
        table.drop_column("project_id")
    with op.batch_alter_table("event") as table:
        table.drop_index(op.f("ix_event_directorate_id"))
        table.drop_constraint(op.f("fk_event_directorate_id_directorate"), type_="foreignkey")
        table.drop_column("directorate_id")
