"""The command line: start the service, keep its database, move files in and out."""

import asyncio
import logging
import os
import sys
from hashlib import file_digest
from pathlib import Path
from typing import Annotated, Any

import httpx
import msgspec
import sqlalchemy as sa
import typer
import uvicorn
from fastapi import FastAPI
from sqlmodel import Session, col
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import company_commands, retention_commands
from api.access.login import fold_email
from api.access.models import Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.access.service import by_siret
from api.contracts import announcing, rewriting
from api.imports import acceptance, staging, telling
from api.imports.files import UnreadableFile
from api.imports.judging import Reach
from api.imports.models import ImportFile
from api.kit import audit
from api.kit.collector import spare_the_collector
from api.kit.db import opened, writing
from api.kit.passwords import hash_password
from api.kit.problems import NotFound
from api.migrating import migrate as run_migrations
from api.publication import portal, publishing, store
from api.reference.marks import MARKS, THEMES
from api.rules.indicators.reference import MarkWords, reference
from api.schemes import registering
from api.schemes.loading import models
from api.settings import Settings
from api.suppliers import reading_names
from api.webhooks import worker
from web.settings import WebSettings

app = typer.Typer(
    help="Spaser : achats publics responsables.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

OPENAPI = Path(__file__).parent.parent / "openapi" / "openapi.json"
VOCABULARY = Path(__file__).parent.parent / "docs" / "vocabulaire.md"
MIN_PASSWORD = 12

Port = Annotated[int, typer.Option(envvar="PORT", help="Port d’écoute.")]
Host = Annotated[str, typer.Option(envvar="SPASER_HOST", help="Adresse d’écoute.")]


@app.command()
def serve(
    port: Port = 8000,
    host: Host = "127.0.0.1",
    demo: Annotated[bool, typer.Option("--demo", help="Charger la démonstration.")] = False,
) -> None:
    """Démarre l’API et le site dans un seul processus, base SQLite migrée."""
    settings = _prepared()
    address = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"
    if demo:
        _demonstrate(settings, address)
    site_url = os.environ.get("SPASER_SITE_URL", address)
    service = _service(settings.model_copy(update={"site_url": site_url}))
    site = _site(
        WebSettings(site_url=site_url, api_url=address),
        transport=httpx.ASGITransport(app=_believing(service), raise_app_exceptions=False),
    )
    print(f"\nSpaser est ouvert : {address}\nCtrl + C pour l’arrêter.\n", flush=True)
    _run(_Both(service, site), host, port)


@app.command()
def api(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Démarre l’API seule ; la base doit être migrée et SPASER_SECRET donné."""
    settings = Settings()
    if settings.secret is None:
        raise _refusal("Donnez SPASER_SECRET, 32 caractères au moins, le même à chaque processus.")
    _run(_service(settings), host, port)


@app.command(name="web")
def web_command(port: Port = 8001, host: Host = "127.0.0.1") -> None:
    """Démarre le site seul ; il joint l’API à SPASER_API_URL."""
    _run(_site(WebSettings()), host, port)


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="« head » ou une révision.")] = "head",
) -> None:
    """Met la base à jour de cette version, puis recharge les schémas du catalogue."""
    settings = Settings()
    _migrated(settings, revision)
    if revision == "head":
        _load_models(settings)


@app.command()
def demo() -> None:
    """Charge la démonstration et affiche ses comptes ; sans effet sur ce qui est déjà là."""
    settings = _prepared()
    _demonstrate(settings, settings.site_url)


@app.command(name="import")
def import_command(
    file: Annotated[Path, typer.Argument(help="Fichier DECP (JSON, XML).")],
    organisation: Annotated[
        str | None, typer.Option(help="SIRET de l’organisation qui dépose.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Juger sans accepter.")] = False,
) -> None:
    """Importe un fichier DECP, sans limite de taille ; les acheteurs inconnus sont suivis."""
    if not file.is_file():
        raise _refusal(f"Aucun fichier à cet endroit : {file}. Vérifiez son chemin et son nom.")
    settings = _prepared()
    spare_the_collector()
    reach = Reach(own=frozenset(), observe=True, everywhere=True)
    with writing(settings.url, settings.pool_size) as session:
        owner = by_siret(session, organisation) if organisation else None
        if organisation and owner is None:
            raise _refusal(f"Aucune organisation n’a le SIRET {organisation}.")
        received = staging.Received(
            file, file.name, _digest(file), file.stat().st_size, owner.id if owner else None, None
        )
        try:
            enter = staging.stage if preview else acceptance.bring
            staged = enter(session, received, reach)
        except UnreadableFile as error:
            raise _refusal(error.detail) from error
        if not preview:
            _record_import(session, staged)
            announcing.announce(session, acceptance.written_by(staged.id))
        print(telling.account(session, staged))


@app.command()
def user(
    email: Annotated[str, typer.Argument(help="Adresse électronique.")],
    name: Annotated[str, typer.Argument(help="Nom affiché.")],
    role: Annotated[Role, typer.Argument(help="Rôle.")],
    siret: Annotated[str, typer.Argument(help="SIRET de l’organisation.")],
    organisation: Annotated[
        str | None, typer.Option(help="Nom de l’organisation, si elle est nouvelle.")
    ] = None,
) -> None:
    """Crée un compte ou lui ajoute un rôle ; le mot de passe est demandé."""
    settings = _prepared()
    with writing(settings.url, settings.pool_size) as session:
        owner = by_siret(session, siret)
        if owner is None:
            if organisation is None:
                raise _refusal("Organisation inconnue : donnez son nom avec --organisation.")
            owner = Organisation(siret=siret, name=organisation, kind=OrganisationKind.BUYER)
            session.add(owner)
        owner.observed = False
        person = session.scalars(
            sa.select(Person).where(col(Person.email) == fold_email(email))
        ).first()
        if person is None:
            password = typer.prompt("Mot de passe", hide_input=True, confirmation_prompt=True)
            if len(password) < MIN_PASSWORD:
                raise _refusal(f"Le mot de passe doit compter {MIN_PASSWORD} caractères au moins.")
            person = Person(
                email=fold_email(email), name=name, password_hash=hash_password(password)
            )
        session.add_all([owner, person])
        session.flush()
        session.add(Membership(person_id=person.id, organisation_id=owner.id, role=role))
        session.flush()
        # Who was observed until now publishes here from now on.
        announcing.announce(session, announcing.of_buyer(owner.id))
    print(f"{email} : {role.value} de {siret}.")


@app.command()
def publish() -> None:
    """Écrit d’avance les fichiers de données ouvertes qui ont changé, et retire les anciens."""
    settings = _prepared()
    with opened(settings.url, settings.pool_size) as engines:
        written, gone = publishing.publish(store.Store.of(engines, settings))
    print(f"{written} fichiers à jour, {gone} anciens retirés.")


@app.command()
def deliver(
    every: Annotated[
        int, typer.Option(min=0, help="Recommencer sans fin, après ce nombre de secondes.")
    ] = 0,
) -> None:
    """Livre aux webhooks ce qui a changé."""
    settings = _prepared()
    with opened(settings.url, settings.pool_size) as engines:
        worker.run(engines, settings, every)


OUTCOMES = {"created": "ajouté", "replaced": "remplacé", "same": "inchangé"}


@app.command()
def push(siret: Annotated[str, typer.Argument(help="SIRET de l’acheteur.")]) -> None:
    """Déclare à data.gouv.fr les fichiers de données essentielles d’un acheteur."""
    settings = _prepared()
    try:
        with opened(settings.url, settings.pool_size) as engines, portal.client(settings) as http:
            kept = store.Store.of(engines, settings)
            done = portal.push(kept, http, siret, settings.site_url.rstrip("/"))
    except portal.NotPushed as error:
        raise _refusal(str(error)) from error
    except NotFound as error:
        raise _refusal(f"Aucun acheteur ne publie ici sous le SIRET {siret}.") from error
    for one in done:
        print(f"{one.name} : {OUTCOMES.get(one.outcome) or one.refusal}")
    if any(one.refusal for one in done):
        raise typer.Exit(1)


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Comparer sans écrire.")] = False,
) -> None:
    """Écrit la description OpenAPI de l’API, ou vérifie qu’elle est à jour."""
    document = _service(Settings()).openapi()
    text = msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"
    if not check:
        OPENAPI.write_text(text, encoding="utf-8")
    elif OPENAPI.read_text(encoding="utf-8") != text:
        raise _refusal("openapi/openapi.json n’est pas à jour : lancez « spaser openapi ».")


@app.command()
def vocabulary(
    check: Annotated[bool, typer.Option("--check", help="Comparer sans écrire.")] = False,
) -> None:
    """Écrit la page de référence des définitions, ou vérifie qu’elle est à jour."""
    themes: dict[str, list[MarkWords]] = {words: [] for words in THEMES.values()}
    for code, mark in MARKS.items():
        themes[THEMES[mark.theme]].append(MarkWords(code, mark.label, mark.help))
    text = reference(themes)
    if not check:
        VOCABULARY.write_text(text, encoding="utf-8")
    elif VOCABULARY.read_text(encoding="utf-8") != text:
        raise _refusal("docs/vocabulaire.md n’est pas à jour : lancez « spaser vocabulary ».")


company_commands.add_to(app, lambda: _prepared())
retention_commands.add_to(app, lambda: _prepared())


def _believing(service: Any) -> Any:
    # The site says for whom it asks (X-Forwarded-For): inside one process it can be believed.
    return ProxyHeadersMiddleware(service, trusted_hosts="*")


class _Both:
    """One ASGI application of two: the API's addresses to the API, the rest to the site."""

    def __init__(self, service: ASGIApp, site: ASGIApp) -> None:
        self.service = service
        self.site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _both_lives(self.service, self.site, scope, receive, send)
        elif f"{scope['path']}/".startswith(("/api/", "/opendata/")):
            await self.service(scope, receive, send)
        else:
            await self.site(scope, receive, send)


async def _both_lives(
    service: ASGIApp, site: ASGIApp, scope: Scope, receive: Receive, send: Send
) -> None:
    """Start and stop both applications with the one life of the process."""
    inboxes: list[asyncio.Queue[Message]] = [asyncio.Queue(), asyncio.Queue()]
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    lives: list[asyncio.Task[None]] = [
        asyncio.create_task(_life(one, dict(scope), inbox, outbox))
        for one, inbox in zip((service, site), inboxes, strict=True)
    ]
    for _phase in ("startup", "shutdown"):
        message = await receive()
        for inbox in inboxes:
            await inbox.put(message)
        answers = [await outbox.get() for _ in lives]
        await send(next((one for one in answers if one["type"].endswith("failed")), answers[0]))
    await asyncio.gather(*lives)


async def _life(
    application: ASGIApp,
    scope: Scope,
    inbox: asyncio.Queue[Message],
    outbox: asyncio.Queue[Message],
) -> None:
    await application(scope, inbox.get, outbox.put)


def _service(settings: Settings) -> FastAPI:
    # Loaded by who serves alone: routes and pages take more memory than an import does.
    from api.app import create_app

    return create_app(settings)


def _site(settings: WebSettings, transport: httpx.AsyncBaseTransport | None = None) -> ASGIApp:
    from web.app import create_app

    return create_app(settings, transport=transport)


def _run(application: Any, host: str, port: int) -> None:
    uvicorn.run(
        application,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _prepared() -> Settings:
    settings = Settings()
    _migrated(settings, "head")
    return settings


def _migrated(settings: Settings, revision: str) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    run_migrations(settings.url, revision)
    if revision == "head":
        with writing(settings.url, settings.pool_size) as session:
            reading_names.bring_up_to_date(session)
            rewriting.bring_up_to_date(session)


def _load_models(settings: Settings) -> None:
    with writing(settings.url, settings.pool_size) as session:
        for model in models():
            registering.load(session, model)


def _demonstrate(settings: Settings, address: str) -> None:
    from api.demonstration import buyers, loading

    with writing(settings.url, settings.pool_size) as session:
        password, _loaded = loading.load(session, settings)
    print(f"\nDémonstration : {address}\n\n  Comptes (mot de passe : {password})")
    for account, name, _role, members in buyers.ACCOUNTS:
        where = ", ".join(buyer.name for buyer in members) or buyers.FACILITATOR[1]
        print(f"    {account + '@demo.example':<28} {name} – {where}")


def _record_import(session: Session, file: ImportFile) -> None:
    audit.record(
        session,
        person_id=None,
        organisation_id=file.organisation_id,
        action="import.accepted",
        target=f"import:{file.id}",
        details={"sha256": file.sha256, "received": file.received, "by": "command line"},
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _refusal(message: str) -> typer.Exit:
    print(message, file=sys.stderr)
    return typer.Exit(1)


if __name__ == "__main__":
    app()
