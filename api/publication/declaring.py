"""What a buyer sends for its data to be found: texts to copy, with its own addresses.

Who asks for what: data.gouv.fr harvests a DCAT catalogue once its team has validated it; the
national consolidation and decp.info read a list of datasets, kept by hand in public repositories.
"""

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.publication import settings
from api.publication.catalogue.graph import own_address
from api.publication.models import LICENCES, PublicationSettings
from api.publication.schemas import DeclaringText

PORTAL = "https://www.data.gouv.fr/datasets/"
CONSOLIDATION = "https://github.com/139bercy/decp-arr2022/issues"
DECP_INFO = "https://github.com/ColinMaudry/decp-processing/issues"
_TO_FILL = "(à compléter : adresse du jeu sur data.gouv.fr)"


def texts(session: Session, actor: Actor, siret: str, site: str) -> list[DeclaringText]:
    """The texts of one of the actor's organisations; ``site``: the public address, bare.

    Raises NotFound, Forbidden.
    """
    buyer = own(session, actor, siret, Permission.PUBLICATION_READ)
    said = settings.of(session, buyer.id)
    who = settings.elsewhere(said.published_by, said.published_by_other)
    national = _national(buyer, said, site) if who is None else _already(buyer, who)
    return [
        _harvester(buyer, said, site),
        _validation(buyer, site),
        *national,
        _profile(buyer, site),
    ]


def _catalogue(buyer: Organisation, site: str) -> str:
    return site + own_address(buyer.siret or "", "ttl")


def _harvester(buyer: Organisation, said: PublicationSettings, site: str) -> DeclaringText:
    return DeclaringText(
        code="harvester",
        title="Déclarer le catalogue sur data.gouv.fr",
        recipient="À saisir vous-même, dans l’administration de votre organisation sur "
        "data.gouv.fr, rubrique « Moissonneurs »",
        address="https://www.data.gouv.fr/admin/",
        body=f"""\
Nom : Achats publics de {buyer.name}
Description : Catalogue des données ouvertes des achats de {buyer.name} (SIRET {buyer.siret}), \
tenu avec Spaser.
Adresse : {_catalogue(buyer, site)}
Type de moissonneur : DCAT
Planification : quotidienne
Licence des données : {LICENCES[said.licence][0]}""",
        missing=[],
    )


def _validation(buyer: Organisation, site: str) -> DeclaringText:
    return DeclaringText(
        code="validation",
        title="Demander la validation du moissonneur",
        recipient="L’équipe de data.gouv.fr, qui valide une fois chaque nouveau moissonneur",
        address="https://support.data.gouv.fr/",
        body=f"""\
Bonjour,

Nous avons créé un moissonneur DCAT pour l’organisation {buyer.name} (SIRET {buyer.siret}).
Le catalogue est à cette adresse, sans redirection ni compte : {_catalogue(buyer, site)}
Il suit DCAT-AP ; chaque fichier y porte sa taille, son empreinte et sa date.
Pouvez-vous le valider ?

Avec nos remerciements,
{buyer.name}""",
        missing=[],
    )


# Code, title, recipient, address: who reads a list of datasets kept by hand.
_READERS = (
    (
        "consolidation",
        "Rejoindre la consolidation nationale",
        "Le ministère chargé de l’économie, par un ticket public",
        CONSOLIDATION,
    ),
    ("decp_info", "Rejoindre decp.info", "decp.info, par un ticket public", DECP_INFO),
)


def _national(buyer: Organisation, said: PublicationSettings, site: str) -> list[DeclaringText]:
    names = {"Marchés": said.portal_contracts, "Concessions": said.portal_concessions}
    body = _source(buyer, said, f"{site}/opendata/{buyer.siret}", names)
    missing = [f"le jeu sur data.gouv.fr ({what})" for what, name in names.items() if not name]
    return [
        DeclaringText(
            code=code, title=title, recipient=who, address=where, body=body, missing=missing
        )
        for code, title, who, where in _READERS
    ]


def _source(
    buyer: Organisation, said: PublicationSettings, folder: str, names: dict[str, str | None]
) -> str:
    datasets = "\n".join(
        f"- {what} : {PORTAL + name if name else _TO_FILL}" for what, name in names.items()
    )
    return f"""\
Ajout d’une source de données essentielles : {buyer.name}

Bonjour,

Les données essentielles de la commande publique de {buyer.name} (SIRET {buyer.siret}) sont \
publiées par ses soins, au format de 2022 (schéma JSON 2.0.3). Pouvez-vous ajouter cette source ?

Jeux de données sur data.gouv.fr :
{datasets}

Fichiers, à des adresses stables :
- {folder}/decp-marches.json
- {folder}/decp-concessions.json

Licence : {LICENCES[said.licence][0]}. Mise à jour : quotidienne.
Aucun autre service ne transmet ces contrats.
Contact : {_contact(buyer, said)}

Avec nos remerciements,
{buyer.name}"""


def _contact(buyer: Organisation, said: PublicationSettings) -> str:
    ways = [one for one in (said.contact_email, said.contact_url) if one]
    return ", ".join([said.contact_name or buyer.name, *ways])


def _already(buyer: Organisation, who: str) -> list[DeclaringText]:
    return [
        DeclaringText(
            code="already",
            title="Consolidation nationale : rien à envoyer",
            recipient=f"À garder pour le jour où {who} ne publierait plus pour vous",
            address=None,
            body=f"""\
Bonjour,

Les données essentielles de la commande publique de {buyer.name} (SIRET {buyer.siret}) sont \
aujourd’hui transmises par votre intermédiaire. Nous souhaitons les publier nous-mêmes.
Pouvez-vous cesser de les transmettre, et nous dire à partir de quelle date ? Le même contrat \
publié deux fois serait compté deux fois.

Avec nos remerciements,
{buyer.name}""",
            missing=[],
        )
    ]


def _profile(buyer: Organisation, site: str) -> DeclaringText:
    return DeclaringText(
        code="profile",
        title="Compléter la déclaration de profil d’acheteur",
        recipient="Dans le fichier de votre déclaration de profil d’acheteur, colonne « urlDCAT »",
        address=None,
        body=_catalogue(buyer, site),
        missing=[],
    )
