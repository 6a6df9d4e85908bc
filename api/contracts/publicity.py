"""Which contracts are public, which have still to be, and which the nation would not see.

Questions to the database about ``contract`` and ``contract_document``, for one or for many.
"""

from datetime import date

import sqlalchemy as sa
from sqlmodel import col

from api.contracts.models import Amendment, Contract, ContractDocument, Origin, PublicEntry
from api.kit.days import today
from api.rules.records import Kind

Condition = sa.ColumnElement[bool]


def is_public() -> Condition:
    """A contract is public when it comes from a published file, or when its day has come.

    Never with a publication day in the future: harvesters would drop it.
    """
    published_on = col(Contract.published_on)
    return sa.or_(
        published_on <= today(),
        sa.and_(col(Contract.origin) == Origin.IMPORT, published_on.is_(None)),
    )


def opens_on() -> sa.ColumnElement[date]:
    """The day to come from which a contract is public, NULL when there is none."""
    published_on = col(Contract.published_on)
    return sa.case((published_on > today(), published_on))


def has_opened() -> Condition:
    """The day has come of an entry that was waiting for it."""
    return col(PublicEntry.opens_on) <= today()


def is_due() -> Condition:
    """A contract, or one of its amendments, has still to be published and the last day is known.

    What comes from a published file is out already, even when our format does not admit it: only
    an amendment without its day of publication is still owed.
    """
    owed = (
        sa.select(col(Amendment.contract_id))
        .where(
            col(Amendment.contract_id) == col(Contract.id), col(Amendment.published_on).is_(None)
        )
        .correlate(Contract)
        .exists()
    )
    out = sa.and_(
        is_public(),
        sa.or_(
            col(ContractDocument.decp).is_not(None),
            sa.and_(col(Contract.origin) == Origin.IMPORT, ~owed),
        ),
    )
    return sa.and_(col(ContractDocument.due_on).is_not(None), ~out)


def is_dropped() -> Condition:
    """The national consolidation would leave the contract out: ``decp.would_be_dropped``."""
    notified_on, published_on = col(Contract.notified_on), col(Contract.published_on)
    passing = sa.and_(
        col(Contract.kind) == Kind.CONTRACT,
        notified_on > today(),
        sa.or_(published_on.is_(None), notified_on > published_on),
    )
    return sa.or_(col(ContractDocument.dropped).is_not(None), passing)
