"""The rows behind a figure as a file: the four lists one after the other, with what each brings."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from web.pages.indicators import STATES, Subject, read_evidence, read_subject
from web.pages.insertion_figures import inert
from web.visit import Visit, member

PAGE = 100
Line = list[str | Decimal | None]


async def rows_file(request: Request) -> Response:
    """Every row of a figure, page after page: nothing of it is held whole. Raises HTTPException
    404 for a figure that opens onto no rows."""
    visit = await member(request)
    subject = await read_subject(visit)
    first = await read_evidence(visit, subject, STATES[0][0], None, PAGE)
    if first is None:
        raise HTTPException(404)
    name = f"lignes-{subject.indicator['code']}-{subject.year}.csv"
    return StreamingResponse(
        _lines(visit, subject, first),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _lines(visit: Visit, subject: Subject, first: Mapping[str, Any]) -> AsyncIterator[str]:
    yield _csv([_header(first)])
    page: Mapping[str, Any] | None = first
    for state, words in STATES:
        cursor = None
        while True:
            if page is None:
                page = await read_evidence(visit, subject, state, cursor, PAGE)
            if page is None:
                return
            yield _csv([_cells(words, one) for one in page["items"]])
            cursor, page = page["next"], None
            if cursor is None:
                break


def _header(page: Mapping[str, Any]) -> Line:
    return [
        "Liste",
        page["day_label"],
        "Ligne",
        "Référence",
        "Montant HT (€)",
        _title(page["quantity"], "Nombre additionné"),
        _title(page["base_quantity"], "Nombre de la base"),
        "Peut-être hors du périmètre",
        "Pourquoi ce n’est pas compté",
        "Pour répondre, il faut",
    ]


def _title(quantity: Mapping[str, Any] | None, otherwise: str) -> str:
    """« Heures (heures) » would say twice the unit that a name already says."""
    if quantity is None:
        return otherwise
    label, unit = quantity["label"], quantity["unit"]
    return label if not unit or unit in label.lower() else f"{label} ({unit})"


def _cells(words: str, one: Mapping[str, Any]) -> Line:
    return [
        words,
        one["day"],
        one["title"],
        one["reference"],
        *(_number(one[name]) for name in ("amount", "weight", "base")),
        "oui" if one["maybe_outside"] else None,
        " ; ".join(one["reasons"]) or None,
        " ; ".join(fill["text"] for fill in one["to_fill"]) or None,
    ]


def _csv(lines: Iterable[Line]) -> str:
    """RFC 4180, UTF-8; no text of it can be taken for a formula by a spreadsheet."""
    output = io.StringIO()
    writer = csv.writer(output)
    for line in lines:
        writer.writerow([inert(one) if isinstance(one, str) else one for one in line])
    return output.getvalue()


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


routes = [Route("/indicateurs/{key:uuid}/lignes.csv", rows_file, methods=["GET"])]
