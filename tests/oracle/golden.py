"""The figures of the 312 records on the demonstration, kept in a file that people read.

``python -m tests.oracle.golden`` writes the file again; look at what changed before keeping it.
"""

import csv
import tempfile
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest import mock

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.closings.models import Closing
from api.indicators import service
from api.indicators.schemas import ResultRead
from api.insertion.figures.freezing import keep
from api.kit.db import create_engines
from api.schemes.models import Scheme
from tests.conftest import DEMONSTRATION, Store
from tests.oracle.oracle import CATALOGUE, model

GOLDEN = Path(__file__).parents[1] / "data/golden-312.csv"
# The years of a scheme that has no line below: those that end within it.
YEARS = (2024, 2025)
# One that begins in 2026 has nothing of its events, steps and declared figures before.
OWN_YEARS = {"cd62-2026-2029": (2025, 2026)}
# The last day that the demonstration tells: the file says the same whatever day it is read.
DAY = date(2026, 9, 30)
COLUMNS = (
    "scheme", "code", "year", "way", "value", "low", "high", "completeness", "words", "unknown",
    "reason", "target", "gap", "met",
)  # fmt: skip


def lines(session: Session) -> Iterator[tuple[str, ...]]:
    """The figures of every indicator of the catalogue, for the buyer of the demonstration.

    Its persons of past years are arrested for that, which the session must not keep.
    """
    buyer = demonstrated(session)
    arrest_persons(session, buyer)
    with mock.patch("api.indicators.gathering.today", return_value=DAY):
        for scheme in catalogued(session):
            for year in OWN_YEARS.get(scheme.code, YEARS):
                yield from of_scheme(session, scheme, buyer, year)


def arrest_persons(session: Session, buyer: Organisation) -> None:
    """Persons are told of closed years: theirs are arrested, all else stays as it is computed."""
    for year in YEARS:
        closing = Closing(organisation_id=buyer.id, year=year)
        session.add(closing)
        session.flush()
        keep(session, buyer, closing)
    session.flush()


def of_year(session: Session, buyer: Organisation, year: int) -> Iterator[tuple[str, ...]]:
    """The same of one year, which the file may not keep."""
    for scheme in catalogued(session):
        yield from of_scheme(session, scheme, buyer, year)


def of_scheme(
    session: Session, scheme: Scheme, buyer: Organisation, year: int
) -> Iterator[tuple[str, ...]]:
    """The figures of one scheme and year."""
    for one in service.of_organisations(session, scheme, [buyer], year).results:
        yield line(scheme.code, year, one)


def demonstrated(session: Session) -> Organisation:
    """The buyer of the demonstration."""
    return session.scalars(
        sa.select(Organisation).where(col(Organisation.siret) == DEMONSTRATION)
    ).one()


def catalogued(session: Session) -> list[Scheme]:
    """The schemes of the catalogue, by code."""
    codes = sorted(str(model(path.stem)["code"]) for path in CATALOGUE.glob("*.yaml"))
    return [
        session.scalars(sa.select(Scheme).where(col(Scheme.code) == code)).one() for code in codes
    ]


def line(scheme: str, year: int, one: ResultRead) -> tuple[str, ...]:
    """A figure as a line of the file."""
    words = list(one.words) if not one.parts else []
    words += [
        f"{part.label} : {part.value}" + (f" ({part.share} %)" if part.share else "")
        for part in one.parts
    ]
    return (
        scheme,
        one.code,
        str(year),
        one.way.value,
        f"{one.value} {one.scale}" if one.value is not None else "",
        one.low or "",
        one.high or "",
        one.completeness or "",
        " ; ".join(words),
        str(one.unknown),
        one.reason or "",
        target_of(one),
        one.gap or "",
        "" if one.met is None else "oui" if one.met else "non",
    )


def target_of(one: ResultRead) -> str:
    """The target that a figure is held to: its value, its unit and its year."""
    if one.target is None:
        return ""
    told = f"{one.target.value} {one.target.unit}".strip()
    return f"{told} ({one.target.year})" if one.target.year else told


def nonsense(told: tuple[str, ...]) -> list[str]:
    """What can't be true of a line of the file, whatever the figure."""
    one = dict(zip(COLUMNS, told, strict=True))
    low_to_high = [Decimal(one[name].split()[0]) for name in ("low", "value", "high") if one[name]]
    known = Decimal(one["completeness"] or 1)
    wrong = {
        "low, value and high are not in this order": low_to_high != sorted(low_to_high),
        "completeness is not from 0 to 1": not 0 <= known <= 1,
        "all is known, and yet something is not": (known == 1) != (one["unknown"] == "0"),
        "it says nothing": not (one["value"] or one["words"] or one["reason"]),
        "a gap to no target": bool(one["gap"] or one["met"]) and not one["target"],
        "a gap of no figure": bool(one["gap"] or one["met"]) and not (one["value"] or one["low"]),
        "a target judged without a word": bool(one["met"]) and not one["gap"],
    }
    return [what for what, so in wrong.items() if so]


def kept() -> list[tuple[str, ...]]:
    """What the file holds."""
    with GOLDEN.open(encoding="utf-8", newline="") as stream:
        first, *rest = (tuple(one) for one in csv.reader(stream))
    assert first == COLUMNS
    return rest


def main() -> None:
    """Write the file again, from a demonstration made for it."""
    with tempfile.TemporaryDirectory() as folder:
        engines = create_engines(Store(Path(folder)).make("demo"), 1)
        with Session(engines.write) as session:
            found = list(lines(session))
        engines.dispose()
    with GOLDEN.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(found)


if __name__ == "__main__":
    main()
