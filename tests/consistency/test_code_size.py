"""The code stays readable: short modules, short functions, a first line that says what for."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULE, FUNCTION = 400, 40
CODE = sorted(path for folder in ("api", "web") for path in (ROOT / folder).rglob("*.py"))
TESTS = sorted(path for folder in ("tests", "bench") for path in (ROOT / folder).rglob("*.py"))
BANNED = {"utils", "helpers", "common", "manager", "misc", "tools"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=named)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= MODULE


@pytest.mark.parametrize("path", CODE, ids=named)
def test_a_function_is_short(path: Path) -> None:
    lengths = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions(path)}
    assert {name: length for name, length in lengths.items() if length > FUNCTION} == {}


@pytest.mark.parametrize("path", [*CODE, *TESTS], ids=named)
def test_a_module_begins_by_saying_what_it_answers_for(path: Path) -> None:
    text = path.read_text("utf-8")
    if not text.strip():
        assert path.name == "__init__.py"
        return
    assert text.startswith('"""')
    first = (ast.get_docstring(ast.parse(text)) or "").splitlines()[0]
    assert len(first) > 15
    assert first.endswith((".", "?", "!"))


@pytest.mark.parametrize("path", CODE, ids=named)
def test_no_module_is_a_drawer(path: Path) -> None:
    assert not BANNED & {path.stem, *path.relative_to(ROOT).parts}
