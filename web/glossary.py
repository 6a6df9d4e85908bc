"""Words of the trade that a page uses, in plain words: each told once, where it is used."""

import re
from collections.abc import Iterable, Mapping

# What is looked for, and its explanation. A word that the text itself spells out, « économie
# sociale et solidaire (ESS) », needs none.
WORDS: Mapping[str, tuple[str, str]] = {
    "marque": (
        r"\bmarques? (?:du |de |des |«)",
        "réponse oui ou non portée sur la fiche d’un marché ou d’une consultation",
    ),
    "fondement": (
        r"\bfondements?\b",
        "article du code de la commande publique qui permet de réserver un marché",
    ),
    "RQTH": (r"\bRQTH\b", "reconnaissance de la qualité de travailleur handicapé"),
    "CPV": (r"\bCPV\b", "nomenclature européenne des achats (un code pour ce qui est acheté)"),
    "ESS": (
        r"\bESS\b",
        "économie sociale et solidaire (associations, coopératives, mutuelles, fondations, "
        "entreprises agréées)",
    ),
    "SIAE": (r"\bSIAE\b", "structure d’insertion par l’activité économique"),
    "TPE, PME": (r"\b(?:TPE|PME)\b", "très petites, petites et moyennes entreprises"),
}


def explained(texts: Iterable[str | None]) -> list[tuple[str, str]]:
    """The words of these texts that they do not spell out, each with its explanation."""
    text = " ".join(filter(None, texts))
    return [
        (word, told)
        for word, (pattern, told) in WORDS.items()
        if re.search(pattern, text) and not _spelled_out(word, text)
    ]


def _spelled_out(word: str, text: str) -> bool:
    """Whether the first use of an acronym stands in brackets, after its own words."""
    first = re.search(rf"(\()?\b{re.escape(word)}\b", text)
    return first is not None and first[1] is not None
