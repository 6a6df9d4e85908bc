"""Addresses of what is restricted among a facilitator's own people: criteria, identity, export.

A reading is a POST: it writes the journal, and its reason stays out of the address.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from api.access.current import CurrentActor
from api.insertion.beneficiaries import eligibility, export, identity
from api.insertion.beneficiaries.identity import IdentityKeyMissing, IdentityUnreadable
from api.insertion.beneficiaries.restricted_schemas import (
    BeneficiaryExport,
    Duplicates,
    DuplicateSearch,
    EligibilityAdded,
    EligibilityCreate,
    EligibilityRead,
    ExportAsk,
    IdentityKept,
    IdentityPut,
    IdentityRead,
    ReadingReason,
)
from api.insertion.beneficiaries.sight import followed
from api.kit.db import WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import Forbidden, NotFound, problems

router = APIRouter(prefix="/beneficiaries")

REFUSED = problems(Forbidden, NotFound)
SEALED = problems(Forbidden, NotFound, IdentityUnreadable, IdentityKeyMissing)


def _master(request: Request) -> bytes:
    try:
        master: bytes = request.app.state.settings.identity_master
    except (OSError, ValueError) as error:
        raise IdentityKeyMissing from error
    return master


Master = Annotated[bytes, Depends(_master)]


@router.post(
    "/duplicates",
    responses=SEALED,
    summary="Chercher un doublon",
)
def find_duplicate(
    data: DuplicateSearch, actor: CurrentActor, session: WriteSession, master: Master
) -> Duplicates:
    """Dit sous quels pseudonymes votre structure suit déjà cette personne, et si un autre
    facilitateur la suit, sans dire lequel. La recherche reste au journal, sans le nom."""
    return identity.find_duplicates(session, actor, data, master)


@router.post(
    "/{beneficiary_id}/eligibility",
    status_code=201,
    response_model=EligibilityAdded,
    responses=REFUSED,
    summary="Ajouter un critère d’éligibilité",
)
def add_eligibility(
    beneficiary_id: UUID,
    data: EligibilityCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> EligibilityAdded | Response:
    """Le critère et le justificatif vu, sans la pièce. Un justificatif périmé à l’entrée est
    refusé ; sans date, il est gardé avec un avertissement."""
    followed(session, actor, beneficiary_id)
    return once(
        session,
        actor.person_id,
        data,
        response,
        lambda: eligibility.add(session, actor, beneficiary_id, data),
    )


@router.post(
    "/{beneficiary_id}/eligibility/read",
    responses=REFUSED,
    summary="Lire les critères d’éligibilité",
)
def read_eligibility(
    beneficiary_id: UUID, data: ReadingReason, actor: CurrentActor, session: WriteSession
) -> list[EligibilityRead]:
    """Les critères détaillés, dont certains sont sensibles ; chaque lecture reste au journal."""
    return eligibility.read(session, actor, beneficiary_id, data)


@router.delete(
    "/{beneficiary_id}/eligibility/{eligibility_id}",
    status_code=204,
    responses=REFUSED,
    summary="Effacer un critère d’éligibilité",
)
def remove_eligibility(
    beneficiary_id: UUID, eligibility_id: UUID, actor: CurrentActor, session: WriteSession
) -> Response:
    """Efface un critère enregistré par erreur, ou devenu inutile."""
    eligibility.remove(session, actor, beneficiary_id, eligibility_id)
    return Response(status_code=204)


@router.put("/{beneficiary_id}/identity", responses=SEALED, summary="Conserver l’identité")
def put_identity(
    beneficiary_id: UUID,
    data: IdentityPut,
    actor: CurrentActor,
    session: WriteSession,
    master: Master,
) -> IdentityKept:
    """Scelle le nom et la date de naissance ; facultatif : le pseudonyme suffit à tout le reste."""
    return identity.put(session, actor, beneficiary_id, data, master)


@router.post("/{beneficiary_id}/identity/read", responses=SEALED, summary="Ouvrir l’identité")
def read_identity(
    beneficiary_id: UUID,
    data: ReadingReason,
    actor: CurrentActor,
    session: WriteSession,
    master: Master,
) -> IdentityRead:
    """Le nom et la date de naissance ; chaque ouverture reste au journal, avec son motif."""
    return identity.read(session, actor, beneficiary_id, data, master)


@router.delete(
    "/{beneficiary_id}/identity",
    status_code=204,
    responses=REFUSED,
    summary="Effacer l’identité",
)
def remove_identity(beneficiary_id: UUID, actor: CurrentActor, session: WriteSession) -> Response:
    """Efface le nom et la date de naissance ; la personne reste suivie sous son pseudonyme."""
    identity.remove(session, actor, beneficiary_id)
    return Response(status_code=204)


@router.post("/{beneficiary_id}/export", responses=SEALED, summary="Exporter ce qui est conservé")
def export_beneficiary(
    beneficiary_id: UUID,
    data: ExportAsk,
    actor: CurrentActor,
    session: WriteSession,
    master: Master,
) -> BeneficiaryExport:
    """Tout ce qui est conservé de la personne, pour le lui remettre ; l’identité sur demande.
    L’export reste au journal, avec son motif."""
    return export.export(session, actor, beneficiary_id, data, master)
