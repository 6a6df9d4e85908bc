"""All the figures of a scheme for one buyer, against one bare scan of the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.indicators.service import compute_all
from api.kit.columns import new_id
from api.kit.db import Engines
from api.rules.indicators.vocabulary import Definition
from api.schemes.loading import models
from bench.databases import LAST_YEAR, siret
from bench.measures import Measure, rates

# A tenth of the rate of the scan: under ten times its time.
WANTED = 0.1

# The scan reads the same rows of the same tables: the contracts of the buyer, what is said under
# their marks and who holds them. It computes nothing but their number.
_SCAN = sa.text(
    "SELECT (SELECT count(amount) FROM contract WHERE buyer_id = :buyer_id)"
    " + (SELECT count(value) FROM contract_mark"
    "    JOIN contract ON contract.id = contract_id WHERE buyer_id = :buyer_id)"
    " + (SELECT count(supplier.id) FROM contract_supplier"
    "    JOIN contract ON contract.id = contract_id"
    "    JOIN supplier ON supplier.id = supplier_id WHERE buyer_id = :buyer_id)"
).bindparams(sa.bindparam("buyer_id", type_=sa.Uuid()))


def measure(engines: Engines, engine: str, rounds: int) -> Iterator[Measure]:
    """One line a scheme, all contracts of the buyer being of the measured year."""
    with Session(engines.read) as session:
        buyer_id = session.scalars(
            sa.select(col(Organisation.id)).where(col(Organisation.siret) == siret(1))
        ).one()
        for model in models():
            definitions = {new_id(): one.definition for one in model.indicators if one.definition}
            _one_statement(engines, session, definitions, buyer_id)
            works = (
                lambda chosen=definitions: len(_figures(session, chosen, buyer_id)) and 1,
                lambda: session.execute(_SCAN, {"buyer_id": buyer_id}).scalar_one() and 1,
            )
            ours, ceiling = rates(rounds, *works)
            note = f"{len(definitions)} figures in one statement, {1000 / ours:.0f} ms"
            yield Measure(
                f"figures {model.code}, {engine}", ours, ceiling, "schemes/s", WANTED, note
            )


def _figures(
    session: Session, definitions: dict[UUID, Definition], buyer_id: UUID
) -> dict[UUID, object]:
    return dict(compute_all(session, definitions, buyer_id, LAST_YEAR))


def _one_statement(
    engines: Engines, session: Session, definitions: dict[UUID, Definition], buyer_id: UUID
) -> None:
    with _counted(engines) as statements:
        results = compute_all(session, definitions, buyer_id, LAST_YEAR)
    assert len(statements) == 1, statements
    assert any(one.numerator for one in results.values())


@contextmanager
def _counted(engines: Engines) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    sa.event.listen(engines.read, "before_cursor_execute", note)
    yield statements
    sa.event.remove(engines.read, "before_cursor_execute", note)
