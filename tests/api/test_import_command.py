"""`spaser import`: a DECP file of any size, in JSON or in XML, from the command line."""

import json
import os
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
    assert "3 lignes reçues : 3 nouvelles, 0 modifiées, 0 identiques, 0 refusées" in first.stdout
    second = command(in_json)
    assert "3 lignes reçues : 0 nouvelles, 0 modifiées, 3 identiques, 0 refusées" in second.stdout
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
