"""Steps and answers in words: every day that is told says what it is the day of."""

from typing import Any

import pytest

from tests.web.browsing import plain
from web import glossary, parted, steps, units

LATE: dict[str, Any] = {
    "done": True,
    "done_on": "2026-01-07",
    "due_on": "2025-12-28",
    "in_time": False,
}


def test_a_step_says_when_it_was_done_and_whether_that_was_in_time() -> None:
    assert plain(steps.milestone(LATE)) == "fait le 7 janvier 2026, en retard"
    in_time = LATE | {"in_time": True, "done_on": "2025-03-01"}
    assert plain(steps.milestone(in_time)) == "fait le 1er mars 2025, dans les délais"
    told = plain(steps.milestone_days(LATE))
    assert told == "Fait le 7 janvier 2026, en retard : attendu le 28 décembre 2025."
    told = plain(steps.milestone_days(in_time))
    assert told == "Fait le 1er mars 2025, attendu le 28 décembre 2025."


def test_a_day_that_is_past_is_told_late_while_nothing_is_done() -> None:
    waited = LATE | {"done": False, "done_on": None, "in_time": None}
    assert plain(steps.milestone_days(waited)) == "En retard : attendu le 28 décembre 2025."
    assert plain(steps.milestone(waited)) == "pas fait, en retard : attendu le 28 décembre 2025"
    coming = waited | {"due_on": "2999-01-02"}
    # The same words wherever a step is told: on its page, in the campaign.
    assert [steps.answer(one) for one in (LATE | {"done_on": None}, waited, coming)] == [
        "fait",
        "pas fait",
        "pas encore fait",
    ]
    assert plain(steps.milestone(coming)) == "pas encore fait, attendu le 2 janvier 2999"
    assert plain(steps.milestone(coming | {"done": None, "due_on": None})) == "pas encore dit"
    assert steps.milestone_days(coming | {"due_on": None}) == ""


def test_what_nobody_answered_was_awaited_and_is_not_known_to_be_late() -> None:
    silent = LATE | {"done": None, "done_on": None, "in_time": None}
    assert plain(steps.milestone_days(silent)) == "C’était attendu le 28 décembre 2025."


def test_days_that_a_figure_tells_already_are_not_told_again_below_it() -> None:
    waited = LATE | {"done": False, "done_on": None, "in_time": None}
    told = ["pas fait, en retard : attendu le 28 décembre 2025"]
    assert steps.days_beside(waited, told) == ""
    assert plain(steps.days_beside(waited, ["pas fait"])).startswith("En retard")
    # When it was done stands beside when it was due.
    assert steps.days_beside(LATE, ["fait, en retard"]) != ""


@pytest.mark.parametrize(
    "said", [{"done": False}, {"due_on": "2026-01-01"}, {"value": "0"}, {"comment": "vu"}]
)
def test_an_answer_that_says_nothing_is_no_answer(said: dict[str, Any]) -> None:
    nothing: dict[str, Any] = {
        "done": None,
        "due_on": None,
        "comment": None,
        "proofs": [],
        "words": "",
    }
    assert not steps.is_said(nothing)
    assert steps.is_said(nothing | said)


@pytest.mark.parametrize(
    ("way", "counted", "after"),
    [("computed", True, False), ("captured", False, False), ("milestone", False, True)],
)
def test_a_figure_says_both_of_its_days(way: str, counted: bool, after: bool) -> None:
    told = plain(steps.known_when("2026-11-22T06:29:00Z", "2025-12-31", way))
    assert told.startswith(
        "Calculé le 22/11/2026 à 07 h 29, avec les réponses connues à ce moment."
    )
    of_the_period = "faits de la période jusqu’au 31 décembre 2025, même constatés ensuite"
    assert (f"Sont comptés les {of_the_period}" in told) is counted
    assert ("Une étape faite après le 31 décembre 2025 se lit avec sa date." in told) is after
    both = plain(steps.known_when("2026-11-22T06:29:00Z", "2025-12-31"))
    assert of_the_period in both
    assert "une étape faite après" in both


def test_nothing_is_found_out_after_the_day_of_a_figure_of_a_running_year() -> None:
    told = plain(steps.known_when("2026-11-22T06:29:00Z", "2026-11-22", "computed"))
    assert told.endswith("Sont comptés les faits de la période jusqu’au 22 novembre 2026.")


@pytest.mark.parametrize(
    ("said_at", "words"),
    [
        # The last day in Paris, then the first minute of the next one.
        (
            "2025-03-28T22:59:00Z",
            "pas encore fait, attendu le 28 mars 2025, échéance passée depuis",
        ),
        ("2025-03-28T23:00:00Z", "pas fait, en retard : attendu le 28 mars 2025"),
    ],
)
def test_who_answered_before_the_day_did_not_say_that_it_was_late(said_at: str, words: str) -> None:
    one = {"done": False, "done_on": None, "due_on": "2025-03-28", "in_time": False}
    assert plain(steps.milestone(one | {"said_at": said_at})).startswith(words)


def test_a_part_done_after_the_day_of_its_step_says_so() -> None:
    part = {"part": "Lettre", "done": True, "done_on": "2025-03-29", "said_as": None}
    step = {"due_on": "2025-03-28", "parts": [part | {"comment": None}]}
    assert plain(parted.answered(step)[0][1]) == "oui, le 29 mars 2025, en retard"
    step["due_on"] = "2025-03-29"
    assert plain(parted.answered(step)[0][1]) == "oui, le 29 mars 2025"


def test_figures_tell_how_fresh_their_contracts_are() -> None:
    told = plain(steps.register_moved("2026-11-21T23:29:00Z"))
    assert told == "Dernier changement du registre des contrats : le 22/11/2026 à 00 h 29."
    assert "rien reçu" in plain(steps.register_moved(None))


def test_a_unit_of_two_things_is_one_or_the_other_of_none() -> None:
    assert plain(units.in_unit("0", "marchés et lots")) == "0 marché ou lot"
    assert plain(units.in_unit("2", "marchés et lots")) == "2 marchés et lots"


def test_a_word_of_the_trade_is_explained_unless_the_text_spells_it_out() -> None:
    told = dict(glossary.explained(["Registre : marque « marché réservé »", None, "code CPV"]))
    assert set(told) == {"marque", "CPV"}
    spelled = "économie sociale et solidaire (ESS), puis ESS"
    assert not glossary.explained([spelled, "une entreprise de marque"])
    assert [word for word, _ in glossary.explained(["réservé à l’ESS"])] == ["ESS"]


def test_a_sum_of_marks_out_of_twenty_is_no_more_out_of_twenty() -> None:
    told = units.two_and_rate(
        "68", "17", "points sur 20 par contrat", ("points sur 20", "contrats")
    )
    assert plain(told) == "68 points sur 17 contrats, soit 4 points sur 20 par contrat"
    assert plain(units.two("17", "2", ("points de %", "contrats"))) == "17 points sur 2 contrats"


def test_a_rate_for_a_hundred_is_told_for_a_hundred() -> None:
    told = units.two_and_rate("8", "85", "litiges pour 100 contrats", ("litiges", "contrats"))
    assert plain(told) == "8 litiges sur 85 contrats, soit 9,41 litiges pour 100 contrats"
