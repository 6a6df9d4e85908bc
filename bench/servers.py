"""Servers that are measured: ours and a bare one, each in a process of its own, and their load."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import httpx

KEY = "a key of the bench that is long enough to sign"
STARTING = 120


def ours(database: Path) -> AbstractContextManager[int]:
    """The API over a SQLite database; gives its port."""
    environment = {
        "SPASER_DATABASE_URL": f"sqlite:///{database}",
        "SPASER_SECRET": KEY,
        "SPASER_DATA_DIR": str(database.parent),
    }
    return _server([sys.executable, "-m", "api.cli", "api", "--port"], environment)


def bare(application: str, environment: dict[str, str]) -> AbstractContextManager[int]:
    """An ASGI application by uvicorn alone; gives its port."""
    command = [
        sys.executable, "-m", "uvicorn", application, "--log-level", "warning",
        "--no-access-log", "--port",
    ]  # fmt: skip
    return _server(command, environment)


def load(port: int, seconds: float, authorization: str, paths: list[str]) -> float:
    """The requests per second that a server answers, from a process of its own."""
    command = [sys.executable, "-m", "bench.load", str(port), str(seconds), authorization, *paths]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def _server(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    process = subprocess.Popen([*command, str(port)], env=os.environ | environment)
    try:
        deadline = time.monotonic() + STARTING
        while time.monotonic() < deadline and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/0")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
