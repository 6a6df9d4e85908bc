"""Uploads cut on the way, on a socket: nothing is written, nothing is left on the disk."""

import socket
import struct
import tempfile
import time
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from api.imports.models import ImportFile, StagedRow
from api.imports.sheets.models import SheetFile
from api.kit.idempotency import IdempotencyKey
from tests.conftest import DEMONSTRATION
from tests.operations import Service, decp_file

pytestmark = pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)

BOUNDARY = "limite"
ALIVE = b"GET /api/health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# Beyond what is held in memory while a form is received.
LARGE = 6 * 2**20
LINE = b"2026;M-1;1;00000062000013;Haies fictives;12,50\r\n"
SHEET = "Exercice;N° de mandat;Ligne du mandat;SIRET;Tiers;Montant HT\r\n".encode()
FILES = {
    "decp": decp_file(DEMONSTRATION).rstrip() + b" " * LARGE,
    "spending": SHEET + LINE * (LARGE // len(LINE)),
}


def upload(service: Service, kind: str) -> bytes:
    """A deposit as its bytes go over the wire."""
    parts = b"".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in (("kind", kind), ("organisation", DEMONSTRATION))
    )
    head = 'Content-Disposition: form-data; name="file"; filename="fichier"'
    body = parts + f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + FILES[kind]
    body += f"\r\n--{BOUNDARY}--\r\n".encode()
    lines = (
        "POST /api/v1/imports HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: {service.as_('pilot')['Authorization']}",
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}",
        f"Content-Length: {len(body)}",
        "Idempotency-Key: depot-coupe",
        "Connection: close",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def written(service: Service) -> list[int]:
    """How many rows of each table a deposit writes."""
    tables = (ImportFile, StagedRow, SheetFile, IdempotencyKey)
    with Session(service.app.state.engines.read) as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(one)) or 0 for one in tables]


def held_in(folder: Path) -> list[str]:
    """Files of a folder, and those of it that have no name any more but are still open."""
    found = [one.name for one in folder.iterdir()]
    for one in Path("/proc/self/fd").iterdir():
        try:
            target = str(one.readlink())
        except OSError:
            continue
        if target.startswith(f"{folder}/"):
            found.append(target)
    return found


def emptied(folder: Path) -> bool:
    """Whether nothing is left of a folder, once the server has had the time to notice."""
    until = time.monotonic() + 20
    while held_in(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not held_in(folder)


def cut_off(port: int, sent: bytes, folder: Path, *, reset: bool) -> bytes:
    """Send bytes, wait until they lie on the disk, and go: what was answered, if anything was."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(sent)
        until = time.monotonic() + 20
        while not held_in(folder) and time.monotonic() < until:
            time.sleep(0.02)
        assert held_in(folder), "the upload never reached the disk: nothing is proven"
        if reset:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return b""
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: wire.recv(65536), b""))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("reset", [True, False], ids=["reset", "half closed"])
def test_an_upload_cut_halfway_leaves_nothing(
    service: Service,
    port: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    reset: bool,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before, sent = written(service), upload(service, kind)
    answer = cut_off(port, sent[: len(sent) // 2], tmp_path, reset=reset)
    assert not answer.startswith(b"HTTP/1.1 2")
    assert emptied(tmp_path)
    assert written(service) == before
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        wire.sendall(ALIVE)
        assert wire.recv(64).startswith(b"HTTP/1.1 200")
