"""Milestones told by part: how many are done, of how many nobody spoke, and the whole they make."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from api.rules.indicators.explain import explain
from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import DefinitionError, read_definition, write_definition
from api.rules.indicators.results import Part, Result
from api.rules.indicators.scales import Scale
from api.rules.indicators.sums import Step, StepPart, Steps, step_of

TODAY = date(2026, 11, 21)
PAST, AHEAD = date(2026, 6, 30), date(2026, 12, 31)
FORM: dict[str, Any] = {
    "version": 2,
    "fact": "milestone",
    "aggregate": "done",
    "period": "once",
    "parts": {"by": "secteur d’achat"},
}
DEFINITION = read_definition(FORM, ())


def parted(*answers: bool | None, due_on: date | None = None) -> Step:
    """A step with a part for each answer, done one day after the other from the first of June."""
    days = (date(2026, 6, place) for place in range(1, 30))
    return step_of(
        (
            StepPart(f"Secteur {place}", one, next(days) if one else None)
            for place, one in enumerate(answers)
        ),
        due_on,
    )


def figure(*steps: Step) -> Result:
    return figure_of(DEFINITION, Steps(TODAY, steps))


@pytest.mark.parametrize(
    ("answers", "value", "words", "bounds"),
    [
        ((True, True), 1, ("2 sur 2 faits",), (1, 1)),
        ((True, None), None, ("1 sur 2 fait", "1 sans réponse"), (0, 1)),
        ((None, None), None, ("0 sur 2 fait", "2 sans réponse"), (0, 1)),
        ((False, None), 0, ("0 sur 2 fait", "1 pas fait", "1 sans réponse"), (0, 0)),
        ((False, False), 0, ("0 sur 2 fait", "2 pas faits"), (0, 0)),
        (
            (True, True, False, None, None, None, None),
            0,
            ("2 sur 7 faits", "1 pas fait", "4 sans réponse"),
            (0, 0),
        ),
    ],
)
def test_a_part_without_an_answer_is_unknown_and_never_a_no(
    answers: tuple[bool | None, ...],
    value: int | None,
    words: tuple[str, ...],
    bounds: tuple[int, int],
) -> None:
    result = figure(parted(*answers))
    known = [one for one in answers if one is not None]
    assert (result.value, result.words) == (None if value is None else Fraction(value), words)
    assert [result.low, result.high] == [Fraction(one) for one in bounds]
    assert (result.known, result.unknown) == (len(known), len(answers) - len(known))
    assert (result.numerator, result.denominator) == (sum(known), len(known))
    assert (result.reason is None) is (value is not None)


def test_the_share_of_the_parts_that_are_done_lies_between_what_the_others_may_be() -> None:
    result = figure(parted(True, False, False, None))
    assert result.share == Fraction(100, 3)
    assert (result.share_low, result.share_high) == (25, 50)


def test_each_part_keeps_its_own_answer_in_its_order() -> None:
    result = figure(parted(True, None, False))
    assert result.parts == (
        Part("secteur 0", "Secteur 0", Fraction(1), scale=Scale.WHOLE),
        Part("secteur 1", "Secteur 1", None, scale=Scale.WHOLE),
        Part("secteur 2", "Secteur 2", Fraction(0), scale=Scale.WHOLE),
    )


@pytest.mark.parametrize(
    ("answers", "due_on", "delay"),
    [
        ((True, True), PAST, "dans les délais"),
        ((True, True), date(2026, 6, 1), "en retard"),
        ((True, False), AHEAD, "attendu le 31 décembre 2026"),
        ((True, False), PAST, "en retard : attendu le 30 juin 2026"),
        ((True, None), PAST, None),
        ((True, True), None, None),
    ],
)
def test_all_parts_are_in_time_when_the_last_one_is(
    answers: tuple[bool | None, ...], due_on: date | None, delay: str | None
) -> None:
    words = figure(parted(*answers, due_on=due_on)).words
    delays = [one for one in words if one.startswith(("dans les", "en retard", "attendu"))]
    assert delays == ([delay] if delay else [])


@pytest.mark.parametrize(
    ("parts", "due_on", "words"),
    [
        (
            ((True, 2026), (True, 2026), (False, None)),
            None,
            ("2 sur 3 faits (en 2026)", "1 pas fait"),
        ),
        (
            ((True, 2025), (True, 2026), (True, 2027)),
            None,
            ("3 sur 3 faits (dont 2 en 2026 et 2027)",),
        ),
        (
            ((True, 2026), (False, None), (None, None)),
            date(2026, 11, 20),
            (
                "1 sur 3 fait (en 2026)",
                "1 pas fait",
                "1 sans réponse",
                "en retard : attendu le 20 novembre 2026",
            ),
        ),
        (((False, None),), AHEAD, ("0 sur 1 fait", "1 pas fait", "attendu le 31 décembre 2026")),
    ],
)
def test_parts_done_after_the_year_are_told_with_theirs_and_a_day_that_is_past_as_late(
    parts: tuple[tuple[bool | None, int | None], ...], due_on: date | None, words: tuple[str, ...]
) -> None:
    told = [
        StepPart(f"part {place}", done, date(year, 5, 15) if year else None)
        for place, (done, year) in enumerate(parts)
    ]
    steps = Steps(TODAY, (step_of(told, due_on),), date(2025, 12, 31))
    assert figure_of(DEFINITION, steps).words == words


def test_a_step_is_done_on_the_day_of_its_last_part_if_every_day_is_known() -> None:
    assert parted(True, True).done_on == date(2026, 6, 2)
    assert parted(True, False).done_on is None
    # One that nobody spoke of leaves the whole unknown.
    assert (parted(True, None).done, parted(True, None).done_on) == (None, None)
    assert parted(False, None).done is False
    assert step_of([StepPart("a", True, PAST), StepPart("b", True)]).done_on is None
    assert step_of([], PAST) == Step(None, PAST)


def test_a_step_without_parts_is_said_at_once_as_before() -> None:
    result = figure(Step(True, PAST, PAST))
    assert (result.words, result.parts) == (("fait, dans les délais",), ())


def test_the_same_part_of_several_organisations_stands_once_with_how_many_did_it() -> None:
    first = step_of([StepPart("Nettoyage", True, PAST), StepPart("Traiteur", True, PAST)])
    second = step_of([StepPart("NETTOYAGE", None), StepPart("Jardins", False)])
    result = figure(first, second)
    assert result.words == ("2 sur 4 faits", "1 pas fait", "1 sans réponse")
    told = {one.key: (one.value, one.numerator, one.base) for one in result.parts}
    assert told == {
        "nettoyage": (None, 1, 2),
        "traiteur": (1, 1, 1),
        "jardins": (0, 0, 1),
    }


def test_the_definition_is_said_in_french_and_written_as_it_is_read() -> None:
    assert "On répond pour chaque secteur d’achat" in explain(DEFINITION, {}).formula
    assert read_definition(write_definition(DEFINITION), ()) == DEFINITION


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"parts": {"by": "secteur", "added": False}}, "« added » ne va qu’avec"),
        ({"fact": "contract", "aggregate": "count", "period": "civil_year"}, "« parts » ne va"),
        ({"parts": {"by": "secteur", "closed": True}}, "une liste fermée demande"),
    ],
)
def test_parts_that_make_no_sense_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        read_definition(FORM | change, ())
    assert words in str(refused.value)


def test_a_word_of_a_closed_list_that_nobody_spoke_of_is_unknown() -> None:
    asked = {"by": "type", "among": ["Règlement", "Charte"], "closed": True}
    closed = read_definition(FORM | {"parts": asked}, ())
    said = [StepPart("REGLEMENT", True, PAST)]
    step = step_of(said, asked=closed.parts)
    assert (step.done, step.parts[1]) == (None, StepPart("Charte"))
    assert figure_of(closed, Steps(TODAY, (step,))).words == ("1 sur 2 fait", "1 sans réponse")
    # What was said at once stays so, and the words of an open list are only offered.
    assert step_of([], asked=closed.parts) == Step()
    opened = read_definition(FORM | {"parts": asked | {"closed": False}}, ())
    assert step_of(said, asked=opened.parts).done is True
