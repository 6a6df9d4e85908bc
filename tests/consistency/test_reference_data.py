"""Every reference file is the one whose origin and licence SOURCES.md gives."""

import csv
import hashlib
import re
from pathlib import Path

import pytest

from api.reference.places import regions
from api.rules.indicators.facts.values import REGIONS

DATA = Path(__file__).parents[2] / "api" / "reference" / "data"
SOURCES = DATA / "SOURCES.md"
# Our own text, which changes with the project and gives its sources line by line.
WRITTEN_HERE = {".md", ".yaml"}
ROW = re.compile(
    r"^\| `(?P<file>[^`]+)` \| (?P<origin>[^|]+) \| (?P<date>[^|]+) \| (?P<licence>[^|]+)"
    r" \| `(?P<sha256>[0-9a-f]{64})` \|$"
)


def listed() -> dict[str, str]:
    """Name → SHA-256 of each row; a row of another shape is not taken, hence reported missing."""
    rows = (ROW.match(line) for line in SOURCES.read_text("utf-8").splitlines())
    return {row["file"]: row["sha256"] for row in rows if row is not None}


@pytest.mark.parametrize("name", sorted(listed()))
def test_a_reference_file_is_byte_for_byte_the_one_described(name: str) -> None:
    assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() == listed()[name]


def test_every_reference_file_has_its_origin_date_licence_and_hash() -> None:
    present = {
        path.relative_to(DATA).as_posix()
        for path in DATA.rglob("*")
        if path.is_file() and path.suffix not in WRITTEN_HERE
    }
    assert present == listed().keys()


def test_no_reference_file_is_described_twice() -> None:
    names = re.findall(r"^\| `([^`]+)` \|", SOURCES.read_text("utf-8"), re.MULTILINE)
    assert sorted(names) == sorted(listed())


def test_the_regions_of_the_vocabulary_are_those_of_the_official_code() -> None:
    with (DATA / "cog_departements.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    told = {one["region_code"]: one["region_nom"].replace("'", "’") for one in rows}
    assert dict(REGIONS) == told
    assert set(regions().values()) == told.keys()
