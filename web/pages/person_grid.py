"""The hours of a clause for a month, person by person: typed, or pasted from a spreadsheet."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import insertion, pasting
from web.client import Answer, ApiProblem
from web.forms import CORRECTED, labels
from web.months import add_months, asked_month, recent_months
from web.pasting import Row
from web.spelling import hours_to_decimal, whole_to_int
from web.visit import Visit, api_of, go, member, once, once_in

PATH = "/insertion/clauses/{clause_id:uuid}/grille"
COLUMNS = ("beneficiary", "persons", "modality", "hours", "training")
# ``line`` is the line of the statement that a row stands for: its other facts are kept.
BLANK: Row = dict.fromkeys(("line", *COLUMNS), "")
BLANK_ROWS = 5
MOST_ROWS = pasting.MOST_LINES
RECENT = 3  # months in which someone worked to be offered a row
# What the grid doesn't show of a line, and keeps when the line stays that of the same person.
KEPT = ("sex", "public", "employment_id", "worked_hours")
# A field of the API -> the column where its message shows.
PLACES = {
    "training_hours": "training",
    "employment_id": "beneficiary",
    "worked_hours": "hours",
    "sex": "persons",
    "public": "persons",
}
NOTHING = (
    "Aucune heure n’est saisie. Pour dire que personne n’a travaillé ce mois-là, utilisez « "
    "Déclarer ce mois sans heure »."
)
FILLED = (
    "Des heures sont saisies : enregistrez-les, ou effacez-les pour déclarer un mois sans heure."
)
TOO_MANY = f"La grille tient {MOST_ROWS} lignes au plus : au-delà, déposez un fichier."


@dataclass
class Sheet:
    """A clause, a month, the statement that stands for it, and who may have a row."""

    clause: dict[str, Any]
    month: str
    statement: Answer | None
    earlier: list[Row]
    persons: list[str]
    rows: list[Row] = field(default_factory=list)
    # By row from 0 and column.
    errors: dict[int, dict[str, list[str]]] = field(default_factory=dict)
    general: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    told: str = ""
    pasted: str = ""

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the statement that stands."""
        return (self.statement.data["lines"] or []) if self.statement else []

    @property
    def closed(self) -> bool:
        """Tell whether the buyer closed the year: the API would refuse whatever is typed."""
        return int(self.month[:4]) in self.clause["closed_years"]

    @property
    def open(self) -> bool:
        """Tell whether hours can be typed."""
        if self.closed:
            return False
        return self.statement is None or bool(self.statement.data["editable"])


async def grid(request: Request) -> Response:
    """The grid of a month, with those who worked lately and no hours for them yet."""
    visit = await member(request)
    sheet = await _sheet(visit)
    sheet.rows = [_shown(one) for one in sheet.lines]
    present = {one["beneficiary"] for one in sheet.rows}
    sheet.rows += [one for one in sheet.earlier if one["beneficiary"] not in present]
    return _page(visit, sheet)


async def record(request: Request) -> Response:
    """Fill the grid with what was pasted, or give more rows, or save what was typed."""
    visit = await member(request)
    sheet = await _sheet(visit)
    data = await visit.form()
    sheet.rows = _typed(data)
    if "lire" in data:
        return _read_pasted(visit, sheet, str(data.get("collage", "")))
    if "plus" in data:
        return _page(visit, sheet, blanks=2 * BLANK_ROWS)
    return await _save(visit, sheet, data)


# --- What stands --------------------------------------------------------------------------------


async def _sheet(visit: Visit) -> Sheet:
    key = visit.request.path_params["clause_id"]
    month = asked_month(visit.request.query_params.get("mois"))
    clause = await visit.read("read_clause", clause_id=key)
    if not clause["permissions"]["state_hours"]:
        raise HTTPException(403)
    span = {"clause_id": key, "from": add_months(month, -RECENT), "to": month}
    stated, worked, persons = await asyncio.gather(
        visit.read("list_statements", **span, limit=100),
        visit.read("read_grid", **span),
        _persons(visit),
    )
    standing = [one for one in stated["items"] if one["state"] != "rejected"]
    current, last = await asyncio.gather(
        _statement(visit, [one for one in standing if one["month"] == month]),
        _statement(visit, [one for one in standing if one["month"] < month]),
    )
    modality = {
        one["beneficiary"]: one["modality"] or "" for one in (last.data["lines"] if last else [])
    }
    earlier = [
        {
            **BLANK,
            "beneficiary": one["beneficiary"],
            "modality": modality.get(one["beneficiary"], ""),
        }
        for one in worked["rows"]
        if one["beneficiary"] and any(cell["month"] < month for cell in one["cells"])
    ]
    known = dict.fromkeys([*(one["beneficiary"] for one in earlier), *persons])
    return Sheet(clause, month, current, earlier, list(known))


async def _statement(visit: Visit, found: list[dict[str, Any]]) -> Answer | None:
    if not found:
        return None
    return await visit.call("read_statement", statement_id=found[0]["id"])


async def _persons(visit: Visit) -> list[str]:
    """The first persons that the facilitator follows, offered while one types."""
    if not visit.can("beneficiaries:write"):
        return []
    page = await visit.read("list_beneficiaries", limit=100)
    return [one["pseudonym"] for one in page["items"]]


def _shown(line: dict[str, Any]) -> Row:
    return {
        "line": line["id"],
        "beneficiary": line["beneficiary"] or "",
        "persons": str(line["persons"] or ""),
        "modality": line["modality"] or "",
        "hours": _french(line["hours"]),
        "training": "" if line["training_hours"] == "0.00" else _french(line["training_hours"]),
    }


def _french(hours: str) -> str:
    whole, _, part = hours.partition(".")
    part = part.rstrip("0")
    return f"{whole},{part}" if part else whole


# --- What is typed ------------------------------------------------------------------------------


def _typed(data: FormData) -> list[Row]:
    columns = [data.getlist(name) for name in ("line", *COLUMNS)]
    rows = [
        dict(zip(("line", *COLUMNS), (str(one).strip() for one in row), strict=True))
        # A forged form may be ragged.
        for row in zip(*columns, strict=False)
    ]
    return [row for row in rows if any(row.values())]


def _read_pasted(visit: Visit, sheet: Sheet, text: str) -> Response:
    document = api_of(visit.request).document
    pasted = pasting.read_pasted(text, labels(document, "Modality"))
    before = len(sheet.rows)
    sheet.rows = pasting.merged(sheet.rows, pasted.rows, BLANK)
    sheet.remarks = pasted.remarks
    sheet.pasted = text if not pasted.rows else ""
    added, read = len(sheet.rows) - before, len(pasted.rows)
    s = "s" if read > 1 else ""
    sheet.told = (
        f"{read} ligne{s} lue{s}, dont {added} de plus dans la grille. Rien n’est encore "
        "enregistré : relisez, puis enregistrez."
        if read
        else "Rien n’a été lu : collez une ligne par personne, par exemple « B-7K3M-Q2 ; 35,5 »."
    )
    return _page(visit, sheet)


def _filled(row: Row) -> bool:
    """Tell whether a row says hours, or persons; a name alone waits for its hours."""
    return any(row[name] for name in ("persons", "hours", "training"))


def _line(row: Row, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if row["beneficiary"]:
        said["beneficiary"] = row["beneficiary"].upper()
    if row["persons"]:
        said["persons"] = whole_to_int(row["persons"])
    if row["modality"]:
        said["modality"] = row["modality"]
    # A row of training alone has no hour of work: said, since the API asks for it.
    if row["hours"] or row["training"]:
        said["hours"] = hours_to_decimal(row["hours"] or "0")
    if row["training"]:
        said["training_hours"] = hours_to_decimal(row["training"])
    line = kept.get(row["line"])
    if line is not None and (line["beneficiary"] or "") == said.get("beneficiary", ""):
        said |= {name: line[name] for name in KEPT if line[name] is not None}
    return said


# --- Saving -------------------------------------------------------------------------------------


async def _save(visit: Visit, sheet: Sheet, data: FormData) -> Response:
    # What is sent comes first, so that the number of a line is that of its row.
    sheet.rows.sort(key=lambda row: not _filled(row))
    sent = [row for row in sheet.rows if _filled(row)]
    if bool(sent) == ("vide" in data) or len(sent) > MOST_ROWS:
        sheet.general = [TOO_MANY if len(sent) > MOST_ROWS else NOTHING if not sent else FILLED]
        return _page(visit, sheet, 422)
    kept = {one["id"]: one for one in sheet.lines}
    lines = [_line(row, kept) for row in sent]
    try:
        answer = await _written(visit, sheet, lines, data)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        _place(sheet, problem)
        return _page(visit, sheet, problem.status, etag=str(data.get("etag", "")))
    if "soumettre" not in data:
        return go(_address(sheet), "heures-enregistrees")
    try:
        await visit.call("submit_statement", statement_id=answer.data["id"], if_match=answer.etag)
    except ApiProblem as problem:
        if problem.status not in CORRECTED:
            raise
        sheet.statement = answer
        sheet.rows = [_shown(one) for one in sheet.lines]
        _place(sheet, problem)
        saved = "Les lignes sont enregistrées en brouillon, mais la déclaration n’est pas soumise."
        sheet.general.insert(0, saved)
        return _page(visit, sheet, problem.status)
    return go(f"/insertion/declarations/{answer.data['id']}", "declaration-soumise")


async def _written(
    visit: Visit, sheet: Sheet, lines: list[dict[str, Any]], data: FormData
) -> Answer:
    """Make the draft of the month, or put these lines in place of those it holds."""
    if sheet.statement is None:
        body = {
            "clause_id": sheet.clause["id"],
            "month": sheet.month,
            "lines": lines,
            "source": "site",
        }
        key = once_in(data)
        return await visit.call("create_statement", idempotency_key=key, content={"json": body})
    return await visit.call(
        "change_statement",
        statement_id=sheet.statement.data["id"],
        if_match=str(data.get("etag", "")) or None,
        content={"json": {"lines": lines}},
    )


def _place(sheet: Sheet, problem: ApiProblem) -> None:
    """Put the messages of a refusal on their rows, the others on top."""
    for error in problem.errors:
        loc = [one for one in error["loc"] if one != "body"]
        message = insertion.own_message(str(error["message"]), loc[-1] if loc else "")
        if len(loc) > 1 and loc[0] == "lines" and isinstance(loc[1], int):
            name = PLACES.get(str(loc[2]), str(loc[2])) if len(loc) > 2 else "hours"
            column = name if name in COLUMNS else "hours"
            sheet.errors.setdefault(loc[1], {}).setdefault(column, []).append(message)
        elif message not in sheet.general:
            sheet.general.append(message)
    if not sheet.errors and not sheet.general:
        sheet.general.append(problem.detail)


def _address(sheet: Sheet, month: str | None = None) -> str:
    return f"/insertion/clauses/{sheet.clause['id']}/grille?mois={month or sheet.month}"


def _page(
    visit: Visit,
    sheet: Sheet,
    status: int = 200,
    *,
    blanks: int = BLANK_ROWS,
    etag: str | None = None,
) -> Response:
    """``etag`` is what the form held, after a refusal: who came first is not overwritten."""
    standing = sheet.statement.etag if sheet.statement else ""
    room = max(0, MOST_ROWS - len(sheet.rows))
    return visit.page(
        "insertion/person_grid.html",
        status=status,
        sheet=sheet,
        clause=sheet.clause,
        month=sheet.month,
        months=recent_months(sheet.month),
        before=_address(sheet, add_months(sheet.month, -1)),
        after=_address(sheet, add_months(sheet.month, 1)),
        address=_address(sheet),
        rows=[*sheet.rows, *([BLANK] * min(blanks, room))],
        columns=COLUMNS,
        etag=standing if etag is None else etag,
        once=once(),
        words=insertion.words(api_of(visit.request).document),
    )


routes = [
    Route(PATH, grid, methods=["GET"]),
    Route(PATH, record, methods=["POST"]),
]
