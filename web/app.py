"""Assembles the site: the only place where pages, walls and the client of the API meet."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount

from web.assets import Assets
from web.client import Api, ApiProblem, load_document
from web.pages import (
    account,
    advice,
    amending,
    calculating,
    campaigns,
    campaigns_duties,
    clause_terms,
    clauses,
    closed_years,
    commenting,
    companies,
    company,
    consultations,
    contract_parts,
    contracts,
    contribution,
    dashboards,
    doubting,
    engagement,
    errors,
    evaluations,
    events,
    events_states,
    evidence_file,
    frozen,
    frozen_evidence,
    frozen_together,
    home,
    import_sheets,
    imports,
    indicators,
    insertion,
    insertion_figures,
    insertion_files,
    justifying,
    keys,
    mandates,
    marking,
    month_grid,
    person_grid,
    person_paths,
    person_secrets,
    persons,
    projects,
    public,
    publication_settings,
    publications,
    purges,
    qualifying,
    reserved,
    reserving,
    saved_views,
    saying,
    saying_proofs,
    scheme_editing,
    scheme_editing_indicators,
    scheme_editing_lists,
    scheme_editing_tree,
    scheme_versions,
    schemes,
    sourcing,
    spending,
    statements,
    statutory,
    structures,
    studies,
    supposing,
    vocabulary,
    waiting_spending,
    webhooks,
)
from web.security import Gate, Shield
from web.session import Renewals, SessionMiddleware, SignInNeededError
from web.settings import WebSettings
from web.visit import sign_in

SECTIONS = (
    home,
    account,
    contracts,
    contribution,
    doubting,
    marking,
    amending,
    contract_parts,
    import_sheets,
    imports,
    scheme_editing,
    scheme_editing_indicators,
    scheme_editing_lists,
    scheme_editing_tree,
    scheme_versions,
    schemes,
    dashboards,
    indicators,
    supposing,
    commenting,
    closed_years,
    frozen,
    evidence_file,
    frozen_evidence,
    frozen_together,
    saved_views,
    vocabulary,
    statutory,
    publications,
    publication_settings,
    public,
    companies,
    company,
    insertion_files,
    calculating,
    studies,
    persons,
    person_paths,
    person_secrets,
    purges,
    insertion_figures,
    insertion,
    clauses,
    clause_terms,
    engagement,
    month_grid,
    person_grid,
    statements,
    mandates,
    keys,
    webhooks,
    reserved,
    reserving,
    justifying,
    sourcing,
    advice,
    structures,
    spending,
    waiting_spending,
    saying,
    saying_proofs,
    campaigns,
    campaigns_duties,
    qualifying,
    events,
    events_states,
    projects,
    consultations,
    evaluations,
)
FORM_LIMIT = 1024 * 1024
PROOF_LIMIT = 5 * 1024 * 1024  # what the API takes of a proof
ENVELOPE = 64 * 1024  # what a multipart body adds to the file it carries


def create_app(
    settings: WebSettings, transport: httpx.AsyncBaseTransport | None = None
) -> Starlette:
    """The site over the API of ``settings``; ``transport`` replaces the network (one process)."""
    http = httpx.AsyncClient(
        base_url=settings.api_url,
        transport=transport,
        timeout=settings.api_timeout,
        headers={"Accept": "application/json"},
        trust_env=False,  # a proxy towards the outside is never the way to our own API
    )

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await http.aclose()

    app = Starlette(
        routes=[
            *(route for section in SECTIONS for route in section.routes),
            Mount("/static", Assets(), name="static"),
        ],
        middleware=_walls(settings),
        exception_handlers={
            ApiProblem: _problem,
            HTTPException: _http_exception,
            SignInNeededError: _sign_in,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.settings = settings
    app.state.api = Api(load_document(), http)
    app.state.renewals = Renewals(app.state.api)
    return app


def _walls(settings: WebSettings) -> list[Middleware]:
    """What every request goes through, outermost first."""
    return [
        Middleware(SessionMiddleware, secure=settings.secure),
        Middleware(Shield, secure=settings.secure, page=errors.page),
        Middleware(GZipMiddleware, minimum_size=1024),
        Middleware(
            Gate,
            origin=settings.site_url,
            page=errors.page,
            limits={
                "/imports": settings.upload_limit + ENVELOPE,
                "/insertion/fichiers": settings.upload_limit + ENVELOPE,
                "/preuves": PROOF_LIMIT + ENVELOPE,
                "/": FORM_LIMIT,
            },
        ),
    ]


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiProblem)  # noqa: S101 - what the handler is registered for
    if error.status == 503 and request.method == "POST":
        return await errors.kept_page(request, 503, error.detail)
    return await errors.page(request, error.status, error.detail)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - what the handler is registered for
    return await errors.page(request, error.status_code, "")


async def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeededError)  # noqa: S101 - what the handler is registered for
    if request.method in ("GET", "HEAD"):
        return sign_in(request)
    return await errors.kept_page(request, 401, "")
