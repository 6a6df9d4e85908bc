"""Print what was promised and what is measured: `make bench`, or `python -m bench --small`."""

import argparse
from pathlib import Path

from api.kit.db import Engines
from api.migrating import migrate
from bench import (
    dashboard,
    databases,
    exporting,
    figures,
    importing,
    insertion_figures,
    listing,
    serving,
    sheets,
    statements,
)

CONTRACTS = 100_000
SMALL = 5_000
BUYERS = 200


def main() -> None:
    """Run every bench and print one line each; nothing here fails because it was slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true", help="a quick run, for the tests")
    parser.add_argument("--only", choices=PARTS, help="one part of them")
    asked = parser.parse_args()
    small, parts = asked.small, [asked.only] if asked.only else PARTS
    count = SMALL if small else CONTRACTS
    print(f"{count:,} contracts; ratio = our rate / the ceiling's, measured in turn in this run")
    with databases.folder() as place:
        for part in parts:
            PARTS[part](place, count, small)


def _imports_and_export(place: Path, count: int, small: bool) -> None:
    path = databases.contracts_file(place, count, databases.siret(1))
    with databases.sqlite(place, "import") as engines:
        databases.add_buyer(engines, 1)
        database = place / "import.db"
        for line in importing.measure(database, path, count):
            print(line)
        print(exporting.measure(engines, database, count, 1 if small else 3))
    print(_memory(place, path, count))
    with databases.postgresql(place, "bench_import") as engines:
        databases.add_buyer(engines, 1)
        url = engines.write.url.render_as_string(hide_password=False)
        print(importing.measure_postgresql(url, place / "beside.db", path, count))


def _memory(place: Path, path: Path, count: int) -> str:
    fewer, more = place / "fewer.db", place / "more.db"
    for database in (fewer, more):
        migrate(f"sqlite:///{database}")
    few = databases.contracts_file(place, count // importing.FEWER, databases.siret(1))
    return importing.measure_memory(fewer, few, more, path, count)


def _list(place: Path, count: int, small: bool) -> None:
    buyers = 10 if small else BUYERS
    with databases.sqlite(place, "list") as engines:
        for number in range(1, buyers + 1):
            path = databases.contracts_file(place, count // buyers, databases.siret(number))
            databases.import_file(engines, path)
        database = place / "list.db"
        print(listing.measure(engines, database, 0.5 if small else 4, 1 if small else 5))


def _serving(place: Path, _count: int, small: bool) -> None:
    for line in serving.measure(place, 0.5 if small else 4, 1 if small else 5):
        print(line)


def _figures(place: Path, _count: int, small: bool) -> None:
    one = figures.ONE_SMALL if small else figures.ONE
    rounds = 3 if small else 9
    with databases.sqlite(place, "figures") as engines:
        _figures_of(engines, place, "SQLite", one, rounds)
    with databases.postgresql(place, "bench_figures") as engines:
        _figures_of(engines, place, "PostgreSQL", one, rounds)
    many = figures.FEW if small else figures.MANY
    with databases.postgresql(place, "bench_together") as engines:
        for line in figures.measure(engines, "PostgreSQL", many, rounds=2 if small else 5):
            print(line)


def _figures_of(
    engines: Engines, place: Path, engine: str, world: figures.World, rounds: int
) -> None:
    for line in figures.measure(engines, engine, world, rounds):
        print(line)
    print(dashboard.measure(engines, place, engine, rounds))


def _insertion(place: Path, _count: int, small: bool) -> None:
    rounds = 3 if small else 9
    lines = insertion_figures.SMALL_LINES if small else insertion_figures.LINES
    with databases.sqlite(place, "insertion") as engines:
        _insertion_of(engines, place, "SQLite", rounds, lines)
    with databases.postgresql(place, "bench_insertion") as engines:
        _insertion_of(engines, place, "PostgreSQL", rounds, lines)


def _insertion_of(engines: Engines, place: Path, engine: str, rounds: int, lines: int) -> None:
    for line in statements.measure(engines, place, engine, rounds):
        print(line)
    for line in insertion_figures.measure(engines, engine, rounds, lines):
        print(line)


def _sheets(_place: Path, _count: int, small: bool) -> None:
    print(sheets.measure(sheets.SMALL_LINES if small else sheets.LINES, 1 if small else 7))


PARTS = {
    "imports": _imports_and_export,
    "list": _list,
    "serving": _serving,
    "figures": _figures,
    "insertion": _insertion,
    "sheets": _sheets,
}

if __name__ == "__main__":
    main()
