"""Addresses of the figures kept when a year was closed."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.access.current import CurrentActor
from api.indicators import freezing_diff, freezing_reading, freezing_together
from api.indicators.freezing_diff import FirstVersion
from api.indicators.freezing_schemas import (
    Against,
    FrozenDiff,
    FrozenFilter,
    FrozenItem,
    FrozenRead,
    FrozenRows,
    FrozenTogether,
)
from api.indicators.schemas import EvidenceState
from api.kit.columns import Siret, Text
from api.kit.db import ReadSession
from api.kit.pages import Cursor, Limit, Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1/frozen-figures",
    tags=["Chiffres arrêtés"],
    responses=problems(Unauthenticated, Invalid),
)


@router.get("", summary="Lister les chiffres arrêtés")
def list_frozen_figures(
    filters: Annotated[FrozenFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[FrozenItem]:
    """Ce que chaque clôture d’année a gardé des schémas des organisations dont on est membre, de
    l’année la plus récente à la plus ancienne."""
    return freezing_reading.find(session, actor, filters)


@router.get(
    "/together",
    responses=problems(Forbidden, NotFound),
    summary="Réunir les chiffres arrêtés d’un schéma partagé",
)
def read_frozen_together(
    actor: CurrentActor,
    session: ReadSession,
    scheme: Annotated[Text, Query(max_length=60, description="Code du schéma.")],
    organisation: Annotated[Siret, Query(description="SIRET de l’organisation.")],
    year: Annotated[int, Query(ge=1990, le=2100, description="Année close.")],
) -> FrozenTogether:
    """L’ensemble des organisations qui partagent le schéma, recalculé des sommes que la clôture de
    chacune a gardées ; jamais une moyenne de taux."""
    return freezing_together.read(session, actor, scheme, organisation, year)


@router.get(
    "/{frozen_id}", responses=problems(Forbidden, NotFound), summary="Lire des chiffres arrêtés"
)
def read_frozen_figures(frozen_id: UUID, actor: CurrentActor, session: ReadSession) -> FrozenRead:
    """Les chiffres tels que calculés à la clôture, avec les définitions et les cibles d’alors. Ils
    ne changent plus jamais."""
    return freezing_reading.read(session, actor, frozen_id)


@router.get(
    "/{frozen_id}/evidence",
    responses=problems(Forbidden, NotFound),
    summary="Ouvrir un chiffre arrêté",
)
def list_frozen_evidence(
    frozen_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    indicator: Annotated[UUID, Query(description="L’indicateur dont on veut les pièces.")],
    state: Annotated[EvidenceState, Query(description="Comptés, non comptés ou à compléter.")],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> FrozenRows:
    """Les lignes comptées, non comptées ou à compléter le jour de la clôture."""
    return freezing_reading.rows(session, actor, frozen_id, indicator, state, limit, cursor)


@router.get(
    "/{frozen_id}/diff",
    responses=problems(Forbidden, NotFound, FirstVersion),
    summary="Comparer des chiffres arrêtés",
)
def diff_frozen_figures(
    frozen_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    against: Annotated[
        Against, Query(description="La version précédente, ou les chiffres d’aujourd’hui.")
    ] = Against.PREVIOUS,
) -> FrozenDiff:
    """Pour chaque indicateur changé : sa valeur avant et après, si sa définition ou ses cibles ont
    changé, et les lignes ajoutées ou retirées."""
    return freezing_diff.diff(session, actor, frozen_id, against)
