"""What is kept of publication: the files as they were last written, and how a buyer publishes."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from api.kit.columns import now, text_enum


class StoredFile(SQLModel, table=True):
    """A file of a buyer, under its public name.

    ``state`` stands for everything it is made of: as long as it is the same, so are the bytes.
    ``sha256``, ``size`` and ``gzip_size`` (bytes) are those of the file and of its compressed twin;
    ``modified_at``, in whole seconds, moves only when the bytes do.
    """

    __tablename__ = "stored_file"

    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="CASCADE"
    )
    name: str = Field(primary_key=True, max_length=60)
    state: str = Field(max_length=64)
    sha256: str = Field(max_length=64)
    size: int = Field(sa_type=sa.BigInteger)
    gzip_size: int = Field(sa_type=sa.BigInteger)
    modified_at: datetime


class Licence(StrEnum):
    """The licences under which a French public body may open its data (CRPA, D. 323-2-1)."""

    LOV2 = "lov2"
    ODBL = "odbl"


# Title and address of each licence; portals know them by these addresses.
LICENCES: dict[Licence, tuple[str, str]] = {
    Licence.LOV2: (
        "Licence Ouverte 2.0",
        "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
    ),
    Licence.ODBL: ("ODbL 1.0", "https://opendatacommons.org/licenses/odbl/summary/"),
}


class Platform(StrEnum):
    """Who may already send the essential data of a buyer to the national consolidation."""

    AWS = "aws"
    ATEXO = "atexo"
    MEGALIS = "megalis"
    MAXIMILIEN = "maximilien"
    PLACE = "place"
    DEMATIS = "dematis"
    PES = "pes"
    OTHER = "other"


PLATFORMS: dict[Platform, str] = {
    Platform.AWS: "AWS-Achat",
    Platform.ATEXO: "Atexo",
    Platform.MEGALIS: "Mégalis Bretagne",
    Platform.MAXIMILIEN: "Maximilien",
    Platform.PLACE: "PLACE, la plateforme des achats de l’État",
    Platform.DEMATIS: "Dematis (e-marchespublics)",
    Platform.PES: "le PES marché (flux vers la DGFiP)",
    Platform.OTHER: "un autre service",
}


class PublicationSettings(SQLModel, table=True):
    """How a buyer publishes; a buyer that said nothing has no row, hence version 0.

    ``portal_contracts`` and ``portal_concessions`` name its datasets on data.gouv.fr, once it has
    harvested them.
    """

    __tablename__ = "publication_settings"

    organisation_id: UUID = Field(
        primary_key=True, foreign_key="organisation.id", ondelete="CASCADE"
    )
    contact_name: str | None = Field(default=None, max_length=200)
    contact_email: str | None = Field(default=None, max_length=254)
    contact_url: str | None = Field(default=None, max_length=500)
    homepage: str | None = Field(default=None, max_length=500)
    licence: Licence = Field(default=Licence.LOV2, sa_type=text_enum(Licence))
    published_by: Platform | None = Field(default=None, sa_type=text_enum(Platform))
    published_by_other: str | None = Field(default=None, max_length=200)
    portal_contracts: str | None = Field(default=None, max_length=200)
    portal_concessions: str | None = Field(default=None, max_length=200)
    version: int = 0
    updated_at: datetime = Field(default_factory=now)
