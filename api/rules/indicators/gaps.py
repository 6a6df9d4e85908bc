"""A figure against its target: which target holds for a year, and the gap in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from api.rules.indicators.figures import may_be_part, scale_of
from api.rules.indicators.results import Result
from api.rules.indicators.scales import Scale, percent, rounded
from api.rules.indicators.vocabulary import Definition
from api.rules.indicators.words import Aggregate, ComparedAs

NBSP = "\u00a0"
NARROW = "\u202f"


@dataclass(frozen=True, slots=True)
class Aim:
    """A target: ``year`` None holds every year; ``unit`` is the document's, "%…" for a share.

    ``beside``: it is shown, and no figure is compared with it, for they are in two units.
    ``since``: the first year that it speaks of; no figure of a year before leads to it.
    """

    year: int | None
    value: Decimal
    unit: str
    beside: bool = False
    since: int | None = None


def aim_of(aims: Sequence[Aim], year: int) -> Aim | None:
    """The target that holds in a year: its own, else that of every year, else the next to come.

    None when every target lies in the past.
    """
    for aim in aims:
        if aim.year == year:
            return aim
    for aim in aims:
        if aim.year is None:
            return aim
    coming = [aim for aim in aims if aim.year is not None and aim.year > year]
    return min(coming, key=lambda aim: aim.year or 0, default=None)


def is_due(aim: Aim, year: int) -> bool:
    """Whether a target is due by the end of a year: of that year or before, or of each year
    (« par an »); one of which the document prints no year is not."""
    if aim.year is None:
        return aim.unit.strip().endswith(YEARLY)
    return aim.year <= year


# What ends the unit of a target of each year.
YEARLY = ("/an", "/ an", "par an")
# What is measured is not counted: how the units that no count may aim at begin.
MEASURED = ("€", "heure", "jour", "mois", "année", "kwh", "mwh", "tonne", "kg", "gramme", "point")


def check_target(
    definition: Definition, unit: str, target_unit: str, kind: str = "", *, noted: bool = False
) -> str | None:
    """Why a target can't go with an indicator, in French; None when it can.

    A target in per cent goes with a share, or with a count or a sum that has one; any other is in
    the indicator's own unit, yearly (« /an ») or not. A count may also aim at other nouns than its
    own, or at a percentage of another base than what it counts, as documents print them (« EPCI »
    and « % des communes » for « collectivités »), when a note says so: it is shown beside the
    figure, and compared with nothing (``is_beside``). ``kind`` is the indicator's; ``noted``: the
    target has a note.
    """
    own = {} if in_percent(unit) and has_share(definition, kind) else {_bare(unit): unit}
    allowed = [*own.values(), *(["%"] if has_share(definition, kind) else [])]
    points = not target_unit.startswith("%") and definition.compare is None
    other = _is_of_another(unit, target_unit, kind)
    if not other and in_percent(target_unit) and "%" in allowed and not points:
        return None
    if not target_unit.strip():
        return f"unité obligatoire ; mots admis : {', '.join(allowed)}"
    noun = kind == "count" and not _bare(target_unit).startswith(MEASURED)
    noun = noun and _bare(target_unit) != "%"
    if _bare(target_unit) in own or (noun and noted):
        return None
    if noun:
        return (
            f"unité « {target_unit} » refusée, l’indicateur compte autre chose ; mots admis : "
            f"{', '.join(allowed)} ; ou dites dans « note » de quoi parle le document : la cible "
            "sera montrée à côté, sans écart"
        )
    return f"unité « {target_unit} » refusée ; mots admis : {', '.join(allowed)}"


def is_beside(definition: Definition, unit: str | None, target_unit: str, kind: str = "") -> bool:
    """Whether a target is in another unit than its figure, or a percentage of another base than
    what it counts: shown, and compared with nothing."""
    if in_percent(target_unit):
        return not has_share(definition, kind) or _is_of_another(unit, target_unit, kind)
    return unit is not None and _bare(target_unit) != _bare(unit)


def _is_of_another(unit: str | None, target_unit: str, kind: str) -> bool:
    """Whether a percentage names as its base something else than what a count counts: « % des
    marchés réservés » of « marchés ». Of « % des marchés », or of « % », the base is all that is
    looked at."""
    _, percent, base = target_unit.partition("%")
    noun = base.strip().removeprefix("des ").removeprefix("de ")
    return kind == "count" and bool(percent and noun) and unit is not None and noun != unit


def has_share(definition: Definition, kind: str = "") -> bool:
    """Whether the figure of a definition may be told in percents.

    Of a ratio or of a declared figure with its base, when the indicator is a ``percentage``.
    """
    if definition.compare is not None:
        return kind == "percentage" or _is_rate(definition)
    if definition.aggregate is Aggregate.RATIO and not may_be_part(definition):
        return False
    if definition.aggregate in {Aggregate.RATIO, Aggregate.DECLARED}:
        return kind == "percentage"
    if definition.aggregate in {Aggregate.COUNT, Aggregate.SUM}:
        return definition.where is not None
    return scale_of(definition) is Scale.PERCENT


def _is_rate(definition: Definition) -> bool:
    compare = definition.compare
    return compare is not None and (
        compare.form is ComparedAs.RATE or scale_of(definition) is Scale.PERCENT
    )


# « litiges pour 100 contrats »: percents told in words.
PER_HUNDRED = " pour 100 "


def in_percent(unit: str) -> bool:
    """Whether a unit of a document is per cent: « % », « % des marchés », « points de % »,
    « litiges pour 100 contrats »."""
    return "%" in unit or PER_HUNDRED in unit or unit.strip() in ("point", "points")


def told_in_percent(kind: str, unit: str | None, definition: Definition) -> bool:
    """Whether each year of an indicator is told in percents: it is a ``percentage``, or it tells
    by how many points of one a year differs from another."""
    compare = definition.compare
    differs = compare is not None and compare.form is ComparedAs.DIFFERENCE
    return kind == "percentage" or (differs and in_percent(unit or ""))


def _bare(unit: str) -> str:
    """A unit without what it may or may not say: yearly, without taxes, capitals, spaces."""
    words = unit.replace(NBSP, " ").replace(NARROW, " ").casefold().replace("/ an", "/an")
    return " ".join(words.removesuffix("/an").removesuffix(" par an").split()).removesuffix(" ht")


@dataclass(frozen=True, slots=True)
class _Missing:
    """What lacks to a target, zero or less when it is met; ``least`` and ``most`` once all is
    known, None where nothing bounds it."""

    now: Decimal
    least: Decimal | None
    most: Decimal | None


def met(result: Result, aim: Aim | None, direction: str) -> bool | None:
    """Whether a target is met; None without a target, a value or a common unit.

    Of a figure that is not firm: None too while what is not known may decide.
    """
    missing = _missing(result, aim, direction)
    if missing is None:
        return None
    if result.firm:
        return missing.now <= 0
    if missing.most is not None and missing.most <= 0:
        return True
    return None if missing.least is None or missing.least <= 0 else False


def surely_met(result: Result, aim: Aim | None, direction: str) -> bool | None:
    """Whether a target is met, whatever the missing answers are; None while they may decide."""
    missing = _missing(result, aim, direction)
    if missing is None:
        return None
    if not result.unknown:
        return missing.now <= 0
    if missing.most is not None and missing.most <= 0:
        return True
    return None if missing.least is None or missing.least <= 0 else False


def gap(
    result: Result,
    aim: Aim | None,
    direction: str,
    rows: tuple[str, str] = ("", ""),
    year: int | None = None,
) -> str | None:
    """The distance to a target in French; None without a target, a value or a common unit.

    ``year``: that of the figure, in which a target of a later one can't be met yet. ``rows``: what
    the rows of its perimeter are called, singular and plural, see ``naming``.

    A target in per cent is compared with the share, also for an indicator that counts.
    """
    missing = _missing(result, aim, direction)
    if missing is None or aim is None:
        return None
    reached = met(result, aim, direction)
    when = f" {aim.year}" if aim.year else ""
    if reached is None:
        return f"trop peu de réponses pour dire si la cible{when} est atteinte"
    decided = surely_met(result, aim, direction) is not None
    so_far = "" if decided else ", selon les réponses connues"
    if reached:
        coming = aim.year is not None and year is not None and aim.year > year
        if not coming:
            return f"cible{when} atteinte{so_far}"
        return f"{_beyond(result, missing, direction, _unit(result, aim, rows))}{when}{so_far}"
    side = "sous" if direction != "down" else "au-dessus de"
    if result.firm or missing.least is None:
        sure = so_far or _between(result, missing, _unit(result, aim, rows))
        return f"{told(missing.now, _unit(result, aim, rows))} {side} la cible{when}{sure}"
    return f"au moins {told(missing.least, _unit(result, aim, rows))} {side} la cible{when}"


def _beyond(result: Result, missing: _Missing, direction: str, unit: tuple[str, str]) -> str:
    """« 2,35 points au-dessus de la cible », of one that is yet to come."""
    over = -missing.now if result.firm or missing.most is None else -missing.most
    if not over:
        return "au niveau de la cible"
    side = "sous" if direction == "down" else "au-dessus de"
    least = "" if result.firm else "au moins "
    return f"{least}{told(over, unit)} {side} la cible"


def _between(result: Result, missing: _Missing, unit: tuple[str, str]) -> str:
    """Where a gap that nothing can close lies, while what is missing may still change it."""
    least, most = missing.least, missing.most
    if not result.unknown or least is None or most is None or least == most:
        return ""
    return f", entre {told(least, ('', ''))} et {told(most, unit)} selon les réponses manquantes"


def compared_with(result: Result, aim: Aim) -> Decimal | None:
    """The number of a result that a target is compared with, in its unit; None without one, or
    while too few answers are known for it to be told alone."""
    return _reached(result, aim)[0] if result.firm else None


def _missing(result: Result, aim: Aim | None, direction: str) -> _Missing | None:
    if aim is None or aim.beside:
        return None
    now, low, high = _reached(result, aim)
    if now is None:
        return None
    if direction == "down":
        return _Missing(now - aim.value, _less(low, aim.value), _less(high, aim.value))
    return _Missing(aim.value - now, _less(aim.value, high), _less(aim.value, low))


def _less(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one - other


_Reached: TypeAlias = tuple[Decimal | None, Decimal | None, Decimal | None]
_NOTHING: _Reached = (None, None, None)


def _reached(result: Result, aim: Aim) -> _Reached:
    return _in_percent(result) if in_percent(aim.unit) else _own(result)


def _in_percent(result: Result) -> _Reached:
    if result.value is None:
        return _NOTHING
    if result.scale is Scale.PERCENT:
        return (percent(result.value), percent(result.low), percent(result.high))
    return (percent(result.share), percent(result.share_low), percent(result.share_high))


def _own(result: Result) -> _Reached:
    if result.scale is Scale.PERCENT:
        return _NOTHING
    scale = result.scale
    return (
        rounded(scale, result.value), rounded(scale, result.low), rounded(scale, result.high)
    )  # fmt: skip


# scale -> singular and plural of what is missing
_LACKING: Mapping[Scale, tuple[str, str]] = {
    Scale.EUROS: ("€", "€"),
    Scale.HOURS: ("heure", "heures"),
    Scale.SCORE: ("point", "points"),
    Scale.PERCENT: ("point", "points"),
}


def _unit(result: Result, aim: Aim, rows: tuple[str, str]) -> tuple[str, str]:
    if in_percent(aim.unit):
        return _LACKING[Scale.PERCENT]
    if result.scale in _LACKING:
        return _LACKING[result.scale]
    unit = aim.unit.removesuffix("/an")
    if result.aggregate is Aggregate.COUNT and _bare(unit) == _bare(rows[1]):
        return rows
    # The document's own word: « sourçages ».
    word, _, rest = unit.partition(" ")
    one = word.removesuffix("s") if not rest and word != "mois" else word
    return (" ".join(filter(None, (one, rest))), unit)


def told(number: Decimal, unit: tuple[str, str]) -> str:
    """A number and its unit in French, singular below two: « 12,5 points »."""
    plain = f"{number.normalize():,f}".replace(",", NARROW).replace(".", ",")
    return f"{plain}{NBSP}{unit[0] if number < 2 else unit[1]}".rstrip()
