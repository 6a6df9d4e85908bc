"""Bring a database to the tables of this version, or back."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import NullPool

_SCRIPTS = Path(__file__).parent.parent / "migrations"
_LOCK = 7_237_002


def config() -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS))
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    return made


def migrate(url: str, revision: str = "head") -> None:
    """Run the migrations up or down to ``revision``; two at a time wait for each other.

    On SQLite foreign keys are off meanwhile (a batch change of a parent would delete its children)
    and checked at the end. Raises RuntimeError when that check fails.
    """
    # An engine of its own, without the PRAGMAs of the service.
    engine = sa.create_engine(url, poolclass=NullPool)
    made = config()
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
            connection.commit()
        made.attributes["connection"] = connection
        if revision == "base" or revision.startswith("-"):
            command.downgrade(made, revision)
        else:
            command.upgrade(made, revision)
        connection.commit()
        if connection.dialect.name == "sqlite":
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if orphans:
                raise RuntimeError(f"broken references after migrating: {orphans[:5]}")
    engine.dispose()


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the database stands at this version's last migration."""
    heads = set(ScriptDirectory.from_config(config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads
