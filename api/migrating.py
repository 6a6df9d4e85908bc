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
# How long another migration of the same file may take, in seconds.
_PATIENCE = 600


def config() -> Config:
    """Alembic's configuration, without a file."""
    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS))
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    return made


def migrate(url: str, revision: str = "head") -> None:
    """Run the migrations up or down to ``revision``, all or none; two at once wait for each other.

    On SQLite foreign keys are off meanwhile (a batch change of a parent would delete its children)
    and checked at the end. Raises RuntimeError when that check fails.
    """
    engine = _engine(sa.make_url(url))
    made = config()
    with engine.connect() as connection:
        _take_turn(connection)
        made.attributes["connection"] = connection
        if revision == "base" or revision.startswith("-"):
            command.downgrade(made, revision)
        else:
            command.upgrade(made, revision)
        if connection.dialect.name == "sqlite":
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if orphans:
                raise RuntimeError(f"broken references after migrating: {orphans[:5]}")
        connection.commit()
    engine.dispose()


def _engine(url: sa.URL) -> sa.Engine:
    """An engine of its own, without the PRAGMAs of the service."""
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, poolclass=NullPool)
    # Without the driver's own BEGIN, which leaves the changes of tables out of the transaction.
    options = {"isolation_level": None, "timeout": _PATIENCE}
    engine = sa.create_engine(url, poolclass=NullPool, connect_args=options)
    sa.event.listen(engine, "begin", lambda one: one.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _take_turn(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_lock(_LOCK)))
        connection.commit()
    else:
        connection.begin()


def is_current(connection: sa.Connection) -> bool:
    """Tell whether the database stands at this version's last migration."""
    heads = set(ScriptDirectory.from_config(config()).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads
