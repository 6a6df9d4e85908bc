"""The words that definitions are written with: a reference to read, made of what the API offers."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.visit import member

# The nature of a value, and how it is written in a definition.
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "money": ("montant hors taxes, en euros", '"25000.00"'),
    "hours": ("heures", '"35.25"'),
    "score": ("note sur 20", '"15.5"'),
    "percent": ("pourcentage", '"30"'),
    "integer": ("nombre entier", "12"),
    "date": ("date", '"2026-01-31"'),
    "text": ("texte", "Procédure adaptée"),
    "labels": ("liste de textes", "Accord-cadre"),
    "boolean": ("oui ou non", "true"),
}


async def vocabulary_page(request: Request) -> Response:
    """Every word of the vocabulary, fact by fact."""
    visit = await member(request)
    vocabulary = await visit.read("read_vocabulary")
    return visit.page(
        "schemes/vocabulary.html",
        words=vocabulary,
        named={
            name: {one["code"]: one["label"] for one in vocabulary[name]}
            for name in ("aggregates", "operators", "periods")
        },
        types=TYPES,
        keys=_keys(vocabulary),
        criteria=[(one["example"], one["label"]) for one in vocabulary["criteria"]],
        themes=[
            (theme, [one for one in vocabulary["marks"] if one["theme"] == theme])
            for theme in dict.fromkeys(one["theme"] for one in vocabulary["marks"])
        ],
    )


def _keys(vocabulary: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The keys of a definition, each followed by those of its value: « compare.with »."""
    return [
        (code, words)
        for one in vocabulary["keys"]
        for code, words in (
            (one["code"], one["label"]),
            *((f"{one['code']}.{inner['code']}", inner["label"]) for inner in one["keys"]),
        )
    ]


routes = [Route("/vocabulaire", vocabulary_page, methods=["GET"])]
