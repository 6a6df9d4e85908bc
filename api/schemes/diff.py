"""What differs between two versions of a scheme: pure, over the catalogue's format as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Change = Literal["added", "removed", "changed"]
Thing = Literal["scheme", "axis", "objective", "action", "indicator"]

# What is compared of each thing: all that the document has of it, but its code, by which it is
# known from one version to the next, and what stands below it, compared as things of their own.
FIELDS: Final[Mapping[Thing, tuple[str, ...]]] = {
    "scheme": (
        "title",
        "author",
        "period",
        "organisations",
        "headline_targets",
        "baseline_figures",
        "targets_without_indicator",
        "contradictions",
        "views",
        "previous_note",
        "previous",
    ),
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
        "source_line",
    ),
    "indicator": (
        "label",
        "part",
        "printed",
        "printed_under",
        "explanation",
        "kind",
        "unit",
        "direction",
        "frequency",
        "nature",
        "perimeter",
        "source_kind",
        "source",
        "source_printed",
        "source_line",
        "note",
        "actions",
        "targets",
        "published",
        "definition",
    ),
}
# The things below a thing: their order is compared, among those that both versions have there.
BELOW: Final[Mapping[Thing, tuple[str, ...]]] = {
    "scheme": ("axes", "indicators"),
    "axis": ("objectives",),
    "objective": ("actions",),
    "action": (),
    "indicator": (),
}
UNDER = "under"  # the code of the thing above, which an objective or an action may leave


@dataclass(frozen=True, slots=True)
class Difference:
    """One change: ``field`` is None for a thing added or removed whole.

    ``field`` is ``under`` for a thing that moved, before and after being the codes of what it
    stands under; one of ``BELOW`` for things in another order, before and after being their codes.
    """

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
            yield ("objective", objective["code"]), {**objective, UNDER: axis["code"]}
            for action in objective["actions"]:
                yield ("action", action["code"]), {**action, UNDER: objective["code"]}
    for indicator in content["indicators"]:
        yield ("indicator", indicator["code"]), indicator


def _changed(
    key: tuple[Thing, str], old: Mapping[str, Any], new: Mapping[str, Any]
) -> list[Difference]:
    told = [
        Difference("changed", *key, field=field, before=old.get(field), after=new.get(field))
        for field in (*FIELDS[key[0]], UNDER)
        if _said(old.get(field)) != _said(new.get(field))
    ]
    for field in BELOW[key[0]]:
        before, after = ([one["code"] for one in each[field]] for each in (old, new))
        both = set(before) & set(after)
        if [one for one in before if one in both] != [one for one in after if one in both]:
            told.append(Difference("changed", *key, field=field, before=before, after=after))
    return told


def _said(value: Any) -> Any:
    """A value without what says nothing: a version that was kept before a key existed lacks it."""
    if isinstance(value, Mapping):
        kept = {name: _said(one) for name, one in value.items()}
        return {name: one for name, one in kept.items() if one is not None} or None
    if isinstance(value, list | tuple):
        return [_said(one) for one in value] or None
    return None if value is False or value == "" else value


def _title(thing: Mapping[str, Any]) -> str:
    return str(thing.get("label") or thing["title"])
