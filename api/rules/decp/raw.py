"""A row of a DECP file before it is read as a contract, whether the file is JSON or XML."""

from dataclasses import dataclass, replace

from api.rules.decp.reading import read_row
from api.rules.records import Issue, Kind, Reading


@dataclass(frozen=True, slots=True)
class RawRow:
    """One element of a file: its rank from 1, what the file calls it, its content as JSON holds it.

    ``issues`` are the remarks on what the content leaves aside. What stands where a contract should
    has a ``refusal`` and no content.
    """

    position: int
    kind: Kind | None
    content: object
    issues: tuple[Issue, ...] = ()
    refusal: Issue | None = None


def read(row: RawRow) -> Reading:
    """A row of a file -> a record with all its remarks, or the reason of its refusal."""
    if row.refusal is not None:
        return Reading(None, refusal=row.refusal)
    reading = read_row(row.content, row.kind)
    return replace(reading, issues=row.issues + reading.issues) if row.issues else reading
