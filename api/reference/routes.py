"""Addresses of the reference data."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access.current import CurrentActor
from api.kit.columns import Text
from api.kit.problems import Invalid, Unauthenticated, problems
from api.reference import cpv
from api.reference.marks import MARKS

router = APIRouter(
    prefix="/api/v1/reference", tags=["Référentiels"], responses=problems(Unauthenticated)
)


class ReferenceMark(BaseModel):
    """A mark of the nomenclature."""

    code: str
    label: str
    help: str = Field(description="Quand répondre oui.")
    theme: str


class CpvRead(BaseModel):
    """A code of the common procurement vocabulary."""

    code: str = Field(description="Huit chiffres et la clé.")
    label: str


@router.get("/marks", summary="Lister les considérations")
def list_marks(_actor: CurrentActor) -> list[ReferenceMark]:
    """La nomenclature fermée des considérations et pratiques d’achat responsable."""
    return [
        ReferenceMark(code=code, label=mark.label, help=mark.help, theme=mark.theme)
        for code, mark in MARKS.items()
    ]


@router.get("/cpv", responses=problems(Invalid), summary="Chercher un code CPV")
def search_cpv(
    _actor: CurrentActor,
    q: Annotated[Text, Query(max_length=100, description="Mots du libellé ou début du code.")],
) -> list[CpvRead]:
    """Les codes dont le libellé ou le numéro contient tous les mots, vingt au plus."""
    return [CpvRead(code=code, label=label) for code, label in cpv.search(q)]
