"""What the API takes and gives of how a buyer publishes."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from api.kit.columns import Text, clean_text
from api.publication.models import Licence, Platform
from api.schemes.schemas import SchemeOrganisation

# What an IRI may hold (mailto:) without being encoded, and a host with a dot.
_EMAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}")
# What an IRI may hold in Turtle and RDF/XML as it stands: no space, quote nor accent.
_ADDRESS = re.compile(r"https?://[!#-;=?-Z_a-z~\[\]]+")
_PORTAL = re.compile(r"[0-9a-z]+(-[0-9a-z]+)*")


def _email(value: str) -> str:
    if not _EMAIL.fullmatch(value):
        raise ValueError(
            "n’est pas une adresse électronique. Exemple attendu : « marches@ville.fr »."
        )
    return value


def _address(value: str) -> str:
    try:
        split = urlsplit(value)
        right = _ADDRESS.fullmatch(value) and "." in (split.hostname or "")
        foreign = split.username is not None
    except ValueError:
        right, foreign = None, False
    if not right or foreign:
        raise ValueError(
            "n’est pas une adresse du web. Exemple attendu : « https://www.ville.fr/marches », "
            "sans espace ni accent."
        )
    return value


def _portal(value: object) -> object:
    """The name of a dataset, also when its whole address is pasted."""
    text = clean_text(value)
    if not isinstance(text, str):
        return text
    name = text.partition("/datasets/")[2] or text
    name = re.split(r"[/?#]", name)[0]
    if not _PORTAL.fullmatch(name):
        raise ValueError(
            "n’est ni l’adresse ni l’identifiant d’un jeu de données. Exemple attendu : "
            "« https://www.data.gouv.fr/datasets/marches-de-la-ville »."
        )
    return name


Email = Annotated[Text, AfterValidator(_email)]
Address = Annotated[Text, AfterValidator(_address)]
Dataset = Annotated[str, BeforeValidator(_portal)]


class PublicationSettingsSet(BaseModel):
    """How a buyer wants to publish, whole."""

    model_config = ConfigDict(extra="forbid")

    contact_name: Text | None = Field(
        default=None,
        title="Service à joindre",
        max_length=200,
        description="Le nom du service, jamais celui d’une personne : il est public.",
    )
    contact_email: Email | None = Field(
        default=None,
        title="Adresse électronique du service",
        max_length=254,
        description="Une adresse de service, publique elle aussi.",
    )
    contact_url: Address | None = Field(
        default=None, title="Page de contact", max_length=300, description="Son adresse complète."
    )
    homepage: Address | None = Field(
        default=None,
        title="Site de l’acheteur",
        max_length=300,
        description="Par exemple https://www.ville.fr.",
    )
    licence: Licence = Field(default=Licence.LOV2, title="Licence")
    published_by: Platform | None = Field(
        default=None,
        title="Données essentielles déjà publiées par",
        description="Le service qui les transmet déjà. Elles quittent alors le catalogue d’ici, "
        "pour ne pas être comptées deux fois.",
    )
    published_by_other: Text | None = Field(
        default=None, title="Si c’est un autre service, lequel", max_length=200
    )
    portal_contracts: Dataset | None = Field(
        default=None,
        title="Jeu des marchés sur data.gouv.fr",
        max_length=200,
        description="Son adresse ou son identifiant, une fois le catalogue moissonné.",
    )
    portal_concessions: Dataset | None = Field(
        default=None,
        title="Jeu des concessions sur data.gouv.fr",
        max_length=200,
        description="De même.",
    )


class PublicationSettingsRead(PublicationSettingsSet):
    """How a buyer publishes, as answered."""

    organisation: SchemeOrganisation
