"""The ceiling of published files: a bare Starlette route answers the same bytes by FileResponse.

It asks no database whether the file is still what it must be, and knows no tag, day nor licence.
"""

import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

_PATH = os.environ["BENCH_FILE"]


async def file(_request: Request) -> FileResponse:
    """The file."""
    return FileResponse(_PATH, media_type="application/json")


app = Starlette(routes=[Route("/{path:path}", file)])
