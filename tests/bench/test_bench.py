"""The benches run and print a ratio for every promise; what the clock says is not judged here."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SUBJECTS = (
    "import, SQLite",
    "import, PostgreSQL",
    "import, peak memory",
    "export, SQLite",
    "list of 50 contracts over HTTP",
    "published file over HTTP",
    "figures of one buyer, SQLite ",
    "figures of one buyer, PostgreSQL, time",
    "figures of 5 buyers together, PostgreSQL, time",
    "dashboard page, SQLite",
    "dashboard page, PostgreSQL",
    "batch of hours, SQLite",
    "list of clauses, PostgreSQL",
    "insertion figures, PostgreSQL",
    "workbook of 1,000 × 20 read",
)


def test_every_promise_of_speed_is_measured() -> None:
    command = [sys.executable, "-m", "bench", "--small"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    for subject in SUBJECTS:
        line = next(one for one in run.stdout.splitlines() if one.startswith(subject))
        assert re.search(r"ratio +[0-9]+\.[0-9]{2}| MB ", line), line
