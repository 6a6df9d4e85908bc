"""The French of the closed codes of the follow-up of schemes."""

from collections.abc import Mapping
from enum import StrEnum

from api.actions.campaign_schemas import DutyState
from api.actions.expectations import SaidAs
from api.actions.models import ActionProgress, Audience, EventKind, EventState

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    EventKind: {
        EventKind.MEETING: "Réunion",
        EventKind.WORKSHOP: "Atelier",
        EventKind.TRAINING: "Formation",
        EventKind.AWARENESS: "Sensibilisation",
        EventKind.COMMUNICATION: "Communication",
        EventKind.PUBLICATION: "Publication",
        EventKind.SUPPORT: "Accompagnement",
        EventKind.COMMITTEE: "Comité",
        EventKind.NETWORK: "Réseau",
        EventKind.FAIR: "Salon, forum",
    },
    Audience: {Audience.INTERNAL: "Interne", Audience.EXTERNAL: "Externe"},
    EventState: {
        EventState.PLANNED: "Prévu",
        EventState.HELD: "Tenu",
        EventState.CANCELLED: "Annulé",
    },
    ActionProgress: {
        ActionProgress.NOT_STARTED: "Non commencée",
        ActionProgress.ONGOING: "En cours",
        ActionProgress.DONE: "Terminée",
        ActionProgress.ABANDONED: "Abandonnée",
    },
    SaidAs: {SaidAs.MEASURE: "Mesure", SaidAs.MILESTONE: "Jalon"},
    DutyState: {
        DutyState.TO_SAY: "À dire",
        DutyState.SAID: "Dit",
        DutyState.LATE: "En retard",
    },
}
