"""Addresses by which another software writes contracts here."""

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path, Response
from sqlmodel import Session, col

from api.access.current import CurrentActor
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.contracts import service, upserting
from api.contracts.models import Contract
from api.contracts.routes import IfMatch
from api.contracts.schemas import ContractCreate, ContractRead
from api.contracts.service import ReferenceTaken
from api.contracts.upserting import Done, NumberFixed, Sent
from api.contracts.upserting_schemas import (
    EXTERNAL_ID,
    BulkResult,
    ContractLine,
    ContractLineResult,
    ContractsBulk,
    ContractUpserted,
    ExternalId,
    RefusedLine,
    WriteOutcome,
)
from api.kit.columns import Siret
from api.kit.db import ReadSession, WriteSession
from api.kit.idempotency import Idempotent
from api.kit.problems import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    ProblemBody,
    Stale,
    Unauthenticated,
    problems,
)

# A thousand contracts, with a dozen companies each.
MAX_BULK = 4 * 1024 * 1024

router = APIRouter(
    prefix="/api/v1/contracts",
    tags=["Marchés"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)
BuyerSiret = Annotated[Siret, Path(description="SIRET de l’acheteur.")]
External = Annotated[ExternalId, Path(description=EXTERNAL_ID)]


@router.get("/by-external-id/{siret}/{external_id}", summary="Lire un marché par son identifiant")
def read_contract_by_external_id(
    siret: BuyerSiret,
    external_id: External,
    actor: CurrentActor,
    session: ReadSession,
    response: Response,
) -> ContractRead:
    """Le marché que votre logiciel a écrit ici sous cet identifiant externe."""
    buyer = own(session, actor, siret, Permission.CONTRACTS_READ)
    found = session.scalars(
        sa.select(col(Contract.id)).where(
            col(Contract.buyer_id) == buyer.id, col(Contract.external_id) == external_id
        )
    ).one_or_none()
    if found is None:
        raise NotFound
    contract = service.read(session, actor, found)
    response.headers["ETag"] = service.etag(contract)
    return contract


@router.put(
    "/by-external-id/{siret}/{external_id}",
    responses={
        200: {"description": "Le marché était là : modifié, ou identique."},
        201: {"description": "Le marché est nouveau.", "model": ContractUpserted},
        **problems(ReferenceTaken, NumberFixed, Stale),
    },
    summary="Écrire un marché par son identifiant",
)
def upsert_contract(
    siret: BuyerSiret,
    external_id: External,
    data: ContractCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> ContractUpserted:
    """Crée le marché, ou change les champs présents s’il est déjà là ; les champs absents restent
    comme ils sont, `null` efface. Renvoyé à l’identique, rien ne change. Un marché du même numéro,
    importé ou saisi avant, prend cet identifiant. « If-Match » est facultatif : avec lui, le marché
    doit être à cette version."""
    buyer = upserting.allow(session, actor, siret)
    upserting.check_buyer(siret, data.buyer_siret)
    (done,) = upserting.upsert(session, actor, buyer, [Sent(external_id, data, if_match)])
    if done.problem is not None:
        raise done.problem
    if done.outcome is WriteOutcome.CREATED:
        response.status_code = 201
    return _upserted(session, actor, done, response)


def _upserted(session: Session, actor: Actor, done: Done, response: Response) -> ContractUpserted:
    assert done.contract_id is not None  # noqa: S101 - what was not refused is a contract
    contract = service.read(session, actor, done.contract_id)
    response.headers["ETag"] = service.etag(contract)
    return ContractUpserted.model_construct(**dict(contract), outcome=done.outcome)


@router.post("/bulk", response_model=BulkResult, summary="Écrire beaucoup de marchés")
def upsert_contracts(
    data: ContractsBulk,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> BulkResult | Response:
    """Mille marchés d’un acheteur au plus, chacun écrit comme par son identifiant externe. Chaque
    ligne a son résultat ; une ligne refusée n’empêche pas les autres et ne change rien. Tout est
    enregistré ensemble, avant la réponse, ou rien ne l’est."""
    buyer = upserting.allow(session, actor, data.buyer_siret)

    def write() -> BulkResult:
        done = upserting.upsert(session, actor, buyer, map(_sent, data.lines))
        return _result(data, done)

    return once(session, actor.person_id, data, response, write)


def _sent(line: ContractLine) -> Sent | Problem:
    if isinstance(line, RefusedLine):
        return Invalid(errors=line.errors)
    return Sent(line.external_id, line)


def _result(data: ContractsBulk, done: list[Done]) -> BulkResult:
    counts = {outcome: sum(one.outcome is outcome for one in done) for outcome in WriteOutcome}
    return BulkResult(
        created=counts[WriteOutcome.CREATED],
        updated=counts[WriteOutcome.UPDATED],
        unchanged=counts[WriteOutcome.UNCHANGED],
        refused=counts[WriteOutcome.REFUSED],
        lines=[
            ContractLineResult(
                line=number,
                external_id=None if isinstance(line, RefusedLine) else line.external_id,
                outcome=one.outcome,
                contract_id=one.contract_id,
                version=one.version,
                problem=None if one.problem is None else _body(one.problem),
            )
            for number, (line, one) in enumerate(zip(data.lines, done, strict=True), 1)
        ],
    )


def _body(problem: Problem) -> ProblemBody:
    return ProblemBody(
        type=problem.type,
        title=problem.title,
        status=problem.status,
        detail=problem.detail,
        errors=list(problem.errors),
    )
