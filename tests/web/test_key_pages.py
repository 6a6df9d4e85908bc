"""API keys, by the forms of their page: shown once, listed, revoked, without JavaScript."""

from collections.abc import Callable

import pytest

from tests.web.browsing import Browser, Page
from tests.web.test_pages import check

Connect = Callable[[str], Browser]
NEW = 'form[action="/cles"]'


def created(page: Page) -> Page:
    """The page after a key was made."""
    return page.submit(NEW, name="Gestion financière", scopes=["contracts:read"])


def test_a_key_is_shown_once_then_revoked(pilot: Browser) -> None:
    page = pilot.open("/cles")
    check(page)
    assert "Aucune clé" in page.words
    made = created(page)
    assert made.status == 200
    assert "no-store" in made.headers["cache-control"]
    check(made)
    secret = str(made.one("#cle-secrete")["value"])
    assert secret.startswith("spk_")
    asked = pilot.client.get(
        "/cles", headers={"Authorization": f"Bearer {secret}"}
    )  # the site itself takes no key
    assert secret not in asked.text
    again = pilot.open("/cles")
    assert secret not in again.text
    assert secret[:12] in again.words
    assert "Lire les marchés et leur flux" in again.one("tbody").get_text()
    revoked = again.submit('form[action$="/revoquer"]')
    assert "La clé est révoquée" in revoked.words
    assert "Révoquée" in revoked.one("tbody").get_text()
    assert not revoked.soup.select('form[action$="/revoquer"]')


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(pilot: Browser) -> None:
    refused = pilot.open("/cles").submit(
        NEW, name="Paie", scopes=["schemes:read"], expires_on="1/1/2020"
    )
    assert refused.status == 422
    check(refused)
    assert refused.title.startswith("Erreur")
    assert refused.one("#champ-name")["value"] == "Paie"
    assert refused.one('input[value="schemes:read"]').has_attr("checked")
    assert "est déjà passé" in refused.words
    nothing = pilot.open("/cles").submit(NEW, name="Paie")
    assert nothing.status == 422
    assert "Portées" in nothing.one("#erreurs").get_text()


@pytest.mark.parametrize(
    ("account", "status"), [("facilitator", 200), ("reader", 403), ("publisher", 403)]
)
def test_only_who_may_make_keys_opens_the_page(
    connected: Connect, account: str, status: int
) -> None:
    browser = connected(account)
    page = browser.open("/cles")
    assert page.status == status
    linked = bool(browser.open("/").soup.select('footer a[href="/cles"]'))
    assert linked is (status == 200)
    if status == 200:
        offered = {str(one["value"]) for one in page.soup.select('[name="scopes"]')}
        assert offered == {"insertion:read", "statements:write"}
