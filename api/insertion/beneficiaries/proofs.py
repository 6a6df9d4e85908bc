"""How old a proof of eligibility may be at the entry (rule R-E1), and what to tell of it."""

from datetime import date
from types import MappingProxyType

from api.insertion.beneficiaries.models import Eligibility
from api.rules.hours.calendar import add_months
from api.rules.hours.vocabulary import Public

# Months of validity of the proof of a criterion, as « les emplois de l’inclusion » publishes them
# (gip-inclusion/les-emplois, itou/eligibility/data/administrative_criteria.json). A criterion that
# is not here has a proof without a term: an identity card, a residence permit, a contract.
VALID_MONTHS = MappingProxyType(
    {
        Public.RSA: 3,
        Public.ASS: 3,
        Public.AAH: 3,
        Public.DETLD: 3,
        Public.DELD: 3,
        Public.PARENT_ISOLE: 3,
        Public.QPV: 6,
        Public.ZFRR: 6,
        Public.DETENTION_MJ: 6,
        Public.ASE: 12,
    }
)


def too_old(criterion: Public, proof_on: date | None, entered_on: date | None) -> int | None:
    """The months of validity that the proof had gone beyond at the entry, None when it had not
    or when a date is unknown."""
    months = VALID_MONTHS.get(criterion)
    if months is None or proof_on is None or entered_on is None:
        return None
    return months if add_months(proof_on, months) < entered_on else None


def warnings(kept: Eligibility, entered_on: date | None) -> list[str]:
    """What has to be checked of a kept criterion, in French; worked out at each reading, since the
    date of entry may come later."""
    found = []
    if kept.proof_on is None:
        found.append("La date du justificatif n’est pas dite : complétez-la.")
    if entered_on is None:
        found.append("La date d’entrée n’est pas dite : la validité ne peut pas être vérifiée.")
    elif kept.proof_on is not None and kept.proof_on > entered_on:
        found.append("Le justificatif est postérieur à l’entrée dans le parcours.")
    months = too_old(kept.criterion, kept.proof_on, entered_on)
    if months is not None:
        found.append(f"Le justificatif avait plus de {months} mois à l’entrée dans le parcours.")
    return found
