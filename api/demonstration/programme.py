"""The programme in the demonstration: projects, consultations, evaluations and their like.

The contracts and their holders are those of the fictitious register; what is said here is invented.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import cycle, repeat
from random import Random
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.consultations.models import Consultation, ConsultationMark, Outcome
from api.contracts.models import Contract
from api.demonstration import promises
from api.evaluations.models import Evaluation, Side, Subject
from api.programme.models import Project, ProjectAction, ProjectState
from api.rules.records import Kind
from api.schemes import trees
from api.spending.models import Section, Spending
from api.suppliers.models import Supplier

_SEED: Final = 63
_TODAY: Final = date(2026, 9, 30)
# Year of notification -> how many consultations, and how many of them come from a project.
_YEARS: Final = {2023: (6, 4), 2024: (11, 9), 2025: (11, 9), 2026: (8, 6)}
# The scheme whose indicators look at the actions decided for a project, and how many are decided.
_TARGETING: Final = "clermont"
_DECIDED: Final = 8
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
# Title, state, estimate in cents, day expected, year. Nobody said whether those of the running year
# are targeted: « Et si… » supposes what they would become.
_COMING: Final = (
    (
        "Rénovation de la cuisine centrale",
        ProjectState.DECIDED,
        185_000_000,
        date(2027, 6, 1),
        2027,
    ),
    (
        "Vêtements de travail écoresponsables",
        ProjectState.STUDIED,
        9_500_000,
        date(2027, 3, 15),
        2027,
    ),
    ("Collecte des biodéchets des écoles", ProjectState.SURVEYED, None, date(2027, 9, 1), 2027),
    ("Mobilier de réemploi des médiathèques", ProjectState.ABANDONED, 6_000_000, None, 2027),
    ("Entretien des haies et des mares", ProjectState.DECIDED, 12_000_000, date(2026, 12, 1), 2026),
    ("Réparation du parc de vélos", ProjectState.STUDIED, 4_800_000, date(2026, 12, 15), 2026),
)
_SUBJECTS: Final = (
    Subject.EXECUTION,
    Subject.EXECUTION,
    Subject.TIE_BREAK,
    Subject.EXECUTION,
    Subject.NEGOTIATION,
)
_ADAPTED: Final = "Procédure adaptée"
_DIALOGUE: Final = "Dialogue compétitif"
_DYNAMIC: Final = "Système d'acquisition dynamique"
# Title, day of the launch, outcome, offers, procedure, technique: consultations without a contract.
_WITHOUT: Final = (
    ("Fourniture de plants locaux", date(2024, 3, 4), Outcome.UNSUCCESSFUL, 0, _ADAPTED, None),
    ("Réseau de chaleur urbain", date(2024, 5, 13), Outcome.ABANDONED, 3, _DIALOGUE, None),
    ("Achat de petites fournitures", date(2024, 9, 16), Outcome.RUNNING, None, None, _DYNAMIC),
    ("Location de vélos électriques", date(2025, 4, 14), Outcome.UNSUCCESSFUL, 0, _ADAPTED, None),
    ("Rénovation du parc de loisirs", date(2025, 6, 2), Outcome.RUNNING, 4, _DIALOGUE, None),
    ("Refonte des démarches en ligne", date(2025, 11, 3), Outcome.ABANDONED, 3, _ADAPTED, None),
    ("Fourniture de repas biologiques", date(2026, 9, 7), Outcome.RUNNING, None, _ADAPTED, None),
)
_ESTIMATE: Final = 640_000_000
_MARKS: Final = (
    "social_clause",
    "social_criterion",
    "environmental_criterion",
    "negotiated",
    "whole_life_cost",
    "alternative_method",
)


def load(session: Session, buyer_id: UUID, seed: int = _SEED, known: Collection[UUID] = ()) -> None:
    """Put the demonstration's programme in, unless this buyer has one.

    Of the companies ``known`` before, nothing more is said.
    """
    one = sa.select(col(Project.id)).where(col(Project.buyer_id) == buyer_id).limit(1)
    if session.scalars(one).first() is not None:
        return
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    _families(session, buyer_id)
    _suppliers(session, known, rng)
    _spending(session, buyer_id, rng)
    targeting = _targeting(session, buyer_id, rng)
    for rank, (contracts, programmed) in enumerate(_purchases(session, buyer_id)):
        consultation = _consultation(contracts, rank, rng)
        if programmed:
            project = _project(contracts, consultation, rank, rng)
            session.add(project)
            session.flush()
            consultation.project_id = project.id
            session.add_all(_actions(project, targeting, rng))
        session.add(consultation)
        session.flush()
        session.add_all(_marks(consultation, rng))
        _tie(session, contracts, consultation)
    _coming(session, buyer_id, targeting, rng)
    _without(session, buyer_id)
    promises.keep(session, buyer_id, _TARGETING)
    _evaluations(session, buyer_id, rng)
    session.flush()


def _families(session: Session, buyer_id: UUID) -> None:
    for prefix, family in _FAMILIES:
        session.execute(
            sa.update(Contract)
            .where(col(Contract.buyer_id) == buyer_id, col(Contract.cpv).startswith(prefix))
            .values(purchase_family=family)
        )


def _suppliers(session: Session, known: Collection[UUID], rng: Random) -> None:
    found = session.scalars(
        sa.select(Supplier)
        .where(col(Supplier.identifier).startswith("000"))
        .order_by(col(Supplier.identifier))
    )
    for rank, supplier in enumerate(one for one in found if one.id not in known):
        if rank % 8 == 0:  # nobody has said anything of these
            continue
        supplier.departement = rng.choices(_DEPARTEMENTS, [40, 25, 10, 5, 5, 10, 5])[0]
        supplier.esus = None if supplier.ess is None else supplier.ess and rng.random() < 0.5
        supplier.innovative = rng.random() < 0.06
        session.add(supplier)
    session.flush()


def _spending(session: Session, buyer_id: UUID, rng: Random) -> None:
    """The section of each line, unsaid for one in ten, and the family of its contract."""
    found = session.execute(
        sa.select(Spending, col(Contract.purchase_family))
        .join(Contract, col(Contract.id) == col(Spending.contract_id), isouter=True)
        .where(col(Spending.buyer_id) == buyer_id, col(Spending.section).is_(None))
        .order_by(
            col(Spending.year),
            col(Spending.payee_siret),
            col(Spending.amount),
            col(Contract.reference),
        )
    )
    for line, family in found:
        line.section = rng.choices((Section.OPERATING, Section.INVESTMENT, None), [7, 2, 1])[0]
        line.family = family
        session.add(line)


def _purchases(session: Session, buyer_id: UUID) -> list[tuple[list[Contract], bool]]:
    """Contracts that one consultation gave, and whether it comes from a project of the programme.

    The lots of one subject and one day go together; each year has some of them, and of the others.
    """
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
    chosen = []
    for year, (consultations, projects) in _YEARS.items():
        own = [group for (_, day), group in groups.items() if day.year == year]
        several = [group for group in own if len(group) > 1]
        alone = [group for group in own if len(group) == 1]
        wanted = max(1, consultations - len(several))
        some = (several + alone[:: max(1, len(alone) // wanted)])[:consultations]
        chosen += [(group, rank < projects) for rank, group in enumerate(some)]
    return chosen


def _targeting(session: Session, buyer_id: UUID, rng: Random) -> Iterator[dict[str, UUID]]:
    """The actions decided for one project after another, each with its scheme: some of one scheme
    in turn, one more."""
    every: dict[str, UUID] = {}
    schemes = trees.adopted(session, buyer_id)
    for scheme in schemes.values():
        every |= {code: scheme.id for code in trees.actions_of(scheme) if code not in every}
    own = every
    if _TARGETING in schemes:
        scheme = schemes[_TARGETING]
        own = dict.fromkeys(trees.actions_of(scheme), scheme.id)
    turn = cycle(own)
    while every:
        decided = [next(turn) for _ in range(min(_DECIDED, len(own)))]
        codes = dict.fromkeys([*decided, rng.choice(list(every))])
        yield {code: own.get(code) or every[code] for code in codes}
    yield from repeat({})


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
    rated = planned - timedelta(days=rng.randint(200, 500))
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
        anticipation_started_on=rated - timedelta(days=rng.randint(20, 120)),
        rated_on=rated if targeted else None,
        # What is not targeted is seldom studied; of some, nobody said.
        insertion_expertise=rng.choice((True, False)) if targeted else rng.choice((False, None)),
        life_cycle_analysis=rng.choice((True, False)) if targeted else None,
        sustainable_assistance=rng.choice((True, False)) if rank % 4 else None,
    )


def _actions(
    project: Project, targeting: Iterator[dict[str, UUID]], rng: Random
) -> list[ProjectAction]:
    """The actions of a targeted project; what they became is said once it is notified."""
    if not project.targeted:
        return []
    told = (True, True, False, None) if project.state is ProjectState.NOTIFIED else (None,)
    return [
        ProjectAction(project_id=project.id, scheme_id=key, action=code, done=rng.choice(told))
        for code, key in next(targeting).items()
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


def _coming(
    session: Session, buyer_id: UUID, targeting: Iterator[dict[str, UUID]], rng: Random
) -> None:
    for rank, (title, state, amount, planned, year) in enumerate(_COMING):
        project = Project(
            buyer_id=buyer_id,
            reference=f"PROJ-{year}-{90 + rank}",
            title=title,
            year=year,
            estimated_amount=amount,
            state=state,
            targeted=None if year == _TODAY.year or state is ProjectState.SURVEYED else rank == 0,
            planned_on=planned,
            public=state is not ProjectState.SURVEYED,
            anticipation_started_on=date(2026, 9, 1) if rank < 2 else None,
        )
        session.add(project)
        session.flush()
        session.add_all(_actions(project, targeting, rng))


def _without(session: Session, buyer_id: UUID) -> None:
    session.add_all(
        Consultation(
            buyer_id=buyer_id,
            reference=f"CONS-{launched.year}-{90 + rank}",
            title=title,
            launched_on=launched,
            procedure=procedure,
            techniques=[technique] if technique else None,
            estimated_amount=_ESTIMATE if procedure == _DIALOGUE else None,
            lots=1,
            offers=offers,
            sme_offers=offers,
            outcome=outcome,
        )
        for rank, (title, launched, outcome, offers, procedure, technique) in enumerate(_WITHOUT)
    )


def _evaluations(session: Session, buyer_id: UUID, rng: Random) -> None:
    """Every fifth contract old enough was evaluated; the holder answered for one in three."""
    found = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).between(date(2023, 1, 1), date(2025, 12, 31)),
        )
        .order_by(col(Contract.reference))
    ).all()
    for rank, contract in enumerate(found[::5]):
        done_on = (contract.notified_on or _TODAY) + timedelta(days=rng.randint(120, 400))
        subject = _SUBJECTS[rank % len(_SUBJECTS)]
        score = None if rank % 6 == 5 else rng.randint(16, 40) * 50
        answered = rng.randint(20, 38) * 50 if rank % 3 == 0 else None
        if done_on > _TODAY:
            continue
        facts: dict[str, Any] = {
            "buyer_id": buyer_id,
            "contract_id": contract.id,
            "done_on": done_on,
        }
        session.add(Evaluation(**facts, side=Side.BUYER, subject=subject, score=score))
        if answered is not None:
            said: dict[str, Any] = {
                "side": Side.SUPPLIER,
                "subject": Subject.EXECUTION,
                "score": answered,
            }
            session.add(Evaluation(**facts, **said))


def _round(cents: int) -> int:
    """An estimate is round: to the thousand euros above."""
    return -(-cents // 100_000) * 100_000
