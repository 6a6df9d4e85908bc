"""No line goes through an interval: a projection rests on figures that may be told alone."""

from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

from api.indicators import answering
from api.indicators.figures import Asked
from api.indicators.kept_schemas import PointRead
from api.indicators.schemas import ResultRead
from api.rules.indicators.gaps import Aim
from api.rules.indicators.reading import read_definition
from api.rules.indicators.results import Result, compute
from api.rules.indicators.sums import ClassSum, ClassSums
from api.rules.indicators.words import Aggregate

AIM = Aim(2027, Decimal(80), "%")
FORM = {"aggregate": "share", "perimeter": "all", "where": {"mark": "a"}}
ASKED = Asked(uuid4(), read_definition(FORM, {"a"}), percent=True, aims=(AIM,))


def _share(yes: int, no: int, unknown: int = 0) -> Result:
    sums = ClassSums(tt=ClassSum(yes), tf=ClassSum(no), tu=ClassSum(unknown))
    return compute(Aggregate.SHARE, sums)


def test_a_year_of_few_answers_is_no_point_of_the_line() -> None:
    years = {2023: _share(10, 90), 2024: _share(1, 0, 50), 2025: _share(30, 70)}
    found = answering.projection(years, AIM, ASKED)
    assert found is not None
    assert (found.years, found.value) == ([2023, 2025], "50.00")
    assert found.sentence is not None
    assert "réponses" not in found.sentence
    assert answering.projection({2024: _share(1, 0, 50), 2025: _share(30, 70)}, AIM, ASKED) is None


def test_a_line_through_years_of_missing_answers_says_so() -> None:
    years = {2024: _share(10, 90), 2025: _share(30, 60, 10)}
    found = answering.projection(years, AIM, ASKED)
    assert found is not None
    assert found.sentence is not None
    assert found.sentence.endswith("2024 à 2025, selon les réponses qui y sont connues).")


def _point(year: int, value: str, *, firm: bool) -> PointRead:
    return PointRead(
        year=year, value=value, share=value, unknown=0 if firm else 9, firm=firm, reason=None
    )


def test_the_same_holds_of_years_that_were_kept() -> None:
    told = ResultRead.model_construct(scale="percent", value="30", share="30", unknown=0, firm=True)
    some = [_point(2023, "10", firm=True), _point(2024, "99", firm=False)]
    found = answering.projected_again(told, ASKED, some, 2025)
    assert found is not None
    assert (found.years, found.value) == ([2023, 2025], "50.00")
    assert answering.projected_again(told, ASKED, some[1:], 2025) is None


def test_no_line_leads_to_a_target_from_years_that_it_does_not_speak_of() -> None:
    years = {2024: _share(10, 90), 2025: _share(20, 80), 2026: _share(50, 50)}
    first = replace(AIM, since=2025)
    found = answering.projection(years, first, ASKED)
    assert found is not None
    assert (found.years, found.value) == ([2025, 2026], "80.00")
    assert answering.projection(years, replace(AIM, since=2026), ASKED) is None
