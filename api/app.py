"""Assembles the service: the only place where routers, handlers and engines meet."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

import api
import api.tables
from api import docs, health, labels
from api.access.keys_routes import router as keys
from api.access.mandate_routes import router as mandates
from api.access.routes import router as access
from api.actions.campaign_routes import router as campaigns
from api.actions.event_routes import router as events
from api.actions.routes import router as actions
from api.actions.signatures import MAX_PROOF
from api.closings.routes import router as closings
from api.consultations.routes import router as consultations
from api.contracts import following
from api.contracts.concession_years_routes import router as concession_years
from api.contracts.doubting_routes import router as doubting
from api.contracts.routes import router as contracts
from api.contracts.subcontracting_routes import router as subcontracting
from api.contracts.upserting_routes import MAX_BULK
from api.contracts.upserting_routes import router as upserting
from api.evaluations.routes import router as evaluations
from api.imports.routes import router as imports
from api.imports.sheets.routes import router as import_sheets
from api.indicators.comments_routes import router as comments
from api.indicators.freezing import freeze
from api.indicators.freezing_routes import router as frozen_figures
from api.indicators.routes import router as indicators
from api.indicators.statutory import keep as keep_rates
from api.indicators.statutory_routes import router as statutory
from api.indicators.views_routes import router as views
from api.indicators.vocabulary_routes import router as vocabulary
from api.insertion.beneficiaries.routes import router as beneficiaries
from api.insertion.clauses.routes import router as clauses
from api.insertion.feasibility.routes import router as feasibility
from api.insertion.figures import freezing
from api.insertion.figures.routes import router as insertion_figures
from api.insertion.files.routes import router as statement_files
from api.insertion.links.routes import router as links
from api.insertion.statements.routes import router as statements
from api.kit.boundary import Boundary
from api.kit.db import create_engines
from api.kit.problems import ProblemBody, http_exception, validation_error
from api.programme.routes import router as programme
from api.publication.catalogue.routes import router as catalogue
from api.publication.routes import router as publication
from api.publication.settings_routes import router as publication_settings
from api.reference.routes import router as reference
from api.reserved.routes import router as reserved
from api.schemes.routes import router as schemes
from api.settings import Settings
from api.spending.joining import hold, run_for
from api.spending.joining_routes import router as joining
from api.spending.routes import router as spending
from api.structures.routes import router as structures
from api.suppliers.routes import router as suppliers
from api.webhooks.routes import router as webhooks

# What a multipart body adds to the file it carries.
ENVELOPE = 64 * 1024

ROUTERS = (
    health.router,
    docs.router,
    access,
    mandates,
    keys,
    reference,
    upserting,
    doubting,
    contracts,
    subcontracting,
    concession_years,
    suppliers,
    schemes,
    indicators,
    import_sheets,
    imports,
    publication,
    publication_settings,
    catalogue,
    feasibility,
    clauses,
    statements,
    statement_files,
    links,
    beneficiaries,
    insertion_figures,
    reserved,
    structures,
    spending,
    joining,
    programme,
    consultations,
    evaluations,
    actions,
    events,
    campaigns,
    closings,
    frozen_figures,
    statutory,
    comments,
    views,
    vocabulary,
    webhooks,
)

DESCRIPTION = """
Spaser tient les marchés, les considérations, les schémas (SPASER) et leurs indicateurs d’un ou de
plusieurs acheteurs publics, et les publie en données ouvertes.

* Les montants et les heures sont des **textes décimaux** (« 12000.50 »), les jours des dates
  « AAAA-MM-JJ », les instants en temps universel.
* Ce qui n’est pas dit vaut `null`, jamais zéro ni « non ».
* Toute erreur est un objet `application/problem+json` (RFC 9457) dont le champ `detail` dit en
  français ce qui s’est passé et quoi faire.
* Les listes se lisent page par page : repassez `next` dans `cursor`.
* Pour modifier, renvoyez l’`ETag` lu dans l’en-tête `If-Match`.
"""


def create_app(settings: Settings) -> FastAPI:
    """The service over the database of ``settings``."""
    app = FastAPI(
        title="Spaser",
        version=api.__version__,
        description=DESCRIPTION,
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )
    app.state.settings = settings
    # In this order: figures of a scheme read those of insertion, which are told once closed.
    app.state.on_closed = (freezing.keep, freeze, keep_rates)
    following.register(run_for, hold)
    app.state.noted_keys = {}
    app.state.engines = create_engines(settings.url, settings.pool_size)
    app.add_middleware(
        Boundary,
        default_limit=settings.body_limit,
        limits={
            "/api/v1/contracts/bulk": MAX_BULK,
            "/api/v1/imports": settings.upload_limit + ENVELOPE,
            "/api/v1/insertion/statement-files": settings.upload_limit + ENVELOPE,
            "/api/v1/structures/files": settings.upload_limit + ENVELOPE,
            "/api/v1/proofs": MAX_PROOF + ENVELOPE,
        },
    )
    app.add_exception_handler(HTTPException, http_exception)
    app.add_exception_handler(RequestValidationError, validation_error)
    for router in ROUTERS:
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    logging.getLogger("spaser.api").info("Spaser %s", api.__version__)
    yield
    app.state.engines.dispose()


def _operation_id(route: APIRoute) -> str:
    return route.name


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            license_info=app.license_info,
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        body = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(body.pop("$defs", {}))
        schemas["ProblemBody"] = body
        words = labels.by_schema()
        for name, schema in schemas.items():
            if name in words:
                schema["x-labels"] = words[name]
            # The docstrings of our classes, in English, speak to who reads the code.
            schema.pop("description", None)
        _problems_everywhere(document)
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = document
    return app.openapi_schema


def _problems_everywhere(document: dict[str, Any]) -> None:
    """Every 422 is one of our problems, not the framework's own shape; every success is French."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemBody"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            for answer in answers.values():
                if answer["description"] == "Successful Response":
                    answer["description"] = "Réussite."
            if "422" in answers and "application/json" in answers["422"].get("content", {}):
                answers["422"] = {"description": "Saisie à corriger.", "content": content}
