"""What differs between two versions of a scheme: pure, over the catalogue's format as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Change = Literal["added", "removed", "changed"]
Thing = Literal["scheme", "axis", "objective", "action", "indicator"]

# What is compared of each thing; the things below it are compared as things of their own.
_FIELDS: Final[Mapping[Thing, tuple[str, ...]]] = {
    "scheme": ("title", "author", "period", "headline_targets", "targets_without_indicator"),
    "axis": ("title", "strategic_objectives"),
    "objective": ("title", "strategic_objectives"),
    "action": (
        "title",
        "pilot",
        "resources",
        "partners",
        "sub_actions",
        "expected_results",
        "odd",
    ),
    "indicator": (
        "label",
        "explanation",
        "kind",
        "unit",
        "direction",
        "frequency",
        "nature",
        "perimeter",
        "source",
        "note",
        "actions",
        "targets",
        "definition",
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: ``field`` is None for a thing added or removed whole."""

    change: Change
    thing: Thing
    code: str
    field: str | None = None
    before: Any = None
    after: Any = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Every change from one version to another, in the order of the second, removals last."""
    old, new = dict(_things(before)), dict(_things(after))
    found: list[Difference] = []
    for key, thing in new.items():
        if key not in old:
            found.append(Difference("added", *key, after=_title(thing)))
        else:
            found += _changed(key, old[key], thing)
    found += [
        Difference("removed", *key, before=_title(thing))
        for key, thing in old.items()
        if key not in new
    ]
    return found


def _things(content: Mapping[str, Any]) -> Iterator[tuple[tuple[Thing, str], Mapping[str, Any]]]:
    yield ("scheme", content["code"]), content
    for axis in content["axes"]:
        yield ("axis", axis["code"]), axis
        for objective in axis["objectives"]:
            yield ("objective", objective["code"]), objective
            for action in objective["actions"]:
                yield ("action", action["code"]), action
    for indicator in content["indicators"]:
        yield ("indicator", indicator["code"]), indicator


def _changed(
    key: tuple[Thing, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Difference]:
    return [
        Difference("changed", *key, field=field, before=old.get(field), after=new.get(field))
        for field in _FIELDS[key[0]]
        if _told(old.get(field)) != _told(new.get(field))
    ]


def _told(value: Any) -> Any:
    """A value without what its parts leave unsaid: an older version has not even its name."""
    if not isinstance(value, list):
        return value
    return [
        {name: one for name, one in part.items() if one is not None}
        if isinstance(part, dict)
        else part
        for part in value
    ]


def _title(thing: Mapping[str, Any]) -> str:
    return str(thing.get("label") or thing["title"])
