"""With which other year a figure is compared, and how: the key « compare » of a definition."""

from pydantic import Field, StrictInt, ValidationInfo, field_validator

from api.rules.indicators.strict import Strict, refusal
from api.rules.indicators.words import ComparedAs, ComparedWith


class Comparison(Strict):
    """The figure is what it became since another year: ``year``, for a baseline only."""

    other: ComparedWith = Field(alias="with")
    year: StrictInt | None = Field(default=None, ge=1990, le=2100, validate_default=True)
    form: ComparedAs = Field(alias="as")

    @field_validator("year")
    @classmethod
    def _goes_with_a_baseline(cls, year: int | None, info: ValidationInfo) -> int | None:
        other = info.data.get("other")
        if other is ComparedWith.BASELINE and year is None:
            raise refusal("year", "l’année de référence est obligatoire")
        if other is ComparedWith.PREVIOUS_YEAR and year is not None:
            raise refusal("year", "pas d’année de référence avec « previous_year »")
        return year

    def former(self, year: int) -> int:
        """The year compared with, for the figure of ``year``."""
        return year - 1 if self.year is None else self.year
