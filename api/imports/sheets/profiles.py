"""The titles of known software: which export a file is, and what its columns are called there."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from api.rules.columns import normalised

SOURCE = Path(__file__).parent / "data" / "profiles.yaml"
# With fewer titles in common, a file is anybody's.
_ENOUGH = 3

Words = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class Profile(BaseModel):
    """How one software names the columns of a kind of file: title -> field.

    A field that is empty says that this column is left out on purpose.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Words
    kind: Words
    columns: dict[Words, str] = Field(min_length=_ENOUGH)


@lru_cache(maxsize=1)
def profiles(path: Path = SOURCE) -> tuple[Profile, ...]:
    """Every profile, in the order of the file. Raises ValueError when the file is not sound."""
    with path.open(encoding="utf-8") as stream:
        return tuple(TypeAdapter(list[Profile]).validate_python(yaml.safe_load(stream)))


def recognised_profile(kind: str, header: Sequence[str]) -> Profile | None:
    """The profile of which a header has the most titles, None when it has too few of any."""
    titles = {normalised(title) for title in header}
    found = [(common(one, titles), -rank, one) for rank, one in enumerate(_of(kind))]
    count, _, best = max(found, default=(0, 0, None), key=lambda one: one[:2])
    return best if count >= _ENOUGH else None


def common(profile: Profile, titles: set[str]) -> int:
    """How many titles of a profile are among these normalised ones."""
    return len({normalised(title) for title in profile.columns} & titles)


def _of(kind: str) -> list[Profile]:
    return [one for one in profiles() if one.kind == kind]


def by_title(profile: Profile) -> Mapping[str, str]:
    """Normalised title -> field."""
    return {normalised(title): name for title, name in profile.columns.items()}
