"""The fields of what is followed or said: actions, events, evaluations, the indicator itself."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import OF_ROWS, FactSpec
from api.rules.indicators.facts.values import (
    AUDIENCES,
    EVENT_KINDS,
    EVENT_NAMES,
    EVENT_STATES,
    PROGRESS,
    SIDES,
    SUBJECTS,
)
from api.rules.indicators.fields import OF_CONTRACT, FieldSpec, FieldType, number_of
from api.rules.indicators.words import Aggregate, Period

ACTION_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "state": FieldSpec(
            FieldType.TEXT,
            "état",
            "dire où en est l’action à la fin de l’année",
            "state",
            says="est {}",
            denies="n’est pas {}",
            values=MappingProxyType({**PROGRESS, "not_started": "encore à commencer"}),
            names=MappingProxyType({key: word.capitalize() for key, word in PROGRESS.items()}),
            by="état",
            different="états différents",
        ),
        "action": FieldSpec(
            FieldType.TEXT,
            "action du schéma",
            "choisir l’action du schéma",
            "action",
            says="a pour code {}",
            denies="n’a pas pour code {}",
        ),
    }
)
EVENT_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "kind": FieldSpec(
            FieldType.TEXT,
            "type d’événement",
            "dire de quel type d’événement il s’agit",
            "kind",
            says="est {}",
            denies="n’est pas {}",
            values=EVENT_KINDS,
            names=EVENT_NAMES,
            by="type d’événement",
            different="types d’événement différents",
        ),
        "audience": FieldSpec(
            FieldType.TEXT,
            "public visé",
            "dire si l’événement s’adresse aux agents ou à l’extérieur",
            "audience",
            says="s’adresse à {}",
            denies="ne s’adresse pas à {}",
            values=AUDIENCES,
        ),
        "state": FieldSpec(
            FieldType.TEXT,
            "état",
            "dire si l’événement a eu lieu",
            "state",
            says="est {}",
            denies="n’est pas {}",
            values=EVENT_STATES,
        ),
        "action": FieldSpec(
            FieldType.LABELS,
            "action du schéma",
            "rattacher l’événement aux actions du schéma qu’il sert",
            "actions",
            says="sert l’action {}",
            denies="ne sert pas l’action {}",
            code=True,
        ),
        "participants": number_of("participants", "de participants"),
        "expected": number_of("expected", "de personnes attendues"),
    }
)
EVALUATION_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "side": FieldSpec(
            FieldType.TEXT,
            "auteur de l’évaluation",
            "dire qui évalue",
            "side",
            says="est faite par {}",
            denies="n’est pas faite par {}",
            values=SIDES,
        ),
        "subject": FieldSpec(
            FieldType.TEXT,
            "objet de l’évaluation",
            "dire ce qui est évalué",
            "subject",
            says="porte sur {}",
            denies="ne porte pas sur {}",
            values=SUBJECTS,
        ),
        "score": FieldSpec(
            FieldType.SCORE,
            "note",
            "donner une note sur 20",
            "score",
            says="donne une note {}",
            denies="donne une note {}",
            short="note {}",
            unit="sur 20",
            quantity="la note",
            totals="notes",
        ),
        "directorate": OF_CONTRACT,
    }
)

ACTION = FactSpec(
    label="Action du schéma",
    noun="action",
    plural="actions",
    feminine=True,
    perimeter="Chaque action du schéma, selon son état à la fin de l’année",
    fields=ACTION_FIELDS,
    periods=(Period.CIVIL_YEAR,),
    example="""
fact: action
aggregate: share
perimeter: all
where: {field: state, equals: done}
""",
    gives="la part des actions du schéma qui sont terminées",
)
EVENT = FactSpec(
    label="Événement (réunion, formation, communication…)",
    noun="événement",
    plural="événements",
    perimeter="Chaque événement (réunion, formation, communication…) daté {when}",
    unserved="qu’il soit ou non rattaché à une action du schéma",
    fields=EVENT_FIELDS,
    day="held_on",
    example="""
fact: event
aggregate: count
where:
  all:
    - {field: state, equals: held}
    - {field: kind, one_of: [meeting, workshop]}
""",
    gives="le nombre de réunions et d’ateliers tenus dans l’année",
)
EVALUATION = FactSpec(
    label="Évaluation d’un contrat",
    noun="évaluation",
    plural="évaluations",
    feminine=True,
    perimeter="Chaque évaluation faite {when}",
    fields=EVALUATION_FIELDS,
    marks=True,
    linked="dont le contrat",
    day="done_on",
    only=OF_ROWS - {Aggregate.SUM, Aggregate.SUM_SHARE},
    example="""
fact: evaluation
aggregate: average
of: score
perimeter: {field: subject, equals: execution}
""",
    gives="la note moyenne donnée à l’exécution des contrats",
)
MILESTONE = FactSpec(
    label="Étape (fait ou pas, dans les délais ou pas)",
    noun="étape",
    plural="étapes",
    feminine=True,
    perimeter="L’étape que décrit l’indicateur, {when}",
    only=frozenset({Aggregate.DONE}),
    periods=(Period.ONCE, Period.CIVIL_YEAR),
    criteria=False,
    example="""
fact: milestone
aggregate: done
period: once
""",
    gives="oui ou non, et dans les délais ou non",
)
MEASURE = FactSpec(
    label="Mesure déclarée",
    noun="mesure",
    plural="mesures",
    feminine=True,
    perimeter="Ce qui est déclaré pour cet indicateur, {when}",
    only=frozenset({Aggregate.DECLARED}),
    criteria=False,
    example="""
fact: measure
aggregate: declared
base: true
""",
    gives="un chiffre que quelqu’un déclare une fois l’an, et la base à laquelle il se rapporte",
)
TARGET = FactSpec(
    label="Cible des autres indicateurs du schéma",
    noun="cible",
    plural="cibles",
    feminine=True,
    perimeter="Chaque autre indicateur du schéma qui a une cible échue à la fin de l’année",
    only=frozenset({Aggregate.REACHED}),
    periods=(Period.CIVIL_YEAR,),
    criteria=False,
    example="""
fact: target
aggregate: reached
""",
    gives="la part des cibles échues qui sont atteintes",
)
