"""What is answered: a state for each legal basis, with its reasons, sources and obligations."""

from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from api.rules.reservation.request import Basis


class State(StrEnum):
    """Whether a reservation may be made, from the most to the least favourable."""

    OPEN = "open"
    OPEN_UNDER_CONDITION = "open_under_condition"
    TO_VERIFY = "to_verify"
    CLOSED = "closed"


SEVERITY = tuple(State)


def worst(*states: State) -> State:
    """The least favourable of some states."""
    return max(states, key=SEVERITY.index)


class DecpScope(StrEnum):
    """Which published records carry the reservation."""

    WHOLE = "whole"
    LOTS = "lots"
    NONE = "none"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Finding(_Answer):
    """One reason, obligation, warning or piece of information."""

    code: str = Field(description="Identifiant stable de la règle.")
    text: str = Field(description="Ce que la règle dit de ce marché, article compris.")
    source: str = Field(description="Texte d’où vient la règle.")
    in_force_from: date | None = Field(
        description="Premier jour d’application de la règle, s’il y en a un."
    )
    verified: bool = Field(
        description="Faux tant que la règle n’a pas été confrontée au texte officiel en vigueur."
    )


class BasisAdvice(_Answer):
    """What one legal basis allows."""

    basis: Basis = Field(description="Article du code de la commande publique.")
    label: str = Field(description="À qui cet article permet de réserver.")
    requested: bool = Field(description="Vrai si la réservation est demandée sur cet article.")
    state: State = Field(
        description="Ouverte, ouverte sous condition, à vérifier ou fermée, sur cet article seul."
    )
    reasons: tuple[Finding, ...] = Field(description="Pourquoi.")
    obligations: tuple[Finding, ...] = Field(
        description="Ce qu’il faut écrire dans l’avis ou le DCE, et contrôler."
    )
    warnings: tuple[Finding, ...] = Field(description="Points de vigilance.")


class CombinationAdvice(_Answer):
    """What becomes of the requested bases, taken together."""

    bases: tuple[Basis, ...] = Field(description="Les articles demandés.")
    state: State = Field(description="Le moins favorable de ce que disent les articles.")
    reasons: tuple[Finding, ...] = Field(description="Pourquoi.")


class ScopeAdvice(_Answer):
    """The advice on the whole contract."""

    bases: tuple[BasisAdvice, ...] = Field(description="Chaque article, dans l’ordre du code.")
    combination: CombinationAdvice | None = Field(
        description="La réservation demandée ; absente si rien n’est demandé."
    )


class LotAdvice(ScopeAdvice):
    """The advice on one lot, if that lot alone was reserved."""

    number: int = Field(description="Rang du lot dans la demande, à partir de 1.")
    label: str = Field(description="Intitulé du lot.")


class DecpEffect(_Answer):
    """What the essential data (DECP) will have to say."""

    scope: DecpScope = Field(description="Le marché entier, certains lots, ou rien.")
    value: str | None = Field(description="Valeur de la considération sociale à publier.")
    lots: tuple[int, ...] = Field(description="Rangs des lots concernés.")
    text: str = Field(description="La même chose en une phrase.")


class Advice(_Answer):
    """The whole answer. It helps to decide; it is not legal advice."""

    notice_on: date = Field(description="Jour dont les règles ont été appliquées.")
    whole: ScopeAdvice = Field(description="Si le marché entier est réservé.")
    lots: tuple[LotAdvice, ...] = Field(description="Si un lot seul est réservé.")
    decp: DecpEffect = Field(description="Effet sur les données essentielles publiées.")
    information: tuple[Finding, ...] = Field(
        description="Autres voies et rappels qui ne dépendent pas de la réservation."
    )
