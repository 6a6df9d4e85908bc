"""Every open-data file of every buyer, written ahead of those who come for it."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.announcing import announce
from api.kit.problems import NotFound
from api.publication import service, store
from api.publication.models import StoredFile

log = logging.getLogger("spaser.api")
# One writing ahead at a time: readers of the catalogue never take all the threads.
_AHEAD = Lock()


def publish(where: store.Store) -> tuple[int, int]:
    """Say in the feeds what has changed unsaid, as the day has, then write the files that are not
    what they must be now and sweep those that nothing names.

    Gives how many stand, and how many were removed.
    """
    with Session(where.engines.write) as session, session.begin():
        announce(session)
    with Session(where.engines.read) as session, session.begin():
        wanted = [
            (one.siret, name)
            for one in service.publishers(session, where.site)
            for name in service.names_of(session, one.siret, where.site)
        ]
    for siret, name in wanted:
        store.current(where, siret, name)
    with Session(where.engines.read) as session, session.begin():
        standing = session.scalars(sa.select(col(StoredFile.sha256))).all()
    return len(wanted), store.sweep(where, standing, time.time())


def write_ahead(where: store.Store, wanted: Iterable[tuple[str, str]]) -> None:
    """Write the files of these (SIRET, name), for who comes after; nothing if others are at it."""
    if not _AHEAD.acquire(blocking=False):
        return
    try:
        for siret, name in wanted:
            # A buyer or a file may have gone meanwhile.
            with suppress(NotFound):
                store.current(where, siret, name)
    except Exception:
        # Nobody waits for it any more: who comes for the file will be told.
        log.exception("a file could not be written ahead")
    finally:
        _AHEAD.release()
