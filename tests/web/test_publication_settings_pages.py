"""The settings of publication and the texts to declare data, by their pages."""

from collections.abc import Callable

from tests.conftest import DEMONSTRATION
from tests.web.browsing import Browser
from tests.web.test_pages import check

PATH = "/publications/reglages"
FORM = f'form[action="{PATH}"]'
BANNER = "déjà publiées par Mégalis Bretagne"


def test_the_pilot_says_who_publishes_already_and_every_page_tells_it(pilot: Browser) -> None:
    page = pilot.open(PATH)
    check(page)
    assert BANNER not in page.words
    assert page.one("#champ-licence option[selected]")["value"] == "lov2"
    done = page.submit(
        FORM,
        contact_name="Service des marchés",
        contact_email="marches@ville.example",
        published_by="megalis",
    )
    assert "Les réglages de la publication sont enregistrés." in done.words
    assert done.one("#champ-contact_email")["value"] == "marches@ville.example"
    for address in (PATH, "/publications", "/publications/declarer"):
        told = pilot.open(address)
        check(told)
        assert BANNER in told.words
    public = pilot.open("/donnees-ouvertes")
    check(public)
    (own,) = public.soup.select(f'[id="{DEMONSTRATION}"]')
    assert "sont publiées par Mégalis Bretagne" in own.get_text()


def test_a_refusal_keeps_what_was_typed(pilot: Browser) -> None:
    refused = pilot.open(PATH).submit(
        FORM, contact_email="marchés", contact_url="ville", published_by="other"
    )
    assert refused.status == 422
    check(refused)
    assert refused.title.startswith("Erreur")
    assert refused.one("#champ-contact_email")["value"] == "marchés"
    assert "n’est pas une adresse électronique" in refused.words
    named = refused.submit(FORM, contact_email="", contact_url="", published_by="other")
    assert "est à préciser" in named.one("#erreur-published_by_other").get_text()


def test_who_came_first_is_told_and_both_versions_show(pilot: Browser) -> None:
    first, second = pilot.open(PATH), pilot.open(PATH)
    first.submit(FORM, homepage="https://un.example")
    late = second.submit(FORM, homepage="https://deux.example")
    assert late.status == 412
    check(late)
    assert "https://un.example" in late.words
    assert late.one("#champ-homepage")["value"] == "https://deux.example"
    done = late.submit(FORM)
    assert done.one("#champ-homepage")["value"] == "https://deux.example"


def test_the_texts_hold_the_addresses_of_the_buyer_and_ask_for_what_misses(
    connected: Callable[[str], Browser],
) -> None:
    page = connected("publisher").open("/publications/declarer")
    check(page)
    body = page.one("#message-harvester").get_text()
    assert f"/opendata/{DEMONSTRATION}/catalog.ttl" in body
    national = page.one("#message-consolidation").get_text()
    assert "(à compléter" in national
    assert f"/opendata/{DEMONSTRATION}/decp-marches.json" in national
    assert "Il manque le jeu sur data.gouv.fr (Marchés)" in page.words
    assert "n’envoyez aucun de ces textes" in page.words
    page.follow("Compléter les réglages").submit(
        FORM,
        portal_contracts="https://www.data.gouv.fr/datasets/marches-x/",
        portal_concessions="concessions-x",
    )
    again = page.follow("Déclarer ses données")
    national = again.one("#message-consolidation").get_text()
    assert "https://www.data.gouv.fr/datasets/marches-x\n" in national
    assert "(à compléter" not in national
    assert "Il manque" not in again.words
