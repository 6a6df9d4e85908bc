"""Mends what some software writes in JSON that JSON has no place for, so that the row can tell it.

Three defects of real files, each harmless once known: NaN or Infinity for a value that is missing,
a backslash that escapes nothing (« l\\'école »), a line feed or another control character written
as it is in a text. Anything else that is wrong leaves the file as refused as it was.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from api.rules.decp.issues import issue
from api.rules.decp.raw import RawRow
from api.rules.records import Issue

# Longer than what is looked for: what begins so near the end of a window may be cut there.
_LONGEST = 12
# A character that no text holds: it stands before what was mended until its row is read.
_MARK = "\uffff"
_WRITTEN_MARK = rb"\uffff"
_OUTSIDE = re.compile(rb'"|(?<![\w"])-?(?:NaN|Infinity)(?!\w)')
_INSIDE = re.compile(rb'"|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})|\\|[\x00-\x1f]')


def pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The bytes of a JSON file mended and marked, by pieces; whether each stands for a defect."""
    # ``given``: the byte before what is left, which tells whether a word begins there.
    inside, given, rest = False, b"", b""
    for window in chain(chunks, (b"",)):
        data = given + rest + window
        at = done = len(given)
        end = max(at, len(data) - _LONGEST) if window else len(data)
        while (found := (_INSIDE if inside else _OUTSIDE).search(data, at)) is not None:
            if found.start() >= end:
                break
            at = found.end()
            if found[0] == b'"':
                inside = not inside
            elif (mended := _mended(found[0], inside=inside)) is not None:
                yield data[done : found.start()], False
                yield mended, True
                done = at
        end = max(end, at)
        yield data[done:end], False
        given, rest = data[end - 1 : end] if end else b"", data[end:]


def _mended(written: bytes, *, inside: bool) -> bytes | None:
    """A defect as JSON may hold it, after the mark; None for a right escape."""
    if not inside:
        return b'"' + _WRITTEN_MARK + written + b'"'
    if written == b"\\":
        return _WRITTEN_MARK + rb"\\"
    return None if len(written) > 1 else _WRITTEN_MARK + rb"\u%04x" % written[0]


def told(row: RawRow) -> RawRow:
    """A row of a mended file without its marks, with a remark on each field that bore one."""
    issues: list[Issue] = []
    content = _unmarked(row.content, "", issues)
    return RawRow(row.position, row.kind, content, tuple(issues)) if issues else row


def _unmarked(value: Any, place: str, issues: list[Issue]) -> Any:
    if isinstance(value, str):
        return _unmarked_text(value, place, issues)
    if isinstance(value, dict):
        bare = {key.replace(_MARK, ""): one for key, one in value.items()}
        return {
            key: _unmarked(one, f"{place}.{key}" if place else key, issues)
            for key, one in bare.items()
        }
    if isinstance(value, list):
        return [_unmarked_item(one, f"{place}[{n}]", issues) for n, one in enumerate(value, 1)]
    return value


def _unmarked_item(item: Any, place: str, issues: list[Issue]) -> Any:
    # The wrapper of an object in a list has no place in the name of a field.
    if isinstance(item, dict) and len(item) == 1:
        ((key, held),) = item.items()
        if isinstance(held, dict):
            return {key: _unmarked(held, place, issues)}
    return _unmarked(item, place, issues)


def _unmarked_text(text: str, place: str, issues: list[Issue]) -> str | None:
    if _MARK not in text:
        return text
    bare = text.replace(_MARK, "")
    if text[1:] in ("NaN", "Infinity", "-Infinity"):
        issues.append(issue("not_a_json_value", place, bare))
        return None
    issues.append(issue("not_a_json_text", place, bare))
    return bare
