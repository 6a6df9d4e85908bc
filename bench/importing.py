"""Import of a file, against bare msgspec parsing and executemany of the same rows."""

import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from api.kit.db import Engines
from api.migrating import migrate
from bench.databases import import_file
from bench.measures import Measure

WANTED = 1 / 3
MEMORY = 200
# In the order that foreign keys want.
_TABLES = (
    "organisation",
    "supplier",
    "contract",
    "contract_supplier",
    "contract_mark",
    "amendment",
    "subcontract",
    "subcontract_change",
    "concession_year",
    "contract_document",
)


class _File(msgspec.Struct):
    marches: dict[str, list[msgspec.Raw]]


def measure(engines: Engines, database: Path, path: Path, count: int) -> Iterator[Measure]:
    """First import, then the same file again; ``engines`` are over ``database``, still empty."""
    ours = _timed(engines, path, count)
    ceiling = _ceiling(database, path, count)
    yield Measure("import, SQLite", ours, ceiling, "contracts/s", WANTED)
    again = _timed(engines, path, count)
    yield Measure(
        "import of the same file, SQLite", again, ours, "contracts/s", note="vs the first"
    )


def measure_postgresql(engines: Engines, path: Path, count: int, sqlite: float) -> Measure:
    """The same on PostgreSQL, beside our own rate on SQLite."""
    ours = _timed(engines, path, count)
    return Measure("import, PostgreSQL", ours, sqlite, "contracts/s", note="vs ours on SQLite")


def memory(place: Path, path: Path) -> str:
    """Peak resident memory of a whole import, in a process of its own."""
    command = [sys.executable, "-m", "bench.importing", str(place / "memory.db"), str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peak = float(told)
    word = "reached" if peak < MEMORY else "NOT reached"
    return f"{'import, peak memory':<34} {peak:>12,.0f} MB           wanted < {MEMORY}: {word}"


def _timed(engines: Engines, path: Path, count: int) -> float:
    start = time.perf_counter()
    file = import_file(engines, path)
    seconds = time.perf_counter() - start
    assert file.received == count
    assert file.refused == 0
    return count / seconds


def _ceiling(database: Path, path: Path, count: int) -> float:
    """Parse every object of the file with msgspec, then write into the same tables, with the same
    indexes and settings, the very rows that our import made, already prepared as tuples."""
    source = sqlite3.connect(database)
    copy = database.with_suffix(".ceiling.db")
    migrate(f"sqlite:///{copy}")
    target = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-65536"):
        target.execute(f"PRAGMA {pragma}")
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    content = path.read_bytes()
    start = time.perf_counter()
    decoder = msgspec.json.Decoder()
    parsed = 0
    for objects in msgspec.json.decode(content, type=_File).marches.values():
        for one in objects:
            decoder.decode(one)
            parsed += 1
    target.execute("BEGIN")
    for table, lines in rows.items():
        marks = ",".join("?" * len(lines[0]))
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
    target.execute("COMMIT")
    seconds = time.perf_counter() - start
    assert parsed == count
    return count / seconds


def main(database: str, path: str) -> None:
    """Import in this process and print its peak memory in megabytes."""
    from bench.databases import sqlite

    target = Path(database)
    with sqlite(target.parent, target.stem) as engines:
        import_file(engines, Path(path))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
