"""« À renseigner », steps told by part: a line for each part, its answer, its day and its note."""

from collections.abc import Callable

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain
from tests.web.clause_world import World

SECTORS, DOCUMENTS = "CD62-3.1.3.B-4", "CD62-3.2.1.A-1"
FORM = "form.say-form"
ADDRESS = f"/schemas/cd62-2026-2029/campagne?annee=2026&organisation={DEMONSTRATION}"
Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def row(page: Page, code: str) -> Tag:
    found = page.soup.select(".say-row")
    return next(one for one in found if one.legend and code in one.legend.get_text(" ").split())


def key(page: Page, code: str) -> str:
    return str(row(page, code)["id"]).removeprefix("ligne-")


def shown(one: Tag) -> str:
    """What stands in a field."""
    if one.name != "select":
        return str(one.get("value") or "")
    chosen = one.select_one("option[selected]")
    return str(chosen["value"]) if chosen else ""


def lines(page: Page, code: str) -> list[tuple[str, ...]]:
    """What stands on each line of a row."""
    return [
        tuple(shown(one) for one in line.select("input, select"))
        for line in row(page, code).select(".say-lines tbody tr")
    ]


def send(page: Page, code: str, said: dict[str, str]) -> Page:
    """Save a row, as its own button does."""
    hidden = page.soup.new_tag("input", attrs={"name": "only", "value": key(page, code)})
    page.one(FORM).append(hidden)
    return fill(page, FORM, {f"{key(page, code)}-{name}": one for name, one in said.items()})


def emptied(buyer: Browser, code: str) -> Page:
    """The page once every part that was named is taken away."""
    page = buyer.open(ADDRESS)
    named = [place for place, one in enumerate(lines(page, code)) if one[0]]
    after = send(page, code, {f"part.{place}": "" for place in named})
    assert after.status == 200
    return buyer.open(ADDRESS)


def figure(buyer: Browser, page: Page, code: str) -> Page:
    """The page of the indicator of a row."""
    link = row(page, code).select_one(".say-facts a")
    assert link is not None
    return buyer.open(str(link["href"]))


def test_parts_are_named_answered_and_left_unknown(buyer: Browser) -> None:
    page = emptied(buyer, SECTORS)
    assert lines(page, SECTORS) == [("", "", "", "")] * 3
    after = send(
        page,
        SECTORS,
        {
            "part.0": "Nettoyage",
            "done.0": "true",
            "done_on.0": "04/03/2025",
            "comment.0": "Deux lots",
            "part.1": "Jardins",
            "done.1": "false",
            "part.2": "Blanchisserie",
            "due_on": "31/12/2025",
        },
    )
    assert "Vos réponses sont enregistrées." in after.words
    assert lines(after, SECTORS)[:3] == [
        ("Nettoyage", "true", "04/03/2025", "Deux lots"),
        ("Jardins", "false", "", ""),
        ("Blanchisserie", "", "", ""),
    ]
    assert "À dire" in plain(row(after, SECTORS).get_text(" "))
    told = figure(buyer, after, SECTORS)
    assert plain(told.one(".figure-huge").get_text(" ")).startswith("1 sur 3 fait")
    assert "1 pas fait, 1 sans réponse" in told.words
    cells = [plain(one.get_text(" ")) for one in told.soup.select(".breakdown tbody tr")]
    assert cells == ["Nettoyage oui, le 4 mars 2025", "Jardins non", "Blanchisserie sans réponse"]
    assert "Nettoyage : oui, le 4 mars 2025 (rôle : pilotage). Deux lots" in told.words


def test_a_part_is_renamed_another_taken_away_and_the_step_is_said(buyer: Browser) -> None:
    page = emptied(buyer, SECTORS)
    page = send(page, SECTORS, {"part.0": "Menage", "part.1": "Jardins", "done.1": "false"})
    after = send(
        page,
        SECTORS,
        {"part.0": "Ménage", "done.0": "true", "done_on.0": "5/1/2026", "part.1": ""},
    )
    assert [one for one in lines(after, SECTORS) if one[0]] == [
        ("Ménage", "true", "05/01/2026", "")
    ]
    assert "Dit " in plain(row(after, SECTORS).get_text(" "))
    assert "1 sur 1 fait" in figure(buyer, after, SECTORS).words


def test_a_wrong_line_is_told_beside_it_and_its_text_is_kept(buyer: Browser) -> None:
    page = emptied(buyer, DOCUMENTS)
    # The word of the scheme is offered, which the document names.
    assert lines(page, DOCUMENTS)[0] == ("Cahiers des charges", "", "", "")
    wrong = send(
        page, DOCUMENTS, {"done.0": "true", "part.1": "", "done.1": "false", "part.2": "Règlement"}
    )
    assert wrong.status == 422
    assert lines(wrong, DOCUMENTS)[:3] == [
        ("Cahiers des charges", "true", "", ""),
        ("", "false", "", ""),
        ("Règlement", "", "", ""),
    ]
    (marked,) = (str(one["name"]) for one in row(wrong, DOCUMENTS).select("[aria-invalid]"))
    assert marked == f"{key(wrong, DOCUMENTS)}-part.1"
    again = send(wrong, DOCUMENTS, {"done.1": ""})
    assert "obligatoire quand le jalon est fait" in plain(again.one("#erreurs").get_text(" "))
    righted = send(again, DOCUMENTS, {"done_on.0": "3/2/2026"})
    assert "Vos réponses sont enregistrées." in righted.words


def test_a_part_taken_away_or_renamed_does_not_come_back(buyer: Browser) -> None:
    page = emptied(buyer, DOCUMENTS)
    after = send(page, DOCUMENTS, {"part.0": "CCAP", "done.0": "false", "part.1": "Règlement"})
    own = [("CCAP", "false", "", ""), ("Règlement", "", "", "")]
    assert lines(after, DOCUMENTS) == [*own, *[("", "", "", "")] * 3]
    suggested = [str(one["value"]) for one in row(after, DOCUMENTS).select("datalist option")]
    assert suggested == ["Cahiers des charges"]
    later = send(after, DOCUMENTS, {"due_on": "31/12/2026"})
    assert [one for one in lines(later, DOCUMENTS) if one[0]] == own
    # A word of the list that somebody chooses is a part, even before it has its answer.
    chosen = send(later, DOCUMENTS, {"part.2": "Cahiers des charges"})
    named = [one[0] for one in lines(chosen, DOCUMENTS) if one[0]]
    assert named == ["CCAP", "Règlement", "Cahiers des charges"]


def said_at_once(world: World, page: Page, code: str, **said: object) -> None:
    """Say a step of a row at once, as before its parts were asked for."""
    (version,) = row(page, code).select(f'[name="{key(page, code)}-version"]')
    answer = world.api.client.put(
        f"/api/v1/milestones/{key(page, code)}",
        json={"organisation": DEMONSTRATION, **said},
        headers=world.api.as_("pilot") | {"If-Match": f'"{version["value"]}"'},
    )
    assert answer.status_code == 200, answer.text


def test_a_step_said_at_once_stays_so_when_only_its_due_day_is_saved(
    buyer: Browser, world: World
) -> None:
    said_at_once(world, emptied(buyer, DOCUMENTS), DOCUMENTS, done=True, done_on="2026-01-15")
    page = buyer.open(ADDRESS)
    told = "Réponse donnée pour l’ensemble : fait le 15 janvier 2026"
    assert told in plain(row(page, DOCUMENTS).get_text(" "))
    # The word of the scheme stands on a line that nobody filled in.
    assert lines(page, DOCUMENTS)[0] == ("Cahiers des charges", "", "", "")
    after = send(page, DOCUMENTS, {"due_on": "31/12/2026", "comment": "Voir la délibération"})
    assert told in plain(row(after, DOCUMENTS).get_text(" "))
    answered = send(after, DOCUMENTS, {"done.0": "false"})
    assert told not in answered.words
    assert lines(answered, DOCUMENTS)[0] == ("Cahiers des charges", "false", "", "")


def test_lines_that_nobody_touched_are_never_sent(buyer: Browser) -> None:
    page = buyer.open(ADDRESS)
    assert "Rien n’a changé" in fill(page, FORM, {}).words


def test_a_reader_reads_each_part_and_finds_no_field(connected: Connect) -> None:
    one = row(connected("reader").open(ADDRESS), SECTORS)
    told = plain(one.get_text(" "))
    assert "2 sur 7 : Collecte et tri des déchets : oui, le 23 février 2026 ; Entretien des" in told
    assert "Blanchisserie : sans réponse" in told
    assert one.select("input, select") == []
