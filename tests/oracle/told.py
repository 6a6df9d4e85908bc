"""A figure of the oracle in the words of the API: decimal texts, target of the year, gap."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from tests.oracle.oracle import Figure

Target = Mapping[str, Any]
# Now, at least, at most.
Lacking = tuple[Decimal, Decimal | None, Decimal | None]

# scale -> how many units of the tables make one that is shown, decimals
SHOWN = {"whole": (1, 0), "euros": (100, 2), "hours": (4, 2), "score": (100, 2), "percent": (1, 2)}
NBSP = "\N{NO-BREAK SPACE}"
# What the words of a reason must say.
REASONS = {
    "nothing_known": (
        r"aucune? .* dont la réponse est connue|"
        r"aucun (contrat|marché) dont on sache s’il est réservé|"
        r"aucune concession dont on sache si elle est réservée"
    ),
    "none_said": r"«\u00a0.*\u00a0» n’est dit d’aucune? .* comptée?",
    "nothing_looked_at": r"aucune? .* dans le périmètre",
    "no_weight_known": r"aucune? .* parmi les .* à additionner",
    "no_weight": r"le .*total.* du périmètre est nul",
    "none_counted": r"aucune? .* comptée?",
    "nothing_kept": r"aucune? .* saisie? en \d{4}",
    "no_total": "le total auquel le chiffre se rapporte est nul",
    "none_in_base": r"aucune? .* comptée? dans la base",
    "base_not_declared": "la base n’a pas encore été déclarée",
    "no_base": "la base déclarée est nulle",
    "no_target_due": "aucun indicateur du schéma n’a de cible échue",
    "no_target_known": "aucun indicateur à cible échue n’a assez de réponses pour en juger",
    "no_contract": r"aucun contrat enregistré en \d{4}",
    "no_former": r"pas de valeur en \d{4}",
    "former_null": r"la valeur de \d{4} est nulle ou négative",
}
ABOUT_ROWS = ("nothing_looked_at", "nothing_kept", "none_counted", "none_in_base")
PLAIN_REASONS = {
    "not_said": "personne n’a encore dit si c’est fait",
    "not_declared": "pas encore déclaré",
    "parts_not_said": "des parts n’ont pas encore de réponse",
    "not_by_directorate": "non calculable : ce chiffre n’est pas suivi par direction",
    "not_by_family": "non calculable : ce chiffre n’est pas suivi par famille d’achats",
    "not_closed": r"donné une fois l’année close.*",
    "not_all_declared": r"évolution inconnue : une organisation n’a rien déclaré pour \d{4}",
}
NOT_DECLARED_BEFORE = r"évolution inconnue : rien de déclaré pour \d{4}"
NOUNS = {
    "lot": "aucun lot", "consultation": "aucune consultation",
    "project": "aucun projet d’achat", "targeted_action": "aucune action ciblée",
    "spending": "aucune dépense", "hours_line": "aucune ligne d’heures", "clause": "aucune clause",
    "reservation": "aucun contrat réservé", "supplier": "aucune entreprise",
    "event": "aucun événement", "evaluation": "aucune évaluation", "action": "aucune action",
    "sourcing": "aucune recherche de fournisseurs", "beneficiary": "aucun bénéficiaire",
}  # fmt: skip


def told(figure: Figure) -> dict[str, Any]:
    """The numbers that the API answers for a figure."""
    return {
        "aggregate": figure.aggregate,
        "scale": figure.scale,
        "value": shown(figure.scale, figure.value),
        "numerator": shown(figure.part_scale, figure.numerator),
        "denominator": shown(figure.base_scale, figure.denominator),
        "unknown": figure.unknown,
        "low": shown(figure.scale, figure.low),
        "high": shown(figure.scale, figure.high),
        "share": hundredths(figure.share),
        "share_low": hundredths(figure.share_low),
        "share_high": hundredths(figure.share_high),
        "previous": shown(figure.part_scale, figure.previous),
        "compared": figure.compared,
        "to_complete": to_complete(figure),
        "firm": is_firm(figure),
        "previous_unknown": figure.years[1].unknown if figure.years else None,
    } | rests_on(figure)


def rests_on(figure: Figure) -> dict[str, int]:
    """How many rows a rate or an average is made of, each year its own: nothing of a figure that
    is none, or has no value."""
    names = ("rests_on", "previous_rests_on")
    found = dict(zip(names, figure.years or (figure,), strict=False))
    rates = {"share": "denominator", "average": "denominator", "reached": "denominator",
             "sum_share": "known"}  # fmt: skip
    if figure.value is None or figure.aggregate not in rates:
        return {}
    return {name: int(getattr(one, rates[figure.aggregate])) for name, one in found.items()}


def aimed(figure: Figure, indicator: Mapping[str, Any], year: int) -> dict[str, Any]:
    """The target that the API answers for a figure, and the gap in words."""
    target = target_of(indicator["targets"], year)
    names = ("year", "value", "unit", "note", "fte", "since")
    # Of hours only is there anything to warn about: these are targets of contracts.
    beside = bool(target and is_beside(indicator, target))
    whose = {
        "siren": target and target.get("organisation"),
        "fte_warning": None,
        "beside": beside,
    }
    row = counted(indicator["definition"])
    told_gap = None
    if target and not beside:
        told_gap = gap(figure, target, indicator["direction"], row, year)
    return {
        "target": target and {name: target.get(name) for name in names} | whose,
        "gap": told_gap,
    }


def is_beside(indicator: Mapping[str, Any], target: Target) -> bool:
    """Whether a target is in another unit than what its indicator counts."""
    if "%" in target["unit"]:
        if indicator["kind"] != "count":
            return False
        of_all = target["unit"] in ("%", f"% des {indicator['unit']}")
        return not of_all or indicator["definition"]["aggregate"] == "declared"
    own = indicator["unit"]
    unit: str = target["unit"]
    return own is not None and unit.removesuffix("/an") != str(own)


def completeness(figure: Figure) -> Fraction | None:
    """The part of the answers that is there."""
    total = figure.known + figure.unknown
    return Fraction(figure.known, total) if total else None


def to_complete(figure: Figure) -> int | None:
    """The least number of answers that make 95 % of them known, None when they are."""
    total = figure.known + figure.unknown
    more = next(n for n in range(figure.unknown + 1) if 100 * (figure.known + n) >= 95 * total)
    return more or None


def same_reason(figure: Figure, answer: str | None, quantity: Mapping[str, Any]) -> bool:
    """Whether the words of the API give the reason of the oracle, of the rows of ``quantity``."""
    if figure.reason is None or answer is None:
        return figure.reason is answer
    if figure.reason in PLAIN_REASONS:
        return re.fullmatch(PLAIN_REASONS[figure.reason], answer) is not None
    if (figure.aggregate, figure.reason) == ("declared", "no_former"):
        return re.fullmatch(NOT_DECLARED_BEFORE, answer) is not None
    words = answer.removeprefix("non calculable : ")
    about_rows = figure.reason in (
        "nothing_looked_at",
        "nothing_kept",
        "none_counted",
        "none_in_base",
    )
    noun = not about_rows or no_row(quantity) in words
    return words != answer and noun and re.fullmatch(REASONS[figure.reason], words) is not None


def no_row(quantity: Mapping[str, Any]) -> str:
    """« aucune consultation »: that there is no row of a quantity."""
    fact = quantity["fact"]
    return f"aucun {counted(quantity)}" if fact == "contract" else NOUNS[fact]


def parts(figure: Figure) -> set[tuple[Any, ...]]:
    """The values told apart, as ``told_parts`` reads them of an answer."""
    return {
        (None if key is None else plain(key), *map(number, (rows, share, before, change)))
        for key, rows, share, before, change in figure.parts
    }


def told_parts(answer: Mapping[str, Any]) -> set[tuple[Any, ...]]:
    """The values told apart that the API answers."""
    names = ("value", "share", "previous", "change")
    return {
        (one["key"] and plain(one["key"]), *(None if one[n] is None else hundredths(
            Fraction(one[n])) for n in names))
        for one in answer["parts"]
    }  # fmt: skip


def plain(key: object) -> str:
    """A key, whatever the spelling of ids."""
    return str(key).replace("-", "")


def number(value: Fraction | None) -> str | None:
    """A number with two decimals."""
    return hundredths(value)


def shown(scale: str, number: Fraction | None) -> str | None:
    """A number as it is shown; one of the indicator's own unit is kept to the millionth."""
    if number is None:
        return None
    if scale == "number":
        exact = number * 10**6
        if exact.denominator != 1:
            return rounded(number, 2)
        text = rounded(number, 6)
        return text.rstrip("0").rstrip(".")
    unit, places = SHOWN[scale]
    return rounded(number / unit, places)


def hundredths(number: Fraction | None) -> str | None:
    """A percentage with two decimals."""
    return None if number is None else rounded(number, 2)


def rounded(number: Fraction, places: int) -> str:
    """A number with so many decimals, the half away from zero."""
    scaled = floor(abs(number) * 10**places + Fraction(1, 2))
    sign = "-" if number < 0 and scaled else ""
    whole, rest = divmod(scaled, 10**places)
    return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"


def target_of(targets: Sequence[Target], year: int) -> Target | None:
    """The target of the year or of every year, else the next one to come."""
    for wanted in (year, None):
        for one in targets:
            if one["year"] == wanted:
                return one
    coming = [one for one in targets if one["year"] is not None and one["year"] > year]
    return min(coming, key=lambda one: one["year"], default=None)


def lacking(figure: Figure, target: Target, direction: str) -> Lacking | None:
    """What a figure, as it is shown, lacks to its target: now, at least and at most once all is
    known; None when both can't be compared."""
    if figure.value is None:
        return None
    bounds: tuple[Fraction | None, ...] = (figure.value, figure.low, figure.high)
    if in_percents(target):
        if figure.scale != "percent":
            bounds = (figure.share, figure.share_low, figure.share_high)
        reached = [hundredths(one) for one in bounds]
    else:
        reached = [shown(figure.scale, one) for one in bounds]
        reached = [None] if figure.scale == "percent" else reached
    if reached[0] is None:
        return None
    sign = -1 if direction == "down" else 1
    now, low, high = (
        None if one is None else sign * (Decimal(target["value"]) - Decimal(one)) for one in reached
    )
    assert now is not None
    return (now, low, high) if direction == "down" else (now, high, low)


def is_firm(figure: Figure) -> bool:
    """Whether more than half of the answers are known, or the others change nothing."""
    told = figure.low is not None or figure.compared is None
    certain = told and figure.low == figure.high
    if figure.value is None or certain:
        return True
    # Each year for itself: a well known one says nothing of the other.
    return (
        all(map(is_firm, figure.years))
        if figure.years
        else not figure.unknown or figure.known > figure.unknown
    )


def in_percents(target: Target) -> bool:
    """Whether a target is told in percents, or in points of them."""
    unit: str = target["unit"]
    return "%" in unit or unit in ("point", "points")


def met(figure: Figure, target: Target | None, direction: str) -> bool | None:
    """Whether a target is met; of few answers, only what no other answer would change."""
    missing = None if target is None else lacking(figure, target, direction)
    if missing is None:
        return None
    now, least, most = missing
    if is_firm(figure):
        return now <= 0
    if most is not None and most <= 0:
        return True
    return False if least is not None and least > 0 else None


def surely_met(figure: Figure, target: Target | None, direction: str) -> bool | None:
    """Whether a target is met, whatever is answered to what is not known."""
    missing = None if target is None else lacking(figure, target, direction)
    if missing is None:
        return None
    now, least, most = missing
    if not figure.unknown:
        return now <= 0
    if most is not None and most <= 0:
        return True
    return False if least is not None and least > 0 else None


def between(least: Decimal | None, most: Decimal | None, unit: str) -> str:
    """Where a gap lies that no answer would close; nothing where nothing bounds it."""
    if least is None or most is None:
        return ""
    low, high = (f"{one.normalize():f}".replace(".", ",") for one in (least, most))
    several = "s" if most >= 2 else ""
    return f", entre {low} et {high}{NBSP}{unit}{several} selon les réponses manquantes"


def ahead(figure: Figure, missing: Lacking, target: Target, direction: str, row: str) -> str:
    """By how much a figure is past a target of a later year."""
    now, _, most = missing
    margin = abs(now if is_firm(figure) or most is None else most)
    if margin == 0:
        return "au niveau de la cible"
    number = f"{margin.normalize():f}".replace(".", ",")
    word = ("point" if in_percents(target) else row) + "s" * (margin >= 2)
    where = "sous" if direction == "down" else "au-dessus de"
    return f"{'' if is_firm(figure) else 'au moins '}{number}{NBSP}{word} {where} la cible"


def counted(definition: Mapping[str, Any]) -> str:
    """What a definition counts, in one word: markets alone, or any contracts."""
    perimeter = definition.get("perimeter")
    parts = perimeter.get("all", [perimeter]) if isinstance(perimeter, Mapping) else []
    return "marché" if {"field": "kind", "equals": "marche"} in parts else "contrat"


def gap(figure: Figure, target: Target, direction: str, row: str, year: int = 2100) -> str | None:
    """How far a count of contracts (``row``: their name) or a share is from its target."""
    missing = lacking(figure, target, direction)
    if missing is None:
        return None
    now, least, most = missing
    when, reached = f" {target['year']}" if target["year"] else "", met(figure, target, direction)
    if reached is None:
        return f"trop peu de réponses pour dire si la cible{when} est atteinte"
    decided = surely_met(figure, target, direction) is not None
    so_far = "" if decided else ", selon les réponses connues"
    if reached:
        if target["year"] and target["year"] > year:
            return f"{ahead(figure, missing, target, direction, row)}{when}{so_far}"
        return f"cible{when} atteinte{so_far}"
    lacks = now if is_firm(figure) else least
    assert lacks is not None
    amount = f"{lacks.normalize():f}".replace(".", ",")
    unit = "point" if in_percents(target) else row
    side = "au-dessus de" if direction == "down" else "sous"
    least_told = "" if is_firm(figure) else "au moins "
    so_far = so_far if is_firm(figure) else ""
    if decided and is_firm(figure) and figure.unknown and least != most:
        so_far = between(least, most, unit)
    several = "s" if lacks >= 2 else ""
    return f"{least_told}{amount}{NBSP}{unit}{several} {side} la cible{when}{so_far}"
