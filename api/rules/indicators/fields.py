"""The closed registry of what a criterion may look at: types, operators, and the French of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from api.rules.decp import labels


class FieldType(StrEnum):
    """What kind of value a field holds; it decides which operators make sense."""

    MONEY = "money"  # whole cents; written in a definition as decimal euros, "25000.00"
    INTEGER = "integer"
    DATE = "date"  # written "2026-01-31"
    TEXT = "text"
    LABELS = "labels"  # a list of texts; ``equals`` means "holds this one"
    BOOLEAN = "boolean"


class Operator(StrEnum):
    """The comparisons of the vocabulary."""

    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    EQUALS = "equals"
    ONE_OF = "one_of"
    STARTS_WITH = "starts_with"


ORDERED = frozenset({Operator.MORE_THAN, Operator.AT_LEAST, Operator.LESS_THAN, Operator.AT_MOST})

OPERATORS: Mapping[FieldType, frozenset[Operator]] = MappingProxyType(
    {
        FieldType.MONEY: ORDERED | {Operator.EQUALS},
        FieldType.INTEGER: ORDERED | {Operator.EQUALS},
        FieldType.DATE: ORDERED | {Operator.EQUALS},
        FieldType.TEXT: frozenset({Operator.EQUALS, Operator.ONE_OF, Operator.STARTS_WITH}),
        FieldType.LABELS: frozenset({Operator.EQUALS, Operator.ONE_OF}),
        FieldType.BOOLEAN: frozenset({Operator.EQUALS}),
    }
)


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field that a criterion may look at, with its French.

    ``says`` and ``denies`` are predicates of which the contract is the subject; ``{}`` receives the
    value or the comparison. ``short`` is the noun phrase of a comparison that failed. ``to_fill``
    completes « Pour répondre, il faut… ». ``form_field`` is the name of the field in the form.
    ``values``, when given, is closed: code -> its French in a sentence.
    ``says_no`` and ``denies_no`` are for a boolean asked of any supplier: one supplier without it
    is not the same as no supplier with it.
    """

    type: FieldType
    label: str
    to_fill: str
    form_field: str
    says: str
    denies: str
    short: str = ""
    unit: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    says_no: str = ""
    denies_no: str = ""

    @property
    def operators(self) -> frozenset[Operator]:
        """The operators this field accepts: a closed list of values has no beginnings."""
        allowed = OPERATORS[self.type]
        return allowed - {Operator.STARTS_WITH} if self.values else allowed


def _quoted(*words: str) -> Mapping[str, str]:
    """Labels of the DECP format, as they are quoted in a sentence."""
    spoken = {word: "«\u00a0" + word.replace("'", "’") + "\u00a0»" for word in words}
    return MappingProxyType(spoken)


KINDS = MappingProxyType({"marche": "un marché", "concession": "une concession"})
SIZES = MappingProxyType(
    {
        "micro": "une TPE",
        "pme": "une PME",
        "eti": "une entreprise de taille intermédiaire",
        "ge": "une grande entreprise",
    }
)
SUPPLIER_KINDS = MappingProxyType(
    {
        "siae": "une structure d’insertion par l’activité économique (SIAE)",
        "ea": "une entreprise adaptée (EA)",
        "esat": "un établissement et service d’accompagnement par le travail (ESAT)",
        "esus": "une entreprise solidaire d’utilité sociale (ESUS)",
    }
)

CONTRACT_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "kind": FieldSpec(
            FieldType.TEXT,
            "type de contrat",
            "dire s’il s’agit d’un marché ou d’une concession",
            "kind",
            says="est {}",
            denies="n’est pas {}",
            values=KINDS,
        ),
        "nature": FieldSpec(
            FieldType.TEXT,
            "nature",
            "choisir la nature du contrat",
            "nature",
            says="a pour nature {}",
            denies="n’a pas pour nature {}",
            values=_quoted(*labels.NATURES, *labels.CONCESSION_NATURES),
        ),
        "procedure": FieldSpec(
            FieldType.TEXT,
            "procédure",
            "choisir la procédure de passation",
            "procedure",
            says="a pour procédure {}",
            denies="n’a pas pour procédure {}",
            values=_quoted(*labels.PROCEDURES, *labels.CONCESSION_PROCEDURES),
        ),
        "cpv": FieldSpec(
            FieldType.TEXT,
            "code CPV",
            "choisir le code CPV (la nomenclature européenne des achats)",
            "cpv",
            says="a un code CPV {}",
            denies="a un code CPV {}",
            short="code CPV {}",
        ),
        "ccag": FieldSpec(
            FieldType.TEXT,
            "CCAG",
            "choisir le cahier des clauses administratives générales (CCAG)",
            "ccag",
            says="a pour CCAG {}",
            denies="n’a pas pour CCAG {}",
            values=_quoted(*labels.CCAGS),
        ),
        "techniques": FieldSpec(
            FieldType.LABELS,
            "techniques d’achat",
            "indiquer les techniques d’achat (accord-cadre, concours…)",
            "techniques",
            says="a pour technique d’achat {}",
            denies="n’a pas pour technique d’achat {}",
            values=_quoted(*labels.TECHNIQUES),
        ),
        "execution_modalities": FieldSpec(
            FieldType.LABELS,
            "modalités d’exécution",
            "indiquer les modalités d’exécution (tranches, bons de commande…)",
            "execution_modalities",
            says="a pour modalité d’exécution {}",
            denies="n’a pas pour modalité d’exécution {}",
            values=_quoted(*labels.EXECUTION_MODALITIES),
        ),
        "amount": FieldSpec(
            FieldType.MONEY,
            "montant",
            "indiquer le montant hors taxes du marché",
            "amount",
            says="a un montant {}",
            denies="a un montant {}",
            short="montant {}",
        ),
        "months": FieldSpec(
            FieldType.INTEGER,
            "durée",
            "indiquer la durée du marché, en mois",
            "months",
            says="a une durée {}",
            denies="a une durée {}",
            short="durée {}",
            unit="mois",
        ),
        "offers_received": FieldSpec(
            FieldType.INTEGER,
            "nombre d’offres reçues",
            "indiquer le nombre d’offres reçues",
            "offers_received",
            says="a un nombre d’offres {}",
            denies="a un nombre d’offres {}",
            short="nombre d’offres {}",
        ),
        "notified_on": FieldSpec(
            FieldType.DATE,
            "date de notification",
            "indiquer la date de notification (de signature pour une concession)",
            "notified_on",
            says="a une date de notification {}",
            denies="a une date de notification {}",
            short="date de notification {}",
        ),
        "advance_granted": FieldSpec(
            FieldType.BOOLEAN,
            "avance",
            "dire si une avance est accordée au titulaire",
            "advance_granted",
            says="prévoit une avance",
            denies="ne prévoit pas d’avance",
        ),
        "subcontracting_declared": FieldSpec(
            FieldType.BOOLEAN,
            "sous-traitance déclarée",
            "dire si une sous-traitance est déclarée",
            "subcontracting_declared",
            says="a une sous-traitance déclarée",
            denies="n’a pas de sous-traitance déclarée",
        ),
        "grouping": FieldSpec(
            FieldType.TEXT,
            "forme du groupement",
            "indiquer la forme du groupement d’entreprises, ou l’absence de groupement",
            "grouping",
            says="a pour forme de groupement {}",
            denies="n’a pas pour forme de groupement {}",
            values=_quoted(*labels.GROUPINGS),
        ),
        "framework_reference": FieldSpec(
            FieldType.TEXT,
            "référence de l’accord-cadre",
            "indiquer la référence de l’accord-cadre",
            "framework_reference",
            says="a une référence d’accord-cadre {}",
            denies="a une référence d’accord-cadre {}",
            short="référence d’accord-cadre {}",
        ),
    }
)

SUPPLIER_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "size": FieldSpec(
            FieldType.TEXT,
            "taille du titulaire",
            "indiquer la taille du titulaire (TPE, PME, entreprise intermédiaire ou grande)",
            "supplier_size",
            says="a pour titulaire {}",
            denies="n’a pas pour titulaire {}",
            values=SIZES,
        ),
        "ess": FieldSpec(
            FieldType.BOOLEAN,
            "titulaire de l’économie sociale et solidaire",
            "dire si le titulaire relève de l’économie sociale et solidaire (ESS)",
            "supplier_ess",
            says="a un titulaire de l’économie sociale et solidaire (ESS)",
            denies="n’a pas de titulaire de l’économie sociale et solidaire (ESS)",
            says_no="a un titulaire hors de l’économie sociale et solidaire (ESS)",
            denies_no="n’a que des titulaires de l’économie sociale et solidaire (ESS)",
        ),
        "kind": FieldSpec(
            FieldType.TEXT,
            "type de structure du titulaire",
            "indiquer le type de structure du titulaire (SIAE, EA, ESAT…)",
            "supplier_kind",
            says="a pour titulaire {}",
            denies="n’a pas pour titulaire {}",
            values=SUPPLIER_KINDS,
        ),
        "departement": FieldSpec(
            FieldType.TEXT,
            "département du titulaire",
            "indiquer l’adresse du titulaire",
            "supplier_departement",
            says="a un titulaire du département {}",
            denies="n’a pas de titulaire du département {}",
        ),
    }
)
