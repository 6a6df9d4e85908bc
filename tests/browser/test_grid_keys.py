"""The grid of hours as a spreadsheet: keys go from cell to cell, cells are pasted where one is."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_facilitator_month import Followed, _sign_in, followed

__all__ = ["followed"]


def _cell(name: str, row: int) -> str:
    return f"#ligne-{row}-{name}"


def _paste(page: Page, cell: str, text: str) -> None:
    """Paste as from a spreadsheet, without the clipboard of the machine."""
    page.locator(cell).evaluate(
        """(cell, text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const options = { clipboardData: data, bubbles: true, cancelable: true };
            cell.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )


@pytest.mark.browser
def test_the_grid_is_typed_and_pasted_with_the_keyboard_alone(
    page: Page, scripted: bool, address: str, followed: Followed
) -> None:
    first, second, third = followed.people
    _sign_in(page, address, "facilitator")
    page.goto(f"{address}/insertion/clauses/{followed.id}/grille?mois=2026-07")
    if not scripted:
        # The same page, plain: nothing is promised that it does not do.
        expect(page.locator("#aide-grille")).to_have_text("")
        for row, person in enumerate(followed.people, 1):
            page.locator(_cell("beneficiary", row)).fill(person)
            page.locator(_cell("hours", row)).fill("10")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator(_cell("hours", 3))).to_have_value("10")
        return
    expect(page.locator("#aide-grille")).to_contain_text("Entrée et les flèches")
    hours = page.locator(_cell("hours", 1))
    hours.fill("7,5")
    for key, expected in (
        ("Enter", _cell("hours", 2)),
        ("ArrowDown", _cell("hours", 3)),
        ("ArrowUp", _cell("hours", 2)),
        ("ArrowRight", _cell("training", 2)),
        ("Shift+Enter", _cell("training", 1)),
        ("ArrowLeft", _cell("hours", 1)),
    ):
        page.keyboard.press(key)
        expect(page.locator(expected)).to_be_focused()
    expect(hours).to_have_value("7,5")

    lines = f"{first}\t\tEmbauche en CDD\t35,5\t7\n{second}\t\t\t7 h 30\n{third}\t\t\t20,25\n"
    _paste(page, _cell("beneficiary", 1), lines)
    expect(page.locator("#aide-grille")).to_contain_text("Rien n’est encore enregistré")
    expect(page.locator(_cell("beneficiary", 3))).to_have_value(third)
    expect(page.locator(_cell("modality", 1))).to_have_value("hire_cdd")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    saved = {
        page.locator(_cell("beneficiary", row)).input_value(): page.locator(
            _cell("hours", row)
        ).input_value()
        for row in (1, 2, 3)
    }
    assert saved == {first: "35,5", second: "7,5", third: "20,25"}
