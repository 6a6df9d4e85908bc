"""Figures read less: the marks of a contract in bits beside it, hours whole in their index.

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# The nomenclature of that day: the bit of a mark is its place here.
MARKS = (
    "social_clause", "social_criterion", "reserved", "equality", "non_discrimination",
    "apprenticeship", "environmental_clause", "environmental_criterion", "waste",
    "greenhouse_gas", "biodiversity", "energy_saving", "reuse", "recycled_materials",
    "recyclable_materials", "biobased", "sustainable_resource", "ecolabel",
    "environmental_certification", "second_hand", "provider_footprint", "asphalt_aggregates",
    "warm_asphalt", "innovative", "variants", "insertion_clause", "social_other", "fair_trade",
    "long_path", "tie_break_questionnaire", "circular_economy", "life_cycle_analysis",
    "whole_life_cost", "carbon_footprint", "carbon_offset", "sobriety", "impact_data",
    "impact_limitation", "low_carbon_materials", "environmental_prescriptions", "climate_plan",
    "sustainable_assistance", "alternative_method", "negotiated", "price_revision",
    "supplier_terms", "refined_lots",
)  # fmt: skip
INDEX = "ix_hours_line_buyer"
HOURS = ["buyer_id", "month", "statement_id", "outside", "counted", "training"]


def upgrade() -> None:
    for name in ("marks_told", "marks_yes"):
        op.add_column(
            "contract", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
        )
    _tell()
    _index(HOURS)


def _index(columns: list[str]) -> None:
    op.drop_index(INDEX, "hours_line")
    op.create_index(INDEX, "hours_line", columns)


def _tell() -> None:
    contract = sa.table("contract", *map(sa.column, ("id", "marks_told", "marks_yes")))
    mark = sa.table("contract_mark", *map(sa.column, ("contract_id", "code", "value")))
    bits = {code: sa.literal(1 << bit, sa.BigInteger) for bit, code in enumerate(MARKS)}
    total = sa.cast(sa.func.sum(sa.case(bits, value=mark.c.code)), sa.BigInteger)
    told = sa.select(sa.func.coalesce(total, 0)).where(mark.c.contract_id == contract.c.id)
    yes = told.where(mark.c.value.is_(sa.true()))
    op.execute(
        sa.update(contract).values(
            marks_told=told.scalar_subquery(), marks_yes=yes.scalar_subquery()
        )
    )


def downgrade() -> None:
    _index(HOURS[:2])
    for name in ("marks_yes", "marks_told"):
        op.drop_column("contract", name)
