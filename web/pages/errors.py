"""Pages of refusal and failure: what happened, and what to do next."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.rendering import render
from web.visit import frame


@dataclass(frozen=True, slots=True)
class Words:
    """What a page of error says; ``steps`` are what the visitor can do."""

    title: str
    text: str
    steps: tuple[str, ...]


ORIGIN = Words(
    "Demande refusée",
    "Cette demande semble venir d’un autre site : elle n’a pas été suivie, par prudence.",
    ("Revenez à la page de Spaser et envoyez de nouveau votre formulaire.",),
)
# The limit that refused, the site's or the API's, comes as the detail of the refusal.
TOO_LARGE_TO_IMPORT = Words(
    "Fichier trop volumineux",
    "Ce fichier dépasse la taille permise. Il n’a pas été lu.",
    (
        "Découpez-le, par exemple par année, puis déposez chaque partie.",
        "S’il s’agit de données essentielles (JSON ou XML), la personne qui administre le "
        "serveur peut l’importer entier, sans limite de taille, avec la commande "
        "« spaser import FICHIER ».",
    ),
)
PAGES: dict[int, Words] = {
    401: Words(
        "Votre session a expiré",
        "Votre saisie n’est pas enregistrée, mais elle n’est pas perdue.",
        (
            "Ouvrez la page de connexion dans un nouvel onglet et connectez-vous.",
            "Revenez à cet onglet et envoyez de nouveau votre saisie avec le bouton ci-dessous.",
        ),
    ),
    403: Words(
        "Cette page ne vous est pas ouverte",
        "Votre rôle ne permet pas cette action.",
        (
            "Si vous travaillez pour plusieurs organisations, vérifiez celle qui est choisie en "
            "haut de la page.",
            "Sinon, demandez l’accès à la personne qui administre Spaser dans votre organisation.",
        ),
    ),
    404: Words(
        "Page introuvable",
        "Cette page n’existe pas, n’existe plus, ou ne vous est pas ouverte.",
        (
            "Vérifiez l’adresse si vous l’avez saisie.",
            "Repartez de l’accueil ou du plan du site.",
        ),
    ),
    405: Words(
        "Action impossible à cette adresse",
        "Cette adresse ne s’ouvre pas de cette façon.",
        ("Repartez de l’accueil et suivez les liens.",),
    ),
    413: Words(
        "Envoi trop volumineux",
        "Le fichier ou le texte envoyé dépasse la taille permise.",
        (
            "Découpez le fichier, par exemple par année, puis déposez chaque partie.",
            "Pour des volumes plus grands, la personne qui administre le service peut importer le "
            "fichier depuis le serveur.",
        ),
    ),
    410: Words(
        "Ce lien n’est plus valable",
        "Il a expiré, il a été annulé ou remplacé, ou son adresse est incomplète.",
        ("Demandez-en un nouveau au facilitateur qui suit le marché.",),
    ),
    422: Words(
        "Demande à corriger",
        "L’adresse ou la saisie contient une valeur que le service ne comprend pas.",
        ("Revenez à la page précédente et corrigez la valeur.",),
    ),
    429: Words(
        "Trop de tentatives",
        "Les demandes sont trop rapprochées.",
        ("Patientez quelques minutes avant de recommencer.",),
    ),
    500: Words(
        "Le site a rencontré une erreur",
        "L’erreur vient de nous, pas de vous. Elle est notée dans le journal du service.",
        (
            "Réessayez dans quelques instants.",
            "Si l’erreur revient, signalez-la avec le numéro d’incident.",
        ),
    ),
    503: Words(
        "Le service est momentanément injoignable",
        "Le site fonctionne, mais le service qui tient les données ne répond pas.",
        (
            "Attendez une minute, puis actualisez la page.",
            "Aucune donnée enregistrée n’est perdue.",
        ),
    ),
}


async def page(
    request: Request, status: int, detail: str, typed: list[tuple[str, str]] | None = None
) -> Response:
    """The page of a status; ``detail`` is the API's sentence, or an incident number for a 500.

    ``typed`` is what the visitor had typed, offered to be sent again. The API is never asked who
    is there: it may be what fails. A status without words of its own takes those of its family.
    """
    words = ORIGIN if detail == "origin" else PAGES.get(status)
    if status == 413 and request.url.path.startswith("/imports"):
        words = TOO_LARGE_TO_IMPORT
    if words is None:
        words = PAGES[500] if status >= 500 else PAGES[422]
    context = frame(request, None) | {
        "status": status,
        "words": words,
        "detail": "" if words is ORIGIN or detail == words.text else detail,
        "typed": typed or [],
        "titles": _titles(request) if typed else {},
    }
    return render(request, "errors/page.html", context, status=status)


async def kept_page(request: Request, status: int, detail: str) -> Response:
    """The page of a form that could not be received: nothing typed is lost, but files."""
    if request.headers.get("content-type", "").startswith("multipart/"):
        return await page(request, status, detail)
    data = await request.form(max_files=0, max_fields=2000)
    typed = [(name, text) for name, text in data.multi_items() if isinstance(text, str)]
    return await page(request, status, detail, [one for one in typed if one[0] != "password"])


def _titles(request: Request) -> dict[str, str]:
    schemas = request.app.state.api.document["components"]["schemas"]
    return {
        name: spec.get("title", name)
        for schema in ("AmendmentIn", "ContractCreate")
        for name, spec in schemas[schema]["properties"].items()
    }
