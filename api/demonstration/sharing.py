"""Two entities under one scheme, in the demonstration, each measured alone and both together.

Their year 2024 is closed; that of the town was opened again, corrected and closed again. All is
invented: what is kept is computed by the service, only the days are set afterwards.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.actions.models import Measure
from api.closings.models import Closing
from api.contracts.models import Contract, ContractMark
from api.contracts.rewriting import write_again
from api.contracts.writing import tell_marks
from api.demonstration import actions, programme, register, reserved
from api.demonstration.buyers import METROPOLE, VILLE, Buyer
from api.demonstration.declared import Declarant
from api.indicators import statutory
from api.indicators.freezing import freeze
from api.indicators.models import FrozenFigures, FrozenStatutory
from api.insertion.figures.freezing import keep
from api.insertion.figures.models import PublishedInsertion
from api.schemes.models import Indicator

CLOSED: Final = 2024
_DECLARANTS: Final = {METROPOLE: Declarant(3111, 40), VILLE: Declarant(3112, 25)}
_SEEDS: Final = {METROPOLE: 71, VILLE: 72}
_CLOSED_ON: Final = datetime(2025, 3, 14, 9, 30, tzinfo=UTC)
_OPENED_ON: Final = datetime(2025, 6, 18, 8, 0, tzinfo=UTC)
_RECTIFIED_ON: Final = datetime(2025, 6, 20, 15, 45, tzinfo=UTC)
_REASON: Final = (
    "Trois attestations de clause sociale reçues après la clôture ; consommation d’énergie des "
    "bâtiments corrigée par une facture."
)
# What the town corrected: a mark that its contracts come to bear, and a declared figure, by so
# many of its unit.
_MARK: Final = "social_clause"
_ATTESTED: Final = 3
_METERED: Final = "CAM-22-3"
# Who else tells that consumption: all of the public buildings, and the figures told out of both.
_VALUED: Final = (_METERED, "CAM-23-2")
_DIVIDED: Final = ("CAM-24-7", "CAM-23-3")
_CORRECTION: Final = -347_000 * 1_000_000


def load(session: Session, buyers: Mapping[Buyer, Organisation]) -> bool:
    """Put what the two entities do and say in, unless they have contracts; answers whether it was
    so. After the other buyers: of their companies nothing changes."""
    found = {one: held for one, held in buyers.items() if not register.is_filled(session, held.id)}
    for buyer, organisation in found.items():
        known = register.companies(session)
        register.fill(session, buyer, organisation.id, known)
        reserved.load(session, organisation.id, _SEEDS[buyer], known)
        programme.load(session, organisation.id, _SEEDS[buyer], known)
        actions.load(session, organisation.id, _DECLARANTS[buyer])
        closing = _close(session, organisation, _CLOSED_ON)
        if buyer is VILLE:
            _reopen(session, closing)
            _correct(session, organisation.id)
            _close(session, organisation, _RECTIFIED_ON)
    return bool(found)


def _close(session: Session, organisation: Organisation, instant: datetime) -> Closing:
    closing = Closing(organisation_id=organisation.id, year=CLOSED)
    session.add(closing)
    session.flush()
    keep(session, organisation, closing)
    freeze(session, organisation, closing)
    statutory.keep(session, organisation, closing)
    session.flush()
    _date(session, closing, instant)
    return closing


def _date(session: Session, closing: Closing, instant: datetime) -> None:
    """Say that a year was closed, and its figures computed, at an instant of the story."""
    closing.created_at = instant
    of_closing = col(PublishedInsertion.closing_id) == closing.id
    session.execute(sa.update(PublishedInsertion).where(of_closing).values(created_at=instant))
    of_rates = col(FrozenStatutory.closing_id) == closing.id
    session.execute(sa.update(FrozenStatutory).where(of_rates).values(created_at=instant))
    told = {"computed_at": instant.isoformat()}
    kept = sa.select(FrozenFigures).where(col(FrozenFigures.closing_id) == closing.id)
    for one in session.scalars(kept):
        one.created_at = instant
        results = [result | told for result in one.content["results"]]
        one.content = one.content | told | {"results": results}
        session.add(one)
    session.add(closing)
    session.flush()


def _reopen(session: Session, closing: Closing) -> None:
    closing.reopened_at, closing.reason = _OPENED_ON, _REASON
    session.add(closing)
    session.flush()


def _correct(session: Session, buyer_id: UUID) -> None:
    """Say yes to a mark of some contracts that did not bear it, and mend a declared figure."""
    marks = session.scalars(
        sa.select(ContractMark)
        .join(Contract, col(Contract.id) == col(ContractMark.contract_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Contract.notified_on).between(date(CLOSED, 1, 1), date(CLOSED, 12, 31)),
            col(ContractMark.code) == _MARK,
            col(ContractMark.value).is_not(True),
        )
        .order_by(col(Contract.reference))
        .limit(_ATTESTED)
    ).all()
    for mark in marks:
        mark.value = True
        session.add(mark)
    _meter(session, buyer_id)
    session.flush()
    tell_marks(session, col(Contract.buyer_id) == buyer_id)
    write_again(session, [mark.contract_id for mark in marks])


def _meter(session: Session, buyer_id: UUID) -> None:
    """Mend a metered figure everywhere it was told: alone, in the whole, and as a divisor."""
    rows = session.execute(
        sa.select(Measure, col(Indicator.code))
        .join(Indicator, col(Indicator.id) == col(Measure.indicator_id))
        .where(
            col(Measure.organisation_id) == buyer_id,
            col(Measure.year) == CLOSED,
            col(Indicator.code).in_((*_VALUED, *_DIVIDED)),
        )
    )
    for measure, code in rows:
        if code in _VALUED and measure.value is not None:
            measure.value += _CORRECTION
        elif measure.base is not None:
            measure.base += _CORRECTION
        measure.updated_at = _RECTIFIED_ON
        session.add(measure)
