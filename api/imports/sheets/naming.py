"""The directorates of a buyer by their names, as people write them in files."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.imports.sheets.target import FOREIGN, UNKNOWN, Line
from api.rules.columns import normalised


def directorates_by_id(session: Session, buyer_id: UUID) -> dict[UUID, str]:
    """The name of each directorate of a buyer."""
    rows = session.execute(
        sa.select(col(Directorate.id), col(Directorate.name)).where(
            col(Directorate.organisation_id) == buyer_id
        )
    )
    return {row[0]: row[1] for row in rows}


def find_directorates(session: Session, buyer: Organisation, lines: Iterable[Line]) -> None:
    """Put in ``found`` the directorate that each line names, and its right name in ``said``.

    A name that the buyer has not refuses the line.
    """
    naming = [line for line in lines if _name(line) is not None]
    if not naming:
        return
    kept = {
        normalised(name): (key, name) for key, name in directorates_by_id(session, buyer.id).items()
    }
    for line in naming:
        found = kept.get(normalised(_name(line) or ""))
        if found is None:
            known = ", ".join(f"« {name} »" for _, name in list(kept.values())[:10])
            told = f" Les siennes : {known}." if known else ""
            line.refuse(
                UNKNOWN,
                "directorate",
                f"« {_name(line)} » n’est pas une direction de cet acheteur.{told}",
            )
            continue
        line.found["directorate"], name = found
        for values in (line.said, line.values):
            if values.get("directorate") is not None:
                values["directorate"] = name


def _name(line: Line) -> str | None:
    name: str | None = line.said.get("directorate") or line.values.get("directorate")
    return name


def refuse_foreign(buyer: Organisation, lines: Iterable[Line]) -> None:
    """Refuse the lines that say another buyer than the one of the import."""
    for line in lines:
        said = line.said.get("buyer_siret")
        if said is not None and said != buyer.siret:
            line.refuse(
                FOREIGN,
                "buyer_siret",
                f"L’acheteur {said} n’est pas celui de cet import ({buyer.siret}) : déposez ses "
                "lignes dans un fichier à part, en son nom.",
            )
