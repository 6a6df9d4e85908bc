"""Addresses of the studies of feasibility."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.insertion.feasibility import calculations, parameters, request_reading, requests
from api.insertion.feasibility.request_schemas import (
    FeasibilityAnswerIn,
    FeasibilityDecisionIn,
    FeasibilityRequestCreate,
    FeasibilityRequestItem,
    FeasibilityRequestRead,
    RequestFilter,
)
from api.insertion.feasibility.requests import AlreadyDecided, NotAnswered
from api.insertion.feasibility.schemas import (
    CalculationIn,
    CalculationRead,
    ParameterCreate,
    ParameterRead,
)
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthenticated,
    problems,
)

router = APIRouter(
    prefix="/api/v1/insertion", tags=["Faisabilité"], responses=problems(Unauthenticated, Invalid)
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la demande ; obligatoire pour modifier."),
]
CHANGE_PROBLEMS = problems(Forbidden, NotFound, Stale, PreconditionRequired)


@router.post("/calculations", summary="Calculer un volume d’heures")
def calculate_hours(data: CalculationIn, actor: CurrentActor) -> CalculationRead:
    """Calcule les heures qu’un achat peut porter, avec le détail du calcul, leurs équivalents et un
    conseil ; n’enregistre rien."""
    del actor  # the token only is asked for
    return calculations.calculate(data)


@router.get(
    "/calculation-parameters",
    responses=problems(Forbidden, NotFound),
    summary="Lister les paramètres de calcul",
)
def list_calculation_parameters(
    actor: CurrentActor,
    session: ReadSession,
    organisation: Annotated[Siret, Query(description="SIRET de l’organisation.")],
    history: Annotated[
        bool, Query(description="Vrai : avec les valeurs qui ont été remplacées.")
    ] = False,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[ParameterRead]:
    """Les valeurs d’usage d’une organisation par famille d’achats, avec leur date : les siennes, ou
    celles d’un acheteur dont on est le facilitateur."""
    return parameters.find(session, actor, organisation, history, limit, cursor)


@router.post(
    "/calculation-parameters",
    status_code=201,
    response_model=ParameterRead,
    responses=problems(Forbidden, NotFound),
    summary="Donner des paramètres de calcul",
)
def create_calculation_parameter(
    data: ParameterCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> ParameterRead | Response:
    """Donne les valeurs d’usage d’une famille d’achats ; celles d’avant restent dans l’historique.
    Ce ne sont pas des valeurs légales : chaque organisation donne les siennes."""
    parameters.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: parameters.create(session, actor, data)
    )


@router.get("/feasibility-requests", summary="Lister les demandes d’étude")
def list_feasibility_requests(
    filters: Annotated[RequestFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[FeasibilityRequestItem]:
    """Les demandes de ses acheteurs, et celles que l’on reçoit comme facilitateur tant que court le
    mandat, de la plus récente à la plus ancienne."""
    return request_reading.page(session, actor, filters)


@router.post(
    "/feasibility-requests",
    status_code=201,
    response_model=FeasibilityRequestRead,
    responses=problems(Forbidden, NotFound),
    summary="Demander une étude de faisabilité",
)
def create_feasibility_request(
    data: FeasibilityRequestCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> FeasibilityRequestRead | Response:
    """Demande au facilitateur si un achat peut porter une clause ; une direction demande pour
    elle-même."""

    def create() -> FeasibilityRequestRead:
        return _tagged(response, requests.create(session, actor, data))

    requests.allow_creation(session, actor, data)
    return once(session, actor.person_id, data, response, create)


@router.get(
    "/feasibility-requests/{request_id}",
    responses=problems(Forbidden, NotFound),
    summary="Lire une demande d’étude",
)
def read_feasibility_request(
    request_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> FeasibilityRequestRead:
    """Une demande entière, avec l’avis et la suite donnée. L’en-tête ETag sert à y répondre."""
    return _tagged(response, requests.read(session, actor, request_id))


@router.post(
    "/feasibility-requests/{request_id}/answer",
    responses=CHANGE_PROBLEMS | problems(AlreadyDecided),
    summary="Répondre à une demande d’étude",
)
def answer_feasibility_request(
    request_id: UUID,
    data: FeasibilityAnswerIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> FeasibilityRequestRead:
    """Donne l’avis du facilitateur, ou le corrige tant que l’acheteur n’a pas donné suite ; l’avis
    « none » demande un motif et une justification."""
    return _tagged(response, requests.answer(session, actor, request_id, data, if_match))


@router.post(
    "/feasibility-requests/{request_id}/decision",
    responses=CHANGE_PROBLEMS | problems(NotAnswered),
    summary="Donner suite à un avis",
)
def decide_feasibility_request(
    request_id: UUID,
    data: FeasibilityDecisionIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> FeasibilityRequestRead:
    """Dit ce que l’acheteur fait de l’avis ; ne pas le suivre demande un commentaire."""
    return _tagged(response, requests.decide(session, actor, request_id, data, if_match))


def _tagged(response: Response, request: FeasibilityRequestRead) -> FeasibilityRequestRead:
    response.headers["ETag"] = requests.etag(request)
    return request
