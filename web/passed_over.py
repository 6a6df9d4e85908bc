"""What an address asks of figures and doesn't get: told on the page, never silently left out."""

from collections.abc import Mapping

from web.formats import FIXED

# An address may hold anything: its first letters are enough to know it again.
MOST = 30
YEAR = "L’année «{0}{asked}{0}» n’existe pas ici{0}: voici {year}."
ORGANISATION = (
    "L’organisation «{0}{asked}{0}» n’est pas de celles dont vous pouvez voir les chiffres ici"
)
DIRECTORATE = (
    "La direction demandée n’est pas de cette organisation{0}: voici les chiffres de toute "
    "l’organisation."
)
FAMILY = (
    "La famille d’achats «{0}{asked}{0}» n’est d’aucune fiche de cette organisation{0}: voici les "
    "chiffres de toutes."
)
TOGETHER = (
    "Une direction ne se choisit pas pour plusieurs organisations ensemble{0}: voici les chiffres "
    "de toutes leurs directions."
)
FAMILY_TOGETHER = (
    "Une famille d’achats ne se choisit pas pour plusieurs organisations ensemble{0}: voici les "
    "chiffres de toutes leurs familles."
)


def year_asked(given: Mapping[str, str]) -> str:
    """The year of an address, also as the other pages of a scheme call it."""
    return given.get("year") or given.get("annee") or ""


def passed_over(
    given: Mapping[str, str],
    *,
    year: int,
    organisation: str | None,
    portion: Mapping[str, str | None],
    name: str | None,
    together: bool,
) -> list[str]:
    """One sentence for each choice of an address that what is shown doesn't follow.

    ``portion``: the directorate and the family that are shown. ``name``: that of the organisation
    shown, None when nobody's figures are.
    """
    asked = {**given, "year": year_asked(given)}
    shown = {"year": str(year), "organisation": organisation, **portion}
    whose = "{0}: voici ceux de {name}." if name else "."
    sentences = {
        "year": YEAR,
        "organisation": ORGANISATION + whose,
        "directorate": TOGETHER if together else DIRECTORATE,
        "family": FAMILY_TOGETHER if together else FAMILY,
    }
    return [
        sentence.format(FIXED, asked=asked[one][:MOST], year=year, name=name)
        for one, sentence in sentences.items()
        if asked.get(one) and asked[one] != shown[one]
    ]
