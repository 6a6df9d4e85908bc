"""The dashboard of a scheme as a person gets it: the whole page of the site, over the whole API.

Both applications are in this process, as `spaser serve` runs them; the page is asked for once
before it is measured. The ceiling is the time that was promised, as a rate.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
import sqlalchemy as sa
from pydantic import SecretStr
from sqlmodel import Session, col
from starlette.testclient import TestClient

import web.app
from api.access.models import Membership, Organisation, Person
from api.access.permissions import Role
from api.app import create_app
from api.kit.db import Engines
from api.kit.passwords import hash_password
from api.schemes.models import Indicator, Scheme
from api.settings import Settings
from bench.databases import siret
from bench.figures import SCHEME
from bench.measures import Measure, best
from bench.rows import YEARS
from web.settings import WebSettings

SECONDS = 0.300
ADDRESS = "http://testserver"
EMAIL, PASSWORD = "board@demo.example", "a password of the bench"
KEY = "a key of the bench that is long enough to sign"


def measure(engines: Engines, place: Path, engine: str, rounds: int) -> Measure:
    """One line: the figures of pages per second, on the database that ``figures.fill`` filled."""
    labels = _reader(engines)
    address = f"/schemas/{SCHEME}?year={YEARS[1]}&organisation={siret(1)}"
    with _site(engines, place) as browser:
        form = {"username": EMAIL, "password": PASSWORD}
        headers = {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS}
        assert browser.post("/connexion", data=form, headers=headers).is_success
        text = _plain(unescape(_page(browser, address)))
        missing = [one for one in labels if _plain(one) not in text]
        assert not missing, f"{len(missing)} indicators are not on the page, as {missing[0]}"
        count = len(labels)
        (ours,) = best(rounds, lambda: count if _page(browser, address) else 0)
    note = (
        f"{len(text) // 1024} KiB, {1000 * count / ours:.0f} ms, promised {1000 * SECONDS:.0f} ms"
    )
    return Measure(f"dashboard page, {engine}", ours, count / SECONDS, "figures/s", 1, note)


def _plain(text: str) -> str:
    """A text with plain spaces and apostrophes: pages have those of French typography."""
    return " ".join(text.replace("’", "'").split())


def _page(browser: TestClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text[:500]
    return answer.text


@contextmanager
def _site(engines: Engines, place: Path) -> Iterator[TestClient]:
    url = engines.write.url.render_as_string(hide_password=False)
    service = create_app(Settings(data_dir=place, database_url=url, secret=SecretStr(KEY)))
    transport = httpx.ASGITransport(app=service, raise_app_exceptions=False)
    site = web.app.create_app(WebSettings(api_url=ADDRESS, site_url=ADDRESS), transport)
    try:
        with TestClient(site, base_url=ADDRESS, follow_redirects=True) as browser:
            yield browser
    finally:
        service.state.engines.dispose()


def _reader(engines: Engines) -> list[str]:
    """Make who reads the page; answers the labels that they must find there."""
    with Session(engines.write) as session, session.begin():
        organisation = sa.select(col(Organisation.id)).where(col(Organisation.siret) == siret(1))
        person = Person(email=EMAIL, name="Banc d’essai", password_hash=hash_password(PASSWORD))
        session.add(person)
        session.flush()
        buyer_id = session.scalars(organisation).one()
        session.add(Membership(person_id=person.id, organisation_id=buyer_id, role=Role.PILOT))
        labels = session.scalars(
            sa.select(col(Indicator.label))
            .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
            .where(col(Scheme.code) == SCHEME)
        )
        return list(labels)
