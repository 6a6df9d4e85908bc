"""What is public, since when, and what is held back by which rule."""

from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import Actor, Permission
from api.access.service import by_siret, own
from api.contracts.models import Contract, ContractDocument
from api.contracts.publicity import is_dropped, is_due, is_public
from api.contracts.schemas import IssueRead
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.publication import settings
from api.publication.models import Licence, PublicationSettings
from api.publication.schemas import (
    PublicationRead,
    PublishedFile,
    Publisher,
    RuleCount,
    WithheldItem,
)
from api.publication.settings import elsewhere
from api.publication.site import Site
from api.rules import decp
from api.rules.records import Kind
from api.schemes.schemas import SchemeOrganisation

FILES = (
    ("decp-marches.json", "Données essentielles des marchés (DECP 2022)", "application/json"),
    (
        "decp-concessions.json",
        "Données essentielles des concessions (DECP 2022)",
        "application/json",
    ),
    (
        "decp.xml",
        "Données essentielles des marchés puis des concessions (DECP 2022)",
        "application/xml",
    ),
    ("contrats.csv", "Contrats, une ligne par titulaire", "text/csv"),
    ("indicateurs.json", "Indicateurs du schéma (SPASER)", "application/json"),
    ("indicateurs.csv", "Indicateurs du schéma (SPASER)", "text/csv"),
    ("insertion.json", "Heures d’insertion et parcours des années closes", "application/json"),
    ("programmation.json", "Achats prévus et rendus publics", "application/json"),
    ("marches.atom", "Marchés à venir et attribués (flux)", "application/atom+xml"),
    ("datapackage.json", "Description de ces fichiers (data package)", "application/json"),
)

# Only under a prefix of its own: docs/decisions/0028.
OCDS = ("ocds.json", "Contrats au format international OCDS 1.1", "application/json")
# The same contracts, cut by year of notification.
YEARLY = {
    "decp-marches-{year}.json": "Marchés d’une année (DECP 2022)",
    "decp-concessions-{year}.json": "Concessions d’une année (DECP 2022)",
    "decp-{year}.xml": "Marchés puis concessions d’une année (DECP 2022)",
}


def files_of(site: Site) -> tuple[tuple[str, str, str], ...]:
    """The files that each buyer publishes here: name, title, media type."""
    return FILES if site.ocds_prefix is None else (*FILES, OCDS)


def notified_in(year: int) -> sa.ColumnElement[bool]:
    """Contracts notified in a civil year."""
    return col(Contract.notified_on).between(date(year, 1, 1), date(year, 12, 31))


def years_of(session: Session, buyer_id: UUID) -> dict[Kind, list[int]]:
    """The years of notification of the contracts that the DECP files of a buyer hold, by kind."""
    year = sa.cast(sa.extract("year", col(Contract.notified_on)), sa.Integer)
    rows = session.execute(
        sa.select(col(Contract.kind), year)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).is_not(None),
            col(ContractDocument.decp).is_not(None),
            is_public(),
        )
        .distinct()
        .order_by(year)
    ).all()
    return {kind: [when for one, when in rows if one == kind] for kind in Kind}


def names_of(session: Session, siret: str, site: Site) -> list[str]:
    """The names of the files that a buyer publishes. Raises NotFound as ``publisher``."""
    buyer = publisher(session, siret)
    return [name for name, _, _ in (*files_of(site), *_by_year(session, buyer.id))]


def publisher(session: Session, siret: str) -> Organisation:
    """The buyer of this SIRET that publishes here.

    Raises NotFound for who does not, and for an observed buyer, who publishes elsewhere.
    """
    organisation = by_siret(session, siret)
    if organisation is None or organisation.observed or organisation.kind != OrganisationKind.BUYER:
        raise NotFound
    return organisation


_PUBLISHER = (
    col(Organisation.siret),
    col(Organisation.name),
    col(Organisation.fictitious),
    col(PublicationSettings.licence),
    col(PublicationSettings.published_by),
    col(PublicationSettings.published_by_other),
)


def publishers(session: Session, site: Site) -> list[Publisher]:
    """Every buyer that publishes here, by name."""
    names = [name for name, _title, _type in files_of(site)]
    rows = session.execute(
        sa.select(
            *_PUBLISHER,
            sa.func.count(col(ContractDocument.decp)).filter(is_public()).label("public"),
            sa.func.count(col(Contract.id)).filter(is_public()).label("listed"),
        )
        .join(Contract, col(Contract.buyer_id) == col(Organisation.id), isouter=True)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id), isouter=True)
        .join(
            PublicationSettings,
            col(PublicationSettings.organisation_id) == col(Organisation.id),
            isouter=True,
        )
        .where(
            col(Organisation.observed).is_(False),
            col(Organisation.kind) == OrganisationKind.BUYER,
            col(Organisation.siret).is_not(None),
        )
        .group_by(*_PUBLISHER)
        .order_by(Organisation.name)
    )
    return [
        Publisher(
            siret=row.siret,
            name=row.name,
            fictitious=row.fictitious,
            public=row.public,
            listed=row.listed,
            published_by=elsewhere(row.published_by, row.published_by_other),
            licence=row.licence or Licence.LOV2,
            files=names,
        )
        for row in rows
    ]


def read(session: Session, actor: Actor, siret: str, site: Site) -> PublicationRead:
    """The state of publication of one of the actor's organisations.

    Raises NotFound, Forbidden.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    said = settings.of(session, organisation.id)
    return PublicationRead(
        published_by=elsewhere(said.published_by, said.published_by_other),
        licence=said.licence,
        organisation=SchemeOrganisation(siret=organisation.siret, name=organisation.name),
        **_counts(session, organisation.id),
        rules=_rules(session, organisation.id),
        files=_files(session, organisation, site),
    )


def _files(session: Session, buyer: Organisation, site: Site) -> list[PublishedFile]:
    return [
        PublishedFile(
            name=name,
            title=title,
            address=f"/opendata/{buyer.siret}/{name}",
            media_type=media_type,
            yearly=yearly,
        )
        for yearly, some in ((False, files_of(site)), (True, _by_year(session, buyer.id)))
        for name, title, media_type in some
    ]


def _by_year(session: Session, buyer_id: UUID) -> list[tuple[str, str, str]]:
    """The DECP files of one year, the last first: the same contracts, cut by year."""
    years = years_of(session, buyer_id)
    return [
        (name.format(year=year), title.format(year=year), media_type)
        for name, title, media_type, kinds in _OF_YEARS
        for year in sorted({year for kind in kinds for year in years[kind]}, reverse=True)
    ]


_OF_YEARS = (
    (
        "decp-marches-{year}.json",
        "Marchés notifiés en {year} (DECP 2022)",
        "application/json",
        (Kind.CONTRACT,),
    ),
    (
        "decp-concessions-{year}.json",
        "Contrats de concession notifiés en {year} (DECP 2022)",
        "application/json",
        (Kind.CONCESSION,),
    ),
    (
        "decp-{year}.xml",
        "Marchés puis concessions notifiés en {year} (DECP 2022)",
        "application/xml",
        tuple(Kind),
    ),
)


def _counts(session: Session, buyer_id: UUID) -> dict[str, Any]:
    """How many contracts stand in each state, and when the register last changed."""
    complete = col(ContractDocument.decp).is_not(None)
    late = sa.and_(is_due(), col(ContractDocument.due_on) < today())
    figures: dict[str, Any] = {
        "total": sa.func.count(),
        "public": sa.func.count().filter(complete, is_public()),
        "waiting": sa.func.count().filter(complete, ~is_public()),
        "withheld": sa.func.count().filter(~complete),
        "dropped": sa.func.count().filter(is_dropped()),
        "due": sa.func.count().filter(is_due()),
        "late": sa.func.count().filter(late),
        "last_change": sa.func.max(Contract.updated_at),
    }
    rows = session.execute(
        sa.select(*(figure.label(name) for name, figure in figures.items()))
        .select_from(Contract)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(col(Contract.buyer_id) == buyer_id)
    ).mappings()
    return dict(rows.one())


def find_withheld(
    session: Session, actor: Actor, siret: str, field: str | None, limit: int, cursor: str | None
) -> Page[WithheldItem]:
    """The contracts held back, last notified first, for one DECP field if ``field`` names it.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    statement = _items(organisation.id).where(col(ContractDocument.withheld).is_not(None))
    if field is not None:
        text = sa.cast(col(ContractDocument.withheld), sa.Text)
        statement = statement.where(text.contains(f'"{field}"', autoescape=True))
    return _page(session, statement, limit, cursor, lambda row: row.withheld)


def find_dropped(
    session: Session, actor: Actor, siret: str, limit: int, cursor: str | None
) -> Page[WithheldItem]:
    """The contracts that the national consolidation would leave out, last notified first.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    day = today()

    def reasons(row: Any) -> list[Any]:
        passing = decp.passing_drops(row.kind, row.notified_on, row.published_on, day)
        return [*(row.dropped or []), *((one.code, one.field, one.message) for one in passing)]

    statement = _items(organisation.id).where(is_dropped())
    return _page(session, statement, limit, cursor, reasons)


def _items(buyer_id: UUID) -> Any:
    return (
        sa.select(
            *(col(getattr(Contract, name)) for name in _OF_CONTRACT),
            col(ContractDocument.withheld),
            col(ContractDocument.dropped),
        )
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(col(Contract.buyer_id) == buyer_id)
    )


_OF_CONTRACT = ("id", "reference", "subject", "kind", "notified_on", "published_on", "listed_on")


def _page(
    session: Session,
    statement: Any,
    limit: int,
    cursor: str | None,
    reasons: Callable[[Any], list[Any]],
) -> Page[WithheldItem]:
    after = decode_cursor(cursor, 2)
    if after is not None:
        statement = statement.where(
            sa.tuple_(col(Contract.listed_on), col(Contract.id)) < last_seen(after)
        )
    rows = session.execute(
        statement.order_by(col(Contract.listed_on).desc(), col(Contract.id).desc()).limit(limit + 1)
    ).all()
    following = None
    if len(rows) > limit:
        following = encode_cursor(rows[limit - 1].listed_on.isoformat(), rows[limit - 1].id.hex)
    items = [
        WithheldItem(
            contract_id=row.id,
            reference=row.reference,
            subject=row.subject,
            notified_on=row.notified_on,
            reasons=[IssueRead(code=c, field=f, message=m) for c, f, m in reasons(row)],
        )
        for row in rows[:limit]
    ]
    return Page[WithheldItem](items=items, next=following)


def _rules(session: Session, buyer_id: UUID) -> list[RuleCount]:
    counts: Counter[tuple[str, str]] = Counter()
    messages: dict[tuple[str, str], str] = {}
    rows = session.scalars(
        sa.select(col(ContractDocument.withheld))
        .join(Contract, col(Contract.id) == col(ContractDocument.contract_id))
        .where(col(Contract.buyer_id) == buyer_id, col(ContractDocument.withheld).is_not(None))
        .execution_options(yield_per=1000)
    )
    for reasons in rows:
        for code, field, message in reasons or []:
            messages.setdefault((code, field), message)
        counts.update({(code, field) for code, field, _message in reasons or []})
    return [
        RuleCount(code=code, field=field, message=messages[code, field], count=count)
        for (code, field), count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def last_seen(after: list[str | None]) -> Any:
    """The (day, identifier) of a cursor, to compare with. Raises Invalid on a foreign cursor."""
    try:
        day, key = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.tuple_(sa.literal(day, sa.Date), sa.literal(key, sa.Uuid))
