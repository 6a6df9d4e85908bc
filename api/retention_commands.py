"""The command that erases what is no longer to be kept, whoever sends files or not."""

from collections.abc import Callable

import typer

from api.imports.sheets.retention import erase_old
from api.kit.db import writing
from api.settings import Settings


def add_to(app: typer.Typer, prepared: Callable[[], Settings]) -> None:
    """Add the command to the command line; ``prepared`` gives a database of this version."""

    @app.command()
    def erase() -> None:
        """Efface ce que disent les tableaux déposés il y a plus de 90 jours ; leur compte reste."""
        settings = prepared()
        with writing(settings.url, settings.pool_size) as session:
            erased = erase_old(session)
        typer.echo(f"{erased} tableaux effacés.")
