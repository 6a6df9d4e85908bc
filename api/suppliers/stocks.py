"""Official stocks as files: Sirene (companies, establishments) and the list of the ESS.

Read line by line whatever the size, and only for the companies of the register. No name is read:
that of a sole trader is a person's. Columns are known by their titles (Insee; ESS France).
"""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from api.kit import audit
from api.kit.db import Engines
from api.suppliers import sources
from api.suppliers.models import SaidFact, Supplier, SupplierSource
from api.suppliers.search import of_commune, size_of

_BATCH = 2_000
# « Entrepreneur individuel » among the legal forms (Insee, catégories juridiques, level III).
SOLE_TRADER = "1000"
_SNIFFED = 64 * 1024
_YES_NO = {"O": "true", "N": "false"}


class UnreadableStock(Exception):  # noqa: N818 - an answer, not a failure of ours
    """Why a file is no stock that can be read; ``str()`` says it, in French."""


def load(engines: Engines, path: Path, as_of: date) -> Counter[str]:
    """Read a stock into the register of companies, some lines at a time.

    Nobody waits for a national stock: what each batch says is written by itself, and a reading
    that stops halfway is begun again, since what was said before is not changed by it. Answers how
    many ``lines`` were read, ``known`` companies met, and sheets ``changed``. Raises
    UnreadableStock on a file whose columns or encoding are not those of a stock.
    """
    counts: Counter[str] = Counter()
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        head = file.readline()
        separator = max(",;\t", key=head.count)
        titles = next(csv.reader([head], delimiter=separator), [])
        source, key = _kind({one.strip().lstrip("\ufeff") for one in titles})
        names = [one.strip().lstrip("\ufeff") for one in titles]
        lines = csv.DictReader(file, fieldnames=names, delimiter=separator)
        for batch in _batches(lines):
            counts["lines"] += len(batch)
            words = _words(engines, batch, source, key, counts)
            if words:
                with Session(engines.write) as session, session.begin():
                    counts["changed"] += sources.say(session, source, as_of, words)
    with Session(engines.write) as session, session.begin():
        _record(session, source, as_of, counts)
    return counts


def _record(session: Session, source: SupplierSource, as_of: date, counts: Counter[str]) -> None:
    audit.record(
        session,
        person_id=None,
        organisation_id=None,
        action="supplier.stocked",
        target=f"supplier:{source.value}",
        details={**dict(sorted(counts.items())), "as_of": as_of.isoformat()},
    )


def _encoding(path: Path) -> str:
    """UTF-8, with or without its mark, else that of old spreadsheets."""
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    if b"\x00" in start:
        raise UnreadableStock("Ce fichier n’est pas un CSV : décompressez-le d’abord.")
    try:
        # A character may be cut at the end of what was read.
        start[: start.rfind(b"\n") + 1 or None].decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _kind(titles: set[str]) -> tuple[SupplierSource, str]:
    if "siret" in titles and "codeCommuneEtablissement" in titles:
        return SupplierSource.SIRENE, "siret"
    if "siren" in titles and "categorieEntreprise" in titles:
        return SupplierSource.SIRENE, "siren"
    for key in ("SIREN", "siren", "Siren"):
        if key in titles:
            return SupplierSource.ESS_LIST, key
    raise UnreadableStock(
        "Colonnes inconnues : il faut « siret » et « codeCommuneEtablissement » (Sirene, "
        "établissements), « siren » et « categorieEntreprise » (Sirene, unités légales), ou "
        "« SIREN » (liste de l’ESS)."
    )


def _batches(lines: Iterable[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    rows = iter(lines)
    try:
        while batch := list(islice(rows, _BATCH)):
            yield batch
    except (csv.Error, UnicodeDecodeError) as error:
        raise UnreadableStock(
            "Une ligne du fichier ne se lit pas : vérifiez qu’il est entier, en UTF-8."
        ) from error


def _words(
    engines: Engines,
    batch: list[dict[str, str]],
    source: SupplierSource,
    key: str,
    counts: Counter[str],
) -> list[sources.Word]:
    """What some lines say of the companies of the register."""
    length = 14 if key == "siret" else 9
    told = {
        number.zfill(length): facts
        for row in batch
        if (number := "".join((row.get(key) or "").split())).isdigit()
        and (facts := _facts(row, source, key))
    }
    if not told:
        return []
    identifier = col(Supplier.identifier)
    known = sa.func.substr(identifier, 1, length)
    with engines.read.connect() as reading:
        rows = reading.execute(
            sa.select(col(Supplier.id), known).where(
                col(Supplier.id_type) == "SIRET", known.in_(list(told))
            )
        ).all()
    counts["known"] += len(rows)
    return [
        sources.Word(supplier_id, fact, value)
        for supplier_id, number in rows
        for fact, value in told[number].items()
    ]


def _facts(row: Mapping[str, str], source: SupplierSource, key: str) -> dict[SaidFact, str]:
    if source is SupplierSource.ESS_LIST:
        return {SaidFact.ESS: "true"}
    if key == "siret":
        place = of_commune(row.get("codeCommuneEtablissement"))
        return {} if place is None else {SaidFact.DEPARTEMENT: place}
    found: dict[SaidFact, str] = {}
    size = size_of(row.get("categorieEntreprise"), row.get("trancheEffectifsUniteLegale"))
    if size is not None:
        found[SaidFact.SIZE] = size.value
    ess = _YES_NO.get((row.get("economieSocialeSolidaireUniteLegale") or "").strip())
    if ess is not None:
        found[SaidFact.ESS] = ess
    form = (row.get("categorieJuridiqueUniteLegale") or "").strip()
    if form.isdigit():
        found[SaidFact.SOLE_TRADER] = str(form == SOLE_TRADER).lower()
    return found
