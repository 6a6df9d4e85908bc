"""What the API takes and gives of files of hours."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.insertion.files.models import FileState
from api.kit.columns import Flag, Text

Title = Annotated[Text, Field(max_length=200)]


class FileDeposit(BaseModel):
    """What makes two deposits the same for an Idempotency-Key."""

    facilitator_id: UUID
    name: str
    sha256: str


class FileMapping(BaseModel):
    """Which column each field is in."""

    model_config = ConfigDict(extra="forbid")

    mapping: dict[Annotated[str, Field(max_length=40)], Title | None] = Field(
        max_length=40,
        title="Colonnes",
        description="Champ → titre de sa colonne dans le fichier. Un champ absent ou vide n’est "
        "pas lu.",
    )


class FileAccept(BaseModel):
    """How a file is accepted."""

    model_config = ConfigDict(extra="forbid")

    submit: Flag = Field(
        default=False,
        title="Soumettre",
        description="Vrai : les déclarations sont soumises ; faux : elles restent en brouillon.",
    )


class FileColumn(BaseModel):
    """A column that a file may hold."""

    field: str = Field(title="Champ")
    label: str = Field(title="Titre", description="Celui du modèle à télécharger.")
    required: bool = Field(title="Obligatoire")
    help: str = Field(title="Ce qu’on y écrit")
    titles: list[str] = Field(title="Titres reconnus")


class FileRows(BaseModel):
    """The account of a file: received = accepted + refused."""

    received: int = Field(title="Lignes reçues")
    accepted: int = Field(title="Lignes justes")
    refused: int = Field(title="Lignes refusées")


class FileLine(BaseModel):
    """What is said of a line of a file."""

    line: int = Field(title="Ligne", description="Son numéro dans le tableur.")
    column: str | None = Field(title="Colonne", description="Sa lettre dans le tableur.")
    title: str | None = Field(title="Titre de la colonne")
    field: str = Field(title="Champ")
    message: str = Field(title="Ce qui ne va pas et quoi faire")


class MissingColumn(BaseModel):
    """A required column that was not found."""

    field: str = Field(title="Champ")
    label: str = Field(title="Colonne")
    message: str = Field(title="Quoi faire")


class StatementFileItem(BaseModel):
    """A file of hours in a list."""

    id: UUID
    name: str = Field(title="Nom du fichier")
    state: FileState = Field(title="État")
    facilitator_siret: str | None = Field(title="SIRET du facilitateur")
    facilitator_name: str = Field(title="Facilitateur")
    rows: FileRows = Field(title="Lignes")
    created_at: datetime = Field(title="Déposé le")
    accepted_at: datetime | None = Field(title="Accepté le")
    kept: bool = Field(
        title="Contenu gardé",
        description="Faux quand le contenu du fichier est effacé, 90 jours après son dépôt.",
    )


class StatementFileRead(StatementFileItem):
    """A file of hours: how it was read and what is wrong in it."""

    sheet: str = Field(title="Feuille lue", description="Vide pour un fichier CSV.")
    header_line: int = Field(title="Ligne des titres")
    header: list[str] = Field(title="Titres des colonnes")
    mapping: dict[str, str] = Field(title="Colonnes", description="Champ → titre de sa colonne.")
    guessed: list[str] = Field(
        title="Champs devinés",
        description="Ceux dont le titre est seulement proche d’un titre connu : à confirmer.",
    )
    missing: list[MissingColumn] = Field(
        title="Colonnes manquantes", description="Sans elles, aucune ligne n’est jugée."
    )
    to_check: int = Field(title="Lignes justes à vérifier")
    lines: list[FileLine] = Field(
        title="Erreurs", description="Celles des 50 premières lignes refusées."
    )
    warnings: list[FileLine] = Field(
        title="À vérifier", description="Ce qui est dit des 50 premières lignes à vérifier."
    )
    notices: list[str] = Field(title="À savoir de la lecture")
    statements: int | None = Field(
        title="Déclarations faites ou complétées", description="Une fois le fichier accepté."
    )
