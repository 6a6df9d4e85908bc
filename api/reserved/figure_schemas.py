"""What the API gives of the figures of reserved markets: each with its base and what is unknown."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.kit.columns import Euros
from api.reserved.models import LegalBasis, SourcingResult
from api.structures.models import StructureKind

Percent = Annotated[str, Field(description="Pour cent, deux décimales.")]


class Rate(BaseModel):
    """A share, and how far it can be trusted."""

    value: str | None = Field(
        title="Part", description="Pour cent des contrats dont la réponse est connue."
    )
    numerator: str = Field(description="Contrats, ou euros pour une part en valeur.")
    denominator: str = Field(description="Contrats, ou euros, dont la réponse est connue.")
    known: int = Field(description="Contrats dont la réponse est connue.")
    unknown: int = Field(description="Contrats dont la réponse manque.")
    low: str | None = Field(description="La vraie part est au moins celle-ci.")
    high: str | None = Field(description="Et au plus celle-ci.")
    completeness: str | None = Field(description="Part des réponses connues, de 0 à 1.")
    reason: str | None = Field(description="Pourquoi il n’y a pas de part.")


class BaseShare(BaseModel):
    """The share of reserved contracts in one base."""

    code: str = Field(description="« all » : tous les contrats ; « families » : les familles.")
    base: str = Field(title="Base", description="Ce à quoi les marchés réservés sont rapportés.")
    number: Rate = Field(title="En nombre")
    value: Rate = Field(title="En valeur")


class ReservedCount(BaseModel):
    """The reserved contracts notified in the year."""

    contracts: int = Field(title="Marchés réservés")
    unknown: int = Field(
        title="Sans réponse", description="Contrats dont rien ne dit s’ils le sont."
    )
    basis_unknown: int = Field(
        title="Article non dit",
        description="Marchés dits réservés dont la réservation n’est pas inscrite au registre.",
    )
    amount: Euros | None = Field(title="Montant notifié HT", description="Des montants connus.")
    without_amount: int = Field(title="Sans montant")
    text: str = Field(title="Définition")


class BasisFigure(BaseModel):
    """The contracts reserved on one legal basis; a contract with two bases is in both."""

    basis: LegalBasis = Field(title="Article")
    label: str = Field(title="Article, en toutes lettres")
    contracts: int = Field(title="Marchés réservés")
    amount: Euros | None = Field(title="Montant notifié HT", description="Des montants connus.")
    without_amount: int = Field(title="Sans montant")
    before: int = Field(title="Marchés réservés l’année précédente")
    change: str | None = Field(
        title="Évolution", description="Pour cent ; absente si l’année précédente n’en a pas."
    )


class DomainFigure(BaseModel):
    """The contracts reserved on one basis in one domain."""

    basis: LegalBasis = Field(title="Article")
    domain: str | None = Field(
        title="Domaine", description="Celui qui est dit, sinon la division du code CPV."
    )
    contracts: int = Field(title="Marchés réservés")
    amount: Euros | None = Field(title="Montant notifié HT", description="Des montants connus.")
    without_amount: int = Field(title="Sans montant")


class KindFigure(BaseModel):
    """What was mandated to one kind of structures."""

    kind: StructureKind = Field(title="Type de structure")
    label: str = Field(title="Type, en toutes lettres")
    amount: Euros = Field(title="Montant mandaté HT")
    structures: int = Field(title="Structures")


class Mandated(BaseModel):
    """What was mandated in the year to inclusive structures, by the register of structures."""

    lines: int = Field(title="Lignes saisies")
    total: Euros | None = Field(title="Total mandaté HT", description="À tous les bénéficiaires.")
    to_structures: Euros | None = Field(
        title="Mandaté aux structures", description="EA, ESAT, insertion, ESS ou ESUS."
    )
    by_kind: list[KindFigure] = Field(title="Par type de structure")
    ess: Euros | None = Field(title="Dont structures dites de l’ESS")
    esus: Euros | None = Field(title="Dont structures dites agréées ESUS")
    structures: int | None = Field(title="Nombre de structures")
    average: Euros | None = Field(title="Chiffre d’affaires moyen par structure")
    ordinary_amount: Euros | None = Field(
        title="Mandaté à des entreprises ordinaires",
        description="Dites d’aucun type de structure (« aucune ») et hors de l’ESS.",
    )
    unknown_amount: Euros | None = Field(
        title="Mandaté à des bénéficiaires non qualifiés",
        description="Rien ne dit s’ils sont des structures inclusives : ce n’est pas zéro.",
    )
    unknown_lines: int = Field(title="Lignes de bénéficiaires non qualifiés")
    without_siret: int = Field(title="Dont lignes sans SIRET")
    text: str = Field(title="Définition")
    reason: str | None = Field(description="Pourquoi il n’y a pas de montant.")


class Counted(BaseModel):
    """A sum of numbers, some of which may not be said."""

    total: int = Field(title="Total", description="Des nombres connus.")
    unknown: int = Field(title="Sourcings qui ne le disent pas")


class ResultCount(BaseModel):
    """How many sourcings came to one end."""

    result: SourcingResult = Field(title="Suite donnée")
    label: str = Field(title="Suite donnée, en toutes lettres")
    sourcings: int = Field(title="Sourcings")


class SourcingFigures(BaseModel):
    """The sourcings of the year."""

    sourcings: int = Field(title="Sourcings")
    inclusion_market: int = Field(title="Dont par la plateforme de l’inclusion")
    contacted: Counted = Field(title="Structures contactées")
    interested: Counted = Field(title="Structures intéressées")
    ess_answers: Counted = Field(title="Réponses d’entreprises de l’ESS")
    by_result: list[ResultCount] = Field(title="Par suite donnée")


class Category(BaseModel):
    """The contracts of one category, in number and in value."""

    code: str = Field(title="Catégorie")
    label: str = Field(title="Catégorie, en toutes lettres")
    text: str = Field(title="Définition", description="Ce qui est compté, et ce qui est inconnu.")
    number: Rate = Field(title="En nombre")
    value: Rate = Field(title="En valeur")
    two_years_number: Rate = Field(
        title="En nombre, sur deux ans", description="Avec l’année précédente."
    )
    two_years_value: Rate = Field(
        title="En valeur, sur deux ans", description="Avec l’année précédente."
    )


class Evolution(BaseModel):
    """A figure beside that of the year before."""

    code: str = Field(title="Chiffre")
    label: str = Field(title="Chiffre, en toutes lettres")
    before: str | None = Field(title="Année précédente")
    after: str | None = Field(title="Année")
    difference: str | None = Field(title="Écart")
    change: str | None = Field(title="Évolution", description="Pour cent, deux décimales.")
    reason: str | None = Field(description="Pourquoi il n’y a pas d’évolution en pour cent.")


class ReservedFigures(BaseModel):
    """All the figures of reserved markets of a buyer and a year."""

    organisation_id: UUID
    organisation: str = Field(title="SIRET de l’acheteur")
    name: str = Field(title="Acheteur")
    year: int = Field(title="Année")
    reserved: ReservedCount = Field(title="Marchés réservés")
    shares: list[BaseShare] = Field(title="Parts, avec leur base")
    by_basis: list[BasisFigure] = Field(title="Par article")
    domains: list[DomainFigure] = Field(title="Domaines")
    mandated: Mandated = Field(title="Montants mandatés")
    sourcing: SourcingFigures = Field(title="Sourcing")
    legal: list[Category] = Field(
        title="Catégories de l’article L2111-3",
        description="Achats auprès des ESUS ; achats auprès d’entreprises employant des personnes "
        "défavorisées ou appartenant à des groupes vulnérables.",
    )
    holders: list[Category] = Field(
        title="Titulaires", description="Contrats tenus par l’ESS, par des structures inclusives."
    )
    evolution: list[Evolution] = Field(title="Évolution")
