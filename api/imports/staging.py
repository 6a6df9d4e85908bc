"""Receives a file: reads every row, judges it, keeps it aside. Nothing enters the register yet."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlmodel import Session

import api
from api.imports import again
from api.imports.encoding import encoded
from api.imports.files import rows
from api.imports.judging import Judge, Judged, Reach, refusal
from api.imports.models import ImportFile, ImportState, RowState
from api.kit.bulk import insert_many
from api.kit.columns import new_id
from api.reference import cpv
from api.rules import decp
from api.rules.decp.identifiers import has_cpv_shape
from api.rules.records import ContractRecord, Issue

BATCH = 500
T = TypeVar("T")
# What is done of each batch of rows, once they are judged and kept aside.
Follow = Callable[[ImportFile, Judge, Sequence[Judged]], None]

_COLUMNS = (
    "import_id", "position", "state", "buyer_siret", "reference", "record", "raw", "issues",
    "before", "contract_id", "contract_version", "digest",
)  # fmt: skip


@dataclass(frozen=True)
class Received:
    """A file on disk, and who sent it."""

    path: Path
    name: str
    sha256: str
    size: int
    organisation_id: UUID | None
    person_id: UUID | None


@dataclass
class Account:
    """The count of the rows of a file: received = new + changed + same + refused, always."""

    states: Counter[RowState] = field(default_factory=Counter)
    with_issues: int = 0

    def add(self, row: Judged) -> None:
        """Count one verdict."""
        self.states[row.state] += 1
        if row.issues and row.state is not RowState.REFUSED:
            self.with_issues += 1

    def write(self, file: ImportFile) -> None:
        """Put the count on the file's row."""
        file.received = self.states.total()
        file.new = self.states[RowState.NEW]
        file.changed = self.states[RowState.CHANGED]
        file.same = self.states[RowState.SAME]
        file.refused = self.states[RowState.REFUSED]
        file.with_issues = self.with_issues


def stage(
    session: Session, received: Received, reach: Reach, follow: Follow | None = None
) -> ImportFile:
    """Keep aside every row of a DECP file with its verdict; ``follow`` has them batch by batch.

    Raises UnreadableFile; then the caller's transaction must be rolled back.
    """
    file = ImportFile(
        id=new_id(),
        organisation_id=received.organisation_id,
        person_id=received.person_id,
        name=received.name,
        sha256=received.sha256,
        size=received.size,
        kind="decp",
        state=ImportState.STAGED,
        received=0,
        new=0,
        changed=0,
        same=0,
        refused=0,
        with_issues=0,
        software_version=api.__version__,
    )
    earlier = again.accepted_before(session, file, reach)
    session.add(file)
    session.flush()
    if earlier is None:
        _read(file, received.path, Judge(session, reach), follow)
    else:
        again.keep_aside(session, file, earlier)
    session.add(file)
    session.flush()
    return file


def _read(file: ImportFile, path: Path, judge: Judge, follow: Follow | None) -> None:
    account = Account()
    for batch in batches(rows(path), BATCH):
        judged = _judged(judge, batch)
        raws = {raw.position: raw.content for raw in batch}
        insert_many(
            judge.session,
            "staged_row",
            _COLUMNS,
            [_staged(file.id, row, raws[row.position]) for row in judged],
        )
        if follow is not None:
            follow(file, judge, judged)
        for row in judged:
            account.add(row)
    account.write(file)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iteration into lists of ``size`` at most."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch


def _judged(judge: Judge, batch: list[decp.RawRow]) -> list[Judged]:
    readable: list[Judged] = []
    refused: list[Judged] = []
    for raw in batch:
        reading = decp.read(raw)
        record = reading.record
        if record is not None:
            readable.append(
                Judged(
                    raw.position,
                    RowState.NEW,
                    (*reading.issues, *_remarks(record)),
                    record.buyer_siret,
                    record.reference,
                    encoded(record),
                    read=record,
                )
            )
        elif reading.refusal is not None:
            refused.append(refusal(raw.position, reading.refusal))
    judge.judge(readable)
    return sorted([*readable, *refused], key=attrgetter("position"))


def _remarks(record: ContractRecord) -> Iterator[Issue]:
    """What the nomenclatures say of a record that could be read."""
    # Of what has not the form of a code, the reading tells it.
    told = cpv.unknown(record.cpv) if record.cpv and has_cpv_shape(record.cpv) else None
    if told:
        yield Issue("cpv_unknown", "codeCPV", f"Code CPV : {told} Il est gardé tel quel.")


def _staged(import_id: UUID, row: Judged, raw: Any) -> tuple[Any, ...]:
    return (
        import_id.hex,
        row.position,
        row.state.value,
        row.buyer_siret or None,
        row.reference or None,
        row.encoded.decode() or None,
        _raw_text(raw) if row.issues else None,
        _issues_text(row.issues),
        None,
        row.contract_id.hex if row.contract_id else None,
        None,
        row.digest or None,
    )


def _issues_text(issues: tuple[Issue, ...]) -> str | None:
    if not issues:
        return None
    return msgspec.json.encode([[one.code, one.field, one.message] for one in issues]).decode()


def _raw_text(content: Any) -> str:
    # A file may hold halves of surrogate pairs and NUL, which no database keeps.
    text = msgspec.json.encode(_storable(content)).decode()
    return text.replace("\\u0000", "\\ufffd")


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**63:
        return str(value)
    if isinstance(value, dict):
        return {str(_storable(key)): _storable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_storable(one) for one in value]
    return value
