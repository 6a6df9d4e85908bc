"""Engines and units of work: one request is one transaction, committed before the answer leaves.

Why the limits: a request must never wait for a connection while it holds a thread. The sum of
``max_concurrency`` over the dependencies below is the size of the pool (docs/decisions/0001).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
import sqlalchemy as sa
from fastapi import Depends, Request
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

READERS = 6
WRITERS = 4
ACTORS = 4
LISTERS = 2
# Each of the two feeds.
FEEDERS = 2
# Seconds a change waits for its turn on SQLite, which takes one at a time, before it is told to
# come back: an import being accepted holds that turn for some.
PATIENCE = 8
# Under this name a session knows what was found out about the request it serves.
REQUEST = "request"


@dataclass(frozen=True)
class Engines:
    """Two views of a pool: ``read`` can't write (PostgreSQL), ``write`` locks at once (SQLite)."""

    read: sa.Engine
    write: sa.Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.write.dispose()


def create_engines(url: str, pool_size: int) -> Engines:
    """Open the pool of connections to ``url`` (SQLite or PostgreSQL through psycopg)."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = _sqlite(parsed, pool_size)
        return Engines(read=engine, write=engine.execution_options(write=True))
    engine = sa.create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        # An error that reaches a log says the statement, never the values.
        hide_parameters=True,
        pool_pre_ping=True,
        pool_timeout=5,
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={
            "connect_timeout": 3,
            "options": "-c timezone=UTC -c statement_timeout=60000 -c lock_timeout=3000 -c jit=off"
            # A plan made for any values takes figures fifty times longer than one made for theirs.
            " -c plan_cache_mode=force_custom_plan"
            # Figures group some thousands of keys: the usual 4 MB would send them to the disk.
            " -c work_mem=16MB",
        },
    )
    return Engines(read=engine.execution_options(postgresql_readonly=True), write=engine)


@contextmanager
def opened(url: str, pool_size: int) -> Iterator[Engines]:
    """The same pool for as long as a command runs."""
    engines = create_engines(url, pool_size)
    try:
        yield engines
    finally:
        engines.dispose()


@contextmanager
def writing(url: str, pool_size: int) -> Iterator[Session]:
    """The one transaction of a command that writes."""
    with opened(url, pool_size) as engines, Session(engines.write) as session, session.begin():
        yield session


def to_json(value: object) -> str:
    """JSON as every way into the database writes it: accents as such, so that text can match."""
    return msgspec.json.encode(value).decode()


def _sqlite(url: sa.URL, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=to_json,
        json_deserializer=msgspec.json.decode,
        connect_args={"check_same_thread": False, "timeout": PATIENCE},
    )
    sa.event.listen(engine, "connect", _sqlite_connected)
    sa.event.listen(engine, "begin", _sqlite_begins)
    return engine


def _sqlite_connected(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # Python's implicit BEGIN breaks savepoints: SQLAlchemy's own "begin" event says when.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "foreign_keys=ON",
        "synchronous=FULL",
        "cache_size=-16384",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _sqlite_begins(connection: sa.Connection) -> None:
    # A write unit takes the lock at once: read-then-write under a plain BEGIN fails as "locked".
    mode = "IMMEDIATE" if connection.get_execution_options().get("write") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


def moment(connection: sa.PoolProxiedConnection) -> tuple[object, ...]:
    """What tells whether anything was committed since: on one and the same database connection, two
    equal moments see the same rows. Read it before what is kept under it.

    On SQLite what other connections committed, and what this one ever changed; on PostgreSQL the
    transactions that are seen (of all the databases of the server: it may move for nothing).
    """
    bare = connection.driver_connection
    # Without a transaction of its own: this is asked for each file, and for nothing else.
    if isinstance(bare, sqlite3.Connection):
        (others,) = bare.execute("PRAGMA data_version").fetchone()
        return others, bare.total_changes
    cursor = connection.cursor()
    cursor.execute("SELECT pg_current_snapshot()::text")
    seen = tuple(cursor.fetchone() or ())
    cursor.close()
    return seen


def _unit(request: Request, kind: Literal["read", "write"]) -> Iterator[Session]:
    engine: sa.Engine = getattr(request.app.state.engines, kind)
    with Session(engine, expire_on_commit=False) as session, session.begin():
        session.info[REQUEST] = request.state
        yield session


def read_unit(request: Request) -> Iterator[Session]:
    """One transaction that only reads."""
    yield from _unit(request, "read")


def write_unit(request: Request) -> Iterator[Session]:
    """One transaction, committed before the answer leaves, rolled back on any error."""
    yield from _unit(request, "write")


ReadSession = Annotated[Session, Depends(read_unit, scope="function", max_concurrency=READERS)]
WriteSession = Annotated[Session, Depends(write_unit, scope="function", max_concurrency=WRITERS)]
