"""The locks install the same thing everywhere, and every page says one and the same version."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
    "requirements-clients.lock",
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/operations.md")


def requirements(lock: str) -> dict[str, str]:
    """Requirement as locked (`name==version ; marker`) → the text of its hashes and comments."""
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    return dict(entry.split(" \\\n", 1) for entry in entries)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_one_version_and_its_hashes(lock: str) -> None:
    locked = requirements(lock)
    assert locked
    for requirement, hashes in locked.items():
        assert re.match(r"[a-z0-9._-]+==\d[^ ]*( ; .+)?$", requirement)
        assert "--hash=sha256:" in hashes


def test_the_development_lock_holds_the_very_packages_that_run() -> None:
    development = requirements("requirements-dev.lock")
    for requirement, text in requirements("requirements.lock").items():
        assert re.findall("sha256:.{64}", text) == re.findall(
            "sha256:.{64}", development[requirement]
        )


def test_every_dependency_of_the_project_is_locked() -> None:
    asked = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]
    locked = {requirement.split("==")[0] for requirement in requirements("requirements-dev.lock")}
    assert {re.split(r"[\[>=]", line)[0] for line in asked} <= locked


def test_no_lock_names_a_registry() -> None:
    for lock in LOCKS:
        assert "://" not in (ROOT / lock).read_text("utf-8")
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert packages
    assert not [name for name, package in packages.items() if "resolved" in package]


def test_every_npm_package_is_checked_by_its_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    del packages[""]
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_the_version_is_the_same_everywhere() -> None:
    version = PROJECT["version"]
    changelog = re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    publiccode = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert changelog is not None
    assert changelog[1] == version
    assert publiccode["softwareVersion"] == version
    assert json.loads((ROOT / "package.json").read_text("utf-8"))["version"] == version
    assert compose["services"]["api"]["image"] == f"spaser:{version}"


def test_every_service_of_the_compose_file_is_hardened() -> None:
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_webhooks_are_delivered_and_only_who_delivers_reaches_the_outside() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
    deliver = compose["services"]["deliver"]
    assert deliver["command"][0] == "deliver"
    assert deliver["environment"].items() <= compose["services"]["api"]["environment"].items()
    reached = {
        name for name, one in compose["services"].items() if "outside" in one.get("networks", [])
    }
    assert reached == {"deliver"}
    assert compose["networks"]["data"] == {"internal": True}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_of_the_repository_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8"))
    assert not [link for link in links if not (path.parent / link).exists()]


def test_every_make_command_of_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in PAGES:
        shown = set(re.findall(r"\bmake ([a-z]+)", (ROOT / page).read_text("utf-8")))
        assert shown <= targets
