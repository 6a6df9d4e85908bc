"""What the actions decided for a project became in its contracts, in the demonstration."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import Contract, ContractMark
from api.contracts.rewriting import write_again
from api.contracts.writing import tell_marks
from api.programme.models import ProjectAction
from api.reference.marks import MARKS
from api.rules.fiction_fitting import fits, implied
from api.schemes.models import Indicator, Scheme

_TARGETED: Final = "targeted_action"


def keep(session: Session, buyer_id: UUID, scheme_code: str) -> None:
    """Say yes, in the contracts of a project, to the theme of each action that is done, where it
    fits their object.

    Of the marks that open data derive from, only those that a theme implies are said.
    """
    decided = every_theme(session, scheme_code)
    done = session.execute(
        sa.select(col(Contract.id), col(Contract.cpv), col(ProjectAction.action))
        .join(ProjectAction, col(ProjectAction.project_id) == col(Contract.project_id))
        .join(Scheme, col(Scheme.id) == col(ProjectAction.scheme_id))
        .where(
            col(Contract.buyer_id) == buyer_id,
            col(Scheme.code) == scheme_code,
            col(ProjectAction.done).is_(True),
            col(ProjectAction.action).in_(decided),
        )
    ).all()
    wanted = {
        (contract_id, code)
        for contract_id, cpv, action in done
        for code in decided[action]
        if fits(code, cpv)
    }
    _say_yes(session, wanted)
    kept_ids = _agree(session, {contract_id for contract_id, *_ in done})
    tell_marks(session, col(Contract.buyer_id) == buyer_id)
    write_again(session, kept_ids)


def _say_yes(session: Session, wanted: set[tuple[UUID, str]]) -> None:
    """Say yes to these marks of these contracts, said otherwise before or not at all."""
    kept = session.scalars(
        sa.select(ContractMark).where(
            col(ContractMark.contract_id).in_({contract_id for contract_id, _ in wanted}),
            col(ContractMark.code).in_({code for _, code in wanted}),
        )
    )
    for mark in kept:
        if (mark.contract_id, mark.code) in wanted:
            mark.value = True
            session.add(mark)
            wanted.remove((mark.contract_id, mark.code))
    session.add_all(
        ContractMark(contract_id=contract_id, code=code, value=True) for contract_id, code in wanted
    )
    session.flush()


def _agree(session: Session, contracts: Collection[UUID]) -> list[UUID]:
    """Say yes to the general marks that those of these contracts imply; answers which contracts."""
    rows: dict[UUID, dict[str, ContractMark]] = defaultdict(dict)
    for mark in session.scalars(
        sa.select(ContractMark).where(col(ContractMark.contract_id).in_(contracts))
    ):
        rows[mark.contract_id][mark.code] = mark
    mended = []
    for contract_id, marks in sorted(rows.items()):
        for code in implied({code: mark.value is True for code, mark in marks.items()}):
            mark = marks.get(code) or ContractMark(contract_id=contract_id, code=code, value=True)
            mark.value = True
            session.add(mark)
            mended.append(contract_id)
    session.flush()
    return list(dict.fromkeys(mended))


def themes(session: Session, scheme_code: str) -> dict[str, str]:
    """The first mark that the indicators of a scheme look for in the contracts of each action."""
    return {action: codes[0] for action, codes in every_theme(session, scheme_code).items()}


def every_theme(session: Session, scheme_code: str) -> dict[str, list[str]]:
    """The marks that the indicators of a scheme look for in the contracts of each action."""
    definitions = session.scalars(
        sa.select(col(Indicator.definition))
        .join(Scheme, col(Scheme.id) == col(Indicator.scheme_id))
        .where(col(Scheme.code) == scheme_code, col(Indicator.retired).is_(False))
        .order_by(col(Indicator.position))
    )
    found: dict[str, list[str]] = {}
    for one in definitions:
        looked_at: Any = (one or {}).get("perimeter") or {}
        counted: Any = (one or {}).get("where") or {}
        if one and one.get("fact") == "contract" and isinstance(looked_at, dict):
            mark = counted.get("mark") if isinstance(counted, dict) else None
            if looked_at.get("field") == _TARGETED and mark and not MARKS[mark].decp:
                found.setdefault(str(looked_at.get("equals")), []).append(mark)
    return found
