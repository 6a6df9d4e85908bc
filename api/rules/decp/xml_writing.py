"""Writing of contracts as DECP XML (XSD 2.0.2): the same objects as in JSON, as elements.

What JSON says is said here, no more and no less, since an element is made of what ``write`` gives.
The differences of the XSD are few: one wrapper has another name, numbers never have an exponent,
an element that would be empty is left out, and there is no namespace. The order of the children
is free (``xs:all``): it is that of the JSON keys.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from api.rules.decp.text import REPLACEMENT, UNWRITABLE
from api.rules.records import Kind

OPENING: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n<marches>\n'
CLOSING: Final = b"</marches>\n"
FAMILIES: Final = {Kind.CONTRACT: "marche", Kind.CONCESSION: "contrat-concession"}

# JSON and the XSD disagree on this name, and each refuses the other's.
_XSD_NAMES: Final = {"modificationActeSousTraitance": "modificationActesSousTraitance"}
# A bare carriage return is a line feed for every XML reader.
_SPECIAL: Final = re.compile(f"[&<>\r]|{UNWRITABLE.pattern}")
_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def element(kind: Kind, fields: Mapping[str, object]) -> bytes:
    """One ``marche`` or ``contrat-concession`` and a line feed, in UTF-8.

    ``fields`` is what ``write`` gives, or what its JSON text reads back as. The contract must be
    publishable (``missing_for_publication``) for a file of such elements between ``OPENING`` and
    ``CLOSING`` to be valid for the XSD. Contracts come first there: some readers leave out a file
    that begins with a concession; without any element it is still valid.

    An element is always well-formed: a character that XML can't hold, which the publication rules
    refuse, would become U+FFFD.
    """
    parts: list[str] = []
    _append(parts, FAMILIES[kind], fields)
    return ("".join(parts) + "\n").encode()


def _append(parts: list[str], name: str, value: object) -> None:
    """Append the element ``name``, unless it would be empty."""
    if not isinstance(value, Mapping | list):
        text = _text(value)
        if text:
            parts.append(f"<{name}>{text}</{name}>")
        return
    parts.append(f"<{name}>")
    outside = len(parts)
    # The fields of an object, or those of each object of a list.
    for fields in (value,) if isinstance(value, Mapping) else value:
        for key, held in fields.items():
            own = str(_XSD_NAMES.get(key, key))
            if isinstance(held, list) and isinstance(held[0], str):
                # A list of labels bears the name of one of them: the element is repeated.
                for label in held:
                    _append(parts, own, label)
            else:
                _append(parts, own, held)
    if len(parts) == outside:
        parts.pop()
    else:
        parts.append(f"</{name}>")


def _text(value: object) -> str:
    if isinstance(value, str):
        if _SPECIAL.search(value) is None:
            return value
        return UNWRITABLE.sub(REPLACEMENT, value).translate(_ESCAPES)
    if isinstance(value, bool):
        return "true" if value else "false"
    # repr() of a float is the shortest text that reads back as it: exact to the cent.
    return str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}"
