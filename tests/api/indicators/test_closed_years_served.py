"""A closed year answers what its closing kept, wherever figures are read, until it is opened."""

from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.closings.models import Closing
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.models import PublishedInsertion
from api.kit.columns import now
from api.kit.days import today
from api.schemes.models import Indicator, Scheme, SchemeAdoption
from tests.api.indicators.keeping import (
    YEAR,
    buyer_full_of_holes,
    close,
    kept,
    live,
    mark,
    reopen,
    scheme,
    served,
    timeless,
)
from tests.api.reserved.asking import contract
from tests.conftest import DEMONSTRATION
from tests.operations import Service


@pytest.fixture(autouse=True)
def nothing_closed(service: Service) -> None:
    """No year is closed when a test begins; its buyers only have the schemes of the test."""
    with Session(service.app.state.engines.write) as session, session.begin():
        for table in (FrozenStatutory, FrozenFigures, PublishedInsertion, Closing, SchemeAdoption):
            session.execute(sa.delete(table))


@pytest.fixture(scope="module")
def neighbour(service: Service) -> str:
    """Another buyer of the pilot."""
    return buyer_full_of_holes(service)


def by_code(told: Any) -> dict[str, Any]:
    return {one["code"]: one for one in told["results"]}


def one_more(service: Service) -> None:
    """A contract of the year that bears a social clause."""
    mark(service, contract(service, notified_on=f"{YEAR}-06-01", amount="1000.00")["id"], "yes")


def without_note(results: Any) -> Any:
    return [one | {"kept": None} for one in timeless(results)]


def test_a_closed_year_answers_its_kept_figures_and_says_what_today_would_tell(
    service: Service,
) -> None:
    code, _ = scheme(service)
    close(service)
    before = served(service, code)
    assert (before["frozen"]["shown"], before["frozen"]["changed"]) == (True, 0)
    assert before["frozen"]["sentence"].startswith("tel que calculé le ")
    one_more(service)
    after, now = served(service, code), live(service, code)
    assert without_note(after["results"]) == without_note(before["results"])
    count, moved = by_code(after)["COUNT"], by_code(now)["COUNT"]
    assert int(moved["value"]) == int(count["value"]) + 1
    assert (count["kept"]["same"], count["kept"]["today"]) == (False, moved["value"])
    told = (
        "value",
        "low",
        "high",
        "unknown",
        "firm",
        "reason",
        "unit",
        "scale",
        "kind",
        "aggregate",
    )
    recalculated = count["kept"]["recalculated"]
    assert [recalculated[one] for one in told] == [moved[one] for one in told]
    assert count["kept"]["id"] == after["frozen"]["id"]
    assert count["kept"]["compared"]
    assert count["kept"]["value_changed"]
    assert by_code(after)["STEP"]["kept"]["same"]
    assert not by_code(after)["STEP"]["kept"]["value_changed"]
    changed = [one["code"] for one in after["results"] if not one["kept"]["same"]]
    assert after["frozen"]["changed"] == len(changed) > 1
    assert (now["frozen"]["shown"], now["frozen"]["changed"]) == (False, len(changed))
    assert {one["kept"] for one in now["results"]} == {None}


def test_one_figure_answers_as_the_whole_scheme_does(service: Service) -> None:
    code, indicators = scheme(service)
    close(service)
    one_more(service)
    whole = by_code(served(service, code))
    for name in ("COUNT", "SHARE", "REACHED"):
        path = f"/api/v1/indicators/{indicators[name]}/results"
        told = f"organisation={DEMONSTRATION}&year={YEAR}"
        found = service.get(f"{path}?{told}")
        assert timeless([found]) == timeless([whole[name]])
        assert service.get(f"{path}?{told}&recalculated=true")["kept"] is None


def test_the_years_before_are_those_that_were_kept(service: Service) -> None:
    code, _ = scheme(service)
    close(service)
    before = by_code(served(service, code))["COUNT"]["value"]
    one_more(service)
    asked = f"organisation={DEMONSTRATION}&year={YEAR + 1}&since={YEAR - 1}"
    path = f"/api/v1/schemes/{code}/results?{asked}"
    points = {one["year"]: one for one in by_code(service.get(path))["COUNT"]["series"]}
    assert (points[YEAR]["value"], points[YEAR]["kept"]) == (before, True)
    assert not points[YEAR - 1]["kept"]
    now = by_code(service.get(f"{path}&recalculated=true"))["COUNT"]["series"]
    assert next(one["value"] for one in now if one["year"] == YEAR) == str(int(before) + 1)


def test_an_opened_year_is_computed_again_and_its_rectification_served(service: Service) -> None:
    code, _ = scheme(service)
    closing = close(service)
    first = by_code(served(service, code))["COUNT"]
    one_more(service)
    reopen(service, closing, "Clause oubliée")
    opened = served(service, code)
    assert opened["frozen"] is None
    assert by_code(opened)["COUNT"]["kept"] is None
    close(service)
    again = served(service, code)
    assert again["frozen"]["id"] == kept(service, code)[0]["id"]
    assert (again["frozen"]["number"], again["frozen"]["changed"]) == (2, 0)
    assert int(by_code(again)["COUNT"]["value"]) == int(first["value"]) + 1


def test_what_a_closing_did_not_keep_is_computed_today(service: Service) -> None:
    code, indicators = scheme(service)
    late = UUID(indicators["SUM"])
    with Session(service.app.state.engines.write) as session, session.begin():
        session.get_one(Indicator, late).retired = True
        buyer = session.scalars(
            sa.select(col(Organisation.id)).where(col(Organisation.siret) == DEMONSTRATION)
        ).one()
        directorate = session.scalars(
            sa.select(col(Directorate.id)).where(col(Directorate.organisation_id) == buyer)
        ).first()
    close(service)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.get_one(Indicator, late).retired = False
    told = by_code(served(service, code))
    assert told["SUM"]["kept"] is None
    assert told["COUNT"]["kept"] is not None
    family = service.get(f"/api/v1/organisations/{DEMONSTRATION}/purchase-families")[0]
    for part in (f"&directorate={directorate}", f"&family={family}"):
        narrow = served(service, code, more=part)
        assert (narrow["frozen"]["shown"], narrow["frozen"]["changed"]) == (False, None)
        assert {one["kept"] for one in narrow["results"]} == {None}


def test_several_answer_together_what_each_kept_once_all_have_closed(
    service: Service, neighbour: str
) -> None:
    code, _ = scheme(service, DEMONSTRATION, neighbour)
    close(service)
    open_yet = served(service, code, neighbour, "&together=true")
    assert open_yet["frozen"] is None
    close(service, neighbour)
    before = served(service, code, neighbour, "&together=true")
    assert (before["frozen"]["id"], before["frozen"]["shown"]) == (None, True)
    one_more(service)
    after = served(service, code, neighbour, "&together=true")
    assert without_note(after["results"]) == without_note(before["results"])
    assert not by_code(after)["COUNT"]["kept"]["same"]
    path = f"/api/v1/frozen-figures/together?scheme={code}&organisation={neighbour}&year={YEAR}"
    whole = [one for one in service.get(path)["results"] if one["code"] != "HOLDERS"]
    told = [one for one in after["results"] if one["code"] != "HOLDERS"]
    assert without_note(told) == without_note(whole)
    # Companies that several buy from are not told apart in what each kept.
    assert by_code(after)["HOLDERS"]["kept"] is None


def test_open_data_of_a_closed_year_are_its_kept_figures(service: Service) -> None:
    code, _ = scheme(service)
    close(service)
    one_more(service)
    expected = by_code(served(service, code))["COUNT"]
    told = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.json").json()["indicators"]
    found = next(
        one
        for one in told
        if (one["scheme"], one["indicator"], one["year"]) == (code, "COUNT", YEAR)
    )
    assert found["value"] == expected["value"]
    assert (found["frozen_version"], found["frozen_on"]) == (1, today().isoformat())
    lines = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.csv").text
    assert "frozen_version" in lines.splitlines()[0]


def published(service: Service, code: str) -> dict[int, dict[str, Any]]:
    """The first indicator of a scheme in the open data, by year."""
    found = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.json").json()["indicators"]
    mine = [one for one in found if (one["scheme"], one["indicator"]) == (code, "COUNT")]
    return {one["year"]: one for one in mine}


def test_open_data_tell_the_definition_under_which_a_figure_was_kept(service: Service) -> None:
    code, indicators = scheme(service)
    close(service)
    before = published(service, code)
    with Session(service.app.state.engines.write) as session, session.begin():
        count = session.get_one(Indicator, UUID(indicators["COUNT"]))
        count.definition = {key: told for key, told in count.definition.items() if key != "where"}
        count.definition_number += 1
        session.get_one(Scheme, count.scheme_id).updated_at = now()
    after = published(service, code)
    moved = ("definition", "structure", "definition_number")
    assert {name: after[YEAR][name] for name in moved} == {
        name: before[YEAR][name] for name in moved
    }
    other = next(year for year in after if year != YEAR)
    assert [name for name in moved if after[other][name] == before[other][name]] == []


def test_open_data_of_a_closed_year_keep_an_indicator_that_the_scheme_has_no_more(
    service: Service,
) -> None:
    code, indicators = scheme(service)
    close(service)
    before = published(service, code)
    with Session(service.app.state.engines.write) as session, session.begin():
        count = session.get_one(Indicator, UUID(indicators["COUNT"]))
        count.retired = True
        session.get_one(Scheme, count.scheme_id).updated_at = now()
    after = published(service, code)
    assert set(after) == {YEAR}
    assert after[YEAR] == before[YEAR]
    assert (after[YEAR]["frozen_version"], after[YEAR]["status"]) == (1, "publie")
    lines = service.client.get(f"/opendata/{DEMONSTRATION}/indicateurs.csv").text.splitlines()
    assert [one for one in lines if one.startswith(f"{code},COUNT,")]
