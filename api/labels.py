"""The French of the closed codes of the API, told in the OpenAPI document (``x-labels``)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from api.access.scopes import SCOPES, Scope
from api.actions.words import WORDS
from api.consultations.models import Outcome
from api.consultations.schemas import OUTCOMES
from api.evaluations.models import Side, Subject
from api.evaluations.schemas import SIDES, SUBJECTS
from api.insertion.clauses.models import ClauseObject
from api.insertion.feasibility.models import FeasibilityDecision
from api.insertion.files.models import FileState
from api.insertion.statements.models import StatementSource
from api.programme.models import ProjectState
from api.programme.schemas import STATES
from api.publication.models import LICENCES, PLATFORMS, Licence, Platform
from api.reserved.models import LegalBasis, SourcingResult, SourcingTool
from api.rules.hours import labels
from api.spending.joining_schemas import CHOICES, REASONS, WAYS, Choice
from api.spending.models import JoinedBy, JoinReason, Section
from api.spending.schemas import SECTIONS
from api.structures.models import StructureKind
from api.suppliers.models import SaidFact
from api.suppliers.register_schemas import FACTS
from api.webhooks.models import EVENTS, DeliveryState, WebhookEvent
from api.webhooks.models import STATES as DELIVERY_STATES

_OURS: Mapping[type[StrEnum], Mapping[Any, str]] = {
    ClauseObject: {
        ClauseObject.WORKS: "Travaux",
        ClauseObject.SERVICES: "Services",
        ClauseObject.SUPPLIES: "Fournitures",
        ClauseObject.INTELLECTUAL: "Prestations intellectuelles",
        ClauseObject.PROJECT_MANAGEMENT: "Maîtrise d’œuvre",
    },
    FeasibilityDecision: {
        FeasibilityDecision.FOLLOWED: "Avis suivi",
        FeasibilityDecision.PARTLY_FOLLOWED: "Avis suivi en partie",
        FeasibilityDecision.NOT_FOLLOWED: "Avis non suivi",
    },
    FileState: {FileState.RECEIVED: "À accepter", FileState.ACCEPTED: "Accepté"},
    StatementSource: {
        StatementSource.SITE: "Saisie sur le site",
        StatementSource.API: "Interface de programmation (API)",
        StatementSource.FILE: "Fichier",
        StatementSource.COMPANY: "Lien donné à l’entreprise",
    },
    LegalBasis: {
        LegalBasis.DISABLED: "L2113-12 : entreprises adaptées et ESAT",
        LegalBasis.INSERTION: "L2113-13 : insertion par l’activité économique",
        LegalBasis.PRISON: "L2113-13-1 : travail en détention",
        LegalBasis.ESS: "L2113-15 : économie sociale et solidaire, services sociaux",
        LegalBasis.CONCESSION_DISABLED: "L3113-1 : concession, entreprises adaptées et ESAT",
        LegalBasis.CONCESSION_INSERTION: "L3113-2 : concession, insertion",
        LegalBasis.CONCESSION_PRISON: "L3113-2-1 : concession, travail en détention",
    },
    SourcingTool: {
        SourcingTool.INCLUSION_MARKET: "Plateforme de l’inclusion (sourcing inversé)",
        SourcingTool.OTHER: "Autre moyen",
    },
    SourcingResult: {
        SourcingResult.RESERVED: "Marché ou lot réservé",
        SourcingResult.CLAUSE: "Clause d’insertion",
        SourcingResult.OPEN: "Consultation ouverte à tous",
        SourcingResult.ABANDONED: "Achat abandonné",
        SourcingResult.PENDING: "Suite à décider",
    },
    StructureKind: {
        StructureKind.EI: "Entreprise d’insertion (EI)",
        StructureKind.AI: "Association intermédiaire (AI)",
        StructureKind.ACI: "Atelier et chantier d’insertion (ACI)",
        StructureKind.ETTI: "Entreprise de travail temporaire d’insertion (ETTI)",
        StructureKind.EITI: "Entreprise d’insertion par le travail indépendant (EITI)",
        StructureKind.GEIQ: "Groupement d’employeurs pour l’insertion et la qualification (GEIQ)",
        StructureKind.EA: "Entreprise adaptée (EA)",
        StructureKind.EATT: "Entreprise adaptée de travail temporaire (EATT)",
        StructureKind.ESAT: "Établissement et service d’accompagnement par le travail (ESAT)",
        StructureKind.SEP: "Structure du travail pénitentiaire (SEP)",
        StructureKind.REGIE_QUARTIER: "Régie de quartier ou de territoire",
        StructureKind.NONE: "Aucune (entreprise ordinaire)",
    },
    Licence: {licence: title for licence, (title, _address) in LICENCES.items()},
    Platform: PLATFORMS,
    ProjectState: STATES,
    Outcome: OUTCOMES,
    Side: SIDES,
    Subject: SUBJECTS,
    Section: SECTIONS,
    SaidFact: FACTS,
    JoinedBy: WAYS,
    JoinReason: REASONS,
    Choice: CHOICES,
    Scope: {scope: one.words for scope, one in SCOPES.items()},
    WebhookEvent: EVENTS,
    DeliveryState: DELIVERY_STATES,
    **WORDS,
}

LABELS: Mapping[type[StrEnum], Mapping[Any, str]] = {**labels.LABELS, **_OURS}


def by_schema() -> dict[str, dict[str, str]]:
    """The words of each code, by the name of its schema in the OpenAPI document."""
    return {
        codes.__name__: {str(code): words for code, words in told.items()}
        for codes, told in LABELS.items()
    }
