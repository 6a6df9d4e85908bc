"""The fields of a reservation, and of a search for suppliers."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import BASES, KINDS, SOURCING_RESULTS, TOOLS
from api.rules.indicators.fields import OF_CONTRACT, FieldSpec, FieldType, number_of

# In a list of bases: the whom of each, without its article of grammar.
_BASIS_NAMES = MappingProxyType(
    {
        "L2113-12": "Travailleurs handicapés (art. L2113-12)",
        "L2113-13": "Insertion par l’activité économique (art. L2113-13)",
        "L2113-13-1": "Travail en prison (art. L2113-13-1)",
        "L2113-15": "Économie sociale et solidaire (art. L2113-15)",
        "L3113-1": "Travailleurs handicapés, concession (art. L3113-1)",
        "L3113-2": "Insertion par l’activité économique, concession (art. L3113-2)",
        "L3113-2-1": "Travail en prison, concession (art. L3113-2-1)",
    }
)
RESERVATION_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "kind": FieldSpec(
            FieldType.TEXT,
            "type de contrat",
            "dire s’il s’agit d’un marché ou d’une concession",
            "kind",
            says="porte sur {}",
            denies="ne porte pas sur {}",
            values=KINDS,
        ),
        "basis": FieldSpec(
            FieldType.TEXT,
            "fondement",
            "choisir l’article du code qui permet la réservation",
            "basis",
            says="vise {}",
            denies="ne vise pas {}",
            values=BASES,
            names=_BASIS_NAMES,
            by="fondement",
            different="fondements différents",
        ),
        "domain": FieldSpec(
            FieldType.TEXT,
            "domaine d’activité",
            "indiquer le domaine d’activité",
            "domain",
            says="a pour domaine d’activité {}",
            denies="n’a pas pour domaine d’activité {}",
            by="domaine d’activité",
            different="domaines d’activité différents",
        ),
        "amount": FieldSpec(
            FieldType.MONEY,
            "montant du contrat",
            "indiquer le montant hors taxes du marché",
            "amount",
            says="porte sur un contrat dont le montant est {}",
            denies="porte sur un contrat dont le montant est {}",
            short="montant du contrat {}",
            quantity="le montant du contrat",
            totals="montants hors taxes",
        ),
        "directorate": OF_CONTRACT,
        # What makes a row a reservation: no criterion asks it, every figure does.
        "reserved": FieldSpec(
            FieldType.BOOLEAN,
            "marché réservé",
            "dire si le marché est réservé",
            "mark_reserved",
            says="est celle d’un contrat réservé",
            denies="contrat qui n’est pas réservé",
            testable=False,
        ),
    }
)
SOURCING_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "tool": FieldSpec(
            FieldType.TEXT,
            "moyen employé",
            "dire comment les fournisseurs ont été cherchés",
            "tool",
            says="est faite {}",
            denies="n’est pas faite {}",
            values=TOOLS,
        ),
        "result": FieldSpec(
            FieldType.TEXT,
            "suite donnée",
            "dire ce que la recherche a donné",
            "result",
            says="a eu pour suite {}",
            denies="n’a pas eu pour suite {}",
            values=SOURCING_RESULTS,
        ),
        "contacted": number_of("contacted", "d’entreprises contactées"),
        "interested": number_of("interested", "d’entreprises intéressées"),
        "ess_answers": number_of(
            "ess_answers",
            "de réponses de structures de l’économie sociale et solidaire (ESS)",
        ),
    }
)

RESERVATION = FactSpec(
    label="Contrat réservé",
    noun="contrat réservé",
    plural="contrats réservés",
    perimeter="Chaque {reserved} par une décision prise {when}",
    fields=RESERVATION_FIELDS,
    marks=True,
    linked="dont le contrat",
    day="decided_on",
    being="reserved",
    beside=(
        ", et chaque {row} {when} qui n’est pas inscrit{e} parmi les {registered} : dit{e} non "
        "réservé{e}, {it} est connu{e} et n’est pas compté{e} ; sans réponse, on ne sait pas "
        "{whether} est réservé{e}"
    ),
    rows=("contrat", "contrats"),
    shared=frozenset({"kind"}),
    not_known=("dont on sache s’il est réservé", "dont on sache si elle est réservée"),
    example="""
fact: reservation
aggregate: distinct
of: domain
where: {field: basis, equals: L2113-15}
""",
    gives="les domaines d’activité des marchés réservés à l’économie sociale et solidaire",
)
SOURCING = FactSpec(
    label="Recherche de fournisseurs (sourçage)",
    noun="recherche de fournisseurs",
    plural="recherches de fournisseurs",
    feminine=True,
    perimeter="Chaque recherche de fournisseurs (sourçage) faite {when}",
    fields=SOURCING_FIELDS,
    day="done_on",
    example="""
fact: sourcing
aggregate: sum
of: ess_answers
""",
    gives="le nombre de réponses de structures de l’ESS aux recherches de fournisseurs de l’année",
)
