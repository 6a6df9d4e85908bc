"""What can be wrong inside a text: damaged characters, markup, characters nothing can store."""

import re
from typing import Final

from api.rules.decp.issues import issue
from api.rules.records import Issue

REPLACEMENT: Final = "\ufffd"
# What XML 1.0 has no way to write, not even as a reference. JSON has one, but the same contracts
# must be in both files.
UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

# What the second byte of a two-byte UTF-8 character becomes when it is read as Windows-1252.
_SECOND_BYTES = frozenset(map(chr, range(0x80, 0xC0))) | frozenset(
    bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")
)
_FIRST_BYTES = "ÃÂ"
_SURE_SIGNS = (REPLACEMENT, "ï¿½", "â€")
_LONGEST_ENTITY = 10


def usable_text(text: str, field: str, issues: list[Issue]) -> str:
    """``text`` with a remark on what looks damaged; it only changes where it can't be stored.

    NUL and lone surrogates, which no database nor UTF-8 file takes, become U+FFFD.
    """
    if text.isascii():
        if "\x00" in text:
            return _storable(text, field, issues)
        if ("<" in text or "&" in text) and has_markup(text):
            issues.append(issue("markup_in_text", field, text))
        return text
    if not is_storable(text):
        return _storable(text, field, issues)
    if ("\ufffd" in text or "Ã" in text or "Â" in text or "â" in text or "ï" in text) and (
        is_garbled(text)
    ):
        issues.append(issue("garbled_text", field, text))
    if ("<" in text or "&" in text) and has_markup(text):
        issues.append(issue("markup_in_text", field, text))
    return text


def is_storable(text: str) -> bool:
    """Whether a database and a UTF-8 file take ``text``: no NUL, no lone surrogate."""
    if "\x00" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_writable(text: str) -> bool:
    """Whether every published format can hold ``text``: no character that XML doesn't know."""
    return UNWRITABLE.search(text) is None


def _storable(text: str, field: str, issues: list[Issue]) -> str:
    issues.append(issue("unusable_characters", field, text))
    return "".join(
        REPLACEMENT if char == "\x00" or "\ud800" <= char <= "\udfff" else char for char in text
    )


def is_garbled(text: str) -> bool:
    """Whether ``text`` shows signs of a wrong decoding: U+FFFD, « Ã© », « â€™ »…"""
    for sign in _SURE_SIGNS:
        if sign in text:
            return True
    return any(first in text and _first_byte_in(text, first) for first in _FIRST_BYTES)


def _first_byte_in(text: str, first: str) -> bool:
    """Whether one of the ``first`` is followed by a second byte (CHÂTEAU is not such a case)."""
    position = text.find(first)
    while position >= 0:
        if text[position + 1 : position + 2] in _SECOND_BYTES:
            return True
        position = text.find(first, position + 1)
    return False


def has_markup(text: str) -> bool:
    """Whether ``text`` holds an HTML tag or an entity."""
    return _has_tag(text) or _has_entity(text)


def _has_tag(text: str) -> bool:
    position, last_end = text.find("<"), text.rfind(">")
    while 0 <= position < last_end:
        following = text[position + 1]
        if following == "/" or following.isalpha():
            return True
        position = text.find("<", position + 1)
    return False


def _has_entity(text: str) -> bool:
    position = text.find("&")
    while position >= 0:
        name, end, _ = text[position + 1 : position + 1 + _LONGEST_ENTITY].partition(";")
        if end and name.removeprefix("#").isalnum():
            return True
        position = text.find("&", position + 1)
    return False
