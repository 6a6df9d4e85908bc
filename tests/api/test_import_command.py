"""`spaser import`: a DECP file of any size, in JSON or in XML, from the command line."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from api.kit.db import create_engines
from api.rules.decp import xml_writing
from api.rules.records import Kind
from tests.api.desk import row

Command = Callable[[Path], subprocess.CompletedProcess[str]]


@pytest.fixture
def command(blank_url: str, tmp_path: Path) -> Command:
    """The command line over an empty database, in a process of its own."""
    of_service = {"SPASER_DATA_DIR": str(tmp_path / "data"), "SPASER_DATABASE_URL": blank_url}

    def run(file: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "api.cli", "import", str(file)],
            env=os.environ | of_service,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def account_of(told: str) -> list[int]:
    """Rows received, new, changed, same, refused."""
    line = next(one for one in told.splitlines() if one.startswith("Lignes reçues : "))
    names = ("reçues", "nouvelles", "modifiées", "identiques", "refusées")
    return [int(re.findall(rf"{name} : (\d+)", line)[0]) for name in names]


def test_a_file_in_xml_enters_then_changes_nothing_in_json(
    command: Command, tmp_path: Path, blank_url: str
) -> None:
    rows = [row("C1"), row("C2", objet="Œuvres\r& <plans>"), row("C3", montant=None)]
    in_xml, in_json = tmp_path / "decp.xml", tmp_path / "decp.json"
    elements = [xml_writing.element(Kind.CONTRACT, one) for one in rows]
    in_xml.write_bytes(b"".join([xml_writing.OPENING, *elements, xml_writing.CLOSING]))
    in_json.write_text(json.dumps({"marches": {"marche": rows}}))
    first = command(in_xml)
    assert first.returncode == 0, first.stderr
    assert account_of(first.stdout) == [3, 3, 0, 0, 0]
    second = command(in_json)
    assert account_of(second.stdout) == [3, 0, 0, 3, 0]
    engines = create_engines(blank_url, 1)
    with engines.read.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM contract")) == 3
    engines.dispose()


def test_a_trapped_file_says_why_and_leaves_nothing(
    command: Command, tmp_path: Path, blank_url: str
) -> None:
    trapped = tmp_path / "decp.xml"
    trapped.write_text(
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><marches>&b;</marches>'
    )
    answer = command(trapped)
    assert answer.returncode == 1
    assert "DTD" in answer.stderr
    engines = create_engines(blank_url, 1)
    with engines.read.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM import_file")) == 0
    engines.dispose()


def test_rows_refused_are_told_by_reason_with_where_to_read_them(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "decp.json"
    rows = [row("C1"), row("C1", montant=1000), row(""), row("C2", acheteur={"id": "12"}), "texte"]
    file.write_text(json.dumps({"marches": {"marche": rows}}))
    answer = command(file)
    assert account_of(answer.stdout) == [5, 1, 0, 0, 4]
    told = [one.strip() for one in answer.stdout.splitlines()]
    for reason in (
        "1 : Porte le même numéro que la ligne 1 du fichier",
        "1 : Le contrat n’a pas d’identifiant",
        "1 : L’identifiant de l’acheteur «\u00a012\u00a0» (champ acheteur.id)",
        "1 : Cette ligne n’est pas un objet JSON",
    ):
        assert sum(one.startswith(reason) for one in told) == 1
    assert "--organisation SIRET" in answer.stdout


def test_a_file_that_is_not_there_is_said_in_french(command: Command, tmp_path: Path) -> None:
    for missing in (tmp_path / "absent.json", tmp_path):
        answer = command(missing)
        assert answer.returncode == 1
        assert answer.stderr.startswith(f"Aucun fichier à cet endroit : {missing}")
