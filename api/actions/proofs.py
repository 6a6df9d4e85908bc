"""Proofs: the files that show where a measure or a milestone comes from."""

import re
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, require
from api.actions import sight
from api.actions.milestones import require_years_open, year_of
from api.actions.models import Measure, Milestone, Proof
from api.actions.schemas import ProofDeposit, ProofRead
from api.actions.signatures import MAX_PROOF, media_type
from api.closings.service import held_years, require_open
from api.kit import audit
from api.kit.problems import Conflict, FieldError, Invalid, NotFound, TooLarge

MAX_PROOFS = 20
Subject = Measure | Milestone


class TooManyProofs(Conflict):
    type = "too-many-proofs"
    title = "Trop de pièces"
    default = f"Il y a déjà {MAX_PROOFS} pièces ici : retirez-en une avant d’en ajouter."


def subject(
    session: Session, actor: Actor, measure_id: UUID | None, milestone_id: UUID | None
) -> Subject:
    """The measure or the milestone that the actor may prove: one of both is named.

    Raises Invalid, NotFound, Forbidden.
    """
    if (measure_id is None) == (milestone_id is None):
        message = "ou « milestone_id » : donnez l’un des deux, et un seul."
        raise Invalid(errors=[FieldError(loc=["body", "measure_id"], message=message)])
    found: Subject | None
    if measure_id is not None:
        found = session.get(Measure, measure_id, with_for_update=True)
    else:
        found = session.get(Milestone, milestone_id, with_for_update=True)
    return _allowed(session, actor, found)


def add(
    session: Session, actor: Actor, about: Subject, content: bytes, deposit: ProofDeposit
) -> ProofRead:
    """Keep a file that proves something the actor may prove (``subject``).

    Raises TooLarge, UnacceptedFile, TooManyProofs, YearClosed.
    """
    if len(content) > MAX_PROOF:
        raise TooLarge(f"Une pièce pèse {MAX_PROOF // 1024 // 1024} Mo au plus.")
    told = media_type(content, deposit.name)
    _require_open(session, about)
    column = col(Proof.measure_id if isinstance(about, Measure) else Proof.milestone_id)
    count = sa.select(sa.func.count()).select_from(Proof).where(column == about.id)
    if (session.scalar(count) or 0) >= MAX_PROOFS:
        raise TooManyProofs
    proof = Proof(
        organisation_id=about.organisation_id,
        measure_id=deposit.measure_id,
        milestone_id=deposit.milestone_id,
        name=deposit.name,
        media_type=told,
        content=content,
        size=len(content),
        sha256=deposit.sha256,
    )
    session.add(proof)
    session.flush()
    _record(session, actor, "proof.added", proof, about)
    return ProofRead(**{name: getattr(proof, name) for name in ProofRead.model_fields})


def read(session: Session, actor: Actor, proof_id: UUID) -> Proof:
    """A proof with its content. Raises NotFound, Forbidden."""
    proof = session.get(Proof, proof_id)
    require(actor, sight.READ, proof.organisation_id if proof else None)
    if proof is None:
        raise NotFound
    return proof


def remove(session: Session, actor: Actor, proof_id: UUID) -> None:
    """Take a proof away. Raises NotFound, Forbidden, YearClosed."""
    proof = read(session, actor, proof_id)
    about = subject(session, actor, proof.measure_id, proof.milestone_id)
    _require_open(session, about)
    session.delete(proof)
    session.flush()
    _record(session, actor, "proof.removed", proof, about)


def deposited(
    content: bytes, name: str | None, measure_id: UUID | None, milestone_id: UUID | None
) -> ProofDeposit:
    """What was sent, told by its fingerprint."""
    return ProofDeposit(
        measure_id=measure_id,
        milestone_id=milestone_id,
        name=_file_name(name),
        sha256=sha256(content).hexdigest(),
    )


def disposition(name: str) -> str:
    """The Content-Disposition of a download, RFC 6266: always a file, never a page."""
    ending = name.rpartition(".")[2].lower()
    return f"attachment; filename=\"piece.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def _file_name(name: str | None) -> str:
    # The last part only, without what can't be seen (it could disguise the name): its end, which
    # tells what the file is, stays of a long one.
    last = re.split(r"[/\\]", name or "")[-1].encode("utf-8", "replace").decode()
    return "".join(filter(str.isprintable, last))[-200:] or "piece"


def _allowed(session: Session, actor: Actor, found: Subject | None) -> Subject:
    require(actor, sight.READ, found.organisation_id if found else None)
    if found is None:
        raise NotFound
    year = found.year if isinstance(found, Measure) else year_of(found.period)
    sight.require_owed(session, actor, found.organisation_id, found.indicator_id, year)
    return found


def _require_open(session: Session, about: Subject) -> None:
    if isinstance(about, Measure):
        require_open(session, about.organisation_id, about.year)
    else:
        require_years_open(held_years(session, about.organisation_id), about)


def _record(session: Session, actor: Actor, action: str, proof: Proof, about: Subject) -> None:
    details: dict[str, Any] = {
        "indicator": str(about.indicator_id),
        "sha256": proof.sha256,
        "size": proof.size,
        "media_type": proof.media_type,
    }
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=about.organisation_id,
        action=action,
        target=f"proof:{proof.id}",
        details=details,
    )
