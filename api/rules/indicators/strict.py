"""What definitions are made of: closed, frozen, refused in French with the words admitted."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Strict(BaseModel):
    """Closed and frozen: an unknown key is refused with the list of the known ones.

    What is worked out of it is kept with it (its hash, asked for hundreds of times by each request,
    and any ``cached_property``), and is not that of a copy with other values.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, serialize_by_alias=True
    )

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, data: object) -> object:
        return with_known_keys(data, cls)

    def __hash__(self) -> int:
        return self._hashed

    @cached_property
    def _hashed(self) -> int:
        fields = type(self).model_fields
        return hash((type(self), *(getattr(self, name) for name in fields)))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def with_known_keys(data: object, model: type[BaseModel], also: Collection[str] = ()) -> object:
    """What was given, once each of its keys is one of the model's; ``also``: keys that a refusal
    tells too, of another form that would have been read here."""
    if not isinstance(data, Mapping):
        return data
    known = [item.alias or name for name, item in model.model_fields.items()]
    accepted = {*known, *model.model_fields}
    for key in data:
        if key not in accepted:
            words = [*known, *also]
            raise refusal("unknown_key", f"clé « {key} » inconnue", words, at=str(key))
    return data


def refusal(
    kind: str, what: str, allowed: Collection[str] = (), at: str = ""
) -> PydanticCustomError:
    """A refusal in French that ends with the words that would be accepted; ``at``: the path of what
    is refused, inside what is read."""
    words = f" ; mots admis : {', '.join(allowed)}" if allowed else ""
    return PydanticCustomError("indicator_" + kind, "{text}", {"text": what + words, "at": at})


NO_DENOMINATOR = (
    "le dénominateur n’a pas de périmètre : « perimeter » est un critère, ou le mot « all » pour "
    "toutes les lignes"
)
# A text or nothing: neither can be compared from one year to the next.
NOT_COMPARED = "une liste de mots ou une étape ne se compare pas d’une année à l’autre"
