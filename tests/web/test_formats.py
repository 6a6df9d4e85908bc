"""Values read as French people write them, and what is unknown says so."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from web import figures, formats, targets

N, F = formats.NARROW, formats.FIXED


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("12345.6", f"12{N}345,60{N}€"),
        ("0.00", f"0,00{N}€"),
        ("-1200.05", f"-1{N}200,05{N}€"),
        ("99999999999999.99", f"99{N}999{N}999{N}999{N}999,99{N}€"),
        (None, "non renseigné"),
    ],
)
def test_an_amount_keeps_its_cents(value: str | None, shown: str) -> None:
    assert formats.euros(value) == shown


def test_a_short_amount_drops_only_cents_that_are_not_there() -> None:
    assert formats.euros_short("12000.00") == f"12{N}000{N}€"
    assert formats.euros_short("12000.50") == f"12{N}000,50{N}€"


def test_nothing_is_unknown_but_nothing() -> None:
    assert formats.euros_short("0") == f"0{N}€"
    assert formats.number(0) == "0"
    assert formats.percent("0") == f"0{N}%"
    assert formats.yes_no(False) == "non"
    assert formats.known(0) == "0"
    for show in (formats.number, formats.percent, formats.rate, formats.day, formats.instant):
        assert show(None) == formats.UNKNOWN
    assert formats.yes_no(None) == formats.UNKNOWN
    assert formats.known([]) == formats.UNKNOWN


def test_days_are_written_in_full_and_in_figures() -> None:
    assert formats.day("2026-11-20") == f"20{F}novembre{F}2026"
    assert formats.day("2026-01-01") == f"1er{F}janvier{F}2026"
    assert formats.short_day("2026-01-01") == "01/01/2026"


def test_the_day_of_an_instant_is_that_of_paris() -> None:
    assert formats.short_day("2026-12-31T23:30:00Z") == "01/01/2027"
    assert formats.short_day("2026-12-31T22:59:59+00:00") == "31/12/2026"
    assert formats.day("2026-06-30T22:00:00Z").replace("\u00a0", " ") == "1er juillet 2026"


def test_instants_are_told_at_the_time_of_paris() -> None:
    assert formats.instant("2026-07-14T22:05:00Z") == f"15/07/2026 à 00{F}h{F}05"
    assert formats.instant("2026-12-14T22:05:00") == f"14/12/2026 à 23{F}h{F}05"


def test_rates_become_percents_without_floating_errors() -> None:
    assert formats.rate("0.07") == f"7{N}%"
    assert formats.rate("0.125") == f"12,5{N}%"
    assert formats.percent("33.33") == f"33,33{N}%"


def test_a_short_rate_never_says_all_nor_nothing_too_soon() -> None:
    assert formats.rate_short("1") == f"100{N}%"
    assert formats.rate_short("0.999") == f"plus de 99{N}%"
    assert formats.rate_short("0.001") == f"moins de 1{N}%"
    assert formats.rate_short("0") == f"0{N}%"


def test_large_amounts_are_told_in_millions_where_place_is_scarce() -> None:
    assert formats.measured_short("22479592.91", "amount") == f"22,48{F}M€"
    assert formats.measured_short("999999.40", "amount") == f"999{N}999{N}€"
    assert formats.measured_short("12", "count") == "12"


def test_a_count_agrees_with_its_noun() -> None:
    assert formats.plural(0, "marché") == f"0{F}marché"
    assert formats.plural(1, "marché") == f"1{F}marché"
    assert formats.plural(1204, "marché") == f"1{N}204{F}marchés"
    assert formats.plural(2, "mois", "mois") == f"2{F}mois"


def test_a_figure_is_told_in_its_unit() -> None:
    assert formats.measured("12.5", "share") == f"12,5{N}%"
    assert formats.measured("1200", "amount") == f"1{N}200{N}€"
    assert formats.measured("12", None, "heures") == f"12{F}heures"
    assert formats.measured(Decimal(3), "count") == "3"


def test_typography_gives_its_spaces_and_leaves_the_rest() -> None:
    assert formats.french_spaces("Que faire ? « Rien » : 5 %") == (
        f"Que faire{N}? «{F}Rien{F}»{F}: 5{N}%"
    )
    assert formats.french_spaces("à 10:42, /a?b=c;d") == "à 10:42, /a?b=c;d"
    assert formats.french("l'axe d'été : 'a'") == "l’axe d’été\N{NO-BREAK SPACE}: 'a'"
    text = formats.french_spaces("Deux fois ; pas plus !")
    assert formats.french_spaces(text) == text


def test_a_number_that_is_none_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="douze"):
        formats.number("douze")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("4.875", "4,88"),
        ("-4.875", "-4,88"),
        ("3.0", "3"),
        ("0", "0"),
        ("0.0042", "0,0042"),
        ("12345.6", f"12{N}345,6"),
        (None, "non renseigné"),
    ],
)
def test_a_number_has_two_decimals_unless_nothing_would_be_left(
    value: str | None, shown: str
) -> None:
    assert formats.rounded(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("432476.00", "€", f"432{N}476{N}€"),
        ("7322505.1", "€", f"7{N}322{N}505,10{N}€"),
        ("539", "heures", f"539{F}h"),
        ("65.48", "%", f"65,48{N}%"),
        ("0", "entreprises contactées", f"0{F}entreprise contactée"),
        ("14", "marchés", f"14{F}marchés"),
        ("68", None, "68"),
        (None, "€", "non renseigné"),
    ],
)
def test_a_number_behind_a_figure_has_its_unit(
    value: str | None, unit: str | None, shown: str
) -> None:
    assert figures.behind(value, unit) == shown


@pytest.mark.parametrize(
    ("words", "feminine", "count", "shown"),
    [
        ("comptés", False, 28, "comptés"),
        ("comptés", False, "1", "compté"),
        ("comptés", True, 6, "comptées"),
        ("Non comptés", True, 0, "Non comptée"),
        ("À compléter", True, 6, "À compléter"),
    ],
)
def test_what_is_counted_agrees_with_its_noun(
    words: str, feminine: bool, count: object, shown: str
) -> None:
    assert figures.agreed(words, {"feminine": feminine}, count) == shown


COUNT: dict[str, Any] = {
    "aggregate": "count",
    "kind": "count",
    "scale": "whole",
    "unit": "marchés",
    "value": "28",
    "share": "40.00",
    "denominator": "70",
    "share_low": None,
    "share_high": None,
    "low": "28",
    "high": "34",
    "unknown": 6,
    "words": [],
    "parts": [],
    "target": {"value": "50", "unit": "% des marchés", "year": 2025},
}


def test_a_count_held_to_a_percentage_tells_its_share() -> None:
    assert figures.two_sizes(COUNT) == (
        "au moins 28",
        f"marchés, soit 40{N}% des 70 dont la réponse est connue",
    )
    certain = COUNT | {"unknown": 0, "high": "28"}
    assert figures.two_sizes(certain) == ("28", f"marchés, soit 40{N}%")
    # A target that is only shown beside the figure asks for no share.
    beside = COUNT | {"target": {"value": "50", "unit": "% des marchés réservés", "year": 2025}}
    beside["target"]["beside"] = True
    assert figures.two_sizes(beside) == ("au moins 28", "marchés")
    assert figures.shares_beside(beside | {"share_low": "30", "share_high": "50"}) is None
    assert figures.two_sizes(certain) == ("28", f"marchés, soit 40{N}%")
    aimed = COUNT | {"target": {"value": "30", "unit": "marchés", "year": 2025}}
    assert figures.two_sizes(aimed) == ("au moins 28", "marchés")
    assert figures.two_sizes(COUNT | {"share": None}) == ("au moins 28", "marchés")
    assert figures.two_sizes(COUNT | {"target": None}) == ("au moins 28", "marchés")
    share = COUNT | {"kind": "percentage", "scale": "percent", "unit": "%", "value": "40"}
    assert figures.two_sizes(share) == (f"40{N}%", "")


def test_a_lower_bound_of_zero_alone_is_not_told() -> None:
    assert figures.interval(COUNT | {"low": "0", "high": None}) is None
    assert figures.interval(COUNT | {"low": "3", "high": None}) == f"au moins 3{F}marchés"
    change = COUNT | {"kind": "delta", "low": "0", "high": None}
    assert figures.interval(change) == f"au moins 0{F}marché"


def test_a_yearly_unit_is_not_told_yearly_twice() -> None:
    target = {"value": "5", "unit": "marchés/an", "year": None}
    assert targets.target_words(target) == f"5{F}marchés/an"
    assert targets.target_words(target | {"unit": "marchés"}) == (
        f"5{F}marchés, sans année dans le document"
    )


def test_what_is_reached_or_not_is_told_in_words() -> None:
    label = {"value": "1", "unit": "oui/non", "year": 2026}
    assert targets.target_value(label) == "oui"
    assert targets.target_value(label | {"value": "0"}) == "non"
    assert targets.target_words(label) == f"oui en{F}2026"


def test_a_line_of_a_target_says_its_year_or_that_none_is_printed() -> None:
    target = {"value": "30", "unit": "%", "year": 2026}
    assert targets.target_when(target) == "2026"
    assert targets.target_when(target | {"year": None}) == "Sans année dans le document"
    assert targets.target_when(target | {"year": None, "unit": "marchés par an"}) == "Chaque année"


def test_what_a_document_adds_to_a_yearly_target_is_told_once() -> None:
    noted = {"value": "30", "unit": "%", "year": None, "note": "Lu ainsi.", "fte": None}
    rows: list[dict[str, Any]] = [{"target": one} for one in (noted, None, noted)]
    assert targets.noted_targets(rows) == [("Sans année dans le document", noted)]
    assert targets.noted_targets([{"target": noted | {"note": None}}]) == []


def test_what_is_added_to_several_targets_is_told_once_with_their_years() -> None:
    first, *others = (
        {"value": "30", "unit": "%", "year": year, "note": "Lu ainsi.", "fte": None}
        for year in (2023, 2024, 2027)
    )
    rows: list[dict[str, Any]] = [{"target": one} for one in (first, *others)]
    assert targets.noted_targets(rows) == [("2023, 2024 et 2027", first)]
    # One that is told beside the gap already is not told again; full-time equivalents are.
    assert targets.noted_targets(rows, "Lu ainsi.") == []
    rows[1]["target"] = hours = others[0] | {"fte": "9,5"}
    assert targets.noted_targets(rows, "Lu ainsi.") == [("2024", hours)]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (9, "dans 9\u00a0jours"),
        (1, "demain"),
        (0, "aujourd’hui"),
        (-1, "en retard d’un jour"),
        (-4, "en retard de 4\u00a0jours"),
    ],
)
def test_a_last_day_is_told_from_today_in_paris(days: int, words: str) -> None:
    today = datetime.now(formats.PARIS).date()
    assert formats.countdown((today + timedelta(days=days)).isoformat()) == words
