"""What the cells of a file of hours say: codes, quarter-hours, counts and days.

Every refusal is a ValueError that says in French what to write instead.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeVar

from api.kit.sheets import Cell
from api.rules.columns import normalised
from api.rules.hours.labels import LABELS
from api.rules.hours.quarters import read_hours
from api.rules.hours.vocabulary import PUBLICS, Modality, Public, PublicFamily, Sex
from api.rules.text import fold

MOST_PERSONS: Final = 10_000
_DAY = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")

E_ = TypeVar("E_", bound=StrEnum)

_SEXES: Final[Mapping[str, Sex]] = {
    **dict.fromkeys(("f", "femme", "feminin", "mme", "madame", "fille"), Sex.F),
    **dict.fromkeys(("h", "homme", "m", "mr", "masculin", "monsieur", "garcon"), Sex.H),
    **dict.fromkeys(("x", "autre", "non binaire"), Sex.X),
}
_MODALITIES: Final[Mapping[str, Modality]] = {
    **dict.fromkeys(("cdi", "embauche cdi"), Modality.HIRE_CDI),
    **dict.fromkeys(("cdd", "embauche cdd"), Modality.HIRE_CDD),
    **dict.fromkeys(("apprentissage", "apprenti", "apprentie"), Modality.APPRENTICESHIP),
    **dict.fromkeys(
        ("contrat pro", "professionnalisation", "contrat professionnalisation"),
        Modality.PROFESSIONALISATION,
    ),
    **dict.fromkeys(
        ("interim", "interimaire", "ett", "travail temporaire", "mission d interim", "ctt"),
        Modality.TEMP_ETT,
    ),
    **dict.fromkeys(("etti", "interim d insertion", "interim insertion"), Modality.TEMP_ETTI),
    **dict.fromkeys(("eatt", "interim adapte"), Modality.TEMP_EATT),
    **dict.fromkeys(("ai", "association intermediaire"), Modality.LENT_AI),
    **dict.fromkeys(("geiq", "mad geiq"), Modality.LENT_GEIQ),
    **dict.fromkeys(("cotraitance", "cotraitance siae"), Modality.JOINT_SIAE),
    **dict.fromkeys(("ei", "entreprise d insertion"), Modality.SUBCONTRACT_EI),
    **dict.fromkeys(
        ("aci", "chantier d insertion", "atelier et chantier d insertion"),
        Modality.SUBCONTRACT_ACI,
    ),
    **dict.fromkeys(("ea", "entreprise adaptee"), Modality.SUBCONTRACT_EA),
    "esat": Modality.SUBCONTRACT_ESAT,
    **dict.fromkeys(("regie", "regie de quartier"), Modality.REGIE_QUARTIER),
    "eiti": Modality.EITI,
    **dict.fromkeys(("formation", "periode de formation"), Modality.TRAINING_PERIOD),
    "autre": Modality.OTHER,
}


def _named(codes: type[E_], others: Mapping[str, E_]) -> dict[str, E_]:
    """Every way to say a code: itself, its French, and what others write."""
    labels = {normalised(LABELS[codes][code]): code for code in codes}
    return {**others, **labels, **{normalised(code.value): code for code in codes}}


SEXES: Final = _named(Sex, _SEXES)
MODALITIES: Final = _named(Modality, _MODALITIES)
# A detailed criterion says its family, which is all that a line holds.
FAMILIES: Final[Mapping[str, PublicFamily]] = {
    **{normalised(code.value): PUBLICS[code].family for code in Public},
    **{normalised(PUBLICS[code].label): PUBLICS[code].family for code in Public},
    **_named(PublicFamily, {}),
}


def text_of(cell: Cell) -> str:
    """A cell as a person reads it, on one line; empty when it holds nothing."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    return " ".join(str(cell).split())


def read_code(cell: Cell, known: Mapping[str, E_], example: str) -> E_ | None:
    """The code that a cell says, by its code, its French or a usual name."""
    text = text_of(cell)
    if not text:
        return None
    found = known.get(normalised(text))
    if found is None:
        raise ValueError(f"Valeur inconnue : écrivez par exemple {example}, ou videz la cellule.")
    return found


def read_quarters(cell: Cell) -> int | None:
    """The whole quarter-hours that a cell says; None when it is empty."""
    text = text_of(cell)
    if not text:
        return None
    if isinstance(cell, bool | date):
        raise ValueError("Nombre d’heures illisible : écrivez par exemple 7,5 ou 7h30.")
    if isinstance(cell, Decimal):
        # A typed number has one reading; a written one with three decimals has two.
        text = f"{cell.normalize():f}".replace(".", ",")
    return read_hours(text)


def read_persons(cell: Cell) -> int | None:
    """The number of persons that a cell says; None when it is empty."""
    text = text_of(cell).replace(" ", "")
    if not text:
        return None
    whole = text.removesuffix(",0").removesuffix(".0")
    if isinstance(cell, bool | date) or not re.fullmatch("-?[0-9]{1,9}", whole, re.ASCII):
        raise ValueError("Nombre de personnes illisible : écrivez un nombre entier.")
    if not 1 <= int(whole) <= MOST_PERSONS:
        raise ValueError("Le nombre de personnes va de 1 à 10 000 : corrigez-le.")
    return int(whole)


def read_day(cell: Cell) -> date | None:
    """The day that a cell says; None when it says none."""
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    parts: tuple[str, ...] = ()
    if found := _DAY.fullmatch(text):
        parts = found.groups()[::-1]
    elif found := _ISO_DAY.fullmatch(text):
        parts = found.groups()
    try:
        return date(*map(int, parts)) if parts else None
    except ValueError:
        return None


def squeezed(text: str) -> str:
    """Letters and digits alone: "2023-117 / B" and "2023 117B" are the same number."""
    return re.sub("[^a-z0-9]", "", fold(text))


def lot_key(text: str) -> str:
    """A lot by its number where it has one: "Lot 02 – Gros œuvre" is "2"."""
    found = re.match(r"(?:lot\s*)?(?:n\s*[°o.]?\s*)?0*([0-9]+)(?![0-9a-z])", fold(text).strip())
    return found[1] if found else squeezed(text)
