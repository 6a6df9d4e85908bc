"""Identifiers of the format: SIRET, companies, CPV codes, codes of places.

They are kept as the file gives them; what is doubtful gets a remark.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from api.rules.decp.issues import issue
from api.rules.decp.labels import ID_TYPE_TABLE, PLACE_KIND_TABLE
from api.rules.decp.text import usable_text
from api.rules.decp.values import read_identifier, read_label, stripped
from api.rules.records import Issue, Party

LONGEST_IDENTIFIER: Final = 64
_SIRET_LENGTH = 14
_LONGEST_PLACE_CODE = 5
_LA_POSTE = "356000000"
_NO_COMPANY = "000000000"
# Digit -> the sum of the digits of its double, on the bytes of the text.
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_ASCII_ZERO = ord("0")

_DEPARTMENTS = frozenset(f"{number:02}" for number in range(1, 96) if number != 20) | frozenset(
    {"2A", "2B", "984", "986", "987", "988", "989"} | set(map(str, range(971, 979)))
)
_REGIONS = frozenset(
    f"{number:02}"
    for number in (
        *(1, 2, 3, 4, 6, 11, 24, 27, 28, 32, 44, 52, 53, 75, 76, 84, 93, 94),
        # Regions of before 2016, still in old contracts.
        *(21, 22, 23, 25, 26, 31, 41, 42, 43, 54, 72, 73, 74, 82, 83, 91),
    )
)


def has_siret_shape(text: str) -> bool:
    """Whether ``text`` is 14 digits."""
    return len(text) == _SIRET_LENGTH and text.isascii() and text.isdigit()


@lru_cache(maxsize=1 << 15)
def siret_key_is_right(siret: str) -> bool:
    """Whether the control key of 14 digits is right (Luhn).

    The establishments of La Poste (SIREN 356000000) have a sum of digits that is a multiple of 5
    instead, but for the head office. SIREN 000000000 is nobody's.
    """
    if siret.startswith(_NO_COMPANY):
        return False
    if passes_luhn(siret):
        return True
    return is_of_la_poste(siret) and sum(map(int, siret)) % 5 == 0


@lru_cache(maxsize=1 << 15)
def passes_luhn(siret: str) -> bool:
    """Whether the 14 digits follow Luhn's rule, which knows no exception."""
    digits = siret.encode()
    odd = sum(digits[1::2]) - _SIRET_LENGTH // 2 * _ASCII_ZERO
    return (odd + sum(digits[::2].translate(_DOUBLED))) % 10 == 0


def is_of_la_poste(siret: str) -> bool:
    """Whether the SIRET is that of an establishment of La Poste."""
    return siret.startswith(_LA_POSTE)


def read_party(item: object, field: str, issues: list[Issue]) -> Party | None:
    """A company: kind of identifier, identifier, name. ``None`` when nothing of it is said."""
    if type(item) is not dict:
        issues.append(issue("unexpected_shape", field, item, "un objet avec typeIdentifiant et id"))
        return None
    id_type, identifier = item.get("typeIdentifiant"), item.get("id")
    name = item.get("denominationSociale")
    if name is not None:
        name = read_name(name, f"{field}.denominationSociale", issues)
    if id_type != "SIRET" or type(identifier) is not str or not has_siret_shape(identifier):
        id_type, identifier = _read_unusual_identity(id_type, identifier, field, issues)
        if identifier is None:
            if name is None:
                issues.append(issue("empty_item", field))
                return None
            issues.append(issue("missing_identifier", f"{field}.id", name))
    elif not siret_key_is_right(identifier):
        issues.append(issue("siret_check", f"{field}.id", identifier))
    return Party(id_type, identifier, name)


def _read_unusual_identity(
    id_type: object, identifier: object, field: str, issues: list[Issue]
) -> tuple[str | None, str | None]:
    kind = read_label(id_type, ID_TYPE_TABLE, f"{field}.typeIdentifiant", issues)
    field = f"{field}.id"
    if kind == "SIRET" and type(identifier) is str:
        # 123 456 789 00012 is a common way to write a SIRET.
        joined = "".join(identifier.split())
        if joined != identifier and joined:
            issues.append(issue("spaces_removed", field, identifier))
        identifier = joined
    text = read_identifier(identifier, field, issues, LONGEST_IDENTIFIER)
    if text is None:
        return kind, None
    if kind is None and id_type in (None, "") and has_siret_shape(text):
        issues.append(issue("identifier_type_guessed", field, text))
        kind = "SIRET"
    if kind == "SIRET" and not has_siret_shape(text):
        issues.append(issue("siret_shape", field, text))
    elif kind == "SIRET" and not siret_key_is_right(text):
        issues.append(issue("siret_check", field, text))
    return kind, text


def read_name(value: object, field: str, issues: list[Issue]) -> str | None:
    """The name of an organisation, without the spaces around it."""
    if type(value) is not str:
        issues.append(issue("unusable_value", field, value, "un nom"))
        return None
    bare = stripped(value, field, issues)
    return None if bare is None else usable_text(bare, field, issues)


def read_cpv(value: object, issues: list[Issue]) -> str | None:
    """A CPV code, kept as given; whether it exists in the nomenclature is not checked here."""
    if type(value) is str and len(value) == 8 and value.isascii() and value.isdigit():
        return value
    code = read_identifier(value, "codeCPV", issues, 20)
    if code is None or has_cpv_shape(code):
        return code
    # Spreadsheets lose the first zero of a number; with its check digit the code is a text.
    if len(code) == 7 and has_cpv_shape(f"0{code}"):
        issues.append(issue("cpv_short", "codeCPV", code, f"0{code}"))
    else:
        issues.append(issue("cpv_shape", "codeCPV", code))
    return code


def has_cpv_shape(code: str) -> bool:
    """Whether ``code`` is 8 digits, with or without its check digit (``-9``)."""
    main, dash, check = code[:8], code[8:9], code[9:]
    if not (code.isascii() and len(main) == 8 and main.isdigit()):
        return False
    return not dash or (dash == "-" and len(check) == 1 and check.isdigit())


def read_place(value: object, issues: list[Issue]) -> tuple[str | None, str | None]:
    """Code and kind of the place of execution, with a remark when they don't fit together."""
    if type(value) is not dict:
        if value is not None:
            hint = "un objet avec code et typeCode"
            issues.append(issue("unexpected_shape", "lieuExecution", value, hint))
        return None, None
    kind, code = value.get("typeCode"), value.get("code")
    if kind is None:
        issues.append(issue("missing_value", "lieuExecution.typeCode"))
    else:
        kind = read_label(kind, PLACE_KIND_TABLE, "lieuExecution.typeCode", issues)
    if type(code) is not str or not is_short_place_code(code):
        code = read_identifier(code, "lieuExecution.code", issues, LONGEST_IDENTIFIER)
    if kind is not None and code is not None and not _PLACE_CHECKS[kind](code):
        issues.append(issue("place_mismatch", "lieuExecution.code", code, kind))
    return code, kind


def is_short_place_code(code: str) -> bool:
    """Whether ``code`` is 1 to 5 letters or digits; NC is New Caledonia here, not « no value »."""
    return len(code) <= _LONGEST_PLACE_CODE and code.isalnum()


def _is_digits(code: str, *lengths: int) -> bool:
    return len(code) in lengths and code.isascii() and code.isdigit()


def _is_postal(code: str) -> bool:
    return _is_digits(code, 5)


def _is_commune(code: str) -> bool:
    return len(code) == 5 and _is_inside_department(code)


def _is_inside_department(code: str) -> bool:
    """Digits, but for Corsica: 2A004."""
    return _is_digits(code[2:] if code.startswith(("2A", "2B")) else code, *range(1, 6))


def _is_arrondissement(code: str) -> bool:
    return len(code) in (3, 4) and _is_inside_department(code)


def _is_canton(code: str) -> bool:
    return len(code) in (4, 5) and _is_inside_department(code)


def _is_country(code: str) -> bool:
    """ISO 3166 alpha-2, or the code of INSEE (99…)."""
    if len(code) == 2:
        return code.isascii() and code.isalpha() and code.isupper()
    return _is_digits(code, 5) and code.startswith("99")


_PLACE_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "Code postal": _is_postal,
    "Code commune": _is_commune,
    "Code arrondissement": _is_arrondissement,
    "Code canton": _is_canton,
    "Code département": _DEPARTMENTS.__contains__,
    "Code région": _REGIONS.__contains__,
    "Code pays": _is_country,
}
