"""Reading and writing a definition: the JSON form in, a trusted ``Definition`` or refusals out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import TypeAdapter, ValidationError

from api.rules.indicators.vocabulary import Definition, SameAs, WrittenDefinition


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


def read_written(data: object, marks: Collection[str]) -> Definition | SameAs:
    """The same where a definition may also be said by the code of another indicator."""
    try:
        return _WRITTEN.validate_python(data, context={"marks": marks})
    except ValidationError as error:
        raise DefinitionError(problems(error)) from error


_WRITTEN: TypeAdapter[Definition | SameAs] = TypeAdapter(WrittenDefinition)


def resolve_same_as(written: Mapping[str, Definition | SameAs]) -> dict[str, Definition]:
    """The definition of every indicator of a scheme, by code, once ``same_as`` was followed.

    Raises ``DefinitionError``, its paths the codes, on a cycle and on an unknown code, with the
    codes that may be taken.
    """
    found: dict[str, Definition] = {}
    refused: list[Problem] = []
    for code in written:
        chain, one = _followed(code, written)
        if isinstance(one, Definition):
            found[code] = one
        elif one is None:
            known = ", ".join(name for name in written if name not in chain)
            text = f"indicateur « {chain[-1]} » inconnu ; mots admis : {known}"
            refused.append(Problem(f"{code}.same_as", text))
        else:
            text = f"définition circulaire : {' → '.join(chain)} ; {_outside(written)}"
            refused.append(Problem(f"{code}.same_as", text))
    if refused:
        raise DefinitionError(tuple(refused))
    return found


_MOST_TOLD = 20  # codes told of those that a circle may take instead


def _outside(written: Mapping[str, Definition | SameAs]) -> str:
    """What one of a circle may take instead: the indicators that lead to a definition."""
    sound = [code for code in written if isinstance(_followed(code, written)[1], Definition)]
    if not sound:
        return "aucun autre indicateur n’a de définition à reprendre : écrivez-en une ici"
    more = len(sound) - _MOST_TOLD
    others = f"{more} autre{'s' if more > 1 else ''}"
    rest = f" et {others}, tous ceux dont la définition ne mène pas à ce cercle"
    return f"mots admis : {', '.join(sound[:_MOST_TOLD])}{rest if more > 0 else ''}"


def _followed(
    code: str, written: Mapping[str, Definition | SameAs]
) -> tuple[list[str], Definition | SameAs | None]:
    """The codes gone through, and where they lead: nowhere (None), or back (a ``SameAs``)."""
    chain, one = [code], written.get(code)
    while isinstance(one, SameAs):
        again = one.same_as in chain
        chain.append(one.same_as)
        if again:
            break
        one = written.get(one.same_as)
    return chain, one


def write_definition(definition: Definition | SameAs) -> dict[str, Any]:
    """The canonical JSON form: reading it back gives an equal definition."""
    form = definition.model_dump(mode="json", exclude_none=True)
    # They belong to declared measures and to breakdowns: not worth a line in the others.
    return {key: value for key, value in form.items() if value is not False and value != []}


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
    "string_too_long": "au plus {max_length} signes",
    "bool_type": "attendu : true ou false",
    "int_type": "attendu : un nombre entier",
    "greater_than_equal": "attendu : {ge} ou plus",
    "less_than_equal": "attendu : {le} ou moins",
    "tuple_type": "attendu : une liste",
    "model_type": "attendu : un objet, avec des clés",
}


def problems(error: ValidationError) -> tuple[Problem, ...]:
    """Every refusal of a validation, in French, with the path in the JSON form."""
    errors = error.errors(include_url=False, include_input=False)
    places = [item["loc"] for item in errors]
    return tuple(
        Problem(
            _path((*item["loc"], *_inside(item.get("ctx", {})))),
            _message(item["type"], item["msg"], item.get("ctx", {})),
        )
        for item in errors
        if not (item["type"] == "too_short" and _has_refused_items(item["loc"], places))
    )


def _has_refused_items(place: Place, places: Collection[Place]) -> bool:
    """Pydantic also calls a list too short when it refused its items: that is no news."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _inside(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Where in what was read, when the refusal is not about the whole of it."""
    at = context.get("at")
    return (at,) if at else ()


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
