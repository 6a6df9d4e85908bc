"""The fields of a project of purchase, and of an action that was decided for it."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import STATES
from api.rules.indicators.fields import FieldSpec, FieldType, directorate


def _answer(name: str, label: str, to_fill: str, says: str, denies: str) -> FieldSpec:
    return FieldSpec(FieldType.BOOLEAN, label, to_fill, name, says=says, denies=denies)


def _months(name: str, label: str, to_fill: str, what: str) -> FieldSpec:
    return FieldSpec(
        FieldType.INTEGER,
        label,
        to_fill,
        name,
        says=f"a {what} {{}}",
        denies=f"a {what} {{}}",
        short=f"{label} {{}}",
        unit="mois",
    )


PROJECT_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "purchase_family": FieldSpec(
            FieldType.TEXT,
            "famille d’achats",
            "indiquer la famille d’achats",
            "purchase_family",
            says="a une famille d’achats {}",
            denies="a une famille d’achats {}",
            short="famille d’achats {}",
            by="famille d’achats",
            different="familles d’achats différentes",
        ),
        "directorate": directorate("indiquer la direction qui porte le projet"),
        "estimated_amount": FieldSpec(
            FieldType.MONEY,
            "montant estimé",
            "indiquer le montant estimé hors taxes",
            "estimated_amount",
            says="a un montant estimé {}",
            denies="a un montant estimé {}",
            short="montant estimé {}",
            quantity="le montant estimé",
            totals="montants estimés hors taxes",
        ),
        "recurrent": _answer(
            "recurrent",
            "récurrent",
            "dire si l’achat revient régulièrement",
            "est récurrent",
            "n’est pas récurrent",
        ),
        "state": FieldSpec(
            FieldType.TEXT,
            "état",
            "dire où en est le projet",
            "state",
            says="est {}",
            denies="n’est pas {}",
            values=STATES,
            names=MappingProxyType({key: word.capitalize() for key, word in STATES.items()}),
            by="état",
            different="états différents",
        ),
        "targeted": _answer(
            "targeted",
            "ciblé",
            "dire si le projet est ciblé par le comité",
            "est ciblé par le schéma",
            "n’est pas ciblé par le schéma",
        ),
        "targeted_action": FieldSpec(
            FieldType.LABELS,
            "action ciblée",
            "dire quelles actions du schéma le projet doit porter",
            "actions",
            says="est ciblé pour l’action {}",
            denies="n’est pas ciblé pour l’action {}",
            code=True,
        ),
        "anticipation_months": _months(
            "anticipation_started_on",
            "anticipation",
            "indiquer quand l’anticipation a commencé et pour quand l’achat est prévu",
            "une anticipation",
        ),
        "rating_months": _months(
            "rated_on",
            "délai entre la cotation et l’achat",
            "indiquer le jour de la cotation et celui pour lequel l’achat est prévu",
            "un délai, entre sa cotation et l’achat,",
        ),
        "insertion_expertise": _answer(
            "insertion_expertise",
            "expertise insertion",
            "dire si le projet a été expertisé sous l’angle de l’insertion",
            "a fait l’objet d’une expertise sur l’insertion",
            "n’a pas fait l’objet d’une expertise sur l’insertion",
        ),
        "life_cycle_analysis": _answer(
            "life_cycle_analysis",
            "analyse du cycle de vie",
            "dire si une analyse du cycle de vie a été faite",
            "a fait l’objet d’une analyse du cycle de vie",
            "n’a pas fait l’objet d’une analyse du cycle de vie",
        ),
        "sustainable_assistance": _answer(
            "sustainable_assistance",
            "assistance au développement durable",
            "dire si une assistance au développement durable a été confiée à un tiers",
            "bénéficie d’une assistance au développement durable",
            "ne bénéficie pas d’une assistance au développement durable",
        ),
    }
)
TARGETED_ACTION_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "action": FieldSpec(
            FieldType.TEXT,
            "action du schéma",
            "dire quelles actions du schéma le projet doit porter",
            "actions",
            says="porte sur l’action {}",
            denies="ne porte pas sur l’action {}",
            code=True,
        ),
        "done": _answer(
            "done",
            "menée à terme",
            "dire si l’action décidée pour le projet a été menée à terme",
            "a été menée à terme",
            "n’a pas été menée à terme",
        ),
        "directorate": PROJECT_FIELDS["directorate"],
    }
)

PROJECT = FactSpec(
    label="Projet d’achat (programmation)",
    noun="projet d’achat",
    plural="projets d’achat",
    perimeter="Chaque projet d’achat programmé {when}",
    fields=PROJECT_FIELDS,
    marks=True,
    linked="dont un contrat",
    day="year",
    example="""
fact: project
aggregate: share
perimeter: {not: {field: state, equals: abandoned}}
where: {field: insertion_expertise, equals: true}
""",
    gives="la part des projets d’achat, hors abandons, qui ont fait l’objet d’une expertise sur "
    "l’insertion",
)
TARGETED_ACTION = FactSpec(
    label="Action ciblée (une action du schéma décidée pour un projet d’achat)",
    noun="action ciblée",
    plural="actions ciblées",
    feminine=True,
    perimeter="Chaque action du schéma décidée pour un projet d’achat programmé {when}",
    fields=TARGETED_ACTION_FIELDS,
    day="year",
    example="""
fact: targeted_action
aggregate: share
perimeter: all
where: {field: done, equals: true}
""",
    gives="la part des actions ciblées qui ont été menées à terme",
)
