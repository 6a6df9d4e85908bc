"""A file is read by a process of its own, held by the system: the service outlives it."""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import IO, NoReturn

import pytest

from api.kit.sheets import Limits, UnreadableSheet, apart, child, read_sheet, wire
from api.kit.sheets.model import TooManyReadings

CSV = b"Nom;Heures\na;1\n"
JOB = wire.Job("a.csv", Limits(), None)


def running(code: str) -> tuple[str, ...]:
    """A child that does this once it is limited, and answers what it says."""
    prelude = "import os,sys,time;from api.kit.sheets import child,wire;"
    told = ";wire.send(sys.stdout.buffer, wire.Refused(str(said)));sys.stdout.buffer.flush()"
    return (sys.executable, "-c", prelude + code + told)


def asked(code: str, deadline: float | None = None) -> str:
    with pytest.raises(UnreadableSheet) as refusal:
        apart.ask(JOB, CSV, wire.receive_grid, running(code), deadline)
    return str(refusal.value)


def children() -> set[str]:
    """The processes that this one started and that are not waited for yet."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[1] == str(os.getpid()):
            found.add(status.parent.name)
    return found


def test_memory_past_the_limit_is_refused_to_the_child_and_only_there() -> None:
    take = f"said=len(bytearray({child.MEMORY}))"
    assert asked(take) == str(child.MEMORY)  # the control: nothing else holds it
    assert asked(f"child.limit();{take}") == apart.BROKEN


def test_processor_past_the_limit_ends_the_child() -> None:
    loop = "child.PROCESSOR=1;child.limit();said=0\nwhile True: said+=1\n"
    code = f"exec({loop!r})"
    assert asked(code, deadline=60) == apart.TOO_SLOW


def test_a_child_that_never_answers_is_ended_by_the_clock() -> None:
    started = time.monotonic()
    assert asked("said=time.sleep(60)", deadline=1) == apart.TOO_SLOW
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("death", ["os.abort()", "os._exit(3)", "os.kill(os.getpid(), 9)", "1/0"])
def test_a_dead_child_is_a_refusal_and_the_next_file_is_read(death: str) -> None:
    before = children()
    assert asked(f"said={death}") == apart.BROKEN
    assert read_sheet(CSV, "a.csv").rows[0].values == ["a", "1"]
    assert children() <= before


def test_a_child_writes_no_file_and_dumps_no_memory() -> None:
    with tempfile.NamedTemporaryFile() as target:
        write = f"os.write(os.open({target.name!r}, os.O_WRONLY), b'x'*9)"
        assert asked(f"said={write}") == "9"
        target.truncate(0)
        assert asked(f"child.limit();said={write}") == apart.BROKEN
        assert Path(target.name).stat().st_size == 0


def test_a_child_knows_nothing_of_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPASER_SECRET_KEY", "a secret of the service")
    told = asked("said=sorted(os.environ)")
    assert "SPASER" not in told
    assert "PYTHONPATH" in told


def test_a_child_is_ended_when_what_asked_for_it_fails() -> None:
    before = children()

    def failing(_pipe: IO[bytes]) -> NoReturn:
        raise KeyError("a fault of the caller")

    with pytest.raises(KeyError):
        apart.ask(JOB, CSV, failing, running("said=time.sleep(60)"))
    assert children() <= before


def test_what_is_no_answer_is_a_refusal() -> None:
    for said in ("b'\\xff'*400", "b'\\0\\0\\0\\1\\xc1'", "b'\\0\\0\\0\\4\\x81\\xa1a\\x01'"):
        assert asked(f"sys.stdout.buffer.write({said});said=''") == apart.BROKEN


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    read_sheet(CSV, "a.csv")
    with pytest.raises(UnreadableSheet):
        read_sheet(b"PK\x03\x04", "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_readings_beyond_what_is_allowed_at_once_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    held = [apart._turns.acquire(blocking=False) for _ in range(apart.TOGETHER)]
    try:
        with pytest.raises(TooManyReadings, match="dans une minute"):
            read_sheet(CSV, "a.csv")
    finally:
        for _one in filter(None, held):
            apart._turns.release()
    assert read_sheet(CSV, "a.csv").rows
