"""What the rows of a quantity are called: « marchés » only when its perimeter keeps no other."""

from functools import lru_cache
from types import MappingProxyType

from api.rules.indicators.beings import beyond
from api.rules.indicators.evaluation import normal
from api.rules.indicators.vocabulary import AllOf, Criterion, Definition, Fact, FieldTest, Quantity

# What the contracts of one kind are called, one and several, and whether the word is feminine.
KINDS = MappingProxyType(
    {
        "marche": ("marché", "marchés", False),
        "concession": ("concession", "concessions", True),
    }
)
_HAVE_A_KIND = frozenset({Fact.CONTRACT, Fact.RESERVATION})


def nouns(quantity: Quantity) -> tuple[str, str]:
    """The noun of a row, singular and plural: a contract that may be a concession is a contract."""
    spec, of_markets = quantity.spec, kept_kind(quantity) == "marche"
    if quantity.fact is Fact.CONTRACT and not of_markets:
        return spec.spoken, spec.spoken_plural
    if quantity.fact is Fact.RESERVATION and of_markets:
        return "marché réservé", "marchés réservés"
    return spec.noun, spec.plural


def rows_of(quantity: Quantity) -> tuple[str, str, bool]:
    """What the rows that a figure looks at are called, singular and plural, and whether the word is
    feminine: contracts, where some of them are found to be a reservation and others not, and
    « marchés » when no concession is among them."""
    spec = quantity.spec
    if beyond(quantity):
        return KINDS.get(kept_kind(quantity) or "", (*spec.rows, False))
    return *nouns(quantity), spec.feminine


def spoken(quantity: Quantity) -> tuple[str, str]:
    """What its rows are called in a sentence, singular and plural: « clause d’insertion »."""
    if quantity.fact in _HAVE_A_KIND:
        return nouns(quantity)
    spec = quantity.spec
    return spec.spoken or spec.noun, spec.spoken_plural or spec.plural


def parted_by(definition: Definition) -> str | None:
    """What tells the parts of a figure apart: « direction », « sexe, tranche d’âge »."""
    if definition.parts is not None:
        return definition.parts.by
    if definition.by is not None:
        return definition.spec.fields[definition.by].by
    if definition.field is None or not definition.field.by:
        return None
    also = (definition.spec.fields[one].by for one in definition.also)
    return ", ".join((definition.field.by, *also))


def named(quantity: Quantity, reason: str | None) -> str | None:
    """Why there is no figure, with the noun of its rows: « aucun contrat », not « aucun marché »,
    where concessions are looked at too."""
    if reason is None:
        return None
    noun, plural = nouns(quantity)
    spec = quantity.spec
    if beyond(quantity):
        one, _, feminine = rows_of(quantity)
        none = f"{'aucune' if feminine else 'aucun'} {one} {spec.not_known[feminine]}"
        return reason.replace(f"{spec.none} dont la réponse est connue", none)
    if noun == spec.noun:
        return reason
    return reason.replace(f" {spec.noun} ", f" {noun} ").replace(f" {spec.plural} ", f" {plural} ")


@lru_cache(maxsize=4096)
def kept_kind(quantity: Quantity) -> str | None:
    """The one kind of contract that a perimeter keeps, ``marche`` or ``concession``."""
    kinds = [kind for part in conjuncts(quantity.within) if (kind := kind_of(part))]
    return kinds[0] if len(kinds) == 1 and quantity.fact in _HAVE_A_KIND else None


def conjuncts(criterion: Criterion | None) -> tuple[Criterion, ...]:
    """The criteria that must all be met, one level of them."""
    if criterion is None:
        return ()
    flat = normal(criterion)
    return flat.criteria if isinstance(flat, AllOf) else (flat,)


def kind_of(criterion: Criterion) -> str | None:
    """The kind of contract that a criterion asks for, None when it asks for something else."""
    if not isinstance(criterion, FieldTest) or criterion.fact not in _HAVE_A_KIND:
        return None
    return str(criterion.equals) if criterion.field == "kind" and criterion.equals else None
