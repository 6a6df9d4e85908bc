"""The open-data files, written once for each state of what they are made of, under their digest.

A file is written when somebody first asks for it after a change, or ahead by ``spaser publish``; it
is then served as it lies on the disk, and no reader holds a connection to the database. Several
machines may each write theirs: the bytes are the same, and so is the day they last changed.
"""

import gzip
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.kit.columns import now
from api.kit.days import in_utc, today
from api.kit.db import Engines, moment
from api.publication import service, settings
from api.publication.entries import Entry, entry_of
from api.publication.models import StoredFile
from api.publication.site import Site, site_of
from api.settings import Settings

FOLDER = "publication"
GZIP = ".gz"
# A reader may still be about to open what was replaced.
KEPT_SECONDS = 24 * 3600
_LEVEL = 6
# Two who ask for the same file at once wait for one writing.
_WRITING: defaultdict[tuple[UUID, str], Lock] = defaultdict(Lock)


@dataclass(frozen=True)
class Store:
    """Where files lie, and the database that says what they must hold."""

    engines: Engines
    data_dir: Path
    site: Site = field(default_factory=Site)

    @classmethod
    def of(cls, engines: Engines, settings: Settings) -> "Store":
        """The one of a service, as it is set."""
        return cls(engines, settings.data_dir, site_of(settings))

    @property
    def folder(self) -> Path:
        """Where the files lie, each named by its SHA-256."""
        return self.data_dir / FOLDER

    def path(self, file: StoredFile) -> Path:
        """The bytes of a file; its compressed twin has ``GZIP`` after its name."""
        return self.folder / file.sha256


def current(store: Store, siret: str, name: str) -> StoredFile:
    """The file of a buyer as it must be now, written if it is not.

    Raises NotFound for who does not publish here, and for a name that is no file.
    """
    known = _known(store, siret, name)
    if known.stands is not None:
        return known.stands
    # Outside of the lock: none of them waits for this one.
    for other in known.entry.of:
        current(store, siret, other)
    with _WRITING[known.buyer.id, name]:
        # Who waited finds it written.
        known = _known(store, siret, name)
        return known.stands or _write(store, known)


@dataclass(frozen=True)
class Standing:
    """A file that is what it must be, and the address of its licence."""

    file: StoredFile
    licence: str


# Files remembered on one connection; beyond, they are looked for again.
_REMEMBERED = 2000
_MEMORY = "published files"


def standing(store: Store, siret: str, name: str) -> Standing:
    """The file of a buyer as it must be now, with its licence. Raises as ``current``.

    What a file is made of takes a dozen queries to compare. As long as nothing at all was committed
    and the day is the same, what was found is remembered by the connection that looked: one query.
    """
    with closing(store.engines.read.raw_connection()) as connection:
        memory: dict[tuple[object, ...], Standing] = connection.info.setdefault(_MEMORY, {})
        key = (moment(connection), today(), store.folder, store.site, siret, name)
    found = memory.get(key)
    if found is not None and _is_there(store.path(found.file)):
        return found
    file = current(store, siret, name)
    with Session(store.engines.read) as session, session.begin():
        found = Standing(file, settings.licence_of(session, file.organisation_id))
    if len(memory) >= _REMEMBERED:
        memory.clear()
    memory[key] = found
    return found


@dataclass(frozen=True)
class _Known:
    """``kept``: the file as last written; ``stands``: the same if it is what it must be now."""

    buyer: Organisation
    entry: Entry
    kept: StoredFile | None
    stands: StoredFile | None


def _known(store: Store, siret: str, name: str) -> _Known:
    with Session(store.engines.read, expire_on_commit=False) as session, session.begin():
        buyer = service.publisher(session, siret)
        entry = entry_of(name, store.site)
        state = entry.state(session, buyer.id, store.site)
        kept = session.get(StoredFile, (buyer.id, name))
    right = kept is not None and kept.state == state and _is_there(store.path(kept))
    return _Known(buyer, entry, kept, kept if right else None)


def _is_there(path: Path) -> bool:
    return path.exists() and _twin(path).exists()


def _write(store: Store, known: _Known) -> StoredFile:
    """Write the bytes, then say so: what the row says is always on the disk of who wrote it."""
    buyer, entry, before = known.buyer, known.entry, known.kept
    store.folder.mkdir(parents=True, exist_ok=True)
    # One state of the database for the whole file and for what stands for it.
    snapshot = {"isolation_level": "REPEATABLE READ"}
    with Session(store.engines.read, expire_on_commit=False) as session, session.begin():
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options=snapshot)
        state = entry.state(session, buyer.id, store.site)
        digest, size, gzip_size = lay(store.folder, entry.make(session, buyer, store.site))
    same = before is not None and before.sha256 == digest
    written = now().replace(microsecond=0)
    if before is not None:
        # Never before what was said of other bytes, whatever the clock of this machine.
        written = in_utc(before.modified_at) if same else max(written, in_utc(before.modified_at))
    file = StoredFile(
        organisation_id=buyer.id,
        name=entry.name,
        state=state,
        sha256=digest,
        size=size,
        gzip_size=gzip_size,
        modified_at=written,
    )
    with Session(store.engines.write, expire_on_commit=False) as session, session.begin():
        return session.merge(file)


def lay(folder: Path, chunks: Iterable[bytes]) -> tuple[str, int, int]:
    """The bytes and their compressed twin, put under their digest all at once; (SHA-256, bytes,
    compressed bytes)."""
    digest, size = sha256(), 0
    drafts = [Path(tempfile.mkstemp(dir=folder, suffix=".draft")[1]) for _ in range(2)]
    plain, packed = drafts
    try:
        # Without a day nor a name, the same bytes are compressed alike.
        with (
            plain.open("wb") as bare,
            packed.open("wb") as raw,
            gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as small,
        ):
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                bare.write(chunk)
                small.write(chunk)
        gzip_size = packed.stat().st_size
        for draft, suffix in ((packed, GZIP), (plain, "")):
            draft.chmod(0o644)
            draft.replace(folder / f"{digest.hexdigest()}{suffix}")
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    return digest.hexdigest(), size, gzip_size


def _twin(path: Path) -> Path:
    return path.with_name(path.name + GZIP)


def sweep(store: Store, standing: Iterable[str], at: float) -> int:
    """Remove the files that no row names any more, a day after they were written; how many.

    ``standing``: the digests that rows name. ``at``: seconds since 1970.
    """
    wanted = {name for one in standing for name in (one, one + GZIP)}
    gone = [
        path
        for path in (store.folder.iterdir() if store.folder.exists() else ())
        if path.name not in wanted and at - path.stat().st_mtime > KEPT_SECONDS
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
