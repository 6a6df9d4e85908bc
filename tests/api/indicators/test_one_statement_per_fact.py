"""The figures of a scheme and a year take one statement for each fact, however many they are."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract
from api.indicators import service
from api.indicators.gathering import Whose, asked
from api.indicators.portion import Portion
from api.schemes import service as schemes
from api.schemes.loading import models
from api.schemes.models import Scheme
from tests.oracle import golden

YEAR = 2025
# Years that have contracts, indicators, what was kept, targets, registers without a row, arrested
# figures, what was declared and its parts, milestones, names of keys, when the register changed.
BESIDE = 11


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that a session sends meanwhile."""
    sent: list[str] = []

    def note(*call: object) -> None:
        sent.append(str(call[2]))

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("code", [one.code for one in models()])
def test_a_scheme_and_a_year_take_one_statement_for_each_fact(session: Session, code: str) -> None:
    buyer = golden.demonstrated(session)
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == code)).one()
    definitions = [schemes.definition_of(one) for one in schemes.of_scheme(session, scheme.id)]
    asks = list(asked(definitions, Whose((buyer.id,))))
    with counted(session) as sent:
        found = service.of_organisations(session, scheme, [buyer], YEAR).results
    assert len(found) == len(definitions)
    assert 0 < len(asks) <= len(sent) <= len(asks) + BESIDE, sent
    # None is asked once for each figure.
    assert len(set(sent)) == len(sent)


@pytest.mark.parametrize("which", ["directorate", "family", "both"])
def test_a_part_of_the_rows_takes_one_statement_for_each_fact_too(
    session: Session, which: str
) -> None:
    buyer = golden.demonstrated(session)
    scheme = session.scalars(sa.select(Scheme).where(col(Scheme.code) == "clermont")).one()
    of_buyer = (
        sa.select(col(Contract.directorate_id), col(Contract.purchase_family))
        .where(col(Contract.buyer_id) == buyer.id)
        .where(col(Contract.directorate_id).is_not(None))
        .where(col(Contract.purchase_family).is_not(None))
    )
    directorate, family = session.execute(of_buyer.limit(1)).one()
    part = {
        "directorate": Portion(directorate),
        "family": Portion(None, family),
        "both": Portion(directorate, family),
    }[which]
    definitions = [schemes.definition_of(one) for one in schemes.of_scheme(session, scheme.id)]
    asks = list(asked(definitions, Whose((buyer.id,), *part)))
    assert len(asks) <= len(list(asked(definitions, Whose((buyer.id,)))))
    with counted(session) as sent:
        service.of_organisations(session, scheme, [buyer], YEAR, part)
    assert len(sent) <= len(asks) + BESIDE, sent
    assert len(set(sent)) == len(sent)
