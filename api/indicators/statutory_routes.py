"""Addresses of the rates that article L2111-3 asks for."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access.current import CurrentActor
from api.indicators import statutory
from api.indicators.statutory_schemas import StatutoryFigures
from api.kit.columns import Siret
from api.kit.db import ReadSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems

router = APIRouter(
    prefix="/api/v1",
    tags=["Publication biennale"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)

Buyer = Annotated[Siret, Query(alias="organisation", description="SIRET de l’acheteur.")]
Year = Annotated[
    int,
    Query(ge=1991, le=2100, description="La seconde des deux années : celle d’avant la précède."),
]
Recalculated = Annotated[
    bool,
    Query(
        description="Vrai : les taux d’aujourd’hui, même d’années closes, qui sinon donnent ce que "
        "leur clôture a gardé."
    ),
]
_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/statutory", summary="Lire les taux de l’article L2111-3")
def read_statutory(
    organisation: Buyer,
    year: Year,
    actor: CurrentActor,
    session: ReadSession,
    recalculated: Recalculated = False,
) -> StatutoryFigures:
    """Les taux réels d’achats socialement et écologiquement responsables de deux années, en nombre
    et en valeur, par catégorie, avec ce qui n’est pas connu et le texte dont chacune vient. Une
    année close y compte telle que sa clôture l’a arrêtée."""
    return statutory.read(session, actor, organisation, year, recalculated)


@router.get(
    "/statutory.csv",
    response_class=Response,
    responses=_CSV,
    summary="Recevoir les taux de l’article L2111-3 à publier",
)
def download_statutory(
    organisation: Buyer,
    year: Year,
    actor: CurrentActor,
    session: ReadSession,
    recalculated: Recalculated = False,
) -> Response:
    """Les mêmes taux en CSV (UTF-8, virgules), à publier tels quels sur le site de l’acheteur."""
    content = statutory.as_csv(statutory.read(session, actor, organisation, year, recalculated))
    name = f"taux-l2111-3-{organisation}-{year - 1}-{year}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8; header=present")
