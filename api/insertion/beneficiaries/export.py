"""All that is kept of a person, for the person who asks (right of access, RGPD article 15)."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor
from api.insertion.beneficiaries import eligibility, identity, path, service
from api.insertion.beneficiaries.models import Beneficiary
from api.insertion.beneficiaries.restricted_schemas import (
    BeneficiaryExport,
    ExportAsk,
    TraceRead,
)
from api.insertion.beneficiaries.sight import followed, record
from api.kit.audit import AuditEvent
from api.kit.columns import now


def export(
    session: Session, actor: Actor, beneficiary_id: UUID, data: ExportAsk, master: bytes
) -> BeneficiaryExport:
    """Everything kept of a person, with the identity when it is asked for; logged with its reason.

    Raises NotFound, Forbidden, IdentityUnreadable, Invalid (a reason that names the person).
    """
    person = followed(session, actor, beneficiary_id)
    opened = None
    if data.identity:
        opened = identity.open_of(session, person, data.reason, master)
    details = {"reason": data.reason, "identity": opened is not None}
    record(session, actor, "beneficiary.exported", person, details)
    return BeneficiaryExport(
        exported_at=now(),
        beneficiary=service.shown(session, actor, person),
        eligibility=eligibility.kept_of(session, person),
        employment_months=path.employment_months(session, person.id),
        identity=opened,
        trace=_trace(session, person),
    )


def _trace(session: Session, person: Beneficiary) -> list[TraceRead]:
    """What was done about the person, when; not by whom: a colleague is a person too."""
    rows = session.execute(
        sa.select(col(AuditEvent.at), col(AuditEvent.action))
        .where(col(AuditEvent.target) == f"beneficiary:{person.id}")
        .order_by(col(AuditEvent.id))
    )
    return [TraceRead(at=at, action=action) for at, action in rows]
