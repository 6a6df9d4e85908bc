"""The draft of a scheme as a tree: finding a thing in it, putting one in, taking one out; pure."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

AXIS, OBJECTIVE, ACTION = "axe", "objectif", "action"
PARENTS: Final[Mapping[str, str]] = {OBJECTIVE: AXIS, ACTION: OBJECTIVE}
_LISTS: Final[Mapping[str, str]] = {AXIS: "axes", OBJECTIVE: "objectives", ACTION: "actions"}
_WAYS: Final[Mapping[str, str]] = {"measure": "captured", "milestone": "milestone"}


@dataclass(frozen=True)
class Place:
    """Where a thing stands: its kind, the code of what holds it, and its path in the draft."""

    kind: str
    thing: dict[str, Any]
    parent: str
    path: str

    @property
    def code(self) -> str:
        """The code of the thing."""
        return str(self.thing["code"])


def places(content: Mapping[str, Any]) -> Iterator[Place]:
    """Every axis, objective and action, in the order of the document."""
    for i, axis in enumerate(content["axes"]):
        yield Place(AXIS, axis, "", f"axes[{i}]")
        for j, objective in enumerate(axis["objectives"]):
            path = f"axes[{i}].objectives[{j}]"
            yield Place(OBJECTIVE, objective, axis["code"], path)
            for k, action in enumerate(objective["actions"]):
                yield Place(ACTION, action, objective["code"], f"{path}.actions[{k}]")


def place_of(content: Mapping[str, Any], kind: str, code: str) -> Place | None:
    """Where the thing of this kind and code stands; None when it doesn't."""
    found = (one for one in places(content) if one.kind == kind and one.code == code)
    return next(found, None)


def of_kind(content: Mapping[str, Any], kind: str) -> list[tuple[str, str]]:
    """The things of a kind: code, and what to read."""
    return [
        (one.code, f"{one.code} – {one.thing['title']}")
        for one in places(content)
        if one.kind == kind
    ]


def hooks(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an indicator may serve: axes, objectives and actions, with their words."""
    return [(one.code, f"{one.code} – {one.thing['title']}") for one in places(content)]


def put(
    content: Mapping[str, Any],
    kind: str,
    thing: Mapping[str, Any],
    parent: str,
    former: str = "",
    action_fields: Collection[str] = (),
) -> dict[str, Any]:
    """The draft with a thing added under ``parent``, or in place of the one of code ``former``.

    What pointed to the former code points to the new one; ``action_fields``: the fields of a
    condition that hold codes of actions, as the vocabulary tells them.
    """
    made = deepcopy(dict(content))
    standing = place_of(made, kind, former) if former else None
    if standing is not None and standing.parent == parent:
        standing.thing.update(thing)
    else:
        whole: dict[str, Any] = dict(standing.thing) if standing is not None else {}
        if standing is not None:
            _siblings(made, kind, standing.parent).remove(standing.thing)
        _siblings(made, kind, parent).append({**whole, **thing})
    if former and former != thing["code"]:
        _rename(made, former, str(thing["code"]), action_fields)
    return made


def taken_out(content: Mapping[str, Any], kind: str, code: str) -> dict[str, Any]:
    """The draft without a thing; indicators that served only it serve what held it."""
    made = deepcopy(dict(content))
    standing = place_of(made, kind, code)
    if standing is None:
        return made
    _siblings(made, kind, standing.parent).remove(standing.thing)
    for one in made["indicators"]:
        kept = [other for other in one["actions"] if other != code]
        one["actions"] = kept or [standing.parent]
    for view in made.get("views", ()):
        view["actions"] = [other for other in view["actions"] if other != code]
    made["views"] = [view for view in made.get("views", ()) if view["actions"]]
    return made


def _siblings(content: dict[str, Any], kind: str, parent: str) -> list[dict[str, Any]]:
    if kind == AXIS:
        found: list[dict[str, Any]] = content["axes"]
        return found
    holder = place_of(content, PARENTS[kind], parent)
    held: list[dict[str, Any]] = holder.thing[_LISTS[kind]] if holder else []
    return held


def _rename(
    content: dict[str, Any], former: str, code: str, action_fields: Collection[str]
) -> None:
    for one in (*content["indicators"], *content.get("views", ())):
        one["actions"] = [code if other == former else other for other in one["actions"]]
    for one in content["indicators"]:
        one["definition"] = _renamed(one["definition"], former, code, action_fields)


def _renamed(part: Any, former: str, code: str, action_fields: Collection[str]) -> Any:
    """A piece of a definition in which conditions on an action name it by its new code."""
    if isinstance(part, list):
        return [_renamed(one, former, code, action_fields) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("field") not in action_fields:
        return {key: _renamed(one, former, code, action_fields) for key, one in part.items()}
    named = {"equals": part.get("equals"), "one_of": part.get("one_of")}
    return part | {
        key: [code if one == former else one for one in told]
        if isinstance(told, list)
        else (code if told == former else told)
        for key, told in named.items()
        if told is not None
    }


def holds(place: Place) -> int:
    """How many things stand under this one: it can't be taken out before them."""
    return len(place.thing.get("objectives", place.thing.get("actions", ())))


def indicator_of(content: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    """The indicator of this code; None when there is none."""
    return next((one for one in content["indicators"] if one["code"] == code), None)


def serving(content: Mapping[str, Any], code: str) -> list[dict[str, Any]]:
    """The indicators that serve a thing, in the order of the document."""
    return [one for one in content["indicators"] if code in one["actions"]]


def definition_of(content: Mapping[str, Any], definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """A definition, borrowed ones followed; itself when it leads nowhere."""
    seen: set[str] = set()
    while (code := definition.get("same_as")) and code not in seen:
        seen.add(code)
        other = indicator_of(content, code)
        if other is None:
            break
        definition = other["definition"]
    return definition


def way_of(content: Mapping[str, Any], indicator: Mapping[str, Any]) -> str:
    """How the figure of an indicator comes: computed, captured, milestone."""
    fact = definition_of(content, indicator["definition"]).get("fact", "contract")
    return _WAYS.get(str(fact), "computed")


def stamp(thing: Any) -> str:
    """What tells a version of a thing from another: the same thing has the same stamp."""
    if thing is None:
        return ""
    text = json.dumps(thing, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def anchor_of(kind: str, code: str) -> str:
    """Where a thing shows in the page of the draft."""
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in code)
    return f"{kind}-{plain}"


def next_code(codes: list[str], default: str) -> str:
    """A code after the last of its kind: « ACTION 27 » after « ACTION 26 », else ``default``."""
    for last in reversed(codes):
        head = last.rstrip("0123456789")
        digits = last[len(head) :]
        if digits:
            number = int(digits) + 1
            while f"{head}{number}" in codes:
                number += 1
            return f"{head}{number}"
    return default
