"""The projects of a year that may still become contracts, told as the contracts they would be."""

from collections.abc import Iterator
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.programme.models import COMING, Project, ProjectAction
from api.rules.indicators.evaluation import Facts


def programmed(
    session: Session, buyer_id: UUID, scheme_id: UUID, year: int
) -> Iterator[tuple[UUID, Facts]]:
    """Each project of the year that is neither a contract yet nor given up, with what is known of
    the contract: its amount is the estimated one, in cents; what a project never says is unknown.
    """
    ahead = (
        col(Project.buyer_id) == buyer_id,
        col(Project.year) == year,
        col(Project.state).in_(COMING),
    )
    decided: dict[UUID, list[str]] = {}
    for project_id, action in session.execute(
        sa.select(col(ProjectAction.project_id), col(ProjectAction.action))
        .join(Project, col(Project.id) == col(ProjectAction.project_id))
        .where(*ahead, col(ProjectAction.scheme_id) == scheme_id)
    ):
        decided.setdefault(project_id, []).append(action)
    columns = (
        *map(col, (Project.id, Project.estimated_amount)),
        *map(col, (Project.purchase_family, Project.targeted)),
    )
    for key, amount, family, targeted in session.execute(sa.select(*columns).where(*ahead)):
        yield (
            key,
            Facts(
                fields={
                    "amount": amount,
                    "current_amount": amount,
                    "purchase_family": family,
                    "targeted": targeted,
                    "targeted_action": tuple(decided.get(key, ())),
                }
            ),
        )
