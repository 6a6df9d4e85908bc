"""Tells data.gouv.fr of the essential data of a buyer: a resource for each file, made or replaced.

The bytes stay here: a resource names their address, size and digest. Nothing else waits for the
portal: it is called from the command line only, when the operator gave its key.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from sqlmodel import Session

from api.access.models import Organisation
from api.kit import audit
from api.publication import service, settings
from api.publication.catalogue.datasets import DECP_SCHEMA, FILE_TYPES, key_of
from api.publication.models import PublicationSettings, StoredFile
from api.publication.store import Store, current
from api.settings import Settings

SECONDS = 10
# Which setting names the dataset of each beginning of file names.
_DATASETS = {"portal_contracts": "decp-marches", "portal_concessions": "decp-concessions"}
_CLOSED_HOSTS = {"localhost", "127.0.0.1", "::1"}
_REFUSALS = {
    401: "ne reconnaît pas la clé : vérifiez SPASER_PORTAL_TOKEN (votre profil, « Clé d’API »)",
    403: "refuse : le compte de la clé n’est pas membre de l’organisation de ce jeu de données",
    404: "ne connaît pas ce jeu de données : corrigez les réglages de la publication",
    410: "a supprimé ce jeu de données : corrigez les réglages de la publication",
    429: "demande de patienter : recommencez dans une heure",
}


class NotPushed(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Why nothing was sent, or what the portal refused; ``str()`` says it, in French."""


@dataclass(frozen=True)
class Pushed:
    """What became of a file: ``refusal`` says what to do when it was not sent."""

    name: str
    outcome: Literal["created", "replaced", "same", "refused"]
    refusal: str = ""


@dataclass(frozen=True)
class _File:
    """A file to tell of, and the dataset it goes to."""

    dataset: str
    name: str
    body: dict[str, Any]


def client(given: Settings, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """The portal, as the key of the settings opens it. Raises NotPushed without a key."""
    if given.portal_token is None:
        raise NotPushed(
            "Donnez la clé d’un compte de data.gouv.fr dans SPASER_PORTAL_TOKEN : sans elle, rien "
            "n’est envoyé."
        )
    return httpx.Client(
        base_url=given.portal_url.rstrip("/"),
        headers={"X-API-KEY": given.portal_token.get_secret_value()},
        timeout=SECONDS,
        # A key never follows to another place.
        follow_redirects=False,
        transport=transport,
    )


def push(store: Store, http: httpx.Client, siret: str, site: str) -> list[Pushed]:
    """Tell the portal of the essential data of a buyer, whose files are at ``site``.

    A file that is refused does not hold the others back. Raises NotPushed when there is nothing to
    send, NotFound for who does not publish here.
    """
    with Session(store.engines.read, expire_on_commit=False) as session, session.begin():
        buyer = service.publisher(session, siret)
        said = settings.of(session, buyer.id)
    _check(buyer, said, site)
    files = [
        _File(getattr(said, setting), name, _body(site, siret, title, current(store, siret, name)))
        for setting, key in _DATASETS.items()
        for name, title, _type in service.FILES
        if getattr(said, setting) and key_of(name) == key
    ]
    done = [_sent(http, one) for one in files]
    with Session(store.engines.write) as session, session.begin():
        audit.record(
            session,
            person_id=None,
            organisation_id=buyer.id,
            action="publication.pushed",
            target=f"publication:{siret}",
            details={"files": [[one.name, one.outcome] for one in done]},
        )
    return done


def _check(buyer: Organisation, said: PublicationSettings, site: str) -> None:
    for reason in _reasons(buyer, said, site):
        raise NotPushed(reason)


def _reasons(buyer: Organisation, said: PublicationSettings, site: str) -> Iterator[str]:
    who = settings.elsewhere(said.published_by, said.published_by_other)
    if buyer.fictitious:
        yield "Ces données sont inventées : elles ne vont pas sur data.gouv.fr."
    if who is not None:
        yield (
            f"Les données essentielles de {buyer.name} sont déjà publiées par {who} : les envoyer "
            "les ferait compter deux fois."
        )
    if not any(getattr(said, setting) for setting in _DATASETS):
        yield "Dites d’abord, dans les réglages de la publication, les jeux de data.gouv.fr."
    if (urlsplit(site).hostname or "localhost") in _CLOSED_HOSTS:
        yield "Donnez à SPASER_SITE_URL l’adresse publique du site : les fichiers y sont lus."


def _body(site: str, siret: str, title: str, file: StoredFile) -> dict[str, Any]:
    media_type = next(kind for name, _title, kind in service.FILES if name == file.name)
    decp = {"schema": {"url": DECP_SCHEMA}} if media_type == "application/json" else {}
    return decp | {
        "title": title,
        "type": "main",
        "filetype": "remote",
        "url": f"{site}/opendata/{siret}/{file.name}",
        "format": FILE_TYPES.get(media_type, "").lower(),
        "mime": media_type,
        "filesize": file.size,
        "checksum": {"type": "sha256", "value": file.sha256},
    }


def _sent(http: httpx.Client, file: _File) -> Pushed:
    """Find the resource by its address: one whose making was not answered is not made twice."""
    folder = f"/api/1/datasets/{file.dataset}/"
    try:
        known = _answered(http, "GET", folder).get("resources", [])
        one = next((one for one in known if one.get("url") == file.body["url"]), None)
        if one is None:
            _answered(http, "POST", f"{folder}resources/", file.body)
            return Pushed(file.name, "created")
        if (one.get("checksum") or {}).get("value") == file.body["checksum"]["value"]:
            return Pushed(file.name, "same")
        _answered(http, "PUT", f"{folder}resources/{one['id']}/", file.body)
    except NotPushed as refusal:
        return Pushed(file.name, "refused", str(refusal))
    return Pushed(file.name, "replaced")


def _answered(
    http: httpx.Client, method: str, path: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    try:
        answer = http.request(method, path, json=body)
        if answer.is_success:
            told = answer.json()
            if isinstance(told, dict):
                return told
    except httpx.HTTPError as error:
        raise NotPushed(
            "data.gouv.fr ne répond pas : recommencez plus tard, rien d’autre n’attend."
        ) from error
    except ValueError:
        pass
    raise NotPushed(f"data.gouv.fr {_refusal(answer)}.")


def _refusal(answer: httpx.Response) -> str:
    known = _REFUSALS.get(answer.status_code)
    if known:
        return known
    if answer.is_server_error:
        return f"est en panne ({answer.status_code}) : recommencez plus tard, rien d’autre n’attend"
    return f"a répondu de façon imprévue ({answer.status_code}) : signalez-le"
