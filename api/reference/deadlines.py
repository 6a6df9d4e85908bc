"""The dated rules of the time one has to publish, read and checked once (api/reference/data)."""

import json
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from api.rules.decp.deadlines import DeadlineRule

DATA = Path(__file__).parent / "data" / "publication-deadlines.json"
_ROWS = TypeAdapter(tuple[DeadlineRule, ...])


@cache
def deadline_rules() -> tuple[DeadlineRule, ...]:
    """The rules of this version of the software, loaded at first use.

    Raises ``ValueError`` (Pydantic's) when a row is not sound.
    """
    return _ROWS.validate_python(json.loads(DATA.read_text("utf-8")))
