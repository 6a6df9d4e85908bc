"""Write a DECP 2022 file of fictitious contracts, as large as wanted, one contract at a time.

    python -m bench.generate --count 100000 --incomplete 0.1 contracts.json

The contracts come first and the concessions last: harvesters look for the former in the first MiB.
"""

import argparse
import time
from pathlib import Path

import msgspec

from api.rules.fiction import fictitious_contracts

DEMONSTRATION_SIRET = "00000001800010"


def write_file(path: Path, choices: argparse.Namespace) -> int:
    """Write the file of ``choices`` and answer the number of its concessions."""
    rows = fictitious_contracts(
        choices.seed,
        choices.count,
        choices.buyer,
        choices.first_year,
        choices.last_year,
        choices.incomplete,
    )
    encode = msgspec.json.Encoder().encode
    concessions = []
    separator = b"\n"
    with path.open("wb") as file:
        file.write(b'{"marches":{"marche":[')
        for row in rows:
            if "autoriteConcedante" in row:
                concessions.append(encode(row))
                continue
            file.write(separator + encode(row))
            separator = b",\n"
        file.write(b'\n],"contrat-concession":[\n')
        file.write(b",\n".join(concessions))
        file.write(b"\n]}}\n")
    return len(concessions)


def main() -> None:
    """Read the command line, write the file, print what was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--buyer", default=DEMONSTRATION_SIRET, help="SIRET of the buyer")
    parser.add_argument("--first-year", type=int, default=2019)
    parser.add_argument("--last-year", type=int, default=2025)
    parser.add_argument("--incomplete", type=float, default=0.0, help="share from 0 to 1")
    choices = parser.parse_args()
    started = time.perf_counter()
    concessions = write_file(choices.path, choices)
    seconds = time.perf_counter() - started
    size = choices.path.stat().st_size / 1e6
    print(
        f"{choices.count} contracts, {concessions} of them concessions, {size:.1f} MB,"
        f" {seconds:.1f} s, {choices.count / seconds:,.0f} contracts/s"
    )


if __name__ == "__main__":
    main()
