"""The public file of the programme: what the buyer means to buy and says to everybody.

A project is there when it was made public and is still to come. Its estimate, which would tell
companies what to ask, its directorate, its comment and what the scheme expects of it are not.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.programme.models import COMING, Project, ProjectState
from api.programme.schemas import STATES
from api.publication import settings
from api.publication.site import Site
from api.rules.described import SIRET, Column, json_object

NAME: Final = "programmation.json"
BATCH: Final = 1000
COLUMNS: Final = (
    Column("numero", "Numéro", "Le numéro du projet, unique chez l’acheteur.", required=True),
    Column("intitule", "Intitulé", "Ce que l’acheteur prévoit d’acheter.", required=True),
    Column("annee", "Année", "De la programmation.", "integer", required=True, least=2000),
    Column("famille", "Famille d’achats", "Dans la nomenclature de l’acheteur."),
    Column("recurrent", "Achat récurrent", "Le besoin revient d’année en année.", "boolean"),
    Column("attendu_le", "Marché attendu le", "Jour où le marché est attendu.", "date"),
    Column(
        "avancement",
        "Avancement",
        "Où en est le projet.",
        required=True,
        choices={one.value: STATES[one] for one in COMING},
    ),
)
_BUYER: Final = {
    "type": "object",
    "required": ["siret", "nom"],
    "additionalProperties": False,
    "properties": {"siret": {"type": "string", "pattern": SIRET}, "nom": {"type": "string"}},
}
DOCUMENT: Final = {
    "type": "object",
    "required": ["acheteur", "fictif", "licence", "achats"],
    "additionalProperties": False,
    "properties": {
        "acheteur": _BUYER,
        "fictif": {"type": "boolean", "description": "Données inventées."},
        "licence": {"type": "string", "format": "uri"},
        "achats": {"type": "array", "items": json_object(COLUMNS)},
    },
}


def is_coming() -> sa.ColumnElement[bool]:
    """A project that everybody may know of, and that has still to become a contract."""
    return sa.and_(col(Project.public).is_(True), col(Project.state).in_(COMING))


def file(session: Session, buyer: Organisation, _site: Site) -> Iterator[bytes]:
    """The public projects of a buyer, those that are awaited first; those without a day last."""
    about = {
        "acheteur": {"siret": buyer.siret, "nom": buyer.name},
        "fictif": buyer.fictitious,
        "licence": settings.licence_of(session, buyer.id),
    }
    yield msgspec.json.encode(about)[:-1] + b',"achats":['
    planned = col(Project.planned_on)
    rows = session.execute(
        sa.select(*(col(getattr(Project, name)) for name in _FACTS))
        .where(col(Project.buyer_id) == buyer.id, is_coming())
        .order_by(planned.is_(None), planned, col(Project.year), col(Project.reference))
        .execution_options(yield_per=BATCH)
    )
    separator = b""
    for batch in rows.partitions(BATCH):
        yield separator + b",".join([msgspec.json.encode(_told(row)) for row in batch])
        separator = b","
    yield b"]}"


# What is read of a project, in the order of COLUMNS: nothing else can be told.
_FACTS: Final = (
    "reference", "title", "year", "purchase_family", "recurrent", "planned_on", "state",
)  # fmt: skip


def _told(row: Any) -> dict[str, Any]:
    told = dict(zip((one.name for one in COLUMNS), row, strict=True))
    return told | {"avancement": ProjectState(told["avancement"]).value}
