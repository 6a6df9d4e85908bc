"""Open-data files are written once for each state of the register, and served as they lie."""

import gzip
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col
from starlette.testclient import TestClient

from api.access.models import Organisation
from api.kit.db import Engines, create_engines
from api.kit.problems import NotFound
from api.publication import files, publishing, store
from api.publication.models import StoredFile
from api.publication.service import publisher
from api.publication.site import Site
from api.settings import Settings
from tests.conftest import DEMONSTRATION, LENS_LIEVIN, Headers

NAME = "decp-marches.json"
ADDRESS = f"/opendata/{DEMONSTRATION}/{NAME}"
PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def kept(settings: Settings, engines: Engines) -> store.Store:
    """The files of the service."""
    return store.Store.of(engines, settings)


def lengthen(client: TestClient, pilot: Headers, contract: dict[str, Any]) -> None:
    """Change what a public contract says."""
    answer = client.patch(
        f"/api/v1/contracts/{contract['id']}",
        json={"months": 78},
        headers=pilot | {"If-Match": contract["etag"]},
    )
    assert answer.status_code == 200, answer.text


def test_the_tag_is_the_digest_of_the_bytes(client: TestClient) -> None:
    answer = client.get(ADDRESS, headers=PLAIN)
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert int(answer.headers["content-length"]) == len(answer.content)
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding"


def test_the_compressed_twin_holds_the_same_bytes_under_its_own_tag(client: TestClient) -> None:
    plain = client.get(ADDRESS, headers=PLAIN)
    with client.stream("GET", ADDRESS, headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) == len(raw) < len(plain.content)
    assert gzip.decompress(raw) == plain.content
    assert packed.headers["etag"] != plain.headers["etag"]
    refused = client.get(ADDRESS, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert refused.headers["etag"] == plain.headers["etag"]


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=5-", 5, None), ("bytes=-7", -7, None)]
)
def test_a_part_of_a_file_can_be_asked_for(
    client: TestClient, asked: str, start: int, end: int | None
) -> None:
    whole = client.get(ADDRESS, headers=PLAIN)
    part = client.get(ADDRESS, headers=PLAIN | {"Range": asked})
    assert (part.status_code, part.content) == (206, whole.content[start:end])
    same = PLAIN | {"Range": asked, "If-Range": whole.headers["etag"]}
    assert client.get(ADDRESS, headers=same).status_code == 206
    other = PLAIN | {"Range": asked, "If-Range": '"other"'}
    assert client.get(ADDRESS, headers=other).content == whole.content


def test_a_part_past_the_end_is_refused_with_the_size(client: TestClient) -> None:
    size = len(client.get(ADDRESS, headers=PLAIN).content)
    answer = client.get(ADDRESS, headers=PLAIN | {"Range": f"bytes={size}-"})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")


def test_the_day_of_the_last_change_is_told_and_believed(client: TestClient) -> None:
    answer = client.get(ADDRESS, headers=PLAIN)
    told = answer.headers["last-modified"]
    assert parsedate_to_datetime(told).tzinfo is not None
    since = PLAIN | {"If-Modified-Since": told}
    assert client.get(ADDRESS, headers=since).status_code == 304
    for before in ("Mon, 01 Jan 2024 00:00:00 GMT", "hier"):
        old = PLAIN | {"If-Modified-Since": before}
        assert client.get(ADDRESS, headers=old).status_code == 200
    # A tag says more than a day: it alone is looked at.
    both = since | {"If-None-Match": '"other"'}
    assert client.get(ADDRESS, headers=both).status_code == 200


def test_what_does_not_change_the_bytes_changes_neither_tag_nor_day(
    client: TestClient, pilot: Headers, a_public: dict[str, Any]
) -> None:
    before = client.get(f"/opendata/{LENS_LIEVIN}/{NAME}")
    lengthen(client, pilot, a_public)
    supplier = client.get(f"/api/v1/contracts/{a_public['id']}", headers=pilot).json()
    address = f"/api/v1/suppliers/{supplier['suppliers'][0]['id']}"
    assert client.patch(address, json={"size": "ge"}, headers=pilot).status_code == 200
    after = client.get(f"/opendata/{LENS_LIEVIN}/{NAME}")
    for header in ("etag", "last-modified"):
        assert after.headers[header] == before.headers[header]


def test_twenty_readers_at_once_have_it_written_once(kept: store.Store) -> None:
    said: list[str] = []

    def listen(*told: Any) -> None:
        said.append(told[2])

    sa.event.listen(kept.engines.write, "before_cursor_execute", listen)
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda _: store.current(kept, DEMONSTRATION, NAME), range(20)))
    assert len({one.sha256 for one in found}) == 1
    writing = [one for one in said if one.startswith(("INSERT", "UPDATE"))]
    assert [one.split(" (")[0] for one in writing] == ["INSERT INTO stored_file"]


def test_a_file_lost_from_the_disk_is_written_again_alike(
    client: TestClient, kept: store.Store
) -> None:
    before = client.get(ADDRESS, headers=PLAIN)
    for path in kept.folder.iterdir():
        path.unlink()
    after = client.get(ADDRESS, headers=PLAIN)
    assert after.content == before.content
    assert after.headers["last-modified"] == before.headers["last-modified"]


def test_a_writing_that_fails_leaves_nothing(tmp_path: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield b"{"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.lay(tmp_path, cut())
    assert list(tmp_path.iterdir()) == []


def test_what_no_row_names_is_swept_after_a_day(
    client: TestClient, pilot: Headers, kept: store.Store, a_public: dict[str, Any]
) -> None:
    first = store.current(kept, DEMONSTRATION, "contrats.csv")
    lengthen(client, pilot, a_public)
    second = store.current(kept, DEMONSTRATION, "contrats.csv")
    assert first.sha256 != second.sha256
    standing, now = [second.sha256], time.time()
    assert store.sweep(kept, standing, now) == 0
    assert store.sweep(kept, standing, now + store.KEPT_SECONDS + 60) == 2
    assert kept.path(second).exists()
    assert not kept.path(first).exists()


def test_the_files_of_the_years_share_out_the_whole_file(
    client: TestClient, pilot: Headers
) -> None:
    state = client.get(f"/api/v1/publication/{DEMONSTRATION}", headers=pilot).json()
    names = [one["name"] for one in state["files"]]
    yearly = [one for one in names if one.startswith("decp-marches-")]
    assert len(yearly) > 2
    ids: list[str] = []
    for name in yearly:
        (year,) = (part for part in name.removesuffix(".json").split("-") if part.isdigit())
        told = json.loads(client.get(f"/opendata/{DEMONSTRATION}/{name}").content)
        contracts = told["marches"]["marche"]
        assert contracts
        assert {one["dateNotification"][:4] for one in contracts} == {year}
        ids += [one["id"] for one in contracts]
    whole = json.loads(client.get(ADDRESS).content)["marches"]["marche"]
    assert sorted(ids) == sorted(one["id"] for one in whole)


@pytest.mark.parametrize("name", ["decp-marches-1999.json", "decp-marches-2031.json", "autre.json"])
def test_a_year_without_contracts_has_no_file(kept: store.Store, name: str) -> None:
    with pytest.raises(NotFound):
        store.current(kept, DEMONSTRATION, name)


def test_the_bytes_are_those_of_the_register(kept: store.Store, session: Session) -> None:
    file = store.current(kept, DEMONSTRATION, "contrats.csv")
    buyer = publisher(session, DEMONSTRATION)
    content = b"".join(files.contracts_csv(session, buyer, Site()))
    assert kept.path(file).read_bytes() == content
    assert (file.size, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_every_file_is_written_ahead(kept: store.Store) -> None:
    number, gone = publishing.publish(kept)
    assert (number > 30, gone) == (True, 0)
    with Session(kept.engines.read) as session:
        rows = session.execute(sa.select(sa.func.count()).select_from(StoredFile)).scalar_one()
        digests = set(session.scalars(sa.select(col(StoredFile.sha256))))
    assert rows == number
    assert {path.name.removesuffix(".gz") for path in kept.folder.iterdir()} == digests
    assert publishing.publish(kept) == (number, 0)


def rename(engine: sa.Engine, name: str) -> None:
    """Give the buyer another name."""
    with engine.begin() as connection:
        which = col(Organisation.siret) == DEMONSTRATION
        connection.execute(sa.update(Organisation).where(which).values(name=name))


@pytest.mark.parametrize("how", ["another connection", "the same pool"])
def test_what_is_remembered_of_a_file_ends_with_the_next_commit(
    kept: store.Store, engines: Engines, how: str
) -> None:
    def told() -> str:
        found = store.standing(kept, DEMONSTRATION, "contrats.csv").file
        return kept.path(found).read_text("utf-8")

    apart = create_engines(engines.write.url.render_as_string(hide_password=False), 1)
    for number in range(3):
        name = f"Collectivité renommée {number}"
        rename(apart.write if how == "another connection" else kept.engines.write, name)
        assert all(name in told() for _ in range(4))
    apart.dispose()


def test_a_file_that_nothing_changed_is_found_without_a_transaction(
    kept: store.Store, engines: Engines
) -> None:
    alone = create_engines(engines.write.url.render_as_string(hide_password=False), 1)
    found = store.Store(alone, kept.data_dir)
    for _ in range(2):  # once written, then remembered: the writing itself was a change
        store.standing(found, DEMONSTRATION, "contrats.csv")
    asked: list[str] = []

    def note(*said: Any) -> None:
        asked.append(said[2])

    sa.event.listen(alone.write, "before_cursor_execute", note)
    store.standing(found, DEMONSTRATION, "contrats.csv")
    # The question whether anything changed passes below what counts statements.
    assert asked == []
    # A file lost from the disk is written again all the same.
    lost = found.path(store.standing(found, DEMONSTRATION, "contrats.csv").file)
    lost.unlink()
    store.standing(found, DEMONSTRATION, "contrats.csv")
    assert lost.exists()
    alone.dispose()
