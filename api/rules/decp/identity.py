"""Identity of a row: its reference and its buyer, or the reason why it can't be identified."""

from typing import Final

from api.rules.decp.identifiers import has_siret_shape, siret_key_is_right
from api.rules.decp.issues import issue
from api.rules.decp.text import usable_text
from api.rules.decp.values import is_placeholder
from api.rules.records import Issue

LONGEST_REFERENCE: Final = 64
LONGEST_PUBLISHED_REFERENCE: Final = 16
# The characters that the consolidation of the ministry accepts in an identifier.
_REFERENCE_CHARACTERS = str.maketrans("", "", "/-_ .#")


def read_reference(value: object, issues: list[Issue]) -> str | Issue:
    """The ``id`` without the spaces around it, else the refusal."""
    if type(value) is int and 0 <= value < 10**LONGEST_REFERENCE:
        issues.append(issue("identifier_as_number", "id", value))
        value = str(value)
    if type(value) is not str:
        return issue("missing_reference", "id", value)
    reference = value.strip()
    if not reference or is_placeholder(reference):
        return issue("missing_reference", "id", value)
    if len(reference) > LONGEST_REFERENCE:
        return issue("reference_too_long", "id", value)
    if reference != value:
        issues.append(issue("spaces_removed", "id", value))
    if not (reference.isascii() and reference.isalnum()):
        reference = usable_text(reference, "id", issues)
        main = reference.translate(_REFERENCE_CHARACTERS)
        if main and not (main.isascii() and main.isalnum()):
            issues.append(issue("reference_characters", "id", reference))
    if len(reference) > LONGEST_PUBLISHED_REFERENCE:
        issues.append(issue("text_too_long", "id", reference, LONGEST_PUBLISHED_REFERENCE))
    return reference


def read_buyer(authority: object, key: str, issues: list[Issue]) -> str | Issue:
    """The SIRET of the buyer, else the refusal."""
    value = authority.get("id") if type(authority) is dict else authority
    field = f"{key}.id"
    if value is None or value == "":
        return issue("missing_buyer", field)
    if type(value) is int and 0 <= value < 10**LONGEST_REFERENCE:
        issues.append(issue("identifier_as_number", field, value))
        value = str(value)
    if type(value) is not str:
        return issue("buyer_without_siret", field, value)
    siret = value if len(value) == 14 else "".join(value.split())
    if not has_siret_shape(siret):
        return issue("buyer_without_siret", field, value)
    if siret != value:
        issues.append(issue("spaces_removed", field, value))
    if not siret_key_is_right(siret):
        issues.append(issue("siret_check", field, siret))
    return siret
