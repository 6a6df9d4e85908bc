"""« À renseigner »: figures and milestones said row by row, and the campaign that asks for them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import Tag

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser, Page, fill, plain

LANDES = "cd40-2023-2029"  # asks seven figures
CLERMONT = "clermont"  # asks milestones and lists too
YEAR = 2026
FORM = "form.say-form"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

Connect = Callable[[str], Browser]


@pytest.fixture
def buyer(pilot: Browser) -> Browser:
    """The pilot, who looks for the fictitious buyer."""
    pilot.open("/").submit("form.account-switch", siret=DEMONSTRATION)
    return pilot


def address(code: str = LANDES, page: str = "campagne", **params: Any) -> str:
    """A page of a scheme for the demonstration year."""
    asked = {"annee": YEAR, "organisation": DEMONSTRATION, **params}
    return f"/schemas/{code}/{page}?" + "&".join(f"{name}={one}" for name, one in asked.items())


def row(page: Page, code: str) -> Tag:
    """The row of an indicator."""
    return next(
        one
        for one in page.soup.select(".say-row")
        if one.legend and plain(one.legend.get_text(" ")).startswith(f"{code} ")
    )


def key(page: Page, code: str) -> str:
    """The identifier of the indicator of a row."""
    return str(row(page, code)["id"]).removeprefix("ligne-")


def words(page: Page, code: str) -> str:
    """What a row says."""
    return plain(row(page, code).get_text(" "))


def field(page: Page, code: str, name: str) -> Tag:
    """The field of a row."""
    found = page.soup.select(f'[name="{key(page, code)}-{name}"]')
    assert len(found) == 1
    return found[0]


def typed(page: Page, **said: str) -> dict[str, str]:
    """What is typed, from « CODE__name » to the name of its field."""
    found = {}
    for name, value in said.items():
        code, _, one = name.partition("__")
        found[f"{key(page, code)}-{one}"] = value
    return found


def send(page: Page, only: str = "", **said: str) -> Page:
    """Save everything, or the row ``only``, as the buttons of the page do."""
    values = typed(page, **said)
    form = page.one(FORM)
    button = form.select_one(
        f'button[name="only"][value="{key(page, only)}"]' if only else "button"
    )
    assert button is not None
    if only:
        hidden = page.soup.new_tag("input", attrs={"name": "only", "value": str(button["value"])})
        form.append(hidden)
    return fill(page, FORM, values)


def test_everything_to_say_stands_on_one_page_under_its_action(buyer: Browser) -> None:
    page = buyer.open(address())
    assert page.status == 200
    assert len(page.soup.select(".say-row")) == 7
    assert "Chiffre de 2026, en tonnes" in words(page, "K3a")
    assert "En 2025 :" in words(page, "K3a")
    assert "Bâtiments et voirie, pour le 29 janvier 2027" in words(page, "K3a")
    heading = row(page, "K3a").find_previous("h3")
    assert heading is not None
    assert plain(heading.get_text(" ")).startswith("2.2.3 ")
    assert "Numérateur" in words(page, "G1a")
    assert "Dénominateur" in words(page, "G1a")


def test_a_row_is_saved_alone_with_a_decimal_comma(buyer: Browser) -> None:
    page = send(buyer.open(address()), only="D1", D1__value="12,5", D1__source="Dossiers reçus")
    # Half a document is none: the API says why, beside the field, and the text stays.
    assert page.status == 422
    assert field(page, "D1", "value")["value"] == "12,5"
    assert field(page, "D1", "value")["aria-invalid"] == "true"
    after = send(page, only="D1", D1__value="12")
    assert "Vos réponses sont enregistrées." in after.words
    assert "Dit " in words(after, "D1")
    assert field(after, "D1", "value")["value"] == "12"
    assert field(after, "D1", "source")["value"] == "Dossiers reçus"
    decimal = send(after, only="K3b", K3b__value="1 234,75")
    assert field(decimal, "K3b", "value")["value"] == "1234,75"


def test_all_rows_are_saved_but_the_wrong_one_which_keeps_its_text(buyer: Browser) -> None:
    before = field(buyer.open(address()), "K3b", "value")["value"]
    page = send(
        buyer.open(address()), D1__value="7", K3b__value="beaucoup", G1a__base="0", I1__value="15"
    )
    assert page.status == 422
    summary = plain(page.one("#erreurs").get_text(" "))
    assert "2 lignes à corriger" in summary
    assert "2 autres lignes sont enregistrées" in summary
    assert field(page, "K3b", "value")["value"] == "beaucoup"
    assert "Enregistré à l’instant" in words(page, "D1")
    assert "Non enregistré" in words(page, "K3b")
    again = buyer.open(address())
    assert field(again, "D1", "value")["value"] == "7"
    assert field(again, "K3b", "value")["value"] == before
    mended = send(page, K3b__value="31", G1a__value="20", G1a__base="26")
    assert "Vos réponses sont enregistrées." in mended.words


def test_what_was_not_touched_is_never_sent(buyer: Browser) -> None:
    before = buyer.open(address())
    assert "Rien n’a changé" in send(before).words
    send(buyer.open(address()), only="D1", D1__value="7")
    # The page opened before doesn't know of it: it changes another row, and only that one.
    after = send(before, I1__value="21")
    assert "Vos réponses sont enregistrées." in after.words
    assert field(after, "D1", "value")["value"] == "7"
    assert field(after, "I1", "value")["value"] == "21"


def test_an_answer_given_meanwhile_is_told_and_the_text_is_kept(buyer: Browser) -> None:
    first, second = buyer.open(address()), buyer.open(address())
    send(first, only="I1", I1__value="30")
    send(first, only="D1", D1__value="3")
    page = send(second, I1__value="40", D1__value="4")
    assert page.status == 422
    assert "Une autre personne a répondu pendant votre saisie" in words(page, "I1")
    assert "« 30 véhicules »" in words(page, "I1")
    assert "« 3 documents »" in words(page, "D1")
    assert field(page, "I1", "value")["value"] == "40"
    after = send(page)
    assert field(after, "I1", "value")["value"] == "40"
    assert field(after, "D1", "value")["value"] == "4"


def test_a_row_saved_alone_keeps_what_is_typed_elsewhere(buyer: Browser) -> None:
    before = field(buyer.open(address()), "K3b", "value")["value"]
    page = send(buyer.open(address()), only="D1", D1__value="5", K3b__value="77")
    assert page.status == 200
    assert "gardé à l’écran, pas encore enregistré" in page.words
    assert field(page, "K3b", "value")["value"] == "77"
    assert field(buyer.open(address()), "K3b", "value")["value"] == before
    assert field(send(page), "K3b", "value")["value"] == "77"


def test_a_milestone_is_done_on_a_day_and_a_list_is_one_by_line(buyer: Browser) -> None:
    page = buyer.open(address(CLERMONT))
    steps = list(page.soup.select(".say-choice"))
    lists = list(page.soup.select('textarea[name$="-words"]'))
    assert steps
    assert lists
    step = str(steps[0]["id"]).removeprefix("champ-").removesuffix("-done")
    told = str(lists[0]["name"])
    wrong = fill(page, FORM, {f"{step}-done": "true", f"{step}-done_on": ""})
    assert wrong.status == 422
    assert "obligatoire" in plain(wrong.one(f"#ligne-{step}").get_text(" "))
    asked = {f"{step}-done": "true", f"{step}-done_on": "03/02/2026", told: "Un\nDeux"}
    after = fill(wrong, FORM, asked)
    assert "Vos réponses sont enregistrées." in after.words
    assert after.one(f'[name="{step}-done_on"]')["value"] == "03/02/2026"
    assert after.one(f'[name="{told}"]').get_text().split() == ["Un", "Deux"]


def test_a_proof_is_joined_given_back_and_removed(buyer: Browser) -> None:
    page = send(buyer.open(address()), only="D1", D1__value="7")
    form = f"#joindre-{key(page, 'D1')}"
    files = {"file": ("preuve.pdf", PDF, "application/pdf")}
    joined = page.submit(form, files)
    assert "La pièce est jointe." in joined.words
    assert "preuve.pdf" in words(joined, "D1")
    link = row(joined, "D1").select_one('a[href^="/preuves/"]')
    assert link is not None
    given = buyer.open(str(link["href"]))
    assert given.headers["content-disposition"].startswith("attachment")
    assert given.text == PDF.decode()
    removal = str(link["href"]).rsplit("/", 1)[1]
    after = joined.submit(f"#retirer-{removal}")
    assert "La pièce est retirée." in after.words
    assert "preuve.pdf" not in words(after, "D1")


def test_a_file_that_proves_nothing_is_refused_in_words(buyer: Browser) -> None:
    page = send(buyer.open(address()), only="D1", D1__value="7")
    form = f"#joindre-{key(page, 'D1')}"
    files = {"file": ("programme.exe", b"MZ\x90", "application/octet-stream")}
    refused = page.submit(form, files)
    assert 400 <= refused.status < 500
    assert "La pièce n’est pas prise" in refused.words
    assert refused.follow("Revenir à l’indicateur").status == 200
    assert page.submit(form).status == 422


def test_a_figure_is_taken_back(buyer: Browser) -> None:
    page = send(buyer.open(address()), only="D1", D1__value="7")
    form = page.one(FORM)
    erase = {"name": "erase", "value": key(page, "D1")}
    form.append(page.soup.new_tag("input", attrs=erase))
    after = page.submit(FORM)
    assert "La réponse est effacée" in after.words
    assert "À dire" in words(after, "D1")


def test_a_directorate_sees_and_says_what_it_owes_alone(connected: Connect) -> None:
    browser = connected("directorate")
    page = browser.open(address())
    codes = [plain(one.get_text()) for one in page.soup.select(".say-row legend .say-code")]
    assert codes == ["D1", "K3a"]
    assert "Vos réponses sont enregistrées." in send(page, D1__value="9").words
    assert browser.open(address(page="campagne/pilotage")).status == 403
    assert browser.open("/a-renseigner/rappels").status == 403
    home = browser.open("/")
    assert home.one("#a-renseigner")
    duties = browser.open("/a-renseigner")
    assert duties.status == 200
    assert duties.follow("Répondre à tout sur une page").status == 200


def test_a_reader_reads_and_finds_no_field(connected: Connect) -> None:
    browser = connected("reader")
    page = browser.open(address())
    assert page.status == 200
    assert not page.soup.select(
        f"{FORM} button[name], {FORM} input[type=text], form[action^='/preuves']"
    )
    assert re.search(r"\d tonnes", words(page, "K3a"))
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    sent = browser.client.post(address(), data={"annee": YEAR}, headers=headers)
    assert sent.status_code == 403


def test_who_follows_no_scheme_is_sent_away(connected: Connect) -> None:
    browser = connected("facilitator")
    assert browser.open("/a-renseigner").status == 403
    assert browser.open("/evenements").status == 403
    assert "/a-renseigner" not in browser.open("/").text


def test_filters_show_what_is_left_to_say_and_saving_goes_back_to_them(buyer: Browser) -> None:
    # Nobody said anything of the first year of this scheme.
    page = buyer.open(address(etat="to_say", annee=2023))
    count = len(page.soup.select(".say-row"))
    after = send(page, D1__value="9")
    assert "etat=to_say" in after.address
    assert len(after.soup.select(".say-row")) == count - 1
    owed = [one for one in buyer.open(address()).soup.select(".say-row") if "Pilote du" in str(one)]
    pilot = buyer.open(address(direction="pilote"))
    assert owed
    assert [one["id"] for one in pilot.soup.select(".say-row")] == [one["id"] for one in owed]


def test_a_scheme_that_spaser_computes_whole_says_so(buyer: Browser) -> None:
    page = buyer.open(address("call-2023-2026"))
    assert page.status == 200
    assert "Spaser calcule tout" in page.words


def test_a_campaign_is_opened_with_its_day_and_message(buyer: Browser) -> None:
    place = address(page="campagne/pilotage", annee=2025)
    page = buyer.open(place)
    assert "Ouvrir la campagne 2025" in page.one("h1").get_text()
    wrong = page.submit("form.panel", due_on="31/12/2024", message="Merci")
    assert wrong.status == 422
    assert wrong.one("#champ-due_on")["aria-invalid"] == "true"
    assert wrong.one("#champ-message").get_text() == "Merci"
    opened = wrong.submit("form.panel", due_on="31/12/2026")
    assert "La campagne est ouverte" in opened.words
    assert "Merci" in buyer.open(address(annee=2025)).words
    late = page.submit("form.panel", due_on="31/12/2026", message="Encore")
    assert late.status == 409
    assert "existe déjà" in late.words
    assert late.one("#champ-message").get_text() == "Encore"
    assert "La campagne est modifiée." in late.submit("form.panel:not(.message)").words


def test_a_figure_is_entrusted_to_a_directorate_with_a_day_of_its_own(buyer: Browser) -> None:
    place = address(page="campagne/pilotage")
    page = buyer.open(place)
    select = page.soup.select_one('select[name$="-directorate_id"]')
    assert select is not None
    indicator = str(select["name"]).removesuffix("-directorate_id")
    unit = next(one for one in select.select("option") if "Moyens généraux" in one.get_text())
    form = 'form[action$="/confier"]'
    asked = {f"{indicator}-directorate_id": str(unit["value"])}
    wrong = fill(page, form, {**asked, f"{indicator}-due_on": "bientôt"})
    assert wrong.status == 422
    assert wrong.one(f'[name="{indicator}-due_on"]')["value"] == "bientôt"
    after = fill(wrong, form, {f"{indicator}-due_on": "01/12/2026"})
    assert "La répartition est enregistrée" in after.words
    told = plain(buyer.open(address()).one(f"#ligne-{indicator}").get_text(" "))
    assert "Moyens généraux, pour le 1er décembre 2026" in told


def test_reminders_tell_each_directorate_what_it_owes(buyer: Browser) -> None:
    page = buyer.open("/a-renseigner/rappels?jours=90")
    assert page.status == 200
    titles = [plain(one.get_text()) for one in page.soup.select("main .panel h2")]
    assert "Bâtiments et voirie" in titles
    messages = plain(" ".join(one.get_text() for one in page.soup.select("textarea")))
    waiting = buyer.open(address(etat="to_say")).soup.select(".say-row")
    for one in waiting:
        if "Pilote du" not in str(one) and one.legend is not None:
            code, _, label = plain(one.legend.get_text(" ")).partition(" ")
            assert label[:30].replace("’", "'") in messages.replace("’", "'"), code
    assert waiting
