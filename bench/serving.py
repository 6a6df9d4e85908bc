"""A published file over HTTP, against a bare Starlette route that answers the same bytes."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

import httpx

from bench import databases, servers
from bench.databases import siret
from bench.measures import Measure

WANTED = 0.5
# Contracts of the buyer: its file is some hundreds of kilobytes, as that of a town.
CONTRACTS = 300
NAME = "decp-marches.json"


def measure(place: Path, seconds: float, rounds: int) -> Iterator[Measure]:
    """Files per second of both servers, which take turns: whole, and known to the reader (304)."""
    with databases.sqlite(place, "serving") as engines:
        databases.add_buyer(engines, 1)
        databases.import_file(engines, databases.contracts_file(place, CONTRACTS, siret(1)))
    path = f"/opendata/{siret(1)}/{NAME}"
    with servers.ours(place / "serving.db") as port:
        # The first reader has it written; what is measured is served as it lies.
        answer = httpx.get(
            f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "identity"}
        )
        answer.raise_for_status()
        copy = place / NAME
        copy.write_bytes(answer.content)
        with servers.bare("bench.bare_file:app", {"BENCH_FILE": str(copy)}) as bare_port:
            found = [
                (
                    servers.load(port, seconds, "", [path]),
                    servers.load(bare_port, seconds, "", ["/f"]),
                )
                for _ in range(rounds)
            ]
    ours, ceiling = (median(rate) for rate in zip(*found, strict=True))
    size = f"{len(answer.content) // 1000} kB"
    yield Measure("published file over HTTP", ours, ceiling, "files/s", WANTED, size)
