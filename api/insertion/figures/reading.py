"""Who is told which figures: whole to who owns the persons, arrested or withheld to the others."""

from sqlmodel import Session

from api.access.permissions import Actor
from api.insertion.figures import freezing, scope, views
from api.insertion.figures.answers import answer, full_time
from api.insertion.figures.schemas import InsertionFigures
from api.insertion.figures.service import compute
from api.kit.columns import to_quarters
from api.kit.days import today
from api.rules.hours.figures import Rounding


def read(
    session: Session,
    actor: Actor,
    siret: str,
    year: int | None,
    base: int,
    rounding: Rounding,
) -> InsertionFigures:
    """The figures of a year (the present one if None).

    The facilitator sees its own persons whole, as of now. A buyer's people see a closed year as it
    was arrested, and of another year the hours alone: two readings of persons would be subtracted.
    Raises NotFound, Forbidden.
    """
    organisation, where = scope.asked(session, actor, siret)
    day = today()
    window = scope.window(day.year if year is None else year, day)
    if not where.raw and (kept := freezing.arrested(session, organisation.id, window.year)):
        kept.fte = full_time(to_quarters(kept.hours.validated), base, rounding)
        return kept
    whole = compute(session, where, window)
    view = views.raw(whole) if where.raw else views.withheld(whole)
    return answer(organisation, whole, view, base, rounding)
