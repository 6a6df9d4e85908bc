"""A scheme's dashboard as data: what is asked of it, its rows under axes and actions, its sums."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from web import charts, figures, yearly
from web.targets import is_yearly
from web.words import ACTION_PARTS, ODD, WAYS

TOGETHER = "ensemble"
LAYOUTS: Mapping[str, str] = {"table": "Tableau", "graph": "Graphique"}
# Levels of a group of rows, outermost first.
AXIS, OBJECTIVE, ACTION = "axis", "objective", "action"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a dashboard; what it doesn't know is left out."""

    year: int | None
    organisation: str | None
    directorate: str | None
    family: str | None
    way: str | None
    view: str | None
    actions: tuple[str, ...]
    missing: bool
    layout: str
    # The figures of today, be the year closed.
    recalculated: bool = False

    @property
    def filtered(self) -> bool:
        """Tell whether some indicators may be left out."""
        return bool(self.way or self.view or self.actions or self.missing)


def read_asked(
    given: QueryParams,
    *,
    year: int | None,
    organisation: str | None,
    portion: Mapping[str, str | None],
    views: Iterable[str],
) -> Asked:
    """Read an address; a word that is not offered counts for nothing. ``portion``: the directorate
    and the family that are."""

    def among(name: str, offered: Iterable[str]) -> str | None:
        return given.get(name) if given.get(name) in set(offered) else None

    return Asked(
        year=year,
        organisation=organisation,
        directorate=portion["directorate"],
        family=portion["family"],
        way=among("way", WAYS),
        view=among("view", views),
        actions=tuple(given.getlist("action")),
        missing=given.get("missing") == "1",
        layout=among("layout", LAYOUTS) or "table",
        recalculated=given.get("recalculated") == "1",
    )


def params_of(asked: Asked, year: int, **changed: Any) -> dict[str, Any]:
    """The query that asks the same again, but for what is ``changed``."""
    usual = asked.layout == "table"
    return {
        "year": year,
        "organisation": asked.organisation,
        "directorate": asked.directorate,
        "family": asked.family,
        "way": asked.way,
        "view": asked.view,
        "action": list(asked.actions) or None,
        "missing": "1" if asked.missing else None,
        "layout": None if usual else asked.layout,
        "recalculated": "1" if asked.recalculated else None,
        **changed,
    }


def said_by_indicator(
    measures: Iterable[Mapping[str, Any]], milestones: Iterable[Mapping[str, Any]], year: int
) -> dict[str, Mapping[str, Any]]:
    """What was declared of each indicator for a year, or once for all; a day alone says nothing."""
    found = {one["indicator_id"]: one for one in measures if one["year"] == year}
    for one in milestones:
        if one["done"] is not None and one["period"] in ("once", str(year)):
            found.setdefault(one["indicator_id"], one)
    return found


def waited_by_indicator(
    milestones: Iterable[Mapping[str, Any]], year: int
) -> dict[str, Mapping[str, Any]]:
    """The milestones of a year, or once for all, of which nobody said a thing, but that are due."""
    asked = (one for one in milestones if one["period"] in ("once", str(year)))
    return {one["indicator_id"]: one for one in asked if one["done"] is None and one["due_on"]}


def rows_of(
    indicators: Iterable[Mapping[str, Any]],
    results: Mapping[str, Mapping[str, Any]],
    said: Mapping[str, Mapping[str, Any]],
    year: int,
    first_year: int = 0,
    waited: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    """Every indicator with its figure, what was declared of it, and its years drawn small.

    ``missing``: the figure itself, or answers that it waits for. ``first_year``: that of the
    scheme, before which only years that tell something are drawn. ``waited``: the steps that are
    due and of which nobody said a thing.
    """
    rows = []
    waited = waited or {}
    for one in indicators:
        result = results.get(one["id"])
        shape, words = yearly.spark(
            yearly.with_former(result, one, first_year), year, charts.SMALL, first_year
        )
        has_figure = figures.has_figure(result)
        rows.append(
            {
                "indicator": one,
                "result": result,
                # What was said today is not what a closing kept: it is not told beside it.
                "said": None if result and result["kept"] else said.get(one["id"]),
                "waited": None if result and result["kept"] else waited.get(one["id"]),
                "spark": shape,
                "years": words,
                "has_figure": has_figure,
                "missing": not has_figure or bool(result and result["unknown"]),
            }
        )
    return rows


def kept(
    rows: Iterable[dict[str, Any]], asked: Asked, scheme: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows that are asked for."""
    codes = _codes_of_view(asked, scheme["content"])
    return [
        row
        for row in rows
        if (asked.way is None or row["indicator"]["way"] == asked.way)
        and (codes is None or codes & set(row["indicator"]["actions"]))
        and (not asked.missing or row["missing"])
    ]


def _codes_of_view(asked: Asked, content: Mapping[str, Any]) -> set[str] | None:
    """The actions of a view, with the objectives and axes of which it holds every action."""
    if not asked.view and not asked.actions:
        return None
    views = [one for one in content.get("views") or [] if one["code"] == asked.view]
    codes = {*asked.actions, *(code for one in views for code in one["actions"])}
    for axis in content["axes"]:
        for objective in axis["objectives"]:
            codes |= _whole(objective["code"], objective["actions"], codes)
        codes |= _whole(axis["code"], axis["objectives"], codes)
    return codes


def _whole(code: str, parts: Sequence[Mapping[str, Any]], codes: set[str]) -> set[str]:
    return {code} if parts and all(one["code"] in codes for one in parts) else set()


def by_axis(
    axes: Sequence[Mapping[str, Any]], rows: Iterable[dict[str, Any]], *, whole: bool = True
) -> list[dict[str, Any]]:
    """The rows under the first axis, objective or action they serve, in the document's order.

    ``also`` are the codes of the others that a row serves. What serves none comes last. ``whole``:
    keep the axes without rows, and tell in ``silent``, under their objectives, the actions that
    have none.
    """
    served: dict[str, list[dict[str, Any]]] = {}
    known = {group["code"] for axis in axes for group in _groups(axis)}
    for row in rows:
        codes = [code for code in row["indicator"]["actions"] if code in known]
        served.setdefault(codes[0] if codes else "", []).append({**row, "also": codes[1:]})
    sections = [_section(axis, served, whole) for axis in axes]
    if "" in served:
        rest = {"level": AXIS, "code": "", "title": "", "pilot": [], "strategic": [], "about": []}
        title = "Ensemble du schéma"
        sections.append(
            {
                "code": "",
                "title": title,
                "strategic": [],
                "groups": [{**rest, "rows": served[""]}],
                "silent": [],
                "count": len(served[""]),
            }
        )
    return [one for one in sections if whole or one["count"]]


def _section(
    axis: Mapping[str, Any], served: Mapping[str, list[dict[str, Any]]], whole: bool
) -> dict[str, Any]:
    groups = [{**one, "rows": served.get(one["code"], [])} for one in _groups(axis)]
    headed = {one["objective"] for one in groups if one["rows"]}
    # An action whose sheets have rows stands above them, even without any of its own.
    headed |= {one["sheet_of"] for one in groups if one["rows"] and one["sheet_of"]}
    return {
        "code": axis["code"],
        "title": axis["title"],
        "strategic": groups[0]["strategic"],
        "groups": [
            one for one in groups if one["rows"] or (one["level"] != AXIS and one["code"] in headed)
        ],
        "silent": _silent(groups, headed) if whole else [],
        "count": sum(len(one["rows"]) for one in groups),
    }


def _silent(
    groups: Sequence[Mapping[str, Any]], headed: Collection[str | None]
) -> list[dict[str, Any]]:
    """The objectives with the actions of each that have no row; what has a heading among the rows
    (``headed``) and no such action is told there already."""
    bare: dict[str, list[Mapping[str, Any]]] = {}
    for one in groups:
        if one["level"] == ACTION and not one["rows"] and one["code"] not in headed:
            bare.setdefault(one["objective"], []).append(one)
    return [
        {**one, "actions": bare.get(one["code"], []), "headed": one["code"] in headed}
        for one in groups
        if one["level"] == OBJECTIVE and (one["code"] in bare or one["code"] not in headed)
    ]


def _groups(axis: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """An axis and what it holds, in the order of the document."""
    yield _group(AXIS, axis, None)
    for objective in axis["objectives"]:
        yield _group(OBJECTIVE, objective, objective["code"])
        codes = {one["code"] for one in objective["actions"]}
        for action in objective["actions"]:
            # « 2.1.3.A » is a sheet of « 2.1.3 », with its own pilot and indicators.
            above = _above(action["code"])
            sheet_of = above if above in codes else None
            yield _group(ACTION, action, objective["code"]) | {"sheet_of": sheet_of}


def _group(level: str, one: Mapping[str, Any], objective: str | None) -> dict[str, Any]:
    return {
        "level": level,
        "code": one["code"],
        "title": one["title"],
        "pilot": one.get("pilot") or [],
        "strategic": one.get("strategic_objectives") or [],
        "objective": objective,
        "sheet_of": None,
        "about": _about(one) if level == ACTION else [],
    }


def _about(action: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """What the document says of an action: a title and its lines, without what it leaves out."""
    goals = [f"{one} – {ODD[one]}" for one in action.get("odd") or []]
    told = [(words, action.get(name) or []) for name, words in ACTION_PARTS.items()]
    return [one for one in (*told, ("Objectifs de développement durable", goals)) if one[1]]


def sums_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many indicators there are by way, how many figures there are, are known, known in full,
    how many steps were answered to this day and due targets met."""
    steps = [row for row in rows if row["indicator"]["way"] == "milestone"]
    figured = [row for row in rows if row["indicator"]["way"] != "milestone"]
    results = [row["result"] for row in rows if row["result"] is not None]
    return {
        "total": len(rows),
        "ways": {way: sum(row["indicator"]["way"] == way for row in rows) for way in WAYS},
        "figures": len(figured),
        "known": sum(row["has_figure"] for row in figured),
        "whole": sum(not row["missing"] for row in figured),
        "steps": sum(row["has_figure"] for row in steps),
        "met": sum(one["met_due"] is True for one in results),
        "unmet": sum(one["met_due"] is False for one in results),
        "undated": sum(_is_undated(row["indicator"]["targets"]) for row in rows),
    }


def _is_undated(aims: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no year is told of any target of an indicator: none is ever due."""
    return bool(aims) and all(one["year"] is None and not is_yearly(one) for one in aims)


def by_action(states: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Where each action stands, with its place on the page that says it, and whether it is but a
    sheet of another."""
    told = {one["action"]: {**one, "place": place} for place, one in enumerate(states, start=1)}
    return {code: {**one, "sheet": _above(code) in told} for code, one in told.items()}


def _above(code: str) -> str:
    """The code of the action that one of this code would be a sheet of."""
    return code.rpartition(".")[0]


# Beside an engagement that the document puts forward, and that none of its indicators measures.
UNMEASURED = "Aucun indicateur du schéma ne le mesure."


def engagements(
    content: Mapping[str, Any],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """What the document puts forward, then its other targets without an indicator: what is both is
    told once, with what is said of it."""
    loose = list(content.get("targets_without_indicator") or [])
    headlines: list[Mapping[str, Any]] = []
    for one in content.get("headline_targets") or []:
        same = next((other for other in loose if _is_same(one, other)), None)
        if same is None:
            headlines.append(one)
            continue
        loose.remove(same)
        headlines.append({**one, "note": _joined(one.get("note"), same.get("note"))})
    return headlines, loose


def _joined(note: str | None, loose: str | None) -> str:
    """What both lists say of one target, and that nothing measures it, where neither does."""
    notes = [one.rstrip() for one in dict.fromkeys((note, loose)) if one]
    if "indicateur" not in (loose or "").lower():
        notes.append(UNMEASURED)
    return " ".join(one if one.endswith((".", "!", "?", "…")) else f"{one}." for one in notes)


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two lists tell one target: the same value of the same words, or line, of a text."""
    if any(one[name] != other[name] for name in ("value", "unit", "year")):
        return False
    line = one.get("source_line")
    return one["label"] == other["label"] or (line is not None and line == other.get("source_line"))


def by_label(printed: Iterable[Mapping[str, Any]]) -> tuple[list[Any], list[dict[str, Any]]]:
    """Figures that a document prints, one line for a label and one column for a year."""
    lines: dict[str, dict[str, Any]] = {}
    years: set[Any] = set()
    for one in printed:
        line = lines.setdefault(one["label"], {"label": one["label"], "years": {}, "notes": []})
        line["years"].setdefault(one["year"], []).append(one)
        years.add(one["year"])
        if one.get("note") and one["note"] not in line["notes"]:
            line["notes"].append(one["note"])
    ordered = sorted(years, key=lambda year: (year is None, year))
    return ordered, list(lines.values())
