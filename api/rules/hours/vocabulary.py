"""The closed codes of insertion clauses, and the moves between the states of a statement.

Their French is in ``labels``: ``label(code)`` and ``choices(codes)``.

Codes that a law or a scheme fixes (rsa, qpv, geiq…) keep their spelling. "Not said" is ``None``,
never a code; the only exception is ``ExitSituation.UNKNOWN``: someone asked and got no answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class ClauseType(StrEnum):
    """By which legal lever the contract holds hours of insertion."""

    EXECUTION_CONDITION = "execution_condition"
    CRITERION = "criterion"
    INSERTION_OBJECT = "insertion_object"
    RESERVATION = "reservation"
    TRAINING_CLAUSE = "training_clause"
    VOLUNTARY = "voluntary"


class Unit(StrEnum):
    """In what the promise is written."""

    HOURS = "hours"
    HOURS_SHARE = "hours_share"
    SUBCONTRACTED_AMOUNT = "subcontracted_amount"


class Public(StrEnum):
    """The detailed criterion that makes a person eligible; seen by the facilitator only."""

    DELD = "deld"
    DETLD = "detld"
    RSA = "rsa"
    ASS = "ass"
    AAH = "aah"
    ASI_INVALIDITE = "asi_invalidite"
    TH = "th"
    JEUNE_SQ = "jeune_sq"
    JEUNE_NEET = "jeune_neet"
    SENIOR_50 = "senior_50"
    QPV = "qpv"
    ZFRR = "zfrr"
    IAE = "iae"
    GEIQ = "geiq"
    EA_ESAT = "ea_esat"
    REGIE_QUARTIER = "regie_quartier"
    EPIDE = "epide"
    E2C = "e2c"
    PLIE = "plie"
    CEJ = "cej"
    REFUGIE = "refugie"
    DETENTION_MJ = "detention_mj"
    ASE = "ase"
    PARENT_ISOLE = "parent_isole"
    SANS_HEBERGEMENT = "sans_hebergement"
    AUTRE_AVIS_MOTIVE = "autre_avis_motive"


class PublicFamily(StrEnum):
    """The coarse family of a criterion: what may be shown where the criterion may not."""

    JOB_SEEKER = "job_seeker"
    MINIMUM_INCOME = "minimum_income"
    DISABILITY = "disability"
    YOUNG = "young"
    SENIOR = "senior"
    AREA = "area"
    PATHWAY = "pathway"
    OTHER = "other"


class Modality(StrEnum):
    """How the hours are done: direct hire, lent staff, subcontracting, training."""

    HIRE_CDI = "hire_cdi"
    HIRE_CDD = "hire_cdd"
    APPRENTICESHIP = "apprenticeship"
    PROFESSIONALISATION = "professionalisation"
    TEMP_ETT = "temp_ett"
    TEMP_ETTI = "temp_etti"
    TEMP_EATT = "temp_eatt"
    LENT_AI = "lent_ai"
    LENT_GEIQ = "lent_geiq"
    JOINT_SIAE = "joint_siae"
    SUBCONTRACT_EI = "subcontract_ei"
    SUBCONTRACT_ACI = "subcontract_aci"
    SUBCONTRACT_EA = "subcontract_ea"
    SUBCONTRACT_ESAT = "subcontract_esat"
    REGIE_QUARTIER = "regie_quartier"
    EITI = "eiti"
    TRAINING_PERIOD = "training_period"
    OTHER = "other"


class Sex(StrEnum):
    """As the person says it."""

    F = "f"
    H = "h"
    X = "x"


class AgeBand(StrEnum):
    """The age bands of published figures."""

    UNDER_26 = "under_26"
    FROM_26_TO_49 = "26_to_49"
    FROM_50 = "50_plus"


class Qualification(StrEnum):
    """Level of the highest diploma, in the national frame of certifications."""

    INFRA_3 = "infra_3"
    LEVEL_3 = "3"
    LEVEL_4 = "4"
    LEVEL_5 = "5"
    LEVEL_6_PLUS = "6_plus"


class ExitCheckpoint(StrEnum):
    """When the situation of a person is asked: at the end, six and twelve months later."""

    END = "end"
    M6 = "m6"
    M12 = "m12"


class ExitSituation(StrEnum):
    """What became of the person; the first three are the "dynamic" exits."""

    DURABLE_JOB = "durable_job"
    TRANSITION_JOB = "transition_job"
    POSITIVE_EXIT = "positive_exit"
    JOB_SEEKING = "job_seeking"
    INACTIVE = "inactive"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


class TrainingKind(StrEnum):
    """What a training leads to."""

    CERTIFYING = "certifying"
    QUALIFYING = "qualifying"
    HABILITATION = "habilitation"
    OTHER = "other"


class EmploymentKind(StrEnum):
    """The kind of employment contract; a CDD is told long from six months."""

    CDI = "cdi"
    CDI_INCLUSION = "cdi_inclusion"
    CDD_LONG = "cdd_long"
    CDD_SHORT = "cdd_short"
    CDD_INSERTION = "cdd_insertion"
    CDD_USAGE = "cdd_usage"
    CDD_TREMPLIN = "cdd_tremplin"
    TEMPORARY = "temporary"
    APPRENTICESHIP = "apprenticeship"
    PROFESSIONALISATION = "professionalisation"
    OTHER = "other"


class PenaltyMode(StrEnum):
    """How a penalty is worked out."""

    PER_MISSING_HOUR = "per_missing_hour"
    PER_LATE_DAY = "per_late_day"
    PERCENTAGE = "percentage"


class PenaltyDecision(StrEnum):
    """What the buyer decided of a penalty."""

    APPLIED = "applied"
    REDUCED = "reduced"
    WAIVED = "waived"


class ClauseStatus(StrEnum):
    """Where a clause stands, from the draft to its end."""

    DRAFT = "draft"
    NOTIFIED = "notified"
    RUNNING = "running"
    SETTLED = "settled"
    CLOSED_SHORT = "closed_short"
    TERMINATED = "terminated"


class ChangeKind(StrEnum):
    """What moves the engagement after the notification."""

    AMENDMENT = "amendment"
    ORDER = "order"
    TRANCHE = "tranche"
    TERMINATION = "termination"
    CORRECTION = "correction"


class EvidenceFrequency(StrEnum):
    """How often the evidence of the hours is due."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


class StatementState(StrEnum):
    """Where the statement of one month stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    TO_CORRECT = "to_correct"
    VALIDATED = "validated"
    REJECTED = "rejected"


class FeasibilityAnswer(StrEnum):
    """What the facilitator advises for a project of purchase."""

    EXECUTION_CONDITION = "execution_condition"
    CRITERION = "criterion"
    RESERVED = "reserved"
    LOT_RESERVED = "lot_reserved"
    INSERTION_OBJECT = "insertion_object"
    NONE = "none"


class RefusalReason(StrEnum):
    """Why no insertion is possible in a project of purchase."""

    VOLUME_TOO_SMALL = "volume_too_small"
    TECHNICALITY = "technicality"
    SHORT_DURATION = "short_duration"
    NO_OFFER = "no_offer"
    STAFF_TRANSFER = "staff_transfer"
    OBJECT_LINK = "object_link"
    COMPETITION = "competition"
    IMMEDIATE_SOLUTION = "immediate_solution"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PublicSpec:
    """One criterion: its French, its coarse family, and whether it tells of health, justice,
    asylum, childhood in care or lack of a home."""

    label: str
    family: PublicFamily
    sensitive: bool = False


_SENSITIVE = True

PUBLICS: Final[Mapping[Public, PublicSpec]] = MappingProxyType(
    {
        Public.DELD: PublicSpec(
            "Demandeur d’emploi de longue durée (plus de 12 mois)", PublicFamily.JOB_SEEKER
        ),
        Public.DETLD: PublicSpec(
            "Demandeur d’emploi de très longue durée (plus de 24 mois)", PublicFamily.JOB_SEEKER
        ),
        Public.RSA: PublicSpec("Bénéficiaire du RSA", PublicFamily.MINIMUM_INCOME),
        Public.ASS: PublicSpec(
            "Bénéficiaire de l’allocation de solidarité spécifique (ASS)",
            PublicFamily.MINIMUM_INCOME,
        ),
        Public.AAH: PublicSpec(
            "Bénéficiaire de l’allocation aux adultes handicapés (AAH)",
            PublicFamily.DISABILITY,
            _SENSITIVE,
        ),
        Public.ASI_INVALIDITE: PublicSpec(
            "Bénéficiaire de l’allocation supplémentaire ou d’une pension d’invalidité",
            PublicFamily.DISABILITY,
            _SENSITIVE,
        ),
        Public.TH: PublicSpec(
            "Bénéficiaire de l’obligation d’emploi des travailleurs handicapés",
            PublicFamily.DISABILITY,
            _SENSITIVE,
        ),
        Public.JEUNE_SQ: PublicSpec(
            "Jeune de moins de 26 ans sans qualification", PublicFamily.YOUNG
        ),
        Public.JEUNE_NEET: PublicSpec(
            "Jeune de moins de 26 ans ni en emploi, ni en études, ni en formation",
            PublicFamily.YOUNG,
        ),
        Public.SENIOR_50: PublicSpec("Personne de 50 ans et plus", PublicFamily.SENIOR),
        Public.QPV: PublicSpec(
            "Habitant d’un quartier prioritaire de la politique de la ville (QPV)",
            PublicFamily.AREA,
        ),
        Public.ZFRR: PublicSpec(
            "Habitant d’une zone France ruralités revitalisation (ZFRR)", PublicFamily.AREA
        ),
        Public.IAE: PublicSpec(
            "Parcours d’insertion par l’activité économique (IAE)", PublicFamily.PATHWAY
        ),
        Public.GEIQ: PublicSpec("Parcours dans un GEIQ", PublicFamily.PATHWAY),
        Public.EA_ESAT: PublicSpec(
            "Salarié d’une entreprise adaptée ou usager d’un ESAT", PublicFamily.PATHWAY
        ),
        Public.REGIE_QUARTIER: PublicSpec(
            "Salarié d’une régie de quartier ou de territoire", PublicFamily.PATHWAY
        ),
        Public.EPIDE: PublicSpec("Volontaire d’un EPIDE", PublicFamily.PATHWAY),
        Public.E2C: PublicSpec(
            "Stagiaire d’une école de la deuxième chance (E2C)", PublicFamily.PATHWAY
        ),
        Public.PLIE: PublicSpec("Participant d’un PLIE", PublicFamily.PATHWAY),
        Public.CEJ: PublicSpec("Jeune en contrat d’engagement jeune (CEJ)", PublicFamily.YOUNG),
        Public.REFUGIE: PublicSpec(
            "Réfugié ou bénéficiaire de la protection subsidiaire", PublicFamily.OTHER, _SENSITIVE
        ),
        Public.DETENTION_MJ: PublicSpec(
            "Personne sous main de justice ou sortant de détention", PublicFamily.OTHER, _SENSITIVE
        ),
        Public.ASE: PublicSpec(
            "Personne sortant de l’aide sociale à l’enfance (ASE)", PublicFamily.OTHER, _SENSITIVE
        ),
        Public.PARENT_ISOLE: PublicSpec("Parent isolé", PublicFamily.OTHER),
        Public.SANS_HEBERGEMENT: PublicSpec(
            "Personne sans hébergement", PublicFamily.OTHER, _SENSITIVE
        ),
        Public.AUTRE_AVIS_MOTIVE: PublicSpec(
            "Autre personne, sur avis motivé du facilitateur", PublicFamily.OTHER
        ),
    }
)

DYNAMIC_EXITS: Final = frozenset(
    {ExitSituation.DURABLE_JOB, ExitSituation.TRANSITION_JOB, ExitSituation.POSITIVE_EXIT}
)

# A rejected statement is over: the month is declared again in another one. A validated one moves
# no more either: it's corrected by lines that say why (R-H4).
TRANSITIONS: Final[Mapping[StatementState, frozenset[StatementState]]] = MappingProxyType(
    {
        StatementState.DRAFT: frozenset({StatementState.SUBMITTED}),
        StatementState.SUBMITTED: frozenset(
            {StatementState.TO_CORRECT, StatementState.VALIDATED, StatementState.REJECTED}
        ),
        StatementState.TO_CORRECT: frozenset({StatementState.SUBMITTED}),
        StatementState.VALIDATED: frozenset(),
        StatementState.REJECTED: frozenset(),
    }
)


def may_become(state: StatementState, target: StatementState) -> bool:
    """Whether a statement may pass from one state to the other; staying is not a move."""
    return target in TRANSITIONS[state]
