"""One visit: the request, who makes it, and the API as this person reaches it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.client import Answer, Api, ApiProblem
from web.rendering import render, with_params
from web.session import Caller, Session, SignInNeededError
from web.settings import WebSettings

# Permission asked, address and words of each section, in the order of the menu: one line of words.
SECTIONS = (
    ("", "/", "Accueil"),
    ("contracts:read", "/marches", "Marchés"),
    ("schemes:read", "/schemas", "Schémas"),
    ("schemes:read", "/a-renseigner", "À renseigner"),
    ("contracts:read", "/programmation", "Programmation"),
    ("insertion:read", "/insertion", "Insertion"),
    ("contracts:read", "/reserves", "Marchés réservés"),
    ("imports:write", "/imports", "Imports"),
    ("publication:read", "/publications", "Publications"),
)

# What a page says after a change; a closed list, so that an address makes it say nothing else.
NOTICES = {
    "cree": "Le marché est enregistré.",
    "modifie": "Les modifications sont enregistrées.",
    "inchange": "Rien n’a changé : aucun champ n’était différent.",
    "avenant": "L’avenant est ajouté.",
    "execution": "Les données d’exécution sont ajoutées.",
    "execution-corrige": "Les données d’exécution sont corrigées.",
    "execution-ote": "Les données d’exécution sont supprimées.",
    "acte": "L’acte de sous-traitance est ajouté.",
    "acte-corrige": "L’acte de sous-traitance est corrigé.",
    "acte-ote": "L’acte de sous-traitance est supprimé.",
    "acte-modifie": "La modification de l’acte est ajoutée.",
    "acte-modifie-corrige": "La modification de l’acte est corrigée.",
    "acte-modifie-ote": "La modification de l’acte est supprimée.",
    "considerations": "Les considérations sont enregistrées.",
    "rapproche": "La décision est enregistrée : le rapprochement ne la défera pas.",
    "rapprochement": "Le rapprochement est refait.",
    "numero-oublie": "Le numéro est oublié ; ses mandatements sont cherchés de nouveau.",
    "montant": "C’est enregistré : les sommes en tiennent compte.",
    "titulaire": "L’entreprise est complétée, pour tous les marchés qu’elle tient.",
    "supprime": "Le marché est supprimé.",
    "depose": "Le fichier est lu. Rien n’est encore au registre : relisez, puis acceptez.",
    "depose-rien": "Le fichier est lu. Il ne fait rien entrer au registre : lisez pourquoi.",
    "tableau-lu": "Le fichier est lu. Rien n’est encore entré : vérifiez ses colonnes.",
    "tableau-colonnes": "Le choix des colonnes est retenu ; les lignes sont jugées. Rien n’est "
    "encore entré.",
    "tableau-accepte": "L’import est accepté.",
    "tableau-annule": "L’import est annulé : tout est revenu à son état d’avant.",
    "accepte": "L’import est accepté : le registre est à jour.",
    "annule": "L’import est annulé : le registre est revenu à son état d’avant.",
    "personne-suivie": "La personne est suivie. Son pseudonyme, ci-dessous, a été tiré au hasard : "
    "notez-le dans son dossier, il sert à déclarer ses heures.",
    "personne-informee": "L’information de la personne est notée.",
    "opposition": "L’opposition est enregistrée : la personne a quitté les listes.",
    "opposition-levee": "L’opposition est levée : la personne est de retour dans les listes.",
    "contrat-ajoute": "Le contrat de travail est ajouté.",
    "formation-ajoutee": "La formation est ajoutée.",
    "formation-retiree": "La formation est retirée.",
    "sortie": "La situation est enregistrée.",
    "critere": "Le critère est enregistré.",
    "critere-a-verifier": "Le critère est enregistré, avec un point à vérifier : consultez-le.",
    "critere-efface": "Le critère est effacé.",
    "identite": "L’identité est scellée.",
    "identite-effacee": "L’identité est effacée ; la personne reste suivie.",
    "effacement-annonce": "L’effacement est annoncé. Rien n’est effacé : relisez la liste.",
    "effacement-annule": "L’effacement est annulé : rien n’a été effacé.",
    "parametre": "Les nouvelles valeurs sont enregistrées ; les anciennes restent à l’historique.",
    "etude-demandee": "La demande est envoyée au facilitateur.",
    "etude-repondue": "L’avis est enregistré : l’acheteur peut donner suite.",
    "etude-decidee": "La suite donnée à l’avis est enregistrée.",
    "fichier-lu": "Le fichier est lu. Rien n’est encore déclaré.",
    "fichier-colonnes": "Le choix des colonnes est retenu ; les lignes sont jugées de nouveau.",
    "fichier-brouillon": "Le fichier est accepté : ses heures sont en brouillon, à soumettre.",
    "fichier-soumis": "Le fichier est accepté : ses déclarations sont soumises.",
    "clause-creee": "La clause est enregistrée.",
    "engagement": "L’engagement de la clause est à jour.",
    "penalite": "La pénalité est calculée : elle attend votre décision.",
    "penalite-decidee": "La décision est enregistrée.",
    "lien-annule": "Le lien est annulé : il ne sert plus.",
    "heures-enregistrees": "Les heures sont enregistrées en brouillon : elles restent à soumettre.",
    "heures-soumises": "Les heures sont enregistrées et soumises : reste leur validation.",
    "declaration-soumise": "La déclaration est soumise : elle attend sa validation.",
    "declaration-validee": "Les heures sont validées : elles comptent dans la clause.",
    "declaration-renvoyee": "La déclaration est renvoyée à corriger.",
    "declaration-rejetee": "La déclaration est rejetée : le mois peut être déclaré de nouveau.",
    "ligne-corrigee": "La ligne corrective est ajoutée.",
    "mandat-donne": "Le mandat est donné.",
    "mandat-change": "La fin du mandat est enregistrée.",
    "annee-close": "L’année est close. Ses chiffres sont arrêtés ; ils se lisent depuis chaque "
    "schéma.",
    "annee-rouverte": "L’année est rouverte ; le motif reste au journal. Les chiffres arrêtés "
    "restent lisibles ; une nouvelle clôture en fera une autre version.",
    "reserve": "La réservation est inscrite. Relisez ce que les règles en disent.",
    "reserve-ote": "La réservation est ôtée du registre.",
    "justifie": "La justification est enregistrée.",
    "famille": "La famille est déclarée : ses marchés sont à réserver ou à justifier.",
    "famille-otee": "La famille est ôtée.",
    "sourcing": "Le sourcing est enregistré.",
    "structure": "La structure est ajoutée au registre.",
    "mandatement": "Les montants mandatés sont enregistrés.",
    "mandatement-ote": "La ligne est ôtée.",
    "schema-adopte": "Le schéma est celui de votre organisation : ses chiffres se suivent ici.",
    "commentaire": "Le commentaire est enregistré.",
    "vue-enregistree": "La vue est enregistrée.",
    "vue-otee": "La vue est ôtée.",
    "schema-commence": "Le brouillon est fait : changez-le, puis publiez-le.",
    "brouillon-modifie": "Le brouillon est à jour. Ses changements attendent sa publication.",
    "version-publiee": "La version est publiée : ses indicateurs sont ceux du brouillon.",
    "reponses": "Vos réponses sont enregistrées.",
    "reponse-effacee": "La réponse est effacée : l’indicateur redevient inconnu.",
    "piece": "La pièce est jointe.",
    "piece-otee": "La pièce est retirée.",
    "campagne-ouverte": "La campagne est ouverte : confiez chaque chiffre à qui le connaît.",
    "campagne": "La campagne est modifiée.",
    "confie": "La répartition est enregistrée : chaque direction voit ce qu’elle doit.",
    "evenement": "L’événement est ajouté.",
    "evenement-ote": "L’événement est supprimé.",
    "etats": "L’état des actions est enregistré.",
    "qualifie": "Vos réponses sont enregistrées : les indicateurs en tiennent compte.",
    "projet": "Le projet d’achat est enregistré.",
    "projet-ote": "Le projet d’achat est supprimé.",
    "projet-actions": "Les actions du projet sont enregistrées.",
    "consultation": "La consultation est enregistrée.",
    "consultation-ote": "La consultation est supprimée.",
    "evaluation": "L’évaluation est enregistrée.",
    "evaluation-otee": "L’évaluation est supprimée.",
    "publication-reglee": "Les réglages de la publication sont enregistrés.",
    "cle-revoquee": "La clé est révoquée : elle n’ouvre plus rien.",
    "webhook-change": "Le webhook est modifié.",
    "webhook-ote": "Le webhook est supprimé : son adresse n’est plus prévenue.",
    "livraison-rejouee": "La livraison repart, sous le même identifiant.",
    "deconnecte": "Vous êtes déconnecté.",
}


@dataclass(frozen=True)
class Viewer:
    """The person who looks, and the organisation they look for."""

    name: str
    email: str
    memberships: list[dict[str, Any]]
    organisation: dict[str, Any] | None
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def organisations(self) -> list[dict[str, Any]]:
        """The organisations of this person, once each."""
        found = {one["organisation"]["id"]: one["organisation"] for one in self.memberships}
        return list(found.values())

    def can(self, permission: str) -> bool:
        """Tell whether a role of this person in the current organisation gives ``permission``."""
        return permission == "" or permission in self.permissions

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The menu: address and words of what this person may open."""
        return [one[1:] for one in SECTIONS if self.can(one[0])]


def read_viewer(me: dict[str, Any], preferred: str | None) -> Viewer:
    """Make a viewer of what the API says of the connected person.

    The current organisation is the preferred one when it is theirs, else the first.
    """
    memberships = me["memberships"]
    organisations = [one["organisation"] for one in memberships]
    chosen = [one for one in organisations if one["siret"] == preferred] or organisations
    current = chosen[0] if chosen else None
    permissions = [
        permission
        for one in memberships
        if current is not None and one["organisation"]["id"] == current["id"]
        for permission in one["permissions"]
    ]
    return Viewer(me["name"], me["email"], memberships, current, frozenset(permissions))


class Visit:
    """What a page needs: the API as the visitor, and answers drawn with the visitor's frame."""

    def __init__(self, request: Request, viewer: Viewer | None, caller: Caller) -> None:
        self.request = request
        self.viewer = viewer
        self.caller = caller

    @property
    def organisation(self) -> dict[str, Any] | None:
        """The organisation looked for at present."""
        return self.viewer.organisation if self.viewer else None

    @property
    def siret(self) -> str | None:
        """Its SIRET."""
        return self.organisation["siret"] if self.organisation else None

    def can(self, permission: str) -> bool:
        """Tell whether the visitor has ``permission`` in the current organisation."""
        return self.viewer is not None and self.viewer.can(permission)

    async def call(self, operation: str, **values: Any) -> Answer:
        """Call the API as the visitor."""
        return await self.caller.call(operation, **values)

    async def read(self, operation: str, **values: Any) -> Any:
        """The data of an operation that reads."""
        return (await self.caller.call(operation, **values)).data

    def page(
        self,
        template: str,
        *,
        status: int = 200,
        blocks: Sequence[str] = (),
        **context: Any,
    ) -> Response:
        """A page, or its ``blocks`` when htmx asks."""
        return render(
            self.request,
            template,
            frame(self.request, self.viewer) | context,
            status=status,
            blocks=blocks,
        )

    async def form(self) -> FormData:
        """What was typed; files are for the one page that takes them."""
        return await self.request.form(max_files=0, max_fields=2000)


def frame(request: Request, viewer: Viewer | None) -> dict[str, Any]:
    """What the frame around every page shows."""
    notice = NOTICES.get(request.query_params.get("message", ""))
    return {"viewer": viewer, "settings": settings_of(request), "notice": notice}


def settings_of(request: Request) -> WebSettings:
    """The settings of the site that serves ``request``."""
    settings: WebSettings = request.app.state.settings
    return settings


def session_of(request: Request) -> Session:
    """The cookies of ``request``, read."""
    session: Session = request.state.session
    return session


def api_of(request: Request) -> Api:
    """The API, called as nobody."""
    api: Api = request.app.state.api
    return api


async def member(request: Request) -> Visit:
    """The visit of someone connected. Raises SignInNeededError else."""
    session = session_of(request)
    caller = Caller(api_of(request), session, request.app.state.renewals)
    me = (await caller.call("read_me")).data
    return Visit(request, read_viewer(me, session.get("organisation")), caller)


async def anyone(request: Request) -> Visit:
    """The visit of anyone; whoever is connected is known, and the API away is nobody."""
    session = session_of(request)
    if session.connected:
        try:
            return await member(request)
        except (SignInNeededError, ApiProblem):
            pass
    return Visit(request, None, Caller(api_of(request), session, request.app.state.renewals))


def go(path: str, message: str | None = None) -> Response:
    """After a change: see another page, whose notice is ``message``."""
    if message is not None:
        bare, _, anchor = path.partition("#")
        path = f"{bare}{'&' if '?' in bare else '?'}message={message}" + (anchor and f"#{anchor}")
    return RedirectResponse(path, status_code=303)


def sign_in(request: Request) -> Response:
    """Ask who is there, and come back here afterwards."""
    target = with_params(request.url.path, dict(request.query_params))
    address = with_params("/connexion", {"suite": target})
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


def once() -> str:
    """A key carried by a form, so that sending it twice creates one thing."""
    return uuid4().hex


def once_in(data: FormData) -> str:
    """The key that a form carries, a new one when it carries none."""
    return str(data.get("once") or once())
