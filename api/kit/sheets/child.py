"""The process that reads one file and ends: `python -m api.kit.sheets.child`, over its pipes.

It holds nothing of the service: no setting, no secret, no connection. Its limits are those of the
system, set before the first byte of the file is read; no path of the file is ever opened.
"""

import gc
import resource
import sys
import traceback
from typing import IO

from api.kit.sheets import marking, opening, wire
from api.kit.sheets.marks import StrangeLine
from api.kit.sheets.model import UnreadableSheet

# Address space, code included: several times what a million cells take.
MEMORY = 768 * 2**20
# Seconds of processor, of which a million cells take less than ten.
PROCESSOR = 30
_FILES = 32
TOO_BIG = (
    "Ce fichier demande trop de mémoire pour être lu : copiez les données utiles dans un nouveau "
    "classeur, sans mise en forme, puis déposez-le."
)


def limit() -> None:
    """Give up what a reading does not need: memory and time without end, files written."""
    for name, most, last in (
        (resource.RLIMIT_AS, MEMORY, MEMORY),
        # One second apart: the first says what it is, the second kills.
        (resource.RLIMIT_CPU, PROCESSOR, PROCESSOR + 1),
        (resource.RLIMIT_NOFILE, _FILES, _FILES),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(name, (most, last))


def answer(job: wire.Job, data: bytes, pipe: IO[bytes]) -> None:
    """Do one job and write its frames; raises UnreadableSheet."""
    if job.header_line is None:
        source = opening.open_source(data, job.filename, job.limits)
        grid = opening.read_grid(source, job.limits, job.sheet)
        wire.send_grid(pipe, grid, job.limits)
    else:
        wire.send_content(pipe, marking.annotated(job, data))


def respond(job: wire.Job, received: IO[bytes], pipe: IO[bytes]) -> None:
    """Read the file, do the job and answer, whatever happens."""
    try:
        answer(job, received.read(), pipe)
    except UnreadableSheet as refusal:
        wire.send(pipe, wire.Refused(str(refusal)))
    except StrangeLine as strange:
        wire.send(pipe, wire.Strange(str(strange)))
    except (MemoryError, RecursionError):
        wire.send(pipe, wire.Refused(TOO_BIG))
    except Exception:
        # A fault of ours: the service logs it, and tells the person that the file is not read.
        wire.send(pipe, wire.Fault(traceback.format_exc(limit=-8)))


def main() -> None:
    """Read the job then the file from the standard input, answer on the standard output."""
    limit()
    # Nothing here lives long enough to be collected before the end.
    gc.disable()
    job = wire.receive(sys.stdin.buffer)
    if not isinstance(job, wire.Job):
        raise wire.BrokenPipe(type(job).__name__)
    respond(job, sys.stdin.buffer, sys.stdout.buffer)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
