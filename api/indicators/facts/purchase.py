"""The programme, consultations and spending: what comes before a contract, and what is paid."""

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from api.consultations.models import ConsultationMark
from api.contracts.models import Contract, ContractMark
from api.indicators.facts.contract import formalised, targeted, targeted_action
from api.indicators.facts.source import (
    Expression,
    Shown,
    Source,
    months_of,
    of_days,
    of_years,
    sql,
    year_of,
)
from api.structures.models import Structure, StructureKind
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
# The kinds of structures in the words of the vocabulary.
_SIAE = (StructureKind.EI, StructureKind.AI, StructureKind.ACI, StructureKind.ETTI,
         StructureKind.EITI)  # fmt: skip
_ADAPTED = (StructureKind.EA, StructureKind.EATT)


@cache
def consultation() -> Source:
    """Consultations, of the year of their launch."""
    table = SQLModel.metadata.tables["consultation"]
    c = table.c

    return Source(
        rows=table,
        id=c.id,
        buyer=c.buyer_id,
        year=year_of(c.launched_on),
        within=of_days(c.launched_on),
        shown=Shown(c.reference, c.title, c.launched_on, c.estimated_amount, c.launched_on),
        fields={name: c[name] for name in _CONSULTATION}
        | {
            "formalised": formalised(c.procedure),
            "directorate": c.directorate_id,
            "targeted": targeted(c.project_id),
        },
        labels={"targeted_action": targeted_action(c.project_id)},
        directorate=c.directorate_id,
        of_contract=_bears_its_reference,
        said=_said_of_consultation,
        project=c.project_id,
    )


def _bears_its_reference(contract_id: Expression) -> Expression:
    table = SQLModel.metadata.tables["consultation"]
    return contract_id.in_(
        sa.select(col(Contract.id))
        .where(
            col(Contract.buyer_id) == table.c.buyer_id,
            col(Contract.consultation_reference) == table.c.reference,
        )
        .correlate(table)
    )


def _said_of_consultation(code: str) -> Expression:
    """A mark that the consultation says itself, else its contracts."""
    own = (
        sa.select(sa.cast(col(ConsultationMark.value), sa.Integer))
        .where(
            col(ConsultationMark.consultation_id) == SQLModel.metadata.tables["consultation"].c.id,
            col(ConsultationMark.code) == code,
        )
        .scalar_subquery()
    )
    return sa.func.coalesce(own, _carried(code, _bears_its_reference))


@cache
def project() -> Source:
    """Projects of the programme of a year."""
    table = SQLModel.metadata.tables["project"]
    c = table.c

    def of_contract(contract_id: Expression) -> Expression:
        return contract_id.in_(
            sa.select(col(Contract.id)).where(col(Contract.project_id) == c.id).correlate(table)
        )

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
            "anticipation_months": months_of(c.planned_on) - months_of(c.anticipation_started_on),
            "rating_months": months_of(c.planned_on) - months_of(c.rated_on),
        },
        labels={"targeted_action": targeted_action(c.id)},
        directorate=c.directorate_id,
        of_contract=of_contract,
        said=lambda code: _carried(code, of_contract),
        project=c.id,
    )


@cache
def decided_action() -> Source:
    """The actions decided for the projects of a year, one row each."""
    project, decided = (SQLModel.metadata.tables[one] for one in ("project", "project_action"))
    return Source(
        rows=sa.join(decided, project, project.c.id == decided.c.project_id),
        id=project.c.id,
        buyer=project.c.buyer_id,
        year=project.c.year,
        within=of_years(project.c.year),
        shown=Shown(
            decided.c.action,
            project.c.title,
            project.c.planned_on,
            project.c.estimated_amount,
            project.c.reference + " " + decided.c.action,
        ),
        fields={"action": decided.c.action, "done": decided.c.done},
        directorate=project.c.directorate_id,
    )


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
        shown=Shown(c.payee_siret, c.payee_name, sa.cast(sa.null(), sa.Date), c.amount, c.year),
        fields={
            "amount": c.amount,
            "family": c.family,
            "section": c.section,
            "directorate": c.directorate_id,
            "payee": sa.func.coalesce(c.payee_siret, c.payee_name),
            "payee_size": sql(Supplier.size),
            "payee_ess": sa.func.coalesce(col(Structure.ess), col(Supplier.ess)),
            "payee_kind": _kind(),
        },
        directorate=c.directorate_id,
        contract=c.contract_id,
    )


def _kind() -> Expression:
    """The kind of a structure in the vocabulary; « esus » when it is nothing more special."""
    kind = col(Structure.kind)
    return sa.case(
        (kind.in_(_SIAE), "siae"),
        (kind.in_(_ADAPTED), "ea"),
        (kind == StructureKind.ESAT, "esat"),
        (col(Structure.esus).is_(True), "esus"),
        (kind.is_not(None), sa.func.lower(sa.cast(kind, sa.String))),
    )


def _carried(code: str, of_contract: Any) -> Expression:
    """A mark said by the contracts: 1 as soon as one carries it, 0 when all say no."""
    return (
        sa.select(sa.func.max(sa.cast(col(ContractMark.value), sa.Integer)))
        .where(of_contract(col(ContractMark.contract_id)), col(ContractMark.code) == code)
        .scalar_subquery()
    )
