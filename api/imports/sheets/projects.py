"""Spreadsheets of purchase projects: a project is known by its number, within a buyer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Permission
from api.imports.sheets import cells
from api.imports.sheets.base import BUYER, DIRECTORATE, Base, family, need
from api.imports.sheets.judging import digest_of
from api.imports.sheets.naming import directorates_by_id, find_directorates, refuse_foreign
from api.imports.sheets.target import ORDER, Known, Line, SheetField
from api.kit.bulk import insert_many, this_instant, update_many
from api.kit.columns import euros_text
from api.programme.models import Project, ProjectAction, ProjectState
from api.programme.schemas import STATES
from api.rules.columns import normalised
from api.schemes.models import Scheme

_CHUNK = 500
_STATES = {normalised(one.value): one.value for one in ProjectState} | {
    normalised(label): one.value for one, label in STATES.items()
}
_LABELS = {one.value: label for one, label in STATES.items()}


def _flag(name: str, label: str, *synonyms: str) -> SheetField:
    return SheetField(name, label, cells.flag, synonyms, help="« oui » ou « non ».")


FIELDS: Final = (
    SheetField(
        "reference",
        "Numéro",
        cells.text(64),
        ("N°", "N° de projet", "N° projet", "Numéro du projet", "Référence", "Référence du projet",
         "Code projet", "Identifiant"),
        required=True,
        help="Unique chez l’acheteur : c’est à lui qu’un projet est reconnu.",
    ),
    SheetField(
        "title",
        "Intitulé",
        cells.text(300),
        ("Objet", "Libellé", "Intitulé du projet", "Objet du marché", "Projet", "Besoin",
         "Intitulé du besoin"),
    ),
    SheetField(
        "year",
        "Année",
        cells.year,
        ("Année de programmation", "Année de lancement", "Exercice", "Programmation"),
    ),
    SheetField(
        "state",
        "Avancement",
        cells.word(_STATES, STATES.values()),
        ("État", "Statut du projet", "Étape", "État d’avancement"),
        show=lambda value: _LABELS.get(value, value),
    ),
    DIRECTORATE,
    family("purchase_family"),
    SheetField(
        "estimated_amount",
        "Montant estimé HT",
        cells.cents_above_zero,
        ("Montant estimé", "Estimation", "Estimation HT", "Montant prévisionnel HT",
         "Montant prévisionnel", "Budget HT"),
        show=lambda value: None if value is None else euros_text(value),
    ),
    _flag("recurrent", "Achat récurrent", "Récurrent", "Récurrence"),
    _flag("targeted", "Projet ciblé", "Ciblé", "Projet retenu"),
    SheetField("planned_on", "Marché attendu le", cells.day,
               ("Date prévue", "Date prévisionnelle", "Date prévisionnelle de notification",
                "Notification prévue", "Échéance")),
    SheetField("anticipation_started_on", "Préparation commencée le", cells.day,
               ("Date de début de préparation", "Début de préparation")),
    SheetField("rated_on", "Coté le", cells.day, ("Date de cotation", "Cotation")),
    _flag("insertion_expertise", "Expertise insertion"),
    _flag("life_cycle_analysis", "Analyse du cycle de vie", "ACV"),
    _flag("sustainable_assistance", "Appui développement durable"),
    SheetField("comment", "Commentaire", cells.text(2000), ("Commentaires", "Observations",
                                                            "Remarques")),
    BUYER,
)  # fmt: skip
# What the table holds under the same name.
_FACTS: Final = tuple(
    one.name for one in FIELDS if one.name not in ("reference", "directorate", "buyer_siret")
)
_COLUMNS = (
    "id", "created_at", "updated_at", "buyer_id", "reference", "directorate_id", *_FACTS, "version",
)  # fmt: skip


class Projects(Base):
    """Projects of the purchase programme."""

    def key(self, line: Line) -> str:
        """The number of the project."""
        return str(line.said["reference"])

    def title(self, said: Mapping[str, Any]) -> str | None:
        """Its title."""
        return said.get("title")

    def resolve(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Find the directorates; refuse other buyers."""
        refuse_foreign(buyer, lines)
        find_directorates(session, buyer, lines)

    def check(self, line: Line, known: Known | None) -> None:
        """Refuse a new project without title or year, and days after the one that is planned."""
        if known is None:
            for name in ("title", "year"):
                need(line, name, self.labels[name], "ce projet est nouveau")
        kept = known.values if known else {}
        after = {**kept, **line.said}
        planned = after.get("planned_on")
        for name in ("anticipation_started_on", "rated_on"):
            if planned and after.get(name) and after[name] > planned:
                line.refuse(
                    ORDER,
                    name,
                    f"« {self.labels[name]} » est après le jour où le marché est attendu.",
                )

    def known(self, session: Session, buyer: Organisation, keys: Sequence[str]) -> dict[str, Known]:
        """The projects of the buyer that bear these numbers."""
        names = directorates_by_id(session, buyer.id)
        found: dict[str, Known] = {}
        for start in range(0, len(keys), _CHUNK):
            some = keys[start : start + _CHUNK]
            rows = session.scalars(
                sa.select(Project)
                .where(col(Project.buyer_id) == buyer.id, col(Project.reference).in_(some))
                .execution_options(populate_existing=True)
            ).all()
            actions = _actions(session, [one.id for one in rows])
            for one in rows:
                values = _values(one, names)
                state = digest_of([values, one.reference, actions.get(one.id, [])])
                found[one.reference] = Known(one.id, values, state)
        return found

    def insert(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Enter new projects."""
        instant = this_instant(session)
        insert_many(
            session,
            "project",
            _COLUMNS,
            [
                (
                    line.target_id.hex if line.target_id else None,
                    instant,
                    instant,
                    buyer.id.hex,
                    line.said["reference"],
                    _hex(line.found.get("directorate")),
                    *(({"state": ProjectState.SURVEYED.value} | line.values).get(name)
                      for name in _FACTS),
                    1,
                )
                for line in lines
            ],
        )  # fmt: skip

    def update(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Change projects, each as its next version."""
        kept = self.known(session, buyer, [line.key for line in lines])
        versions = _versions(session, [line.target_id for line in lines if line.target_id])
        ids = {name: key for key, name in directorates_by_id(session, buyer.id).items()}
        instant, rows = this_instant(session), []
        for line in lines:
            after = {**kept[line.key].values, **line.values}
            directorate = ids.get(after.get("directorate") or "")
            facts = (after.get(name) for name in _FACTS)
            key = kept[line.key].id
            rows.append((*facts, _hex(directorate), instant, versions[key] + 1, key.hex))
        update_many(
            session, "project", (*_FACTS, "directorate_id", "updated_at", "version"), ("id",), rows
        )

    def remove(self, session: Session, lines: Sequence[Line]) -> None:
        """Take out projects that an import brought."""
        ids = [line.target_id for line in lines]
        session.execute(sa.delete(Project).where(col(Project.id).in_(ids)))


def _values(one: Project, names: Mapping[UUID, str]) -> dict[str, Any]:
    values = {name: getattr(one, name) for name in _FACTS}
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }
    directorate = names.get(one.directorate_id) if one.directorate_id else None
    return plain | {
        "directorate": directorate,
        "state": one.state.value,
        "reference": one.reference,
    }


def _actions(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[list[Any]]]:
    found: dict[UUID, list[list[Any]]] = {}
    rows = session.execute(
        sa.select(
            col(ProjectAction.project_id),
            col(Scheme.code),
            col(ProjectAction.action),
            col(ProjectAction.done),
        )
        .join(Scheme, col(Scheme.id) == col(ProjectAction.scheme_id))
        .where(col(ProjectAction.project_id).in_(ids))
        .order_by(col(Scheme.code), col(ProjectAction.action))
    )
    for project_id, *said in rows:
        found.setdefault(project_id, []).append(said)
    return found


def _versions(session: Session, ids: Sequence[UUID]) -> dict[UUID, int]:
    rows = session.execute(
        sa.select(col(Project.id), col(Project.version)).where(col(Project.id).in_(ids))
    )
    return {row[0]: row[1] for row in rows}


def _hex(key: UUID | None) -> str | None:
    return None if key is None else key.hex


PROJECTS: Final = Projects(
    code="projects",
    label="Projets d’achat",
    noun=("projet", "projets"),
    table="project",
    permission=Permission.PROGRAMME_WRITE,
    fields=FIELDS,
    parts=frozenset({"project_action"}),
)
