"""A question is asked while the answer to the one before is read, and never two at once."""

from contextlib import closing
from threading import Event, Lock

import pytest

from api.indicators.ahead import one_ahead


def test_the_next_question_is_asked_while_an_answer_is_read_and_answers_keep_their_order() -> None:
    asked = [Event() for _ in range(4)]
    alone = Lock()

    def ask(number: int) -> int:
        assert alone.acquire(blocking=False), "two questions at once"
        asked[number].set()
        alone.release()
        return number * number

    told = []
    for place, answer in enumerate(one_ahead(ask, range(4))):
        # The following one is asked, though nobody has come for its answer.
        assert place == 3 or asked[place + 1].wait(5)
        assert place > 1 or not asked[place + 2].is_set()
        told.append(answer)
    assert told == [0, 1, 4, 9]
    assert list(one_ahead(ask, ())) == []


def test_an_error_comes_in_its_place_and_what_follows_is_not_asked() -> None:
    seen = []

    def ask(number: int) -> int:
        seen.append(number)
        return 1 // (1 - number)

    answers = one_ahead(ask, range(9))
    assert next(answers) == 1
    with pytest.raises(ZeroDivisionError):
        next(answers)
    assert max(seen) <= 2


def test_closing_waits_for_what_is_being_asked() -> None:
    started, ended = Event(), Event()

    def ask(number: int) -> None:
        if number:
            started.set()
            Event().wait(0.2)
            ended.set()

    with closing(one_ahead(ask, range(5))) as answers:
        next(answers)
        assert started.wait(5)
    assert ended.is_set()
