"""What the API gives of the figures of insertion."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.insertion.feasibility.schemas import Ratio, Total
from api.kit.columns import Euros
from api.rules.hours.figures import Rounding
from api.rules.hours.vocabulary import ClauseStatus

Status = Annotated[
    Literal["published", "secret"],
    Field(
        title="Diffusion",
        description="« secret » : valeur absente, protégée par le secret statistique ; ce n’est "
        "pas zéro.",
    ),
]


class FiguresOf(BaseModel):
    """The organisation whose figures are given."""

    siret: str | None
    name: str = Field(title="Nom")


class ProjectionFigures(BaseModel):
    """Where the present pace leads."""

    hours: Total = Field(title="Heures à la fin", description="Somme des projections des clauses.")
    rate: Ratio | None = Field(title="Taux à la fin", description="1 : tout l’engagement.")
    sentence: str | None = Field(title="En clair")
    unknown: int = Field(
        title="Clauses sans projection", description="Pas encore commencées ou sans dates."
    )


class HoursFigures(BaseModel):
    """Hours of the year and of the clauses followed in it."""

    engaged: Total = Field(title="Heures engagées", description="Clauses d’engagement connu.")
    engaged_unknown: int = Field(title="Clauses d’engagement inconnu")
    due: Total = Field(
        title="Heures dues", description="À la date des chiffres, au prorata des jours écoulés."
    )
    due_unknown: int = Field(title="Clauses dont les heures dues sont inconnues")
    declared: Total = Field(
        title="Heures déclarées",
        description="Soumises, à corriger ou validées ; pour le facilitateur, y compris celles qui "
        "ne comptent pas.",
    )
    validated: Total = Field(title="Heures validées", description="Comptées dans l’année.")
    outside: Total | None = Field(
        title="Heures non comptées",
        description="Validées mais hors des dates d’un contrat de travail ou de l’éligibilité. "
        "Dites au facilitateur seul : elles parlent de personnes.",
    )
    since_start: Total = Field(
        title="Heures validées depuis le début",
        description="Des clauses d’engagement connu, depuis leur début.",
    )
    rate: Ratio | None = Field(
        title="Taux de réalisation", description="Validé depuis le début sur engagé."
    )
    projection: ProjectionFigures = Field(title="Projection")


class FteFigures(BaseModel):
    """A full-time equivalent, which never goes without its base and its rounding."""

    value: Ratio = Field(title="ETP", description="Nombre entier.")
    tenths: Ratio = Field(title="ETP à une décimale")
    base: int = Field(title="Base", description="Heures annuelles d’un temps plein.")
    rounding: Rounding = Field(title="Arrondi", description="« truncate » : tronqué.")
    label: str = Field(title="En clair")


class BeneficiariesFigures(BaseModel):
    """Persons with hours in the year."""

    exact: int | None = Field(
        title="Personnes suivies", description="Différentes, connues une à une."
    )
    at_least: int | None = Field(
        title="Personnes au moins",
        description="Avec celles qui sont déclarées à plusieurs, sans être distinguées.",
    )
    status: Status


class ShareFigures(BaseModel):
    """The share of women, with its base."""

    women: Total | None = Field(title="Femmes")
    known: Total | None = Field(title="Sexe connu")
    unknown: Total | None = Field(title="Sexe inconnu", description="Hors du calcul de la part.")
    share: Ratio | None = Field(title="Part des femmes")
    status: Status


class PersonsShareFigures(BaseModel):
    """The share of women among the persons followed one by one."""

    women: int | None = Field(title="Femmes")
    known: int | None = Field(title="Sexe connu")
    unknown: int | None = Field(title="Sexe inconnu", description="Hors du calcul de la part.")
    share: Ratio | None = Field(title="Part des femmes")
    status: Status


class WomenFigures(BaseModel):
    """The share of women, by hours and by persons."""

    hours: ShareFigures = Field(title="Par heures")
    persons: PersonsShareFigures = Field(title="Par personnes")


class CellFigures(BaseModel):
    """One line of a breakdown."""

    key: str = Field(title="Code", description="« unknown » : non renseigné.")
    label: str = Field(title="Libellé")
    hours: Total | None = Field(title="Heures validées")
    persons: int | None = Field(title="Personnes")
    status: Status


class BreakdownFigures(BaseModel):
    """The validated hours of the year by an attribute: the hours always add up to the whole."""

    by: str = Field(title="Critère")
    label: str = Field(title="Libellé")
    sensitive: bool = Field(
        title="Sensible", description="Renseigne sur la santé : seuil de 11 personnes."
    )
    cells: list[CellFigures] = Field(title="Lignes")


class PathFigures(BaseModel):
    """Long and qualifying paths."""

    definition: str = Field(title="Définition")
    persons: int | None = Field(title="Personnes")
    contracts: int | None = Field(title="Marchés qui en comptent au moins un")
    status: Status


class SituationFigures(BaseModel):
    """A situation at a checkpoint."""

    key: str = Field(title="Code", description="« not_asked » : rien n’est encore saisi.")
    label: str = Field(title="Libellé")
    persons: int | None = Field(title="Personnes")
    status: Status


class ExitFigures(BaseModel):
    """What became of the persons of the year at a checkpoint."""

    checkpoint: str = Field(title="Échéance")
    label: str = Field(title="Libellé")
    population: int | None = Field(title="Personnes de l’année")
    asked: int | None = Field(title="Situations saisies")
    answered: int | None = Field(title="Situations connues")
    response_rate: Ratio | None = Field(
        title="Taux de réponse", description="Situations connues sur personnes de l’année."
    )
    dynamic: int | None = Field(
        title="Sorties dynamiques", description="Emploi durable, de transition, sortie positive."
    )
    dynamic_share: Ratio | None = Field(
        title="Part des sorties dynamiques", description="Sur les situations connues."
    )
    situations: list[SituationFigures] = Field(title="Situations")


class DecisionFigures(BaseModel):
    """Penalties of one decision."""

    key: str = Field(title="Code", description="« undecided » : pas encore décidée.")
    label: str = Field(title="Décision")
    number: int = Field(title="Nombre")
    computed: Euros = Field(title="Montant calculé")
    applied: Euros = Field(title="Montant appliqué")


class PenaltyFigures(BaseModel):
    """The penalties dated in the year."""

    number: int = Field(title="Nombre")
    computed: Euros = Field(title="Montant calculé")
    applied: Euros = Field(title="Montant appliqué")
    decisions: list[DecisionFigures] = Field(title="Par décision")


class ClauseFigures(BaseModel):
    """A clause of the year. Its hours are public, its persons are not."""

    id: UUID
    contract_id: UUID
    reference: str = Field(title="Référence du marché")
    title: str = Field(title="Intitulé")
    lot: str | None = Field(title="Lot")
    buyer_siret: str | None = Field(title="SIRET de l’acheteur")
    state: ClauseStatus = Field(title="État")
    engaged: Total | None = Field(title="Heures engagées")
    due: Total | None = Field(title="Heures dues")
    since_start: Total = Field(title="Heures validées depuis le début")
    rate: Ratio | None = Field(title="Taux de réalisation")
    projected: Total | None = Field(title="Heures à la fin")
    projection: str | None = Field(title="Projection", description="À ce rythme.")
    hours: Total = Field(title="Heures validées dans l’année")
    persons: int | None = Field(title="Personnes")
    status: Status


class InsertionFigures(BaseModel):
    """The figures of insertion of an organisation and a year."""

    organisation: FiguresOf
    year: int = Field(title="Année")
    as_of: date = Field(title="Arrêtés au")
    provisional: bool = Field(title="Provisoires", description="L’année n’est pas terminée.")
    protected: bool = Field(
        title="Protégés",
        description="Passés par le secret statistique ; faux pour le facilitateur, qui suit les "
        "personnes.",
    )
    persons_as_of: datetime | None = Field(
        title="Personnes arrêtées le",
        description="Vide tant que l’année n’est pas close : l’acheteur n’a alors que les heures.",
    )
    persons_hours: Total | None = Field(
        default=None,
        title="Heures validées quand les personnes ont été arrêtées",
        description="Les répartitions par personne totalisent ces heures ; celles d’une année "
        "rouverte, corrigée puis close de nouveau en diffèrent.",
    )
    secrecy: str | None = Field(title="Règle du secret statistique")
    computed_at: datetime = Field(title="Calculés le")
    software_version: str = Field(title="Version du logiciel")
    clauses_followed: int = Field(title="Clauses suivies")
    hours: HoursFigures = Field(title="Heures")
    fte: FteFigures = Field(title="Équivalents temps plein (ETP)")
    beneficiaries: BeneficiariesFigures = Field(title="Bénéficiaires")
    women: WomenFigures = Field(title="Part des femmes")
    breakdowns: list[BreakdownFigures] = Field(title="Répartitions")
    long_paths: PathFigures = Field(title="Parcours longs et professionnalisants")
    exits: list[ExitFigures] = Field(title="Sorties")
    penalties: PenaltyFigures = Field(title="Pénalités")
    clauses: list[ClauseFigures] = Field(title="Clauses")
