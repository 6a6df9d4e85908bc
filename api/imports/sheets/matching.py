"""Which column of a spreadsheet is which field: by a former choice, its software, its titles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import UUID

import msgspec
from sqlmodel import Session

from api.imports.sheets.models import SheetMemory
from api.imports.sheets.profiles import Profile, by_title, recognised_profile
from api.imports.sheets.target import SheetField
from api.kit.columns import now
from api.kit.problems import FieldError, Invalid
from api.kit.sheets.model import column_name
from api.rules.columns import match, normalised

MEMORY, PROFILE, TITLE, CLOSE, CHOSEN = "memory", "profile", "title", "close", "chosen"
"""By what a column was recognised; ``CLOSE`` is a guess that a person should look at."""

_TAKEN: Final = (
    "est donné à deux colonnes ({first} et {second}) : un champ n’en lit qu’une, laissez "
    "l’autre de côté."
)


@dataclass(frozen=True, slots=True)
class Matched:
    """Field -> index of its column, and by what it was recognised."""

    mapping: dict[str, int]
    how: dict[str, str]
    profile: str | None = None


def signature(header: Sequence[str]) -> str:
    """What two files of the same titles in the same order have in common."""
    titles = [normalised(title) for title in header]
    return blake2b(msgspec.json.encode(titles), digest_size=32).hexdigest()


def matched(
    session: Session,
    organisation_id: UUID,
    kind: str,
    fields: Sequence[SheetField],
    header: Sequence[str],
) -> Matched:
    """The column of each field: as the organisation chose for these titles, else by its software,
    else by the usual titles."""
    profile = recognised_profile(kind, header)
    name = profile.name if profile else None
    kept = session.get(SheetMemory, (organisation_id, kind, signature(header)))
    names = {one.name for one in fields}
    if kept is not None:
        mapping = {field: at for field, at in kept.mapping.items() if field in names}
        return Matched(mapping, dict.fromkeys(mapping, MEMORY), name)
    by_profile = _by_profile(profile, header)
    chosen = {header[at]: field for at, field in by_profile.items()}
    found = match(header, [one.column() for one in fields], chosen)
    told = {field for field in by_profile.values() if field}
    how = {
        field: CLOSE if field in found.guessed else PROFILE if field in told else TITLE
        for field in found.fields
    }
    return Matched(dict(found.fields), how, name)


def _by_profile(profile: Profile | None, header: Sequence[str]) -> dict[int, str]:
    titles = by_title(profile) if profile else {}
    wanted = ((at, titles.get(normalised(title))) for at, title in enumerate(header))
    return {at: field for at, field in wanted if field is not None}


def remember(
    session: Session,
    organisation_id: UUID,
    kind: str,
    header: Sequence[str],
    mapping: Mapping[str, int],
) -> None:
    """Keep how an organisation reads the files that bear these titles."""
    key = (organisation_id, kind, signature(header))
    kept = session.get(SheetMemory, key, with_for_update=True)
    if kept is None:
        kept = SheetMemory(organisation_id=key[0], kind=kind, signature=key[2], mapping={})
    kept.mapping, kept.updated_at = dict(mapping), now()
    session.add(kept)
    session.flush()


def checked(
    fields: Sequence[SheetField], header: Sequence[str], chosen: Sequence[tuple[int, str]]
) -> dict[str, int]:
    """A choice of columns, as field -> column.

    Raises Invalid on a field or a column that is not there, a field given to two columns, a column
    given twice.
    """
    labels = {one.name: one.label for one in fields}
    mapping: dict[str, int] = {}
    errors: list[FieldError] = []
    for place, (column, name) in enumerate(chosen):
        message = None
        if name not in labels:
            message = f"n’est pas un champ connu. Champs possibles : {', '.join(labels)}."
        elif column >= len(header):
            message = "n’est pas une colonne de ce fichier."
        elif name in mapping:
            first, second = _named(header, mapping[name]), _named(header, column)
            message = f"« {labels[name]} » " + _TAKEN.format(first=first, second=second)
        elif column in mapping.values():
            message = "donne la même colonne à deux champs : une colonne n’en remplit qu’un."
        if message is not None:
            errors.append(FieldError(loc=["body", "columns", place, "field"], message=message))
        else:
            mapping[name] = column
    if errors:
        raise Invalid(errors=errors)
    return mapping


def missing(fields: Sequence[SheetField], mapping: Mapping[str, int]) -> list[str]:
    """What is said of each required column that no column of the file fills."""
    return [
        f"La colonne « {one.label} » est introuvable : dites laquelle c’est, ou ajoutez-la."
        for one in fields
        if one.required and one.name not in mapping
    ]


def _named(header: Sequence[str], column: int) -> str:
    return f"« {header[column] or column_name(column)} »"
