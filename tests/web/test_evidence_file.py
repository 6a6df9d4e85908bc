"""The file of the rows behind a figure: asked for once, whole or cut in sight, named safely."""

import asyncio
import csv
from typing import Any

import pytest

from web.pages import evidence_file
from web.pages.evidence_file import CutShortError, disposition, lines

AMOUNT = {"label": "Montant", "unit": "€ HT", "scale": "euros"}
ROW: dict[str, Any] = {
    "day": "2026-03-01", "title": "Une", "reference": None, "amount": "5.00", "weight": "5.00",
    "base": None, "maybe_outside": False, "reasons": [], "to_fill": [],
}  # fmt: skip


def page(following: str | None = None, **said: Any) -> dict[str, Any]:
    """A page of rows, as the API answers."""
    kept = {"day_label": "Mois", "quantity": AMOUNT, "base_quantity": AMOUNT}
    return {"items": [ROW], "next": following, "counts": None, **kept, **said}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the file asked of the API, which refuses the page after « gone »."""
    told: list[dict[str, Any]] = []

    async def read(_visit: Any, _subject: Any, state: str, cursor: str | None, *_: Any,
                   counts: bool = True) -> Any:  # fmt: skip
        told.append({"state": state, "cursor": cursor, "counts": counts})
        return None if cursor == "gone" else page()

    monkeypatch.setattr(evidence_file, "read_evidence", read)
    return told


def written(first: dict[str, Any]) -> list[dict[str, str]]:
    """The rows of the file that opens with a page."""

    async def whole() -> str:
        nobody: Any = None
        return "".join([piece async for piece in lines(nobody, nobody, first)])

    return list(csv.DictReader(asyncio.run(whole()).splitlines()))


def test_no_page_of_the_file_counts_the_lists(asked: list[dict[str, Any]]) -> None:
    assert len(written(page("second"))) == 5
    assert [one["cursor"] for one in asked] == ["second", None, None, None]
    assert {one["counts"] for one in asked} == {False}


def test_a_page_refused_midway_cuts_the_file_in_sight(asked: list[dict[str, Any]]) -> None:
    with pytest.raises(CutShortError):
        written(page("gone"))
    assert asked


def test_no_two_titles_say_the_same_number(asked: list[dict[str, Any]]) -> None:
    titles = list(written(page())[0])
    assert asked
    told = [one for one in titles if "ontant" in one]
    assert told == ["Montant (€ HT)", "Montant (€ HT), pour la base"]
    hours = {"label": "Heures", "unit": "heures", "scale": "hours"}
    other = list(written(page(quantity=hours, base_quantity=None))[0])
    assert [one for one in other if "ontant" in one] == ["Montant HT (€)"]
    assert "Heures" in other


def test_under_months_a_cell_is_a_month_and_elsewhere_a_day(asked: list[dict[str, Any]]) -> None:
    assert {one["Mois"] for one in written(page())} == {"2026-03"}
    days = written(page(day_label="Notifié le"))
    assert asked
    assert {one["Notifié le"] for one in days} == {"2026-03-01"}


@pytest.mark.parametrize("code", ['É"1', "A;b=c", "a\r\nb", "œuvre 1"])
def test_a_code_of_any_letters_names_the_file_safely(code: str) -> None:
    told = disposition(code, 2026)
    assert told.isascii()
    assert told.startswith("attachment; filename=\"lignes-2026.csv\"; filename*=UTF-8''lignes-")
    assert not set(told.rpartition("''")[2]) & set('";\r\n= ')
