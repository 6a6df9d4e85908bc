"""What a declarant says part by part: how invented figures are cut, what is said of steps."""

from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

# A part is this far, in thousandths of the whole, from what it is said to be.
_NOISE: Final = 9
# The base of a part that is told of the whole, as the other parts are.
WHOLE: Final = 100


@dataclass(frozen=True)
class Cut:
    """A part: what it is, and its hundredths of the value and of the base of the whole."""

    name: str
    value: int
    base: int = 0


PARTS: Final[dict[str, tuple[Cut, ...]]] = {
    # Cars are kept for nine years or so, computers five.
    "CAM-22-4": (Cut("Véhicules", 40, 30), Cut("Informatique", 60, 70)),
    "CAM-24-5": (
        Cut("Papier et fournitures de bureau", 34, 22),
        Cut("Mobilier", 20, 18),
        Cut("Informatique et téléphonie", 32, 40),
        Cut("Véhicules", 14, 20),
    ),
    "CAM-25-6": (
        Cut("Eau", 32, 30),
        Cut("Énergie", 48, 40),
        Cut("Gaz à effet de serre", 20, 30),
    ),
    "CD62-1.2.1.B-3": (
        Cut("Moyens généraux", 52),
        Cut("Éducation et restauration", 35),
        Cut("Bâtiments et voirie", 13),
    ),
    # Vehicles and copiers are hired, work clothes lent; the rest is bought.
    "CD62-2.2.2.D-3": (
        Cut("Location", 12, WHOLE),
        Cut("Mise à disposition", 9, WHOLE),
        Cut("Acquisition", 79, WHOLE),
    ),
}


@dataclass(frozen=True)
class Told:
    """A part of a step: what it is, whether it is done, on which day, and a note."""

    name: str
    done: bool | None = None
    done_on: date | None = None
    comment: str | None = None


# Whose reserved contracts are said to be there has them in the register of the demonstration.
STEPS: Final[dict[str, tuple[Told, ...]]] = {
    "CD62-3.1.3.B-4": (
        Told("Collecte et tri des déchets", True, date(2026, 2, 23)),
        Told(
            "Entretien des espaces verts",
            True,
            date(2026, 9, 8),
            "Cour de la pépinière d’entreprises végétalisée",
        ),
        Told("Restauration et traiteur", False, comment="Aucune structure candidate à ce jour"),
        Told("Nettoyage des locaux", False),
        Told("Blanchisserie"),
        Told("Impression et routage"),
        Told("Second œuvre du bâtiment"),
    ),
    "CD62-3.2.1.A-1": (
        Told("Cahiers des charges", False, comment="Modèle relu, pas encore publié"),
        Told("Règlement de la consultation", True, date(2026, 3, 20)),
        Told("Acte d’engagement", True, date(2026, 3, 20)),
        Told("Lettre aux candidats non retenus", True, date(2026, 6, 12)),
        Told("Cadre de réponse technique"),
    ),
}


def cut(code: str, value: int, base: int | None) -> list[tuple[str, int, int | None]]:
    """The parts of a figure, whose numbers add up to those of the whole; a small declarant has
    nothing of some. Raises KeyError."""
    parts = PARTS[code]
    values = _shared(code, value, [one.value for one in parts])
    if base is None:
        return [(one.name, told, None) for one, told in zip(parts, values, strict=True)]
    if all(one.base == WHOLE for one in parts):
        bases = [base for _ in parts]
    else:
        bases = _shared(code, base, [one.base for one in parts])
    told = zip(parts, values, bases, strict=True)
    return [(one.name, number, whole) for one, number, whole in told if whole]


def _shared(code: str, whole: int, hundredths: list[int]) -> list[int]:
    """A whole number in whole parts, never cut twice the same; the last takes what others leave."""
    rng = Random(f"{code} {whole}")  # noqa: S311 - invented data: to be repeated, no secret
    found = [whole * (10 * one + rng.randint(-_NOISE, _NOISE)) // 1_000 for one in hundredths[:-1]]
    return [*found, whole - sum(found)]
