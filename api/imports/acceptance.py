"""Lets the rows of a file into the register, or takes them out again; all or nothing."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col

from api.access.models import Organisation
from api.access.service import observe
from api.contracts import dependents, reading, writing
from api.contracts.announcing import Among
from api.contracts.models import Contract, Origin
from api.contracts.writing import Written
from api.imports import again
from api.imports.encoding import encoded
from api.imports.judging import MESSAGES, Judge, Judged, Reach
from api.imports.models import ImportFile, ImportState, RowState, StagedRow
from api.imports.staging import BATCH, Account, Received, stage
from api.kit.bulk import update_many
from api.kit.columns import now
from api.kit.problems import Conflict
from api.rules.records import ContractRecord, Issue
from api.spending import joining
from api.suppliers.service import Identity, identity, register

# Companies kept in mind while a file enters; beyond, they are asked again of the database.
_REMEMBERED = 10_000


class NotStaged(Conflict):
    type = "not-staged"
    title = "Import déjà traité"
    default = "Cet import a déjà été accepté ou annulé."


class NotUndoable(Conflict):
    type = "not-undoable"
    title = "Annulation impossible"
    default = "Cet import n’est pas accepté : il n’y a rien à annuler."


def accept(session: Session, file: ImportFile, reach: Reach) -> None:
    """Write every accepted row into the register, judged again against what it is now.

    Raises NotStaged when the file was accepted or undone before.
    """
    if file.state is not ImportState.STAGED:
        raise NotStaged
    # Of a file that brings nothing, the account was told; so long as it is still true.
    if file.new or file.changed or not again.changes_nothing(session, file.id, reach):
        _let_in(session, file, reach)
    _accepted(session, file)


def bring(session: Session, received: Received, reach: Reach) -> ImportFile:
    """Stage a DECP file and let its rows in, in one reading: they are judged once, against the
    register as this transaction sees it.

    Raises UnreadableFile; then the caller's transaction must be rolled back.
    """
    companies: dict[Identity, UUID] = {}

    def follow(file: ImportFile, judge: Judge, judged: Sequence[Judged]) -> None:
        _enter(session, judge, judged, companies)
        _note(session, file.id, [row for row in judged if row.state is RowState.CHANGED])

    file = stage(session, received, reach, follow)
    _accepted(session, file)
    return file


def _accepted(session: Session, file: ImportFile) -> None:
    file.state = ImportState.ACCEPTED
    file.accepted_at = file.updated_at = now()
    session.add(file)
    joining.run_of(session, _buyers(file.id))


def _let_in(session: Session, file: ImportFile, reach: Reach) -> None:
    judge = Judge(session, reach)
    companies: dict[Identity, UUID] = {}
    account = Account()
    account.states[RowState.REFUSED] = _refused_by_reading(session, file.id)
    for page in _pages(session, file.id, col(StagedRow.record).is_not(None)):
        judged = [_row(staged) for staged in page]
        judge.judge(judged)
        _enter(session, judge, judged, companies)
        # A row that was announced new and is: nothing to write, its contract had its id already.
        moved = [
            row
            for staged, row in zip(page, judged, strict=True)
            if row.state is RowState.CHANGED or row.state is not staged.state
        ]
        _note(session, file.id, moved)
        for row in judged:
            account.add(row)
    account.write(file)


def undo(session: Session, file: ImportFile) -> None:
    """Take out of the register what a file brought.

    Raises NotUndoable when it is not accepted, when a contract has moved since, or while something
    that a person put on one stands there.
    """
    if file.state is not ImportState.ACCEPTED:
        raise NotUndoable
    moved = _moved(session, file.id)
    if moved:
        raise NotUndoable(
            f"{len(moved)} marché(s) de cet import ont changé depuis ({', '.join(moved[:5])}"
            f"{'…' if len(moved) > 5 else ''}) : défaites d’abord ces changements."
        )
    joining.hold_of(session, _buyers(file.id))
    companies: dict[Identity, UUID] = {}
    for staged in _pages(session, file.id, col(StagedRow.state) == RowState.CHANGED):
        kept = {one.id: one for one in reading.by_ids(session, _ids(staged))}
        for row in staged:
            if row.contract_id is not None and row.before is not None:
                _restore(session, kept[row.contract_id], row.before, companies)
    for staged in _pages(session, file.id, col(StagedRow.state) == RowState.NEW):
        _refuse_standing(session, staged)
        _remove(session, _ids(staged))
    file.state = ImportState.UNDONE
    file.undone_at = file.updated_at = now()
    session.add(file)
    joining.run_of(session, _buyers(file.id))
    _forget_buyers(session, file.id)


def _forget_buyers(session: Session, import_id: UUID) -> None:
    """Take out the buyers that are only watched, of new rows of the file, on whom nothing stands
    any more: only an import makes one, and it says nothing without contracts."""
    sirets = sa.select(col(StagedRow.buyer_siret)).where(
        col(StagedRow.import_id) == import_id, col(StagedRow.state) == RowState.NEW
    )
    session.flush()
    standing = (
        sa.exists().where(column == col(Organisation.id))
        for column in dependents.pointing(str(Organisation.__tablename__), frozenset())
    )
    gone = sa.delete(Organisation).where(
        col(Organisation.observed).is_(True),
        col(Organisation.siret).in_(sirets),
        *(~one for one in standing),
    )
    _leave(session, gone.execution_options(synchronize_session=False), "acheteurs")


def _buyers(import_id: UUID) -> sa.Select[Any]:
    """The buyers whose contracts a file speaks of: what they paid may have found its contract."""
    sirets = sa.select(col(StagedRow.buyer_siret)).where(
        col(StagedRow.import_id) == import_id,
        col(StagedRow.state).in_((RowState.NEW, RowState.CHANGED)),
    )
    return sa.select(col(Organisation.id)).where(col(Organisation.siret).in_(sirets))


def written_by(import_id: UUID) -> Among:
    """The contracts that a file made or changed, of which some may be gone."""
    return sa.select(col(StagedRow.contract_id)).where(
        col(StagedRow.import_id) == import_id,
        col(StagedRow.state).in_((RowState.NEW, RowState.CHANGED)),
        col(StagedRow.contract_id).is_not(None),
    )


def _refuse_standing(session: Session, staged: Sequence[Any]) -> None:
    counts, on = dependents.standing(session, "contract", dependents.PARTS, _ids(staged))
    if counts:
        named = [row.reference for row in staged if row.contract_id in on]
        raise NotUndoable(
            f"{dependents.depend(counts)} de marchés de cet import ({', '.join(named[:5])}"
            f"{'…' if len(named) > 5 else ''}) : détachez-les ou supprimez-les d’abord."
        )


def _remove(session: Session, contract_ids: list[UUID]) -> None:
    _leave(session, sa.delete(Contract).where(col(Contract.id).in_(contract_ids)), "marchés")


def _leave(session: Session, gone: sa.Delete, what: str) -> None:
    try:
        session.execute(gone)
    except IntegrityError as error:
        raise NotUndoable(
            f"Quelque chose vient de s’attacher à des {what} de cet import : il ne peut plus être "
            "annulé."
        ) from error


def _restore(
    session: Session, kept: reading.Kept, before: str, companies: dict[Identity, UUID]
) -> None:
    former = msgspec.json.decode(before, type=tuple[str | None, ContractRecord])
    register(session, former[1].suppliers, companies)
    written = _written(kept.id, kept.buyer_id, former[1], companies, former[0])
    writing.replace(session, written, former[0])
    moved_back(session, [kept.id])


def moved_back(session: Session, contract_ids: Sequence[UUID]) -> None:
    """Tell the files before that a change and its undoing were nothing to these contracts.

    As if the two, one version each, had come first: the file before may be undone in its turn.
    """
    version = (
        sa.select(col(Contract.version) - 1)
        .where(col(Contract.id) == col(StagedRow.contract_id))
        .correlate(StagedRow)
        .scalar_subquery()
    )
    session.execute(
        sa.update(StagedRow)
        .where(col(StagedRow.contract_id).in_(contract_ids), left_at() < version)
        .values(contract_version=left_at() + 2)
        .execution_options(synchronize_session=False)
    )


def _refused_by_reading(session: Session, import_id: UUID) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(StagedRow)
            .where(col(StagedRow.import_id) == import_id, col(StagedRow.record).is_(None))
        )
        or 0
    )


def _pages(
    session: Session, import_id: UUID, condition: sa.ColumnElement[bool]
) -> Iterator[Sequence[Any]]:
    statement = (
        sa.select(*_COLUMNS)
        .where(
            col(StagedRow.import_id) == import_id,
            condition,
            col(StagedRow.position) > sa.bindparam("after", type_=sa.Integer()),
        )
        .order_by(col(StagedRow.position))
        .limit(BATCH)
    )
    position = 0
    while page := session.execute(statement, {"after": position}).all():
        position = page[-1].position
        yield page


_COLUMNS = tuple(
    SQLModel.metadata.tables["staged_row"].c[name]
    for name in (
        "position", "state", "buyer_siret", "reference", "record", "issues", "contract_id",
        "before", "digest",
    )
)  # fmt: skip


def _row(staged: Any) -> Judged:
    position, state, buyer_siret, reference, record, issues, contract_id, _before, digest = staged
    return Judged(
        position,
        RowState.NEW,
        # Remarks of the judgement are made again by this judgement.
        tuple(Issue(*one) for one in issues or () if one[0] not in MESSAGES),
        buyer_siret,
        reference,
        record.encode(),
        contract_id if state is RowState.NEW else None,
        digest or "",
    )


def _enter(
    session: Session, judge: Judge, judged: Sequence[Judged], companies: dict[Identity, UUID]
) -> None:
    if len(companies) > _REMEMBERED:
        companies.clear()
    entering = [
        (row, row.contract_id, row.merged or row.record())
        for row in judged
        if row.contract_id is not None and row.state in (RowState.NEW, RowState.CHANGED)
    ]
    parties = [party for _, _, record in entering for party in record.suppliers]
    register(session, parties, companies)
    fresh: list[Written] = []
    for row, contract_id, record in entering:
        buyer_id = _buyer(session, judge, record).id
        written = _written(contract_id, buyer_id, record, companies, row.digest)
        if row.state is RowState.NEW:
            fresh.append(written)
        else:
            writing.replace(session, written, row.digest)
    writing.insert(session, fresh)


def _buyer(session: Session, judge: Judge, record: ContractRecord) -> Organisation:
    buyer = judge.buyers[record.buyer_siret]
    if buyer is None:
        buyer = observe(session, record.buyer_siret, record.buyer_name)
        judge.buyers[record.buyer_siret] = buyer
    return buyer


def _written(
    contract_id: UUID,
    buyer_id: UUID,
    record: ContractRecord,
    companies: dict[Identity, UUID],
    digest: str | None,
) -> Written:
    held = tuple(companies[identity(party)] for party in record.suppliers)
    return Written(contract_id, buyer_id, record, held, Origin.IMPORT, digest)


def _note(session: Session, import_id: UUID, judged: Sequence[Judged]) -> None:
    update_many(
        session,
        "staged_row",
        ("state", "contract_id", "contract_version", "before"),
        ("import_id", "position"),
        [
            (
                row.state.value,
                row.contract_id.hex if row.contract_id else None,
                row.kept.version + 1 if row.state is RowState.CHANGED and row.kept else None,
                _former(row),
                import_id.hex,
                row.position,
            )
            for row in judged
        ],
    )


def _former(row: Judged) -> str | None:
    if row.state is not RowState.CHANGED or row.kept is None:
        return None
    return msgspec.json.encode(
        (row.kept.imported_hash, msgspec.Raw(encoded(row.kept.record)))
    ).decode()


def _moved(session: Session, import_id: UUID) -> list[str]:
    rows = session.scalars(
        sa.select(col(StagedRow.reference))
        .join(Contract, col(Contract.id) == col(StagedRow.contract_id), isouter=True)
        .where(
            col(StagedRow.import_id) == import_id,
            sa.func.coalesce(col(Contract.version), 0) != left_at(),
        )
        .order_by(col(StagedRow.position))
        .limit(1000)
    )
    return [reference or "?" for reference in rows]


def left_at() -> sa.ColumnElement[int]:
    """The version at which an accepted row left its contract; NULL where it left it alone."""
    made = sa.case((col(StagedRow.state) == RowState.NEW, 1))
    return sa.func.coalesce(col(StagedRow.contract_version), made)


def _ids(staged: Sequence[Any]) -> list[UUID]:
    return [row.contract_id for row in staged if row.contract_id is not None]
