"""Addresses of the figures of insertion."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.access.current import CurrentActor
from api.insertion.figures import reading
from api.insertion.figures.schemas import InsertionFigures
from api.kit.columns import Siret
from api.kit.db import ReadSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.rules.hours.figures import YEARLY_HOURS, Rounding

router = APIRouter(
    prefix="/api/v1/insertion",
    tags=["Chiffres de l’insertion"],
    responses=problems(Unauthenticated, Invalid),
)

Organisation = Annotated[
    Siret,
    Query(
        alias="organisation",
        description="SIRET d’un acheteur, ou du facilitateur dont on est membre : alors tous les "
        "acheteurs de ses mandats en cours.",
    ),
]
Year = Annotated[
    int | None,
    Query(ge=2000, le=2100, description="Année civile ; par défaut celle en cours."),
]
Base = Annotated[
    int, Query(ge=1500, le=1900, description="Heures annuelles d’un équivalent temps plein (ETP).")
]


@router.get(
    "/figures", responses=problems(Forbidden, NotFound), summary="Lire les chiffres de l’insertion"
)
def read_insertion_figures(
    actor: CurrentActor,
    session: ReadSession,
    organisation: Organisation,
    year: Year = None,
    base: Base = YEARLY_HOURS,
    rounding: Annotated[
        Rounding, Query(description="Arrondi des ETP : tronqué ou au plus proche.")
    ] = Rounding.TRUNCATE,
) -> InsertionFigures:
    """Heures engagées, dues, déclarées et validées, taux, projection, bénéficiaires, répartitions,
    parcours, sorties et pénalités d’une année. Le facilitateur voit ses personnes ; l’acheteur, les
    chiffres d’une année close tels qu’ils ont été arrêtés, au secret statistique près. Tant que
    l’année n’est pas close, il n’a que les heures."""
    return reading.read(session, actor, organisation, year, base, rounding)
