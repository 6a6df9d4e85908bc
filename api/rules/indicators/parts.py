"""A declared figure told by part: what a part is, under which words, and whether they add up."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictStr, ValidationInfo, field_validator

from api.rules.indicators.strict import Strict, refusal
from api.rules.indicators.words import Aggregate, ComparedAs, Fact
from api.rules.text import fold

MAX_PARTS = 40
MAX_PART = 120

Word = Annotated[StrictStr, Field(min_length=1, max_length=MAX_PART)]


class Units(Strict):
    """What the two numbers of a declared rate are in: « kWh » and « kWh », « repas » and « repas ».
    In the plural when they are nouns. Of what is counted over a declared number, « projets » over
    « projets visés ». Of a number whose evolution is told in percents, ``value`` alone: the unit
    of the indicator is that of the evolution."""

    value: Annotated[StrictStr, Field(min_length=1, max_length=40)]
    base: Annotated[StrictStr, Field(min_length=1, max_length=40)] | None = None

    def refused(self, figure: Mapping[str, Any]) -> str | None:
        """Why these units can't go with a ``figure``: what its definition says, as it was read."""
        over, compare = figure.get("over"), figure.get("compare")
        divided = over is not None and over.aggregate is Aggregate.DECLARED
        if not divided and figure.get("fact", Fact.MEASURE) is not Fact.MEASURE:
            return "« units » ne va qu’avec le fait « measure », compté ou au dénominateur"
        if divided or figure.get("base") is True:
            return None if self.base else "« units » doit dire aussi l’unité de la base, « base »"
        if compare is not None and compare.form is ComparedAs.RATE and self.base is None:
            return None
        return (
            "« units » va avec « base: true », ou, « value » seul, avec une évolution en pour cent "
            "d’un chiffre déclaré"
        )


class Parts(Strict):
    """``by``: what a part is, « famille d’achats ». ``among``: words that are offered; ``closed``:
    no other is taken. ``added``: the figure is the sum of its parts; else it has none of its own,
    for water and carbon have no sum.
    """

    by: Annotated[StrictStr, Field(min_length=1, max_length=60)]
    among: tuple[Word, ...] = Field(default=(), max_length=MAX_PARTS)
    closed: StrictBool = Field(default=False, validate_default=True)
    added: StrictBool = True

    @field_validator("among")
    @classmethod
    def _are_different(cls, among: tuple[str, ...]) -> tuple[str, ...]:
        known: set[str] = set()
        for word in among:
            if not same_part(word) or same_part(word) in known:
                raise refusal("parts", f"part « {word} » vide, ou dite deux fois")
            known.add(same_part(word))
        return among

    @field_validator("closed")
    @classmethod
    def _is_a_list(cls, closed: bool, info: ValidationInfo) -> bool:
        if closed and not info.data.get("among", True):
            raise refusal("parts", "une liste fermée demande « among » : ses mots")
        return closed

    def refused(self, fact: Fact, words: bool) -> str | None:
        """Why a figure of this fact, a list of ``words`` or not, has no parts; None when it may."""
        if fact not in (Fact.MEASURE, Fact.MILESTONE):
            return "« parts » ne va qu’avec les faits « measure » et « milestone »"
        if fact is Fact.MILESTONE and not self.added:
            return "« added » ne va qu’avec le fait « measure »"
        return "une liste de mots n’a pas de parts" if words else None

    def word(self, typed: str) -> str | None:
        """The part as the list spells it, as it was typed when another is taken, or None."""
        known = {same_part(one): one for one in self.among}
        return known.get(same_part(typed), None if self.closed else " ".join(typed.split()))

    def unspoken(self, named: Iterable[str]) -> tuple[str, ...]:
        """The words of a closed list that are not among these names: what a step must answer of,
        and nobody spoke of. None of an open list, whose words are only offered."""
        known = {same_part(one) for one in named}
        return tuple(one for one in self.among if self.closed and same_part(one) not in known)


def same_part(word: str) -> str:
    """What two spellings of a part have in common: no capitals, accents nor idle spaces."""
    return " ".join(fold(word).split())
