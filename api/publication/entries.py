"""The files that a buyer may publish: what makes their bytes, and what stands for these."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.kit.problems import NotFound
from api.publication import atom, figures, files, insertion, ocds, package, programming, service
from api.publication.site import Site
from api.rules.records import Kind

Maker = Callable[[Session, Organisation, Site], Iterator[bytes]]
State = Callable[[Session, UUID, Site], str]


@dataclass(frozen=True)
class Entry:
    """A file: ``make`` gives its bytes, ``state`` a text that changes whenever they may.

    ``of``: the files that it tells of, written before it is.
    """

    name: str
    make: Maker
    state: State
    of: tuple[str, ...] = ()


FAMILIES = {"marches": Kind.CONTRACT, "concessions": Kind.CONCESSION}
_OF_YEAR = re.compile(r"decp(?:-(marches|concessions))?-(20[0-9]{2})\.(json|xml)")
_MADE: dict[str, tuple[Maker, State]] = {
    **{
        f"decp-{name}.json": (partial(files.decp, kind=kind), files.version)
        for name, kind in FAMILIES.items()
    },
    "decp.xml": (files.decp_xml, files.version),
    "contrats.csv": (files.contracts_csv, files.version),
    "indicateurs.json": (figures.figures_json, files.version),
    "indicateurs.csv": (figures.figures_csv, files.version),
    insertion.NAME: (insertion.file, insertion.version),
    atom.NAME: (atom.file, atom.version),
    ocds.NAME: (ocds.file, ocds.version),
    programming.NAME: (programming.file, files.version),
}


def entry_of(name: str, site: Site) -> Entry:
    """The file of this name. Raises NotFound when there is none."""
    if name == package.NAME:
        return Entry(name, package.file, package.version, package.told(site))
    if name in _MADE:
        return Entry(name, *_MADE[name])
    found = _OF_YEAR.fullmatch(name)
    # One XML file holds both kinds, each JSON file one.
    if found is None or (found[1] is None) != (found[3] == "xml"):
        raise NotFound
    year = int(found[2])
    if found[1] is None:
        kinds, make = tuple(Kind), partial(files.decp_xml, year=year)
    else:
        kinds = (FAMILIES[found[1]],)
        make = partial(files.decp, kind=kinds[0], year=year)
    return Entry(name, make, partial(_of_year, kinds, year))


def _of_year(
    kinds: tuple[Kind, ...], year: int, session: Session, buyer_id: UUID, site: Site
) -> str:
    # A year without a contract has no file: its address may mean something one day.
    years = service.years_of(session, buyer_id)
    if not any(year in years[kind] for kind in kinds):
        raise NotFound
    return files.version(session, buyer_id, site)
