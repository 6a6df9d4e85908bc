"""What several organisations kept of the scheme that they share, recomputed as a whole.

From the sums that each kept: rates are never averaged, and nothing of today comes in.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.permissions import Actor, Permission
from api.access.service import own
from api.indicators import answering, calling, freezing_sums
from api.indicators import freezing_reading as reading
from api.indicators.figures import Asked, aims_of, of_gathered, reached
from api.indicators.freezing_reading import Kept
from api.indicators.freezing_schemas import FrozenTogether
from api.indicators.freezing_sums import KeptSums
from api.indicators.models import FrozenFigures
from api.indicators.schemas import ResultRead
from api.indicators.whose import binding, sharing
from api.kit.days import PARIS
from api.kit.problems import NotFound
from api.rules.indicators.figures import without_figure
from api.rules.indicators.gaps import told_in_percent
from api.rules.indicators.results import Result, reasonless
from api.rules.indicators.vocabulary import Definition, Fact
from api.schemes import service as schemes
from api.schemes.models import Indicator, Target
from api.schemes.schemas import SchemeOrganisation

Told = dict[str, Any]
CHANGED: Final = reasonless("la définition n’est pas la même dans les chiffres arrêtés de chacun")
HELD_BY_SEVERAL: Final = reasonless(
    "une entreprise titulaire chez plusieurs organisations ne se compte qu’une fois, et les "
    "chiffres arrêtés de chacun ne permettent pas de la reconnaître"
)


# Why a whole can't be told of kept sums, though each part can.
WITHHELD: Final = frozenset({CHANGED, HELD_BY_SEVERAL})
# What is read of a version.
_READ: Final = ("first_year", "indicators", "told_under", "sums")


def read(session: Session, actor: Actor, code: str, siret: str, year: int) -> FrozenTogether:
    """The whole of the last versions of the organisations that share a scheme with this one, as
    far as the actor reads their figures.

    Raises Forbidden, NotFound when none of them kept that year.
    """
    organisation = own(session, actor, siret, Permission.SCHEMES_READ)
    scheme = schemes.named(session, actor, code)
    buyers = sharing(session, actor, scheme, organisation)
    kept = reading.last_of(session, scheme.id, [one.id for one in buyers], year)
    if not kept:
        raise NotFound
    missing = [one for one in buyers if one.id not in {each.organisation_id for each in kept}]
    return FrozenTogether(
        scheme=scheme.code,
        year=year,
        kept=[reading.item(one) for one in kept],
        missing=[SchemeOrganisation(siret=one.siret, name=one.name) for one in missing],
        results=whole(session, kept, year),
    )


def whole(session: Session, kept: Sequence[Kept], year: int) -> list[ResultRead]:
    """The figures of these versions together, in the order of the one kept last."""
    contents = _contents(session, kept)
    structures = {one["id"]: one["definition"] for told in contents for one in told["indicators"]}
    return calling.renamed_results(session, _results(kept, contents, year), structures)


def _contents(session: Session, kept: Sequence[Kept]) -> list[Told]:
    """What each version holds that a whole is made of: not the rows behind, which are many."""
    rows = session.execute(
        sa.select(
            col(FrozenFigures.id), *(col(FrozenFigures.content)[name].label(name) for name in _READ)
        ).where(col(FrozenFigures.id).in_([one.id for one in kept]))
    )
    found = {key: dict(zip(_READ, told, strict=True)) for key, *told in rows}
    return [found[one.id] for one in kept]


def _results(kept: Sequence[Kept], contents: Sequence[Told], year: int) -> list[ResultRead]:
    # The indicators are those of the version that was kept last.
    instant = max(one.created_at for one in kept)
    latest = contents[[one.created_at for one in kept].index(instant)]
    sirets = [one.siret for one in kept]
    asked = [_asked(one, latest["told_under"], sirets) for one in latest["indicators"]]
    told = [
        (one.organisation_id, content["sums"]) for one, content in zip(kept, contents, strict=True)
    ]
    definitions = {one.told_under or one.id: one.definition for one in asked}
    day = instant.astimezone(PARIS).date()
    sums = freezing_sums.read(told, definitions, latest["first_year"], day)
    withheld = _withheld(asked, contents)
    found = _computed(asked, sums, withheld, year)
    indicators = [_indicator(shown, kept[0].scheme_id) for shown in latest["indicators"]]
    others = [(each, one, found[one.id, year]) for each, one in zip(indicators, asked, strict=True)]
    return [
        answering.answer(
            indicator,
            one,
            {year: found[one.id, year]},
            year,
            _targets(shown, sirets),
            instant,
            others,
        ).model_copy(update={"as_of": date(year, 12, 31)})
        for indicator, shown, one in zip(indicators, latest["indicators"], asked, strict=True)
    ]


def _computed(
    asked: Sequence[Asked], sums: KeptSums, withheld: Mapping[UUID, str], year: int
) -> dict[tuple[UUID, int], Result]:
    found = {
        (one.id, year): without_figure(one.definition, withheld[one.id])
        if one.id in withheld
        else of_gathered(one, sums, year)
        for one in asked
        if one.definition.fact is not Fact.TARGET
    }
    for one in asked:
        if one.definition.fact is Fact.TARGET:
            found[one.id, year] = reached(one, asked, found, year)
    return found


def _withheld(asked: Sequence[Asked], contents: Sequence[Told]) -> dict[UUID, str]:
    """The indicators whose kept sums can't be added up, and why."""
    if len(contents) == 1:
        return {}
    kept = [{UUID(one["id"]): one["definition"] for one in each["indicators"]} for each in contents]
    found = {}
    for one in asked:
        if any(quantity.fact is Fact.SUPPLIER for quantity in one.definition.quantities):
            found[one.id] = HELD_BY_SEVERAL
        if any(each.get(one.id) != kept[0].get(one.id) for each in kept):
            found[one.id] = CHANGED
    return found


def _asked(shown: Told, told_under: Mapping[str, str], sirets: Sequence[str | None]) -> Asked:
    other = told_under.get(shown["id"])
    # Without the nomenclature of today: a mark that left it stays readable.
    definition = Definition.model_validate(shown["definition"])
    return Asked(
        id=UUID(shown["id"]),
        definition=definition,
        told_under=None if other is None else UUID(other),
        percent=told_in_percent(shown["kind"], shown["unit"], definition),
        direction=shown["direction"],
        aims=aims_of(_targets(shown, sirets), definition, shown),
    )


def _targets(shown: Told, sirets: Sequence[str | None]) -> list[Target]:
    """Of the whole: the targets of the scheme, not those of one organisation."""
    told = [Target(indicator_id=UUID(shown["id"]), **one) for one in shown["targets"]]
    return binding(told, sirets)


def _indicator(shown: Told, scheme_id: UUID) -> Indicator:
    return Indicator(
        id=UUID(shown["id"]),
        scheme_id=scheme_id,
        position=0,
        code=shown["code"],
        label=shown["label"],
        content={"unit": shown["unit"], "kind": shown["kind"]},
        definition=shown["definition"],
        way=shown["way"],
        definition_number=shown["definition_number"],
    )
