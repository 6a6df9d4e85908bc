"""A quotient that can't be worked out says which of its two numbers is missing, and why."""

from typing import Any

import pytest

from api.rules.indicators.figures import figure_of
from api.rules.indicators.reading import read_definition
from api.rules.indicators.sums import ClassSum, ClassSums, Declared, KeyedSums, Source

EVENTS = {"fact": "event", "aggregate": "ratio", "of": "participants"}
EXPECTED = {"fact": "event", "aggregate": "sum", "of": "expected", "perimeter": "all"}
SOME = ClassSums(tt=ClassSum(2, 10))


def _reason(form: dict[str, Any], over: dict[str, Any], part: Source, base: Source) -> str | None:
    return figure_of(read_definition({**form, "over": over}, set()), part, base).reason


@pytest.mark.parametrize(
    ("base", "reason"),
    [
        (ClassSums(), "aucun événement dans le périmètre"),
        (ClassSums(tf=ClassSum(3)), "aucun événement compté dans la base"),
        (ClassSums(tt=ClassSum(2, 0)), "le total auquel le chiffre se rapporte est nul"),
        (
            ClassSums(tt=ClassSum(2, 0, 2)),
            "aucun nombre connu parmi les événements à additionner",
        ),
        (ClassSums(tu=ClassSum(1)), "aucun événement dont la réponse est connue"),
        (
            ClassSums(tf=ClassSum(1), tu=ClassSum(1)),
            "aucun événement compté dans la base",
        ),
    ],
)
def test_a_base_that_is_nothing_says_what_it_has_none_of(base: ClassSums, reason: str) -> None:
    assert _reason(EVENTS, EXPECTED, SOME, base) == f"non calculable : {reason}"


def test_a_base_of_different_values_says_so_too() -> None:
    form = {"fact": "spending", "aggregate": "ratio", "of": "amount"}
    over = {"fact": "spending", "aggregate": "distinct", "of": "payee", "perimeter": "all"}
    for base, reason in (
        (KeyedSums(), "aucune dépense dans le périmètre"),
        (KeyedSums({"a": ClassSums(tf=ClassSum(1))}), "aucune dépense comptée dans la base"),
    ):
        assert _reason(form, over, SOME, base) == f"non calculable : {reason}"


def test_a_base_that_nobody_declared_is_told_as_the_base() -> None:
    form = {"fact": "project", "aggregate": "ratio"}
    over = {"fact": "measure", "aggregate": "declared"}
    reasons = [
        _reason(form, over, part, base)
        for part, base in (
            (SOME, Declared(missing=1)),
            (ClassSums(tu=ClassSum(1)), Declared(10**6, given=1)),
            (SOME, Declared(0, given=1)),
        )
    ]
    assert reasons == [
        "non calculable : la base n’a pas encore été déclarée",
        "non calculable : aucun projet d’achat dont la réponse est connue",
        "non calculable : la base déclarée est nulle",
    ]


def test_a_number_that_nobody_declared_is_told_as_the_number() -> None:
    definition = read_definition({"fact": "measure", "aggregate": "declared"}, set())
    found = figure_of(definition, Declared(missing=1))
    assert found.reason == "pas encore déclaré"
