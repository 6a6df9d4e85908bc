"""The definition of an indicator as plain lists: what was chosen, and the definition it makes.

A criterion is two lists of conditions: all of the first are met, and one at least of the second,
where conditions joined by « et » make one alternative.
That writes nearly every definition; one that it can't write is shown as text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, Final, TypeAlias

from starlette.datastructures import FormData, QueryParams

from web.pages.definition_form_state import (
    LISTS,
    MODES,
    OVER,
    PREFIX,
    SAME,
    NotInListsError,
    Part,
    Parted,
    Row,
    State,
    Written,
    alternatives,
    kept,
)
from web.pages.definition_form_values import said, shown_value, written_value
from web.pages.definition_form_words import (
    CONTRARIES,
    FIELD,
    MARK,
    OPERATORS,
    SUPPLIER,
    FactWords,
    Subject,
    Vocabulary,
)

# What the lists know how to show: a definition that says more is shown as text.
QUANTITY: Final = frozenset({"fact", "aggregate", "of", "perimeter", "where"})
KEYS: Final = QUANTITY | {
    "version", "also", "by", "period", "over", "compare", "base", "units", "list", "parts",
}  # fmt: skip
UNITS: Final = ("value", "base")
COMPARISON: Final = frozenset({"with", "year", "as"})
GROUPS: Final = ("perimeter-all", "perimeter-any", "where-all", "where-any")
SHARES: Final = frozenset({"share", "sum_share"})
# What people say part by part.
PARTED: Final = ("measure", "milestone")
BY_PART: Final = frozenset({"count", "sum", "average"}) | SHARES
EVERY = "all"
# A condition: its name on the page, and the criterion that it makes.
Item: TypeAlias = tuple[str, dict[str, Any]]


# --- What was typed -----------------------------------------------------------------------------


def read_state(data: FormData | QueryParams) -> State:
    """What was chosen and typed; conditions that say nothing are left out."""

    def typed(name: str) -> str:
        value = data.get(f"{PREFIX}-{name}", "")
        return value.strip() if isinstance(value, str) else ""

    mode = typed("mode")
    was = typed("was")
    return State(
        mode=mode if mode in MODES else LISTS,
        was=was if was in MODES else LISTS,
        same_as=typed("same_as"),
        text=typed("text"),
        also=tuple(one for one in data.getlist(f"{PREFIX}-also") if isinstance(one, str)),
        by=typed("by"),
        parts=Parted(
            typed("parts-by"),
            typed("parts-among"),
            typed("parts-closed") == "true",
            typed("parts-apart") == "true",
        ),
        own=_read_part(data, PREFIX),
        over=_read_part(data, OVER),
        period=typed("period"),
        other=typed("with"),
        year=typed("year"),
        form=typed("as"),
        base=typed("base") == "true",
        units=(typed("units-value"), typed("units-base")),
        words=typed("list") == "true",
    )


def _read_part(data: FormData | QueryParams, prefix: str) -> Part:
    def typed(name: str, default: str) -> str:
        value = data.get(f"{prefix}-{name}", "")
        return value if isinstance(value, str) and value else default

    return Part(
        fact=typed("fact", "contract"),
        aggregate=typed("aggregate", "count"),
        of=typed("of", ""),
        groups={group: kept(_read_rows(data, f"{prefix}-{group}"), bool) for group in GROUPS},
    )


def _read_rows(data: FormData | QueryParams, name: str) -> Iterator[Row]:
    number = 0
    while f"{name}-{number}-subject" in data and number < 30:
        start = f"{name}-{number}"
        texts = [str(data.get(f"{start}-{one}", "")) for one in ("subject", "operator", "value")]
        values = tuple(one for one in data.getlist(f"{start}-values") if isinstance(one, str))
        joined = data.get(f"{start}-joined") == "true"
        yield Row(texts[0], texts[1], texts[2].strip(), values, joined)
        number += 1


# --- What it writes -----------------------------------------------------------------------------


def write_state(state: State, words: Vocabulary) -> Written:
    """The definition that the lists make."""
    written = Written({"version": 2})
    _write_part(written, written.data, "", PREFIX, state.own, words)
    if state.also:
        written.data["also"] = list(state.also)
        written.places["also"] = f"{PREFIX}-also"
    if state.by and state.own.aggregate in BY_PART:
        written.data["by"] = state.by
        written.places["by"] = f"{PREFIX}-by"
    written.data["period"] = state.period or words.fact(state.own.fact).periods[0]
    written.places |= {name: f"{PREFIX}-{name}" for name in ("period", "base", "list")}
    if state.own.aggregate == "ratio":
        over: dict[str, Any] = {}
        _write_part(written, over, "over.", OVER, state.over, words)
        written.data["over"] = over
        written.places["over"] = f"{OVER}-aggregate"
    if state.other:
        compare: dict[str, Any] = {"with": state.other, "as": state.form or "difference"}
        if state.other == "baseline":
            compare["year"] = int(state.year) if state.year.isdecimal() else state.year or None
        written.data["compare"] = compare
        for name in ("with", "year", "as"):
            written.places[f"compare.{name}"] = f"{PREFIX}-{name}"
        written.places["compare"] = f"{PREFIX}-with"
    if state.own.fact == "measure":
        written.data |= {name: True for name in ("base", "list") if _declared(state, name)}
    if state.own.fact == "measure" or state.over_declared:
        _write_units(written, state)
    if state.own.fact in PARTED:
        _write_parts(written, state.parts, added=state.own.fact == "measure")
    return written


def _write_units(written: Written, state: State) -> None:
    if (state.base or state.over_declared) and any(state.units):
        written.data["units"] = dict(zip(UNITS, state.units, strict=True))
    elif state.form == "rate" and state.units[0]:
        written.data["units"] = {UNITS[0]: state.units[0]}
    written.places |= {f"units.{one}": f"{PREFIX}-units-{one}" for one in UNITS}
    written.places["units"] = f"{PREFIX}-units-value"


def _write_parts(written: Written, parts: Parted, *, added: bool) -> None:
    """``added``: whether parts are numbers, which may have no sum."""
    if not parts.by:
        return
    among = [line.strip() for line in parts.among.splitlines() if line.strip()]
    written.data["parts"] = {
        "by": parts.by,
        **({"among": among} if among else {}),
        **({"closed": True} if parts.closed else {}),
        **({"added": False} if added and parts.apart else {}),
    }
    names = {"by": "by", "among": "among", "closed": "closed", "added": "apart"}
    written.places |= {f"parts.{key}": f"{PREFIX}-parts-{one}" for key, one in names.items()}
    written.places["parts"] = f"{PREFIX}-parts-by"


def _declared(state: State, name: str) -> bool:
    return state.base if name == "base" else state.words


def _write_part(
    written: Written,
    data: dict[str, Any],
    path: str,
    prefix: str,
    part: Part,
    words: Vocabulary,
) -> None:
    fact = words.fact(part.fact)
    data |= {"fact": part.fact, "aggregate": part.aggregate}
    for name in ("fact", "aggregate", "of", "perimeter", "where"):
        written.places[f"{path}{name}"] = f"{prefix}-{name}"
    if part.of:
        data["of"] = part.of
    if not fact.criteria:
        return
    for name in ("perimeter", "where"):
        found = _criterion(written, f"{path}{name}", f"{prefix}-{name}", part, name, fact)
        if found is not None:
            data[name] = found
    denominator = prefix == OVER and part.aggregate != "declared"
    if "perimeter" not in data and (denominator or part.aggregate in SHARES):
        data["perimeter"] = EVERY


def _criterion(
    written: Written, path: str, prefix: str, part: Part, name: str, fact: FactWords
) -> dict[str, Any] | None:
    """The criterion of two groups of conditions; None when there is no condition."""

    def named(group: str, rows: Iterable[Row]) -> Iterator[Item]:
        for number, one in enumerate(rows):
            yield f"{prefix}-{group}-{number}", one_criterion(one, fact.subjects)

    rows = part.rows(f"{name}-any")
    every, items = list(named("all", part.rows(f"{name}-all"))), named("any", rows)
    some = [list(islice(items, len(one))) for one in alternatives(rows)]
    if len(some) == 1:
        # One alternative alone is what is asked.
        every += some.pop()
    if not every:
        return _any(written, path, some)
    if some:
        every.append((prefix, _any(written, f"{path}.all[{len(every)}]", some) or {}))
    return _joined(written, path, "all", every)


def _any(written: Written, path: str, some: Iterable[list[Item]]) -> dict[str, Any] | None:
    """One at least of some alternatives, each of conditions met together."""
    each = [
        (one[0][0], _joined(written, f"{path}.any[{number}]", "all", one) or {})
        for number, one in enumerate(some)
    ]
    return _joined(written, path, "any", each)


def _joined(written: Written, path: str, word: str, items: list[Item]) -> dict[str, Any] | None:
    if not items:
        return None
    if len(items) == 1:
        written.places[path] = items[0][0]
        return items[0][1]
    written.places |= {f"{path}.{word}[{n}]": name for n, (name, _) in enumerate(items)}
    return {word: [one for _, one in items]}


def one_criterion(row: Row, subjects: Mapping[str, Subject]) -> dict[str, Any]:
    """The criterion of one condition; what isn't known is sent as it is, for the API to refuse."""
    kind, _, code = row.subject.partition(":")
    subject = subjects.get(row.subject) or Subject(kind, code, code, "text", "", ())
    word, denied, _ = OPERATORS.get(row.operator, ("equals", False, ""))
    if subject.operators and word not in subject.operators and not row.operator:
        word = subject.operators[0]
    value = written_value(subject, word, row.value, row.values)
    if kind == MARK:
        criterion: dict[str, Any] = {"mark": code}
        return {"not": criterion} if value is False else criterion
    criterion = {"field": code, word: value}
    if kind == SUPPLIER:
        criterion = {"supplier": criterion}
    return {"not": criterion} if denied else criterion


# --- What is written already --------------------------------------------------------------------


def state_of(definition: Mapping[str, Any], words: Vocabulary) -> State:
    """A definition as the lists show it. Raises NotInListsError when they can't."""
    definition = said(definition)
    if "same_as" in definition:
        return State(mode=SAME, was=SAME, same_as=definition["same_as"])
    compare = definition.get("compare") or {}
    over = definition.get("over")
    for some, known in ((definition, KEYS), (over or {}, QUANTITY), (compare, COMPARISON)):
        if not known.issuperset(some):
            raise NotInListsError(some)
    return State(
        also=tuple(definition.get("also") or ()),
        by=definition.get("by") or "",
        parts=_parted_of(definition.get("parts") or {}),
        own=_part_of(definition, words),
        over=_part_of(over, words) if over else Part(),
        period=definition.get("period") or "",
        other=compare.get("with", ""),
        year=str(compare.get("year") or ""),
        form=compare.get("as", ""),
        base=bool(definition.get("base")),
        units=_units_of(definition.get("units") or {}),
        words=bool(definition.get("list")),
    )


def _units_of(units: Mapping[str, Any]) -> tuple[str, str]:
    if not set(UNITS).issuperset(units):
        raise NotInListsError(units)
    return units.get("value", ""), units.get("base", "")


def _parted_of(parts: Mapping[str, Any]) -> Parted:
    if not {"by", "among", "closed", "added"}.issuperset(parts):
        raise NotInListsError(parts)
    return Parted(
        parts.get("by", ""),
        "\n".join(parts.get("among") or ()),
        bool(parts.get("closed")),
        parts.get("added") is False,
    )


def _part_of(data: Mapping[str, Any], words: Vocabulary) -> Part:
    fact = words.facts.get(data.get("fact", "contract"))
    if fact is None:
        raise NotInListsError(data.get("fact"))
    groups: dict[str, tuple[Row, ...]] = {}
    for name in ("perimeter", "where"):
        every, some = _groups_of(data.get(name), fact.subjects)
        groups |= {f"{name}-all": every, f"{name}-any": some}
    return Part(fact.code, data["aggregate"], data.get("of") or "", groups)


def _groups_of(
    criterion: Any, subjects: Mapping[str, Subject]
) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    if criterion is None or criterion == EVERY:
        return (), ()
    if "any" in criterion:
        return (), tuple(_alternatives_of(criterion["any"], subjects))
    if "all" not in criterion:
        return (_row_of(criterion, subjects),), ()
    alone = [one for one in criterion["all"] if not {"any", "all"} & set(one)]
    joined = [one for one in criterion["all"] if one not in alone]
    if len(joined) > 1 or any("any" not in one for one in joined):
        raise NotInListsError(criterion)
    some = joined[0]["any"] if joined else ()
    return (
        tuple(_row_of(one, subjects) for one in alone),
        tuple(_alternatives_of(some, subjects)),
    )


def _alternatives_of(some: Iterable[Any], subjects: Mapping[str, Subject]) -> Iterator[Row]:
    for one in some:
        for number, each in enumerate(one.get("all", (one,))):
            yield replace(_row_of(each, subjects), joined=number > 0)


def _row_of(criterion: Mapping[str, Any], subjects: Mapping[str, Subject]) -> Row:
    denied = "not" in criterion
    bare = criterion["not"] if denied else criterion
    if "mark" in bare:
        key = f"{MARK}:{bare['mark']}"
        found: tuple[str, Any] = ("equals", True)
    else:
        held = "supplier" in bare
        bare = bare["supplier"] if held else bare
        key = f"{SUPPLIER if held else FIELD}:{bare.get('field')}"
        found = next(((word, one) for word, one in bare.items() if word != "field"), ("", None))
    if key not in subjects or found[1] is None or len(bare) > 2 - (key[:4] == MARK):
        raise NotInListsError(criterion)
    return _shown_row(subjects[key], found[0], found[1], denied)


def _shown_row(subject: Subject, word: str, value: Any, denied: bool) -> Row:
    text, values = shown_value(subject, word, value)
    row = Row(subject.key, word, text, values)
    if not denied:
        return row
    if subject.yes_or_no and subject.kind != SUPPLIER:
        return replace(row, value="false" if value else "true")
    if word in CONTRARIES and subject.kind != SUPPLIER:
        return replace(row, operator=CONTRARIES[word])
    if f"not_{word}" not in OPERATORS:
        raise NotInListsError(word)
    return replace(row, operator=f"not_{word}")
