"""A real service on a port of its own, and headless Chromium in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.conftest import PASSWORD

ROOT = Path(__file__).parents[2]
STARTING = 60
# As root, and with nothing of the browser's own that looks for the outside world.
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `spaser serve --demo`, started as its README says."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    folder = tmp_path_factory.mktemp("service")
    environment = os.environ | {
        "PORT": str(port),
        "SPASER_DATA_DIR": str(folder),
        "SPASER_DEMO_PASSWORD": PASSWORD,
    }
    command = [sys.executable, "-m", "api.cli", "serve", "--demo"]
    with (folder / "output.log").open("w") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://localhost:{port}/api/health/ready", process, folder / "output.log")
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"the service did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    path = os.environ.get("SPASER_TEST_CHROMIUM") or shutil.which("chromium")
    assert path, "Chromium is missing: install Debian's « chromium », or set SPASER_TEST_CHROMIUM."
    return path


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Each journey is walked with and without JavaScript."""
    return bool(request.param)


@pytest.fixture
def context(scripted: bool, chromium: str, tmp_path: Path) -> Iterator[BrowserContext]:
    """A new browser."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=chromium,
            headless=True,
            args=list(ARGUMENTS),
            locale="fr-FR",
            timezone_id="Europe/Paris",
            java_script_enabled=scripted,
            accept_downloads=True,
        )
        opened.set_default_timeout(10_000)
        yield opened
        opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab that must end without an error of the console, of a script or of the policy."""
    opened = context.new_page()
    complaints: list[str] = []

    def told(message: Any) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def failed(request: Any) -> None:
        # The browser itself gives up what the journey no longer waits for: a preview that a newer
        # one replaces, a page left before it has come whole. What the service or the policy
        # breaks has other names (ERR_CONNECTION_RESET, ERR_EMPTY_RESPONSE, csp…).
        if "ERR_ABORTED" not in (request.failure or ""):
            complaints.append(f"{request.url} {request.failure}")

    opened.on("console", told)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("requestfailed", failed)
    yield opened
    assert complaints == []
