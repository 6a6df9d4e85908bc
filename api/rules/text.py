"""Text made comparable: what a search or a match of columns looks at."""

import unicodedata
from itertools import filterfalse


def fold(text: str) -> str:
    """Lower case without accents, ligatures opened: "Maîtrise d’Œuvre" -> "maitrise d'oeuvre"."""
    opened = text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    if opened.isascii():
        return opened.lower()
    decomposed = unicodedata.normalize("NFKD", opened)
    return "".join(filterfalse(unicodedata.combining, decomposed)).lower()
