"""Reading schemes in the catalogue's format (``api.schemes.document``), from YAML files."""

from functools import lru_cache
from pathlib import Path

import yaml

from api.reference.marks import MARKS
from api.schemes.document import SchemeModel

CATALOGUE = Path(__file__).parent / "catalogue"


def read_model(data: object) -> SchemeModel:
    """Read a scheme from its JSON form, wherever it comes from.

    Raises ``pydantic.ValidationError`` when it is not sound, down to the words of the definitions
    of its indicators (marks included).
    """
    return SchemeModel.model_validate(data, context={"marks": MARKS.keys()})


def load_model(path: Path) -> SchemeModel:
    """Read one scheme model from a file.

    Raises as ``read_model``, and ``yaml.YAMLError`` when it is not YAML.
    """
    with path.open(encoding="utf-8") as stream:
        return read_model(yaml.safe_load(stream))


def models() -> list[SchemeModel]:
    """The scheme models of the catalogue, by code. Raises as ``load_model``."""
    return list(_catalogue())


@lru_cache(maxsize=1)
def _catalogue() -> tuple[SchemeModel, ...]:
    read = (load_model(path) for path in CATALOGUE.glob("*.yaml"))
    return tuple(sorted(read, key=lambda model: model.code))
