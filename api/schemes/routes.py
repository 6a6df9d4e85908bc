"""Addresses of schemes."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Response

from api.access.current import CurrentActor
from api.kit.columns import Text
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthenticated,
    problems,
)
from api.schemes import drafts, service, versions
from api.schemes.drafts import CodeTaken, NoDraft
from api.schemes.schemas import (
    AdoptionCreate,
    DraftChange,
    DraftIndicator,
    DraftRead,
    IndicatorRead,
    SchemeCreate,
    SchemeDiff,
    SchemeItem,
    SchemePublish,
    SchemeRead,
    VersionRead,
)

router = APIRouter(
    prefix="/api/v1/schemes",
    tags=["Schémas"],
    responses=problems(Unauthenticated, Forbidden),
)

Code = Annotated[Text, Path(max_length=60, description="Code du schéma.")]
Number = Annotated[int, Path(ge=1, le=100_000, description="Numéro de version.")]
IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec le brouillon ; obligatoire pour modifier."),
]
READING = problems(NotFound, Invalid)
CHANGING = problems(NotFound, Invalid, NoDraft, Stale, PreconditionRequired)


@router.get("", summary="Lister les schémas")
def list_schemes(actor: CurrentActor, session: ReadSession) -> list[SchemeItem]:
    """Les schémas (SPASER) de la plateforme, et celles de vos organisations qui les ont adoptés."""
    return service.find(session, actor)


@router.post(
    "",
    status_code=201,
    response_model=DraftRead,
    responses=problems(NotFound, Invalid, CodeTaken),
    summary="Partir d’un schéma",
)
def create_scheme(
    data: SchemeCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> DraftRead | Response:
    """Fait d’un modèle le brouillon d’un schéma à vous : ses actions et ses indicateurs, sous vos
    années. Rien n’est public avant sa publication."""
    drafts.allow_creation(session, actor, data)
    return once(
        session, actor.person_id, data, response, lambda: drafts.create(session, actor, data)
    )


@router.get("/{code}", responses=READING, summary="Lire un schéma")
def read_scheme(code: Code, actor: CurrentActor, session: ReadSession) -> SchemeRead:
    """Un schéma entier : axes, objectifs, actions, engagements chiffrés."""
    return service.read(session, actor, code)


@router.get("/{code}/indicators", responses=READING, summary="Lister les indicateurs d’un schéma")
def list_scheme_indicators(
    code: Code, actor: CurrentActor, session: ReadSession
) -> list[IndicatorRead]:
    """Tous les indicateurs du schéma : calculés, déclarés ou oui/non, chacun avec sa définition."""
    return service.indicators(session, actor, code)


@router.post("/{code}/adoptions", responses=READING, summary="Adopter un schéma")
def adopt_scheme(
    code: Code, data: AdoptionCreate, actor: CurrentActor, session: WriteSession
) -> SchemeItem:
    """Fait d’un schéma publié celui d’une organisation de plus : ses chiffres se lisent pour
    chacune et pour toutes ensemble."""
    return versions.adopt(session, actor, code, data)


@router.get(
    "/{code}/draft", responses=problems(NotFound, Invalid, NoDraft), summary="Lire un brouillon"
)
def read_draft(
    code: Code, actor: CurrentActor, session: ReadSession, response: Response
) -> DraftRead:
    """Le brouillon d’un schéma de votre organisation."""
    return _tagged(response, drafts.read(session, actor, code))


@router.put("/{code}/draft", responses=CHANGING, summary="Remplacer un brouillon")
def change_draft(
    code: Code,
    data: DraftChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> DraftRead:
    """Enregistre le brouillon entier s’il se tient ; sinon dit où et pourquoi, sans rien écrire."""
    return _tagged(response, drafts.change(session, actor, code, data.content, if_match))


@router.post("/{code}/draft/indicators", responses=CHANGING, summary="Écrire un indicateur")
def set_draft_indicator(
    code: Code,
    data: DraftIndicator,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> DraftRead:
    """Ajoute un indicateur au brouillon, ou remplace celui du même code."""
    return _tagged(response, drafts.set_indicator(session, actor, code, data.indicator, if_match))


@router.delete(
    "/{code}/draft/indicators/{indicator}", responses=CHANGING, summary="Ôter un indicateur"
)
def remove_draft_indicator(
    code: Code,
    indicator: Annotated[Text, Path(max_length=40, description="Code de l’indicateur.")],
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> DraftRead:
    """Ôte un indicateur du brouillon, si aucun autre ne reprend sa définition."""
    return _tagged(response, drafts.remove_indicator(session, actor, code, indicator, if_match))


@router.post("/{code}/versions", status_code=201, responses=CHANGING, summary="Publier une version")
def publish_scheme(
    code: Code,
    data: SchemePublish,
    actor: CurrentActor,
    session: WriteSession,
    if_match: IfMatch = None,
) -> VersionRead:
    """Fait du brouillon le schéma en vigueur ; la version précédente reste lisible."""
    return drafts.publish(session, actor, code, data.reason, if_match)


@router.get("/{code}/versions", responses=READING, summary="Lister les versions d’un schéma")
def list_scheme_versions(
    code: Code, actor: CurrentActor, session: ReadSession
) -> list[VersionRead]:
    """Les versions publiées, de la dernière à la première."""
    return versions.find(session, actor, code)


@router.get("/{code}/versions/{number}", responses=READING, summary="Lire une version")
def read_scheme_version(
    code: Code, number: Number, actor: CurrentActor, session: ReadSession
) -> dict[str, Any]:
    """Une version entière, au format du catalogue."""
    return versions.read(session, actor, code, number)


@router.get(
    "/{code}/diff",
    responses=problems(NotFound, Invalid, NoDraft),
    summary="Comparer deux versions",
)
def diff_scheme(
    code: Code,
    actor: CurrentActor,
    session: ReadSession,
    first: Annotated[int, Query(ge=1, le=100_000, description="Version de départ.")],
    second: Annotated[
        int | None, Query(ge=1, le=100_000, description="Version d’arrivée ; sinon le brouillon.")
    ] = None,
) -> SchemeDiff:
    """Ce qui est ajouté, ôté ou changé, champ par champ."""
    return versions.diff(session, actor, code, first, second)


def _tagged(response: Response, draft: DraftRead) -> DraftRead:
    response.headers["ETag"] = drafts.etag(draft)
    return draft
