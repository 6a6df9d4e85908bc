"""What is public, since when, and what is held back by which rule."""

from collections import Counter
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation, OrganisationKind
from api.access.permissions import Actor, Permission
from api.access.service import by_siret, own
from api.contracts.models import Contract, ContractDocument, Origin
from api.contracts.schemas import IssueRead
from api.kit.days import today
from api.kit.pages import Page, bad_cursor, decode_cursor, encode_cursor
from api.kit.problems import NotFound
from api.publication.schemas import (
    PublicationRead,
    PublishedFile,
    Publisher,
    RuleCount,
    WithheldItem,
)
from api.schemes.schemas import SchemeOrganisation

FILES = (
    ("decp-marches.json", "Données essentielles des marchés (DECP 2022)", "application/json"),
    (
        "decp-concessions.json",
        "Données essentielles des concessions (DECP 2022)",
        "application/json",
    ),
    ("contrats.csv", "Contrats, une ligne par titulaire", "text/csv"),
    ("indicateurs.json", "Indicateurs du schéma (SPASER)", "application/json"),
    ("indicateurs.csv", "Indicateurs du schéma (SPASER)", "text/csv"),
    ("insertion.json", "Heures d’insertion et parcours des années closes", "application/json"),
)


def is_public() -> sa.ColumnElement[bool]:
    """A contract is public when it comes from a published file, or when its day has come.

    Never with a publication day in the future: harvesters would drop it.
    """
    published_on = col(Contract.published_on)
    return sa.or_(
        published_on <= today(),
        sa.and_(col(Contract.origin) == Origin.IMPORT, published_on.is_(None)),
    )


def publisher(session: Session, siret: str) -> Organisation:
    """The buyer of this SIRET that publishes here.

    Raises NotFound for who does not, and for an observed buyer, who publishes elsewhere.
    """
    organisation = by_siret(session, siret)
    if organisation is None or organisation.observed or organisation.kind != OrganisationKind.BUYER:
        raise NotFound
    return organisation


def publishers(session: Session) -> list[Publisher]:
    """Every buyer that publishes here, by name."""
    rows = session.execute(
        sa.select(
            col(Organisation.siret),
            col(Organisation.name),
            col(Organisation.fictitious),
            sa.func.count(col(ContractDocument.decp)).filter(is_public()),
            sa.func.count(col(Contract.id)).filter(is_public()),
        )
        .join(Contract, col(Contract.buyer_id) == col(Organisation.id), isouter=True)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id), isouter=True)
        .where(
            col(Organisation.observed).is_(False),
            col(Organisation.kind) == OrganisationKind.BUYER,
            col(Organisation.siret).is_not(None),
        )
        .group_by(col(Organisation.siret), col(Organisation.name), col(Organisation.fictitious))
        .order_by(Organisation.name)
    )
    return [
        Publisher(siret=siret, name=name, fictitious=fictitious, public=public, listed=listed)
        for siret, name, fictitious, public, listed in rows
    ]


def read(session: Session, actor: Actor, siret: str) -> PublicationRead:
    """The state of publication of one of the actor's organisations.

    Raises NotFound, Forbidden.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    complete = col(ContractDocument.decp).is_not(None)
    total, public, waiting, withheld, last = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count().filter(complete, is_public()),
            sa.func.count().filter(complete, ~is_public()),
            sa.func.count().filter(~complete),
            sa.func.max(Contract.updated_at),
        )
        .select_from(Contract)
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(col(Contract.buyer_id) == organisation.id)
    ).one()
    return PublicationRead(
        organisation=SchemeOrganisation(siret=organisation.siret, name=organisation.name),
        total=total,
        public=public,
        waiting=waiting,
        withheld=withheld,
        last_change=last,
        rules=_rules(session, organisation.id),
        files=[
            PublishedFile(
                name=name, title=title, address=f"/opendata/{siret}/{name}", media_type=media_type
            )
            for name, title, media_type in FILES
        ],
    )


def find_withheld(
    session: Session, actor: Actor, siret: str, field: str | None, limit: int, cursor: str | None
) -> Page[WithheldItem]:
    """The contracts held back, last notified first, for one DECP field if ``field`` names it.

    Raises NotFound, Forbidden, Invalid on a foreign cursor.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    statement = _withheld(organisation.id, field)
    after = decode_cursor(cursor, 2)
    if after is not None:
        statement = statement.where(
            sa.tuple_(col(Contract.listed_on), col(Contract.id)) < _last(after)
        )
    rows = session.execute(
        statement.order_by(col(Contract.listed_on).desc(), col(Contract.id).desc()).limit(limit + 1)
    ).all()
    following = None
    if len(rows) > limit:
        following = encode_cursor(rows[limit - 1][4].isoformat(), rows[limit - 1][0].hex)
    items = [
        WithheldItem(
            contract_id=row[0],
            reference=row[1],
            subject=row[2],
            notified_on=row[3],
            reasons=[IssueRead(code=c, field=f, message=m) for c, f, m in row[5]],
        )
        for row in rows[:limit]
    ]
    return Page[WithheldItem](items=items, next=following)


def _withheld(buyer_id: UUID, field: str | None) -> Any:
    statement = (
        sa.select(
            col(Contract.id),
            col(Contract.reference),
            col(Contract.subject),
            col(Contract.notified_on),
            col(Contract.listed_on),
            col(ContractDocument.withheld),
        )
        .join(ContractDocument, col(ContractDocument.contract_id) == col(Contract.id))
        .where(col(Contract.buyer_id) == buyer_id, col(ContractDocument.withheld).is_not(None))
    )
    if field is None:
        return statement
    text = sa.cast(col(ContractDocument.withheld), sa.Text)
    return statement.where(text.contains(f'"{field}"', autoescape=True))


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


def _last(after: list[str | None]) -> Any:
    try:
        day, key = date.fromisoformat(after[0] or ""), UUID(after[1] or "")
    except ValueError as error:
        raise bad_cursor() from error
    return sa.tuple_(sa.literal(day, sa.Date), sa.literal(key, sa.Uuid))
