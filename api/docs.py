"""The OpenAPI description, and the page that shows it: Swagger UI, from our own origin."""

from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

router = APIRouter(include_in_schema=False)

# The files of swagger-ui-dist are served by the site, on the same origin.
_PAGE: Final = """<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API de Spaser</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/static/vendor/swagger-ui.css">
</head>
<body>
<noscript><p>Cette page demande JavaScript. La description se lit aussi à l’adresse
<a href="/api/openapi.json">/api/openapi.json</a>.</p></noscript>
<main id="swagger"></main>
<script src="/static/vendor/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger",
  deepLinking: true,
  validatorUrl: null,
});
"""
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@router.api_route("/api/openapi.json", methods=["GET", "HEAD"])
def show_description() -> Response:
    """The description that is kept: making it again takes seconds, and the tests say it is so."""
    return FileResponse(str(files("openapi") / "openapi.json"), media_type="application/json")


@router.api_route("/api/docs", methods=["GET", "HEAD"])
def show_docs() -> Response:
    """The page."""
    return Response(_PAGE, media_type="text/html", headers={"Content-Security-Policy": _POLICY})


@router.api_route("/api/docs/start.js", methods=["GET", "HEAD"])
def show_docs_script() -> Response:
    """Its script: apart, because the policy forbids scripts inside pages."""
    return Response(_START, media_type="text/javascript")
