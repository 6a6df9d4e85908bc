"""The example of the integrators' page, run as they would, against a real server."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cases.access import FACILITATOR
from tests.cases.keys import new_key
from tests.cases.statements import clause_of, month
from tests.cases.upserting import sent_line
from tests.conftest import DEMONSTRATION
from tests.operations import Service

PROGRAM = Path(__file__).parents[2] / "openapi" / "synchronise.py"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def program(service: Service, port: int, tmp_path: Path) -> Run:
    """The example, by a key of these scopes, in a folder of its own."""
    secrets: dict[str, str] = {}

    def key_of(scope: str) -> str:
        if scope not in secrets:
            facilitates = scope == "statements:write"
            siret = FACILITATOR if facilitates else DEMONSTRATION
            account = "facilitator" if facilitates else "pilot"
            made = service.make("/api/v1/keys", new_key(siret, [scope]), account)
            secrets[scope] = made["secret"]
        return secrets[scope]

    def run(scope: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        told = {"SPASER_URL": f"http://127.0.0.1:{port}", "SPASER_API_KEY": key_of(scope)}
        return subprocess.run(
            [sys.executable, str(PROGRAM), *arguments],
            cwd=tmp_path,
            env=os.environ | told,
            capture_output=True,
            text=True,
        )

    return run


def kept(folder: Path) -> dict[str, Any]:
    """What the program keeps of the register."""
    state: dict[str, Any] = json.loads((folder / "etat.json").read_text("utf-8"))
    return state


def versions(folder: Path) -> dict[str, int]:
    """The contracts it keeps, and their versions."""
    return {name: one["version"] for name, one in kept(folder)["contracts"].items()}


def register(service: Service) -> dict[str, int]:
    """The contracts of the buyer and their versions, read page by page."""
    found: dict[str, int] = {}
    cursor: str | None = ""
    while cursor is not None:
        more = f"&cursor={cursor}" if cursor else ""
        address = f"/api/v1/contracts?buyer={DEMONSTRATION}&limit=100{more}"
        page = service.get(address)
        found |= {one["id"]: one["version"] for one in page["items"]}
        cursor = page["next"]
    return found


def test_the_program_keeps_what_the_register_holds(
    service: Service, program: Run, tmp_path: Path
) -> None:
    gone = service.things("contract").contract_id
    first = program("contracts:read", "lire", "etat.json")
    assert first.returncode == 0, first.stdout + first.stderr
    wanted = register(service)
    assert gone in wanted
    assert versions(tmp_path) == wanted
    added = service.things("contract").contract_id
    tag = {"If-Match": f'"{wanted[gone]}"'}
    address = f"/api/v1/contracts/{gone}"
    deleted = service.client.delete(address, headers=service.as_("pilot") | tag)
    assert deleted.status_code == 204, deleted.text
    second = program("contracts:read", "lire", "etat.json")
    assert second.stdout == "1 marchés lus, 1 ôtés.\n", second.stdout + second.stderr
    assert versions(tmp_path) == register(service)
    assert added in versions(tmp_path)
    assert program("contracts:read", "lire", "etat.json").stdout == "0 marchés lus, 0 ôtés.\n"


def test_a_cursor_of_other_rights_has_everything_read_again(
    service: Service, program: Run, tmp_path: Path
) -> None:
    program("contracts:read", "lire", "etat.json")
    whole = kept(tmp_path)
    foreign = service.get("/api/v1/contracts/feed?limit=1")["next"]
    left = {"cursor": foreign, "contracts": {"gone": {}}}
    (tmp_path / "etat.json").write_text(json.dumps(left), "utf-8")
    again = program("contracts:read", "lire", "etat.json")
    assert again.returncode == 0, again.stdout + again.stderr
    assert kept(tmp_path)["contracts"].keys() == whole["contracts"].keys()


def test_contracts_are_written_by_their_external_id_and_never_twice(
    service: Service, program: Run, tmp_path: Path
) -> None:
    lines = [sent_line(f"SYNC-{n}") for n in range(3)]
    lines[2]["amount"] = "beaucoup"
    (tmp_path / "marches.json").write_text(json.dumps(lines), "utf-8")
    first = program("contracts:write", "ecrire", DEMONSTRATION, "marches.json")
    assert first.returncode == 1
    assert first.stdout.startswith("2 nouveaux, 0 modifiés, 0 inchangés, 1 refusés.\nLigne 3 (")
    second = program("contracts:write", "ecrire", DEMONSTRATION, "marches.json")
    assert second.stdout.startswith("0 nouveaux, 0 modifiés, 2 inchangés, 1 refusés.\n")
    address = f"/api/v1/contracts/by-external-id/{DEMONSTRATION}/SYNC-0"
    assert service.get(address)["reference"] == lines[0]["reference"]


def test_hours_are_stated_once(service: Service, program: Run, tmp_path: Path) -> None:
    clause = str(clause_of(service))
    line = {"clause_id": clause, "month": month(1), "persons": 2, "hours": "70.25"}
    (tmp_path / "heures.json").write_text(json.dumps([line, line | {"hours": "1.1"}]), "utf-8")
    answers = [program("statements:write", "heures", "heures.json") for _ in range(2)]
    for one in answers:
        assert one.returncode == 1, one.stderr
        assert one.stdout.startswith("1 lignes prises, 1 refusées.\nLigne 2 : ")
    address = f"/api/v1/insertion/statements?clause_id={clause}"
    (stated,) = service.get(address, "facilitator")["items"]
    assert (stated["hours"], stated["state"], stated["source"]) == ("70.25", "submitted", "api")


def test_what_the_program_cannot_do_is_told(program: Run, tmp_path: Path) -> None:
    (tmp_path / "marches.json").write_text(json.dumps([sent_line("SYNC-9")]), "utf-8")
    refused = program("schemes:read", "ecrire", DEMONSTRATION, "marches.json")
    assert refused.returncode == 1, refused.stderr
    assert "Cette clé d’API ne le permet pas" in refused.stdout
    asked_badly = program("schemes:read", "autre")
    assert asked_badly.returncode == 2, asked_badly.stderr
    assert "python synchronise.py lire" in asked_badly.stdout
