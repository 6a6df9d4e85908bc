"""The figures of a closed year as they were arrested: they stay, whatever is known later."""

from typing import Any
from uuid import UUID

from sqlmodel import Field

from api.kit.columns import Identified, Json


class PublishedInsertion(Identified, table=True):
    """What was told of a year when it was closed: the protected answer of the API, in JSON.

    ``created_at`` is when. A year closed again has another one; what the first told of persons
    stays, so that no difference of two readings tells of somebody.
    """

    __tablename__ = "published_insertion"

    buyer_id: UUID = Field(foreign_key="organisation.id", ondelete="RESTRICT", index=True)
    year: int
    closing_id: UUID = Field(foreign_key="closing.id", ondelete="RESTRICT", unique=True)
    content: dict[str, Any] = Field(sa_type=Json)
