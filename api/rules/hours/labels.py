"""The French of every code of the vocabulary of hours: one table, read by forms and exports."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from api.rules.hours.vocabulary import (
    PUBLICS,
    AgeBand,
    ChangeKind,
    ClauseStatus,
    ClauseType,
    EmploymentKind,
    EvidenceFrequency,
    ExitCheckpoint,
    ExitSituation,
    FeasibilityAnswer,
    Modality,
    PenaltyDecision,
    PenaltyMode,
    Public,
    PublicFamily,
    Qualification,
    RefusalReason,
    Sex,
    StatementState,
    TrainingKind,
    Unit,
)

LABELS: Final[Mapping[type[StrEnum], Mapping[StrEnum, str]]] = MappingProxyType(
    {
        ClauseType: {
            ClauseType.EXECUTION_CONDITION: "Condition d’exécution",
            ClauseType.CRITERION: "Critère d’attribution",
            ClauseType.INSERTION_OBJECT: "Marché dont l’objet est l’insertion",
            ClauseType.RESERVATION: "Marché ou lot réservé",
            ClauseType.TRAINING_CLAUSE: "Clause sociale de formation",
            ClauseType.VOLUNTARY: "Engagement volontaire du titulaire",
        },
        Unit: {
            Unit.HOURS: "Nombre d’heures",
            Unit.HOURS_SHARE: "Part des heures travaillées",
            Unit.SUBCONTRACTED_AMOUNT: "Montant sous-traité à des structures d’insertion",
        },
        Public: {code: spec.label for code, spec in PUBLICS.items()},
        PublicFamily: {
            PublicFamily.JOB_SEEKER: "Demandeurs d’emploi de longue durée",
            PublicFamily.MINIMUM_INCOME: "Bénéficiaires de minima sociaux",
            PublicFamily.DISABILITY: "Personnes en situation de handicap",
            PublicFamily.YOUNG: "Jeunes",
            PublicFamily.SENIOR: "Seniors",
            PublicFamily.AREA: "Habitants d’un territoire prioritaire",
            PublicFamily.PATHWAY: "Personnes en parcours d’insertion",
            PublicFamily.OTHER: "Autres situations",
        },
        Modality: {
            Modality.HIRE_CDI: "Embauche en CDI",
            Modality.HIRE_CDD: "Embauche en CDD",
            Modality.APPRENTICESHIP: "Contrat d’apprentissage",
            Modality.PROFESSIONALISATION: "Contrat de professionnalisation",
            Modality.TEMP_ETT: "Intérim (entreprise de travail temporaire)",
            Modality.TEMP_ETTI: "Intérim d’insertion (ETTI)",
            Modality.TEMP_EATT: "Intérim adapté (EATT)",
            Modality.LENT_AI: "Mise à disposition par une association intermédiaire (AI)",
            Modality.LENT_GEIQ: "Mise à disposition par un GEIQ",
            Modality.JOINT_SIAE: "Cotraitance avec une structure d’insertion (SIAE)",
            Modality.SUBCONTRACT_EI: "Sous-traitance à une entreprise d’insertion (EI)",
            Modality.SUBCONTRACT_ACI: "Sous-traitance à un atelier et chantier d’insertion (ACI)",
            Modality.SUBCONTRACT_EA: "Sous-traitance à une entreprise adaptée (EA)",
            Modality.SUBCONTRACT_ESAT: "Sous-traitance à un ESAT",
            Modality.REGIE_QUARTIER: "Régie de quartier ou de territoire",
            Modality.EITI: "Entreprise d’insertion par le travail indépendant (EITI)",
            Modality.TRAINING_PERIOD: "Période de formation (clause sociale de formation)",
            Modality.OTHER: "Autre modalité",
        },
        Sex: {Sex.F: "Femme", Sex.H: "Homme", Sex.X: "Autre"},
        AgeBand: {
            AgeBand.UNDER_26: "moins de 26 ans",
            AgeBand.FROM_26_TO_49: "26 à 49 ans",
            AgeBand.FROM_50: "50 ans et plus",
        },
        Qualification: {
            Qualification.INFRA_3: "Sans diplôme ou en dessous du niveau 3",
            Qualification.LEVEL_3: "Niveau 3 (CAP, BEP)",
            Qualification.LEVEL_4: "Niveau 4 (baccalauréat)",
            Qualification.LEVEL_5: "Niveau 5 (bac + 2)",
            Qualification.LEVEL_6_PLUS: "Niveau 6 et plus (bac + 3 et au-delà)",
        },
        ExitCheckpoint: {
            ExitCheckpoint.END: "À la fin",
            ExitCheckpoint.M6: "Six mois après",
            ExitCheckpoint.M12: "Douze mois après",
        },
        ExitSituation: {
            ExitSituation.DURABLE_JOB: (
                "Emploi durable (CDI, CDD de six mois ou plus, titularisation, création d’activité)"
            ),
            ExitSituation.TRANSITION_JOB: (
                "Emploi de transition (CDD de moins de six mois, intérim, contrat aidé)"
            ),
            ExitSituation.POSITIVE_EXIT: (
                "Sortie positive (formation qualifiante, autre structure d’insertion)"
            ),
            ExitSituation.JOB_SEEKING: "En recherche d’emploi",
            ExitSituation.INACTIVE: "Sans activité ni recherche d’emploi",
            ExitSituation.UNKNOWN: "Situation inconnue (personne non jointe)",
            ExitSituation.WITHDRAWN: "Sortie retirée du constat (décès, déménagement, santé…)",
        },
        TrainingKind: {
            TrainingKind.CERTIFYING: "Formation certifiante",
            TrainingKind.QUALIFYING: "Formation qualifiante",
            TrainingKind.HABILITATION: "Habilitation (électrique, CACES…)",
            TrainingKind.OTHER: "Autre formation",
        },
        EmploymentKind: {
            EmploymentKind.CDI: "CDI",
            EmploymentKind.CDI_INCLUSION: "CDI inclusion",
            EmploymentKind.CDD_LONG: "CDD de six mois ou plus",
            EmploymentKind.CDD_SHORT: "CDD de moins de six mois",
            EmploymentKind.CDD_INSERTION: "CDD d’insertion",
            EmploymentKind.CDD_USAGE: "CDD d’usage",
            EmploymentKind.CDD_TREMPLIN: "CDD tremplin",
            EmploymentKind.TEMPORARY: "Contrat de mission (intérim)",
            EmploymentKind.APPRENTICESHIP: "Contrat d’apprentissage",
            EmploymentKind.PROFESSIONALISATION: "Contrat de professionnalisation",
            EmploymentKind.OTHER: "Autre contrat",
        },
        PenaltyMode: {
            PenaltyMode.PER_MISSING_HOUR: "Par heure manquante",
            PenaltyMode.PER_LATE_DAY: "Par jour de retard des justificatifs",
            PenaltyMode.PERCENTAGE: "En pourcentage du montant du contrat",
        },
        PenaltyDecision: {
            PenaltyDecision.APPLIED: "Appliquée",
            PenaltyDecision.REDUCED: "Réduite",
            PenaltyDecision.WAIVED: "Remise",
        },
        ClauseStatus: {
            ClauseStatus.DRAFT: "En projet",
            ClauseStatus.NOTIFIED: "Notifiée",
            ClauseStatus.RUNNING: "En cours",
            ClauseStatus.SETTLED: "Soldée",
            ClauseStatus.CLOSED_SHORT: "Close, engagement non atteint",
            ClauseStatus.TERMINATED: "Résiliée",
        },
        ChangeKind: {
            ChangeKind.AMENDMENT: "Avenant",
            ChangeKind.ORDER: "Bon de commande",
            ChangeKind.TRANCHE: "Tranche affermie",
            ChangeKind.TERMINATION: "Résiliation",
            ChangeKind.CORRECTION: "Correction",
        },
        EvidenceFrequency: {
            EvidenceFrequency.MONTHLY: "Chaque mois",
            EvidenceFrequency.QUARTERLY: "Chaque trimestre",
        },
        StatementState: {
            StatementState.DRAFT: "Brouillon",
            StatementState.SUBMITTED: "Soumise",
            StatementState.TO_CORRECT: "À corriger",
            StatementState.VALIDATED: "Validée",
            StatementState.REJECTED: "Rejetée",
        },
        FeasibilityAnswer: {
            FeasibilityAnswer.EXECUTION_CONDITION: "Clause d’exécution",
            FeasibilityAnswer.CRITERION: "Critère d’attribution",
            FeasibilityAnswer.RESERVED: "Marché réservé",
            FeasibilityAnswer.LOT_RESERVED: "Lot réservé",
            FeasibilityAnswer.INSERTION_OBJECT: "Marché dont l’objet est l’insertion",
            FeasibilityAnswer.NONE: "Aucune",
        },
        RefusalReason: {
            RefusalReason.VOLUME_TOO_SMALL: "Volume d’heures insuffisant",
            RefusalReason.TECHNICALITY: "Technicité des prestations",
            RefusalReason.SHORT_DURATION: "Durée trop courte",
            RefusalReason.NO_OFFER: "Pas d’offre d’insertion sur le territoire",
            RefusalReason.STAFF_TRANSFER: "Reprise du personnel en place",
            RefusalReason.OBJECT_LINK: "Pas de lien avec l’objet du marché",
            RefusalReason.COMPETITION: "Concurrence insuffisante",
            RefusalReason.IMMEDIATE_SOLUTION: "Solution immédiate, sans main-d’œuvre",
            RefusalReason.OTHER: "Autre motif",
        },
    }
)


def label(code: StrEnum) -> str:
    """The French of a code of the vocabulary; ``KeyError`` for an enumeration that isn't ours."""
    return LABELS[type(code)][code]


def choices(codes: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    """(code, French) in the order of the vocabulary: what a form or a contract of API shows."""
    return tuple((code.value, LABELS[codes][code]) for code in codes)
