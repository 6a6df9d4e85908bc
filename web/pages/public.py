"""Pages open to all: open data, legal texts, map of the site, robots."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from web.forms import labels
from web.pages.home import publishers
from web.visit import anyone, api_of, settings_of

ROBOTS = """User-agent: *
Disallow: /connexion
Disallow: /declaration
Disallow: /insertion
Disallow: /reserves
Disallow: /structures
Disallow: /mandatements
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
FILES = "/opendata/{siret}/"
DESCRIPTIONS = "/opendata/schemas/"


async def open_data(request: Request) -> Response:
    """Who publishes what, under which licence, at which addresses."""
    visit = await anyone(request)
    document = api_of(request).document
    paths = document["paths"]
    files = [
        (path.removeprefix(FILES), item["get"]["summary"])
        for path, item in paths.items()
        # Those of one year are listed by the catalogue of each buyer, not here.
        if path.startswith(FILES) and "get" in item and "{year}" not in path
    ]
    return visit.page(
        "public/open_data.html",
        publishers=await publishers(request),
        files=files,
        descriptions=[
            (path, item["get"]["summary"])
            for path, item in paths.items()
            if path.startswith(DESCRIPTIONS)
        ],
        licences=labels(document, "Licence"),
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
