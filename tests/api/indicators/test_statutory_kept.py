"""The legal rates of a closed year are those of its closing, alone or beside an open year."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from tests.api.indicators.keeping import YEAR, close, mark, reopen
from tests.api.reserved.asking import ask, contract
from tests.conftest import DEMONSTRATION
from tests.operations import Service


@pytest.fixture(autouse=True)
def nothing_closed(service: Service) -> None:
    """No year is closed when a test begins."""
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in (FrozenStatutory, FrozenFigures, PublishedInsertion, Closing):
            session.execute(sa.delete(table))


def figures(service: Service, year: int, more: str = "") -> Any:
    told = f"organisation={DEMONSTRATION}&year={year}{more}"
    return service.get(f"/api/v1/statutory?{told}", "reader")


def social(told: Any) -> list[Any]:
    """How many contracts of each group of years count: of the first, the second, of both."""
    one = next(one for one in told["categories"] if one["code"] == "social_clause")
    return [rates["number"]["numerator"] for rates in one["rates"]]


def one_more(service: Service) -> None:
    mark(service, contract(service, notified_on=f"{YEAR}-06-01", amount="1000.00")["id"], "yes")


def test_a_closed_year_counts_as_its_closing_kept_it(service: Service) -> None:
    open_yet = figures(service, YEAR)
    assert (open_yet["kept"], open_yet["shown"], open_yet["changed"]) == ([], False, 0)
    close(service)
    one_more(service)
    told = figures(service, YEAR)
    assert told["categories"] == open_yet["categories"]
    assert [(one["year"], one["number"]) for one in told["kept"]] == [(YEAR, 1)]
    assert told["shown"]
    assert told["changed"] > 0
    today = figures(service, YEAR, "&recalculated=true")
    assert not today["shown"]
    before, second, both = (int(one) for one in social(told))
    assert [int(one) for one in social(today)] == [before, second + 1, both + 1]


def test_a_closed_year_stands_beside_one_that_is_open(service: Service) -> None:
    close(service)
    before = social(figures(service, YEAR + 1))
    one_more(service)
    late = contract(service, notified_on=f"{YEAR + 1}-06-01", amount="1000.00")["id"]
    mark(service, late, "yes")
    first, second, both = (int(one) for one in before)
    told = figures(service, YEAR + 1)
    assert [int(one) for one in social(told)] == [first, second + 1, both + 1]
    assert [one["year"] for one in told["kept"]] == [YEAR]


def test_a_rectified_year_has_another_version(service: Service) -> None:
    closing = close(service)
    first = social(figures(service, YEAR))
    one_more(service)
    reopen(service, closing, "Clause oubliée")
    assert figures(service, YEAR)["kept"] == []
    close(service)
    told = figures(service, YEAR)
    assert [one["number"] for one in told["kept"]] == [2]
    assert int(social(told)[1]) == int(first[1]) + 1
    assert told["changed"] == 0


def test_the_file_to_publish_says_which_years_were_kept(service: Service) -> None:
    close(service)
    path = f"/statutory.csv?organisation={DEMONSTRATION}&year={YEAR}"
    lines = ask(service, "GET", path).text.splitlines()
    assert lines[0].endswith(",chiffres_arretes")
    assert f"{YEAR} tel que calculé le" in lines[1]
