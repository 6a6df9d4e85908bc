"""Imports: who may send a file, look at it, accept it, undo it."""

from collections.abc import Collection
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import DENIED, Actor, Permission, require, visible
from api.access.service import own
from api.contracts.announcing import announce
from api.imports import acceptance, staging, telling
from api.imports.judging import Reach
from api.imports.models import ImportFile, ImportState, RowState, StagedRow
from api.imports.schemas import (
    EarlierImport,
    ImportItem,
    ImportOrganisation,
    ImportRead,
    ImportRow,
    RowCounts,
)
from api.imports.sheets import acceptance as sheets
from api.imports.sheets import showing
from api.imports.sheets.registry import TARGETS
from api.imports.sheets.target import Target
from api.kit import audit
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import Forbidden, NotFound

# What a file of essential data writes.
_DECP = Permission.CONTRACTS_WRITE


def sender(session: Session, actor: Actor, siret: str | None) -> UUID:
    """The organisation for which the actor sends a file: the one named, else the actor's first.

    Raises Forbidden to who may import nowhere, NotFound on a foreign organisation.
    """
    if siret is not None:
        return own(session, actor, siret, Permission.IMPORTS_WRITE).id
    allowed = visible(actor, Permission.IMPORTS_WRITE)
    if not allowed:
        raise Forbidden(DENIED[Permission.IMPORTS_WRITE])
    return allowed[0]


def reach_of(actor: Actor) -> Reach:
    """The buyers whose rows the actor may bring."""
    return Reach(
        own=frozenset(visible(actor, Permission.IMPORTS_WRITE)),
        observe=bool(visible(actor, Permission.IMPORTS_OBSERVE)),
    )


def create(
    session: Session, actor: Actor, organisation_id: UUID, path: Path, name: str, sha256: str
) -> ImportRead:
    """Stage a file received.

    Raises Forbidden, NotFound, UnreadableFile.
    """
    for permission in (Permission.IMPORTS_WRITE, _DECP):
        require(actor, permission, organisation_id)
    received = staging.Received(
        path, name, sha256, path.stat().st_size, organisation_id, actor.person_id
    )
    file = staging.stage(session, received, reach_of(actor))
    record(session, actor, "import.received", file)
    return shown(session, file)


def read(session: Session, actor: Actor, import_id: UUID) -> ImportRead:
    """A file of one of the actor's organisations.

    Raises NotFound, Forbidden.
    """
    return shown(session, own_import(session, actor, import_id))


def accept(session: Session, actor: Actor, import_id: UUID) -> ImportRead:
    """Let the rows of a file in.

    Raises NotFound, Forbidden, NotStaged, Overtaken.
    """
    file = own_import(session, actor, import_id, lock=True)
    target = TARGETS.get(file.kind)
    if target is None:
        acceptance.accept(session, file, reach_of(actor))
    else:
        sheets.accept(session, target, file)
    _follow(session, file, target)
    record(session, actor, "import.accepted", file)
    session.flush()
    return shown(session, file)


def undo(session: Session, actor: Actor, import_id: UUID) -> ImportRead:
    """Take out what a file brought.

    Raises NotFound, Forbidden, NotUndoable.
    """
    file = own_import(session, actor, import_id, lock=True)
    target = TARGETS.get(file.kind)
    if target is None:
        acceptance.undo(session, file)
    else:
        sheets.undo(session, target, file)
    _follow(session, file, target)
    record(session, actor, "import.undone", file)
    session.flush()
    return shown(session, file)


def find(session: Session, actor: Actor, limit: int, cursor: str | None) -> Page[ImportItem]:
    """The files of the actor's organisations, last first.

    Raises Forbidden to who may import nowhere, Invalid on a foreign cursor.
    """
    allowed = visible(actor, Permission.IMPORTS_WRITE)
    if not allowed:
        raise Forbidden(DENIED[Permission.IMPORTS_WRITE])
    statement = (
        sa.select(ImportFile, Organisation)
        .join(Organisation, col(Organisation.id) == col(ImportFile.organisation_id))
        .where(col(ImportFile.organisation_id).in_(allowed))
    )
    after = decode_cursor(cursor, 1)
    if after is not None:
        statement = statement.where(col(ImportFile.id) < _uuid(after[0]))
    found = session.execute(statement.order_by(col(ImportFile.id).desc()).limit(limit + 1)).all()
    following = encode_cursor(found[limit - 1][0].id.hex) if len(found) > limit else None
    unread = showing.unread(session, [row[0] for row in found[:limit]])
    items = [_item(file, sender, unread) for file, sender in found[:limit]]
    return Page[ImportItem](items=items, next=following)


def find_rows(
    session: Session,
    actor: Actor,
    import_id: UUID,
    state: RowState | None,
    with_issues: bool | None,
    limit: int,
    cursor: str | None,
) -> Page[ImportRow]:
    """The rows of a file, in its order.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    file = own_import(session, actor, import_id)
    if file.kind in TARGETS:
        return _sheet_rows(session, file, (state, with_issues), limit, cursor)
    statement = sa.select(StagedRow).where(col(StagedRow.import_id) == import_id)
    if state is not None:
        statement = statement.where(col(StagedRow.state) == state)
    if with_issues is not None:
        some = col(StagedRow.raw).is_not(None)
        statement = statement.where(some if with_issues else ~some)
    after = decode_cursor(cursor, 1)
    if after is not None:
        statement = statement.where(col(StagedRow.position) > _whole(after[0]))
    found = session.scalars(statement.order_by(col(StagedRow.position)).limit(limit + 1)).all()
    following = encode_cursor(str(found[limit - 1].position)) if len(found) > limit else None
    return Page[ImportRow](items=telling.rows(session, file, found[:limit]), next=following)


def _sheet_rows(
    session: Session,
    file: ImportFile,
    wanted: tuple[RowState | None, bool | None],
    limit: int,
    cursor: str | None,
) -> Page[ImportRow]:
    after = decode_cursor(cursor, 1)
    found = showing.found_rows(session, file, *wanted, _whole(after[0]) if after else 0, limit + 1)
    following = encode_cursor(str(found[limit - 1].line)) if len(found) > limit else None
    organisation = session.get(Organisation, file.organisation_id)
    siret = organisation.siret if organisation else None
    items = showing.rows(session, file, TARGETS[file.kind], siret, found[:limit])
    return Page[ImportRow](items=items, next=following)


def own_import(
    session: Session, actor: Actor, import_id: UUID, *, lock: bool = False
) -> ImportFile:
    """A file of one of the actor's organisations, of a kind that the actor may bring.

    Raises NotFound, Forbidden.
    """
    file = session.get(ImportFile, import_id, with_for_update=lock)
    require(actor, Permission.IMPORTS_WRITE, file.organisation_id if file else None)
    if file is None:
        raise NotFound
    target = TARGETS.get(file.kind)
    require(actor, target.permission if target else _DECP, file.organisation_id)
    return file


def _follow(session: Session, file: ImportFile, target: Target | None) -> None:
    """What comes last: the contracts are announced, spending put on its contracts."""
    if target is None:
        announce(session, acceptance.written_by(file.id))
    elif file.organisation_id is not None:
        buyer = session.get_one(Organisation, file.organisation_id)
        target.follow(session, buyer, file.id)


def _item(
    file: ImportFile, organisation: Organisation | None, unread: Collection[UUID]
) -> ImportItem:
    brings = file.new + file.changed > 0 or file.id in unread
    return ImportItem(
        id=file.id,
        name=file.name,
        kind=file.kind,
        state=file.state,
        waits=file.state is ImportState.STAGED and brings,
        organisation=None
        if organisation is None
        else ImportOrganisation(siret=organisation.siret, name=organisation.name),
        rows=RowCounts(
            received=file.received,
            new=file.new,
            changed=file.changed,
            same=file.same,
            refused=file.refused,
            with_issues=file.with_issues,
        ),
        created_at=file.created_at,
        accepted_at=file.accepted_at,
        undone_at=file.undone_at,
    )


def shown(session: Session, file: ImportFile) -> ImportRead:
    """A file received as the API gives it."""
    organisation = session.get(Organisation, file.organisation_id) if file.organisation_id else None
    counted = showing.counts if file.kind in TARGETS else telling.counts
    refusals, issues = counted(session, file)
    return ImportRead(
        **_item(file, organisation, showing.unread(session, [file])).model_dump(),
        sha256=file.sha256,
        already=_already(session, file),
        kinds_of_issue=issues,
        refusals=refusals,
    )


def _already(session: Session, file: ImportFile) -> EarlierImport | None:
    earlier = session.scalars(
        sa.select(ImportFile)
        .where(
            col(ImportFile.sha256) == file.sha256,
            col(ImportFile.organisation_id) == file.organisation_id,
            col(ImportFile.kind) == file.kind,
            col(ImportFile.state) == ImportState.ACCEPTED,
            col(ImportFile.id) < file.id,
        )
        .order_by(col(ImportFile.id).desc())
        .limit(1)
    ).first()
    if earlier is None or earlier.accepted_at is None:
        return None
    return EarlierImport(id=earlier.id, at=earlier.accepted_at)


def record(session: Session, actor: Actor, action: str, file: ImportFile) -> None:
    """Leave an event about a file: its account, nothing that it says."""
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=file.organisation_id,
        action=action,
        target=f"import:{file.id}",
        details={
            "sha256": file.sha256,
            "received": file.received,
            "new": file.new,
            "changed": file.changed,
            "same": file.same,
            "refused": file.refused,
        },
    )


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise bad_cursor() from error


def _whole(text: str | None) -> int:
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        raise bad_cursor()
    return int(text)
