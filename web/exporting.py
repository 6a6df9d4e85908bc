"""A dashboard, of today or kept, as a file: the very rows of the page, as CSV, XLSX or JSON."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from web import dashboards, figures, formats, parted
from web.pages.insertion_figures import inert
from web.sureness import LEAST, none_known
from web.words import WAYS
from web.workbook import MEDIA_TYPE, Cell, workbook

# An axis, a group of it (axis, objective or action) and an indicator of that group.
Row = tuple[Mapping[str, Any], Mapping[str, Any], Mapping[str, Any]]
HEADER = (
    "Axe",
    "Objectif ou action",
    "Titre de l’action",
    "Pilote",
    "Code",
    "Indicateur",
    "Part mesurée",
    "Comment vient le chiffre",
    "Source",
    "Année",
    "Valeur",
    "Unité",
    "En mots",
    "Au moins",
    "Au plus",
    "Numérateur",
    "Dénominateur",
    "Part (%)",
    "Part au moins (%)",
    "Part au plus (%)",
    "Réponses manquantes",
    "Réponses connues (0 à 1)",
    "Pourquoi il n’y a pas de valeur",
    "Cible",
    "Unité de la cible",
    "Année de la cible",
    "Écart",
    "Cible atteinte",
    "Années précédentes",
    "Arrêté au",
    "Déclaré le",
)


# Columns after those of ``HEADER``: the title of each, and what it says of a row.
Columns = Mapping[str, Callable[[Row], Cell]]


def response(
    kind: str,
    name: str,
    about: Mapping[str, Any],
    rows: Sequence[Row],
    year: int,
    more: Columns | None = None,
) -> Response:
    """The file of a ``kind``, saved as ``name``, with ``more`` columns after the usual ones; the
    JSON, which holds the whole of each row, needs none. Raises HTTPException 404 for another kind.
    """
    if kind not in KINDS:
        raise HTTPException(404)
    media_type, make = KINDS[kind]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    content = make(about, rows, year, more or {})
    return Response(content, media_type=media_type, headers=headers)


def in_order(axes: Sequence[Mapping[str, Any]], rows: Iterable[dict[str, Any]]) -> list[Row]:
    """The rows of a dashboard under the axes and groups they serve, in the document's order."""
    return [
        (section, group, row)
        for section in dashboards.by_axis(axes, rows, whole=False)
        for group in section["groups"]
        for row in group["rows"]
    ]


def lines(rows: Iterable[Row], year: int, more: Columns) -> Iterable[list[Cell]]:
    """The rows as cells, in the order of ``HEADER`` then of ``more``: numbers are numbers, unknown
    is empty."""
    for one in rows:
        axis, group, row = one
        indicator, result, said = row["indicator"], row["result"], row["said"]
        yield [
            f"{axis['code']} {axis['title']}".strip(),
            group["code"] or None,
            group["title"] or None,
            ", ".join(group["pilot"]) or None,
            indicator["code"],
            indicator["label"],
            indicator["part"],
            WAYS[indicator["way"]],
            indicator["source"],
            year,
            *_figure(result, indicator),
            said["said_at"][:10] if said else None,
            *(column(one) for column in more.values()),
        ]


def _figure(result: Mapping[str, Any] | None, indicator: Mapping[str, Any]) -> list[Cell]:
    if result is None:
        return [None, indicator["unit"], *[None] * 18]
    target = result["target"]
    numbers = ("low", "high", "numerator", "denominator")
    before = [
        f"{one['year']} : {figures.of_year(one, result)}"
        for one in result["series"]
        if one["value"] is not None
    ]
    # The very percents that the dashboard tells beside a count, and no other.
    shares = ("share", "share_low", "share_high") if figures.share_beside(result, result) else ()
    return [
        _number(result["value"]),
        _unit(result),
        _words(result),
        *(_number(result[name]) for name in numbers),
        *([_number(result[name]) for name in shares] or [None] * 3),
        result["unknown"],
        _number(result["completeness"]),
        result["reason"],
        _number(target["value"]) if target else None,
        target["unit"] if target else None,
        target["year"] if target else None,
        result["gap"],
        {True: "oui", False: "non", None: None}[result["met"]],
        " ; ".join(before) or None,
        result["as_of"],
    ]


def _unit(result: Mapping[str, Any]) -> str | None:
    """The unit of the number given, which « % » never is of a difference of percents."""
    scales = {"euros": "€", "percent": "%", "hours": "heures"}
    return result["unit"] or scales.get(result["scale"])


def _words(result: Mapping[str, Any]) -> str | None:
    if result["parts"]:
        return " ; ".join(_part(one, result) for one in result["parts"])
    told: str | None = figures.told(result)
    return told if result["value"] is None or result["words"] else None


def _part(one: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """A part as the API tells it: its number, what it comes from, its share of them all."""
    told = "inconnu" if one["value"] is None else one["value"]
    if parted.is_least(one, result):
        told = f"{LEAST}{told}" if Decimal(told) else none_known(result)
    if result["aggregate"] == "done" and one["value"] is not None:
        told = formats.yes_no(Decimal(told) != 0)
    unit = " %" if one.get("scale") == "percent" and one["value"] is not None else ""
    behind = f" ({one['numerator']} sur {one['base']})" if one.get("base") is not None else ""
    share = f" ({one['share']} %)" if one["share"] is not None else ""
    return f"{one['label']} : {told}{unit}{behind}{share}"


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _csv(about: Mapping[str, Any], rows: Sequence[Row], year: int, more: Columns) -> str:
    """RFC 4180, UTF-8; no text of it can be taken for a formula by a spreadsheet."""
    del about
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([*HEADER, *more])
    for cells in lines(rows, year, more):
        writer.writerow([inert(one) if isinstance(one, str) else one for one in cells])
    return output.getvalue()


def _xlsx(about: Mapping[str, Any], rows: Sequence[Row], year: int, more: Columns) -> bytes:
    return workbook(f"{about['scheme']} {year}", [*HEADER, *more], lines(rows, year, more))


def _json(about: Mapping[str, Any], rows: Sequence[Row], year: int, more: Columns) -> str:
    """The same with the whole results of the API: its exact words, numbers and names."""
    del year, more
    told = [
        {"axis": axis["code"], "group": group["code"], "indicator": row["indicator"]}
        | {"result": row["result"], "declared": row["said"]}
        for axis, group, row in rows
    ]
    return json.dumps({**about, "rows": told}, ensure_ascii=False, indent=1)


Make = Callable[[Mapping[str, Any], Sequence[Row], int, Columns], str | bytes]
KINDS: Mapping[str, tuple[str, Make]] = {
    "csv": ("text/csv", _csv),
    "xlsx": (MEDIA_TYPE, _xlsx),
    "json": ("application/json", _json),
}
