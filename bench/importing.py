"""Import of a file, against bare msgspec parsing and executemany of the same rows.

Each import runs in a process of its own, set as the command line sets it, and tells its seconds
(from the file on disk to the commit), those of processor among them, and its peak memory. Rates are
those of the clock, as promised; beside the first stands the ratio in seconds of processor, which
what else runs on the machine moves much less.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

import api.cli  # noqa: F401 - what the command line loads is in its memory
from api.kit.collector import spare_the_collector
from api.kit.db import create_engines
from api.migrating import migrate
from bench.databases import import_file
from bench.measures import Measure

WANTED = 1 / 2
# Of the same bytes, beside their first import.
WANTED_AGAIN = 5
MEMORY = 200
# Peak memory of an import beside that of a fifth of its contracts: flat is 1.
FEWER, FLAT = 5, 1.25
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
    "register_entry",
    "public_entry",
    "import_file",
    "staged_row",
)


class _File(msgspec.Struct):
    marches: dict[str, list[msgspec.Raw]]


@dataclass(frozen=True)
class Run:
    """What an import in a process of its own told."""

    seconds: float
    processor: float
    megabytes: float


def measure(database: Path, path: Path, count: int) -> Iterator[str]:
    """The lines of a first import into ``database`` (migrated), then of the same file again."""
    url = f"sqlite:///{database}"
    first = _run("import", url, path)
    ceiling = _run("ceiling", url, path)
    again = _run("import", url, path)
    ours = count / first.seconds
    note = f"{ceiling.processor / first.processor:.2f} in seconds of processor"
    bare = count / ceiling.seconds
    yield str(Measure("import, SQLite", ours, bare, "contracts/s", WANTED, note))
    yield str(
        Measure(
            "import of the same file, SQLite",
            count / again.seconds,
            ours,
            "contracts/s",
            WANTED_AGAIN,
            "vs the first",
        )
    )
    word = "reached" if first.megabytes < MEMORY else "NOT reached"
    subject = "import, peak memory"
    yield f"{subject:<34} {first.megabytes:>12,.0f} MB           wanted < {MEMORY}: {word}"


def measure_memory(fewer: Path, few: Path, more: Path, many: Path, count: int) -> str:
    """The line of the peak memory of two imports, of ``count`` contracts and of a fifth of them,
    each into a migrated database of its own: (database, file) of the small one, of the large."""
    little = _run("import", f"sqlite:///{fewer}", few).megabytes
    much = _run("import", f"sqlite:///{more}", many).megabytes
    ratio = much / little
    word = "reached" if ratio <= FLAT else "NOT reached"
    told = f"{little:,.0f} MB of {count // FEWER:,}, {much:,.0f} MB of {count:,} contracts"
    subject = "import, memory as files grow"
    return f"{subject:<34} {told}   ratio {ratio:>6.2f}   wanted <= {FLAT}: {word}"


def measure_postgresql(url: str, sqlite: Path, path: Path, count: int) -> str:
    """The line of an import into PostgreSQL, beside ours into a new SQLite database."""
    migrate(f"sqlite:///{sqlite}")
    beside = count / _run("import", f"sqlite:///{sqlite}", path).seconds
    ours = count / _run("import", url, path).seconds
    return str(Measure("import, PostgreSQL", ours, beside, "contracts/s", note="vs ours on SQLite"))


def _run(what: str, url: str, path: Path) -> Run:
    command = [sys.executable, "-m", "bench.importing", what, url, str(path)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return Run(*map(float, told.split()))


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _import(url: str, path: Path) -> tuple[float, float]:
    engines = create_engines(url, 4)
    spare_the_collector()
    start = _clocks()
    file = import_file(engines, path)
    seconds = _since(start)
    assert file.refused == 0
    assert file.received == file.new + file.same > 0
    return seconds


def _since(start: tuple[float, float]) -> tuple[float, float]:
    wall, processor = _clocks()
    return wall - start[0], processor - start[1]


def _ceiling(url: str, path: Path) -> tuple[float, float]:
    """Parse every object of the file with msgspec, then write into the same tables, with the same
    indexes and settings, the very rows that our import wrote (those kept aside for the preview and
    the undo, those of the feeds too), already prepared as tuples."""
    database = Path(url.removeprefix("sqlite:///"))
    source = sqlite3.connect(database)
    copy = database.with_suffix(".ceiling.db")
    migrate(f"sqlite:///{copy}")
    target = sqlite3.connect(copy, isolation_level=None)
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "cache_size=-16384"):
        target.execute(f"PRAGMA {pragma}")
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}
    content = path.read_bytes()
    spare_the_collector()
    start = _clocks()
    decoder = msgspec.json.Decoder()
    for objects in msgspec.json.decode(content, type=_File).marches.values():
        for one in objects:
            decoder.decode(one)
    target.execute("BEGIN")
    for table, lines in rows.items():
        marks = ",".join("?" * len(lines[0]))
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
    target.execute("COMMIT")
    return _since(start)


def main(what: str, url: str, path: str) -> None:
    """Run one of both in this process; print its seconds, those of processor, its peak memory in
    megabytes."""
    seconds = {"import": _import, "ceiling": _ceiling}[what](url, Path(path))
    # Not getrusage: its peak is inherited from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(*seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
