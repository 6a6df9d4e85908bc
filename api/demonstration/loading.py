"""The demonstration: the real contracts of Lens-Liévin, fictitious buyers, an account a role."""

import secrets
from datetime import date
from uuid import UUID

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
from api.contracts.announcing import announce
from api.demonstration import actions, adopting, insertion, programme, register, reserved, sharing
from api.demonstration.buyers import (
    ACCOUNTS,
    DEMONSTRATION,
    FACILITATOR,
    LENS_LIEVIN,
    METROPOLE,
    OTHER,
    VILLE,
    Buyer,
)
from api.kit.passwords import hash_password, verify_password
from api.settings import Settings

MANDATED_ON = date(2023, 1, 1)
_ALONE = (LENS_LIEVIN, DEMONSTRATION, OTHER)
_SHARING = (METROPOLE, VILLE)


def load(session: Session, settings: Settings) -> tuple[str, bool]:
    """Put the demonstration in, where it is missing; answers the accounts' password and whether
    anything was loaded."""
    password = password_of(settings)
    buyers = {buyer: _buyer(session, buyer) for buyer in (*_ALONE, *_SHARING)}
    _accounts(session, buyers, password)
    _mandates(session, [buyers[LENS_LIEVIN].id, buyers[DEMONSTRATION].id])
    loaded = False
    adopting.load(session, buyers)
    for buyer in _ALONE:
        if not register.is_filled(session, buyers[buyer].id):
            register.fill(session, buyer, buyers[buyer].id)
            loaded = True
    followed = insertion.load(session, buyers[DEMONSTRATION].id, _facilitator(session))
    reserved.load(session, buyers[DEMONSTRATION].id)
    programme.load(session, buyers[DEMONSTRATION].id)
    actions.load(session, buyers[DEMONSTRATION].id)
    shared = sharing.load(session, {buyer: buyers[buyer] for buyer in _SHARING})
    announce(session)
    return password, loaded or followed or shared


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
