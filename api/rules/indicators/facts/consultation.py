"""The fields of a consultation: what was published, who answered, how it ended."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.contract import PROCEDURES, TECHNIQUES
from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import OUTCOMES
from api.rules.indicators.fields import FieldSpec, FieldType, directorate, number_of


def _answer(name: str, label: str, to_fill: str, says: str, denies: str) -> FieldSpec:
    return FieldSpec(FieldType.BOOLEAN, label, to_fill, name, says=says, denies=denies)


CONSULTATION_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "procedure": FieldSpec(
            FieldType.TEXT,
            "procédure",
            "choisir la procédure de passation",
            "procedure",
            says="a pour procédure {}",
            denies="n’a pas pour procédure {}",
            values=PROCEDURES,
        ),
        "formalised": _answer(
            "procedure",
            "procédure formalisée",
            "choisir la procédure de passation",
            "suit une procédure formalisée",
            "ne suit pas une procédure formalisée",
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
        "directorate": directorate("indiquer la direction qui suit la consultation"),
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
        "lots": number_of("lots", "de lots"),
        "downloads": number_of("downloads", "de retraits du dossier de consultation"),
        "offers": number_of("offers", "d’offres reçues"),
        "sme_offers": number_of("sme_offers", "d’offres de TPE et de PME"),
        "irregular_offers": number_of("irregular_offers", "d’offres irrégulières"),
        "variants_received": number_of("variants_received", "de variantes reçues"),
        "variants_retained": number_of("variants_retained", "de variantes retenues"),
        "variant_bidders": number_of("variant_bidders", "d’entreprises ayant proposé une variante"),
        "outcome": FieldSpec(
            FieldType.TEXT,
            "issue",
            "dire comment la consultation s’est terminée",
            "outcome",
            says="est {}",
            denies="n’est pas {}",
            values=OUTCOMES,
        ),
        "variants_allowed": _answer(
            "variants_allowed",
            "variantes autorisées",
            "dire si les variantes étaient autorisées",
            "autorise les variantes",
            "n’autorise pas les variantes",
        ),
        "negotiation_allowed": _answer(
            "negotiation_allowed",
            "négociation possible",
            "dire si la procédure permettait de négocier",
            "permet de négocier",
            "ne permet pas de négocier",
        ),
        "negotiated": _answer(
            "negotiated",
            "négociée",
            "dire si une négociation a eu lieu",
            "a donné lieu à une négociation",
            "n’a pas donné lieu à une négociation",
        ),
        "refined_lots": _answer(
            "refined_lots",
            "allotissement affiné",
            "dire si le découpage en lots a été affiné",
            "a un découpage en lots affiné",
            "n’a pas de découpage en lots affiné",
        ),
        "sourced": _answer(
            "sourced",
            "recherche de fournisseurs",
            "dire si des fournisseurs ont été cherchés avant la consultation (sourçage)",
            "a été précédée d’une recherche de fournisseurs (sourçage)",
            "n’a pas été précédée d’une recherche de fournisseurs (sourçage)",
        ),
        "targeted": _answer(
            "project",
            "ciblée",
            "dire si le projet d’achat de la consultation est ciblé par le comité",
            "est ciblée par le schéma",
            "n’est pas ciblée par le schéma",
        ),
        "targeted_action": FieldSpec(
            FieldType.LABELS,
            "action ciblée",
            "rattacher la consultation à son projet d’achat",
            "project",
            says="est ciblée pour l’action {}",
            denies="n’est pas ciblée pour l’action {}",
            code=True,
        ),
    }
)

CONSULTATION = FactSpec(
    label="Consultation",
    noun="consultation",
    plural="consultations",
    feminine=True,
    perimeter="Chaque consultation lancée {when}",
    fields=CONSULTATION_FIELDS,
    marks=True,
    linked="dont le contrat",
    day="launched_on",
    example="""
fact: consultation
aggregate: average
of: offers
perimeter: {field: outcome, equals: awarded}
compare: {with: previous_year, as: difference}
""",
    gives="l’évolution, d’une année sur l’autre, du nombre moyen d’offres des consultations "
    "attribuées",
)
