"""The registers of the demonstration: contracts of a real buyer, and fictitious ones enriched."""

from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile
from typing import Any, Final
from uuid import UUID

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace
from sqlmodel import Session, col

from api.access.models import Directorate
from api.contracts import reading, writing
from api.contracts.conversion import marked
from api.contracts.models import Contract, Origin
from api.contracts.schemas import MarkState
from api.contracts.writing import Written
from api.demonstration.buyers import Buyer
from api.imports import acceptance, staging
from api.imports.judging import Reach
from api.imports.models import ImportFile
from api.reference.marks import MARKS
from api.rules.decp.labels import NO_SOCIAL
from api.rules.fiction import fictitious_contracts
from api.rules.fiction_fitting import fits, implied, likely, named, negotiable, reservable
from api.rules.records import ContractRecord
from api.suppliers.models import Supplier, SupplierSize
from api.suppliers.service import Identity, identity, register

_REAL: Final = Path(__file__).parents[1] / "reference/data/demonstration/call-lens-lievin-2019.json"
_EVERYWHERE: Final = Reach(own=frozenset(), observe=True, everywhere=True)
_SEED: Final = 62
# The generator fills whole years; what it dates after this day is left out, for ever.
_LAST_DAY: Final = "2026-09-30"
# Of the purchases that a structure could hold, one in so many is reserved.
_RESERVED_IN: Final = 4
_RESERVED: Final = "Marché réservé"
# One purchase of innovation a year, at least, is made as the law lets below 100 000 € before taxes.
_INNOVATED: Final = ("2024", "2025", "2026")
_INNOVATIONS: Final = ("30213", "48", "7131", "72")
_INNOVATIVE_BELOW: Final = 100_000
_WITHOUT_COMPETITION: Final = "Marché passé sans publicité ni mise en concurrence préalable"
# What is bought under the dynamic purchasing system, once it is open: supplies of every day.
_DYNAMIC: Final = "Système d'acquisition dynamique"
_DYNAMIC_SINCE: Final = "2024-11-01"
_SUPPLIES: Final = "30192"
# Said of one contract a year at least: the tonnage is declared of each year.
_EACH_YEAR: Final = ("asphalt_aggregates", "warm_asphalt")


def companies(session: Session) -> frozenset[UUID]:
    """The companies that are known so far."""
    return frozenset(session.scalars(sa.select(col(Supplier.id))))


def is_filled(session: Session, organisation_id: UUID) -> bool:
    """Tell whether a buyer has contracts."""
    one = sa.select(col(Contract.id)).where(col(Contract.buyer_id) == organisation_id).limit(1)
    return session.scalars(one).first() is not None


def fill(
    session: Session, buyer: Buyer, organisation_id: UUID, known: Collection[UUID] = ()
) -> None:
    """Put the contracts of a buyer in; of the companies ``known`` before, nothing more is said."""
    if not buyer.fictitious:
        _import(session, _REAL, _REAL.name, organisation_id)
        return
    objects = [
        one
        for one in fictitious_contracts(
            _SEED + buyer.contracts, buyer.contracts, buyer.siret, 2023, 2026, 0.12
        )
        if str(one.get("dateNotification", one.get("dateSignature", ""))) <= _LAST_DAY
    ]
    _reserve(objects)
    _innovate(objects)
    _supply(objects)
    with NamedTemporaryFile(suffix=".json") as file:
        file.write(msgspec.json.encode({"marches": objects}))
        file.flush()
        _import(session, Path(file.name), "marches-fictifs.json", organisation_id)
    _enrich(session, organisation_id, known)


def _reserve(objects: list[dict[str, Any]]) -> None:
    """Say of some contracts that a structure could hold that they are reserved."""
    could = [
        one
        for one in objects
        if "dateNotification" in one and reservable(str(one.get("codeCPV", "")))
    ]
    for one in could[_RESERVED_IN - 1 :: _RESERVED_IN]:
        said = one.get("considerationsSociales", {}).get("considerationSociale", [])
        kept = [label for label in said if label not in (NO_SOCIAL, _RESERVED)]
        one["considerationsSociales"] = {"considerationSociale": [*kept, _RESERVED]}


def _innovate(objects: list[dict[str, Any]]) -> None:
    """Say of a small contract of each year that it is an innovation bought without competition."""
    for year in _INNOVATED:
        could = [
            one
            for one in objects
            if str(one.get("dateNotification", "")).startswith(year)
            and str(one.get("codeCPV", "")).startswith(_INNOVATIONS)
            and float(str(one.get("montant", _INNOVATIVE_BELOW))) < _INNOVATIVE_BELOW
        ]
        for one in could[:1]:
            one["procedure"] = _WITHOUT_COMPETITION
            one["marcheInnovant"] = True


def _supply(objects: list[dict[str, Any]]) -> None:
    """Small supplies are bought under the dynamic purchasing system of the buyer."""
    for one in objects:
        since = str(one.get("dateNotification", "")) >= _DYNAMIC_SINCE
        if since and str(one.get("codeCPV", "")).startswith(_SUPPLIES):
            one["techniques"] = {"technique": [_DYNAMIC]}


def _import(session: Session, path: Path, name: str, organisation_id: UUID) -> ImportFile:
    content = path.read_bytes()
    received = staging.Received(
        path, name, sha256(content).hexdigest(), len(content), organisation_id, None
    )
    return acceptance.bring(session, received, _EVERYWHERE)


def _enrich(session: Session, organisation_id: UUID, known: Collection[UUID]) -> None:
    """Say of fictitious contracts what the DECP format has no word for: themes, sizes of suppliers,
    directorates. A part stays unsaid, as in real life."""
    rng = Random(_SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    _size_suppliers(session, known, rng)
    _share_out(session, organisation_id)
    themes = [code for code, mark in MARKS.items() if not mark.decp]
    registered: dict[Identity, UUID] = {}
    laid: set[tuple[str, int]] = set()
    every = reading.stream(session, col(Contract.buyer_id) == organisation_id)
    # By reference: identifiers are drawn, and the demonstration is the same at each load.
    for kept in sorted(every, key=lambda one: one.record.reference):
        said = _themes(rng, themes, kept.record)
        if not said:
            continue
        _lay(kept.record, said, laid)
        said |= _named(kept.record)
        record = _agreeing(marked(kept.record, said))
        register(session, record.suppliers, registered)
        held = tuple(registered[identity(party)] for party in record.suppliers)
        written = Written(kept.id, kept.buyer_id, record, held, Origin.IMPORT)
        writing.replace(session, written, kept.imported_hash)


def _themes(rng: Random, themes: list[str], record: ContractRecord) -> dict[str, MarkState]:
    """What is said of the themes that fit the object, once open data have said the rest."""
    if rng.random() < 0.2:  # nobody has qualified this contract yet
        return {}
    said: dict[str, MarkState] = {}
    for code in themes:
        if rng.random() < 0.9:
            yes = rng.random() < _likely(code, record, said)
            said[code] = MarkState.YES if yes else MarkState.NO
    return said


def _lay(record: ContractRecord, said: dict[str, MarkState], laid: set[tuple[str, int]]) -> None:
    """Say yes to what is told each year, in the first contract of the year that may bear it."""
    for code in _EACH_YEAR:
        if record.notified_on is None or not _likely(code, record, said):
            continue
        if (code, record.notified_on.year) not in laid:
            said[code] = MarkState.YES
            laid.add((code, record.notified_on.year))


def _likely(code: str, record: ContractRecord, said: Mapping[str, MarkState]) -> float:
    if code == "negotiated" and not negotiable(record.procedure):
        return 0.0
    if code == "long_path" and said.get("insertion_clause") is not MarkState.YES:
        return 0.0
    return likely(code, record.cpv, record.marks)


def _named(record: ContractRecord) -> dict[str, MarkState]:
    """What the name of a contract says of it."""
    return {code: MarkState.YES for code in named(record.subject) if fits(code, record.cpv)}


def _agreeing(record: ContractRecord) -> ContractRecord:
    """The record with the general marks that its particular ones imply."""
    return replace(record, marks=record.marks | dict.fromkeys(implied(record.marks), True))


def _size_suppliers(session: Session, known: Collection[UUID], rng: Random) -> None:
    suppliers = session.scalars(
        sa.select(Supplier)
        .where(col(Supplier.identifier).startswith("000"), col(Supplier.size).is_(None))
        .order_by(col(Supplier.identifier))
    ).all()
    sizes = [SupplierSize.MICRO, SupplierSize.PME, SupplierSize.ETI, SupplierSize.GE]
    for number, supplier in enumerate((one for one in suppliers if one.id not in known), 1):
        if supplier.name is None:
            supplier.name = f"Entreprise fictive {(supplier.identifier or '')[3:8]}"
        if number % 10:
            supplier.size = rng.choices(sizes, [30, 45, 15, 10])[0]
            supplier.ess = rng.random() < 0.08
        session.add(supplier)
    session.flush()


def _share_out(session: Session, organisation_id: UUID) -> None:
    directorates = session.scalars(
        sa.select(Directorate)
        .where(col(Directorate.organisation_id) == organisation_id)
        .order_by(col(Directorate.name))
    ).all()
    rules = {
        "Bâtiments et voirie": col(Contract.cpv).startswith("45"),
        "Éducation et restauration": sa.or_(
            col(Contract.cpv).startswith("15"), col(Contract.cpv).startswith("80")
        ),
        "Moyens généraux": sa.true(),
    }
    for directorate in directorates:
        session.execute(
            sa.update(Contract)
            .where(
                col(Contract.buyer_id) == organisation_id,
                col(Contract.directorate_id).is_(None),
                rules[directorate.name],
            )
            .values(directorate_id=directorate.id)
        )
