"""Collects the third-party files of the site from node_modules into web/static/vendor.

Run as `python -m web.vendor` once npm has installed the locked packages. Only the files named here
are copied, each package with its licence, and the icons in use become one sprite.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
TARGET = ROOT / "web" / "static" / "vendor"

# File served by the site → file of the installed package.
COPIES = {
    "bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
    "swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
    "LICENSE-bootstrap.txt": "bootstrap/LICENSE",
    "LICENSE-bootstrap-icons.txt": "bootstrap-icons/LICENSE",
    "LICENSE-htmx.txt": "htmx.org/LICENSE",
    "LICENSE-swagger-ui.txt": "swagger-ui-dist/LICENSE",
    "LICENSE-swagger-ui-bundle.txt": "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt",
    "LICENSE-swagger-ui-notice.txt": "swagger-ui-dist/NOTICE",
}

# Names of bootstrap-icons; a page shows one by <use href="…/vendor/icons.svg#NAME">.
ICONS = (
    "arrow-counterclockwise",
    "arrow-left",
    "arrow-right",
    "bar-chart",
    "box-arrow-right",
    "award",
    "building",
    "calculator",
    "calendar3",
    "chat-left-text",
    "check-circle",
    "clock-history",
    "download",
    "exclamation-triangle",
    "file-earmark-text",
    "globe",
    "info-circle",
    "link-45deg",
    "list",
    "pencil",
    "person-badge",
    "person-circle",
    "plus-lg",
    "printer",
    "question-circle",
    "search",
    "send",
    "table",
    "upload",
    "x-circle",
)
ICON = re.compile(r'<svg [^>]*viewBox="(?P<box>[-\d. ]+)"[^>]*>(?P<shapes>.*)</svg>', re.DOTALL)


def symbol(name: str, svg: str) -> str:
    """The icon as a <symbol> that takes the colour of the text around it.

    Raises ValueError when the file is not one <svg> with a viewBox.
    """
    found = ICON.fullmatch(svg.strip())
    if found is None:
        raise ValueError(f"L’icône « {name} » n’a pas la forme attendue.")
    shapes = "".join(line.strip() for line in found["shapes"].splitlines())
    return f'<symbol id="{name}" viewBox="{found["box"]}" fill="currentColor">{shapes}</symbol>'


def wanted(modules: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file the site serves, read from the folder npm filled."""
    for name, source in COPIES.items():
        yield name, (modules / source).read_bytes()
    icons = modules / "bootstrap-icons" / "icons"
    symbols = (symbol(name, (icons / f"{name}.svg").read_text("utf-8")) for name in ICONS)
    lines = ('<svg xmlns="http://www.w3.org/2000/svg">', *symbols, "</svg>", "")
    yield "icons.svg", "\n".join(lines).encode()


def collect(modules: Path, target: Path) -> list[str]:
    """Bring the folder `target` up to date and return the names written or removed.

    A file already identical is left alone, so its date, which browsers compare, does not move.
    Hidden files are the stamps of the Makefile and are kept. Raises FileNotFoundError when a
    package is not installed.
    """
    files = dict(wanted(modules))
    target.mkdir(parents=True, exist_ok=True)
    present = {path.name: path for path in target.iterdir() if not path.name.startswith(".")}
    stale = sorted(present.keys() - files.keys())
    for name in stale:
        present[name].unlink()
    changed = [
        name
        for name, content in files.items()
        if name not in present or present[name].read_bytes() != content
    ]
    for name in changed:
        (target / name).write_bytes(files[name])
    return sorted(changed + stale)


if __name__ == "__main__":
    try:
        collect(MODULES, TARGET)
    except FileNotFoundError as missing:
        sys.exit(f"Fichier absent : {missing.filename}. Lancez d’abord « npm ci ».")
