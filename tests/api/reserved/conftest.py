"""A register of reserved markets that holds what the tests put in it, and nothing else."""

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlmodel import Session, SQLModel

_TABLES = (
    "non_reservation",
    "reservation",
    "reservable_family",
    "sourcing",
    "spending",
    "structure",
)


@pytest.fixture(scope="module", autouse=True)
def empty_register(shared_app: FastAPI) -> None:
    """Take out what the demonstration holds."""
    with Session(shared_app.state.engines.write) as session, session.begin():
        for name in _TABLES:
            session.execute(sa.delete(SQLModel.metadata.tables[name]))
