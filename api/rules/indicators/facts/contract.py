"""The fields of a contract, which are those of a lot too, and of a supplier asked of a contract."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.decp import labels
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import KINDS, quoted
from api.rules.indicators.fields import OF_CONTRACT, FieldSpec, FieldType
from api.rules.indicators.words import Period

PROCEDURES = quoted(*labels.PROCEDURES, *labels.CONCESSION_PROCEDURES)
TECHNIQUES = quoted(*labels.TECHNIQUES)


def _asked(kind: FieldType, label: str, to_fill: str, name: str, values: object) -> FieldSpec:
    """A field of the official format with a closed list: « a pour nature … »."""
    return FieldSpec(
        kind,
        label,
        to_fill,
        name,
        says=f"a pour {label} {{}}",
        denies=f"n’a pas pour {label} {{}}",
        values=values if isinstance(values, Mapping) else {},
    )


_NOTICE: Mapping[str, FieldSpec] = {
    "kind": FieldSpec(
        FieldType.TEXT,
        "type de contrat",
        "dire s’il s’agit d’un marché ou d’une concession",
        "kind",
        says="est {}",
        denies="n’est pas {}",
        values=KINDS,
    ),
    "nature": _asked(
        FieldType.TEXT,
        "nature",
        "choisir la nature du contrat",
        "nature",
        quoted(*labels.NATURES, *labels.CONCESSION_NATURES),
    ),
    "procedure": _asked(
        FieldType.TEXT,
        "procédure",
        "choisir la procédure de passation",
        "procedure",
        PROCEDURES,
    ),
    "formalised": FieldSpec(
        FieldType.BOOLEAN,
        "procédure formalisée",
        "choisir la procédure de passation",
        "procedure",
        says="est issu d’une procédure formalisée",
        denies="n’est pas issu d’une procédure formalisée",
    ),
    "cpv": FieldSpec(
        FieldType.TEXT,
        "code CPV",
        "choisir le code CPV (la nomenclature européenne des achats)",
        "cpv",
        says="a un code de la nomenclature européenne (CPV) {}",
        denies="a un code de la nomenclature européenne (CPV) {}",
        short="code CPV {}",
    ),
    "cpv_division": FieldSpec(
        FieldType.TEXT,
        "division CPV",
        "choisir le code CPV (la nomenclature européenne des achats)",
        "cpv",
        says="est de la division {} de la nomenclature européenne (CPV)",
        denies="n’est pas de la division {} de la nomenclature européenne (CPV)",
        by="division de la nomenclature européenne des achats (CPV)",
        different="divisions différentes de la nomenclature européenne des achats (CPV)",
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
    "ccag": FieldSpec(
        FieldType.TEXT,
        "CCAG",
        "choisir le cahier des clauses administratives générales (CCAG)",
        "ccag",
        says="a pour cahier des clauses administratives générales (CCAG) {}",
        denies="n’a pas pour cahier des clauses administratives générales (CCAG) {}",
        values=quoted(*labels.CCAGS),
    ),
    "techniques": FieldSpec(
        FieldType.LABELS,
        "techniques d’achat",
        "indiquer les techniques d’achat (accord-cadre, concours…)",
        "techniques",
        says="a pour technique d’achat {}",
        denies="n’a pas pour technique d’achat {}",
        values=TECHNIQUES,
    ),
    "execution_modalities": FieldSpec(
        FieldType.LABELS,
        "modalités d’exécution",
        "indiquer les modalités d’exécution (tranches, bons de commande…)",
        "execution_modalities",
        says="a pour modalité d’exécution {}",
        denies="n’a pas pour modalité d’exécution {}",
        values=quoted(*labels.EXECUTION_MODALITIES),
    ),
    "price_types": FieldSpec(
        FieldType.LABELS,
        "types de prix",
        "indiquer le type de prix (ferme, révisable…)",
        "price_types",
        says="a pour type de prix {}",
        denies="n’a pas pour type de prix {}",
        values=quoted(*labels.PRICE_TYPES),
    ),
}
_TERMS: Mapping[str, FieldSpec] = {
    "amount": FieldSpec(
        FieldType.MONEY,
        "montant",
        "indiquer le montant hors taxes du marché",
        "amount",
        says="a un montant {}",
        denies="a un montant {}",
        short="montant {}",
        quantity="le montant",
        totals="montants hors taxes",
    ),
    "current_amount": FieldSpec(
        FieldType.MONEY,
        "montant à jour",
        "indiquer le montant hors taxes du marché",
        "amount",
        says="a un montant à jour de ses avenants {}",
        denies="a un montant à jour de ses avenants {}",
        short="montant à jour des avenants {}",
        quantity="le montant, à jour des avenants,",
        totals="montants hors taxes, à jour des avenants,",
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
        quantity="la durée en mois",
        totals="durées en mois",
    ),
    "offers_received": FieldSpec(
        FieldType.INTEGER,
        "nombre d’offres reçues",
        "indiquer le nombre d’offres reçues",
        "offers_received",
        says="a un nombre d’offres {}",
        denies="a un nombre d’offres {}",
        short="nombre d’offres {}",
        quantity="le nombre d’offres reçues",
        totals="nombres d’offres reçues",
        what="offres reçues",
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
    "lot_number": FieldSpec(
        FieldType.INTEGER,
        "numéro de lot",
        "indiquer le numéro de lot",
        "lot_number",
        says="a un numéro de lot {}",
        denies="a un numéro de lot {}",
        short="numéro de lot {}",
    ),
    "advance_granted": FieldSpec(
        FieldType.BOOLEAN,
        "avance",
        "dire si une avance est accordée au titulaire",
        "advance_granted",
        says="prévoit une avance",
        denies="ne prévoit pas d’avance",
    ),
    "advance_rate": FieldSpec(
        FieldType.PERCENT,
        "taux de l’avance",
        "indiquer le taux de l’avance",
        "advance_rate",
        says="a un taux d’avance {}",
        denies="a un taux d’avance {}",
        short="taux d’avance {}",
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
        values=quoted(*labels.GROUPINGS),
    ),
    "place_code": FieldSpec(
        FieldType.TEXT,
        "code du lieu d’exécution",
        "indiquer le code du lieu d’exécution (commune, département, région…)",
        "place_code",
        says="a un code de lieu d’exécution {}",
        denies="a un code de lieu d’exécution {}",
        short="code du lieu d’exécution {}",
    ),
    "place_kind": _asked(
        FieldType.TEXT,
        "type de code du lieu d’exécution",
        "dire de quoi est le code du lieu d’exécution (commune, département, région…)",
        "place_kind",
        quoted(*labels.PLACE_KINDS),
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
_LINKED: Mapping[str, FieldSpec] = {
    "targeted": FieldSpec(
        FieldType.BOOLEAN,
        "ciblé",
        "dire si le projet d’achat du contrat est ciblé par le comité",
        "project",
        says="est ciblé par le schéma",
        denies="n’est pas ciblé par le schéma",
    ),
    "targeted_action": FieldSpec(
        FieldType.LABELS,
        "action ciblée",
        "rattacher le contrat à son projet d’achat",
        "project",
        says="est ciblé pour l’action {}",
        denies="n’est pas ciblé pour l’action {}",
        code=True,
    ),
    "has_clause": FieldSpec(
        FieldType.BOOLEAN,
        "clause d’insertion suivie",
        "enregistrer la clause d’insertion du contrat",
        "clause",
        says="a une clause d’insertion suivie",
        denies="n’a pas de clause d’insertion suivie",
    ),
    "evaluated": FieldSpec(
        FieldType.BOOLEAN,
        "évalué",
        "enregistrer l’évaluation du contrat",
        "evaluation",
        says="a été évalué",
        denies="n’a pas été évalué",
    ),
    "execution_evaluated": FieldSpec(
        FieldType.BOOLEAN,
        "exécution évaluée par l’acheteur",
        "enregistrer l’évaluation de l’exécution du contrat, faite par l’acheteur",
        "evaluation",
        says="a une exécution évaluée par l’acheteur",
        denies="n’a pas d’exécution évaluée par l’acheteur",
    ),
    "directorate": OF_CONTRACT,
    "supplier": FieldSpec(
        FieldType.TEXT,
        "titulaire",
        "indiquer le titulaire du marché",
        "suppliers",
        says="a pour titulaire {}",
        denies="n’a pas pour titulaire {}",
        by="titulaire",
        different="titulaires différents",
        several=True,
        testable=False,
    ),
}
CONTRACT_FIELDS: Mapping[str, FieldSpec] = MappingProxyType({**_NOTICE, **_TERMS, **_LINKED})

CONTRACT = FactSpec(
    label="Contrat (marché ou concession)",
    noun="marché",
    plural="marchés",
    spoken="contrat",
    spoken_plural="contrats",
    perimeter="Chaque marché notifié, ou concession signée, {when}",
    in_force="Chaque contrat en cours d’exécution dans l’année",
    fields=CONTRACT_FIELDS,
    marks=True,
    day="notified_on",
    periods=(Period.CIVIL_YEAR, Period.CUMULATIVE, Period.IN_FORCE),
    example="""
fact: contract
aggregate: share
perimeter: {field: amount, more_than: "25000.00"}
where: {mark: social_clause}
""",
    gives="la part des contrats de plus de 25 000 € HT qui comportent une clause sociale",
)
LOT = FactSpec(
    label="Lot (contrat qui est un lot d’une consultation)",
    noun="lot",
    plural="lots",
    perimeter="Chaque lot attribué par un contrat notifié {when}",
    in_force="Chaque lot dont le contrat est en cours d’exécution dans l’année",
    fields=CONTRACT_FIELDS,
    marks=True,
    day="notified_on",
    periods=(Period.CIVIL_YEAR, Period.CUMULATIVE, Period.IN_FORCE),
    example="""
fact: lot
aggregate: share
perimeter: all
where: {mark: innovative}
""",
    gives="la part des lots attribués qui sont des achats innovants",
)
