"""How a buyer publishes: contact, licence, and who already publishes its essential data.

Revision: 0009
After: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLE = "publication_settings"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("contact_name", sa.String(length=200), nullable=True),
        sa.Column("contact_email", sa.String(length=254), nullable=True),
        sa.Column("contact_url", sa.String(length=500), nullable=True),
        sa.Column("homepage", sa.String(length=500), nullable=True),
        sa.Column("licence", sa.String(length=60), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=True),
        sa.Column("published_by_other", sa.String(length=200), nullable=True),
        sa.Column("portal_contracts", sa.String(length=200), nullable=True),
        sa.Column("portal_concessions", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_publication_settings_organisation_id_organisation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_publication_settings")),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
