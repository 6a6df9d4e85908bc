"""Identities: sealed when they come in, opened for a reason that is logged, looked up by hash.

No name leaves this module but in the answer to who asked for it: not in an event, not in a log,
not in a refusal, not in an address.
"""

import re
from datetime import date
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.beneficiaries.erasing import overwrite_what_is_deleted
from api.insertion.beneficiaries.models import Beneficiary, BeneficiaryIdentity
from api.insertion.beneficiaries.restricted_schemas import (
    Duplicates,
    DuplicateSearch,
    IdentityKept,
    IdentityPut,
    IdentityRead,
    ReadingReason,
)
from api.insertion.beneficiaries.sight import chosen, followed, record
from api.kit import audit
from api.kit.days import today
from api.kit.problems import Conflict, FieldError, Invalid, NotFound
from api.kit.sealing import BrokenSealError, keyed_hash, seal, unseal
from api.rules.text import fold

_BETWEEN_WORDS = re.compile(r"[\W_]+")


class IdentityUnreadable(Conflict):
    type = "identity-unreadable"
    title = "Identité illisible"
    default = (
        "Cette identité ne s’ouvre pas avec la clé du service : la clé a changé, ou la donnée a "
        "été altérée. Prévenez l’exploitant, ou saisissez l’identité de nouveau."
    )


class IdentityKeyMissing(Conflict):
    type = "identity-key-missing"
    title = "Clé des identités absente"
    default = (
        "Le service n’a pas de clé pour les identités, ou ne peut pas la lire. Prévenez "
        "l’exploitant (SPASER_IDENTITY_KEY)."
    )


def put(
    session: Session, actor: Actor, beneficiary_id: UUID, data: IdentityPut, master: bytes
) -> IdentityKept:
    """Keep the identity of a person, sealed, in place of the one before.

    Raises NotFound, Forbidden, Invalid.
    """
    person = followed(session, actor, beneficiary_id, lock=True)
    lookup = _lookup(data, master)
    overwrite_what_is_deleted(session)
    kept = BeneficiaryIdentity(
        beneficiary_id=person.id,
        facilitator_id=person.facilitator_id,
        sealed=seal(
            master,
            msgspec.json.encode([data.last_name, data.first_name, data.birth_date]),
            row=person.id.bytes,
            owner=person.facilitator_id.bytes,
        ),
        lookup=lookup,
    )
    session.merge(kept)
    session.flush()
    record(session, actor, "identity.kept", person)
    return IdentityKept(beneficiary_id=person.id, kept=True)


def read(
    session: Session, actor: Actor, beneficiary_id: UUID, data: ReadingReason, master: bytes
) -> IdentityRead:
    """Open the identity of a person; the reading is logged with its reason.

    Raises NotFound (also when none is kept), Forbidden, IdentityUnreadable, Invalid (a reason that
    names the person).
    """
    person = followed(session, actor, beneficiary_id)
    opened = open_of(session, person, data.reason, master)
    if opened is None:
        raise NotFound("Aucune identité n’est conservée pour cette personne.")
    record(session, actor, "identity.read", person, {"reason": data.reason})
    return opened


def remove(session: Session, actor: Actor, beneficiary_id: UUID) -> None:
    """Erase the identity of a person. Raises NotFound (also when none is kept), Forbidden."""
    person = followed(session, actor, beneficiary_id)
    kept = session.get(BeneficiaryIdentity, person.id)
    if kept is None:
        raise NotFound("Aucune identité n’est conservée pour cette personne.")
    overwrite_what_is_deleted(session)
    session.delete(kept)
    session.flush()
    record(session, actor, "identity.removed", person)


def find_duplicates(
    session: Session, actor: Actor, data: DuplicateSearch, master: bytes
) -> Duplicates:
    """Where the same person is already followed; the search is logged, without whom it was for.

    Raises NotFound on a foreign facilitator, Forbidden, Invalid.
    """
    facilitator_id = chosen(session, actor, data.facilitator_siret)
    holders = sa.select(col(Beneficiary.facilitator_id), col(Beneficiary.pseudonym)).join(
        BeneficiaryIdentity, col(BeneficiaryIdentity.beneficiary_id) == col(Beneficiary.id)
    )
    found = session.execute(
        holders.where(col(BeneficiaryIdentity.lookup) == _lookup(data, master))
    ).all()
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=facilitator_id,
        action="beneficiary.searched",
        target=f"person:{actor.person_id}",
        details={},
    )
    # Of others, yes or no and nothing more: enough to call them and not count hours twice; who
    # follows the person, how many do and under which pseudonym would tell a stranger of a path.
    return Duplicates(
        pseudonyms=sorted(pseudonym for holder, pseudonym in found if holder == facilitator_id),
        elsewhere=any(holder != facilitator_id for holder, _ in found),
    )


def open_of(
    session: Session, person: Beneficiary, reason: str, master: bytes
) -> IdentityRead | None:
    """The identity kept of a person, None when there is none; who asks logs it.

    Raises IdentityUnreadable, Invalid (a reason that names the person: the journal never forgets).
    """
    kept = session.get(BeneficiaryIdentity, person.id)
    if kept is None:
        return None
    try:
        plain = unseal(master, kept.sealed, row=person.id.bytes, owner=person.facilitator_id.bytes)
        last_name, first_name, born = msgspec.json.decode(plain, type=tuple[str, str, date])
    except (BrokenSealError, msgspec.DecodeError) as error:
        raise IdentityUnreadable from error
    if f" {_words(last_name)} " in f" {_words(reason)} ":
        message = "nomme la personne, or le journal ne s’efface pas : dites-le autrement."
        raise Invalid(errors=[FieldError(loc=["body", "reason"], message=message)])
    return IdentityRead(
        beneficiary_id=person.id, last_name=last_name, first_name=first_name, birth_date=born
    )


def _lookup(data: IdentityPut, master: bytes) -> str:
    """The keyed hash of a name and a birth date, however the name is spelt.

    Raises Invalid on a name without a letter, or a birth date that can't be.
    """
    names = {"last_name": _words(data.last_name), "first_name": _words(data.first_name)}
    wrong = [(name, "ne contient aucune lettre.") for name, words in names.items() if not words]
    if not date(1900, 1, 1) <= data.birth_date <= today():
        wrong.append(("birth_date", "n’est pas une date de naissance possible."))
    if wrong:
        raise Invalid(errors=[FieldError(loc=["body", name], message=why) for name, why in wrong])
    parts = (*names.values(), data.birth_date.isoformat())
    return keyed_hash(master, "\n".join(parts))


def _words(name: str) -> str:
    return _BETWEEN_WORDS.sub(" ", fold(name)).strip()
