"""The commands that complete the register of companies: from the search service, from a stock."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.kit.db import opened, writing
from api.kit.remote import Remote
from api.settings import Settings
from api.spending import joining
from api.suppliers import enriching, search, stocks

OFFLINE = (
    "Rien ne sort sans votre accord : donnez SPASER_ONLINE=true pour interroger Recherche "
    "d’entreprises, ou lisez un fichier avec « spaser stock »."
)


Limit = Annotated[int, typer.Option(min=1, help="Entreprises au plus.")]
Days = Annotated[int, typer.Option(min=0, help="Jours pendant lesquels une réponse est gardée.")]
Stock = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Fichier CSV.")]
AsOf = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Date du fichier, AAAA-MM-JJ.")]


def add_to(app: typer.Typer, prepared: Callable[[], Settings]) -> None:
    """Add the commands to the command line; ``prepared`` gives a database of this version."""

    @app.command()
    def enrich(limit: Limit = 1000, days: Days = enriching.KEPT_DAYS) -> None:
        """Complète les entreprises par Recherche d’entreprises ; se reprend là où il s’arrête."""
        _enrich(prepared(), limit, days)

    @app.command()
    def stock(file: Stock, as_of: AsOf) -> None:
        """Complète les entreprises par un fichier Sirene ou la liste de l’ESS, de toute taille."""
        _stock(prepared(), file, as_of.date())

    @app.command(name="join")
    def join_command() -> None:
        """Cherche de nouveau le marché des mandatements de tous les acheteurs."""
        settings = prepared()
        with writing(settings.url, settings.pool_size) as session:
            typer.echo(f"{joining.run_everywhere(session)} mandatements rattachés autrement.")


def _enrich(settings: Settings, limit: int, days: int) -> None:
    if not settings.online:
        raise _refusal(OFFLINE)
    service = Remote(settings.companies_url, search.RATE)
    with opened(settings.url, settings.pool_size) as engines:
        counts = enriching.enrich(engines, service, limit, days)
    service.close()
    typer.echo(
        f"{counts['found']} entreprises trouvées, {counts['absent']} inconnues du service, "
        f"{counts['failed']} sans réponse ; {counts['changed']} fiches modifiées."
    )


def _stock(settings: Settings, file: Path, as_of: date) -> None:
    try:
        with opened(settings.url, settings.pool_size) as engines:
            counts = stocks.load(engines, file, as_of)
    except stocks.UnreadableStock as error:
        raise _refusal(str(error)) from error
    typer.echo(
        f"{counts['lines']} lignes lues, {counts['known']} entreprises du registre ; "
        f"{counts['changed']} fiches modifiées."
    )


def _refusal(message: str) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(1)
