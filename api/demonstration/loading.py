"""The demonstration: the real contracts of Lens-Liévin, fictitious buyers, an account a role."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import (
    Directorate,
    Mandate,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
)
from api.access.permissions import Role
from api.access.service import by_siret
from api.contracts import reading, writing
from api.contracts.conversion import marked
from api.contracts.models import Contract, Origin
from api.contracts.schemas import MarkState
from api.contracts.writing import Written
from api.demonstration import actions, insertion, programme, reserved
from api.imports import acceptance, staging
from api.imports.judging import Reach
from api.imports.models import ImportFile
from api.kit.passwords import hash_password, verify_password
from api.reference.marks import MARKS
from api.rules.decp.labels import NO_SOCIAL
from api.rules.fiction import fictitious_contracts
from api.schemes import registering
from api.schemes import service as schemes
from api.schemes.loading import models
from api.settings import Settings
from api.suppliers.models import Supplier, SupplierSize
from api.suppliers.service import Identity, identity, register

_REAL = Path(__file__).parents[1] / "reference/data/demonstration/call-lens-lievin-2019.json"
EVERYWHERE = Reach(own=frozenset(), observe=True, everywhere=True)
SEED = 62
COUNT = 340
# The generator fills whole years; what it dates after this day is left out, for ever.
LAST_DAY = "2026-09-30"
# Of the purchases that a structure could hold, one in so many is reserved.
RESERVED = 7
_RESERVED = "Marché réservé"
MANDATED_ON = date(2023, 1, 1)


@dataclass(frozen=True)
class Buyer:
    """A buyer of the demonstration."""

    siret: str
    name: str
    fictitious: bool
    schemes: tuple[str, ...]
    directorates: tuple[str, ...] = ()


LENS_LIEVIN = Buyer(
    "24620036400080",
    "Communauté d’agglomération de Lens-Liévin",
    False,
    ("call-2023-2026",),
)
DEMONSTRATION = Buyer(
    "00000062000013",
    "Collectivité de démonstration",
    True,
    ("cd40-2023-2029", "call-2023-2026", "cd62-2026-2029", "clermont", "mel-smart-2023"),
    ("Bâtiments et voirie", "Éducation et restauration", "Moyens généraux"),
)
# It shares Clermont's scheme with the first one: both are measured, and both together.
OTHER = Buyer(
    "00000059600015",
    "Autre collectivité de démonstration",
    True,
    ("call-2023-2026", "clermont"),
)

ACCOUNTS: tuple[tuple[str, str, Role, tuple[Buyer, ...]], ...] = (
    ("administrator", "Compte administrateur", Role.ADMINISTRATOR, (LENS_LIEVIN, DEMONSTRATION)),
    ("pilot", "Compte pilote", Role.PILOT, (LENS_LIEVIN, DEMONSTRATION)),
    ("directorate", "Compte direction", Role.DIRECTORATE, (DEMONSTRATION,)),
    ("facilitator", "Compte facilitateur", Role.FACILITATOR, ()),
    ("reader", "Compte lecteur", Role.READER, (LENS_LIEVIN, DEMONSTRATION)),
    ("publisher", "Compte données ouvertes", Role.PUBLISHER, (LENS_LIEVIN, DEMONSTRATION)),
    ("other-pilot", "Compte pilote d’un autre acheteur", Role.PILOT, (OTHER,)),
)
FACILITATOR = ("00000061200010", "Maison de l’emploi de démonstration")


def load(session: Session, settings: Settings) -> tuple[str, bool]:
    """Put the demonstration in, where it is missing; answers the accounts' password and whether
    anything was loaded."""
    password = password_of(settings)
    buyers = {buyer: _buyer(session, buyer) for buyer in (LENS_LIEVIN, DEMONSTRATION, OTHER)}
    _accounts(session, buyers, password)
    _mandates(session, [buyers[LENS_LIEVIN].id, buyers[DEMONSTRATION].id])
    loaded = False
    for model in models():
        scheme = registering.load(session, model)
        for buyer, organisation in buyers.items():
            if model.code in buyer.schemes:
                schemes.adopt(session, scheme.id, organisation.id)
    for buyer, organisation in buyers.items():
        if not _has_contracts(session, organisation.id):
            _contracts(session, buyer, organisation.id)
            loaded = True
    followed = insertion.load(session, buyers[DEMONSTRATION].id, _facilitator(session))
    reserved.load(session, buyers[DEMONSTRATION].id)
    programme.load(session, buyers[DEMONSTRATION].id)
    actions.load(session, buyers[DEMONSTRATION].id)
    return password, loaded or followed


def password_of(settings: Settings) -> str:
    """The password of the accounts: the setting's, else one drawn once and kept in ``data_dir``."""
    if settings.demo_password is not None:
        return settings.demo_password.get_secret_value()
    path = settings.data_dir / "demo-password"
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _buyer(session: Session, buyer: Buyer) -> Organisation:
    organisation = by_siret(session, buyer.siret)
    if organisation is None:
        organisation = Organisation(
            siret=buyer.siret,
            name=buyer.name,
            kind=OrganisationKind.BUYER,
            fictitious=buyer.fictitious,
        )
        session.add(organisation)
        session.flush()
        session.add_all(
            Directorate(organisation_id=organisation.id, name=name) for name in buyer.directorates
        )
        session.flush()
    return organisation


def _accounts(session: Session, buyers: dict[Buyer, Organisation], password: str) -> None:
    directorate = session.scalars(
        sa.select(col(Directorate.id)).where(
            col(Directorate.organisation_id) == buyers[DEMONSTRATION].id,
            col(Directorate.name) == DEMONSTRATION.directorates[0],
        )
    ).one()
    for account, name, role, members in ACCOUNTS:
        person = _person(session, f"{account}@demo.example", name, password)
        where = [buyers[buyer].id for buyer in members] or [_facilitator(session)]
        for organisation_id in where:
            known = sa.select(col(Membership.id)).where(
                col(Membership.person_id) == person.id,
                col(Membership.organisation_id) == organisation_id,
            )
            if session.scalars(known).first() is None:
                bound = directorate if role is Role.DIRECTORATE else None
                session.add(
                    Membership(
                        person_id=person.id,
                        organisation_id=organisation_id,
                        role=role,
                        directorate_id=bound,
                    )
                )
    session.flush()


def _person(session: Session, email: str, name: str, password: str) -> Person:
    person = session.scalars(sa.select(Person).where(col(Person.email) == email)).first()
    if person is None:
        person = Person(email=email, name=name, password_hash=hash_password(password))
    elif not verify_password(person.password_hash, password):
        person.password_hash = hash_password(password)
    session.add(person)
    session.flush()
    return person


def _facilitator(session: Session) -> UUID:
    siret, name = FACILITATOR
    organisation = by_siret(session, siret)
    if organisation is None:
        organisation = Organisation(
            siret=siret, name=name, kind=OrganisationKind.FACILITATOR, fictitious=True
        )
        session.add(organisation)
        session.flush()
    return organisation.id


def _mandates(session: Session, buyers: list[UUID]) -> None:
    facilitator = _facilitator(session)
    for buyer_id in buyers:
        known = sa.select(col(Mandate.id)).where(
            col(Mandate.facilitator_id) == facilitator, col(Mandate.buyer_id) == buyer_id
        )
        if session.scalars(known).first() is None:
            session.add(
                Mandate(facilitator_id=facilitator, buyer_id=buyer_id, starts_on=MANDATED_ON)
            )
    session.flush()


def _has_contracts(session: Session, organisation_id: UUID) -> bool:
    one = sa.select(col(Contract.id)).where(col(Contract.buyer_id) == organisation_id).limit(1)
    return session.scalars(one).first() is not None


def _contracts(session: Session, buyer: Buyer, organisation_id: UUID) -> None:
    if not buyer.fictitious:
        _import(session, _REAL, _REAL.name, organisation_id)
        return
    count = COUNT if buyer is DEMONSTRATION else 12
    objects = [
        one
        for one in fictitious_contracts(SEED + count, count, buyer.siret, 2023, 2026, 0.12)
        if str(one.get("dateNotification", one.get("dateSignature", ""))) <= LAST_DAY
    ]
    _reserve(objects)
    with NamedTemporaryFile(suffix=".json") as file:
        file.write(msgspec.json.encode({"marches": objects}))
        file.flush()
        _import(session, Path(file.name), "marches-fictifs.json", organisation_id)
    _enrich(session, organisation_id)


def _reserve(objects: list[dict[str, Any]]) -> None:
    """Say of some contracts that a structure could hold that they are reserved."""
    could = [
        one
        for one in objects
        if "dateNotification" in one
        and str(one.get("codeCPV", "")).startswith(("55", "77", "79", "85", "90"))
    ]
    for one in could[RESERVED - 1 :: RESERVED]:
        said = one.get("considerationsSociales", {}).get("considerationSociale", [])
        kept = [label for label in said if label not in (NO_SOCIAL, _RESERVED)]
        one["considerationsSociales"] = {"considerationSociale": [*kept, _RESERVED]}


def _import(session: Session, path: Path, name: str, organisation_id: UUID) -> ImportFile:
    content = path.read_bytes()
    received = staging.Received(
        path, name, sha256(content).hexdigest(), len(content), organisation_id, None
    )
    file = staging.stage(session, received, EVERYWHERE)
    acceptance.accept(session, file, EVERYWHERE)
    return file


def _enrich(session: Session, organisation_id: UUID) -> None:
    """Say of fictitious contracts what the DECP format has no word for: themes, sizes of suppliers,
    directorates. A part stays unsaid, as in real life."""
    rng = Random(SEED)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    _size_suppliers(session, organisation_id, rng)
    _share_out(session, organisation_id)
    themes = [code for code, mark in MARKS.items() if not mark.decp]
    companies: dict[Identity, UUID] = {}
    every = reading.stream(session, col(Contract.buyer_id) == organisation_id)
    # By reference: identifiers are drawn, and the demonstration is the same at each load.
    for kept in sorted(every, key=lambda one: one.record.reference):
        said = dict(_themes(rng, themes, kept.record.marks.get("environmental_clause")))
        if not said:
            continue
        record = marked(kept.record, said)
        register(session, record.suppliers, companies)
        held = tuple(companies[identity(party)] for party in record.suppliers)
        written = Written(kept.id, kept.buyer_id, record, held, Origin.IMPORT)
        writing.replace(session, written, kept.imported_hash)


def _themes(rng: Random, themes: list[str], green: bool | None) -> Iterator[tuple[str, MarkState]]:
    if rng.random() < 0.2:  # nobody has qualified this contract yet
        return
    for code in themes:
        if rng.random() < 0.9:
            likely = 0.3 if green else 0.05
            yield code, MarkState.YES if rng.random() < likely else MarkState.NO


def _size_suppliers(session: Session, organisation_id: UUID, rng: Random) -> None:
    del organisation_id
    suppliers = session.scalars(
        sa.select(Supplier)
        .where(col(Supplier.identifier).startswith("000"), col(Supplier.size).is_(None))
        .order_by(col(Supplier.identifier))
    ).all()
    sizes = [SupplierSize.MICRO, SupplierSize.PME, SupplierSize.ETI, SupplierSize.GE]
    for number, supplier in enumerate(suppliers, 1):
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
