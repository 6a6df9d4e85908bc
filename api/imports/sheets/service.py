"""Spreadsheets: who may send one, say what its columns are, get it back."""

from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import Actor, Permission, require, require_anywhere
from api.imports import service
from api.imports.acceptance import NotStaged
from api.imports.models import ImportFile, ImportState
from api.imports.schemas import ImportRead
from api.imports.sheets import giving_back, showing, staging
from api.imports.sheets.giving_back import Annotated
from api.imports.sheets.models import SheetFile
from api.imports.sheets.opening import Kept
from api.imports.sheets.registry import TARGETS
from api.imports.sheets.retention import refuse_erased
from api.imports.sheets.schemas import ColumnChoices, ImportColumns, KindRead
from api.imports.sheets.target import Target
from api.kit.problems import FieldError, Invalid, NotFound
from api.kit.sheets import Sheet


def kinds(actor: Actor) -> list[KindRead]:
    """The kinds of spreadsheets that are read. Raises Forbidden to who may import nowhere."""
    require_anywhere(actor, Permission.IMPORTS_WRITE)
    return showing.kinds()


def allow_creation(
    session: Session, actor: Actor, organisation_id: UUID, target: Target
) -> Organisation:
    """The buyer for whom the actor may bring this kind of spreadsheet.

    Raises NotFound, Forbidden, Invalid on an organisation that buys nothing.
    """
    for permission in (Permission.IMPORTS_WRITE, target.permission):
        require(actor, permission, organisation_id)
    buyer = session.get_one(Organisation, organisation_id)
    if buyer.kind is not OrganisationKind.BUYER:
        message = "n’est pas un acheteur : choisissez celui dont parle le fichier."
        raise Invalid(errors=[FieldError(loc=["body", "organisation"], message=message)])
    return buyer


def create(
    session: Session,
    actor: Actor,
    buyer: Organisation,
    target: Target,
    name: str,
    content: bytes,
    sheet: Sheet,
) -> ImportRead:
    """Keep a spreadsheet received and judge its lines; nothing is in yet."""
    file = staging.stage(session, target, buyer, actor.person_id, name, content, sheet)
    service.record(session, actor, "import.received", file)
    return service.shown(session, file)


def columns(session: Session, actor: Actor, import_id: UUID) -> ImportColumns:
    """How the columns of a spreadsheet are read. Raises NotFound, Forbidden."""
    file, target = _sheet(session, actor, import_id)
    return showing.columns(session, file, target)


def kept(session: Session, actor: Actor, import_id: UUID) -> Kept:
    """A spreadsheet that waits, as it was received. Raises NotFound, Forbidden, NotStaged,
    ContentErased."""
    file, _target = _sheet(session, actor, import_id)
    if file.state is not ImportState.STAGED:
        raise NotStaged
    refuse_erased(session, file.id)
    found = session.get_one(SheetFile, file.id)
    return Kept(found.content, file.name, found.sheet, tuple(found.header))


def map_columns(
    session: Session, actor: Actor, import_id: UUID, data: ColumnChoices, sheet: Sheet
) -> ImportRead:
    """Read a spreadsheet by other columns, judge it again and remember the choice.

    ``sheet``: what ``kept`` gave, read before. Raises NotFound, Forbidden, NotStaged,
    ContentErased, Invalid.
    """
    file, target = _sheet(session, actor, import_id, lock=True)
    if file.state is not ImportState.STAGED:
        raise NotStaged
    refuse_erased(session, file.id)
    buyer = session.get_one(Organisation, file.organisation_id)
    chosen = [(one.column, one.field) for one in data.columns]
    staging.map_columns(session, target, buyer, file, chosen, sheet)
    service.record(session, actor, "import.mapped", file)
    return service.shown(session, file)


def annotated(session: Session, actor: Actor, import_id: UUID) -> Annotated:
    """The sender's own file with what became of each line.

    Raises NotFound, Forbidden, ContentErased.
    """
    file, _ = _sheet(session, actor, import_id)
    return giving_back.annotated(session, file)


def _sheet(
    session: Session, actor: Actor, import_id: UUID, *, lock: bool = False
) -> tuple[ImportFile, Target]:
    """A spreadsheet of one of the actor's organisations; a DECP file has no columns."""
    file = service.own_import(session, actor, import_id, lock=lock)
    if file.kind not in TARGETS:
        raise NotFound("Ce fichier n’est pas un tableau : il n’a ni colonnes ni retour annoté.")
    return file, TARGETS[file.kind]
