"""A file accepted before, byte for byte, of which the register still holds what every row says.

Its rows are not read again: what they would be judged is known. They are kept aside anew, in one
statement, so that this import is looked at, accepted and accounted for as any other.
"""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

import api
from api.access.models import Organisation
from api.contracts.models import Contract
from api.imports.judging import Reach
from api.imports.models import ImportFile, ImportState, RowState, StagedRow

_COPIED = (
    "position",
    "buyer_siret",
    "reference",
    "record",
    "raw",
    "issues",
    "contract_id",
    "digest",
)


def accepted_before(session: Session, file: ImportFile, reach: Reach) -> ImportFile | None:
    """The last import of the same bytes for the same organisation, read by this very software, if
    it was accepted and no row of it would change anything today."""
    found = session.scalars(
        sa.select(ImportFile)
        .where(
            col(ImportFile.sha256) == file.sha256,
            col(ImportFile.organisation_id).is_not_distinct_from(file.organisation_id),
            col(ImportFile.kind) == file.kind,
            col(ImportFile.state) == ImportState.ACCEPTED,
            col(ImportFile.software_version) == api.__version__,
        )
        .order_by(col(ImportFile.id).desc())
        .limit(1)
    ).first()
    return found if found is not None and changes_nothing(session, found.id, reach) else None


def changes_nothing(session: Session, import_id: UUID, reach: Reach) -> bool:
    """Whether every readable row of an import is, word for word, what was last imported of its
    contract, and of a buyer that ``reach`` still covers."""
    rows = sa.and_(col(StagedRow.import_id) == import_id, col(StagedRow.record).is_not(None))
    # Refused though readable: for its buyer, or for another row; judged again.
    refused = col(StagedRow.state) == RowState.REFUSED
    moved = sa.and_(
        col(StagedRow.contract_id).is_not(None),
        col(Contract.imported_hash).is_distinct_from(col(StagedRow.digest)),
    )
    differs = (
        sa.select(col(StagedRow.position))
        .outerjoin(Contract, col(Contract.id) == col(StagedRow.contract_id))
        .where(rows, sa.or_(refused, moved))
        .limit(1)
    )
    if session.execute(differs).first() is not None:
        return False
    told = sa.select(col(StagedRow.buyer_siret)).where(rows).distinct().subquery()
    named = col(Organisation.siret) == told.c.buyer_siret
    buyers = session.scalars(
        sa.select(Organisation).select_from(told).outerjoin(Organisation, named)
    )
    return all(reach.covers(buyer) for buyer in buyers)


def keep_aside(session: Session, file: ImportFile, earlier: ImportFile) -> None:
    """Put the rows and the account of an earlier import on ``file``: all the same, or refused."""
    table = SQLModel.metadata.tables[StagedRow.__tablename__]
    state = sa.case((table.c.record.is_(None), RowState.REFUSED.value), else_=RowState.SAME.value)
    rows = sa.select(
        sa.literal(file.id, sa.Uuid), state, *(table.c[name] for name in _COPIED)
    ).where(table.c.import_id == earlier.id)
    session.execute(sa.insert(table).from_select(["import_id", "state", *_COPIED], rows))
    file.received, file.refused = earlier.received, earlier.refused
    file.same, file.with_issues = earlier.received - earlier.refused, earlier.with_issues
