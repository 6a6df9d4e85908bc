"""The ceiling of the list: a Starlette route that runs the same SQL by sqlite3 and dumps by orjson.

It knows no person, no right, no filter, no cursor: statements and parameters are read from a file.
"""

import json
import os
import sqlite3
from pathlib import Path

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

COLUMNS = (
    "id", "buyer_siret", "buyer_name", "kind", "reference", "subject", "nature", "procedure",
    "cpv", "amount", "notified_on", "months", "suppliers", "publishable", "version",
)  # fmt: skip

_QUERIES = json.loads(Path(os.environ["BENCH_QUERIES"]).read_text(encoding="utf-8"))
_CONNECTION = sqlite3.connect(os.environ["BENCH_DATABASE"], check_same_thread=False)


async def page(request: Request) -> Response:
    """The page of the query whose number is in the path."""
    statement, parameters = _QUERIES[int(request.path_params["number"])]
    rows = _CONNECTION.execute(statement, parameters).fetchall()
    items = [dict(zip(COLUMNS, row, strict=False)) for row in rows[:50]]
    body = orjson.dumps({"items": items, "next": rows[49][0] if len(rows) > 50 else None})
    return Response(body, media_type="application/json")


app = Starlette(routes=[Route("/{number:int}", page)])
