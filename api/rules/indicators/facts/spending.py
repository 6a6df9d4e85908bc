"""The fields of a spending: what was paid to a payee in a year."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import REGIONS, SECTIONS, SIZES, STRUCTURES
from api.rules.indicators.fields import FieldSpec, FieldType, directorate

SPENDING_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "amount": FieldSpec(
            FieldType.MONEY,
            "montant",
            "indiquer le montant hors taxes payé",
            "amount",
            says="a un montant {}",
            denies="a un montant {}",
            short="montant {}",
            quantity="le montant",
            totals="montants hors taxes",
        ),
        "family": FieldSpec(
            FieldType.TEXT,
            "famille d’achats",
            "indiquer la famille d’achats",
            "family",
            says="a une famille d’achats {}",
            denies="a une famille d’achats {}",
            short="famille d’achats {}",
            by="famille d’achats",
            different="familles d’achats différentes",
        ),
        "payee_size": FieldSpec(
            FieldType.TEXT,
            "taille de l’entreprise payée",
            "indiquer la taille de l’entreprise payée",
            "supplier_size",
            says="est payée à {}",
            denies="n’est pas payée à {}",
            values=SIZES,
        ),
        "payee_region": FieldSpec(
            FieldType.TEXT,
            "région de l’entreprise payée",
            "indiquer l’adresse de l’entreprise payée",
            "supplier_departement",
            says="est payée à une entreprise de la région {}",
            denies="n’est pas payée à une entreprise de la région {}",
            values=REGIONS,
            names=REGIONS,
            by="région de l’entreprise payée",
            different="régions différentes",
        ),
        "payee_ess": FieldSpec(
            FieldType.BOOLEAN,
            "entreprise payée de l’économie sociale et solidaire",
            "dire si l’entreprise payée relève de l’économie sociale et solidaire (ESS)",
            "supplier_ess",
            says="est payée à une structure de l’économie sociale et solidaire (ESS)",
            denies="n’est pas payée à une structure de l’économie sociale et solidaire (ESS)",
        ),
        "payee_kind": FieldSpec(
            FieldType.TEXT,
            "type de structure payée",
            "indiquer le type de structure payée (SIAE, EA, ESAT…)",
            "supplier_kind",
            says="est payée à {}",
            denies="n’est pas payée à {}",
            values=STRUCTURES,
        ),
        "section": FieldSpec(
            FieldType.TEXT,
            "section du budget",
            "indiquer la section du budget",
            "section",
            says="relève de la section {}",
            denies="ne relève pas de la section {}",
            values=SECTIONS,
        ),
        "targeted_action": FieldSpec(
            FieldType.LABELS,
            "action ciblée",
            "rattacher la dépense à son contrat, et le contrat à son projet d’achat",
            "contract_id",
            says="est faite sur un contrat ciblé pour l’action {}",
            denies="n’est pas faite sur un contrat ciblé pour l’action {}",
        ),
        "directorate": directorate("indiquer la direction qui dépense"),
        "payee": FieldSpec(
            FieldType.TEXT,
            "entreprise payée",
            "indiquer l’entreprise payée",
            "supplier",
            says="est payée à {}",
            denies="n’est pas payée à {}",
            by="entreprise payée",
            different="entreprises différentes payées",
            testable=False,
        ),
    }
)

SPENDING = FactSpec(
    label="Dépense (montant mandaté à une entreprise)",
    noun="dépense",
    plural="dépenses",
    feminine=True,
    perimeter="Chaque dépense mandatée {when}",
    fields=SPENDING_FIELDS,
    marks=True,
    linked="dont le contrat",
    attach="rattacher la dépense à son contrat",
    day="year",
    example="""
fact: spending
aggregate: sum
of: amount
where: {field: payee_kind, one_of: [esat, ea, siae]}
""",
    gives="le montant mandaté dans l’année aux structures du handicap et de l’insertion",
)
