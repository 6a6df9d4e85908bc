"""The two grids of hours: by clause and by person, typed or pasted, with nothing typed lost."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette

from tests.cases import statements as cases
from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, plain
from tests.web.clause_world import MONTH, World, figure, message
from tests.web.test_pages import check

GRID = "form#grille"
BY_CLAUSE = 'form[action^="/insertion/saisie?"]'
Connect = Callable[[str], Browser]


def open_grid(browser: Browser, world: World, month: str = MONTH) -> Page:
    """The grid of persons of the clause for a month."""
    return browser.open(world.page(f"/grille?mois={month}"))


def fill(page: Page, button: str = "", **columns: list[str]) -> Page:
    """Type these columns from the first row on, and use a button; the others stay as they are."""
    rows = page.soup.select(f"{GRID} tbody tr")
    typed: dict[str, Any] = {}
    for name, values in columns.items():
        shown = [str(one.get("value", "")) for one in page.soup.select(f'{GRID} [name="{name}"]')]
        typed[name] = (
            [*values, *shown[len(values) :]]
            if name != "modality"
            else [
                *values,
                *[""] * (len(rows) - len(values)),
            ]
        )
    return send(page, GRID, button, **typed)


def send(page: Page, form: str, button: str = "", **typed: Any) -> Page:
    """Send a form by one of its buttons: a browser sends the name of that one alone."""
    named = [str(one["name"]) for one in page.one(form).select("button[name]")]
    assert button in ("", *named)
    return page.submit(form, **typed, **({button: "1"} if button else {}))


def column(page: Page, name: str) -> list[str]:
    """What a column of the grid of persons shows."""
    if name == "modality":
        chosen = page.soup.select(f'{GRID} select[name="modality"]')
        return [str((one.select("[selected]") or [{"value": ""}])[0]["value"]) for one in chosen]
    return [str(one.get("value", "")) for one in page.soup.select(f'{GRID} [name="{name}"]')]


def row_of(page: Page, title: str = "Clause des pages") -> str:
    """The row of a clause in the grid of a month."""
    rows = [plain(one.get_text(" ")) for one in page.soup.select("tbody tr")]
    return next(one for one in rows if title in one)


def typed_for(world: World, **values: str) -> dict[str, str]:
    """What is typed in the row of the clause."""
    return {f"{name}.{world.clause}": value for name, value in values.items()}


# --- By clause ----------------------------------------------------------------------------------


def test_the_month_of_every_clause_is_typed_at_once(world: World, connected: Connect) -> None:
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    check(page)
    second = str(cases.clause_of(world.api, title="Autre clause"))
    page = page.browser.open(f"/insertion/saisie?mois={MONTH}")
    typed = typed_for(world, persons="3", hours="120,5", training="7 h 30")
    other = {f"persons.{second}": "1", f"hours.{second}": "7:15"}
    saved = send(page, BY_CLAUSE, **typed, **other)
    assert "Les heures sont enregistrées en brouillon" in saved.words
    assert "120,5 h" in row_of(saved)
    assert "7,5 h" in row_of(saved)
    assert "Brouillon" in row_of(saved)
    assert "7,25 h" in row_of(saved, "Autre clause")


def test_the_month_of_every_clause_is_submitted_at_once(world: World, connected: Connect) -> None:
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    saved = send(page, BY_CLAUSE, "soumettre", **typed_for(world, persons="2", hours="70"))
    assert "Les heures sont enregistrées et soumises" in saved.words
    assert "Soumise" in row_of(saved)


def test_one_wrong_row_saves_none_and_keeps_everything_typed(
    world: World, connected: Connect
) -> None:
    second = str(cases.clause_of(world.api, title="Autre clause"))
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    good = typed_for(world, persons="2", hours="70,25")
    wrong = {f"persons.{second}": "1", f"hours.{second}": "sept"}
    refused = send(page, BY_CLAUSE, **good, **wrong)
    assert refused.status == 422
    check(refused)
    assert refused.one("#erreurs a")["href"] == f"#hours-{second}"
    assert "Ligne" not in message(refused)
    control = refused.one(f"#hours-{second}")
    assert control["value"] == "sept"
    assert control["aria-invalid"] == "true"
    assert refused.one(f"#hours-{world.clause}")["value"] == "70,25"
    assert "à saisir" in row_of(page.browser.open(page.address))
    mended = send(refused, BY_CLAUSE, **{f"hours.{second}": "7"})
    assert "70,25 h" in row_of(mended)


def test_hours_of_nobody_are_told_on_the_number_of_persons(
    world: World, connected: Connect
) -> None:
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    refused = send(page, BY_CLAUSE, **typed_for(world, hours="70"))
    assert refused.one("#erreurs a")["href"] == f"#persons-{world.clause}"


def test_an_empty_month_is_not_saved(world: World, connected: Connect) -> None:
    del world
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    refused = send(page, BY_CLAUSE)
    assert refused.status == 422
    assert "d’une clause au moins" in message(refused)


def test_a_month_that_stands_is_shown_and_not_typed_again(world: World, connected: Connect) -> None:
    world.statement("submit")
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    assert not page.soup.select(f"#hours-{world.clause}")
    assert "70,25 h" in row_of(page)
    assert "Soumise" in row_of(page)


def test_a_rejected_month_can_be_typed_again(world: World, connected: Connect) -> None:
    world.statement("submit", "reject")
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    saved = send(page, BY_CLAUSE, **typed_for(world, persons="1", hours="35"))
    assert "35 h" in row_of(saved)


def test_a_form_of_month_sent_twice_records_once(world: World, connected: Connect) -> None:
    page = connected("facilitator").open(f"/insertion/saisie?mois={MONTH}")
    typed = typed_for(world, persons="1", hours="35")
    send(page, BY_CLAUSE, **typed)
    again = send(page, BY_CLAUSE, **typed)
    assert "35 h" in row_of(again)
    assert "70 h" not in row_of(again)


def test_a_closed_year_is_said_once_for_all_rows(world: World, connected: Connect) -> None:
    second = str(cases.clause_of(world.api, title="Autre clause"))
    page = connected("facilitator").open("/insertion/saisie?mois=2025-03")
    closing = {"organisation": DEMONSTRATION, "year": 2025}
    world.api.make("/api/v1/closings", closing, "administrator")
    typed = typed_for(world, persons="1", hours="35")
    refused = send(page, BY_CLAUSE, **typed, **{f"persons.{second}": "1", f"hours.{second}": "7"})
    assert refused.status == 422
    assert message(refused).count("L’année est close") == 1


def test_a_month_of_a_closed_year_is_not_offered_to_be_typed(
    world: World, connected: Connect
) -> None:
    closing = {"organisation": DEMONSTRATION, "year": 2025}
    world.api.make("/api/v1/closings", closing, "administrator")
    page = connected("facilitator").open("/insertion/saisie?mois=2025-03")
    assert not page.soup.select(f"#hours-{world.clause}")
    assert "année close par l’acheteur" in row_of(page)
    alone = open_grid(page.browser, world, "2025-03")
    check(alone)
    assert not alone.soup.select(GRID)
    assert "a clos l’année 2025" in alone.words
    assert open_grid(page.browser, world).soup.select(GRID)


def test_the_mistakes_of_hours_are_told_apart_and_a_name_in_the_same_pass(
    world: World, connected: Connect
) -> None:
    person = cases.person_of(world.api)
    page = open_grid(connected("facilitator"), world)
    names = [person, "Jean Dupont", person]
    refused = fill(page, beneficiary=names, hours=["12,33", "7", "abc"])
    assert refused.status == 422
    assert plain(refused.one("#erreur-ligne-1-hours").get_text()) == (
        "Les heures vont par quarts d’heure : 7,25 ou 7 h 15."
    )
    assert plain(refused.one("#erreur-ligne-3-hours").get_text()) == (
        "Écrivez un nombre d’heures : 7,5 ou 7 h 30."
    )
    assert "N’écrivez jamais un nom" in refused.one("#erreur-ligne-2-beneficiary").get_text()


def test_the_grids_load_their_script_and_say_nothing_without_it(
    world: World, connected: Connect
) -> None:
    browser = connected("facilitator")
    for page in (open_grid(browser, world), browser.open(f"/insertion/saisie?mois={MONTH}")):
        assert "grid.js" in str(page.one('main script[src*="grid"]')["src"])
        assert page.one("#aide-grille").get_text() == ""
        assert page.one("table[data-grid]")["data-grid"] == "aide-grille"


def test_the_grid_of_a_month_asks_the_api_as_often_however_many_clauses(
    world: World, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = connected("facilitator")
    asked: list[str] = []
    site = browser.client.app
    assert isinstance(site, Starlette)
    send_request = site.state.api._send

    async def counted(request: Any) -> Any:
        asked.append(request.url.path)
        return await send_request(request)

    monkeypatch.setattr(site.state.api, "_send", counted)
    browser.open(f"/insertion/saisie?mois={MONTH}")
    few = len(asked)
    for number in range(6):
        cases.clause_of(world.api, title=f"De plus {number}")
    asked.clear()
    browser.open(f"/insertion/saisie?mois={MONTH}")
    assert len(asked) == few <= 4


# --- By person ----------------------------------------------------------------------------------


def test_persons_are_typed_saved_and_changed(world: World, connected: Connect) -> None:
    one, two = cases.person_of(world.api), cases.person_of(world.api)
    page = open_grid(connected("facilitator"), world)
    check(page)
    saved = fill(
        page,
        beneficiary=[one.lower(), two],
        modality=["hire_cdd", ""],
        hours=["35,5", "7 h 30"],
        training=["", "3"],
    )
    assert "Les heures sont enregistrées en brouillon" in saved.words, saved.words
    assert column(saved, "beneficiary")[:2] == [one, two]
    assert column(saved, "hours")[:2] == ["35,5", "7,5"]
    assert column(saved, "modality")[:2] == ["hire_cdd", ""]
    changed = fill(saved, modality=["hire_cdd", ""], hours=["40", ""], training=["", ""])
    assert column(changed, "hours")[0] == "40"
    assert column(changed, "line")[1] == ""  # the second person has no hour any more


def test_what_the_grid_does_not_show_of_a_line_is_kept(world: World, connected: Connect) -> None:
    address = world.statement(sex="f", public="young", modality="hire_cdd")
    page = open_grid(connected("facilitator"), world)
    fill(page, modality=["hire_cdd"], hours=["71"])
    key = address.rpartition("/")[2]
    (line,) = world.api.get(f"{cases.PATH}/{key}", "facilitator")["lines"]
    assert (line["hours"], line["sex"], line["public"]) == ("71.00", "f", "young")


def test_persons_of_the_month_before_are_there_without_their_hours(
    world: World, connected: Connect
) -> None:
    person = cases.person_of(world.api)
    lines = [{"beneficiary": person, "hours": "35.00", "modality": "hire_cdi"}]
    body = {"clause_id": world.clause, "month": cases.month(2), "lines": lines}
    world.api.make(cases.PATH, body, "facilitator")
    page = open_grid(connected("facilitator"), world)
    assert column(page, "beneficiary")[0] == person
    assert column(page, "modality")[0] == "hire_cdi"
    assert column(page, "hours")[0] == ""
    # A name alone says no hour: it is not sent.
    saved = fill(page, beneficiary=[person, ""], persons=["", "2"], hours=["", "14"])
    assert figure(saved.browser.open(statement_of(world)), "Heures travaillées") == "14 h"


def statement_of(world: World) -> str:
    """The address of the statement of last month."""
    query = f"?clause_id={world.clause}&from={MONTH}&to={MONTH}"
    (item,) = world.api.get(cases.PATH + query, "facilitator")["items"]
    return f"/insertion/declarations/{item['id']}"


def test_a_wrong_line_is_told_by_its_row_and_nothing_typed_is_lost(
    world: World, connected: Connect
) -> None:
    person, idle = cases.person_of(world.api), cases.person_of(world.api)
    page = open_grid(connected("facilitator"), world)
    names = [idle, person, "B-INCONNU"]
    refused = fill(page, beneficiary=names, hours=["", "35", "sept"])
    assert refused.status == 422
    check(refused)
    # What is sent comes first, so that the number of a line is that of its row.
    assert column(refused, "beneficiary")[:3] == [person, "B-INCONNU", idle]
    assert column(refused, "hours")[:2] == ["35", "sept"]
    assert refused.one("#erreurs a")["href"] == "#ligne-2-hours"
    unknown = fill(refused, hours=["35", "7"])
    assert unknown.one("#erreurs a")["href"] == "#ligne-2-beneficiary"
    assert "Ligne 2" in message(unknown)
    saved = fill(unknown, beneficiary=[person, ""], hours=["35", ""])
    assert "enregistrées en brouillon" in saved.words


def test_a_month_is_saved_and_submitted_at_once(world: World, connected: Connect) -> None:
    page = open_grid(connected("facilitator"), world)
    done = fill(page, "soumettre", persons=["2"], hours=["70"])
    assert "La déclaration est soumise" in done.words
    assert figure(done, "Heures travaillées") == "70 h"
    closed = open_grid(done.browser, world)
    assert not closed.soup.select(GRID)
    assert "Ce mois est soumis" in closed.words
    check(closed)


def test_a_month_without_hours_is_said_on_purpose(world: World, connected: Connect) -> None:
    page = open_grid(connected("facilitator"), world)
    refused = fill(page)
    assert refused.status == 422
    assert "Aucune heure n’est saisie" in message(refused)
    both = fill(page, "vide", persons=["1"], hours=["7"])
    assert both.status == 422
    assert column(both, "hours")[0] == "7"
    done = fill(page, "vide")
    assert done.status == 200
    assert "Brouillon" in done.words


def test_more_rows_are_given_without_losing_any(world: World, connected: Connect) -> None:
    page = open_grid(connected("facilitator"), world)
    more = fill(page, "plus", hours=["7"])
    assert len(column(more, "hours")) > len(column(page, "hours"))
    assert column(more, "hours")[0] == "7"


def test_who_came_first_is_not_overwritten(world: World, connected: Connect) -> None:
    world.statement()
    browser = connected("facilitator")
    mine, theirs = open_grid(browser, world), open_grid(browser, world)
    fill(theirs, hours=["80"])
    refused = fill(mine, hours=["90"])
    assert refused.status == 412
    assert column(refused, "hours")[0] == "90"
    assert fill(refused, hours=["90"]).status == 412
    assert figure(browser.open(statement_of(world)), "Heures travaillées") == "80 h"


# --- Pasting ------------------------------------------------------------------------------------


def test_pasted_lines_fill_the_grid_and_write_nothing(world: World, connected: Connect) -> None:
    one, two = cases.person_of(world.api), cases.person_of(world.api)
    browser = connected("facilitator")
    page = open_grid(browser, world)
    text = (
        f"Identifiant\tHeures\tFormation\tModalité\n{one.lower()}\t35,5\t\tCDD\n{two}\t7 h 30\t3\t?"
    )
    read = fill(page, "lire", beneficiary=["", one], hours=["", "1"], collage=[text])
    assert read.status == 200
    check(read)
    assert "2 lignes lues" in read.words
    assert "la modalité « ? » n’est pas reconnue" in read.words
    assert column(read, "beneficiary")[:2] == [one, two]
    assert column(read, "hours")[:2] == ["35,5", "7 h 30"]
    assert column(read, "modality")[0] == "hire_cdd"
    assert column(open_grid(browser, world), "hours")[0] == ""
    saved = fill(read, modality=["hire_cdd"])
    assert column(saved, "hours")[:2] == ["35,5", "7,5"]


def test_a_paste_that_holds_nothing_is_kept_and_explained(world: World, connected: Connect) -> None:
    page = open_grid(connected("facilitator"), world)
    read = fill(page, "lire", hours=["7"], collage=["   "])
    assert "Rien n’a été lu" in read.words
    assert column(read, "hours")[0] == "7"
