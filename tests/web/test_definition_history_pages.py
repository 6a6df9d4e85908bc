"""The page of an indicator tells the definitions it had, and only them."""

import pytest

from tests.web.browsing import Browser, plain
from tests.web.scheme_desk import CODE, DRAFT, NEW, TARGETED, begun, indicator, publish, tried

BASE, REPEATED = "CAM-1-4", "CAM-2-2"
LABEL = {"label": "Autre libellé"}


@pytest.fixture
def three_versions(pilot: Browser) -> Browser:
    """A scheme whose base and a label change in version 2, with one more indicator in version 3."""
    begun(pilot)
    publish(pilot, "Adopté")
    page = tried(indicator(pilot, BASE), "lists", **{"def-where-all-0-subject": "mark:waste"})
    assert page.submit(".long-form").status == 200
    assert indicator(pilot, TARGETED).submit(".long-form", **LABEL).status == 200
    publish(pilot, "Mi-parcours")
    chosen = {"def-where-all-0-subject": "mark:reserved"}
    page = tried(pilot.open(DRAFT).follow("Ajouter un indicateur"), "lists", **NEW, **chosen)
    assert page.submit(".long-form").status == 200
    publish(pilot, "Complété")
    return pilot


def test_the_history_of_a_definition_tells_its_own_changes_alone(three_versions: Browser) -> None:
    board = three_versions.open(f"/schemas/{CODE}?year=2025")
    rows = {
        one.select(".code")[0].get_text(): str(one.select("a[href^='/indicateurs/']")[0]["href"])
        for one in board.soup.select(".indicator, .silent-list li")
    }
    told = {}
    for code in (BASE, REPEATED, TARGETED, "N1"):
        page = three_versions.open(rows[code])
        lines = page.soup.select('section[aria-labelledby="definitions"] li')
        told[code] = [plain(one.get_text(" ")) for one in lines]
    assert {code: len(lines) for code, lines in told.items()} == {
        BASE: 2, REPEATED: 2, TARGETED: 1, "N1": 1,
    }  # fmt: skip
    for code, more in ((BASE, ""), (REPEATED, f", reprise de {BASE}")):
        last, first = told[code]
        assert "version 2 du schéma : Mi-parcours" in last
        assert f"Définition nº 2{more}." in last
        assert "version 1 du schéma : Adopté" in first
        assert f"Première définition{more}." in first
        assert ("déchets" in last, "déchets" in first) == (True, False)
    assert "version 1 du schéma : Adopté Première définition." in told[TARGETED][0]
    assert "version 3 du schéma : Complété Première définition." in told["N1"][0]
