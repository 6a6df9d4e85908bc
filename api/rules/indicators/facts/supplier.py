"""The fields of a company: asked of the holders of a contract, or of the company itself."""

from collections.abc import Mapping
from types import MappingProxyType

from api.rules.indicators.facts.specs import FactSpec
from api.rules.indicators.facts.values import REGIONS, SIZES, STRUCTURES
from api.rules.indicators.fields import FieldSpec, FieldType
from api.rules.indicators.words import Period

# Of a contract: any of its holders.
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
            values=STRUCTURES,
        ),
        "departement": FieldSpec(
            FieldType.TEXT,
            "département du titulaire",
            "indiquer l’adresse du titulaire",
            "supplier_departement",
            says="a un titulaire du département {}",
            denies="n’a pas de titulaire du département {}",
        ),
        "region": FieldSpec(
            FieldType.TEXT,
            "région du titulaire",
            "indiquer l’adresse du titulaire",
            "supplier_departement",
            says="a un titulaire de la région {}",
            denies="n’a pas de titulaire de la région {}",
            values=REGIONS,
        ),
        "innovative": FieldSpec(
            FieldType.BOOLEAN,
            "titulaire innovant",
            "dire si le titulaire est une jeune pousse ou une entreprise innovante",
            "supplier_innovative",
            says="a pour titulaire une jeune pousse ou une entreprise innovante",
            denies="n’a pas pour titulaire une jeune pousse ou une entreprise innovante",
            says_no="a un titulaire qui n’est ni une jeune pousse ni une entreprise innovante",
            denies_no="n’a pour titulaires que des jeunes pousses ou des entreprises innovantes",
        ),
        "esus": FieldSpec(
            FieldType.BOOLEAN,
            "titulaire solidaire d’utilité sociale",
            "dire si le titulaire est une entreprise solidaire d’utilité sociale (ESUS)",
            "supplier_esus",
            says="a pour titulaire une entreprise solidaire d’utilité sociale (ESUS)",
            denies="n’a pas pour titulaire une entreprise solidaire d’utilité sociale (ESUS)",
            says_no="a un titulaire qui n’est pas solidaire d’utilité sociale (ESUS)",
            denies_no="n’a que des titulaires solidaires d’utilité sociale (ESUS)",
        ),
    }
)

# Of the company itself.
COMPANY_FIELDS: Mapping[str, FieldSpec] = MappingProxyType(
    {
        "size": FieldSpec(
            FieldType.TEXT,
            "taille",
            "indiquer la taille de l’entreprise (TPE, PME, intermédiaire ou grande)",
            "size",
            says="est {}",
            denies="n’est pas {}",
            values=SIZES,
            names=MappingProxyType(
                {
                    "micro": "TPE",
                    "pme": "PME",
                    "eti": "Entreprise de taille intermédiaire",
                    "ge": "Grande entreprise",
                }
            ),
            by="taille d’entreprise",
            different="tailles d’entreprise différentes",
        ),
        "ess": FieldSpec(
            FieldType.BOOLEAN,
            "économie sociale et solidaire",
            "dire si l’entreprise relève de l’économie sociale et solidaire (ESS)",
            "ess",
            says="relève de l’économie sociale et solidaire (ESS)",
            denies="ne relève pas de l’économie sociale et solidaire (ESS)",
        ),
        "kind": FieldSpec(
            FieldType.TEXT,
            "type de structure",
            "indiquer le type de structure (SIAE, EA, ESAT…)",
            "kind",
            says="est {}",
            denies="n’est pas {}",
            values=STRUCTURES,
        ),
        "departement": FieldSpec(
            FieldType.TEXT,
            "département",
            "indiquer l’adresse de l’entreprise",
            "departement",
            says="est établie dans le département {}",
            denies="n’est pas établie dans le département {}",
            by="département",
            different="départements différents",
        ),
        "region": FieldSpec(
            FieldType.TEXT,
            "région",
            "indiquer l’adresse de l’entreprise",
            "departement",
            says="est établie dans la région {}",
            denies="n’est pas établie dans la région {}",
            values=REGIONS,
            names=REGIONS,
            by="région",
            different="régions différentes",
        ),
        "innovative": FieldSpec(
            FieldType.BOOLEAN,
            "jeune pousse ou entreprise innovante",
            "dire si l’entreprise est une jeune pousse ou une entreprise innovante",
            "innovative",
            says="est une jeune pousse ou une entreprise innovante",
            denies="n’est ni une jeune pousse ni une entreprise innovante",
        ),
        "esus": FieldSpec(
            FieldType.BOOLEAN,
            "entreprise solidaire d’utilité sociale",
            "dire si l’entreprise est solidaire d’utilité sociale (ESUS)",
            "esus",
            says="est une entreprise solidaire d’utilité sociale (ESUS)",
            denies="n’est pas une entreprise solidaire d’utilité sociale (ESUS)",
        ),
    }
)

SUPPLIER = FactSpec(
    label="Entreprise titulaire",
    noun="entreprise",
    plural="entreprises",
    feminine=True,
    perimeter="Chaque entreprise, comptée une seule fois, titulaire d’un contrat notifié {when}",
    fields=COMPANY_FIELDS,
    day="notified_on",
    to_date="indiquer la date de notification d’un contrat de cette entreprise",
    periods=(Period.CIVIL_YEAR,),
    not_added="une entreprise titulaire deux années de suite y compterait deux fois",
    example="""
fact: supplier
aggregate: share
perimeter: all
where: {field: size, one_of: [micro, pme]}
""",
    gives="la part des TPE et des PME parmi les entreprises titulaires de l’année",
)
