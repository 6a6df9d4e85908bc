"""Wrappers of the 2022 format: what is inside them, whatever the level of wrapping.

The same list is written four ways in real files: flat (2.0.0), as an object that holds the list
(``{"technique": […]}``), as a list of one-key objects (``[{"titulaire": {…}}]``), or as the object
alone when there is one (files converted from XML).
"""

from api.rules.decp.issues import issue
from api.rules.decp.labels import NOT_APPLICABLE, LabelTable
from api.rules.decp.values import read_label
from api.rules.records import Issue

_EMPTY_KINDS = (list, dict, str)


def unwrapped(value: object, wrapper: str) -> list[object]:
    """The items of a list, without their ``wrapper``; ``[]`` when nothing is said."""
    if value is None or (not value and type(value) in _EMPTY_KINDS):
        return []
    items: list[object] = []
    for item in value if type(value) is list else (value,):
        if type(item) is dict:
            inner = item.get(wrapper, item)
            if type(inner) is dict and (inner is item or wrapper not in inner):
                items.append(inner)
                continue
        elif type(item) is not list:
            if item is not None:
                items.append(item)
            continue
        _unwrap_deep(item, wrapper, items)
    return items


def _unwrap_deep(value: object, wrapper: str, items: list[object]) -> None:
    """Append what lies under any level of lists and wrappers, in order, without recursion."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if type(current) is list:
            waiting.extend(reversed(current))
        elif type(current) is dict and wrapper in current:
            waiting.append(current[wrapper])
        elif current is not None:
            items.append(current)


def read_labels(
    value: object, wrapper: str, table: LabelTable, field: str, issues: list[Issue]
) -> tuple[tuple[str, ...] | None, bool]:
    """The labels of a list, in the order of ``table``, and whether all of them were understood."""
    if value is None:
        return None, True
    inner = value.get(wrapper) if type(value) is dict else value
    if type(inner) is list and len(inner) == 1 and type(inner[0]) is str:
        label = table.exact.get(inner[0])
        if label is not None:
            return (label,), True
    elif type(inner) is list and inner:
        found = {table.exact[item] for item in inner if type(item) is str and item in table.exact}
        if len(found) == len(inner) and NOT_APPLICABLE not in found:
            return tuple(sorted(found, key=table.labels.index)), True
    return _read_many_labels(unwrapped(value, wrapper), table, field, issues)


def _read_many_labels(
    items: list[object], table: LabelTable, field: str, issues: list[Issue]
) -> tuple[tuple[str, ...] | None, bool]:
    found: set[str] = set()
    understood = True
    for item in items:
        label = read_label(item, table, field, issues)
        if label is None:
            understood = False
        elif label in found:
            issues.append(issue("duplicate_item", field, label))
        else:
            found.add(label)
    if not found:
        return None, understood
    if len(found) > 1 and NOT_APPLICABLE in found:
        others = ", ".join(label for label in table.labels if label in found)
        issues.append(issue("contradictory_labels", field, others))
    return tuple(label for label in table.labels if label in found), understood
