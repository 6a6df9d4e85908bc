"""Reading and writing a definition: the JSON form in, a trusted ``Definition`` or refusals out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import ValidationError

from api.rules.indicators.vocabulary import Definition


@dataclass(frozen=True, slots=True)
class Problem:
    """A refusal: where (``where.any[1].field``; empty for the whole) and why, in French."""

    path: str
    message: str


class DefinitionError(ValueError):
    """The data are not a definition of the vocabulary; ``problems`` says why, in French."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" | ".join(f"{item.path} : {item.message}" for item in problems))
        self.problems = problems


def read_definition(data: object, marks: Collection[str]) -> Definition:
    """Read a definition from its JSON form; ``marks`` are the codes of the nomenclature.

    Raises ``DefinitionError`` with every problem, its path and the words that are allowed.
    """
    try:
        return Definition.model_validate(data, context={"marks": marks})
    except ValidationError as error:
        raise DefinitionError(problems(error)) from error


def write_definition(definition: Definition) -> dict[str, Any]:
    """The canonical JSON form: reading it back gives an equal definition."""
    return definition.model_dump(mode="json", exclude_none=True)


Place: TypeAlias = tuple[int | str, ...]

# Refusals that Pydantic words itself, in English; ours are in French already.
MESSAGES: Mapping[str, str] = {
    "missing": "obligatoire",
    "enum": "mot inconnu ; mots admis : {expected}",
    "literal_error": "valeur refusée ; mots admis : {expected}",
    "too_short": "au moins {min_length} élément attendu",
    "too_long": "au plus {max_length} éléments attendus",
    "string_type": "attendu : un texte",
    "string_too_short": "texte vide",
    "tuple_type": "attendu : une liste",
    "model_type": "attendu : un objet, avec des clés",
}


def problems(error: ValidationError) -> tuple[Problem, ...]:
    """Every refusal of a validation, in French, with the path in the JSON form."""
    errors = error.errors(include_url=False, include_input=False)
    places = [item["loc"] for item in errors]
    return tuple(
        Problem(_path(item["loc"]), _message(item["type"], item["msg"], item.get("ctx", {})))
        for item in errors
        if not (item["type"] == "too_short" and _has_refused_items(item["loc"], places))
    )


def _has_refused_items(place: Place, places: Collection[Place]) -> bool:
    """Pydantic also calls a list too short when it refused its items: that is no news."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _path(loc: Place) -> str:
    parts = [step for step in loc if not (isinstance(step, str) and step.startswith("<"))]
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in parts)
    return "".join(steps).removeprefix(".")


def _message(kind: str, text: str, context: Mapping[str, Any]) -> str:
    if kind.startswith("indicator_"):
        return text
    words = {
        key: str(value).replace(" or ", ", ").replace("'", "") for key, value in context.items()
    }
    return MESSAGES.get(kind, "valeur refusée").format_map(words)
