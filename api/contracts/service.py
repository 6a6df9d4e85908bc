"""Contracts: who may read and change them, and what each change leaves behind."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission, require
from api.access.service import own
from api.contracts import beside, conversion, dependents, following, reading, writing
from api.contracts.announcing import announce_one
from api.contracts.models import (
    ConfirmedAmount,
    Contract,
    ContractDocument,
    ContractSupplier,
    Origin,
)
from api.contracts.publicity import is_due
from api.contracts.reading import Kept
from api.contracts.schemas import (
    AmendmentIn,
    ContractChange,
    ContractCreate,
    ContractRead,
    ContractSupplierRead,
    DoubtRead,
    IssueRead,
    MarkRead,
    MarksIn,
    MarkState,
)
from api.contracts.writing import Written
from api.kit import audit
from api.kit.columns import new_id, to_euros
from api.kit.days import today
from api.kit.problems import Conflict, FieldError, Invalid, NotFound, PreconditionRequired, Stale
from api.reference.cpv import label_of
from api.reference.marks import MARKS
from api.rules import decp
from api.rules.amounts import doubts
from api.rules.naming import is_person, known_name
from api.rules.records import ContractRecord, Issue, Party
from api.suppliers.models import Supplier
from api.suppliers.service import Identity, identity, register


class ReferenceTaken(Conflict):
    type = "reference-taken"
    title = "Numéro déjà pris"
    default = "Cet acheteur a déjà un marché de ce numéro. Choisissez-en un autre."


class NotRemovable(Conflict):
    type = "not-removable"
    title = "Suppression impossible"
    default = "Ce marché vient d’un import : annulez l’import pour l’ôter du registre."


class StillCarrying(Conflict):
    type = "still-carrying"
    title = "Suppression impossible"
    default = "Quelque chose vient de s’attacher à ce marché : gardez-le."


def read(session: Session, actor: Actor, contract_id: UUID) -> ContractRead:
    """A contract of the actor's organisations or of an observed buyer.

    Raises NotFound otherwise, Forbidden when the role reads no contract.
    """
    return shown(session, actor, _readable(session, actor, contract_id))


def allow_creation(session: Session, actor: Actor, data: ContractCreate) -> Organisation:
    """The buyer for whom the actor may enter this contract.

    Raises NotFound on a foreign buyer, Forbidden, Invalid on a foreign directorate or project.
    """
    buyer = own(session, actor, data.buyer_siret, Permission.CONTRACTS_READ)
    require(actor, Permission.CONTRACTS_WRITE, buyer.id, data.directorate_id)
    beside.check(session, buyer.id, data.model_dump(include={"directorate_id", "project_id"}))
    return buyer


def allow_change(session: Session, actor: Actor, contract_id: UUID) -> None:
    """Let pass who may change this contract.

    Raises NotFound, Forbidden.
    """
    place = sa.select(col(Contract.buyer_id), col(Contract.directorate_id))
    found = session.execute(place.where(col(Contract.id) == contract_id)).first()
    if found is None:
        raise NotFound
    require(actor, Permission.CONTRACTS_WRITE, found[0], found[1])


def create(session: Session, actor: Actor, data: ContractCreate) -> ContractRead:
    """Enter a contract.

    Raises NotFound on a foreign buyer, Forbidden, ReferenceTaken, Invalid on a foreign directorate
    or project.
    """
    buyer = allow_creation(session, actor, data)
    if reading.ids_by_reference(session, [(buyer.id, data.reference)]):
        raise ReferenceTaken
    record = conversion.record_of(data)
    contract_id = new_id()
    writing.insert(session, [_written(session, contract_id, buyer.id, record)])
    beside.keep(session, contract_id, data.model_dump(exclude_unset=True))
    following.tell(session, buyer.id, [contract_id])
    _record(session, actor, "contract.created", contract_id, buyer.id, {"number": data.reference})
    return _reread(session, actor, contract_id)


def change(
    session: Session, actor: Actor, contract_id: UUID, data: ContractChange, if_match: str | None
) -> ContractRead:
    """Change fields of a contract; an ETag that is not the current one is refused.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid on a foreign directorate or
    project.
    """
    said = data.model_dump(exclude_unset=True)
    kept = writable(session, actor, contract_id, if_match)
    if "directorate_id" in said:
        # Moving a contract out of one's directorate is not a directorate's to do.
        require(actor, Permission.CONTRACTS_WRITE, kept.buyer_id, said["directorate_id"])
    beside.check(session, kept.buyer_id, said)
    moved = beside.differences(session, kept, said)
    beside.keep(session, contract_id, said)
    after = conversion.changed(kept.record, conversion.recalled(kept, said))
    return _replace(session, actor, kept, after, "contract.changed", moved)


def amend(
    session: Session, actor: Actor, contract_id: UUID, data: AmendmentIn, if_match: str | None
) -> ContractRead:
    """Add a modification to a contract.

    Raises as ``change``.
    """
    kept = writable(session, actor, contract_id, if_match)
    return _replace(session, actor, kept, conversion.amended(kept.record, data), "contract.amended")


def mark(
    session: Session, actor: Actor, contract_id: UUID, data: MarksIn, if_match: str | None
) -> ContractRead:
    """Say yes, no or unknown under marks of the nomenclature.

    Raises as ``change``, and Invalid on a code outside the nomenclature.
    """
    check_marks(data)
    kept = writable(session, actor, contract_id, if_match)
    after = conversion.marked(kept.record, data.marks)
    return _replace(session, actor, kept, after, "contract.marked")


def remove(session: Session, actor: Actor, contract_id: UUID, if_match: str | None) -> None:
    """Remove a contract that was entered by hand.

    Raises as ``change``, NotRemovable on an imported one, StillCarrying while something that a
    person put on it stands there.
    """
    kept = writable(session, actor, contract_id, if_match)
    if kept.origin != Origin.FORM:
        raise NotRemovable
    following.wait(session, kept.buyer_id)
    counts, _on = dependents.standing(session, "contract", dependents.PARTS, [contract_id])
    if counts:
        raise StillCarrying(
            f"{dependents.depend(counts)} de ce marché : détachez-les ou supprimez-les d’abord."
        )
    try:
        session.execute(sa.delete(Contract).where(col(Contract.id) == contract_id))
    except IntegrityError as error:
        raise StillCarrying from error
    following.tell(session, kept.buyer_id, [contract_id])
    details = {"number": kept.record.reference}
    _record(session, actor, "contract.removed", contract_id, kept.buyer_id, details)


def replace_record(
    session: Session,
    kept: Kept,
    record: ContractRecord,
    known: dict[Identity, UUID],
    imported_hash: str | None,
) -> int:
    """Write ``record`` in place of a kept one; answers the new version."""
    writing.replace(
        session, _written(session, kept.id, kept.buyer_id, record, known), imported_hash
    )
    return kept.version + 1


def etag(contract: ContractRead) -> str:
    """The ETag of a contract: its version."""
    return f'"{contract.version}"'


def shown(session: Session, actor: Actor, kept: Kept) -> ContractRead:
    """A kept contract as the API gives it."""
    buyer = session.get_one(Organisation, kept.buyer_id)
    withheld, due_on = session.execute(
        sa.select(col(ContractDocument.withheld), sa.case((is_due(), col(ContractDocument.due_on))))
        .join(Contract, col(Contract.id) == col(ContractDocument.contract_id))
        .where(col(ContractDocument.contract_id) == kept.id)
    ).one()
    return ContractRead.model_construct(
        id=kept.id,
        version=kept.version,
        buyer_siret=buyer.siret or "",
        buyer_name=buyer.name,
        kind=kept.record.kind,
        reference=kept.record.reference,
        external_id=kept.external_id,
        cpv_label=label_of(kept.record.cpv),
        origin=kept.origin,
        editable=_may_write(actor, kept),
        suppliers=_suppliers(session, kept.id),
        marks=marks_of(kept.record.marks),
        doubts=_doubts(session, kept),
        withheld=[IssueRead(code=c, field=f, message=m) for c, f, m in withheld or []],
        dropped=_told(decp.would_be_dropped(kept.record, today())),
        altered=_told(decp.would_be_altered(kept.record)),
        # An observed buyer publishes elsewhere.
        publication_due_on=None if buyer.observed else due_on,
        created_at=kept.created_at,
        updated_at=kept.updated_at,
        **conversion.facts_of(kept),
        **conversion.parts_of(kept.record),
    )


def _doubts(session: Session, kept: Kept) -> list[DoubtRead]:
    found = doubts(kept.record)
    confirmed: set[int] = set()
    if found:
        of_it = col(ConfirmedAmount.contract_id) == kept.id
        confirmed = set(session.scalars(sa.select(col(ConfirmedAmount.amount)).where(of_it)))
    return [
        DoubtRead(
            amount=to_euros(one.amount),
            amendment=one.amendment,
            code=one.code,
            message=one.why,
            confirmed=one.amount in confirmed,
        )
        for one in found
    ]


def _told(issues: Sequence[Issue]) -> list[IssueRead]:
    return [IssueRead(code=one.code, field=one.field, message=one.message) for one in issues]


def check_marks(data: MarksIn) -> None:
    """Refuse (Invalid) a code outside the nomenclature."""
    message = "n’est pas un code de la nomenclature (voir GET /api/v1/reference/marks)."
    errors = [
        FieldError(loc=["body", "marks", code[:40]], message=message)
        for code in data.marks
        if code not in MARKS
    ]
    if errors:
        raise Invalid(errors=errors)


def marks_of(said: Mapping[str, bool]) -> list[MarkRead]:
    """The whole nomenclature, with what is said under each code."""
    states = {None: MarkState.UNKNOWN, True: MarkState.YES, False: MarkState.NO}
    return [
        MarkRead(code=code, label=mark.label, theme=mark.theme, state=states[said.get(code)])
        for code, mark in MARKS.items()
    ]


def _readable(session: Session, actor: Actor, contract_id: UUID) -> Kept:
    kept = reading.by_id(session, contract_id)
    if kept is None:
        raise NotFound
    member = any(grant.organisation_id == kept.buyer_id for grant in actor.grants)
    if member or not session.get_one(Organisation, kept.buyer_id).observed:
        require(actor, Permission.CONTRACTS_READ, kept.buyer_id)
    return kept


def writable(session: Session, actor: Actor, contract_id: UUID, if_match: str | None) -> Kept:
    """The contract under a lock, for who may change it and has read it as it is.

    Raises NotFound, Forbidden, PreconditionRequired, Stale.
    """
    kept = reading.by_id(session, contract_id, lock=True)
    if kept is None:
        raise NotFound
    require(actor, Permission.CONTRACTS_WRITE, kept.buyer_id, kept.directorate_id)
    if if_match is None:
        raise PreconditionRequired
    if if_match != f'"{kept.version}"':
        raise Stale
    return kept


def _may_write(actor: Actor, kept: Kept) -> bool:
    return any(
        grant.organisation_id == kept.buyer_id
        and grant.gives(Permission.CONTRACTS_WRITE, kept.directorate_id)
        for grant in actor.grants
    )


def _replace(  # what moved beside the record is told with what changed in it
    session: Session,
    actor: Actor,
    kept: Kept,
    after: ContractRecord,
    action: str,
    moved: Sequence[tuple[str, Any, Any]] = (),
) -> ContractRead:
    changed = [*conversion.differences(kept.record, after), *moved]
    replace_record(session, kept, after, {}, kept.imported_hash)
    if following.concerns(name for name, _before, _after in changed):
        following.tell(session, kept.buyer_id, [kept.id])
    return told_again(session, actor, kept, action, changed)


def told_again(
    session: Session, actor: Actor, kept: Kept, action: str, changed: Sequence[tuple[str, Any, Any]]
) -> ContractRead:
    """Record and announce what changed in a contract, and read it again."""
    details = {"changes": [list(one) for one in changed]}
    _record(session, actor, action, kept.id, kept.buyer_id, details)
    return _reread(session, actor, kept.id)


def _reread(session: Session, actor: Actor, contract_id: UUID) -> ContractRead:
    kept = reading.by_id(session, contract_id)
    if kept is None:
        raise NotFound
    return shown(session, actor, kept)


def _written(  # the four first make the row, ``known`` saves look-ups of companies
    session: Session,
    contract_id: UUID,
    buyer_id: UUID,
    record: ContractRecord,
    known: dict[Identity, UUID] | None = None,
) -> Written:
    companies = {} if known is None else known
    register(session, record.suppliers, companies)
    held = tuple(companies[identity(party)] for party in record.suppliers)
    return Written(contract_id, buyer_id, record, held, Origin.FORM)


def _suppliers(session: Session, contract_id: UUID) -> list[ContractSupplierRead]:
    rows = session.scalars(
        sa.select(Supplier)
        .join(ContractSupplier, col(ContractSupplier.supplier_id) == col(Supplier.id))
        .where(col(ContractSupplier.contract_id) == contract_id)
        .order_by(col(ContractSupplier.position))
    )
    return [
        ContractSupplierRead(
            id=one.id,
            id_type=one.id_type,
            identifier=one.identifier,
            name=known_name(party),
            size=one.size,
            ess=one.ess,
            sole_trader=one.sole_trader,
            unnamed=bool(is_person(party)),
        )
        for one in rows
        for party in [Party(one.id_type, one.identifier, one.name, one.sole_trader)]
    ]


def _record(
    session: Session,
    actor: Actor,
    action: str,
    contract_id: UUID,
    buyer_id: UUID,
    details: dict[str, Any],
) -> None:
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=buyer_id,
        action=action,
        target=f"contract:{contract_id}",
        details=details,
    )
    announce_one(session, contract_id)
