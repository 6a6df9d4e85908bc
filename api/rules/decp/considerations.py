"""Considerations of the format <-> marks of the record.

A mark that the file doesn't speak of is absent: never « no ». A list of considerations speaks of
its whole family, unless it contradicts itself or holds a label that nobody understands.
"""

from collections.abc import Mapping
from itertools import combinations, product
from typing import Any, Final

from api.rules.decp.issues import issue
from api.rules.decp.labels import (
    CONCESSION_SOCIAL_CONSIDERATIONS,
    CONCESSION_SOCIAL_TABLE,
    ENVIRONMENTAL_CONSIDERATIONS,
    ENVIRONMENTAL_MARKS,
    ENVIRONMENTAL_TABLE,
    INNOVATIVE,
    SOCIAL_CONSIDERATIONS,
    SOCIAL_MARKS,
    SOCIAL_TABLE,
    LabelTable,
)
from api.rules.decp.shapes import read_labels
from api.rules.decp.values import read_boolean
from api.rules.records import ContractRecord, Issue, Kind

_Said = Mapping[tuple[str, ...], Mapping[str, bool]]


def _said_by_labels(labels: tuple[str, ...], marks: tuple[str, ...]) -> _Said:
    """For each coherent choice of ``labels``, in their order, what it says of each mark.

    The last label says that there is none: with another it is incoherent, hence absent here.
    """
    *positive, none = labels
    said: dict[tuple[str, ...], Mapping[str, bool]] = {(none,): dict.fromkeys(marks, False)}
    for size in range(1, len(positive) + 1):
        for chosen in combinations(positive, size):
            said[chosen] = {
                mark: label in chosen for label, mark in zip(positive, marks, strict=True)
            }
    return said


def _labels_by_marks(
    labels: tuple[str, ...], marks: tuple[str, ...]
) -> Mapping[tuple[bool | None, ...], tuple[str, ...]]:
    """For each full choice of marks, the labels that say it; a mark not said has no entry."""
    *positive, none = labels
    return {
        choice: tuple(label for label, said in zip(positive, choice, strict=True) if said)
        or (none,)
        for choice in product((True, False), repeat=len(marks))
    }


_SOCIAL_READING: Final[Mapping[Kind, tuple[LabelTable, _Said]]] = {
    Kind.CONTRACT: (SOCIAL_TABLE, _said_by_labels(SOCIAL_CONSIDERATIONS, SOCIAL_MARKS)),
    Kind.CONCESSION: (
        CONCESSION_SOCIAL_TABLE,
        _said_by_labels(CONCESSION_SOCIAL_CONSIDERATIONS, SOCIAL_MARKS),
    ),
}
_ENVIRONMENTAL_SAID: Final = _said_by_labels(ENVIRONMENTAL_CONSIDERATIONS, ENVIRONMENTAL_MARKS)
_SOCIAL_WRITING: Final = {
    Kind.CONTRACT: _labels_by_marks(SOCIAL_CONSIDERATIONS, SOCIAL_MARKS),
    Kind.CONCESSION: _labels_by_marks(CONCESSION_SOCIAL_CONSIDERATIONS, SOCIAL_MARKS),
}
_ENVIRONMENTAL_WRITING: Final = _labels_by_marks(ENVIRONMENTAL_CONSIDERATIONS, ENVIRONMENTAL_MARKS)


def social_labels(record: ContractRecord) -> tuple[str, ...] | None:
    """The social labels of a record, ``None`` when one mark of the family isn't said."""
    said = tuple(map(record.marks.get, SOCIAL_MARKS))
    return _SOCIAL_WRITING[record.kind].get(said)


def environmental_labels(record: ContractRecord) -> tuple[str, ...] | None:
    """The environmental labels of a record, ``None`` when one mark of the family isn't said."""
    said = tuple(map(record.marks.get, ENVIRONMENTAL_MARKS))
    return _ENVIRONMENTAL_WRITING.get(said)


def read_marks(row: Mapping[str, Any], kind: Kind, issues: list[Issue]) -> dict[str, bool]:
    """What the row says of each mark, and nothing on those it doesn't speak of."""
    marks: dict[str, bool] = {}
    social_table, social_said = _SOCIAL_READING[kind]
    value = row.get("considerationsSociales", row.get("considerationSociale"))
    if value is not None:
        labels = read_labels(
            value, "considerationSociale", social_table, "considerationsSociales", issues
        )
        marks.update(_said(labels, social_table, social_said, "considerationsSociales", issues))
    value = row.get("considerationsEnvironnementales", row.get("considerationEnvironnementale"))
    if value is not None:
        field = "considerationsEnvironnementales"
        labels = read_labels(
            value, "considerationEnvironnementale", ENVIRONMENTAL_TABLE, field, issues
        )
        marks.update(_said(labels, ENVIRONMENTAL_TABLE, _ENVIRONMENTAL_SAID, field, issues))
    innovative = row.get("marcheInnovant")
    if innovative is not None:
        innovative = read_boolean(innovative, "marcheInnovant", issues)
        if innovative is not None:
            marks[INNOVATIVE] = innovative
    return marks


def _said(
    labels: tuple[tuple[str, ...] | None, bool],
    table: LabelTable,
    said: Mapping[tuple[str, ...], Mapping[str, bool]],
    field: str,
    issues: list[Issue],
) -> Mapping[str, bool]:
    found, understood = labels
    if found is None:
        return {}
    marks = said.get(found)
    if marks is None:
        issues.append(
            issue("contradictory_considerations", field, ", ".join(found), table.labels[-1])
        )
        return {}
    if understood:
        return marks
    # A label that isn't understood may be any of them: only what is surely listed is said.
    return {mark: True for mark, listed in marks.items() if listed}
