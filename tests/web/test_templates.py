"""Templates hold to the rules of the house: no inline code, tables that speak, nothing unused."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

import web
from web.rendering import ENVIRONMENT, TEMPLATES

FILES = sorted(TEMPLATES.rglob("*.html"))
each_template = pytest.mark.parametrize(
    "path", FILES, ids=[str(path.relative_to(TEMPLATES)) for path in FILES]
)
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=|<style"),
    "an inline handler": re.compile(r"""\son[a-z]+\s*=\s*["'{]""", re.IGNORECASE),
    "a handler of htmx": re.compile(r"hx-on\b"),
    "code in a value": re.compile(r"\bjs:|javascript:", re.IGNORECASE),
    "a condition in a trigger": re.compile(r'hx-trigger="[^"]*\['),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "a file of another site": re.compile(r'(src|<link[^>]*href)\s*=\s*"(https?:)?//'),
    "text not escaped": re.compile(r"\|\s*safe\b|autoescape\s+false|Markup\("),
}


@each_template
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_template_holds_nothing_forbidden(path: Path, what: str) -> None:
    found = FORBIDDEN[what].search(path.read_text("utf-8"))
    assert found is None, f"{what}: {found.group()}"


@each_template
def test_a_table_has_a_caption_and_its_headers_a_scope(path: Path) -> None:
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for table in soup.select("table"):
        assert table.caption is not None
        assert table.select("th")
        for header in table.select("th"):
            assert header.get("scope") in ("col", "row", "rowgroup"), str(header)


@each_template
def test_a_drawing_has_a_title_or_is_decoration(path: Path) -> None:
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for drawing in soup.select("svg"):
        if drawing.get("role") == "img":
            assert drawing.find("title") is not None
        else:
            assert drawing.get("aria-hidden") == "true"


@each_template
def test_what_htmx_does_works_without_it(path: Path) -> None:
    soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
    for one in soup.select("[hx-get]"):
        plain = {
            "a": "href",
            "form": "action",
            "input": "name",
            "select": "name",
            "button": "formaction",
        }
        assert one.has_attr(plain[one.name]), str(one)[:200]
    assert not soup.select("[hx-post], [hx-put], [hx-patch], [hx-delete]")


def test_every_template_is_used() -> None:
    sources = [*FILES, *Path(str(web.__file__)).parent.rglob("*.py")]
    texts = {path: path.read_text("utf-8") for path in sources}
    for path in FILES:
        name = path.relative_to(TEMPLATES).as_posix()
        assert any(f'"{name}"' in text for other, text in texts.items() if other != path), name


def test_every_template_compiles() -> None:
    for name in ENVIRONMENT.list_templates():
        ENVIRONMENT.get_template(name)


def test_text_is_escaped_and_typography_is_ours() -> None:
    template = ENVIRONMENT.from_string("Quoi ? {{ said }}")
    assert template.render(said="<b> ?") == "Quoi\u202f? &lt;b&gt; ?"


def test_the_style_asks_nothing_of_another_site() -> None:
    style = (TEMPLATES.parent / "static" / "spaser.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style
