"""What the API takes and gives of inclusive structures."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.kit.columns import Day, Flag, Siret, Text
from api.structures.models import StructureKind

KINDS: dict[StructureKind, str] = {
    StructureKind.EI: "Entreprise d’insertion (EI)",
    StructureKind.AI: "Association intermédiaire (AI)",
    StructureKind.ACI: "Atelier et chantier d’insertion (ACI)",
    StructureKind.ETTI: "Entreprise de travail temporaire d’insertion (ETTI)",
    StructureKind.EITI: "Entreprise d’insertion par le travail indépendant (EITI)",
    StructureKind.GEIQ: "Groupement d’employeurs pour l’insertion et la qualification (GEIQ)",
    StructureKind.EA: "Entreprise adaptée (EA)",
    StructureKind.EATT: "Entreprise adaptée de travail temporaire (EATT)",
    StructureKind.ESAT: "Établissement ou service d’accompagnement par le travail (ESAT)",
    StructureKind.SEP: "Produits et services réalisés en prison (SEP)",
    StructureKind.REGIE_QUARTIER: "Régie de quartier ou de territoire",
    StructureKind.NONE: "Aucune (entreprise ordinaire)",
}

MAX_ORDINARY = 200

Source = Annotated[Text, Field(min_length=2, max_length=120)]
Departement = Annotated[Text, Field(pattern=r"^([0-9]{2}|2A|2B|97[1-6])$")]


class StructureFacts(BaseModel):
    """What is said of a structure; what is left out stays unknown."""

    name: Text | None = Field(default=None, max_length=300, title="Nom")
    kind: StructureKind | None = Field(
        default=None,
        title="Type de structure",
        description="Vide tant que personne ne l’a dit ; « aucune » pour une entreprise ordinaire, "
        "qui peut être de l’ESS ou agréée ESUS.",
    )
    ess: Flag | None = Field(
        default=None,
        title="Économie sociale et solidaire",
        description="Entreprise de l’économie sociale et solidaire (loi du 31 juillet 2014).",
    )
    esus: Flag | None = Field(
        default=None,
        title="Agréée ESUS",
        description="Entreprise solidaire d’utilité sociale (article L3332-17-1 du code du "
        "travail).",
    )
    departement: Departement | None = Field(
        default=None, title="Département", description="Code : « 62 », « 2A », « 974 »."
    )
    domain: Text | None = Field(
        default=None, max_length=200, title="Domaine", description="Ce que la structure sait faire."
    )


class StructureCreate(StructureFacts):
    """A structure to enter."""

    model_config = ConfigDict(extra="forbid")

    siret: Siret = Field(title="SIRET")
    source: Source = Field(
        title="Source", description="Qui le dit : liste officielle, annuaire, la structure…"
    )
    as_of: Day = Field(title="À la date du", description="Jour où la source le disait.")


class StructureChange(StructureFacts):
    """The facts to change, with who says so and since when."""

    model_config = ConfigDict(extra="forbid")

    source: Source = Field(title="Source", description="Qui le dit.")
    as_of: Day = Field(title="À la date du", description="Jour où la source le disait.")


class OrdinaryCompany(BaseModel):
    """A company to say ordinary."""

    model_config = ConfigDict(extra="forbid")

    siret: Siret = Field(title="SIRET")
    name: Text | None = Field(default=None, max_length=300, title="Nom")


class OrdinaryCreate(BaseModel):
    """The companies that are no inclusive structure, with who says so and since when."""

    model_config = ConfigDict(extra="forbid")

    companies: list[OrdinaryCompany] = Field(
        min_length=1, max_length=MAX_ORDINARY, title="Entreprises"
    )
    outside_ess: Flag = Field(
        default=False,
        title="Hors de l’économie sociale et solidaire",
        description="Vrai : elles ne sont pas non plus de l’ESS, donc pas agréées ESUS. Faux : "
        "cela reste à dire.",
    )
    source: Source = Field(title="Source", description="Qui le dit.")
    as_of: Day = Field(title="À la date du", description="Jour où la source le disait.")


class OrdinaryCreated(BaseModel):
    """What became of them; received = created + changed + known + older."""

    id: UUID = Field(title="Identifiant de la déclaration, dans le journal")
    received: int = Field(title="Entreprises reçues")
    created: int = Field(title="Entreprises ajoutées au registre")
    changed: int = Field(title="Entreprises complétées")
    known: int = Field(
        title="Entreprises laissées : leur type est déjà dit",
        description="Une structure ne devient pas une entreprise ordinaire par une liste : "
        "modifiez-la.",
    )
    older: int = Field(
        title="Entreprises laissées : une source plus récente les décrit",
    )


class StructureRead(StructureFacts):
    """A structure, as answered."""

    id: UUID
    version: int
    siret: str = Field(title="SIRET")
    kind_label: str | None = Field(title="Type de structure, en toutes lettres")
    source: str = Field(title="Source")
    as_of: date = Field(title="À la date du")


class StructureFilter(BaseModel):
    """What a list of structures may be narrowed to."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[Text, Field(max_length=100)] | None = Field(
        default=None, description="Mots du nom ou du domaine, ou début du SIRET."
    )
    kind: StructureKind | None = Field(default=None, description="Type de structure.")
    ess: bool | None = Field(
        default=None, description="Vrai : dite de l’ESS ; faux : dite hors de l’ESS."
    )
    esus: bool | None = Field(
        default=None, description="Vrai : dite agréée ESUS ; faux : dite non agréée."
    )
    ordinary: bool = Field(
        default=False,
        description="Vrai : aussi les entreprises ordinaires, qui ne sont ni une structure "
        "inclusive, ni dites de l’ESS ou agréées ESUS. Elles sont toujours rendues avec le type "
        "« aucune ».",
    )
    limit: Annotated[int, Field(ge=1, le=100)] = Field(
        default=50, description="Nombre d’éléments par page, 100 au plus."
    )
    cursor: Annotated[Text, Field(max_length=400)] | None = Field(
        default=None, description="Valeur de « next » de la page précédente."
    )


class Listing(BaseModel):
    """A file of structures as sent: what makes two sendings the same."""

    sha256: str
    source: str
    as_of: date


class LineNote(BaseModel):
    """Something to look at in one line of a file."""

    line: int = Field(description="Numéro de la ligne dans le fichier.")
    column: str = Field(description="Titre de la colonne.")
    message: str = Field(description="Ce qu’il faut vérifier.")


class StructureImportRead(BaseModel):
    """What a list of structures brought; received = created + changed + same + older."""

    sha256: str = Field(description="Empreinte du fichier reçu.")
    source: str = Field(title="Source")
    as_of: date = Field(title="À la date du")
    received: int = Field(title="Lignes reçues")
    created: int = Field(title="Structures ajoutées")
    changed: int = Field(title="Structures modifiées")
    same: int = Field(title="Structures déjà connues à l’identique")
    older: int = Field(
        title="Structures laissées",
        description="Une source plus récente que ce fichier les décrit déjà.",
    )
    unread: list[str] = Field(
        title="Colonnes non lues", description="Titres qui ne correspondent à aucun champ."
    )
    notices: list[str] = Field(title="À savoir", description="Remarques sur la lecture du fichier.")
    warnings: list[LineNote] = Field(
        title="À vérifier", description="Les cent premières remarques, ligne par ligne."
    )
