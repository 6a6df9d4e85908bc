"""Reading and previewing a workbook of 20,000 lines, against calamine alone on the same bytes."""

import io
import random
from datetime import date, timedelta

import openpyxl
import python_calamine

from api.kit.sheets import Limits, read_sheet
from bench.measures import Measure, best

LINES, SMALL_LINES, COLUMNS = 20_000, 1_000, 20
CEILING = 3  # times the time of calamine alone, our process and its start included
_PREVIEW = 50
_DRAWN = random.Random(20)  # noqa: S311 - figures of a bench, the same each time


def measure(lines: int, rounds: int) -> Measure:
    """Lines per second of both, in turn; at least a third of calamine's is wanted."""
    content = _workbook(lines)

    def ours() -> int:
        sheet = read_sheet(content, "programme.xlsx", Limits())
        assert (
            len([[str(cell) for cell in row.values] for row in sheet.rows[:_PREVIEW]]) == _PREVIEW
        )
        return len(sheet.rows)

    def calamine() -> int:
        book = python_calamine.load_workbook(io.BytesIO(content))
        return len(book.get_sheet_by_index(0).to_python()) - 1

    mine, theirs = best(rounds, ours, calamine)
    note = f"{theirs / mine:.2f} times the time of calamine, at most {CEILING}"
    subject = f"workbook of {lines:,} × {COLUMNS} read"
    return Measure(subject, mine, theirs, "lines/s", 1 / CEILING, note)


def _workbook(lines: int) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Programme")
    sheet.append([f"Titre {rank}" for rank in range(COLUMNS)])
    for rank in range(lines):
        sheet.append(_line(rank))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _line(rank: int) -> list[object]:
    whole, share = _DRAWN.randint, _DRAWN.random
    return [
        f"2025-{rank:05d}",
        f"Fournitures scolaires, lot {rank}",
        _DRAWN.choice(["Travaux", "Fournitures", "Services"]),
        date(2025, 1, 1) + timedelta(days=rank % 300),
        whole(1, 10**6),
        round(share() * 10**5, 2),
        "oui",
        str(whole(10**13, 10**14)),
        *(whole(0, 1000) if column % 2 else round(share() * 100, 2) for column in range(8)),
        "Dijon",
        _DRAWN.choice("ABCDEFG"),
        rank,
        rank / 4,
    ]
