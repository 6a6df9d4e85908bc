"""The search service and official stocks complete companies; who says what is kept, in order.

The answers replayed are of the shape that the public documentation of the service describes.
"""

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit.db import Engines, create_engines
from api.kit.remote import TRIES, Away, Remote
from api.suppliers import enriching, search, sources, stocks
from api.suppliers.models import (
    SaidFact,
    Supplier,
    SupplierLookup,
    SupplierSaid,
    SupplierSize,
    SupplierSource,
)

SIRET = "13002526500013"
OTHER = "21620498600018"
Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def blank(blank_url: str) -> Iterator[Engines]:
    """A database with two companies."""
    engines = create_engines(blank_url, 4)
    with Session(engines.write) as session, session.begin():
        session.add_all(
            Supplier(id_type="SIRET", identifier=one, name="X") for one in (SIRET, OTHER)
        )
    yield engines
    engines.dispose()


def answer(siret: str = SIRET, **said: Any) -> dict[str, Any]:
    """What the service answers of an establishment, directors included."""
    company = {
        "siren": siret[:9],
        "nom_complet": "MARTIN JEANNE",
        "nature_juridique": "1000",
        "categorie_entreprise": "PME",
        "annee_categorie_entreprise": "2023",
        "tranche_effectif_salarie": "12",
        "dirigeants": [{"nom": "MARTIN", "prenoms": "JEANNE", "annee_de_naissance": "1970"}],
        "siege": {"siret": siret, "commune": "62498", "departement": "62"},
        "matching_etablissements": [{"siret": siret, "commune": "2A004"}],
        "complements": {"est_ess": True, "est_siae": False, "type_siae": None},
    }
    return {"results": [company | said], "total_results": 1, "page": 1, "per_page": 1}


def of_siret(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=answer(request.url.params["q"]))


class Clock:
    """Time that passes only when somebody rests."""

    def __init__(self) -> None:
        self.now = 0.0
        self.rests: list[float] = []

    def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now += seconds


def service(handler: Handler, clock: Clock | None = None) -> Remote:
    time = clock or Clock()
    return Remote(
        "https://recherche.example",
        search.RATE,
        httpx.MockTransport(handler),
        lambda: time.now,
        time.rest,
    )


def sheet(engines: Engines, siret: str = SIRET) -> Supplier:
    with Session(engines.read, expire_on_commit=False) as session:
        return session.scalars(sa.select(Supplier).where(col(Supplier.identifier) == siret)).one()


def everything(engines: Engines) -> str:
    """All that the tables of companies hold, as text."""
    with Session(engines.read) as session:
        return str([session.scalars(sa.select(one)).all() for one in (Supplier, SupplierSaid)])


# --- The search service --------------------------------------------------------------------------


def test_an_answer_completes_the_sheet_and_brings_no_name(blank: Engines) -> None:
    counts = enriching.enrich(blank, service(of_siret), 10)
    assert counts == {"found": 2, "changed": 2}
    one = sheet(blank)
    assert (one.size, one.ess, one.departement, one.name) == (SupplierSize.PME, True, "2A", "X")
    # Not an SIAE: an EA or an ESAT all the same, perhaps.
    assert one.kind is None
    kept = everything(blank)
    assert "MARTIN" not in kept
    assert "JEANNE" not in kept


def test_a_second_run_asks_only_of_what_is_old_or_failed(blank: Engines) -> None:
    asked: list[str] = []

    def count(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["q"])
        return of_siret(request)

    enriching.enrich(blank, service(count), 1)
    enriching.enrich(blank, service(count), 10)
    enriching.enrich(blank, service(count), 10)
    assert sorted(asked) == sorted((SIRET, OTHER))
    with Session(blank.write) as session, session.begin():
        session.execute(sa.update(SupplierLookup).values(asked_on=date(2020, 1, 1)))
    enriching.enrich(blank, service(count), 10)
    assert len(asked) == 4


@pytest.mark.parametrize(
    "bad",
    [
        httpx.Response(200, text="<h1>Maintenance</h1>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"results": "?"}),
        httpx.Response(302, headers={"location": "https://x.example"}),
        httpx.Response(404),
        httpx.Response(200, content=b" " * (3 * 1024 * 1024)),
    ],
)
def test_a_bad_answer_stops_nothing(blank: Engines, bad: httpx.Response) -> None:
    def first_bad(request: httpx.Request) -> httpx.Response:
        return bad if request.url.params["q"] == SIRET else of_siret(request)

    counts = enriching.enrich(blank, service(first_bad), 10)
    assert (counts["failed"], counts["found"]) == (1, 1)
    assert sheet(blank).size is None
    assert sheet(blank, OTHER).size is SupplierSize.PME
    assert enriching.enrich(blank, service(of_siret), 10)["found"] == 1


def test_a_service_that_is_away_is_left_alone(blank: Engines) -> None:
    with Session(blank.write) as session, session.begin():
        session.add_all(
            Supplier(id_type="SIRET", identifier=f"9{number:013d}") for number in range(20)
        )

    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("away", request=request)

    assert enriching.enrich(blank, service(away), 100)["failed"] == enriching.MOST_FAILURES
    assert enriching.enrich(blank, service(of_siret), 100)["found"] == 22


def test_what_the_service_no_longer_says_is_not_said_any_more(blank: Engines) -> None:
    enriching.enrich(blank, service(of_siret), 10)
    gone = answer(complements={}, matching_etablissements=[], siege={})

    def less(request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, json=gone if request.url.params["q"] == SIRET else {"results": []}
        )

    assert enriching.enrich(blank, service(less), 10, days=-1) == {
        "found": 1,
        "absent": 1,
        "changed": 2,
    }
    assert (sheet(blank).ess, sheet(blank).size) == (None, SupplierSize.PME)
    assert sheet(blank, OTHER).size is None


@pytest.mark.parametrize(
    ("category", "staff", "size"),
    [
        ("PME", "11", SupplierSize.PME),
        ("PME", "03", None),
        ("PME", "NN", None),
        ("PME", None, None),
        ("ETI", None, SupplierSize.ETI),
        ("GE", "00", SupplierSize.GE),
        (None, "52", None),
        ("?", "12", None),
    ],
)
def test_a_small_company_is_not_taken_for_a_large_one(
    category: str | None, staff: str | None, size: SupplierSize | None
) -> None:
    assert search.size_of(category, staff) is size


def test_the_pace_asked_for_is_kept_and_a_pause_too() -> None:
    clock = Clock()
    there = service(of_siret, clock)
    for _ in range(15):
        there.get("/search", {"q": SIRET})
    assert clock.now == pytest.approx(14 / search.RATE)
    busy = iter([httpx.Response(429, headers={"retry-after": "7"}), httpx.Response(503)])

    def then_fine(request: httpx.Request) -> httpx.Response:
        return next(busy, None) or of_siret(request)

    slow = Clock()
    assert service(then_fine, slow).get("/search", {"q": SIRET})["total_results"] == 1
    assert slow.rests[0] == 7.0
    tired = Clock()
    with pytest.raises(Away, match="ne répond pas"):
        service(lambda _: httpx.Response(429, headers={"retry-after": "99999"}), tired).get("/", {})
    assert tired.rests.count(60.0) == TRIES - 1


# --- Stocks, and who is followed ----------------------------------------------------------------


def loaded(engines: Engines, path: Path, text: str, encoding: str = "utf-8") -> dict[str, int]:
    path.write_bytes(text.encode(encoding))
    return dict(stocks.load(engines, path, date(2026, 6, 1)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_stock_of_sirene_is_read_for_the_companies_of_the_register(
    blank: Engines, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "stock.csv"
    units = (
        "siren,nomUniteLegale,denominationUniteLegale,categorieEntreprise,"
        "trancheEffectifsUniteLegale,economieSocialeSolidaireUniteLegale\n"
        f"{SIRET[:9]},DÉSIRÉ,,PME,12,O\n999999999,X,Y,GE,51,N\n"
    )
    counts = loaded(blank, path, units, encoding)
    assert counts == {"lines": 2, "known": 1, "changed": 1}
    assert (sheet(blank).size, sheet(blank).ess) == (SupplierSize.PME, True)
    places = f"siret;codeCommuneEtablissement\n{OTHER};97411\n{SIRET};\n"
    assert loaded(blank, path, places, encoding)["changed"] == 1
    assert sheet(blank, OTHER).departement == "974"
    assert "DÉSIRÉ" not in everything(blank)


def test_the_list_of_the_ess_keeps_the_zeros_that_a_spreadsheet_lost(
    blank: Engines, tmp_path: Path
) -> None:
    with Session(blank.write) as session, session.begin():
        session.add(Supplier(id_type="SIRET", identifier="00123456700018"))
    path = tmp_path / "ess.csv"
    assert loaded(blank, path, "Nom;SIREN\nAssociation;1234567\n")["changed"] == 1
    assert sheet(blank, "00123456700018").ess is True
    # Who is absent of the list is not said to be out of the ESS.
    assert sheet(blank).ess is None


def test_a_stock_is_written_batch_by_batch_and_begun_again_where_it_stopped(
    blank: Engines,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.setattr(stocks, "_BATCH", 1)
    said, seen = sources.say, []

    def say(*args: Any) -> int:
        # What an earlier batch said is there for everybody while the next one is read.
        seen.append(sheet(blank).size)
        return said(*args)

    monkeypatch.setattr(sources, "say", say)
    path = tmp_path / "stock.csv"
    text = f"siren,categorieEntreprise\n{SIRET[:9]},ETI\n999999999,GE\n{OTHER[:9]},GE\n"
    # Python's own, which another reader of CSV of this process may have lifted.
    lifted = csv.field_size_limit(131_072)
    request.addfinalizer(lambda: csv.field_size_limit(lifted))
    with pytest.raises(stocks.UnreadableStock):
        loaded(blank, path, text + f'"{"x" * 200_000}')
    assert seen[-1] == SupplierSize.ETI
    assert sheet(blank).size == SupplierSize.ETI
    counts = loaded(blank, path, text)
    assert counts == {"lines": 3, "known": 2, "changed": 0}


@pytest.mark.parametrize("text", ["Nom;Ville\nX;Y\n", "", "PK\x03\x04\x00\x00siren"])
def test_a_file_that_is_no_stock_is_refused(blank: Engines, tmp_path: Path, text: str) -> None:
    with pytest.raises(stocks.UnreadableStock):
        loaded(blank, tmp_path / "stock.csv", text)


def test_a_person_comes_before_a_stock_and_a_stock_before_the_service(blank: Engines) -> None:
    key = sheet(blank).id
    size = SaidFact.SIZE
    said = [
        (SupplierSource.SEARCH, date(2026, 9, 1), "ge"),
        (SupplierSource.SIRENE, date(2026, 1, 1), "eti"),
        (SupplierSource.PERSON, date(2020, 1, 1), "micro"),
        (SupplierSource.SEARCH, date(2026, 10, 1), "pme"),
    ]
    followed = []
    for source, day, value in said:
        with Session(blank.write) as session, session.begin():
            sources.say(session, source, day, [sources.Word(key, size, value)])
        followed.append(sheet(blank).size)
    assert followed == ["ge", "eti", "micro", "micro"]
    with Session(blank.write) as session, session.begin():
        unsaid = sources.unsay(session, SupplierSource.PERSON, key, [size])
        sources.follow(session, [key], unsaid)
    assert sheet(blank).size is SupplierSize.ETI


def test_an_older_word_of_the_same_source_changes_nothing(blank: Engines) -> None:
    key = sheet(blank).id
    for day, value in ((date(2026, 5, 1), "eti"), (date(2025, 5, 1), "ge")):
        with Session(blank.write) as session, session.begin():
            word = sources.Word(key, SaidFact.SIZE, value)
            sources.say(session, SupplierSource.SIRENE, day, [word])
    assert sheet(blank).size is SupplierSize.ETI


def test_what_nobody_says_stays_on_the_sheet(blank: Engines) -> None:
    key = sheet(blank).id
    with Session(blank.write) as session, session.begin():
        session.execute(sa.update(Supplier).values(departement="59"))
        sources.say(
            session,
            SupplierSource.SEARCH,
            date(2026, 1, 1),
            [sources.Word(key, SaidFact.ESS, "true")],
        )
    assert (sheet(blank).departement, sheet(blank).ess) == ("59", True)
