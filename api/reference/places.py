"""Departments and their regions, of the official geographic code (INSEE)."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

SOURCE = Path(__file__).parent / "data" / "cog_departements.csv"


@cache
def regions() -> Mapping[str, str]:
    """The code of the region of each department, by code: "59" -> "32"."""
    with SOURCE.open(encoding="utf-8", newline="") as stream:
        rows = csv.DictReader(stream)
        return MappingProxyType({one["departement_code"]: one["region_code"] for one in rows})
