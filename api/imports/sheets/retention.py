"""How long a spreadsheet received is kept, and what stays of it afterwards.

What it says of anything goes after 90 days: the file, the lines that it shows, what each line says,
changed or was blamed for. Its account stays: who sent it and when, how many lines did what.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.imports.models import ImportFile
from api.imports.sheets.models import SheetFile, SheetRow
from api.kit.columns import now
from api.kit.problems import Conflict

KEPT: Final = timedelta(days=90)
_CONTENTS: Final = ("title", "said", "issues", "changes")


class ContentErased(Conflict):
    type = "import-content-erased"
    title = "Contenu effacé"
    default = "Ce fichier est effacé, 90 jours après son dépôt : déposez-le de nouveau."


def erase_old(session: Session, organisation_id: UUID | None = None) -> int:
    """Erase what the spreadsheets sent more than 90 days ago say; how many had something left.

    ``organisation_id``: those of one organisation; of all when None.
    """
    old = sa.select(col(ImportFile.id)).where(
        col(ImportFile.created_at) < now() - KEPT,
        col(ImportFile.organisation_id) == organisation_id if organisation_id else sa.true(),
    )
    left = sa.and_(col(SheetFile.import_id).in_(old), sa.or_(_still_there(), *_still_told()))
    rows = SQLModel.metadata.tables[str(SheetRow.__tablename__)]
    session.execute(
        sa.update(rows)
        .where(rows.c.import_id.in_(sa.select(col(SheetFile.import_id)).where(left)))
        .values(dict.fromkeys(_CONTENTS, sa.null()))
    )
    erased = session.scalars(
        sa.update(SheetFile)
        .where(left)
        .values(content=b"", samples=[], notices=[])
        .returning(col(SheetFile.import_id))
        .execution_options(synchronize_session=False)
    ).all()
    return len(erased)


def refuse_erased(session: Session, import_id: UUID) -> None:
    """Raise ContentErased for a file of which nothing is left but its account."""
    there = sa.select(_still_there()).where(col(SheetFile.import_id) == import_id)
    if not session.scalar(there):
        raise ContentErased


def _still_there() -> sa.ColumnElement[bool]:
    return sa.func.length(col(SheetFile.content)) > 0


def _still_told() -> list[sa.ColumnElement[bool]]:
    """Of files emptied when only their content was: what their lines say stands beside samples."""
    of_lines = (col(SheetFile.samples), col(SheetFile.notices))
    return [sa.cast(one, sa.String) != "[]" for one in of_lines]
