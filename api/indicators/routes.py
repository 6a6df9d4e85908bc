"""Addresses of figures and of their evidence."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from api.access.current import CurrentActor
from api.indicators import completing, evidence, portion, previewing, service, supposing
from api.indicators.evidence import NotComputed
from api.indicators.evidence_schemas import EvidenceRows
from api.indicators.portion import Portion
from api.indicators.qualifying_schemas import Qualified, ToQualify
from api.indicators.schemas import (
    EvidenceState,
    PreviewCreate,
    PreviewRead,
    ResultRead,
    SchemeResults,
    WhatIfCreate,
    WhatIfRead,
)
from api.kit.columns import Siret, Text
from api.kit.db import ReadSession
from api.kit.pages import Cursor, Limit
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.schemes import definitions
from api.schemes import service as schemes
from api.schemes.schemas import DefinitionRead, IndicatorRead

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
Together = Annotated[
    bool,
    Query(
        description="Vrai : toutes les organisations qui partagent le schéma et dont on lit les "
        "chiffres, ensemble ; les taux sont recalculés, jamais moyennés."
    ),
]
Since = Annotated[
    int | None,
    Query(ge=1990, le=2100, description="Donne aussi les années depuis celle-ci."),
]
OneDirectorate = Annotated[
    UUID | None,
    Query(
        alias="directorate",
        description="Les seules lignes de cette direction ; celles dont la direction n’est pas "
        "dite comptent comme inconnues.",
    ),
]
OneFamily = Annotated[
    Text | None,
    Query(
        alias="family",
        min_length=1,
        max_length=120,
        description="Les seules lignes de cette famille d’achats, écrite comme sur les fiches ; "
        "celles dont la famille n’est pas dite comptent comme inconnues.",
    ),
]
Counts = Annotated[
    bool,
    Query(
        description="Faux : sans le nombre de lignes de chaque liste, pour lire vite les pages "
        "qui suivent la première."
    ),
]
OnlyFamily = Annotated[
    Text | None,
    Query(
        max_length=120,
        description="Celle-ci seule, si une fiche la porte : elle peut suivre les premières.",
    ),
]
Recalculated = Annotated[
    bool,
    Query(
        description="Vrai : les chiffres d’aujourd’hui, même d’une année close, qui sinon "
        "donne ceux de sa clôture."
    ),
]
Buyer = Annotated[Siret, Query(alias="organisation", description="SIRET de l’acheteur.")]


@router.get("/schemes/{code}/results", summary="Calculer les indicateurs d’un schéma")
def list_scheme_results(  # noqa: PLR0913 - the parameters of the address
    code: Annotated[Text, Path(max_length=60, description="Code du schéma.")],
    actor: CurrentActor,
    session: ReadSession,
    organisation: Buyer,
    year: LastYear = None,
    together: Together = False,
    directorate: OneDirectorate = None,
    family: OneFamily = None,
    since: Since = None,
    recalculated: Recalculated = False,
) -> SchemeResults:
    """Tous les chiffres d’un schéma pour une année, avec leur complétude et la cible de l’année :
    d’une organisation, de toutes celles qui le partagent, d’une direction ou d’une famille
    d’achats.
    Une année close donne les chiffres arrêtés à sa clôture."""
    return service.results(
        session,
        actor,
        code,
        year,
        organisation,
        together,
        Portion(directorate, family),
        since,
        recalculated,
    )


@router.get(
    "/organisations/{siret}/purchase-families",
    summary="Lister les familles d’achats d’une organisation",
)
def list_purchase_families(
    siret: Siret, actor: CurrentActor, session: ReadSession, only: OnlyFamily = None
) -> list[str]:
    """Les familles d’achats écrites sur ses marchés, ses consultations, ses projets, ses clauses et
    ses dépenses, telles quelles, les 500 premières par ordre alphabétique : celles dont on peut
    demander les chiffres (`family`)."""
    return portion.families(session, actor, siret, only)


@router.get("/indicators/{indicator_id}", summary="Lire un indicateur")
def read_indicator(indicator_id: UUID, actor: CurrentActor, session: ReadSession) -> IndicatorRead:
    """Ce que mesure un indicateur, en clair, avec sa formule et ses cibles."""
    return schemes.read_indicator(session, actor, indicator_id)


@router.get(
    "/indicators/{indicator_id}/definitions", summary="Lister les définitions d’un indicateur"
)
def list_definitions(
    indicator_id: UUID, actor: CurrentActor, session: ReadSession
) -> list[DefinitionRead]:
    """Les définitions qu’il a eues, de la dernière à la première : chacune avec son rang, la
    version du schéma qui l’a écrite et ses mots. Celle d’un indicateur qui en reprend un autre
    change avec lui."""
    return definitions.history(session, actor, indicator_id)


@router.get("/indicators/{indicator_id}/results", summary="Calculer un indicateur")
def read_result(  # noqa: PLR0913 - the parameters of the address
    indicator_id: UUID,
    actor: CurrentActor,
    session: ReadSession,
    organisation: Buyer,
    year: LastYear = None,
    together: Together = False,
    directorate: OneDirectorate = None,
    family: OneFamily = None,
    since: Since = None,
    recalculated: Recalculated = False,
) -> ResultRead:
    """La valeur, le numérateur, le dénominateur, les réponses manquantes et l’intervalle où se
    trouve la vraie valeur ; les années précédentes et où elles mènent."""
    return service.result(
        session,
        actor,
        indicator_id,
        year,
        organisation,
        together,
        Portion(directorate, family),
        since,
        recalculated,
    )


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
    state: Annotated[
        EvidenceState,
        Query(description="Comptés, non comptés, à compléter, ou hors du périmètre."),
    ],
    directorate: OneDirectorate = None,
    family: OneFamily = None,
    counts: Counts = True,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> EvidenceRows:
    """Les lignes comptées, celles qui ne le sont pas et pourquoi, celles dont il manque une réponse
    et laquelle ; ce que chacune apporte à ce qui est additionné ; et combien chaque liste en a."""
    of = Portion(directorate, family)
    return evidence.find(
        session, actor, indicator_id, year, organisation, of, state, limit, cursor, counts
    )


@router.get("/schemes/{code}/to-qualify", summary="Savoir quoi compléter d’abord")
def list_to_qualify(
    code: Annotated[Text, Path(max_length=60, description="Code du schéma.")],
    actor: CurrentActor,
    session: ReadSession,
    organisation: Buyer,
    year: LastYear = None,
    about: Annotated[
        Qualified, Query(description="Les marchés, ou les consultations.")
    ] = Qualified.CONTRACT,
    limit: Limit = 50,
) -> ToQualify:
    """Les marchés, ou les consultations, que le plus d’indicateurs attendent, ce qu’il faut en
    dire, ce qui est habituel dans leur famille, et la complétude de chaque direction."""
    return completing.find(session, actor, code, organisation, year, about, limit)


@router.post("/indicators/preview", summary="Essayer une définition")
def preview_indicator(
    data: PreviewCreate, actor: CurrentActor, session: ReadSession
) -> PreviewRead:
    """Ce que donnerait une définition, en clair et en chiffres, avec les lignes derrière. Rien
    n’est enregistré."""
    return previewing.preview(session, actor, data)


@router.post(
    "/indicators/{indicator_id}/what-if",
    responses=problems(NotComputed),
    summary="Supposer des lignes comptées",
)
def suppose_result(
    indicator_id: UUID, data: WhatIfCreate, actor: CurrentActor, session: ReadSession
) -> WhatIfRead:
    """Le chiffre d’une année, et ce qu’il serait si ces lignes et ces projets d’achat comptaient.
    Rien n’est enregistré."""
    return supposing.what_if(session, actor, indicator_id, data)
