"""Whether two figures say the same: the one rule by which a kept figure differs from another."""

from collections.abc import Mapping
from typing import Any, Final

from api.indicators.kept_schemas import KeptFigure

_FIGURE: Final = tuple(KeptFigure.model_fields)
# What is read of a figure, but for what it is told by: its definition, and the words of its unit.
_VALUE: Final = frozenset(_FIGURE) - {
    "definition_number", "aggregate", "kind", "unit", "feminine", "compared", "compared_year",
}  # fmt: skip


def figure(result: Mapping[str, Any]) -> KeptFigure:
    """What is compared of a result, be it of a former form."""
    return KeptFigure.model_validate({name: result[name] for name in _FIGURE if name in result})


def same(first: KeptFigure, second: KeptFigure) -> bool:
    """Whether a reader sees the same figure, whatever the definition behind it."""
    return first.model_dump(include=set(_VALUE)) == second.model_dump(include=set(_VALUE))
