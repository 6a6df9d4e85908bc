"""What the cells of a person's spreadsheet say: money, days, SIRET, yes or no, words of a list.

A reader takes a filled cell and gives a plain value, which JSON keeps. Every refusal is a
ValueError whose French text follows the title of the column: « Montant HT » n’est pas…
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from api.kit.columns import MAX_EUROS, clean_text
from api.kit.sheets import Cell
from api.rules.columns import normalised, read_decimal_text
from api.rules.decp.identifiers import siret_key_is_right

Plain = str | int | bool | list[list[str | None]] | None
Reader = Callable[[Cell], Plain]

WRONG_KEY: Final = (
    "a une clé de contrôle fausse : vérifiez qu’aucun chiffre n’est changé. La valeur est gardée."
)
_SIRET, _SHORTEST = 14, 9
_DAY = re.compile(r"([0-9]{1,2})[/.\-]([0-9]{1,2})[/.\-]([0-9]{4})(?:[ T].*)?")
_ISO_DAY = re.compile(r"([0-9]{4})[/.\-]?([0-9]{2})[/.\-]?([0-9]{2})(?:[ T].*)?")
_SERIALS = range(20_000, 80_000)
_FLAGS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("oui", "o", "yes", "vrai", "true", "1", "x"), True),
    **dict.fromkeys(("non", "n", "no", "faux", "false", "0"), False),
}


def text_of(cell: Cell) -> str:
    """A cell as a person reads it, on one line; empty when it holds nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return " ".join(f"{cell:f}".split()) if isinstance(cell, Decimal) else _flat(str(cell))


def _flat(text: str) -> str:
    return " ".join(text.split())


def text(longest: int) -> Reader:
    """Reads a text of ``longest`` characters at most, on one line."""

    def read(cell: Cell) -> str:
        said = str(clean_text(text_of(cell)))
        if len(said) > longest:
            raise ValueError(f"dépasse {longest} caractères : raccourcissez-le.")
        return said

    return read


def cents(cell: Cell) -> int:
    """Reads euros as whole cents: "1 234,56 €" → 123456."""
    amount = _number(cell, "1 234,56")
    if amount != round(amount, 2):
        raise ValueError(
            f"« {text_of(cell)} » a plus de deux décimales : écrivez le montant au centime, sans "
            "point ni virgule entre les milliers."
        )
    if abs(amount) > MAX_EUROS:
        raise ValueError("dépasse cent mille milliards d’euros.")
    return int(amount * 100)


def cents_above_zero(cell: Cell) -> int:
    """Reads euros that may not be negative, as whole cents."""
    amount = cents(cell)
    if amount < 0:
        raise ValueError("est négatif : écrivez un montant positif ou nul.")
    return amount


def whole(least: int, most: int) -> Reader:
    """Reads a whole number within bounds: "12", "12,0"."""

    def read(cell: Cell) -> int:
        number = _number(cell, str(least))
        if number != int(number):
            raise ValueError(f"« {text_of(cell)} » n’est pas un nombre entier.")
        if not least <= number <= most:
            raise ValueError(f"doit être compris entre {least} et {most}.")
        return int(number)

    return read


def _number(cell: Cell, example: str) -> Decimal:
    if isinstance(cell, bool | date):
        raise ValueError(f"n’est pas un nombre : écrivez-le comme « {example} ».")
    written = cell
    if isinstance(cell, str):
        # "1 234,56 EUR TTC" is not excluding tax: left to the reader of numbers, which refuses it.
        written = cell.replace("−", "-").strip()
        if re.fullmatch(r"\(.*\)", written):
            # How accountants write a negative amount.
            written = f"-{written[1:-1].strip()}"
        if re.search("[0-9] *[hH:] *[0-9]*$", written):
            raise ValueError(f"« {text_of(cell)} » n’est pas un nombre.")
    try:
        return read_decimal_text(written)
    except ValueError:
        raise ValueError(
            f"« {text_of(cell)[:60]} » n’est pas un nombre : écrivez-le comme « {example} »."
        ) from None


def year(cell: Cell) -> int:
    """Reads a year, or the year of a day."""
    if isinstance(cell, date):
        return cell.year
    if isinstance(cell, str) and (found := _DAY.fullmatch(cell.strip())):
        return int(found[3])
    said = text_of(cell).removesuffix(",0").removesuffix(".0")
    if not re.fullmatch("20[0-9]{2}", said, re.ASCII):
        raise ValueError(f"« {said[:60]} » n’est pas une année : écrivez-la comme « 2026 ».")
    return int(said)


def day(cell: Cell) -> str:
    """Reads a day, as ISO text: "31/12/2025", "2025-12-31", "20251231", or a cell typed as one.

    A bare number is refused and told: whether days are counted from 1900 or 1904 is not known of a
    cell that is not typed as a day.
    """
    said = text_of(cell)
    if isinstance(cell, date):
        return _near(cell.date() if isinstance(cell, datetime) else cell, said)
    parts: tuple[str, ...] = ()
    if found := _DAY.fullmatch(said):
        parts = found.groups()[::-1]
    elif found := _ISO_DAY.fullmatch(said):
        parts = found.groups()
    if parts:
        try:
            found_day = date(*map(int, parts))
        except ValueError:
            raise ValueError(f"« {said[:60]} » est une date qui n’existe pas.") from None
        return _near(found_day, said)
    if said.isdigit() and int(said[:9]) in _SERIALS:
        meant = date(1899, 12, 30) + timedelta(days=int(said))
        raise ValueError(
            f"« {said} » est le nombre par lequel un tableur note une date, le plus souvent le "
            f"{meant:%d/%m/%Y} : mettez la colonne au format Date, ou écrivez la date."
        )
    raise ValueError(f"« {said[:60]} » n’est pas une date : écrivez-la comme « 31/12/2025 ».")


def _near(one: date, said: str) -> str:
    if not 1990 <= one.year <= 2100:
        raise ValueError(f"« {said[:60]} » : l’année doit être entre 1990 et 2100.")
    return one.isoformat()


def siret(cell: Cell) -> str:
    """Reads the 14 digits of a SIRET; zeros that a spreadsheet dropped are told, never put back."""
    said = re.sub(r"[\s.\-]", "", text_of(cell))
    if re.search("[0-9][eE][+]?[0-9]", said):
        raise ValueError(
            "est en notation scientifique, qui perd des chiffres : mettez la colonne au format "
            "Texte, puis écrivez les 14 chiffres de nouveau."
        )
    digits = said.isascii() and said.isdigit()
    if digits and _SHORTEST < len(said) < _SIRET:
        missing = _SIRET - len(said)
        zeros = "un zéro" if missing == 1 else f"{missing} zéros"
        raise ValueError(
            f"« {said} » n’a que {len(said)} chiffres sur 14 : un tableur ôte les zéros de tête. "
            f"S’il manque {zeros}, écrivez « {said.zfill(_SIRET)} » dans une cellule au format "
            "Texte."
        )
    if not digits or len(said) != _SIRET:
        raise ValueError(
            f"« {said[:60]} » n’est pas un SIRET : il faut 14 chiffres, dans une cellule de texte."
        )
    return said


def sirets(cell: Cell) -> list[list[str | None]]:
    """Reads one SIRET or several, parted by ";", "," or "/": companies without their names."""
    parts = [one for one in re.split(r"[;,/|\n]", text_of(cell)) if one.strip()]
    if len(parts) <= 1:
        return [["SIRET", siret(cell), None]]
    return [["SIRET", siret(one), None] for one in parts]


def wrong_key(value: Plain) -> str | None:
    """What is said of a SIRET, or of one among companies, whose control key is wrong."""
    found = [one[1] or "" for one in value] if isinstance(value, list) else [str(value)]
    return None if all(map(siret_key_is_right, found)) else WRONG_KEY


def flag(cell: Cell) -> bool:
    """Reads yes or no."""
    found = cell if isinstance(cell, bool) else _FLAGS.get(normalised(text_of(cell)))
    if found is None:
        raise ValueError(
            f"« {text_of(cell)[:60]} » n’est ni « oui » ni « non » : laissez vide ce qui n’est pas "
            "connu."
        )
    return found


def word(meanings: Mapping[str, str], known: Iterable[str]) -> Reader:
    """Reads a word of a list: ``meanings`` by normalised spelling; ``known`` are told."""
    told = ", ".join(f"« {one} »" for one in known)

    def read(cell: Cell) -> str:
        found = meanings.get(normalised(text_of(cell)))
        if found is None:
            raise ValueError(f"« {text_of(cell)[:60]} » n’est pas reconnu. Valeurs : {told}.")
        return found

    return read


def labels(official: Iterable[str]) -> Reader:
    """Reads a label of an official list, whatever its accents, capitals and spaces."""
    listed = list(official)
    return word({normalised(one): one for one in listed}, listed)
