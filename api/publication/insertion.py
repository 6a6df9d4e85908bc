"""The public file of insertion: the years that stand closed, as they were arrested.

A running or reopened year moves every day: it is named, and not published.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.contracts.models import Contract
from api.contracts.publicity import is_public
from api.insertion.figures import freezing
from api.insertion.figures.models import PublishedInsertion
from api.kit.days import today
from api.publication import files, settings
from api.publication import insertion_words as words
from api.publication.site import Site

NAME = "insertion.json"
YEARS = 3


def version(session: Session, buyer_id: UUID, site: Site) -> str:
    """The ETag of the file: another one when a year is closed, completed or reopened."""
    kept = [(str(one.id), len(one.content["exits"])) for one in _kept(session, buyer_id)]
    state = f"{files.version(session, buyer_id, site)} {kept}"
    return sha256(state.encode()).hexdigest()[:32]


def file(session: Session, buyer: Organisation, _site: Site) -> Iterator[bytes]:
    """The protected figures of the last years that are over, and which years wait."""
    public = set(
        map(
            str,
            session.scalars(
                sa.select(col(Contract.id)).where(col(Contract.buyer_id) == buyer.id, is_public())
            ),
        )
    )
    kept = {one.year: one.content for one in _kept(session, buyer.id)}
    present = today().year
    years: list[dict[str, Any]] = [
        {"annee": present, "statut": "provisoire", "motif": words.RUNNING}
    ]
    for year in range(present - 1, present - 1 - YEARS, -1):
        if year in kept:
            years.append(_year(kept[year], public))
        else:
            years.append({"annee": year, "statut": "non publiée", "motif": words.NOT_CLOSED})
    yield msgspec.json.encode(
        {
            "acheteur": {"siret": buyer.siret, "nom": buyer.name},
            "fictif": buyer.fictitious,
            "licence": settings.licence_of(session, buyer.id),
            "logiciel": {"nom": "Spaser", "version": api.__version__},
            "description": words.DESCRIPTION,
            "definitions": words.definitions(),
            "annees": years,
        }
    )


def _kept(session: Session, buyer_id: UUID) -> list[PublishedInsertion]:
    return freezing.closed_since(session, buyer_id, today().year - YEARS)


def _year(told: dict[str, Any], public: set[str]) -> dict[str, Any]:
    """What was arrested of a year, with the contracts that are public today."""
    clauses = [one for one in told["clauses"] if one["contract_id"] in public]
    return {
        "annee": told["year"],
        "statut": "publiée",
        "arrete_au": told["as_of"],
        "clauses_suivies": told["clauses_followed"],
        "heures": words.translated(told["hours"]),
        "etp": words.translated(told["fte"]),
        "penalites": words.translated(told["penalties"]),
        "marches": [words.translated(one, words.CONTRACT) for one in clauses],
        "personnes": {
            "arrete_le": told["persons_as_of"],
            "statut": "secret" if told["beneficiaries"]["at_least"] is None else "published",
            "beneficiaires": words.translated(told["beneficiaries"]),
            "part_des_femmes": words.translated(told["women"]),
            "repartitions": words.translated(told["breakdowns"]),
            "parcours_longs": words.translated(told["long_paths"]),
            "sorties": words.translated(told["exits"]),
            "marches": [words.translated(one, words.CONTRACT_PERSONS) for one in clauses],
        },
    }
