"""Has a file read by a process of its own, that dies with it: the service outlives any file.

The child gets a nearly empty environment, its own limits (``child.limit``) and a wall clock held
here. It reads its standard input and writes its standard output, nothing else.
"""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, TypeVar

from api.kit.sheets import wire
from api.kit.sheets.model import TooManyReadings, UnreadableSheet

T = TypeVar("T")

_ROOT = Path(__file__).parents[3]
_COMMAND = (sys.executable, "-s", "-m", "api.kit.sheets.child")
# Seconds between the start of a reading and its end, waiting for a turn left out.
DEADLINE = 45.0
# Readings at once in one process of the service, and how long one waits for its turn.
TOGETHER, PATIENCE = 4, 20.0
_turns = threading.BoundedSemaphore(TOGETHER)
_log = logging.getLogger(__name__)

_AGAIN = (
    "enregistrez-le de nouveau dans votre tableur, au format XLSX, ODS ou CSV, puis déposez-le."
)
BROKEN = f"La lecture de ce fichier s’est interrompue : il est abîmé ou démesuré ; {_AGAIN}"
TOO_SLOW = (
    "La lecture de ce fichier prend trop de temps : copiez les données utiles dans un nouveau "
    "classeur, ou partagez-le en plusieurs fichiers, puis déposez-les l’un après l’autre."
)
BUSY = (
    "Trop de fichiers sont lus en ce moment : celui-ci n’a pas été lu. Déposez-le de nouveau dans "
    "une minute."
)


def ask(
    job: wire.Job,
    data: bytes,
    receive: Callable[[IO[bytes]], T],
    command: tuple[str, ...] = _COMMAND,
    deadline: float | None = None,
) -> T:
    """What a child answers to a job, as ``receive`` reads it.

    Raises UnreadableSheet: what the child refuses, or that it died, or that it took too long;
    TooManyReadings when its turn does not come.
    """
    if not _turns.acquire(timeout=PATIENCE):
        raise TooManyReadings(BUSY)
    try:
        return _asked(job, data, receive, command, DEADLINE if deadline is None else deadline)
    finally:
        _turns.release()


def _asked(
    job: wire.Job,
    data: bytes,
    receive: Callable[[IO[bytes]], T],
    command: tuple[str, ...],
    deadline: float,
) -> T:
    late = threading.Event()
    with subprocess.Popen(  # noqa: S603 - our own interpreter on our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env=_environment(),
    ) as child:

        def stop() -> None:
            late.set()
            child.kill()

        clock = threading.Timer(deadline, stop)
        clock.daemon = True
        clock.start()
        try:
            return _talk(child, job, data, receive)
        except (wire.BrokenPipe, OSError) as error:
            raise _told(child, late.is_set(), error) from error
        finally:
            # Dead before it is waited for, whatever happened here: never a reading left behind.
            clock.cancel()
            child.kill()


def _talk(
    child: subprocess.Popen[bytes],
    job: wire.Job,
    data: bytes,
    receive: Callable[[IO[bytes]], T],
) -> T:
    if child.stdin is None or child.stdout is None:  # they are asked for above
        raise wire.BrokenPipe
    # A child that refuses before it has read everything still says why.
    with suppress(BrokenPipeError):
        wire.send(child.stdin, job)
        child.stdin.write(data)
    with suppress(BrokenPipeError):
        child.stdin.close()
    return receive(child.stdout)


def _told(child: subprocess.Popen[bytes], late: bool, error: Exception) -> UnreadableSheet:
    """The refusal of a file whose reading died, once it is known what it died of."""
    child.kill()
    ended = child.wait()
    _log.warning("a spreadsheet was not read: child ended %s, late %s, %s", ended, late, error)
    return UnreadableSheet(TOO_SLOW if late or ended == -signal.SIGXCPU else BROKEN)


def _environment() -> dict[str, str]:
    """What Python needs to start, and nothing of the service: no setting, no secret."""
    return {"LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(_ROOT)}
