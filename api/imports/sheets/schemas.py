"""What the API takes and gives of spreadsheets."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.imports.sheets.registry import ImportKind
from api.kit.columns import Whole


class KindColumn(BaseModel):
    """A column that a kind of spreadsheet may have."""

    field: str
    label: str = Field(title="Titre dans le modèle")
    required: bool
    help: str
    titles: list[str] = Field(description="Autres titres auxquels la colonne est reconnue.")


class KindRead(BaseModel):
    """A kind of spreadsheet that is read."""

    kind: ImportKind
    label: str
    columns: list[KindColumn] = Field(description="Dans l’ordre du modèle.")
    profiles: list[str] = Field(description="Logiciels dont les exports sont reconnus.")


class FileColumn(BaseModel):
    """A column of a file received, and the field that it fills."""

    column: int = Field(description="Rang de la colonne, à partir de 0.")
    letters: str = Field(description="La colonne dans un tableur : A, B… AA.")
    title: str
    field: str | None = Field(description="Le champ rempli ; absent d’une colonne laissée de côté.")
    how: str | None = Field(
        description="`memory` (votre choix d’avant), `profile` (le logiciel), `title` (le titre), "
        "`close` (un titre proche, à confirmer), `chosen` (choisi pour ce fichier)."
    )
    samples: list[str] = Field(description="Ce que disent ses premières lignes.")


class ImportColumns(BaseModel):
    """How the columns of a file received are read."""

    sheet: str = Field(description="Feuille lue, vide pour un CSV.")
    header_line: int = Field(description="Ligne des titres dans le fichier.")
    profile: str | None = Field(description="Logiciel reconnu.")
    columns: list[FileColumn]
    fields: list[KindColumn] = Field(description="Les champs que le fichier peut remplir.")
    missing: list[str] = Field(description="Ce qu’il manque pour que les lignes soient jugées.")
    unread: list[str] = Field(description="Titres des colonnes laissées de côté.")
    notices: list[str] = Field(description="Ce que la lecture a de particulier.")
    kept: bool = Field(description="Le fichier est encore gardé : il peut être rendu annoté.")


class ColumnChoice(BaseModel):
    """The field that a column fills."""

    model_config = ConfigDict(extra="forbid")

    column: Annotated[Whole, Field(ge=0, le=1000)]
    field: Annotated[str, Field(min_length=1, max_length=60)]


class ColumnChoices(BaseModel):
    """The columns to read; the others are left aside."""

    model_config = ConfigDict(extra="forbid")

    columns: list[ColumnChoice] = Field(max_length=300, title="Colonnes")
