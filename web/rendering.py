"""Turns templates into answers: whole pages, or the fragments that htmx asks for."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2_fragments import render_blocks
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web import (
    behind,
    charts,
    evolutions,
    figures,
    formats,
    glossary,
    parted,
    registers,
    steps,
    targets,
    units,
    yearly,
)
from web.assets import asset
from web.forms import EMPTY_ROWS
from web.gauges import hours_gauge

TEMPLATES = Path(__file__).resolve().parent / "templates"
# What puts answers of the API into words, named in the templates as in the code.
WORDED = (
    *(behind, charts, evolutions, figures, glossary),
    *(parted, registers, steps, targets, units, yearly),
)


def with_params(path: str, values: dict[str, Any]) -> str:
    """An address with its query; what is None or empty is left out."""
    pairs = [
        _pair(name, str(one))
        for name, value in values.items()
        if value not in (None, "", [])
        for one in (value if isinstance(value, list | tuple) else (value,))
    ]
    return f"{path}?{'&'.join(pairs)}" if pairs else path


# A page has hundreds of links, which say the same year and the same organisation.
@lru_cache(maxsize=4096)
def _pair(name: str, value: str) -> str:
    return urlencode({name: value})


class FrenchSpaces(Extension):
    """Gives the text of templates its no-break spaces, which nobody can see while writing."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Pass the tokens on, text changed, code untouched."""
        for token in stream:
            if token.type in ("data", "string"):
                yield Token(token.lineno, token.type, formats.french_spaces(token.value))
            else:
                yield token


def create_environment() -> Environment:
    """The templates, with escaping everywhere and no tolerance for an unknown name."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        # They are part of a release: not looked for on the disk again at each include of a page.
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=[FrenchSpaces],
    )
    names = (
        "number euros euros_short percent rate day short_day month of_month hours instant yes_no "
        "known siret plural countdown measured measured_short rate_short sentence quoted unlined"
    )
    environment.filters |= {name: getattr(formats, name) for name in names.split()}
    environment.filters["fr"] = formats.french
    environment.filters["with_params"] = with_params
    environment.filters["target_value"] = targets.target_value
    environment.filters["target_words"] = targets.target_words
    environment.globals |= {one.__name__.removeprefix("web."): one for one in WORDED} | {
        "asset": asset,
        "hours_gauge": hours_gauge,
        "UNKNOWN": formats.UNKNOWN,
        "EMPTY_ROWS": EMPTY_ROWS,
    }
    # The small pieces of every page: a block rendered alone doesn't see what its page imports.
    environment.globals["ui"] = environment.get_template("parts/ui.html").module
    return environment


ENVIRONMENT = create_environment()


def wants_fragment(request: Request) -> bool:
    """Tell whether htmx asks for a part of the page, and not for the page or the way back to it."""
    headers = request.headers
    return (
        headers.get("hx-request") == "true"
        and headers.get("hx-request-type", "partial") == "partial"
        and headers.get("hx-history-restore-request") != "true"
    )


def render(
    request: Request,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
    blocks: Sequence[str] = (),
) -> Response:
    """Answer with a page, or with its ``blocks`` alone when htmx asks for a fragment."""
    fragment = bool(blocks) and wants_fragment(request)
    values = {"request": request, "path": request.url.path, "fragment": fragment, **context}
    if fragment:
        text = render_blocks(ENVIRONMENT, template, list(blocks), values)
    else:
        text = ENVIRONMENT.get_template(template).render(values)
    response = HTMLResponse(text, status)
    response.headers.append("Vary", "HX-Request")
    if request.headers.get("hx-request") == "true" and status >= 400 and not blocks:
        # A page of error takes the place of the whole content, never of a small target.
        response.headers.update({"HX-Retarget": "main", "HX-Reselect": "main"})
        response.headers["HX-Reswap"] = "outerHTML"
    return response
