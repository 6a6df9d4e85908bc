"""The programme, consultations and spending: what comes before a contract, and what is paid."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import SQLModel, col

from api.consultations.models import ConsultationMark
from api.contracts.models import Contract
from api.indicators.facts.contract import formalised, region, targeted, targeted_action
from api.indicators.facts.source import (
    Expression,
    Labels,
    Shown,
    Source,
    any_of,
    of_days,
    of_the_scheme,
    of_years,
    said,
    sql,
    whole_months,
    year_of,
)
from api.programme.models import Project, ProjectAction
from api.structures import belonging
from api.structures.models import Structure
from api.suppliers import naming
from api.suppliers.models import Supplier

_CONSULTATION = (
    "procedure", "techniques", "purchase_family", "estimated_amount", "lots", "downloads", "offers",
    "sme_offers", "irregular_offers", "variants_received", "variants_retained", "variant_bidders",
    "outcome", "variants_allowed", "negotiation_allowed", "negotiated", "refined_lots", "sourced",
)  # fmt: skip
_PROJECT = (
    "purchase_family", "estimated_amount", "recurrent", "state", "targeted", "insertion_expertise",
    "life_cycle_analysis", "sustainable_assistance",
)  # fmt: skip


@cache
def consultation() -> Source:
    """Consultations, of the year of their launch."""
    table = SQLModel.metadata.tables["consultation"]
    c, planned = table.c, aliased(Project)
    return Source(
        rows=sa.outerjoin(table, planned, col(planned.id) == c.project_id),
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.launched_on),
        within=of_days(c.launched_on),
        shown=Shown(c.reference, c.title, c.launched_on, c.estimated_amount, c.launched_on),
        fields={name: c[name] for name in _CONSULTATION}
        | {
            "formalised": formalised(c.procedure),
            "directorate": c.directorate_id,
            "targeted": targeted(planned, c.project_id),
        },
        labels={"targeted_action": targeted_action(c.project_id)},
        directorate=c.directorate_id,
        family=c.purchase_family,
        contracts=_of_consultation(),
        said=_said_of_consultation,
        project=c.project_id,
    )


def _of_consultation() -> Expression:
    """The contracts that bear its reference."""
    table = SQLModel.metadata.tables["consultation"]
    return sa.and_(
        col(Contract.buyer_id) == table.c.buyer_id,
        col(Contract.consultation_reference) == table.c.reference,
    )


def _said_of_consultation(code: str) -> Expression:
    """A mark that the consultation says itself, else its contracts."""
    table = SQLModel.metadata.tables["consultation"]
    own = (
        sa.select(sa.cast(col(ConsultationMark.value), sa.Integer))
        .where(
            col(ConsultationMark.consultation_id) == table.c.id, col(ConsultationMark.code) == code
        )
        .scalar_subquery()
    )
    return sa.func.coalesce(own, _carried(code, _of_consultation(), table))


@cache
def project() -> Source:
    """Projects of the programme of a year."""
    table = SQLModel.metadata.tables["project"]
    c = table.c

    of_project = col(Contract.project_id) == c.id
    return Source(
        rows=table,
        id=c.id,
        buyer=c.buyer_id,
        year=c.year,
        within=of_years(c.year),
        shown=Shown(c.reference, c.title, c.planned_on, c.estimated_amount, c.reference),
        fields={name: c[name] for name in _PROJECT}
        | {
            "directorate": c.directorate_id,
            "anticipation_months": whole_months(c.anticipation_started_on, c.planned_on),
            "rating_months": whole_months(c.rated_on, c.planned_on),
        },
        labels={"targeted_action": targeted_action(c.id)},
        directorate=c.directorate_id,
        family=c.purchase_family,
        contracts=of_project,
        said=lambda code: _carried(code, of_project, table),
        project=c.id,
    )


@cache
def decided_action() -> Source:
    """The actions decided for the projects of a year, one row each."""
    project, decided = (SQLModel.metadata.tables[one] for one in ("project", "project_action"))
    return Source(
        rows=sa.join(decided, project, project.c.id == decided.c.project_id),
        id=_own_id(decided),
        buyer=project.c.buyer_id,
        year=project.c.year,
        within=sa.and_(of_years(project.c.year), of_the_scheme(decided.c.scheme_id)),
        shown=Shown(
            decided.c.action,
            project.c.title,
            project.c.planned_on,
            project.c.estimated_amount,
            project.c.reference + " " + decided.c.action,
        ),
        fields={
            "action": decided.c.action,
            "done": decided.c.done,
            "directorate": project.c.directorate_id,
        },
        directorate=project.c.directorate_id,
        family=project.c.purchase_family,
        under=project.c.id,
    )


def _own_id(decided: sa.Table) -> Expression:
    """An id for each action of a project, which has none: that of the project, its last three signs
    replaced by the rank of the action among those of the project."""
    before = decided.alias("before")
    rank = (
        sa.select(sa.func.count())
        .where(
            before.c.project_id == decided.c.project_id,
            sa.or_(
                before.c.scheme_id < decided.c.scheme_id,
                sa.and_(
                    before.c.scheme_id == decided.c.scheme_id,
                    before.c.action < decided.c.action,
                ),
            ),
        )
        .correlate(decided)
        .scalar_subquery()
    )
    text = sa.cast(decided.c.project_id, sa.String)
    start = sa.func.substr(text, 1, sa.func.length(text) - 3)
    # Three figures are three signs of an id; no scheme has a thousand actions.
    last = sa.func.substr(sa.cast(1000 + rank, sa.String), 2)
    return sa.cast(start.concat(last), sa.Uuid())


@cache
def spending() -> Source:
    """What was mandated in a year; who was paid is looked up by SIRET."""
    table = SQLModel.metadata.tables["spending"]
    c = table.c
    company = sa.and_(col(Supplier.id_type) == "SIRET", col(Supplier.identifier) == c.payee_siret)
    known = table.outerjoin(Structure, col(Structure.siret) == c.payee_siret)
    return Source(
        rows=known.outerjoin(Supplier, company),
        id=c.id,
        buyer=c.buyer_id,
        year=c.year,
        within=of_years(c.year),
        shown=Shown(
            _known_as(c),
            c.payee_name,
            c.paid_on,
            c.amount,
            # What has no day comes first of its year.
            sa.func.coalesce(sa.cast(c.paid_on, sa.String), sa.cast(c.year, sa.String)),
            naming.said(),
        ),
        fields={
            "amount": c.amount,
            "family": c.family,
            "section": c.section,
            "directorate": c.directorate_id,
            "payee": sa.func.coalesce(c.payee_siret, c.payee_name),
            "payee_size": sql(Supplier.size),
            "payee_region": region(sql(Supplier.departement)),
            "payee_ess": belonging.ess(),
            "payee_kind": belonging.kind(),
        },
        labels={"targeted_action": _targeted(c.contract_id)},
        directorate=c.directorate_id,
        family=c.family,
        contract=c.contract_id,
    )


def _known_as(c: Any) -> Expression:
    """Whom a line pays and by which mandate: « 00001234500012, mandat 1204 », what is known of it
    alone."""
    mandate = sa.literal("mandat ").concat(c.mandate_number)
    both = sa.func.coalesce(c.payee_siret.concat(", "), "").concat(mandate)
    known: Expression = sa.case((c.mandate_number.is_(None), c.payee_siret), else_=both)
    return known


def _targeted(contract_id: Expression) -> Labels:
    """Whether one of these actions was decided for the project of its contract; not known of what
    is paid under no known contract."""

    def decided(codes: tuple[str, ...]) -> Expression:
        found = (
            sa.exists()
            .where(
                col(Contract.id) == contract_id,
                col(ProjectAction.project_id) == col(Contract.project_id),
                col(ProjectAction.action).in_(codes),
                of_the_scheme(sql(ProjectAction.scheme_id)),
            )
            .correlate(contract_id.table)
        )
        return sa.case((contract_id.is_not(None), found))

    return decided


def _carried(code: str, contracts: Expression, rows: sa.Table) -> Expression:
    """A mark said by the contracts: 1 as soon as one carries it, 0 when all say no."""
    value = said(sql(Contract.marks_told), sql(Contract.marks_yes), code)
    return sa.select(any_of(value)).where(contracts).correlate(rows).scalar_subquery()
