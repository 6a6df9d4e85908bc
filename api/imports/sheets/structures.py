"""Spreadsheets of structures: one is known by its SIRET, for the whole platform."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Permission
from api.imports.models import RowState
from api.imports.sheets import cells
from api.imports.sheets.base import Base
from api.imports.sheets.judging import digest_of
from api.imports.sheets.target import OLDER, ORDER, Known, Line, SheetField
from api.kit.bulk import insert_many, this_instant, update_many
from api.kit.days import today
from api.kit.sheets import Cell
from api.rules.columns import normalised
from api.structures.models import Structure, StructureKind
from api.structures.schemas import KINDS, Departement
from api.structures.service import FACTS

_CHUNK = 500
_DEPARTEMENT: TypeAdapter[str] = TypeAdapter(Departement)
_KINDS = {
    **{normalised(kind.value): kind.value for kind in StructureKind},
    **{normalised(label): kind.value for kind, label in KINDS.items()},
    **{normalised(label.partition(" (")[0]): kind.value for kind, label in KINDS.items()},
    **dict.fromkeys(("regie de quartier", "regie de territoire", "rq"), "regie_quartier"),
    **dict.fromkeys(("aucun", "non", "entreprise ordinaire", "ordinaire"), "aucune"),
}
_KIND_LABELS = {kind.value: label for kind, label in KINDS.items()}
_OLDER: Final = (
    "Le registre tient une source plus récente (« {source} », {day}) : cette ligne n’y change rien."
)


def _departement(cell: Cell) -> str:
    text = cells.text_of(cell).upper()
    try:
        return _DEPARTEMENT.validate_python(text.zfill(2) if text.isdigit() else text)
    except ValidationError as error:
        raise ValueError(
            f"« {text[:60]} » n’est pas un code de département, comme « 62 » ou « 2A »."
        ) from error


FIELDS: Final = (
    SheetField(
        "siret",
        "SIRET",
        cells.siret,
        ("numéro SIRET", "SIRET de la structure", "SIRET établissement"),
        required=True,
        doubt=cells.wrong_key,
        help="14 chiffres, dans une cellule au format Texte.",
    ),
    SheetField(
        "name",
        "Nom",
        cells.text(300),
        ("raison sociale", "dénomination", "nom de la structure", "structure", "enseigne"),
    ),
    SheetField(
        "kind",
        "Type de structure",
        cells.word(_KINDS, (kind.value.upper() for kind in StructureKind)),
        ("type", "type structure", "catégorie", "type SIAE"),
        show=lambda value: _KIND_LABELS.get(value, value),
        help="EI, ACI, ETTI, EA, ESAT… ou « aucune » pour une entreprise ordinaire.",
    ),
    SheetField("ess", "ESS", cells.flag, ("économie sociale et solidaire", "entreprise de l’ESS"),
               help="« oui » ou « non »."),
    SheetField("esus", "ESUS", cells.flag,
               ("agrément ESUS", "agréée ESUS", "entreprise solidaire d’utilité sociale"),
               help="« oui » ou « non »."),
    SheetField("departement", "Département", _departement, ("code département", "dept", "dpt")),
    SheetField("domain", "Domaine", cells.text(200),
               ("secteur", "secteurs d’activité", "activité", "domaine d’activité")),
    SheetField("source", "Source", cells.text(120), ("origine", "source des données"),
               help="Qui le dit ; sans elle, « Tableur »."),
    SheetField("as_of", "En date du", cells.day,
               ("date de la source", "à jour le", "date de mise à jour"),
               help="Le jour où la source le disait ; sans lui, le jour de l’acceptation."),
)  # fmt: skip
_COLUMNS = ("id", "created_at", "updated_at", "siret", *FACTS, "source", "as_of", "version")
_SOURCE = "Tableur"


class Structures(Base):
    """Inclusive structures, and companies that are none."""

    def key(self, line: Line) -> str:
        """Its SIRET."""
        return str(line.said["siret"])

    def title(self, said: Mapping[str, Any]) -> str | None:
        """Its name."""
        return said.get("name")

    def check(self, line: Line, known: Known | None) -> None:
        """Refuse a day to come; leave alone what a more recent source describes."""
        said = line.said.get("as_of")
        if said is not None and said > today().isoformat():
            line.refuse(ORDER, "as_of", "« En date du » est dans le futur.")
        elif known is not None and said is not None and said < known.values["as_of"]:
            day = "/".join(reversed(known.values["as_of"].split("-")))
            line.state, line.target_id = RowState.SAME, known.id
            line.remark(OLDER, "as_of", _OLDER.format(source=known.values["source"], day=day))

    def known(
        self, session: Session, _buyer: Organisation, keys: Sequence[str]
    ) -> dict[str, Known]:
        """The structures of these SIRET, locked in order so that nobody changes them meanwhile."""
        found: dict[str, Known] = {}
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            rows = session.scalars(
                sa.select(Structure)
                .where(col(Structure.siret).in_(some))
                .order_by(col(Structure.siret))
                .execution_options(populate_existing=True)
            )
            for one in rows:
                values = _values(one)
                found[one.siret] = Known(one.id, values, digest_of(values))
        return found

    def insert(self, session: Session, _buyer: Organisation, lines: Sequence[Line]) -> None:
        """Enter new structures."""
        instant = this_instant(session)
        rows = [
            (
                line.target_id.hex if line.target_id else None,
                instant,
                instant,
                line.said["siret"],
                *(line.values.get(name) for name in FACTS),
                line.values.get("source") or _SOURCE,
                line.values.get("as_of") or today().isoformat(),
                1,
            )
            for line in lines
        ]
        insert_many(session, "structure", _COLUMNS, rows)

    def update(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Say something else of structures, each as its next version."""
        kept = self.known(session, buyer, [line.key for line in lines])
        versions = _versions(session, [line.key for line in lines])
        instant, rows = this_instant(session), []
        for line in lines:
            after = {**kept[line.key].values, **line.values}
            facts = (after.get(name) for name in (*FACTS, "source", "as_of"))
            rows.append((*facts, instant, versions[line.key] + 1, kept[line.key].id.hex))
        changed = (*FACTS, "source", "as_of", "updated_at", "version")
        update_many(session, "structure", changed, ("id",), rows)

    def remove(self, session: Session, lines: Sequence[Line]) -> None:
        """Take out structures that an import brought."""
        ids = [line.target_id for line in lines]
        session.execute(sa.delete(Structure).where(col(Structure.id).in_(ids)))


def _values(one: Structure) -> dict[str, Any]:
    facts = {name: getattr(one, name) for name in FACTS}
    kind = one.kind.value if one.kind else None
    return facts | {
        "kind": kind, "siret": one.siret, "source": one.source, "as_of": one.as_of.isoformat()
    }  # fmt: skip


def _versions(session: Session, sirets: Sequence[str]) -> dict[str, int]:
    rows = session.execute(
        sa.select(col(Structure.siret), col(Structure.version)).where(
            col(Structure.siret).in_(sirets)
        )
    )
    return {row[0]: row[1] for row in rows}


STRUCTURES: Final = Structures(
    code="structures",
    label="Structures inclusives",
    noun=("structure", "structures"),
    table="structure",
    permission=Permission.STRUCTURES_WRITE,
    fields=FIELDS,
)
