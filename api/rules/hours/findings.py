"""What may be said of a statement of hours: one table, from the code to its rule and its French.

Each message says where, what and what to do. Codes are stable: the API gives them to integrators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from api.rules.hours.french import spaced

Level = Literal["error", "warning"]


class Code(StrEnum):
    """Every remark that judging can make."""

    MONTH_IN_FUTURE = "month_in_future"
    MONTH_BEFORE_CLAUSE = "month_before_clause"
    MONTH_AFTER_CLAUSE = "month_after_clause"
    YEAR_CLOSED = "year_closed"
    HOURS_NEGATIVE = "hours_negative"
    HOURS_MISSING = "hours_missing"
    PERSON_OR_NUMBER = "person_or_number"
    PERSONS_COUNT = "persons_count"
    PERSON_CEILING = "person_ceiling"
    PERSON_HIGH = "person_high"
    GROUP_CEILING = "group_ceiling"
    GROUP_HIGH = "group_high"
    DUPLICATE_LINE = "duplicate_line"
    PERSON_UNKNOWN = "person_unknown"
    EMPLOYMENT_UNKNOWN = "employment_unknown"
    EMPLOYMENT_OF_ANOTHER = "employment_of_another"
    BEFORE_ENTRY = "before_entry"
    AFTER_ELIGIBILITY = "after_eligibility"
    BEFORE_EMPLOYMENT = "before_employment"
    AFTER_EMPLOYMENT = "after_employment"
    EMPLOYMENT_EXCEEDED = "employment_exceeded"
    EMPLOYMENT_UNCHECKED = "employment_unchecked"
    MODALITY_REFUSED = "modality_refused"
    MODALITY_UNSAID = "modality_unsaid"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: the rule it comes from, its level, the field it points at."""

    source: str
    level: Level
    field: str
    template: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. ``place`` is the line (from 1), ``None`` for the statement as a whole."""

    place: int | None
    field: str
    code: Code
    level: Level
    message: str


RULES: Final[Mapping[Code, Rule]] = MappingProxyType(
    {
        Code.MONTH_IN_FUTURE: Rule(
            "R-H1",
            "error",
            "month",
            "Le mois déclaré ({month}) n’a pas commencé : choisissez {today} ou un mois plus "
            "ancien.",
        ),
        Code.MONTH_BEFORE_CLAUSE: Rule(
            "R-H1",
            "error",
            "month",
            "Le mois déclaré ({month}) précède le début de la clause ({start}) : choisissez un "
            "autre mois, ou corrigez la date de début de la clause.",
        ),
        Code.MONTH_AFTER_CLAUSE: Rule(
            "R-H1",
            "error",
            "month",
            "Le mois déclaré ({month}) suit de plus d’un mois la fin de la clause ({end}) : le "
            "dernier mois possible est {limit}. Choisissez un autre mois, ou corrigez la date de "
            "fin de la clause.",
        ),
        Code.YEAR_CLOSED: Rule(
            "R-H4",
            "error",
            "month",
            "L’année {year} est close : demandez à un administrateur de la rouvrir, avec le motif.",
        ),
        Code.HOURS_NEGATIVE: Rule(
            "R-H2",
            "error",
            "hours",
            "Ligne {place} : les heures ne peuvent pas être négatives. Saisissez des nombres "
            "positifs ; pour corriger un mois validé, faites une ligne de correction.",
        ),
        Code.HOURS_MISSING: Rule(
            "R-H2",
            "error",
            "hours",
            "Ligne {place} : aucune heure. Saisissez un nombre supérieur à zéro, ou retirez la "
            "ligne.",
        ),
        Code.PERSON_OR_NUMBER: Rule(
            "R-H2",
            "error",
            "person",
            "Ligne {place} : indiquez soit une personne, soit un nombre de personnes, {what}.",
        ),
        Code.PERSONS_COUNT: Rule(
            "R-H2",
            "error",
            "persons",
            "Ligne {place} : le nombre de personnes est {persons}. Saisissez 1 ou plus, ou retirez "
            "la ligne.",
        ),
        Code.PERSON_CEILING: Rule(
            "R-H2",
            "error",
            "hours",
            "{pseudonym} : {total} en {month}, au-delà de {ceiling} pour une personne et un mois "
            "({where}). Corrigez l’un de ces nombres.",
        ),
        Code.PERSON_HIGH: Rule(
            "R-H2",
            "warning",
            "hours",
            "{pseudonym} : {total} en {month}, plus qu’un mois de {ceiling} ({where}). Vérifiez "
            "ces nombres.",
        ),
        Code.GROUP_CEILING: Rule(
            "R-H2",
            "error",
            "hours",
            "Ligne {place} : {total} pour {persons} en {month}, au-delà de {ceiling} par personne "
            "({limit} au plus). Corrigez les heures ou le nombre de personnes.",
        ),
        Code.GROUP_HIGH: Rule(
            "R-H2",
            "warning",
            "hours",
            "Ligne {place} : {total} pour {persons} en {month}, plus que {ceiling} par personne. "
            "Vérifiez les heures et le nombre de personnes.",
        ),
        Code.DUPLICATE_LINE: Rule(
            "R-H2",
            "error",
            "person",
            "Ligne {place} : même personne, même modalité et même contrat de travail qu’à la ligne "
            "{first}. Additionnez les heures sur une seule ligne.",
        ),
        Code.PERSON_UNKNOWN: Rule(
            "R-H3",
            "error",
            "person",
            "Ligne {place} : personne introuvable. Créez d’abord sa fiche, ou vérifiez son "
            "pseudonyme.",
        ),
        Code.EMPLOYMENT_UNKNOWN: Rule(
            "R-H3",
            "error",
            "employment",
            "Ligne {place} : contrat de travail introuvable. Créez-le d’abord, ou laissez ce champ "
            "vide.",
        ),
        Code.EMPLOYMENT_OF_ANOTHER: Rule(
            "R-H3",
            "error",
            "employment",
            "Ligne {place} : ce contrat de travail n’est pas celui de la personne de la ligne. "
            "Choisissez le sien, ou laissez ce champ vide.",
        ),
        Code.BEFORE_ENTRY: Rule(
            "R-H3",
            "warning",
            "person",
            "Ligne {place} : {pseudonym} n’entre dans le parcours qu’en {limit}. Les heures "
            "sont gardées mais ne comptent pas ; corrigez la date d’entrée si elle est fausse.",
        ),
        Code.AFTER_ELIGIBILITY: Rule(
            "R-H3",
            "warning",
            "person",
            "Ligne {place} : l’éligibilité de {pseudonym} prend fin en {limit}. Les heures sont "
            "gardées mais ne comptent pas ; corrigez la date de fin si elle est fausse.",
        ),
        Code.BEFORE_EMPLOYMENT: Rule(
            "R-H3",
            "warning",
            "employment",
            "Ligne {place} : le contrat de travail de {pseudonym} ne commence qu’en {limit}. Les "
            "heures sont gardées mais ne comptent pas ; corrigez sa date de début si elle est "
            "fausse.",
        ),
        Code.AFTER_EMPLOYMENT: Rule(
            "R-H3",
            "warning",
            "employment",
            "Ligne {place} : le contrat de travail de {pseudonym} prend fin en {limit}. Les "
            "heures sont gardées mais ne comptent pas ; corrigez sa date de fin si elle est "
            "fausse.",
        ),
        Code.EMPLOYMENT_EXCEEDED: Rule(
            "mutualisation",
            "error",
            "hours",
            "{pseudonym} : {total} déclarées en {month} pour un contrat de travail dont {ceiling} "
            "sont attestées ({where}). Répartissez ces heures entre les clauses sans dépasser les "
            "heures attestées, ou corrigez l’attestation.",
        ),
        Code.EMPLOYMENT_UNCHECKED: Rule(
            "mutualisation",
            "warning",
            "employment",
            "{pseudonym} : le même contrat de travail sert plusieurs clauses en {month} et ses "
            "heures attestées ne sont pas saisies ({where}). Saisissez-les pour que le partage "
            "soit vérifié.",
        ),
        Code.MODALITY_REFUSED: Rule(
            "clause",
            "error",
            "modality",
            "Ligne {place} : la clause n’admet pas la modalité « {modality} ». Choisissez parmi : "
            "{allowed}.",
        ),
        Code.MODALITY_UNSAID: Rule(
            "clause",
            "warning",
            "modality",
            "Ligne {place} : la modalité n’est pas dite, et la clause n’en admet que certaines. "
            "Choisissez parmi : {allowed}.",
        ),
    }
)


def finding(code: Code, place: int | None, **words: object) -> Finding:
    """A remark in French, from its row of the table; ``words`` fill its template."""
    rule = RULES[code]
    message = spaced(rule.template.format(place=place, **words))
    return Finding(place, rule.field, code, rule.level, message)
