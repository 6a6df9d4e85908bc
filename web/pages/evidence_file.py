"""The rows behind a figure as a file: the four lists one after the other, with what each brings."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from web.pages.indicator_reading import STATES, Subject, read_evidence, read_subject
from web.pages.insertion_figures import inert
from web.visit import Visit, member

PAGE = 100
Line = list[str | Decimal | None]
# The days of these rows are the first of a month.
MONTH = "Mois"


class CutShortError(RuntimeError):
    """A page was refused after others were sent: a file that ended there would look whole."""


async def rows_file(request: Request) -> Response:
    """Every row of a figure, page after page: nothing of it is held whole. Raises HTTPException
    404 for a figure that opens onto no rows."""
    visit = await member(request)
    subject = await read_subject(visit)
    first = await read_evidence(visit, subject, STATES[0][0], None, PAGE, counts=False)
    if first is None:
        raise HTTPException(404)
    return StreamingResponse(
        lines(visit, subject, first),
        media_type="text/csv",
        headers={"Content-Disposition": disposition(subject.indicator["code"], subject.year)},
    )


def disposition(code: str, year: int) -> str:
    """The name of the file, RFC 6266: one of ASCII for old readers, the right one beside it."""
    # A code may hold anything.
    name, plain = f"lignes-{code}-{year}.csv", f"lignes-{year}.csv"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def lines(visit: Visit, subject: Subject, first: Mapping[str, Any]) -> AsyncIterator[str]:
    """The file, piece by piece; ``first``: the first page of the first list.

    Raises CutShortError.
    """
    yield _csv([_header(first)])
    page: Mapping[str, Any] | None = first
    for state, words in STATES:
        cursor = None
        while True:
            if page is None:
                page = await read_evidence(visit, subject, state, cursor, PAGE, counts=False)
            if page is None:
                raise CutShortError(f"{state} after {cursor}")
            yield _csv([_cells(words, one, first) for one in page["items"]])
            cursor, page = page["next"], None
            if cursor is None:
                break


def _header(page: Mapping[str, Any]) -> Line:
    added = _title(page["quantity"], "Nombre additionné")
    based = _title(page["base_quantity"], "Nombre de la base")
    return [
        "Liste",
        page["day_label"],
        "Ligne",
        "Référence",
        *(["Montant HT (€)"] if _pays_apart(page) else []),
        added,
        f"{based}, pour la base" if based == added else based,
        "Peut-être hors du périmètre",
        "Pourquoi ce n’est pas compté",
        "Pour répondre, il faut",
    ]


def _pays_apart(page: Mapping[str, Any]) -> bool:
    """Whether the amount of a row is another number than the one that is added up."""
    return page["quantity"] is None or page["quantity"]["scale"] != "euros"


def _title(quantity: Mapping[str, Any] | None, otherwise: str) -> str:
    """« Heures (heures) » would say twice the unit that a name already says."""
    if quantity is None:
        return otherwise
    label, unit = quantity["label"], quantity["unit"]
    return label if not unit or unit in label.lower() else f"{label} ({unit})"


def _cells(words: str, one: Mapping[str, Any], page: Mapping[str, Any]) -> Line:
    day = one["day"]
    numbers = ("amount", "weight", "base") if _pays_apart(page) else ("weight", "base")
    return [
        words,
        day[: len("2026-03")] if day and page["day_label"] == MONTH else day,
        one["title"],
        one["reference"],
        *(_number(one[name]) for name in numbers),
        "oui" if one["maybe_outside"] else None,
        " ; ".join(one["reasons"]) or None,
        " ; ".join(fill["text"] for fill in one["to_fill"]) or None,
    ]


def _csv(some: Iterable[Line]) -> str:
    """RFC 4180, UTF-8; no text of it can be taken for a formula by a spreadsheet."""
    output = io.StringIO()
    writer = csv.writer(output)
    for line in some:
        writer.writerow([inert(one) if isinstance(one, str) else one for one in line])
    return output.getvalue()


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


routes = [Route("/indicateurs/{key:uuid}/lignes.csv", rows_file, methods=["GET"])]
