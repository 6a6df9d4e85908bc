"""What the API gives of the rows behind a figure."""

from uuid import UUID

from pydantic import BaseModel, Field

from api.kit.columns import Day, Euros
from api.kit.pages import Page


class ToFillRead(BaseModel):
    """What to say of a row so that the figure knows it."""

    text: str
    field: str = Field(description="Nom du champ, ou « mark_CODE » pour une considération.")


class EvidenceItem(BaseModel):
    """A row in the evidence of a figure."""

    id: UUID
    fact: str
    contract_id: UUID | None = Field(title="Marché", description="Celui dont la ligne parle.")
    project_id: UUID | None = Field(
        default=None, title="Projet", description="D’une action ciblée : celui qui la porte."
    )
    reference: str | None
    title: str | None = Field(title="Intitulé")
    day: Day | None = Field(title="Jour")
    amount: Euros | None
    weight: str | None = Field(
        title="Ce qu’elle apporte à une somme", description="Compté et nommé par « quantity »."
    )
    base: str | None = Field(
        default=None,
        title="Ce qu’elle apporte à la base d’un rapport",
        description="Quand la base additionne un nombre des mêmes lignes ; voir « base_quantity ».",
    )
    maybe_outside: bool = Field(
        default=False,
        title="Peut-être hors du périmètre",
        description="Vrai : on ne sait pas si la ligne est regardée ; d’une ligne à compléter, "
        "l’intervalle du chiffre compte les deux cas.",
    )
    structures: list[str] = Field(
        default=[],
        title="Titulaires",
        description="Quand le chiffre regarde ce que sont les titulaires : ceux de l’économie "
        "sociale et de l’inclusion s’il ne regarde que cela, sinon tous ; jamais le nom d’un "
        "entrepreneur individuel.",
    )
    reasons: list[str] = Field(description="Pourquoi elle n’est pas comptée.")
    to_fill: list[ToFillRead] = Field(
        description="Ce qu’il faut dire pour la compter ou l’écarter."
    )


class EvidenceCounts(BaseModel):
    """How many rows stand in each list of a figure."""

    counted: int = Field(title="Comptées")
    not_counted: int = Field(title="Non comptées")
    unknown: int = Field(title="À compléter")
    outside: int = Field(title="Hors du périmètre")
    maybe_outside: int = Field(
        title="Peut-être hors du périmètre",
        description="De celles à compléter : on ne sait pas si elles sont regardées.",
    )


class QuantityRead(BaseModel):
    """The number of each row that a figure adds up."""

    label: str = Field(title="Nom", description="« Nombre d’offres reçues ».")
    unit: str | None = Field(title="Unité", description="« € », « heures », « mois », au pluriel.")
    scale: str = Field(title="Échelle", description="Comme celle d’un chiffre.")


class EvidenceRows(Page[EvidenceItem]):
    """A page of a list of rows, with how long each list is and what its rows add up."""

    counts: EvidenceCounts | None = Field(
        title="Lignes de chaque liste", description="Absent quand « counts » est faux."
    )
    day_label: str = Field(title="Ce qu’est le jour", description="« Notifié le », « Mois ».")
    amount_label: str = Field(
        title="Ce qu’est le montant", description="« Montant HT », ou « Montant estimé HT »."
    )
    quantity: QuantityRead | None = Field(
        title="Ce que les lignes additionnent", description="Absent : elles sont comptées."
    )
    base_quantity: QuantityRead | None = Field(title="Ce qu’additionne la base d’un rapport")
