"""What must never be in the project, and what its README must tell."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from api.settings import Settings
from web.settings import WebSettings

ROOT = Path(__file__).parents[2]
BINARY = {".png", ".xls", ".ico", ".woff2", ".pdf", ".gz", ".xz", ".db", ".db-wal", ".db-shm"}
# What git ignores: installed, computed, or the data of who runs it.
IGNORED = set(re.findall(r"^([\w.-]+)/?$", (ROOT / ".gitignore").read_text("utf-8"), re.M)) | {
    ".git"
}


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            ignored = path.name in IGNORED or path == ROOT / "web" / "static" / "vendor"
            if not (ignored or path.is_symlink() or path.name.endswith(".egg-info")):
                yield from _texts(path)
        elif path.suffix not in BINARY:
            yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


TEXTS = dict(_texts(ROOT))

# A path of one machine: a home, or the folder this very copy stands in.
MACHINE = re.compile(
    rf"/(?:home|Users)/[a-z][\w.-]*/|/root/|/mnt/\w|[A-Z]:\\\\?Users\\|{re.escape(str(ROOT))}/"
)
ALLOWED_PATHS = {"tests/consistency/test_boundaries.py", "tests/api/test_hostile_imports.py"}
# The only registries a reader may be sent to, and none in a lock nor in a build.
REGISTRY = re.compile(
    r"https?://[\w.-]*(?:registry\.npmjs|pypi\.org/simple|files\.pythonhosted|jfrog|artifactory|"
    r"nexus|verdaccio|devpi)|--(?:extra-)?index-url|PIP_INDEX_URL|proxy\.golang"
)


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_knows_the_machine_it_was_written_on(name: str) -> None:
    if name in ALLOWED_PATHS:
        assert MACHINE.search(TEXTS[name])
        return
    assert not MACHINE.search(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_names_a_registry(name: str) -> None:
    if name == "tests/consistency/test_boundaries.py":
        return
    assert not REGISTRY.search(TEXTS[name])


@pytest.mark.parametrize(
    "name", [name for name in TEXTS if name.endswith((".html", ".xml", ".svg"))]
)
def test_no_template_trusts_a_text(name: str) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", TEXTS[name])


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith(("api/", "web/"))])
def test_no_code_runs_a_text(name: str) -> None:
    assert not re.search(r"(?<![\w.])(?:eval|exec)\(|shell=True|pickle|yaml\.load\(", TEXTS[name])


@pytest.mark.parametrize("kind", [Settings, WebSettings])
def test_every_setting_is_explained_in_french_and_told_in_the_readme(
    kind: type[BaseSettings],
) -> None:
    for name, field in kind.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert f"`SPASER_{name.upper()}`" in TEXTS["README.md"], name


def test_the_readme_tells_no_setting_that_does_not_exist() -> None:
    known = {
        f"SPASER_{name.upper()}" for kind in (Settings, WebSettings) for name in kind.model_fields
    }
    told = set(re.findall(r"`(SPASER_\w+)`", TEXTS["README.md"]))
    others = {"SPASER_HOST", "SPASER_DATABASE_PASSWORD"}  # of the command line, of the compose file
    assert {one for one in told - known - others if not one.startswith("SPASER_TEST_")} == set()


def test_no_secret_is_in_the_project() -> None:
    pattern = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|ghp_\w{30}|AKIA[0-9A-Z]{16}")
    holding = [name for name, text in TEXTS.items() if pattern.search(text)]
    assert holding in ([], ["tests/consistency/test_boundaries.py"])
