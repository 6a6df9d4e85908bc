"""Each legal basis of a reservation: whom it is for, which contracts it reserves, which share.

The shares are dated reference values with their source; one that nobody has checked against the
text itself is told, never imposed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.reserved.models import LegalBasis
from api.rules.records import Kind


class ReservedFor(StrEnum):
    """Whom a contract can be reserved for: kinds of structures, and the social economy."""

    EA = "ea"
    EATT = "eatt"
    ESAT = "esat"
    EI = "ei"
    AI = "ai"
    ACI = "aci"
    ETTI = "etti"
    EITI = "eiti"
    REGIE_QUARTIER = "regie_quartier"
    SEP = "sep"
    ESS = "ess"


DISABLED = (ReservedFor.EA, ReservedFor.EATT, ReservedFor.ESAT)
INSERTION = (
    ReservedFor.EI,
    ReservedFor.AI,
    ReservedFor.ACI,
    ReservedFor.ETTI,
    ReservedFor.EITI,
    ReservedFor.REGIE_QUARTIER,
)
PRISON = (ReservedFor.SEP,)


@dataclass(frozen=True, slots=True)
class Base:
    """A legal basis: its French, the contracts it reserves, whom for, the article of its notice."""

    label: str
    reserves: Kind
    kinds: tuple[ReservedFor, ...]
    mention: str


_CONTRACT_MENTION = "article R2113-7 du code de la commande publique"
_CONCESSION_MENTION = "articles L3113-1 à L3113-2-1 du code de la commande publique"

BASES: dict[LegalBasis, Base] = {
    LegalBasis.DISABLED: Base(
        "Entreprises adaptées et ESAT", Kind.CONTRACT, DISABLED, _CONTRACT_MENTION
    ),
    LegalBasis.INSERTION: Base(
        "Insertion par l’activité économique", Kind.CONTRACT, INSERTION, _CONTRACT_MENTION
    ),
    LegalBasis.PRISON: Base(
        "Travail en établissement pénitentiaire", Kind.CONTRACT, PRISON, _CONTRACT_MENTION
    ),
    LegalBasis.ESS: Base(
        "Économie sociale et solidaire, pour certains services",
        Kind.CONTRACT,
        (ReservedFor.ESS,),
        "article R2113-8 du code de la commande publique",
    ),
    LegalBasis.CONCESSION_DISABLED: Base(
        "Concession : entreprises adaptées et ESAT", Kind.CONCESSION, DISABLED, _CONCESSION_MENTION
    ),
    LegalBasis.CONCESSION_INSERTION: Base(
        "Concession : insertion par l’activité économique",
        Kind.CONCESSION,
        INSERTION,
        _CONCESSION_MENTION,
    ),
    LegalBasis.CONCESSION_PRISON: Base(
        "Concession : travail en établissement pénitentiaire",
        Kind.CONCESSION,
        PRISON,
        _CONCESSION_MENTION,
    ),
}

# The bases that reserve to enterprises employing disadvantaged persons (L2111-3): all but the ESS.
DISADVANTAGED = tuple(basis for basis in LegalBasis if basis is not LegalBasis.ESS)


@dataclass(frozen=True, slots=True)
class MinimumShare:
    """The least part, in millionths, of the workers concerned among those of who answers."""

    bases: tuple[LegalBasis, ...]
    share: int
    source: str
    in_force_from: date
    verified: bool


MINIMUM_SHARES: tuple[MinimumShare, ...] = (
    MinimumShare(
        (LegalBasis.DISABLED, LegalBasis.INSERTION, LegalBasis.PRISON),
        500_000,
        "Code de la commande publique, art. R2113-7",
        date(2019, 4, 1),
        verified=True,
    ),
    MinimumShare(
        (
            LegalBasis.CONCESSION_DISABLED,
            LegalBasis.CONCESSION_INSERTION,
            LegalBasis.CONCESSION_PRISON,
        ),
        500_000,
        "Part de l’article R2113-7, reprise pour les concessions",
        date(2019, 4, 1),
        verified=False,
    ),
)


def minimum_share(basis: LegalBasis, day: date) -> MinimumShare | None:
    """The share in force on a day for a basis; None when the law sets none (ESS, before 2019)."""
    return next(
        (one for one in MINIMUM_SHARES if basis in one.bases and one.in_force_from <= day), None
    )
