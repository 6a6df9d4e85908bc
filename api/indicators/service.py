"""Figures: computed when read, from one statement for each fact; nothing is stored."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Directorate, Organisation
from api.access.permissions import Actor, Permission, visible
from api.access.service import own, readable
from api.indicators import answering
from api.indicators.figures import Asked, aims_of, compute
from api.indicators.freezing_marks import standing_mark
from api.indicators.gathering import Whose
from api.indicators.known_years import years_of
from api.indicators.schemas import FrozenMark, ResultRead, SchemeResults
from api.kit.columns import now
from api.kit.problems import NotFound
from api.rules.indicators.gaps import told_in_percent
from api.schemes import service as schemes
from api.schemes.models import Indicator, Scheme, SchemeAdoption, Target
from api.schemes.schemas import SchemeOrganisation


def results(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    code: str,
    year: int | None,
    siret: str,
    together: bool = False,
    directorate_id: UUID | None = None,
    since: int | None = None,
) -> SchemeResults:
    """Every figure of a scheme for an organisation and a year (the last with contracts if None).

    ``together``: for all the organisations that share it and whose figures the actor reads.
    Raises Forbidden, NotFound.
    """
    scheme = schemes.named(session, actor, code)
    organisation = readable_buyer(session, actor, siret)
    buyers = sharing(session, actor, scheme, organisation) if together else [organisation]
    checked_directorate(session, directorate_id, buyers)
    return of_organisations(session, scheme, buyers, year, directorate_id, since)


def result(  # noqa: PLR0913 - the parameters of the address
    session: Session,
    actor: Actor,
    indicator_id: UUID,
    year: int | None,
    siret: str,
    together: bool = False,
    directorate_id: UUID | None = None,
    since: int | None = None,
) -> ResultRead:
    """One figure; raises as ``results``."""
    indicator, scheme = schemes.indicator(session, actor, indicator_id)
    organisation = readable_buyer(session, actor, siret)
    buyers = sharing(session, actor, scheme, organisation) if together else [organisation]
    checked_directorate(session, directorate_id, buyers)
    wanted = year or last_year(years_of(session, [one.id for one in buyers]))
    some = [indicator]
    if indicator.definition["fact"] == "target":
        some = list(schemes.of_scheme(session, scheme.id))
    found = figures(session, scheme, some, buyers, wanted, directorate_id, since)
    return next(one for one in found if one.indicator_id == indicator_id)


def readable_buyer(session: Session, actor: Actor, siret: str) -> Organisation:
    """A buyer whose figures the actor may read: their own, or an observed one.

    Raises NotFound, Forbidden.
    """
    organisation = readable(session, actor, siret)
    if not organisation.observed:
        own(session, actor, siret, Permission.SCHEMES_READ)
    return organisation


def sharing(
    session: Session, actor: Actor, scheme: Scheme, organisation: Organisation
) -> list[Organisation]:
    """The organisations that share a scheme, as far as the actor reads their figures."""
    found = session.scalars(
        sa.select(Organisation)
        .join(SchemeAdoption, col(SchemeAdoption.organisation_id) == col(Organisation.id))
        .where(
            col(SchemeAdoption.scheme_id) == scheme.id,
            col(Organisation.id).in_(visible(actor, Permission.SCHEMES_READ)),
        )
        .order_by(col(Organisation.name))
    ).all()
    return [organisation, *(one for one in found if one.id != organisation.id)]


def checked_directorate(
    session: Session, directorate_id: UUID | None, buyers: Sequence[Organisation]
) -> None:
    """Refuse (NotFound) a directorate that is of none of these organisations."""
    if directorate_id is None:
        return
    found = session.get(Directorate, directorate_id)
    if found is None or found.organisation_id not in {one.id for one in buyers}:
        raise NotFound


def of_organisations(
    session: Session,
    scheme: Scheme,
    buyers: Sequence[Organisation],
    year: int | None,
    directorate_id: UUID | None = None,
    since: int | None = None,
) -> SchemeResults:
    """The same without asking who reads: for the public files of the organisation itself."""
    years = years_of(session, [one.id for one in buyers])
    wanted = year or last_year(years)
    indicators = schemes.of_scheme(session, scheme.id)
    told = [SchemeOrganisation(siret=one.siret, name=one.name) for one in buyers]
    return SchemeResults(
        scheme=scheme.code,
        year=wanted,
        years=years,
        organisation=told[0],
        organisations=told,
        together=len(told) > 1,
        frozen=_kept(session, scheme, buyers, wanted) if directorate_id is None else None,
        results=figures(session, scheme, indicators, buyers, wanted, directorate_id, since),
    )


def _kept(
    session: Session, scheme: Scheme, buyers: Sequence[Organisation], year: int
) -> FrozenMark | None:
    if len(buyers) > 1:
        return None
    return standing_mark(session, scheme.id, buyers[0].id, year)


def figures(
    session: Session,
    scheme: Scheme,
    indicators: Sequence[Indicator],
    buyers: Sequence[Organisation],
    year: int,
    directorate_id: UUID | None = None,
    since: int | None = None,
) -> list[ResultRead]:
    """The figures of these indicators of one scheme, in order."""
    if not indicators:
        return []
    targets = schemes.targets_of(session, [one.id for one in indicators])
    asked = [asked_of(one, of_buyers(targets.get(one.id, []), buyers)) for one in indicators]
    whose = Whose(tuple(one.id for one in buyers), directorate_id)
    years = range(since if since is not None and since < year else year, year + 1)
    found = compute(session, asked, whose, years, scheme.first_year, scheme.id)
    instant = now()
    return [
        answering.answer(
            indicator,
            one,
            {when: found[indicator.id, when] for when in years},
            year,
            of_buyers(targets.get(indicator.id, []), buyers),
            instant,
        )
        for indicator, one in zip(indicators, asked, strict=True)
    ]


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


def of_buyers(targets: Sequence[Target], buyers: Sequence[Organisation]) -> list[Target]:
    """The targets that bind these organisations: each its own, and those of the whole scheme."""
    if len(buyers) > 1:
        return [one for one in targets if one.siren is None]
    siren = (buyers[0].siret or "")[:9]
    mine = [one for one in targets if one.siren == siren]
    years = {one.year for one in mine}
    return [*mine, *(one for one in targets if one.siren is None and one.year not in years)]


def last_year(years: Sequence[int]) -> int:
    """The year to open on: a year of 3024 is a typing error of a file."""
    current = now().year
    return next((year for year in years if year <= current), current)
