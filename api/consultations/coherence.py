"""What a consultation cannot say: figures and answers that contradict each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from api.consultations.models import Outcome
from api.kit.days import today
from api.kit.problems import FieldError, Invalid

# A part, the whole it is counted among, and the whole in words.
_PARTS = (
    ("sme_offers", "offers", "aux offres reçues"),
    ("irregular_offers", "offers", "aux offres reçues"),
    ("variants_retained", "variants_received", "aux variantes reçues"),
    ("variant_bidders", "variants_received", "aux variantes reçues"),
)


def require_coherent(facts: Mapping[str, Any]) -> None:
    """Refuse (Invalid, each field told) what contradicts itself; what is unknown contradicts
    nothing. ``facts``: by name of the columns of a consultation."""
    errors = [FieldError(loc=["body", name], message=text) for name, text in _found(facts)]
    if errors:
        raise Invalid(errors=errors)


def _found(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if facts["launched_on"] > today():
        yield "launched_on", "est dans le futur : un achat à venir est un projet."
    for part, whole, words in _PARTS:
        if None not in (facts[part], facts[whole]) and facts[part] > facts[whole]:
            yield part, f"est supérieur {words} ({facts[whole]})."
    if facts["variants_allowed"] is False and facts["variants_retained"]:
        yield "variants_retained", "n’est pas nul alors que les variantes ne sont pas permises."
    if facts["negotiation_allowed"] is False and facts["negotiated"]:
        yield "negotiated", "est « oui » alors que la négociation n’est pas permise."
    if facts["outcome"] is Outcome.AWARDED and facts["offers"] == 0:
        yield "outcome", "ne peut pas être « attribuée » : aucune offre n’a été reçue."
