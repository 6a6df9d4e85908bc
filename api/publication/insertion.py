"""The public file of insertion: closed years only, protected, each frozen when first asked for.

A running or reopened year moves every day, and the difference of two files would tell of the one
person who came in between: it is named, and not published. What a file has told of persons of a
year is told again as it was, even after the year was reopened, corrected and closed again; hours
of clauses, which tell of companies, are brought up to date.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlmodel import Session, col

import api
from api.access.models import Organisation
from api.closings.models import Closing
from api.contracts.models import Contract
from api.insertion.figures import service
from api.insertion.figures.models import PublishedInsertion
from api.insertion.figures.schemas import InsertionFigures
from api.kit import audit
from api.kit.days import today
from api.kit.db import Engines
from api.publication import files
from api.publication import insertion_words as words
from api.publication.service import is_public

NAME = "insertion.json"
YEARS = 3


class Standing(NamedTuple):
    """A closing that stands, and what was published under it."""

    id: UUID
    year: int
    content: dict[str, Any] | None


def version(session: Session, buyer_id: UUID) -> str:
    """The ETag of the file: another one when a year is closed or reopened."""
    closings = [str(one.id) for one in _standing(session, buyer_id)]
    state = f"{files.version(session, buyer_id)} {closings}"
    return sha256(state.encode()).hexdigest()[:32]


def freeze(engines: Engines, buyer: Organisation) -> None:
    """Keep the figures of the closed years that were never asked for since they were closed."""
    with Session(engines.read, expire_on_commit=False) as session, session.begin():
        waiting = [one for one in _standing(session, buyer.id) if one.content is None]
        found = [(one, _year(service.public(session, buyer, one.year))) for one in waiting]
    for closing, content in found:
        with Session(engines.write) as session, session.begin():
            _keep(session, buyer.id, closing, content)


def file(session: Session, buyer: Organisation) -> Iterator[bytes]:
    """The protected figures of the last years that are over, and which years wait."""
    public = set(
        map(
            str,
            session.scalars(
                sa.select(col(Contract.id)).where(col(Contract.buyer_id) == buyer.id, is_public())
            ),
        )
    )
    closed = {one.year: one.content for one in _standing(session, buyer.id)}
    present = today().year
    years: list[dict[str, Any]] = [
        {"annee": present, "statut": "provisoire", "motif": words.RUNNING}
    ]
    for year in range(present - 1, present - 1 - YEARS, -1):
        content = closed.get(year)
        if content is None:
            years.append({"annee": year, "statut": "non publiée", "motif": words.NOT_CLOSED})
        else:
            years.append(_shown(content, public))
    yield msgspec.json.encode(
        {
            "acheteur": {"siret": buyer.siret, "nom": buyer.name},
            "fictif": buyer.fictitious,
            "licence": "https://www.etalab.gouv.fr/licence-ouverte-open-licence",
            "logiciel": {"nom": "Spaser", "version": api.__version__},
            "description": words.DESCRIPTION,
            "definitions": words.definitions(),
            "annees": years,
        }
    )


def _standing(session: Session, buyer_id: UUID) -> list[Standing]:
    last = today().year - 1
    rows = session.execute(
        sa.select(col(Closing.id), col(Closing.year), col(PublishedInsertion.content))
        .outerjoin(PublishedInsertion, col(PublishedInsertion.closing_id) == col(Closing.id))
        .where(
            col(Closing.organisation_id) == buyer_id,
            col(Closing.reopened_at).is_(None),
            col(Closing.year).between(last - YEARS + 1, last),
        )
        .order_by(col(Closing.year))
    )
    return [Standing(*row) for row in rows]


def _keep(session: Session, buyer_id: UUID, closing: Standing, content: dict[str, Any]) -> None:
    """Write the figures of a closing once, with the persons of the first file of that year."""
    standing = session.get(Closing, closing.id, with_for_update=True)
    known = sa.select(PublishedInsertion).where(
        col(PublishedInsertion.buyer_id) == buyer_id, col(PublishedInsertion.year) == closing.year
    )
    before = session.scalars(known.order_by(col(PublishedInsertion.created_at).desc())).all()
    if standing is None or standing.reopened_at or closing.id in {one.closing_id for one in before}:
        return
    if before:
        content = {**content, "personnes": _as_told(before[0].content["personnes"], content)}
    session.add(
        PublishedInsertion(
            buyer_id=buyer_id, year=closing.year, closing_id=closing.id, content=content
        )
    )
    audit.record(
        session,
        person_id=None,
        organisation_id=buyer_id,
        action="insertion.published",
        target=f"closing:{closing.id}",
        details={"year": closing.year},
    )


def _as_told(told: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    """The persons as they were told, else as they are: of secrets no difference can be taken."""
    if told["statut"] == "published":
        return told
    paths = told["parcours_longs"]
    current: dict[str, Any] = content["personnes"]
    return {**current, "parcours_longs": paths} if paths["statut"] == "published" else current


def _shown(content: dict[str, Any], public: set[str]) -> dict[str, Any]:
    """What was kept of a year, with the contracts that are public today."""
    persons = content["personnes"]
    return {
        **content,
        "marches": _public(content["marches"], public),
        "personnes": {**persons, "marches": _public(persons["marches"], public)},
    }


def _public(rows: list[dict[str, Any]], public: set[str]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in one.items() if name != "contrat"}
        for one in rows
        if one["contrat"] in public
    ]


def _year(found: InsertionFigures) -> dict[str, Any]:
    told = found.model_dump(mode="json")
    return {
        "annee": told["year"],
        "statut": "publiée",
        "arrete_au": told["as_of"],
        "clauses_suivies": told["clauses_followed"],
        "heures": words.translated(told["hours"]),
        "etp": words.translated(told["fte"]),
        "penalites": words.translated(told["penalties"]),
        "marches": [
            {"contrat": one["contract_id"], **words.translated(one, words.CONTRACT)}
            for one in told["clauses"]
        ],
        "personnes": {
            "arrete_le": told["computed_at"],
            "statut": "secret" if told["beneficiaries"]["at_least"] is None else "published",
            "beneficiaires": words.translated(told["beneficiaries"]),
            "part_des_femmes": words.translated(told["women"]),
            "repartitions": words.translated(told["breakdowns"]),
            "parcours_longs": words.translated(told["long_paths"]),
            "sorties": words.translated(told["exits"]),
            "marches": [
                {"contrat": one["contract_id"], **words.translated(one, words.CONTRACT_PERSONS)}
                for one in told["clauses"]
            ],
        },
    }
