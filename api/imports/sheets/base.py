"""What most kinds of spreadsheets do alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Permission
from api.imports.sheets import cells
from api.imports.sheets.target import Known, Line, SheetField

BUYER = SheetField(
    "buyer_siret",
    "SIRET de l’acheteur",
    cells.siret,
    ("SIRET acheteur", "Acheteur SIRET", "SIRET du pouvoir adjudicateur"),
    help="Utile pour vérifier : les lignes d’un autre acheteur sont refusées.",
)
DIRECTORATE = SheetField(
    "directorate",
    "Direction",
    cells.text(200),
    (
        "Direction pilote",
        "Direction acheteuse",
        "Direction gestionnaire",
        "Service",
        "Service acheteur",
        "Service gestionnaire",
    ),
    help="Le nom d’une direction de l’acheteur.",
)


def family(name: str) -> SheetField:
    """The purchase family, which two tables name otherwise."""
    return SheetField(
        name,
        "Famille d’achats",
        cells.text(120),
        (
            "Famille",
            "Famille homogène",
            "Famille d’achat",
            "Nomenclature achats",
            "Segment d’achat",
        ),
    )


@dataclass(frozen=True)
class Base:
    """The parts of a ``Target`` that a kind may leave as they are."""

    code: str
    label: str
    noun: tuple[str, str]
    table: str
    permission: Permission
    fields: tuple[SheetField, ...]
    parts: frozenset[str] = frozenset()
    # French of what is made of several columns.
    made: Mapping[str, str] = field(default_factory=dict)

    @property
    def labels(self) -> Mapping[str, str]:
        """French of every field that a change may tell."""
        return {one.name: one.label for one in self.fields} | dict(self.made)

    def prepare(self, said: dict[str, Any]) -> dict[str, Any]:
        """What the cells of a line say, as they say it."""
        return said

    def several(self, _line: Line) -> bool:
        """Two lines of one key are one thing said twice."""
        return False

    def apart(self, _line: Line) -> tuple[str, str, bool] | None:
        """There is one way of saying a thing."""
        return None

    def same(self, name: str, kept: Any, said: Any) -> bool:
        """Whether a field would change nothing; the buyer never changes."""
        return bool(name == BUYER.name or kept == said)

    def resolve(self, session: Session, buyer: Organisation, lines: Sequence[Line]) -> None:
        """Nothing is named."""

    def check(self, line: Line, known: Known | None) -> None:
        """Nothing clashes."""

    def restored(self, session: Session, lines: Sequence[Line]) -> None:
        """Nothing follows."""

    def told(self, key: str) -> str:
        """The key itself."""
        return key

    def follow(self, session: Session, buyer: Organisation, import_id: UUID) -> None:
        """Nothing follows."""


def need(line: Line, name: str, label: str, thing: str) -> None:
    """Refuse a new thing of which a field is not said."""
    if line.said.get(name) is None:
        line.refuse(
            "missing",
            name,
            f"« {label} » manque : {thing} et ne peut entrer sans.",
        )
