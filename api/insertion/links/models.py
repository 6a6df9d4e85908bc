"""Links by which the company that holds a contract states its hours, without an account."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

from api.kit.columns import Identified


class StatementLink(Identified, table=True):
    """A signed link given to a company for one clause and one month; it dies at ``expires_at``,
    when it is revoked, once used, or after too many refused sendings."""

    __tablename__ = "statement_link"

    clause_id: UUID = Field(foreign_key="clause.id", ondelete="CASCADE", index=True)
    facilitator_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT")
    month: date
    expires_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    # Sendings that were refused: too many close the link, so that nothing is learnt by trying.
    refusals: int = 0
    statement_id: UUID | None = Field(default=None, foreign_key="statement.id", ondelete="SET NULL")
    person_id: UUID | None = Field(default=None, foreign_key="person.id", ondelete="RESTRICT")
