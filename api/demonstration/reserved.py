"""Reserved markets in the demonstration: who is a structure, reservations, sourcing, spending.

The contracts and their holders are those of the fictitious register; what is said here is invented.
"""

from collections.abc import Collection
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.demonstration import paying
from api.reserved.models import (
    LegalBasis,
    NonReservation,
    ReservableFamily,
    Reservation,
    Sourcing,
    SourcingResult,
    SourcingTool,
)
from api.rules.hours.calendar import add_months
from api.rules.hours.vocabulary import RefusalReason
from api.rules.records import Kind
from api.rules.working_days import worked_before
from api.spending import joining
from api.spending.models import Spending
from api.structures.models import Structure, StructureKind
from api.suppliers.models import Supplier

_SEED: Final = 66
_SOURCE: Final = "Démonstration"
_AS_OF: Final = date(2026, 9, 1)
_AHEAD: Final = timedelta(days=155)
_MENTION: Final = (
    "La consultation est réservée, en application de l’article {basis} du code de la commande "
    "publique, à des structures employant au moins 50 % de travailleurs concernés."
)
_MENTIONS: Final = {
    LegalBasis.ESS: "La consultation est réservée, en application de l’article {basis} du code de "
    "la commande publique, à des entreprises de l’économie sociale et solidaire."
}
# Kind, ESS, ESUS; one for each holder of a reserved contract, in turn.
_STRUCTURES: Final = (
    (StructureKind.EA, True, None),
    (StructureKind.ESAT, True, False),
    (StructureKind.EI, True, True),
    (StructureKind.ACI, True, True),
    (StructureKind.AI, True, None),
    (StructureKind.ETTI, None, False),
)
# Of these services, and of no other here, a contract is reserved to the social economy.
_SOCIAL_SERVICES: Final = "85"
_SOCIAL: Final = (StructureKind.NONE, True, True)
# One company in so many: nobody has said yet what it is.
_UNSAID: Final = 7
_SPENT: Final = (2024, 2025, 2026)
# One payment in so many was written down without the number of its contract.
_UNNUMBERED: Final = 9
# Division of the CPV -> what is bought there of such structures; nothing is reserved elsewhere.
_DOMAINS: Final = {
    "15": "Alimentation",
    "22": "Impression",
    "30": "Fournitures et matériel",
    "39": "Mobilier",
    "45": "Bâtiment et travaux",
    "50": "Entretien et réparation",
    "55": "Restauration et traiteur",
    "77": "Espaces verts",
    "79": "Services administratifs et impression",
    "85": "Insertion et action sociale",
    "90": "Nettoyage et déchets",
    "98": "Blanchisserie",
}
_HANDICAP: Final = {StructureKind.EA, StructureKind.ESAT, StructureKind.EATT}
_FAMILIES: Final = (
    ("Espaces verts", ["77"]),
    ("Nettoyage des locaux", ["9091", "9092"]),
    ("Restauration et traiteur", ["555", "15894"]),
)
_SOURCINGS: Final = (
    (date(2024, 4, 18), SourcingTool.INCLUSION_MARKET, "Nettoyage des vitres", 8, 3, 2),
    (date(2024, 11, 7), SourcingTool.OTHER, "Mise sous pli des invitations", 4, 2, None),
    (date(2025, 3, 11), SourcingTool.INCLUSION_MARKET, "Entretien des espaces verts", 14, 6, 4),
    (date(2025, 10, 2), SourcingTool.OTHER, "Collecte et tri des papiers", 5, 1, 1),
    (date(2026, 2, 17), SourcingTool.INCLUSION_MARKET, "Traiteur pour les assemblées", 11, 5, 5),
    (date(2026, 9, 8), SourcingTool.INCLUSION_MARKET, "Peinture de quatre collèges", 9, None, None),
)


def load(session: Session, buyer_id: UUID, seed: int = _SEED, known: Collection[UUID] = ()) -> None:
    """Put the demonstration's reservations in, unless this buyer has some.

    Of the companies ``known`` before, nothing more is said.
    """
    one = sa.select(col(Reservation.id)).where(col(Reservation.buyer_id) == buyer_id).limit(1)
    if session.scalars(one).first() is not None:
        return
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    session.add_all(
        ReservableFamily(buyer_id=buyer_id, family=family, cpv_prefixes=prefixes)
        for family, prefixes in _FAMILIES
    )
    structures = _reservations(session, buyer_id)
    _ordinary(session, known)
    paid = [*_spending(buyer_id, structures, rng), *_paid(session, buyer_id, rng)]
    paying.number(paid)
    session.add_all(paid)
    session.add_all(_sourcings(buyer_id))
    _non_reservation(session, buyer_id)
    session.flush()
    # As an import does, once its lines are in.
    joining.run(session, buyer_id)


def _reservations(session: Session, buyer_id: UUID) -> list[Structure]:
    """Two reserved contracts in three are in the register; their holders become structures."""
    rows = session.execute(
        sa.select(Contract, Supplier)
        .join(ContractMark, col(ContractMark.contract_id) == col(Contract.id))
        .join(ContractSupplier, col(ContractSupplier.contract_id) == col(Contract.id))
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.kind) == Kind.CONTRACT,
            col(ContractMark.code) == "reserved",
            col(ContractMark.value),
            col(ContractSupplier.position) == 0,
            col(Supplier.id_type) == "SIRET",
        )
        .order_by(col(Contract.reference))
    )
    structures: dict[str, Structure] = {}
    for rank, (contract, supplier) in enumerate(rows):
        structure = structures.get(supplier.identifier or "")
        if structure is None:
            social = (contract.cpv or "").startswith(_SOCIAL_SERVICES)
            structure = _structure(session, supplier, len(structures), _domain(contract), social)
            structures[structure.siret] = structure
        # Begun with another one, the register had nothing of the social economy in 2024, and one
        # reservation alone in 2023: five times as many a year later.
        if rank % 3 != 1 and _domain(contract) is not None:
            session.add(_reservation(contract, structure, rank))
    return list(structures.values())


def _domain(contract: Contract) -> str | None:
    return _DOMAINS.get((contract.cpv or "")[:2])


def _structure(
    session: Session, supplier: Supplier, rank: int, domain: str | None, social: bool
) -> Structure:
    siret = supplier.identifier or ""
    found = session.scalars(sa.select(Structure).where(col(Structure.siret) == siret)).first()
    if found is not None:
        return found
    kind, ess, esus = _SOCIAL if social else _STRUCTURES[rank % len(_STRUCTURES)]
    made = Structure(
        siret=siret,
        name=supplier.name,
        kind=kind,
        ess=ess,
        esus=esus,
        domain=domain,
        source=_SOURCE,
        as_of=_AS_OF,
    )
    session.add(made)
    return made


def _reservation(contract: Contract, structure: Structure, rank: int) -> Reservation:
    kind = structure.kind
    if kind is None or kind is StructureKind.NONE:
        basis, reserved_for, share = LegalBasis.ESS, "ess", None
    else:
        disabled = kind in _HANDICAP
        basis = LegalBasis.DISABLED if disabled else LegalBasis.INSERTION
        reserved_for, share = kind.value, 500_000
    mention = _MENTIONS.get(basis, _MENTION).format(basis=basis.value)
    return Reservation(
        buyer_id=contract.buyer_id,
        contract_id=contract.id,
        basis=basis,
        structure_kinds=[reserved_for],
        share=share,
        domain=_domain(contract),
        decided_on=_before_the_launch(contract),
        # The last one of each five still waits for its mention.
        mention=mention if rank % 5 else None,
    )


def _before_the_launch(contract: Contract) -> date:
    """A consultation is launched four or five months before its contract at most, and reserved, or
    not, before that."""
    return worked_before((contract.notified_on or _AS_OF) - _AHEAD)


def _spending(buyer_id: UUID, structures: list[Structure], rng: Random) -> list[Spending]:
    return [
        Spending(
            buyer_id=buyer_id,
            year=year,
            payee_siret=structure.siret,
            payee_name=structure.name,
            amount=rng.randint(4_000, 90_000) * 100,
            paid_on=paying.paid_on(_own(structure.siret, year), year),
            source=_SOURCE,
        )
        for year in _SPENT
        for structure in structures
    ]


def _ordinary(session: Session, known: Collection[UUID]) -> None:
    """Most fictitious companies are said to be no structure; of some, nobody said anything."""
    registered = sa.select(col(Structure.siret))
    found = session.scalars(
        sa.select(Supplier)
        .where(
            col(Supplier.id_type) == "SIRET",
            col(Supplier.identifier).startswith("000"),
            col(Supplier.identifier).not_in(registered),
        )
        .order_by(col(Supplier.identifier))
    )
    session.add_all(
        Structure(
            siret=supplier.identifier or "",
            name=supplier.name,
            kind=StructureKind.NONE,
            ess=supplier.ess,
            # Who is of the ESS may be ESUS: not said. Who is not cannot be.
            esus=False if supplier.ess is False else None,
            source=_SOURCE,
            as_of=_AS_OF,
        )
        for rank, supplier in enumerate(one for one in found if one.id not in known)
        if rank % _UNSAID
    )
    session.flush()


def _paid(session: Session, buyer_id: UUID, rng: Random) -> list[Spending]:
    """What was paid on every other contract, the year of its notification or the one after: most
    lines bear the number of the contract, by which they are joined to it."""
    rows = session.execute(
        sa.select(Contract, Supplier)
        .join(ContractSupplier, col(ContractSupplier.contract_id) == col(Contract.id))
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.kind) == Kind.CONTRACT,
            col(Contract.amount) > 0,
            col(ContractSupplier.position) == 0,
            col(Supplier.id_type) == "SIRET",
        )
        .order_by(col(Contract.reference))
    ).all()
    lines = []
    for rank, (contract, supplier) in enumerate(rows[::2], 1):
        year = (contract.notified_on or _AS_OF).year + rng.randrange(2)
        share = rng.randint(15, 60)
        if year in _SPENT:
            lines.append(
                Spending(
                    buyer_id=buyer_id,
                    year=year,
                    payee_siret=supplier.identifier,
                    payee_name=supplier.name,
                    amount=max(100, (contract.amount or 0) * share // 100),
                    paid_on=_day_of(contract, year),
                    contract_number=None if rank % _UNNUMBERED == 0 else contract.reference,
                    directorate_id=contract.directorate_id,
                    source=_SOURCE,
                )
            )
    return lines


def _day_of(contract: Contract, year: int) -> date:
    start, months = contract.notified_on, contract.months
    end = None if start is None or months is None else add_months(start, months)
    return paying.paid_on(_own(contract.reference, year), year, start, end)


def _own(name: str | None, year: int) -> Random:
    # What is drawn of one line never depends on the others.
    return Random(f"{name} {year}")  # noqa: S311 - invented data: to be repeated, no secret


def _sourcings(buyer_id: UUID) -> list[Sourcing]:
    return [
        Sourcing(
            buyer_id=buyer_id,
            done_on=day,
            tool=tool,
            need=need,
            contacted=contacted,
            interested=interested,
            ess_answers=ess,
            result=SourcingResult.PENDING if interested is None else SourcingResult.RESERVED,
        )
        for day, tool, need, contacted, interested, ess in _SOURCINGS
    ]


def _non_reservation(session: Session, buyer_id: UUID) -> None:
    family, prefixes = _FAMILIES[1]
    contract = session.scalars(
        sa.select(Contract)
        .where(
            col(Contract.buyer_id) == buyer_id,
            sa.or_(*(col(Contract.cpv).startswith(prefix) for prefix in prefixes)),
        )
        .order_by(col(Contract.reference))
        .limit(1)
    ).first()
    if contract is not None:
        session.add(
            NonReservation(
                buyer_id=buyer_id,
                contract_id=contract.id,
                family=family,
                reason=RefusalReason.STAFF_TRANSFER,
                justification="Le personnel en place est repris par le titulaire.",
                decided_on=_before_the_launch(contract),
            )
        )
