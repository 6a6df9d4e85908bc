"""Addresses of statements of hours."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Header, Query, Response

from api.access.current import CurrentActor
from api.closings.service import YearClosed
from api.insertion.statements import batch, corrections, listing, reminders, service, sight
from api.insertion.statements.listing import (
    ClauseMonths,
    GridFilter,
    GridRead,
    MonthsFilter,
)
from api.insertion.statements.reminders import ReminderFilter, ReminderItem
from api.insertion.statements.schemas import (
    BatchIn,
    BatchRead,
    CorrectionIn,
    MoveIn,
    ReasonIn,
    StatementChange,
    StatementCreate,
    StatementFilter,
    StatementItem,
    StatementRead,
)
from api.insertion.statements.service import (
    StatementNotMovable,
    StatementNotOpen,
    StatementStands,
)
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
from api.rules.hours.vocabulary import StatementState

router = APIRouter(
    prefix="/api/v1/insertion/statements",
    tags=["Heures d’insertion"],
    responses=problems(Unauthenticated, Invalid),
)

IfMatch = Annotated[
    str | None,
    Header(max_length=80, description="L’ETag lu avec la déclaration ; obligatoire pour modifier."),
]
IfStillMatch = Annotated[
    str | None,
    Header(
        max_length=80,
        description="L’ETag lu avec la déclaration ; facultatif : s’il est passé, l’action est "
        "refusée.",
    ),
]
Word = Annotated[MoveIn | None, Body()]
MOVE_PROBLEMS = problems(Forbidden, NotFound, Stale, StatementNotMovable, YearClosed)


@router.get("", summary="Lister les déclarations d’heures")
def list_statements(
    filters: Annotated[StatementFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[StatementItem]:
    """Du mois le plus récent au plus ancien : celles des clauses suivies sous mandat, ou reçues
    par les acheteurs dont on est membre. Des totaux, jamais une personne."""
    return listing.find(session, actor, filters)


@router.post(
    "",
    status_code=201,
    response_model=StatementRead,
    responses=problems(Forbidden, NotFound, StatementStands, YearClosed),
    summary="Déclarer les heures d’un mois",
)
def create_statement(
    data: StatementCreate,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> StatementRead | Response:
    """Ouvre le brouillon d’une clause et d’un mois, avec ses lignes ; il reste à soumettre. Un
    mois sans heure se déclare sans ligne."""
    service.allow_creation(session, actor, data.clause_id)

    def create() -> StatementRead:
        return _tagged(response, service.create(session, actor, data))

    return once(session, actor.person_id, data, response, create)


@router.post(
    "/batch",
    status_code=201,
    response_model=BatchRead,
    responses=problems(Forbidden),
    summary="Déclarer par lot",
)
def record_batch(
    data: BatchIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
) -> BatchRead | Response:
    """Jusqu’à 1 000 lignes de clauses et de mois quelconques : celles d’une clause et d’un mois
    vont dans une même déclaration. Tout ou rien, sauf « partial » ; le sort de chaque ligne est
    dit."""
    sight.allow_batch(actor)

    def create() -> BatchRead:
        return batch.create(session, actor, data)

    # Without a key nothing compares requests.
    asked = data if once.key is None else batch.digest(data)
    return once(session, actor.person_id, asked, response, create)


@router.get("/reminders", summary="Lister les déclarations attendues")
def list_reminders(
    filters: Annotated[ReminderFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ReminderItem]:
    """Les mois échus ou à échoir sous cinq jours et non déclarés, du plus ancien au plus récent,
    avec leur retard et leur relance (J-5, J+1, J+8)."""
    return reminders.find(session, actor, filters)


@router.get("/grid", responses=problems(Forbidden, NotFound), summary="Lire la grille d’une clause")
def read_grid(
    filters: Annotated[GridFilter, Query()], actor: CurrentActor, session: ReadSession
) -> GridRead:
    """Les heures d’une clause, personne par personne et mois par mois ; pour son facilitateur."""
    return listing.read_grid(session, actor, filters)


@router.get("/months", summary="Lister les mois des clauses")
def list_statement_months(
    filters: Annotated[MonthsFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[ClauseMonths]:
    """Clause par clause, l’état et les heures de chaque mois déclaré."""
    return listing.find_months(session, actor, filters)


@router.get("/{statement_id}", responses=problems(NotFound), summary="Lire une déclaration")
def read_statement(
    statement_id: UUID, actor: CurrentActor, session: ReadSession, response: Response
) -> StatementRead:
    """Ses lignes par pseudonyme pour le facilitateur ; pour l’acheteur, ses totaux, et le nombre
    de personnes à partir de cinq. L’en-tête ETag sert à la modifier."""
    return _tagged(response, service.read(session, actor, statement_id))


@router.put(
    "/{statement_id}",
    responses=problems(
        Forbidden, NotFound, Stale, PreconditionRequired, StatementNotOpen, YearClosed
    ),
    summary="Remplacer les lignes d’une déclaration",
)
def change_statement(
    statement_id: UUID,
    data: StatementChange,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfMatch = None,
) -> StatementRead:
    """Met ces lignes à la place de celles d’un brouillon ou d’une déclaration à corriger."""
    return _tagged(response, service.change(session, actor, statement_id, data, if_match))


@router.post("/{statement_id}/submit", responses=MOVE_PROBLEMS, summary="Soumettre une déclaration")
def submit_statement(
    statement_id: UUID,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    data: Word = None,
    if_match: IfStillMatch = None,
) -> StatementRead:
    """Les lignes sont vérifiées de nouveau ; la date du jour fait foi pour le retard."""
    comment = data.comment if data is not None else None
    moved = service.move(session, actor, statement_id, StatementState.SUBMITTED, comment, if_match)
    return _tagged(response, moved)


@router.post("/{statement_id}/validate", responses=MOVE_PROBLEMS, summary="Valider une déclaration")
def validate_statement(
    statement_id: UUID,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    data: Word = None,
    if_match: IfStillMatch = None,
) -> StatementRead:
    """Les lignes sont vérifiées de nouveau ; ensuite elles ne changent plus que par des lignes
    correctives."""
    comment = data.comment if data is not None else None
    moved = service.move(session, actor, statement_id, StatementState.VALIDATED, comment, if_match)
    return _tagged(response, moved)


@router.post("/{statement_id}/return", responses=MOVE_PROBLEMS, summary="Renvoyer une déclaration")
def return_statement(
    statement_id: UUID,
    data: ReasonIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfStillMatch = None,
) -> StatementRead:
    """Renvoie à corriger, en disant quoi : la déclaration est de nouveau attendue."""
    moved = service.move(
        session, actor, statement_id, StatementState.TO_CORRECT, data.comment, if_match
    )
    return _tagged(response, moved)


@router.post("/{statement_id}/reject", responses=MOVE_PROBLEMS, summary="Rejeter une déclaration")
def reject_statement(
    statement_id: UUID,
    data: ReasonIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    if_match: IfStillMatch = None,
) -> StatementRead:
    """Met fin à la déclaration, en disant pourquoi ; le mois peut être déclaré de nouveau."""
    moved = service.move(
        session, actor, statement_id, StatementState.REJECTED, data.comment, if_match
    )
    return _tagged(response, moved)


@router.post(
    "/{statement_id}/corrections",
    status_code=201,
    response_model=StatementRead,
    responses=MOVE_PROBLEMS,
    summary="Corriger une ligne validée",
)
def correct_statement(
    statement_id: UUID,
    data: CorrectionIn,
    actor: CurrentActor,
    session: WriteSession,
    response: Response,
    once: Idempotent,
    if_match: IfStillMatch = None,
) -> StatementRead | Response:
    """Ajoute une ligne corrective, qui porte la différence et le motif. Corriger une correction
    corrige la ligne d’origine."""
    sight.allow_change(session, actor, statement_id)

    def correct() -> StatementRead:
        return _tagged(response, corrections.correct(session, actor, statement_id, data, if_match))

    return once(session, actor.person_id, data, response, correct)


def _tagged(response: Response, statement: StatementRead) -> StatementRead:
    response.headers["ETag"] = service.etag(statement)
    return statement
