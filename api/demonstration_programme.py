"""The programme in the demonstration: projects, consultations, evaluations and their like.

The contracts and their holders are those of the fictitious register; what is said here is invented.
"""

import re
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.consultations.models import Consultation, ConsultationMark, Outcome
from api.contracts.models import Contract
from api.evaluations.models import Evaluation, Side, Subject
from api.programme.models import Project, ProjectAction, ProjectState
from api.programme.service import action_codes
from api.rules.records import Kind
from api.spending.models import Section, Spending
from api.suppliers.models import Supplier

_SEED: Final = 63
_TODAY: Final = date(2026, 9, 30)
_CONSULTATIONS: Final = 17
_PROJECTS: Final = 9
_FAMILIES: Final = (
    ("15", "Denrées alimentaires"),
    ("30", "Fournitures et matériel de bureau"),
    ("34", "Véhicules"),
    ("39", "Mobilier"),
    ("45", "Travaux de bâtiment et de voirie"),
    ("48", "Informatique"),
    ("50", "Maintenance"),
    ("55", "Restauration"),
    ("60", "Transports"),
    ("71", "Études et maîtrise d’œuvre"),
    ("72", "Informatique"),
    ("77", "Espaces verts"),
    ("79", "Services aux directions"),
    ("85", "Insertion et social"),
    ("90", "Propreté et déchets"),
)
_DEPARTEMENTS: Final = ("62", "59", "80", "02", "60", "75", "92")
# Number, title, state, estimate in cents, day expected.
_COMING: Final = (
    ("Rénovation de la cuisine centrale", ProjectState.DECIDED, 185_000_000, date(2027, 6, 1)),
    ("Vêtements de travail écoresponsables", ProjectState.STUDIED, 9_500_000, date(2027, 3, 15)),
    ("Collecte des biodéchets des écoles", ProjectState.SURVEYED, None, date(2027, 9, 1)),
    ("Mobilier de réemploi des médiathèques", ProjectState.ABANDONED, 6_000_000, None),
)
# Title, day of the launch, outcome, offers: consultations without a contract.
_WITHOUT: Final = (
    ("Location de vélos à assistance électrique", date(2025, 4, 14), Outcome.UNSUCCESSFUL, 0),
    ("Refonte du site des démarches en ligne", date(2025, 11, 3), Outcome.ABANDONED, 3),
    ("Fourniture de repas biologiques", date(2026, 9, 7), Outcome.RUNNING, None),
)
_MARKS: Final = ("social_clause", "environmental_criterion", "negotiated", "whole_life_cost")


def load(session: Session, buyer_id: UUID) -> None:
    """Put the demonstration's programme in, unless this buyer has one."""
    known = sa.select(col(Project.id)).where(col(Project.buyer_id) == buyer_id).limit(1)
    if session.scalars(known).first() is not None:
        return
    rng = Random(_SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    _families(session, buyer_id)
    _suppliers(session, rng)
    _spending(session, buyer_id, rng)
    codes = list(dict.fromkeys(action_codes(session, buyer_id)))
    for rank, contracts in enumerate(_purchases(session, buyer_id)):
        consultation = _consultation(contracts, rank, rng)
        if rank < _PROJECTS:
            project = _project(contracts, consultation, rank, rng)
            session.add(project)
            session.flush()
            consultation.project_id = project.id
            session.add_all(_actions(project, codes, rng))
        session.add(consultation)
        session.flush()
        session.add_all(_marks(consultation, rng))
        _tie(session, contracts, consultation)
    _coming(session, buyer_id, codes, rng)
    _without(session, buyer_id)
    _evaluations(session, buyer_id, rng)
    session.flush()


def _families(session: Session, buyer_id: UUID) -> None:
    for prefix, family in _FAMILIES:
        session.execute(
            sa.update(Contract)
            .where(col(Contract.buyer_id) == buyer_id, col(Contract.cpv).startswith(prefix))
            .values(purchase_family=family)
        )


def _suppliers(session: Session, rng: Random) -> None:
    found = session.scalars(
        sa.select(Supplier)
        .where(col(Supplier.identifier).startswith("000"))
        .order_by(col(Supplier.identifier))
    )
    for rank, supplier in enumerate(found):
        if rank % 8 == 0:  # nobody has said anything of these
            continue
        supplier.departement = rng.choices(_DEPARTEMENTS, [40, 25, 10, 5, 5, 10, 5])[0]
        supplier.esus = None if supplier.ess is None else supplier.ess and rng.random() < 0.5
        supplier.innovative = rng.random() < 0.06
        session.add(supplier)
    session.flush()


def _spending(session: Session, buyer_id: UUID, rng: Random) -> None:
    found = session.scalars(
        sa.select(Spending)
        .where(col(Spending.buyer_id) == buyer_id, col(Spending.section).is_(None))
        .order_by(col(Spending.year), col(Spending.payee_siret), col(Spending.amount))
    )
    for line in found:
        line.section = rng.choices((Section.OPERATING, Section.INVESTMENT, None), [7, 2, 1])[0]
        session.add(line)


def _purchases(session: Session, buyer_id: UUID) -> list[list[Contract]]:
    """Contracts that one consultation gave: the lots of one subject and one day, else alone."""
    found = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.kind) == Kind.CONTRACT,
            col(Contract.notified_on).is_not(None),
            col(Contract.subject).is_not(None),
            col(Contract.consultation_reference).is_(None),
        )
        .order_by(col(Contract.reference))
    )
    groups: dict[tuple[str, date], list[Contract]] = defaultdict(list)
    for contract in found:
        whole = re.sub(r" – lot \d+.*$", "", contract.subject or "")
        groups[whole, contract.notified_on or _TODAY].append(contract)
    several = [group for group in groups.values() if len(group) > 1]
    alone = [group for group in groups.values() if len(group) == 1]
    wanted = max(1, _CONSULTATIONS - len(several))
    chosen = several + alone[:: max(1, len(alone) // wanted)]
    return sorted(chosen[:_CONSULTATIONS], key=lambda group: group[0].reference)


def _consultation(contracts: list[Contract], rank: int, rng: Random) -> Consultation:
    first = contracts[0]
    known = [one.offers_received for one in contracts]
    offers = None if None in known else sum(one or 0 for one in known)
    allowed = rng.choice((True, True, False, None))
    received = rng.randint(0, 3) if allowed else None
    negotiable = rng.choice((True, False, None))
    amounts = [one.amount for one in contracts]
    return Consultation(
        buyer_id=first.buyer_id,
        directorate_id=first.directorate_id,
        reference=f"CONS-{(first.notified_on or _TODAY).year}-{rank + 1:02}",
        title=re.sub(r" – lot \d+.*$", "", first.subject or "")[:300],
        launched_on=(first.notified_on or _TODAY) - timedelta(days=rng.randint(60, 140)),
        procedure=first.procedure,
        techniques=first.techniques,
        purchase_family=first.purchase_family,
        estimated_amount=None if None in amounts else _round(sum(one or 0 for one in amounts)),
        lots=len(contracts),
        downloads=None if rank % 6 == 5 else rng.randint(8, 60),
        offers=offers,
        sme_offers=None if offers is None or rank % 7 == 6 else rng.randint(0, offers),
        irregular_offers=None if offers is None else rng.randint(0, offers // 4),
        outcome=Outcome.AWARDED,
        variants_allowed=allowed,
        variants_received=received,
        variants_retained=None if received is None else rng.randint(0, received),
        variant_bidders=None if received is None else min(received, 2),
        negotiation_allowed=negotiable,
        negotiated=rng.random() < 0.6 if negotiable else None,
        refined_lots=len(contracts) > 1 if rank % 5 else None,
        sourced=rng.choice((True, False, None)),
    )


def _project(
    contracts: list[Contract], consultation: Consultation, rank: int, rng: Random
) -> Project:
    planned = contracts[0].notified_on or _TODAY
    targeted = rank % 3 != 2
    return Project(
        buyer_id=consultation.buyer_id,
        directorate_id=consultation.directorate_id,
        reference=f"PROJ-{planned.year}-{rank + 1:02}",
        title=consultation.title,
        year=planned.year,
        purchase_family=consultation.purchase_family,
        estimated_amount=consultation.estimated_amount,
        recurrent=rng.choice((True, False, None)),
        state=ProjectState.NOTIFIED,
        targeted=targeted,
        planned_on=planned,
        anticipation_started_on=planned - timedelta(days=rng.randint(180, 540)),
        rated_on=planned - timedelta(days=rng.randint(150, 300)) if targeted else None,
        insertion_expertise=rng.choice((True, False)) if targeted else None,
        life_cycle_analysis=rng.choice((True, False, False)) if targeted else None,
        sustainable_assistance=rng.choice((True, False)) if rank % 4 else None,
    )


def _actions(project: Project, codes: list[str], rng: Random) -> list[ProjectAction]:
    """Some actions for a targeted project; what they became is said once it is notified."""
    if not project.targeted or not codes:
        return []
    told = (True, True, False, None) if project.state is ProjectState.NOTIFIED else (None,)
    return [
        ProjectAction(project_id=project.id, action=code, done=rng.choice(told))
        for code in rng.sample(codes, min(len(codes), rng.randint(1, 3)))
    ]


def _marks(consultation: Consultation, rng: Random) -> list[ConsultationMark]:
    return [
        ConsultationMark(consultation_id=consultation.id, code=code, value=rng.random() < 0.5)
        for code in _MARKS
        if rng.random() < 0.7
    ]


def _tie(session: Session, contracts: list[Contract], consultation: Consultation) -> None:
    for number, contract in enumerate(contracts, 1):
        contract.consultation_reference = consultation.reference
        contract.lot_number = number if len(contracts) > 1 else None
        contract.project_id = consultation.project_id
        session.add(contract)
    session.flush()


def _coming(session: Session, buyer_id: UUID, codes: list[str], rng: Random) -> None:
    for rank, (title, state, amount, planned) in enumerate(_COMING):
        project = Project(
            buyer_id=buyer_id,
            reference=f"PROJ-2027-{rank + 1:02}",
            title=title,
            year=2027,
            estimated_amount=amount,
            state=state,
            targeted=None if state is ProjectState.SURVEYED else rank == 0,
            planned_on=planned,
            anticipation_started_on=date(2026, 9, 1) if rank < 2 else None,
        )
        session.add(project)
        session.flush()
        session.add_all(_actions(project, codes, rng))


def _without(session: Session, buyer_id: UUID) -> None:
    session.add_all(
        Consultation(
            buyer_id=buyer_id,
            reference=f"CONS-{launched.year}-{90 + rank}",
            title=title,
            launched_on=launched,
            procedure="Procédure adaptée",
            lots=1,
            offers=offers,
            sme_offers=offers,
            outcome=outcome,
        )
        for rank, (title, launched, outcome, offers) in enumerate(_WITHOUT)
    )


def _evaluations(session: Session, buyer_id: UUID, rng: Random) -> None:
    """Every ninth contract old enough was evaluated; the holder answered for one in three."""
    found = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).between(date(2024, 1, 1), date(2025, 6, 30)),
        )
        .order_by(col(Contract.reference))
    ).all()
    for rank, contract in enumerate(found[::9]):
        done_on = (contract.notified_on or _TODAY) + timedelta(days=rng.randint(120, 400))
        facts: dict[str, Any] = {
            "buyer_id": buyer_id,
            "contract_id": contract.id,
            "done_on": done_on,
        }
        session.add(
            Evaluation(
                **facts,
                side=Side.BUYER,
                subject=Subject.EXECUTION if rank % 5 else Subject.NEGOTIATION,
                score=None if rank % 6 == 5 else rng.randint(16, 40) * 50,
            )
        )
        if rank % 3 == 0:
            score = rng.randint(20, 38) * 50
            session.add(
                Evaluation(**facts, side=Side.SUPPLIER, subject=Subject.EXECUTION, score=score)
            )


def _round(cents: int) -> int:
    """An estimate is round: to the thousand euros above."""
    return -(-cents // 100_000) * 100_000
