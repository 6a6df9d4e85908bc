"""The lines of the integrators' page make clients that import and compile."""

import os
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "openapi" / "README.md").read_text("utf-8")


def run(folder: Path, generator: str, program: Path) -> str:
    """Run the line of the page that calls a generator; answers what it said."""
    (line,) = [one.strip() for one in README.splitlines() if one.startswith(f"    {generator} ")]
    words = [
        str(ROOT / one) if one == "openapi/openapi.json" else one for one in shlex.split(line)[1:]
    ]
    return told(folder, str(program), *words)


def told(folder: Path, *command: str) -> str:
    """What a program says; it must succeed."""
    path = f"{ROOT / '.clients' / 'bin'}:{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, env=os.environ | {"PATH": path}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_python_client_imports_and_has_its_operations(tmp_path: Path) -> None:
    python = ROOT / ".clients" / "bin"
    run(tmp_path, "openapi-python-client", python / "openapi-python-client")
    uses = (
        "from client import AuthenticatedClient;"
        "from client.api.march_é_s import follow_contracts, upsert_contract, upsert_contracts;"
        "from client.models import ContractCreate, ContractLine, ContractsBulk;"
        "AuthenticatedClient(base_url='https://spaser.example', token='spk_');"
    )
    told(tmp_path, str(python / "python"), "-W", "error", "-c", uses)


def test_the_typescript_types_compile_and_have_their_paths(tmp_path: Path) -> None:
    binaries = ROOT / "node_modules" / ".bin"
    run(tmp_path, "openapi-typescript", binaries / "openapi-typescript")
    use = """import type { operations } from "./spaser";
type Body = operations["upsert_contracts"]["requestBody"]["content"]["application/json"];
export const lines = (body: Body): string[] => body.lines.map((one) => one.external_id);
"""
    (tmp_path / "use.ts").write_text(use, "utf-8")
    told(tmp_path, str(binaries / "tsc"), "--noEmit", "--strict", "use.ts")
