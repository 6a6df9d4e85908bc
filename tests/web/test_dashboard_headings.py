"""A dashboard tells the whole of its document: axes, objectives, actions and who pilots them."""

import itertools
from collections.abc import Iterator

import pytest

from api.schemes.document import ActionModel, AxisModel, ObjectiveModel, SchemeModel
from api.schemes.loading import models
from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from web.formats import french

MODELS = {one.code: one for one in models()}


def board(browser: Browser, scheme: SchemeModel, layout: str) -> Page:
    """Its dashboard, for the first of its years that the demonstration speaks of."""
    year = max(scheme.period.start or 0, 2025)
    asked = f"year={year}&organisation={DEMONSTRATION}&layout={layout}"
    return browser.open(f"/schemas/{scheme.code}?{asked}")


def parts_of(scheme: SchemeModel) -> Iterator[AxisModel | ObjectiveModel | ActionModel]:
    """Its axes, their objectives and the actions of these, in the order of the document."""
    for axis in scheme.axes:
        yield axis
        for objective in axis.objectives:
            yield objective
            yield from objective.actions


def told_of(one: AxisModel | ObjectiveModel | ActionModel) -> Iterator[str]:
    """What a person must read of it: its code and title, what it aims at, who pilots it."""
    yield f"{one.code} {plain(french(one.title))}"
    if isinstance(one, ActionModel):
        yield from (plain(french(name)) for name in one.pilot)
    else:
        yield from (plain(french(words)) for words in one.strategic_objectives)


@pytest.mark.parametrize("layout", ["table", "graph"])
@pytest.mark.parametrize("code", MODELS)
def test_every_axis_objective_and_action_is_on_the_dashboard(
    pilot: Browser, code: str, layout: str
) -> None:
    scheme = MODELS[code]
    said = board(pilot, scheme, layout).words
    missing = [
        words
        for words in itertools.chain.from_iterable(map(told_of, parts_of(scheme)))
        if words not in said
    ]
    assert missing == []


@pytest.mark.parametrize("code", MODELS)
def test_an_action_stands_under_the_heading_of_its_objective(pilot: Browser, code: str) -> None:
    page = board(pilot, MODELS[code], "table")
    # The headings of both the rows and the actions that have none, as one list of codes by axis.
    for axis in MODELS[code].axes:
        (section,) = (
            one
            for one in page.soup.select("details.axis")
            if plain(one.select("summary h2")[0].get_text(" "))
            == f"{axis.code} {plain(french(axis.title))}"
        )
        under: dict[str, str] = {}
        current = ""
        marks = ".board-objective .group-code, .silent-heading .group-code"
        for mark in section.select(f"{marks}, .board-action .group-code, .silent li > .code"):
            parent = mark.parent
            assert parent is not None
            heading = "silent-heading" in (parent.get("class") or []) or bool(
                mark.find_parent(class_="board-objective")
            )
            if heading:
                current = mark.get_text()
            else:
                under[mark.get_text()] = current
        assert under == {
            action.code: objective.code
            for objective in axis.objectives
            for action in objective.actions
        }
