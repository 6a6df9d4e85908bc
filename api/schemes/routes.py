"""Addresses of schemes."""

from typing import Annotated

from fastapi import APIRouter, Path

from api.access.current import CurrentActor
from api.kit.columns import Text
from api.kit.db import ReadSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.schemes import service
from api.schemes.schemas import IndicatorRead, SchemeItem, SchemeRead

router = APIRouter(
    prefix="/api/v1/schemes",
    tags=["Schémas"],
    responses=problems(Unauthenticated, Forbidden),
)

Code = Annotated[Text, Path(max_length=60, description="Code du schéma.")]


@router.get("", summary="Lister les schémas")
def list_schemes(actor: CurrentActor, session: ReadSession) -> list[SchemeItem]:
    """Les schémas (SPASER) de la plateforme, et celles de vos organisations qui les ont adoptés."""
    return service.find(session, actor)


@router.get("/{code}", responses=problems(NotFound, Invalid), summary="Lire un schéma")
def read_scheme(code: Code, actor: CurrentActor, session: ReadSession) -> SchemeRead:
    """Un schéma entier : axes, objectifs, actions, engagements chiffrés."""
    return service.read(session, actor, code)


@router.get(
    "/{code}/indicators",
    responses=problems(NotFound, Invalid),
    summary="Lister les indicateurs d’un schéma",
)
def list_scheme_indicators(
    code: Code, actor: CurrentActor, session: ReadSession
) -> list[IndicatorRead]:
    """Tous les indicateurs du schéma, y compris ceux que Spaser ne calcule pas encore, avec la
    donnée qu’ils attendent."""
    return service.indicators(session, actor, code)
