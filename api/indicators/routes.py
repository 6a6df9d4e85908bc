"""Addresses of figures and of their evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.access.current import CurrentActor
from api.indicators import evidence, service
from api.indicators.evidence import NotComputed
from api.indicators.schemas import EvidenceItem, EvidenceState, ResultRead, SchemeResults
from api.kit.columns import Siret, Text
from api.kit.db import ReadSession
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.schemes import service as schemes
from api.schemes.schemas import IndicatorRead

router = APIRouter(
    prefix="/api/v1",
    tags=["Indicateurs"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)

Year = Annotated[int, Query(ge=1990, le=2100, description="Année civile de notification.")]
LastYear = Annotated[
    int | None,
    Query(ge=1990, le=2100, description="Année civile ; par défaut la dernière avec contrats."),
]
Buyer = Annotated[Siret, Query(alias="organisation", description="SIRET de l’acheteur.")]


@router.get("/schemes/{code}/results", summary="Calculer les indicateurs d’un schéma")
def list_scheme_results(
    code: Annotated[Text, Path(max_length=60, description="Code du schéma.")],
    actor: CurrentActor,
    session: ReadSession,
    organisation: Buyer,
    year: LastYear = None,
) -> SchemeResults:
    """Tous les chiffres d’un schéma pour un acheteur et une année, avec leur complétude et la cible
    de l’année."""
    return service.results(session, actor, code, year, organisation)


@router.get("/indicators/{indicator_id}", summary="Lire un indicateur")
def read_indicator(indicator_id: UUID, actor: CurrentActor, session: ReadSession) -> IndicatorRead:
    """Ce que mesure un indicateur, en clair, avec sa formule et ses cibles."""
    return schemes.read_indicator(session, actor, indicator_id)


@router.get("/indicators/{indicator_id}/results", summary="Calculer un indicateur")
def read_result(
    indicator_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    organisation: Buyer,
    year: LastYear = None,
) -> ResultRead:
    """La valeur, le numérateur, le dénominateur, les réponses manquantes et l’intervalle où se
    trouve la vraie valeur."""
    return service.result(session, actor, indicator_id, year, organisation)


@router.get(
    "/indicators/{indicator_id}/evidence",
    responses=problems(NotComputed),
    summary="Ouvrir un chiffre",
)
def list_evidence(  # noqa: PLR0913 - the parameters of the address
    indicator_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    year: Year,
    organisation: Buyer,
    state: Annotated[EvidenceState, Query(description="Comptés, non comptés ou à compléter.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[EvidenceItem]:
    """Les contrats comptés, ceux qui ne le sont pas et pourquoi, ceux dont il manque une réponse et
    laquelle."""
    return evidence.find(session, actor, indicator_id, year, organisation, state, limit, cursor)
