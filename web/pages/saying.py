"""« À renseigner »: one screen to say every figure and milestone of a scheme for a year."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web import dashboards
from web.client import ApiProblem
from web.forms import CORRECTED, Form, read_typed, to_body
from web.pages import saying_parts as by
from web.pages import saying_reading as reading
from web.pages import saying_rows as rowing
from web.pages.saying_reading import Place
from web.pages.saying_rows import Row
from web.visit import Visit, go, member, once

FORBIDDEN = 403
# Someone said it first: with another version, or before any was there.
OVERTAKEN = frozenset({412, 428})
SAVED, REFUSED = "saved", "refused"
FIRST = "Une autre personne a répondu pendant votre saisie : {told}. Votre saisie est gardée ; "
# How a refusal names what has no field of its own.
SUBJECTS = {"parts": "Le chiffre"}
AGAIN = "enregistrez de nouveau pour la mettre à la place."


async def page(request: Request) -> Response:
    """What is to be said for a year, grouped as the scheme is."""
    visit = await member(request)
    place = await reading.read_place(visit, request.path_params["code"], request.query_params)
    campaign = await reading.read_campaign(visit, place)
    rows = await reading.read_rows(visit, place, campaign)
    given = request.query_params
    return _page(visit, place, campaign, rows, _form(rows, place.year), given)


async def save(request: Request) -> Response:
    """Save the rows that were touched, or one of them; each on its own."""
    visit = await member(request)
    data = await visit.form()
    place = await reading.read_place(visit, request.path_params["code"], data)
    if not place.may(reading.WRITE):
        raise HTTPException(FORBIDDEN)
    campaign = await reading.read_campaign(visit, place)
    rows = await reading.read_rows(visit, place, campaign)
    erased = str(data.get("erase") or "")
    if erased:
        return await _erase(visit, place, rows, erased)
    only = str(data.get("only") or "")
    _with_posted_lines(rows, data)
    form = _form(rows, place.year)
    touched = _touched(rows, form, data)
    sent = [row for row in rows if row.id in touched and only in ("", row.id)]
    for row in sent:
        await _send(visit, place, row, form, touched[row.id], data)
    if not sent and len(touched) == 0:
        return go(_back(place, data, only), "inchange")
    if len(sent) == len(touched) and all(row.outcome == SAVED for row in sent):
        return go(_back(place, data, only), "reponses")
    return await _again(visit, place, rows, form, touched, data)


def _form(rows: Sequence[Row], year: int) -> Form:
    form = Form(rowing.fields_of_rows(rows, year))
    for row in rows:
        if row.writable:
            shown = rowing.standing(row).items()
            form.typed |= {rowing.name_of(row.id, name): value for name, value in shown}
    return form


def _with_posted_lines(rows: Sequence[Row], data: FormData) -> None:
    """As many lines of parts as the page that comes back had, if it had more."""
    for row in rows:
        if row.expected.parts is not None:
            sent = by.posted(data.keys(), rowing.name_of(row.id, f"{by.PART}."))
            row.lines = max(row.lines, sent)


def _touched(rows: Sequence[Row], form: Form, data: FormData) -> dict[str, dict[str, str]]:
    """What was typed in each row that is not as the page showed it."""
    found = {}
    for row in rows:
        shown = str(data.get(rowing.name_of(row.id, "shown")) or "")
        if not row.writable or not shown:
            continue
        names = {rowing.name_of(row.id, name): name for name in row.names}
        values = read_typed({key: form.fields[key] for key in names}, data)
        typed = {names[key]: str(value) for key, value in values.items()}
        if rowing.mark_of(typed, row.named) != shown:
            found[row.id] = typed
    return found


async def _send(
    visit: Visit, place: Place, row: Row, form: Form, typed: Mapping[str, str], data: FormData
) -> None:
    """Send a row and note what became of it; the messages go on its own fields."""
    fields = {name: form.fields[rowing.name_of(row.id, name)] for name in row.expected.names}
    said = to_body(fields, {name: typed[name] for name in fields})
    lines = by.lines_of(typed, row.named, row.said)
    if row.expected.parts is not None:
        said["parts"] = by.body(lines, row.expected.line)
        if row.expected.said == rowing.MILESTONE and not lines:
            # It may have been said at once, before its parts were asked for.
            said |= rowing.at_once(row.said)
    version = str(data.get(rowing.name_of(row.id, "version")) or "")
    body = {"organisation": place.siret, **said}
    if row.expected.said == rowing.MILESTONE:
        operation = "set_milestone"
        body["period"] = rowing.ONCE if row.expected.once else str(place.year)
    else:
        operation, body["year"] = "declare_measure", place.year
    try:
        await visit.call(
            operation,
            indicator_id=row.id,
            if_match=f'"{version}"' if version else None,
            content={"json": body},
        )
    except ApiProblem as problem:
        if problem.status not in CORRECTED | {FORBIDDEN}:
            raise
        row.outcome = REFUSED
        _place_errors(row, form, problem, lines)
        return
    row.outcome = SAVED


def _place_errors(row: Row, form: Form, problem: ApiProblem, lines: Sequence[by.Line]) -> None:
    if problem.status in OVERTAKEN:
        row.errors = [FIRST + AGAIN]
        return
    for error in problem.errors:
        names = [part for part in error["loc"] if isinstance(part, str) and part != "body"]
        place = by.field_at(error["loc"], lines) or (names[0] if names else "")
        key = rowing.name_of(row.id, place)
        if key in form.fields:
            form.errors.setdefault(key, []).append(str(error["message"]))
        else:
            told = [SUBJECTS.get(one, one) for one in names]
            row.errors.append(f"{' '.join(told)} {error['message']}".strip())
    if not problem.errors:
        row.errors = [problem.detail]


async def _again(
    visit: Visit,
    place: Place,
    sent: Sequence[Row],
    form: Form,
    touched: Mapping[str, Mapping[str, str]],
    data: FormData,
) -> Response:
    """The page as it stands now, with what is not saved as it was typed, and what became of it."""
    campaign = await reading.read_campaign(visit, place)
    rows = await reading.read_rows(visit, place, campaign)
    before = {row.id: row for row in sent}
    _with_posted_lines(rows, data)
    fresh = _form(rows, place.year)
    fresh.errors = form.errors
    for row in rows:
        old = before.get(row.id)
        row.outcome, row.errors = (old.outcome, old.errors) if old else ("", [])
        if row.id in touched and row.outcome != SAVED:
            typed = touched[row.id].items()
            fresh.typed |= {rowing.name_of(row.id, name): value for name, value in typed}
        told = rowing.told(row, row.said) or "rien n’y est dit"
        row.errors = [one.replace("{told}", f"« {told} »") for one in row.errors]
    refused = any(row.outcome == REFUSED for row in rows)
    return _page(visit, place, campaign, rows, fresh, data, status=422 if refused else 200)


async def _erase(visit: Visit, place: Place, rows: Sequence[Row], key: str) -> Response:
    """Take a figure back, with its proofs."""
    if not any(row.id == key and row.writable for row in rows):
        raise HTTPException(404)
    whose = {"organisation": place.siret, "year": place.year}
    await visit.call("remove_measure", indicator_id=key, **whose)
    return go(f"{place.address()}#ligne-{key}", "reponse-effacee")


def _back(place: Place, data: FormData, only: str) -> str:
    """Where the person was, filters included."""
    asked = {name: str(data.get(name) or "") for name in ("etat", "direction")}
    return place.address(**asked) + (f"#ligne-{only}" if only else "")


def _page(
    visit: Visit,
    place: Place,
    campaign: Mapping[str, Any] | None,
    rows: Sequence[Row],
    form: Form,
    given: Mapping[str, Any],
    status: int = 200,
) -> Response:
    owing = reading.directorates_of(rows)
    state = given.get("etat") if given.get("etat") in reading.STATES else None
    offered = {*owing, reading.PILOT}
    directorate = given.get("direction") if given.get("direction") in offered else None
    shown = reading.kept(rows, state, directorate)
    # Rows as the dashboard groups them.
    grouped = dashboards.by_axis(
        place.scheme["content"]["axes"],
        [{"indicator": row.indicator, "row": row} for row in shown],
        whole=False,
    )
    return visit.page(
        "saying/page.html",
        status=status,
        place=place,
        campaign=campaign,
        form=form,
        sections=grouped,
        rows=shown,
        count=len(rows),
        counts={one: sum(row.state == one for row in rows) for one in reading.STATES},
        outcomes={one: sum(row.outcome == one for row in rows) for one in (SAVED, REFUSED)},
        asked={"etat": state, "direction": directorate},
        owing=owing,
        rowing=rowing,
        once=once(),
    )


routes = [
    Route("/schemas/{code}/campagne", page, methods=["GET"]),
    Route("/schemas/{code}/campagne", save, methods=["POST"]),
]
