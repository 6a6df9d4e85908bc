"""A file of open data as HTTP gives it: tag, day, ranges, compressed twin, and no body to HEAD."""

import gzip
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from api.kit.days import in_utc
from api.publication.models import StoredFile
from api.publication.store import GZIP

# Bytes made for one answer, as the catalogue's pages are.
_LEVEL = 6


def serve(
    request: Request, file: StoredFile, path: Path, media_type: str, licence: str
) -> Response:
    """The answer to a GET or HEAD: 200, 206 of a range, 304 of what the reader has already, 416.

    ``path``: the bytes; the compressed twin beside them goes to who takes gzip, under its own tag.
    ``licence``: the address of the licence.
    """
    packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    modified = in_utc(file.modified_at)
    headers = _headers(file.sha256, packed, licence)
    headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _has(request.headers, headers["ETag"], modified):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
    served = path.with_name(path.name + GZIP) if packed else path
    return _Read(served, headers=headers, media_type=media_type, stat_result=served.stat())


class _Read(FileResponse):
    """A file by pieces of a quarter of a megabyte: each piece costs a turn of another thread."""

    chunk_size = 256 * 1024


def serve_bytes(
    request: Request,
    content: bytes,
    media_type: str,
    licence: str,
    modified: datetime | None = None,
) -> Response:
    """The same answer for bytes that lie nowhere. ``modified``: when they changed, in UTC, if
    anything says so."""
    packed = _takes_gzip(request.headers.get("accept-encoding", ""))
    headers = _headers(sha256(content).hexdigest(), packed, licence)
    if modified is not None:
        headers["Last-Modified"] = format_datetime(modified, usegmt=True)
    if _has(request.headers, headers["ETag"], modified):
        return Response(status_code=304, headers=headers)
    if packed:
        headers["Content-Encoding"] = "gzip"
        content = gzip.compress(content, _LEVEL, mtime=0)
    headers["Content-Length"] = str(len(content))
    headers["Content-Type"] = media_type
    return Response(b"" if request.method == "HEAD" else content, headers=headers)


def _headers(digest: str, packed: bool, licence: str) -> dict[str, str]:
    return {
        "ETag": f'"{digest}{"-gzip" if packed else ""}"',
        "Cache-Control": "public, max-age=300",
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Last-Modified, Content-Range",
        "Vary": "Accept-Encoding",
        "Link": f'<{licence}>; rel="license"',
    }


def _takes_gzip(accepted: str) -> bool:
    # RFC 9110, 12.5.3: « gzip;q=0 » refuses it.
    for one in accepted.lower().split(","):
        coding, _, weight = one.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _has(headers: Mapping[str, str], tag: str, modified: datetime | None) -> bool:
    """Whether the reader has these bytes; a tag, when given, alone counts (RFC 9110, 13.1)."""
    known = headers.get("if-none-match")
    if known is not None:
        # A list, and a weak tag is as good: a proxy that compresses makes them weak.
        tags = {one.strip().removeprefix("W/") for one in known.split(",")}
        return tag in tags or "*" in tags
    since = headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        day = parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False
    return day.tzinfo is not None and modified <= day
