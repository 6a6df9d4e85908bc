"""Addresses of beneficiaries, for their facilitator alone."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.access.current import CurrentActor
from api.insertion.beneficiaries import path, service
from api.insertion.beneficiaries.purge_routes import router as purges
from api.insertion.beneficiaries.restricted_routes import router as restricted
from api.insertion.beneficiaries.schemas import (
    BeneficiaryChange,
    BeneficiaryCreate,
    BeneficiaryFilter,
    BeneficiaryItem,
    BeneficiaryRead,
    EmploymentChange,
    EmploymentCreate,
    EmploymentRead,
    ExitPut,
    ExitRead,
    TrainingCreate,
    TrainingRead,
)
from api.insertion.beneficiaries.service import ExternalRefTaken
from api.insertion.beneficiaries.sight import followed
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.pages import Page
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    PreconditionRequired,
    Stale,
    Unauthenticated,
    problems,
)
from api.rules.hours.vocabulary import ExitCheckpoint

router = APIRouter(
    prefix="/api/v1/insertion", tags=["Bénéficiaires"], responses=problems(Unauthenticated, Invalid)
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la personne ; obligatoire pour modifier."),
]
REFUSED = problems(Forbidden, NotFound)


@router.post(
    "/beneficiaries",
    status_code=201,
    response_model=BeneficiaryRead,
    responses=problems(Forbidden, NotFound, ExternalRefTaken),
    summary="Suivre une personne",
)
def create_beneficiary(
    data: BeneficiaryCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> BeneficiaryRead | Response:
    """Tire un pseudonyme et enregistre les faits dits ; tout ce qui n’est pas dit reste inconnu."""

    def create() -> BeneficiaryRead:
        return _tagged(response, service.create(session, actor, data))

    service.allow_creation(session, actor, data)
    return once(session, actor.person_id, data, response, create)


@router.get("/beneficiaries", responses=problems(Forbidden), summary="Lister les personnes suivies")
def list_beneficiaries(
    filters: Annotated[BeneficiaryFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[BeneficiaryItem]:
    """Les personnes de votre structure, de la dernière entrée à la première. Celles qui se sont
    opposées au traitement n’y sont que sur demande."""
    return service.find(session, actor, filters)


@router.get("/beneficiaries/{beneficiary_id}", responses=REFUSED, summary="Lire une personne")
def read_beneficiary(
    beneficiary_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> BeneficiaryRead:
    """Les faits, les contrats de travail, les formations, les sorties et les heures par mois ; ni
    l’identité ni les critères détaillés. L’en-tête ETag sert à modifier."""
    return _tagged(response, service.read(session, actor, beneficiary_id))


@router.patch(
    "/beneficiaries/{beneficiary_id}",
    responses=problems(Forbidden, NotFound, Stale, PreconditionRequired, ExternalRefTaken),
    summary="Modifier une personne",
)
def change_beneficiary(
    beneficiary_id: UUID,
    data: BeneficiaryChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> BeneficiaryRead:
    """Change les champs présents, laisse les autres ; `null` efface. Ce qui fait l’éligibilité ne
    change qu’avec un motif une fois des heures validées."""
    return _tagged(response, service.change(session, actor, beneficiary_id, data, if_match))


@router.post(
    "/beneficiaries/{beneficiary_id}/employments",
    status_code=201,
    response_model=EmploymentRead,
    responses=REFUSED,
    summary="Ajouter un contrat de travail",
)
def add_employment(
    beneficiary_id: UUID,
    data: EmploymentCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> EmploymentRead | Response:
    """Un contrat de travail dont les heures peuvent servir une ou plusieurs clauses."""
    followed(session, actor, beneficiary_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: path.add_employment(session, actor, beneficiary_id, data),
    )


@router.patch(
    "/employments/{employment_id}", responses=REFUSED, summary="Modifier un contrat de travail"
)
def change_employment(
    employment_id: UUID, data: EmploymentChange, actor: CurrentActor, session: WriteSession
) -> EmploymentRead:
    """Change les champs présents, laisse les autres : la fin du contrat, le plus souvent."""
    return path.change_employment(session, actor, employment_id, data)


@router.post(
    "/beneficiaries/{beneficiary_id}/trainings",
    status_code=201,
    response_model=TrainingRead,
    responses=REFUSED,
    summary="Ajouter une formation",
)
def add_training(
    beneficiary_id: UUID,
    data: TrainingCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> TrainingRead | Response:
    """Une formation suivie ; certifiante et certifiée, elle compte pour un parcours qualifiant."""
    followed(session, actor, beneficiary_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: path.add_training(session, actor, beneficiary_id, data),
    )


@router.delete(
    "/beneficiaries/{beneficiary_id}/trainings/{training_id}",
    status_code=204,
    responses=REFUSED,
    summary="Retirer une formation",
)
def remove_training(
    beneficiary_id: UUID, training_id: UUID, actor: CurrentActor, session: WriteSession
) -> Response:
    """Retire une formation enregistrée par erreur."""
    path.remove_training(session, actor, beneficiary_id, training_id)
    return Response(status_code=204)


@router.put(
    "/beneficiaries/{beneficiary_id}/exits/{checkpoint}",
    responses=REFUSED,
    summary="Dire une sortie",
)
def put_exit(
    beneficiary_id: UUID,
    checkpoint: ExitCheckpoint,
    data: ExitPut,
    actor: CurrentActor,
    session: WriteSession,
) -> ExitRead:
    """Ce que la personne est devenue à la fin, 6 et 12 mois après ; « inconnue » dit que la
    question a été posée sans réponse."""
    return path.put_exit(session, actor, beneficiary_id, checkpoint, data)


def _tagged(response: Response, person: BeneficiaryRead) -> BeneficiaryRead:
    response.headers["ETag"] = service.etag(person)
    return person


router.include_router(restricted)
router.include_router(purges)
