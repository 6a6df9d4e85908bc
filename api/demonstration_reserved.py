"""Reserved markets in the demonstration: structures, reservations, sourcing and spending.

The contracts and their holders are those of the fictitious register; what is said here is invented.
"""

from datetime import date
from random import Random
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark, ContractSupplier
from api.reserved.models import (
    LegalBasis,
    NonReservation,
    ReservableFamily,
    Reservation,
    Sourcing,
    SourcingResult,
    SourcingTool,
)
from api.rules.hours.vocabulary import RefusalReason
from api.rules.records import Kind
from api.spending.models import Spending
from api.structures.models import Structure, StructureKind
from api.suppliers.models import Supplier

_SEED: Final = 66
_SOURCE: Final = "Démonstration"
_AS_OF: Final = date(2026, 9, 1)
_MENTION: Final = (
    "La consultation est réservée, en application de l’article {basis} du code de la commande "
    "publique, à des structures employant au moins 50 % de travailleurs concernés."
)
# Kind, ESS, ESUS; one for each holder of a reserved contract, in turn.
_STRUCTURES: Final = (
    (StructureKind.EA, True, None),
    (StructureKind.ESAT, True, False),
    (StructureKind.EI, True, True),
    (StructureKind.ACI, True, True),
    (StructureKind.AI, True, None),
    (StructureKind.ETTI, None, False),
)
# Division of the CPV -> what is bought there of such structures; nothing is reserved elsewhere.
_DOMAINS: Final = {
    "15": "Alimentation",
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
    (date(2025, 3, 11), SourcingTool.INCLUSION_MARKET, "Entretien des espaces verts", 14, 6, 4),
    (date(2025, 10, 2), SourcingTool.OTHER, "Collecte et tri des papiers", 5, 1, 1),
    (date(2026, 2, 17), SourcingTool.INCLUSION_MARKET, "Traiteur pour les assemblées", 11, 5, 5),
    (date(2026, 9, 8), SourcingTool.INCLUSION_MARKET, "Peinture de quatre collèges", 9, None, None),
)


def load(session: Session, buyer_id: UUID) -> None:
    """Put the demonstration's reservations in, unless this buyer has some."""
    known = sa.select(col(Reservation.id)).where(col(Reservation.buyer_id) == buyer_id).limit(1)
    if session.scalars(known).first() is not None:
        return
    rng = Random(_SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    session.add_all(
        ReservableFamily(buyer_id=buyer_id, family=family, cpv_prefixes=prefixes)
        for family, prefixes in _FAMILIES
    )
    structures = _reservations(session, buyer_id)
    session.add_all(_spending(buyer_id, structures, rng))
    session.add_all(_sourcings(buyer_id))
    _non_reservation(session, buyer_id)
    session.flush()


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
            structure = _structure(session, supplier, len(structures), _domain(contract))
            structures[structure.siret] = structure
        if rank % 3 < 2 and _domain(contract) is not None:
            session.add(_reservation(contract, structure, rank))
    return list(structures.values())


def _domain(contract: Contract) -> str | None:
    return _DOMAINS.get((contract.cpv or "")[:2])


def _structure(session: Session, supplier: Supplier, rank: int, domain: str | None) -> Structure:
    siret = supplier.identifier or ""
    found = session.scalars(sa.select(Structure).where(col(Structure.siret) == siret)).first()
    if found is not None:
        return found
    kind, ess, esus = _STRUCTURES[rank % len(_STRUCTURES)]
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
    disabled = structure.kind in _HANDICAP
    basis = LegalBasis.DISABLED if disabled else LegalBasis.INSERTION
    return Reservation(
        buyer_id=contract.buyer_id,
        contract_id=contract.id,
        basis=basis,
        structure_kinds=[structure.kind.value] if structure.kind else [],
        share=500_000,
        domain=_domain(contract),
        decided_on=contract.notified_on or _AS_OF,
        # The last one of each five still waits for its mention.
        mention=_MENTION.format(basis=basis.value) if rank % 5 else None,
    )


def _spending(buyer_id: UUID, structures: list[Structure], rng: Random) -> list[Spending]:
    return [
        Spending(
            buyer_id=buyer_id,
            year=year,
            payee_siret=structure.siret,
            payee_name=structure.name,
            amount=rng.randint(4_000, 90_000) * 100,
            source=_SOURCE,
        )
        for year in (2024, 2025, 2026)
        for structure in structures
    ]


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
                decided_on=contract.notified_on or _AS_OF,
            )
        )
