"""The kinds of spreadsheets that are read, by their code."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from api.imports.sheets.contracts import CONTRACTS
from api.imports.sheets.projects import PROJECTS
from api.imports.sheets.spending import SPENDING
from api.imports.sheets.structures import STRUCTURES
from api.imports.sheets.target import Target

DECP: Final = "decp"


class ImportKind(StrEnum):
    """What a file received brings; the statements of hours have files of their own."""

    DECP = DECP
    CONTRACTS = "contracts"
    SPENDING = "spending"
    STRUCTURES = "structures"
    PROJECTS = "projects"


TARGETS: Final[Mapping[str, Target]] = {
    one.code: one for one in (CONTRACTS, SPENDING, STRUCTURES, PROJECTS)
}
