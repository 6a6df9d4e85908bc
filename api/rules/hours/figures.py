"""What hours and persons make: full-time equivalents, shares, age bands, long paths, answers."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from api.rules.hours.french import (
    MILLION,
    RefusedValueError,
    fixed,
    half_up,
    listed,
    number,
    spaced,
)
from api.rules.hours.labels import label
from api.rules.hours.quarters import IN_AN_HOUR, hours_label
from api.rules.hours.vocabulary import AgeBand, EmploymentKind, ExitSituation

YEARLY_HOURS: Final = 1607  # legal yearly hours of a full time; MEL and Landes count with it
BIRTH_BAND: Final = 5

_NUMBER = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_LONGEST = 40


class Rounding(StrEnum):
    """How a full-time equivalent is rounded: published figures do either."""

    TRUNCATE = "truncate"
    HALF_UP = "half_up"


ROUNDING_LABELS: Final = {Rounding.TRUNCATE: "tronqué", Rounding.HALF_UP: "arrondi"}


@dataclass(frozen=True, slots=True)
class Fte:
    """A full-time equivalent never goes without its base (hours of a year) and its rounding."""

    text: str
    base: int
    rounding: Rounding

    @property
    def label(self) -> str:
        """« 212 ETP (base 1 607 h, tronqué) »."""
        told = f"{self.text} ETP (base {number(self.base)} h, {ROUNDING_LABELS[self.rounding]})"
        return spaced(told)


@dataclass(frozen=True, slots=True)
class LongPathParameters:
    """What a buyer calls a long and qualifying path; hours in quarter-hours."""

    minimum_hours: int = 455 * IN_AN_HOUR
    employment_kinds: frozenset[EmploymentKind] = frozenset(
        {
            EmploymentKind.CDI,
            EmploymentKind.CDD_LONG,
            EmploymentKind.APPRENTICESHIP,
            EmploymentKind.PROFESSIONALISATION,
        }
    )
    training_hours: int = 35 * IN_AN_HOUR


LONG_PATH: Final = LongPathParameters()


def full_time_equivalent(
    quarters: int,
    base: int = YEARLY_HOURS,
    rounding: Rounding = Rounding.TRUNCATE,
    places: int = 0,
) -> Fte:
    """Quarter-hours over the hours of a full-time year, with 0 or 1 decimal, in French.

    Raises ``RefusedValueError`` for a base that isn't positive or another number of decimals.
    """
    if places not in (0, 1):
        raise RefusedValueError(
            "places", "Un ETP se publie avec zéro ou une décimale : choisissez."
        )
    value = Fraction(quarters, IN_AN_HOUR) / _base(base)
    if rounding is Rounding.TRUNCATE:
        # int() goes towards zero, for a negative correction too.
        value = Fraction(int(value * 10**places), 10**places)
    return Fte(fixed(value, places), base, rounding)


def fte_consistency(text_hours: str, text_fte: str, base: int = YEARLY_HOURS) -> str | None:
    """A French warning when a printed ETP is not that of the hours printed beside it.

    They agree within one unit of the last decimal printed, so that both roundings and truncation
    pass. Raises ``RefusedValueError`` when a text holds no number.
    """
    hours, _ = _printed("hours", text_hours)
    printed, places = _printed("fte", text_fte)
    value = hours / _base(base)
    if abs(value - printed) < Fraction(1, 10**places):
        return None
    shown = max(places, 1)
    return spaced(
        f"{number(hours)} h font {number(value, shown)} ETP sur une base de {number(base)} h, et "
        f"non {number(printed, shown)} ETP, qui feraient environ {number(printed * base, 0)} h : "
        "l’un des deux nombres est sans doute une erreur de copie. Vérifiez-les dans le document."
    )


def share(part: int | None, whole: int | None) -> int | None:
    """A part of a whole in millionths, half up; ``None`` when unknown or when there is no whole."""
    return half_up(Fraction(part, whole) * MILLION) if part is not None and whole else None


def birth_band(birth_year: int) -> int:
    """The first year of the five-year band of a birth year: 1992 gives 1990."""
    return birth_year - birth_year % BIRTH_BAND


def birth_band_text(start: int) -> str:
    """A band of birth years as it is shown and exported: "1990-1994"."""
    return f"{_band(start)}-{start + BIRTH_BAND - 1}"


def age_band(birth_band_start: int | None, year: int) -> AgeBand | None:
    """The age band in a year of a person of whom only the band of birth years is known.

    The band counts as its middle year (1990-1994 as 1992), and the age as the one reached during
    the year: a band that straddles a limit falls whole on one side, always the same one.
    """
    if birth_band_start is None:
        return None
    age = year - (_band(birth_band_start) + BIRTH_BAND // 2)
    if age < 0:
        raise RefusedValueError("year", "L’année précède la naissance : corrigez l’une des deux.")
    if age < 26:
        return AgeBand.UNDER_26
    return AgeBand.FROM_26_TO_49 if age < 50 else AgeBand.FROM_50


def long_path(
    hours: int | None,
    employment_kinds: Collection[EmploymentKind] | None,
    certified_training_hours: int | None,
    parameters: LongPathParameters = LONG_PATH,
) -> bool | None:
    """Whether a person's path is long and qualifying; ``None`` when the facts don't decide.

    Hours in quarter-hours; no kind at all (empty) is known, ``None`` isn't. No official
    definition exists: publish ``long_path_definition`` with the figure.
    """
    long = None if hours is None else hours >= parameters.minimum_hours
    kind = (
        None
        if employment_kinds is None
        else not parameters.employment_kinds.isdisjoint(employment_kinds)
    )
    trained = (
        None
        if certified_training_hours is None
        else certified_training_hours >= parameters.training_hours
    )
    qualifying = True if kind or trained else (None if None in (kind, trained) else False)
    if long is False or qualifying is False:
        return False
    return True if long and qualifying else None


def long_path_definition(parameters: LongPathParameters = LONG_PATH) -> str:
    """The definition in French, to be published with the figure."""
    labels = [label(kind) for kind in EmploymentKind if kind in parameters.employment_kinds]
    # Inside a sentence « Contrat » loses its capital; « CDI » doesn't.
    kinds = [text if text[:2].isupper() else text[0].lower() + text[1:] for text in labels]
    training = f"au moins {hours_label(parameters.training_hours)} de formation certifiante"
    other = (
        f"soit un contrat parmi : {listed(kinds, 'ou')} ; soit {training}" if kinds else training
    )
    return spaced(
        "Parcours long et professionnalisant : au moins "
        f"{hours_label(parameters.minimum_hours)} d’insertion, et en plus {other}."
    )


def response_rate(exits: Iterable[ExitSituation | None]) -> int | None:
    """The share, in millionths, of the exits due whose situation is known.

    ``exits`` holds one value for each person whose checkpoint has come: ``None`` (nobody asked)
    and ``UNKNOWN`` (asked in vain) are both without an answer. Withdrawn exits are left out.
    ``None`` when nothing was due.
    """
    due = [one for one in exits if one is not ExitSituation.WITHDRAWN]
    known = sum(1 for one in due if one not in (None, ExitSituation.UNKNOWN))
    return share(known, len(due))


def _base(base: int) -> int:
    if base <= 0:
        raise RefusedValueError(
            "base", "La base d’un ETP doit dépasser zéro : saisissez par exemple 1607 heures."
        )
    return base


def _band(start: int) -> int:
    if start % BIRTH_BAND:
        raise RefusedValueError(
            "birth_band_start",
            f"Une tranche de naissance commence par une année en 0 ou en 5, pas par {start} : "
            f"saisissez {birth_band(start)}.",
        )
    return start


def _printed(field: str, text: str) -> tuple[Fraction, int]:
    """The only number of a printed text, and how many decimals it's printed with."""
    found = _NUMBER.findall(_SPACES.sub(" ", text))
    if len(found) != 1 or len(text) > _LONGEST:
        raise RefusedValueError(
            field, f"« {text[:_LONGEST]} » ne contient pas un nombre et un seul : corrigez-le."
        )
    written = found[0].replace(" ", "").replace(",", ".")
    return Fraction(written), len(written.partition(".")[2])
