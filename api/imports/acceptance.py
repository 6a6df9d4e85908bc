"""Lets the rows of a file into the register, or takes them out again; all or nothing."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.service import observe
from api.contracts import reading, writing
from api.contracts.models import Contract, Origin
from api.contracts.writing import Written
from api.imports.judging import Judge, Judged, Reach
from api.imports.models import ImportFile, ImportState, RowState, StagedRow
from api.imports.staging import BATCH, Account
from api.kit.bulk import update_many
from api.kit.columns import new_id, now
from api.kit.problems import Conflict
from api.rules.records import ContractRecord, Issue
from api.suppliers.service import Identity, identity, register

_DECODER = msgspec.json.Decoder(ContractRecord)


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
    judge = Judge(session, reach)
    companies: dict[Identity, UUID] = {}
    account = Account()
    account.states[RowState.REFUSED] = _refused_by_reading(session, file.id)
    for staged in _readable(session, file.id):
        rows = [_row(one) for one in staged]
        before = {one.position: one.state for one in staged}
        judged = judge.judge(rows)
        _meet_buyers(session, judge, judged)
        _enter(session, judge, judged, companies)
        _note(session, file.id, judged, before)
        for row in judged:
            account.add(row)
    account.write(file)
    file.state = ImportState.ACCEPTED
    file.accepted_at = file.updated_at = now()
    session.add(file)


def undo(session: Session, file: ImportFile) -> None:
    """Take out of the register what a file brought.

    Raises NotUndoable when it is not accepted, or when a contract has moved since.
    """
    if file.state is not ImportState.ACCEPTED:
        raise NotUndoable
    moved = _moved(session, file.id)
    if moved:
        raise NotUndoable(
            f"{len(moved)} marché(s) de cet import ont changé depuis ({', '.join(moved[:5])}"
            f"{'…' if len(moved) > 5 else ''}) : défaites d’abord ces changements."
        )
    companies: dict[Identity, UUID] = {}
    for staged in _touched(session, file.id, RowState.CHANGED):
        kept = {one.id: one for one in reading.by_ids(session, _ids(staged))}
        for row in staged:
            if row.contract_id is not None and row.before is not None:
                _restore(session, kept[row.contract_id], row.before, companies)
    for staged in _touched(session, file.id, RowState.NEW):
        session.execute(sa.delete(Contract).where(col(Contract.id).in_(_ids(staged))))
    file.state = ImportState.UNDONE
    file.undone_at = file.updated_at = now()
    session.add(file)


def _restore(
    session: Session, kept: reading.Kept, before: str, companies: dict[Identity, UUID]
) -> None:
    former = msgspec.json.decode(before, type=tuple[str | None, ContractRecord])
    register(session, former[1].suppliers, companies)
    written = _written(kept.id, kept.buyer_id, former[1], companies, former[0])
    writing.replace(session, written, former[0])


def _refused_by_reading(session: Session, import_id: UUID) -> int:
    return (
        session.scalar(
            sa.select(sa.func.count())
            .select_from(StagedRow)
            .where(col(StagedRow.import_id) == import_id, col(StagedRow.record).is_(None))
        )
        or 0
    )


def _readable(session: Session, import_id: UUID) -> Iterator[Sequence[StagedRow]]:
    yield from _pages(session, import_id, col(StagedRow.record).is_not(None))


def _touched(session: Session, import_id: UUID, state: RowState) -> Iterator[Sequence[StagedRow]]:
    yield from _pages(session, import_id, col(StagedRow.state) == state)


def _pages(
    session: Session, import_id: UUID, condition: sa.ColumnElement[bool]
) -> Iterator[Sequence[StagedRow]]:
    position = 0
    while True:
        page = session.scalars(
            sa.select(StagedRow)
            .where(
                col(StagedRow.import_id) == import_id,
                condition,
                col(StagedRow.position) > position,
            )
            .order_by(col(StagedRow.position))
            .limit(BATCH)
            .execution_options(populate_existing=True)
        ).all()
        if not page:
            return
        position = page[-1].position
        yield page
        # Constant memory: the session must not remember every row it has seen.
        for row in page:
            session.expunge(row)


def _row(staged: StagedRow) -> tuple[int, ContractRecord, tuple[Issue, ...]]:
    # Remarks of the judgement are made again by this judgement.
    issues = tuple(Issue(*one) for one in staged.issues or [] if one[0] not in _JUDGED)
    return staged.position, _DECODER.decode(staged.record or ""), issues


_JUDGED = {"foreign_buyer", "file_duplicate", "file_collision"}


def _meet_buyers(session: Session, judge: Judge, judged: Sequence[Judged]) -> None:
    for row in judged:
        if row.state is RowState.NEW and row.record is not None:
            siret = row.record.buyer_siret
            if judge.buyers[siret] is None:
                judge.buyers[siret] = observe(session, siret, row.record.buyer_name)


def _enter(
    session: Session, judge: Judge, judged: Sequence[Judged], companies: dict[Identity, UUID]
) -> None:
    parties = [party for row in judged if row.record for party in row.record.suppliers]
    register(session, parties, companies)
    fresh: list[Written] = []
    for row in judged:
        if row.record is None:
            continue
        if row.state is RowState.NEW:
            buyer = judge.buyers[row.record.buyer_siret]
            row.contract_id = new_id()
            if buyer is not None:
                fresh.append(_written(row.contract_id, buyer.id, row.record, companies, row.digest))
        elif row.state is RowState.CHANGED and row.kept and row.merged:
            register(session, row.merged.suppliers, companies)
            written = _written(row.kept.id, row.kept.buyer_id, row.merged, companies, row.digest)
            writing.replace(session, written, row.digest)
    writing.insert(session, fresh)


def _written(
    contract_id: UUID,
    buyer_id: UUID,
    record: ContractRecord,
    companies: dict[Identity, UUID],
    digest: str | None,
) -> Written:
    held = tuple(companies[identity(party)] for party in record.suppliers)
    return Written(contract_id, buyer_id, record, held, Origin.IMPORT, digest)


def _note(
    session: Session,
    import_id: UUID,
    judged: Sequence[Judged],
    before: dict[int, RowState],
) -> None:
    update_many(
        session,
        "staged_row",
        ("state", "contract_id", "contract_version", "before"),
        ("import_id", "position"),
        [
            (
                row.state.value,
                row.contract_id.hex if row.contract_id else None,
                _version(row),
                _former(row),
                import_id.hex,
                row.position,
            )
            for row in judged
            if row.state in (RowState.NEW, RowState.CHANGED) or before[row.position] != row.state
        ],
    )


def _version(row: Judged) -> int | None:
    if row.state is RowState.NEW:
        return 1
    if row.state is RowState.CHANGED and row.kept:
        return row.kept.version + 1
    return None


def _former(row: Judged) -> str | None:
    if row.state is not RowState.CHANGED or row.kept is None:
        return None
    return msgspec.json.encode((row.kept.imported_hash, row.kept.record)).decode()


def _moved(session: Session, import_id: UUID) -> list[str]:
    rows = session.scalars(
        sa.select(col(StagedRow.reference))
        .join(Contract, col(Contract.id) == col(StagedRow.contract_id), isouter=True)
        .where(
            col(StagedRow.import_id) == import_id,
            col(StagedRow.contract_version).is_not(None),
            sa.func.coalesce(col(Contract.version), 0) != col(StagedRow.contract_version),
        )
        .order_by(col(StagedRow.position))
        .limit(1000)
    )
    return [reference or "?" for reference in rows]


def _ids(staged: Sequence[StagedRow]) -> list[UUID]:
    return [row.contract_id for row in staged if row.contract_id is not None]
