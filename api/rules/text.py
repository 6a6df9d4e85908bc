"""Text made comparable: what a search or a match of columns looks at."""

import re
import unicodedata
from itertools import filterfalse

# The accents of our letters once apart from them; U+034F among them combines nothing.
_ACCENTS = re.compile("[\u0300-\u034e\u0350-\u036f]")


def fold(text: str) -> str:
    """Lower case without accents, ligatures opened: "Maîtrise d’Œuvre" -> "maitrise d'oeuvre"."""
    opened = text.replace("œ", "oe").replace("Œ", "oe").replace("’", "'")
    if opened.isascii():
        return opened.lower()
    decomposed = _ACCENTS.sub("", unicodedata.normalize("NFKD", opened))
    if decomposed.isascii():
        return decomposed.lower()
    return "".join(filterfalse(unicodedata.combining, decomposed)).lower()
