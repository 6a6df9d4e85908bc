"""By what validated hours and persons are broken down: one table, and the French of every key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from api.insertion.clauses.models import ClauseObject
from api.insertion.figures.commitments import Followed
from api.insertion.figures.lines import TRAININGS, Person, Sum
from api.rules.hours.figures import age_band
from api.rules.hours.labels import label
from api.rules.hours.vocabulary import AgeBand, Modality, PublicFamily, Qualification, Sex

UNKNOWN: Final = "unknown"
_NOT_SAID: Final = "Non renseigné"
NOBODY: Final = Person(None, None, None, None, None, None, False)


class Bracket(StrEnum):
    """The amount of a contract without taxes; the lower bound belongs to the bracket."""

    LT_25000 = "lt_25000"
    FROM_25000 = "25000_40000"
    FROM_40000 = "40000_90000"
    GE_90000 = "ge_90000"


_BOUNDS: Final = (
    (2_500_000, Bracket.LT_25000),
    (4_000_000, Bracket.FROM_25000),
    (9_000_000, Bracket.FROM_40000),
)
_BRACKETS: Final = {
    Bracket.LT_25000: "Moins de 25 000 € HT",
    Bracket.FROM_25000: "De 25 000 à moins de 40 000 € HT",
    Bracket.FROM_40000: "De 40 000 à moins de 90 000 € HT",
    Bracket.GE_90000: "90 000 € HT et plus",
}
_OBJECTS: Final = {
    ClauseObject.WORKS: "Travaux",
    ClauseObject.SERVICES: "Services",
    ClauseObject.SUPPLIES: "Fournitures",
    ClauseObject.INTELLECTUAL: "Prestations intellectuelles",
    ClauseObject.PROJECT_MANAGEMENT: "Maîtrise d’œuvre",
}
_QPV: Final = {"yes": "Quartier prioritaire", "no": "Hors quartier prioritaire"}


def _words(codes: type[StrEnum]) -> dict[str, str]:
    return {code.value: label(code) for code in codes}


@dataclass(frozen=True)
class Dimension:
    """By what hours are broken down. ``words``: the French of its keys, None when they are names.

    ``sensitive``: it tells of health, so that the higher threshold applies.
    """

    by: str
    title: str
    words: Mapping[str, str] | None
    sensitive: bool = False


@dataclass(frozen=True)
class OfPerson(Dimension):
    """By a fact of the person, and the same fact of several persons counted together."""

    of_person: Callable[[Person, int], str | None] = lambda *_: None
    of_sum: Callable[[Sum], str | None] = lambda _: None


@dataclass(frozen=True)
class OfClause(Dimension):
    """By a fact of the clause. Hours of clauses are public: only persons are secret."""

    of_clause: Callable[[Followed], str | None] = lambda _: None


@cache
def _age(birth_band: int | None, year: int) -> str | None:
    return age_band(birth_band, year)


def _qpv(person: Person, _year: int) -> str | None:
    return None if person.qpv is None else ("yes" if person.qpv else "no")


OF_PERSON: Final = (
    OfPerson(
        "sex", "Sexe", _words(Sex), of_person=lambda one, _: one.sex, of_sum=lambda one: one.sex
    ),
    # It holds disability.
    OfPerson(
        "public",
        "Famille de publics",
        _words(PublicFamily),
        sensitive=True,
        of_person=lambda one, _: one.public,
        of_sum=lambda one: one.public,
    ),
    OfPerson(
        "age",
        "Âge dans l’année",
        _words(AgeBand),
        of_person=lambda one, year: _age(one.birth_band, year),
    ),
    OfPerson(
        "qualification",
        "Qualification",
        _words(Qualification),
        of_person=lambda one, _: one.qualification,
    ),
    OfPerson("qpv", "Quartier prioritaire de la politique de la ville", _QPV, of_person=_qpv),
    OfPerson("training", "Formation", TRAININGS, of_person=lambda one, _: one.training),
)
# An EA, an EATT or an ESAT employs disabled persons: this tells of health too.
MODALITY: Final = Dimension("modality", "Modalité", _words(Modality), sensitive=True)
BUYER: Final = OfClause("buyer", "Acheteur", None, of_clause=lambda one: one.buyer_siret)
OF_CLAUSE: Final = (
    OfClause("purchase_family", "Famille d’achats", None, of_clause=lambda one: one.family),
    OfClause(
        "object",
        "Objet du marché",
        {code.value: words for code, words in _OBJECTS.items()},
        of_clause=lambda one: one.object,
    ),
    BUYER,
    OfClause(
        "amount_bracket",
        "Montant du marché",
        {code.value: words for code, words in _BRACKETS.items()},
        of_clause=lambda one: bracket(one.amount),
    ),
)
DIMENSIONS: Final[Sequence[Dimension]] = (*OF_PERSON, MODALITY, *OF_CLAUSE)


def bracket(amount: int | None) -> Bracket | None:
    """The bracket of an amount in cents; an unknown one, or one below nothing, has none."""
    if amount is None or amount < 0:
        return None
    return next((found for bound, found in _BOUNDS if amount < bound), Bracket.GE_90000)


def keys(words: Mapping[str, str] | None, found: Mapping[str, object]) -> list[str]:
    """The keys of a breakdown, in their order, the unknown last: they are always all there."""
    known = list(words) if words is not None else sorted(found.keys() - {UNKNOWN})
    return [*known, UNKNOWN]


def french(words: Mapping[str, str] | None, key: str) -> str:
    """What a reader reads of a key."""
    return _NOT_SAID if key == UNKNOWN else (words or {}).get(key, key)
