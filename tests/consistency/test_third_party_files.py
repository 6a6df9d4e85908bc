"""The files of other projects that the site serves are complete, licensed and collected once."""

from pathlib import Path
from xml.parsers import expat

import pytest

from web import vendor

Element = tuple[str, dict[str, str]]


def elements(document: bytes) -> list[Element]:
    """Each element of a document with its attributes; an ill-formed document is an error."""
    found: list[Element] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.Parse(document, True)
    return found


def test_collecting_brings_every_file_and_then_nothing_more(tmp_path: Path) -> None:
    written = vendor.collect(vendor.MODULES, tmp_path)
    assert set(written) == {*vendor.COPIES, "icons.svg"}
    assert vendor.collect(vendor.MODULES, tmp_path) == []


def test_collecting_mends_a_changed_file_and_removes_one_that_is_no_longer_used(
    tmp_path: Path,
) -> None:
    vendor.collect(vendor.MODULES, tmp_path)
    (tmp_path / "htmx.min.js").write_text("old")
    (tmp_path / "gone.js").write_text("old")
    (tmp_path / ".collected").touch()
    assert vendor.collect(vendor.MODULES, tmp_path) == ["gone.js", "htmx.min.js"]
    assert not (tmp_path / "gone.js").exists()
    assert (tmp_path / ".collected").exists()


def test_every_package_comes_with_its_licence() -> None:
    packages = {source.split("/")[0] for source in vendor.COPIES.values()} | {"bootstrap-icons"}
    licensed = {
        source.split("/")[0] for name, source in vendor.COPIES.items() if name.startswith("LICENSE")
    }
    assert licensed == packages


def test_the_sprite_draws_each_icon_in_the_colour_of_its_text(tmp_path: Path) -> None:
    vendor.collect(vendor.MODULES, tmp_path)
    drawn = elements((tmp_path / "icons.svg").read_bytes())
    symbols = [attributes for name, attributes in drawn if name == "symbol"]
    assert [symbol["id"] for symbol in symbols] == list(vendor.ICONS)
    assert {symbol["fill"] for symbol in symbols} == {"currentColor"}
    assert {symbol["viewBox"] for symbol in symbols} == {"0 0 16 16"}
    assert {name for name, _ in drawn} <= {"svg", "symbol", "path", "circle"}


def test_an_icon_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="house"):
        vendor.symbol("house", "<svg><path/></svg>")


def test_missing_packages_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        vendor.collect(tmp_path / "node_modules", tmp_path / "vendor")
