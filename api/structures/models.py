"""Inclusive structures: who is an EA, an ESAT, an SIAE, ESS or ESUS, said by whom and when.

The register also says who is not: without it an ordinary company would be unknown for ever.
"""

from datetime import date
from enum import StrEnum

from sqlmodel import Field

from api.kit.columns import Identified, text_enum


class StructureKind(StrEnum):
    """Kinds of structures, in the letters that the law and the State's services use."""

    EI = "ei"
    AI = "ai"
    ACI = "aci"
    ETTI = "etti"
    EITI = "eiti"
    GEIQ = "geiq"
    EA = "ea"
    EATT = "eatt"
    ESAT = "esat"
    SEP = "sep"
    REGIE_QUARTIER = "regie_quartier"
    # An ordinary company; it may still be of the ESS or ESUS.
    NONE = "aucune"


# The kinds of inclusive structures: what stands under a kind is one of these.
INCLUSIVE_KINDS = tuple(kind for kind in StructureKind if kind is not StructureKind.NONE)


class Structure(Identified, table=True):
    """A structure known by its SIRET; what is not said is NULL."""

    siret: str = Field(max_length=14, unique=True)
    name: str | None = Field(default=None, max_length=300)
    kind: StructureKind | None = Field(default=None, sa_type=text_enum(StructureKind))
    ess: bool | None = None
    esus: bool | None = None
    departement: str | None = Field(default=None, max_length=3)
    domain: str | None = Field(default=None, max_length=200)
    source: str = Field(max_length=120)
    as_of: date
    version: int = 1
