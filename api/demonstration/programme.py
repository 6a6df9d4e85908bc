"""The programme in the demonstration: projects, consultations, evaluations and their like.

The contracts and their holders are those of the fictitious register; what is said here is invented.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.consultations.models import Consultation, ConsultationMark, Outcome
from api.contracts.models import Contract, ContractMark
from api.demonstration import evaluated, promises
from api.demonstration.targeting import TARGETING, actions_of, add_coming, targeting_of
from api.programme.models import Project, ProjectState
from api.rules.fiction_fitting import FAMILIES, negotiable
from api.rules.records import Kind
from api.rules.working_days import worked_before
from api.spending.models import Section, Spending
from api.suppliers.models import Supplier

_SEED: Final = 63
_TODAY: Final = date(2026, 9, 30)
# Year of notification -> how many consultations, and how many of them come from a project.
_YEARS: Final = {2023: (6, 4), 2024: (11, 9), 2025: (11, 9), 2026: (8, 6)}
# Of ten lines of a family: operating, investment, unsaid.
_SECTION_ODDS: Final = {
    "Travaux de bâtiment et de voirie": [1, 8, 1],
    "Véhicules": [1, 8, 1],
    "Mobilier": [2, 7, 1],
    "Informatique": [5, 4, 1],
}
_DEPARTEMENTS: Final = ("62", "59", "80", "02", "60", "75", "92")
_WORKS: Final = "45"
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
# What is bought by dialogue is large, and told when it is launched.
_ESTIMATES: Final = {
    "Réseau de chaleur urbain": 640_000_000,
    "Rénovation du parc de loisirs": 385_000_000,
}
# A company answers for several lots with one offer: there are so many offers, and one a lot.
_BIDDERS: Final = 6
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
    targeting = targeting_of(session, buyer_id, rng)
    told = _told(session, buyer_id)
    purchases = [
        (contracts, programmed, _consultation(contracts, rank, rng))
        for rank, (contracts, programmed) in enumerate(_purchases(session, buyer_id))
    ]
    without = _without(buyer_id)
    _number([*(one for *_, one in purchases), *without])
    marks: list[tuple[ConsultationMark, list[Contract]]] = []
    for rank, (contracts, programmed, consultation) in enumerate(purchases):
        if programmed:
            project = _project(contracts, consultation, rank, targeting.since, rng)
            session.add(project)
            session.flush()
            consultation.project_id = project.id
            largest = max((one.amount or 0 for one in contracts), default=None)
            objects = {one.cpv for one in contracts}
            session.add_all(actions_of(project, targeting, objects, largest, rng))
        session.add(consultation)
        session.flush()
        marks += [(mark, contracts) for mark in _marks(consultation, told, contracts, rng)]
        _tie(session, contracts, consultation)
    add_coming(session, buyer_id, targeting, rng)
    session.add_all(without)
    promises.keep(session, buyer_id, TARGETING)
    _tell_again(session, buyer_id, marks)
    evaluated.load(session, buyer_id, rng)
    session.flush()


def _tell_again(
    session: Session, buyer_id: UUID, marks: list[tuple[ConsultationMark, list[Contract]]]
) -> None:
    """Say marks of consultations as their contracts do, once what was decided is in these."""
    session.add_all(mark for mark, _ in marks)
    told = _told(session, buyer_id)
    for mark, contracts in marks:
        mark.value = any(told.get((one.id, mark.code)) for one in contracts)


def _families(session: Session, buyer_id: UUID) -> None:
    # A longer prefix has the last word.
    for prefix, family in sorted(FAMILIES.items()):
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
        odds = _SECTION_ODDS.get(family or "", [8, 1, 1])
        line.section = rng.choices((Section.OPERATING, Section.INVESTMENT, None), odds)[0]
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


def _consultation(contracts: list[Contract], rank: int, rng: Random) -> Consultation:
    first = contracts[0]
    known = [one.offers_received for one in contracts]
    answered = None if None in known else sum(one or 0 for one in known)
    offers = None if answered is None else min(answered, _BIDDERS + len(contracts))
    allowed = rng.choice((True, True, False, None))
    received = rng.randint(0, 3) if allowed else None
    if received is not None and offers is not None:
        received = min(received, offers)
    chosen = rng.choice((True, False, None))
    allows = chosen if negotiable(first.procedure) else False
    launched = worked_before((first.notified_on or _TODAY) - timedelta(days=rng.randint(60, 140)))
    amounts = [one.amount for one in contracts]
    return Consultation(
        buyer_id=first.buyer_id,
        directorate_id=first.directorate_id,
        reference="",
        title=re.sub(r" – lot \d+.*$", "", first.subject or "")[:300],
        launched_on=launched,
        procedure=first.procedure,
        techniques=first.techniques,
        purchase_family=first.purchase_family,
        estimated_amount=None if None in amounts else _round(sum(one or 0 for one in amounts)),
        lots=len(contracts),
        downloads=None if rank % 6 == 5 else rng.randint(8, 60),
        offers=offers,
        sme_offers=None if rank % 7 == 6 else _among(answered, offers, rng),
        irregular_offers=_among(None if answered is None else answered // 4, offers, rng),
        outcome=Outcome.AWARDED,
        variants_allowed=allowed,
        variants_received=received,
        variants_retained=None if received is None else rng.randint(0, received),
        variant_bidders=None if received is None else min(received, 2),
        negotiation_allowed=allows,
        negotiated=rng.random() < 0.6 if allows else None,
        refined_lots=len(contracts) > 1 if rank % 5 else None,
        sourced=rng.choice((True, False, None)),
    )


def _among(drawn: int | None, offers: int | None, rng: Random) -> int | None:
    """Some of the offers received; None when nobody said how many there were."""
    return None if drawn is None or offers is None else min(rng.randint(0, drawn), offers)


def _project(
    contracts: list[Contract], consultation: Consultation, rank: int, since: int, rng: Random
) -> Project:
    """``since``: the first year of the scheme whose committee targets; before, there is none."""
    planned = contracts[0].notified_on or _TODAY
    targeted = rank % 3 != 2 and planned.year >= since
    rated = worked_before(planned - timedelta(days=rng.randint(200, 500)))
    project = Project(
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
        anticipation_started_on=worked_before(rated - timedelta(days=rng.randint(20, 120))),
        rated_on=rated if targeted else None,
        # What is not targeted is seldom studied; of some, nobody said.
        insertion_expertise=rng.choice((True, False)) if targeted else rng.choice((False, None)),
        life_cycle_analysis=rng.choice((True, False)) if targeted else None,
        sustainable_assistance=rng.choice((True, False)) if rank % 4 else None,
    )
    if len(contracts) > 1 and (contracts[0].cpv or "").startswith(_WORKS):
        # What takes several trades is a whole building: an assistant is of those.
        project.sustainable_assistance = True
    return project


def _told(session: Session, buyer_id: UUID) -> dict[tuple[UUID, str], bool]:
    """What is said of the marks of each contract, for those that a consultation says too."""
    rows = session.execute(
        sa.select(col(ContractMark.contract_id), col(ContractMark.code), col(ContractMark.value))
        .join(Contract, col(Contract.id) == col(ContractMark.contract_id))
        .where(col(Contract.buyer_id) == buyer_id, col(ContractMark.code).in_(_MARKS))
    )
    return {(contract_id, code): value for contract_id, code, value in rows if value is not None}


def _marks(
    consultation: Consultation,
    told: Mapping[tuple[UUID, str], bool],
    contracts: list[Contract],
    rng: Random,
) -> list[ConsultationMark]:
    """Seven in ten are said of the consultation, as its contracts say them."""
    marks = []
    for code in _MARKS:
        said = [told.get((one.id, code)) for one in contracts]
        if rng.random() < 0.7 and (any(said) or None not in said):
            marks.append(
                ConsultationMark(consultation_id=consultation.id, code=code, value=any(said))
            )
    return marks


def _tie(session: Session, contracts: list[Contract], consultation: Consultation) -> None:
    for number, contract in enumerate(contracts, 1):
        contract.consultation_reference = consultation.reference
        contract.lot_number = number if len(contracts) > 1 else None
        contract.project_id = consultation.project_id
        session.add(contract)
    session.flush()


def _without(buyer_id: UUID) -> list[Consultation]:
    return [
        Consultation(
            buyer_id=buyer_id,
            reference="",
            title=title,
            launched_on=launched,
            procedure=procedure,
            techniques=[technique] if technique else None,
            estimated_amount=_ESTIMATES.get(title),
            lots=1,
            offers=offers,
            sme_offers=offers,
            outcome=outcome,
        )
        for title, launched, outcome, offers, procedure, technique in _WITHOUT
    ]


def _number(consultations: list[Consultation]) -> None:
    """Number the consultations of each year in the order of their launch."""
    counts: Counter[int] = Counter()
    for one in sorted(consultations, key=lambda one: (one.launched_on or _TODAY, one.title or "")):
        year = (one.launched_on or _TODAY).year
        counts[year] += 1
        one.reference = f"CONS-{year}-{counts[year]:02}"


def _round(cents: int) -> int:
    """An estimate is round: to the thousand euros above."""
    return -(-cents // 100_000) * 100_000
