"""How the invented figures of a declarant are cut in parts, where an indicator is told by part."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cut:
    """A part: what it is, and its hundredths of the value and of the base of the whole."""

    name: str
    value: int
    base: int = 0


PARTS: Final[dict[str, tuple[Cut, ...]]] = {
    # Cars are kept for nine years or so, computers five.
    "CAM-22-4": (Cut("Véhicules", 45, 30), Cut("Informatique", 55, 70)),
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
        Cut("Systèmes d’information", 45),
        Cut("Éducation et collèges", 35),
        Cut("Moyens généraux", 20),
    ),
    # Vehicles and copiers are hired, work clothes lent; the rest is bought.
    "CD62-2.2.2.D-3": (
        Cut("Location", 12),
        Cut("Mise à disposition", 9),
        Cut("Acquisition", 79),
    ),
}


def cut(code: str, value: int, base: int | None) -> list[tuple[str, int, int | None]]:
    """The parts of a figure, whose numbers add up to those of the whole; a small declarant has
    nothing of some. Raises KeyError."""
    parts = PARTS[code]
    values = _shared(value, [one.value for one in parts])
    if base is None:
        return [(one.name, told, None) for one, told in zip(parts, values, strict=True)]
    bases = _shared(base, [one.base for one in parts])
    told = zip(parts, values, bases, strict=True)
    return [(one.name, number, whole) for one, number, whole in told if whole]


def _shared(whole: int, hundredths: list[int]) -> list[int]:
    """A whole number in whole parts; the last one takes what the others leave."""
    found = [whole * one // 100 for one in hundredths[:-1]]
    return [*found, whole - sum(found)]
