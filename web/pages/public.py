"""Pages open to all: open data, legal texts, map of the site, robots."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.pages.home import publishers
from web.visit import anyone, settings_of

ROBOTS = """User-agent: *
Disallow: /connexion
Disallow: /marches
Disallow: /imports
Disallow: /schemas
Disallow: /indicateurs
Disallow: /publications
Allow: /
"""
# Address -> template of the pages that only hold text.
TEXTS = {
    "/accessibilite": "public/accessibility.html",
    "/mentions-legales": "public/legal.html",
    "/donnees-personnelles": "public/privacy.html",
    "/plan-du-site": "public/site_map.html",
}
# Files that every publisher has: name in its folder, what it is, format.
FILES = (
    ("decp-marches.json", "Marchés publics, données essentielles (DECP)", "JSON"),
    ("decp-concessions.json", "Concessions, données essentielles (DECP)", "JSON"),
    ("contrats.csv", "Contrats, en tableau", "CSV"),
    ("indicateurs.json", "Indicateurs des schémas", "JSON"),
    ("indicateurs.csv", "Indicateurs des schémas, en tableau", "CSV"),
)


async def open_data(request: Request) -> Response:
    """Who publishes what, under which licence, at which addresses."""
    visit = await anyone(request)
    return visit.page(
        "public/open_data.html", publishers=await publishers(request), files=FILES
    )


async def text(request: Request) -> Response:
    """A page that only holds text."""
    visit = await anyone(request)
    return visit.page(TEXTS[request.url.path])


async def robots(request: Request) -> Response:
    """What robots may read."""
    site = settings_of(request).site_url
    return PlainTextResponse(f"{ROBOTS}\n# {site}/donnees-ouvertes\n")


routes = [
    Route("/donnees-ouvertes", open_data, methods=["GET"]),
    *(Route(path, text, methods=["GET"]) for path in TEXTS),
    Route("/robots.txt", robots, methods=["GET"]),
]
