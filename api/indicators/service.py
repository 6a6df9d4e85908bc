"""Figures: computed when read, from one statement for each fact; nothing is stored."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import Session

from api.access.models import Organisation
from api.access.permissions import Actor
from api.indicators import answering, serving
from api.indicators.figures import Asked, aims_of, compute
from api.indicators.gathering import Whose
from api.indicators.known_years import moved_at, years_of
from api.indicators.portion import WHOLE, Portion, check
from api.indicators.schemas import ResultRead, SchemeResults
from api.indicators.whose import of_buyers, readable_buyer, sharing
from api.kit.columns import now
from api.rules.indicators.gaps import told_in_percent
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme, Target
from api.schemes.schemas import SchemeOrganisation


def results(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    code: str,
    year: int | None,
    siret: str,
    together: bool = False,
    portion: Portion = WHOLE,
    since: int | None = None,
    recalculated: bool = False,
) -> SchemeResults:
    """Every figure of a scheme for an organisation and a year (the last with contracts if None).

    ``together``: for all the organisations that share it and whose figures the actor reads.
    ``recalculated``: those of today, be the year closed. Raises Forbidden, NotFound.
    """
    scheme = schemes.named(session, actor, code)
    organisation = readable_buyer(session, actor, siret)
    buyers = sharing(session, actor, scheme, organisation) if together else [organisation]
    check(session, portion, buyers)
    return of_organisations(session, scheme, buyers, year, portion, since, recalculated)


def result(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    year: int | None,
    siret: str,
    together: bool = False,
    portion: Portion = WHOLE,
    since: int | None = None,
    recalculated: bool = False,
) -> ResultRead:
    """One figure; raises as ``results``."""
    indicator, scheme = schemes.indicator(session, actor, indicator_id)
    organisation = readable_buyer(session, actor, siret)
    buyers = sharing(session, actor, scheme, organisation) if together else [organisation]
    check(session, portion, buyers)
    wanted = year or last_year(years_of(session, [one.id for one in buyers]))
    some = [indicator]
    if indicator.definition["fact"] == "target":
        some = list(schemes.of_scheme(session, scheme.id))
    answered = _answered(session, scheme, some, buyers, wanted, portion, since)
    kept = (
        serving.kept_years(session, scheme.id, [one.id for one in buyers], wanted, since)
        if portion == WHOLE and not recalculated
        else {}
    )
    asked, live = next(one for one in answered if one[0].id == indicator_id)
    return serving.in_place(live, asked, kept, wanted)


def of_organisations(
    session: Session,
    scheme: Scheme,
    buyers: Sequence[Organisation],
    year: int | None,
    portion: Portion = WHOLE,
    since: int | None = None,
    recalculated: bool = False,
) -> SchemeResults:
    """The same without asking who reads: for the public files of the organisation itself."""
    years = years_of(session, [one.id for one in buyers])
    wanted = year or last_year(years)
    indicators = schemes.of_scheme(session, scheme.id)
    told = [SchemeOrganisation(siret=one.siret, name=one.name) for one in buyers]
    answered = _answered(session, scheme, indicators, buyers, wanted, portion, since)
    kept = serving.kept_years(session, scheme.id, [one.id for one in buyers], wanted, since)
    served = [serving.in_place(live, asked, kept, wanted) for asked, live in answered]
    shown = portion == WHOLE and not recalculated
    changed = serving.changed(served) if portion == WHOLE else None
    return SchemeResults(
        scheme=scheme.code,
        year=wanted,
        years=years,
        organisation=told[0],
        organisations=told,
        together=len(told) > 1,
        register_moved_at=moved_at(session, [one.id for one in buyers]),
        frozen=kept[wanted].mark(shown, changed) if wanted in kept else None,
        results=served if shown else [live for _, live in answered],
    )


def figures(
    session: Session,
    scheme: Scheme,
    indicators: Sequence[Indicator],
    buyers: Sequence[Organisation],
    year: int,
) -> list[ResultRead]:
    """The figures of these indicators of one scheme as computed now, in order."""
    return [live for _, live in _answered(session, scheme, indicators, buyers, year)]


def _answered(
    session: Session,
    scheme: Scheme,
    indicators: Sequence[Indicator],
    buyers: Sequence[Organisation],
    year: int,
    portion: Portion = WHOLE,
    since: int | None = None,
) -> list[tuple[Asked, ResultRead]]:
    """What is asked of each indicator, and what it answers now."""
    if not indicators:
        return []
    targets = schemes.targets_of(session, indicators)
    bound = {one.id: of_buyers(targets.get(one.id, []), buyers) for one in indicators}
    asked = [asked_of(one, bound[one.id]) for one in indicators]
    whose = Whose(tuple(one.id for one in buyers), *portion)
    years = range(since if since is not None and since < year else year, year + 1)
    found = compute(session, asked, whose, years, scheme.first_year, scheme.id)
    instant = now()
    pairs = zip(indicators, asked, strict=True)
    # No directorate, no family is held to targets.
    others = [] if portion.asked else [(each, one, found[one.id, year]) for each, one in pairs]
    told = [
        answering.answer(
            indicator,
            one,
            {when: found[indicator.id, when] for when in years},
            year,
            bound[indicator.id],
            instant,
            others,
        )
        for indicator, one in zip(indicators, asked, strict=True)
    ]
    return list(zip(asked, told, strict=True))


def asked_of(indicator: Indicator, targets: Sequence[Target]) -> Asked:
    """An indicator of the tables, ready to be computed."""
    definition, content = schemes.definition_of(indicator), indicator.content
    return Asked(
        id=indicator.id,
        definition=definition,
        told_under=schemes.told_under(indicator),
        percent=told_in_percent(content["kind"], content["unit"], definition),
        direction=content["direction"],
        aims=aims_of(targets, definition, content),
    )


def last_year(years: Sequence[int]) -> int:
    """The year to open on: a year of 3024 is a typing error of a file."""
    current = now().year
    return next((year for year in years if year <= current), current)
