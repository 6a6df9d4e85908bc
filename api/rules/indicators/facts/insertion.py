"""The fields of hours of insertion, of the clauses that promise them, of who does them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from api.rules.hours.labels import choices
from api.rules.hours.vocabulary import AgeBand, Modality, PublicFamily, Qualification, Sex
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import (
    CLAUSE_KINDS,
    CLAUSE_OBJECT_NAMES,
    CLAUSE_OBJECTS,
    quoted,
)
from api.rules.indicators.fields import OF_CONTRACT, FieldSpec, FieldType
from api.rules.indicators.words import Aggregate, Period

HOURS_LINE_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "hours": FieldSpec(
            FieldType.HOURS,
            "heures",
            "saisir les heures dans le relevé du mois",
            "hours",
            says="a un nombre d’heures {}",
            denies="a un nombre d’heures {}",
            short="nombre d’heures {}",
            unit="h",
            quantity="les heures",
            totals="heures",
        ),
        "training": FieldSpec(
            FieldType.HOURS,
            "heures de formation",
            "saisir les heures de formation dans le relevé du mois",
            "training",
            says="a un nombre d’heures de formation {}",
            denies="a un nombre d’heures de formation {}",
            short="nombre d’heures de formation {}",
            unit="h",
            quantity="les heures de formation",
            totals="heures de formation",
        ),
        "directorate": OF_CONTRACT,
    }
)
CLAUSE_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "kind": FieldSpec(
            FieldType.TEXT,
            "forme de la clause",
            "dire quelle est la forme de la clause",
            "kind",
            says="prend la forme suivante : {}",
            denies="ne prend pas la forme suivante : {}",
            values=CLAUSE_KINDS,
        ),
        "hours": FieldSpec(
            FieldType.HOURS,
            "heures engagées",
            "indiquer le nombre d’heures engagées",
            "hours",
            says="engage un nombre d’heures {}",
            denies="engage un nombre d’heures {}",
            short="nombre d’heures engagées {}",
            unit="h",
            quantity="les heures engagées, avenants compris,",
            totals="heures engagées, avenants compris,",
        ),
        "object": FieldSpec(
            FieldType.TEXT,
            "objet du contrat",
            "dire ce que le contrat achète (travaux, services…)",
            "object",
            says="porte sur {}",
            denies="ne porte pas sur {}",
            values=CLAUSE_OBJECTS,
            names=CLAUSE_OBJECT_NAMES,
            by="objet du contrat",
            different="objets de contrat différents",
        ),
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
        "directorate": OF_CONTRACT,
    }
)


TO_FILL = "compléter le suivi des bénéficiaires avant la clôture de l’année"


def _of_person(
    name: str, label: str, which: str, values: Mapping[str, str], names: Mapping[str, str]
) -> FieldSpec:
    """A coarse fact of persons, read in the arrested figures; ``which`` holds both predicates."""
    says, denies = which.split(" | ")
    return FieldSpec(
        FieldType.TEXT,
        label,
        TO_FILL,
        name,
        says=says,
        denies=denies,
        values=MappingProxyType(dict(values)),
        names=MappingProxyType(dict(names)),
        by=label,
        different=f"réponses différentes à la question « {label} »",
    )


def _quoted_choices(codes: type[StrEnum]) -> Mapping[str, str]:
    return {code: quoted(word)[word] for code, word in choices(codes)}


_SEXES = {"f": "une femme", "h": "un homme", "x": "une personne d’un autre genre"}
_TRAININGS = {
    "qualifying_or_certifying": "qualifiante ou certifiante",
    "other": "d’une autre sorte",
}
BENEFICIARY_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "sex": _of_person("sex", "sexe", "est {} | n’est pas {}", _SEXES, dict(choices(Sex))),
        "public": _of_person(
            "public",
            "public",
            "relève du public {} | ne relève pas du public {}",
            _quoted_choices(PublicFamily),
            dict(choices(PublicFamily)),
        ),
        "age": _of_person(
            "age",
            "tranche d’âge",
            "est dans la tranche d’âge {} | n’est pas dans la tranche d’âge {}",
            _quoted_choices(AgeBand),
            dict(choices(AgeBand)),
        ),
        "qualification": _of_person(
            "qualification",
            "qualification",
            "a pour qualification {} | n’a pas pour qualification {}",
            _quoted_choices(Qualification),
            dict(choices(Qualification)),
        ),
        "qpv": FieldSpec(
            FieldType.BOOLEAN,
            "quartier prioritaire",
            TO_FILL,
            "qpv",
            says="habite un quartier prioritaire de la politique de la ville",
            denies="n’habite pas un quartier prioritaire de la politique de la ville",
            names=MappingProxyType(
                {"yes": "Quartier prioritaire", "no": "Hors quartier prioritaire"}
            ),
            by="habitation en quartier prioritaire",
            different="réponses différentes à la question « quartier prioritaire »",
        ),
        "modality": _of_person(
            "modality",
            "modalité",
            "travaille selon la modalité {} | ne travaille pas selon la modalité {}",
            _quoted_choices(Modality),
            dict(choices(Modality)),
        ),
        "training": _of_person(
            "training",
            "formation",
            "a suivi une formation {} | n’a pas suivi de formation {}",
            _TRAININGS,
            {key: word.capitalize() for key, word in _TRAININGS.items()},
        ),
        "long_path": FieldSpec(
            FieldType.BOOLEAN,
            "parcours long",
            TO_FILL,
            "long_path",
            says="suit un parcours long et qualifiant",
            denies="ne suit pas de parcours long et qualifiant",
        ),
        "hours": FieldSpec(
            FieldType.HOURS,
            "heures",
            TO_FILL,
            "hours",
            says="a un nombre d’heures {}",
            denies="a un nombre d’heures {}",
            unit="h",
            quantity="les heures",
            totals="heures",
            testable=False,
        ),
    }
)

HOURS_LINE = FactSpec(
    label="Heures d’insertion (validées et comptées)",
    noun="ligne d’heures",
    plural="lignes d’heures",
    spoken="ligne d’heures d’insertion",
    spoken_plural="lignes d’heures d’insertion",
    feminine=True,
    perimeter="Chaque ligne d’heures d’insertion, validée et comptée, {when}",
    fields=HOURS_LINE_FIELDS,
    marks=True,
    linked="dont le contrat",
    day="month",
    example="""
fact: hours_line
aggregate: sum
of: hours
compare: {with: previous_year, as: difference}
""",
    gives="l’évolution, d’une année sur l’autre, du nombre d’heures d’insertion réalisées",
)
CLAUSE = FactSpec(
    label="Clause d’insertion",
    noun="clause",
    plural="clauses",
    spoken="clause d’insertion",
    spoken_plural="clauses d’insertion",
    feminine=True,
    perimeter="Chaque clause d’insertion suivie (dont on déclare les heures) qui commence {when}",
    fields=CLAUSE_FIELDS,
    marks=True,
    linked="dont le contrat",
    day="starts_on",
    example="""
fact: clause
aggregate: breakdown
of: object
compare: {with: previous_year, as: difference}
""",
    gives="la répartition des clauses d’insertion par objet du contrat, et son évolution",
)
BENEFICIARY = FactSpec(
    label="Bénéficiaire de l’insertion (chiffres arrêtés à la clôture de l’année)",
    noun="bénéficiaire",
    plural="bénéficiaires",
    perimeter="Chaque bénéficiaire de l’insertion {when}, selon les chiffres arrêtés à sa clôture",
    fields=BENEFICIARY_FIELDS,
    only=frozenset({Aggregate.COUNT, Aggregate.SHARE, Aggregate.BREAKDOWN, Aggregate.SUM_SHARE}),
    periods=(Period.CIVIL_YEAR,),
    one_comparison=True,
    example="""
fact: beneficiary
aggregate: sum_share
of: hours
perimeter: all
where: {field: sex, equals: f}
""",
    gives="la part des heures d’insertion faites par des femmes",
)
