"""Whether declared figures are those that an indicator expects, and else what to do about them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from api.actions.expectations import Expectation
from api.actions.schemas import MeasureDeclare

_HUNDRED = Decimal(100)
_BY_PART = "n’a pas lieu d’être : cet indicateur se déclare part par part, dans « parts »."


class Numbers(Protocol):
    """A value and its base: of the whole, or of a part."""

    @property
    def value(self) -> Decimal | None: ...
    @property
    def base(self) -> Decimal | None: ...


def wrong_figures(
    expected: Expectation, data: MeasureDeclare, kind: str
) -> Mapping[str, str | None]:
    """What is wrong with the figures of the whole, by field, in French; None when nothing is."""
    if expected.parts is not None:
        said = {"value": data.value, "base": data.base, "words": data.words}
        return {name: None if one is None else _BY_PART for name, one in said.items()}
    return {
        "value": wrong_value(expected, data, kind),
        "base": wrong_base(expected, data.base),
        "words": _wrong_words(expected, data.words),
    }


def wrong_value(expected: Expectation, data: Numbers, kind: str) -> str | None:
    """What is wrong with a value; ``kind``: that of the indicator."""
    value = data.value
    if expected.words:
        told = "n’a pas lieu d’être : cet indicateur attend une liste, écrivez-la dans « words »."
        return None if value is None else told
    if value is None:
        return "est obligatoire. Si on ne le sait pas encore, ne déclarez rien."
    if expected.divisor:
        return None if value > 0 else "doit être supérieur à zéro : on divise par lui."
    # What a difference is worked out of is not one itself.
    if value < 0 and (kind != "delta" or expected.compared):
        return "ne peut pas être négatif."
    if kind == "count" and value != round(value):
        return "compte des choses : donnez un nombre entier."
    if kind == "percentage":
        return _wrong_percentage(expected, value, data.base)
    return None


def _wrong_percentage(expected: Expectation, value: Decimal, base: Decimal | None) -> str | None:
    if not expected.base:
        return "est un pourcentage : donnez un nombre de 0 à 100." if value > _HUNDRED else None
    if base is not None and 0 < base < value:
        return "dépasse la base : la part ne peut pas être plus grande que le tout."
    return None


def wrong_base(expected: Expectation, base: Decimal | None) -> str | None:
    """What is wrong with a base."""
    if not expected.base:
        told = "n’a pas lieu d’être : cet indicateur n’attend qu’une valeur, effacez la base."
        return None if base is None else told
    if base is None:
        return "est obligatoire : c’est le total auquel la valeur est rapportée."
    return None if base > 0 else "doit être supérieure à zéro."


def _wrong_words(expected: Expectation, words: str | None) -> str | None:
    if not expected.words:
        told = "n’a pas lieu d’être : cet indicateur attend un chiffre, donnez-le dans « value »."
        return None if words is None else told
    return None if words else "est obligatoire : écrivez la liste attendue."
