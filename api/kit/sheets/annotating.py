"""Gives a person's own file back with our two columns, and nothing else changed."""

from collections.abc import Mapping
from typing import IO

from api.kit.sheets import apart, wire
from api.kit.sheets.model import Limits
from api.kit.sheets.reading import DEFAULT_LIMITS, within


def annotate(
    content: IO[bytes] | bytes,
    filename: str,
    header_line: int,
    results: Mapping[int, tuple[str, str]],
    limits: Limits = DEFAULT_LIMITS,
    *,
    sheet: str | None = None,
) -> bytes:
    """The same file, of the same format, with « Statut » and « Erreurs » at the right.

    ``results`` gives (status, errors) by line of the file, as in ``Sheet.rows``; ``header_line``
    and ``sheet`` are those of the reading. Columns that we added before are replaced. What we
    write is text, never a formula. A format that is only read comes back as another one: see
    ``Kind.given_back``.

    Raises UnreadableSheet when the file cannot be read, ValueError when a line is not under the
    header of the sheet.
    """
    job = wire.Job(filename, limits, sheet, header_line, dict(results))
    return apart.ask(job, within(content, limits), wire.receive_content)
