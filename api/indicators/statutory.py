"""The rates that article L2111-3 of the code de la commande publique asks to publish.

For two years in a row, in number of contracts and in value, category by category. Which categories,
where each comes from and what is not confirmed: ``statutory.yaml``.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Self
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from sqlmodel import Session

import api
from api.access.models import Organisation, OrganisationKind
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.closings.models import Closing
from api.closings.service import closed_years
from api.indicators import engine, freezing_reading, gathering, judging, statutory_keeping
from api.indicators.gathering import Whose
from api.indicators.period import Years
from api.indicators.statutory_keeping import ByYear, KeptRates
from api.indicators.statutory_schemas import (
    StatutoryCategory,
    StatutoryDuty,
    StatutoryFigures,
    StatutoryKept,
    StatutoryRates,
)
from api.kit.columns import now
from api.kit.days import today
from api.reference.marks import MARKS
from api.reserved import figure_facts as facts
from api.reserved.figure_schemas import Rate
from api.reserved.figure_texts import CATEGORIES
from api.reserved.figures import rate
from api.rules.indicators.explain import explain
from api.rules.indicators.reading import read_definition
from api.rules.indicators.sums import ClassSums
from api.rules.indicators.vocabulary import Definition
from api.rules.indicators.words import Aggregate

SOURCE: Final = Path(__file__).with_name("statutory.yaml")
Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    in_force_from: date | None = None
    source: Words
    confirmed: bool
    note: Words | None = None

    @model_validator(mode="after")
    def _says_what_is_doubtful(self) -> Self:
        if not self.confirmed and self.note is None:
            raise ValueError("what is not confirmed says why in its note")
        return self


class CategoryEntry(_Written):
    """A category of the file: counted by a definition, or by the registers of api.reserved."""

    code: Words
    label: Words
    named_by_law: bool
    definition: dict[str, Any] | None = None
    register_name: str | None = Field(default=None, alias="register")

    @model_validator(mode="after")
    def _is_counted_one_way(self) -> Self:
        if (self.definition is None) == (self.register_name is None):
            raise ValueError("a category has a definition or a register, not both")
        if self.register_name is not None and self.register_name not in CATEGORIES:
            raise ValueError(f"unknown register: {self.register_name}")
        return self

    @property
    def counted(self) -> Definition:
        """Its definition, a share in value. Raises ValueError when it has none."""
        return read_definition(self.definition, MARKS.keys())


class DutyEntry(_Written):
    """Who must publish, of the file."""

    threshold: Words


class Statutory(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    law: Words
    duty: DutyEntry
    categories: tuple[CategoryEntry, ...]


@cache
def entries() -> Statutory:
    """The file, read once. Raises ValueError when it is not sound."""
    with SOURCE.open(encoding="utf-8") as stream:
        return Statutory.model_validate(yaml.safe_load(stream))


def read(
    session: Session, actor: Actor, siret: str, year: int, recalculated: bool = False
) -> StatutoryFigures:
    """The rates of one of the actor's buyers, for a year and the one before.

    A year that stands closed counts as its closing kept it, unless ``recalculated``. Raises
    NotFound, Forbidden.
    """
    buyer = own(session, actor, siret, Permission.SCHEMES_READ)
    years = [year - 1, year]
    told = entries()
    sums = sums_of(session, buyer.id, year)
    closed = closed_years(session, buyer.id)
    kept = statutory_keeping.standing(session, buyer.id, years)
    live = [_category(one, years, sums[one.code], {}) for one in told.categories]
    served = [
        _category(one, years, sums[one.code], _of_category(kept, one.code))
        for one in told.categories
    ]
    return StatutoryFigures(
        organisation_id=buyer.id,
        organisation=siret,
        name=buyer.name,
        years=years,
        closed=[one for one in years if one in closed],
        duty=StatutoryDuty(law=told.law, **told.duty.model_dump()),
        categories=live if recalculated else served,
        kept=[
            StatutoryKept(
                year=one.year, number=one.number, sentence=freezing_reading.sentence(one.closed_at)
            )
            for _, one in sorted(kept.items())
        ],
        shown=bool(kept) and not recalculated,
        changed=sum(one.rates != other.rates for one, other in zip(live, served, strict=True)),
        software_version=api.__version__,
        as_of=min(today(), date(year, 12, 31)),
        computed_at=now(),
    )


def keep(session: Session, buyer: Organisation, closing: Closing) -> None:
    """Keep what the rates of a year that is being closed are made of."""
    if buyer.kind is OrganisationKind.BUYER:
        sums = sums_of(session, buyer.id, closing.year)
        statutory_keeping.keep(session, buyer, closing, sums)


def sums_of(session: Session, buyer_id: UUID, year: int) -> dict[str, ByYear]:
    """What each category counts today of a year, the one before, and of no known year."""
    categories = entries().categories
    found = _counted(session, categories, buyer_id, [year - 1, year])
    return found | _registered(session, categories, buyer_id, year)


def _of_category(kept: Mapping[int, KeptRates], code: str) -> dict[int, ByYear]:
    """What was kept of a category: none of one that came after the closing."""
    return {year: one.sums[code] for year, one in kept.items() if code in one.sums}


def _counted(
    session: Session, categories: Iterable[CategoryEntry], buyer_id: UUID, years: list[int]
) -> dict[str, ByYear]:
    """The sums of the categories that have a definition, all in one statement; None holds the
    contracts whose year is not known."""
    definitions = {one.code: one.counted for one in categories if one.definition is not None}
    asks = gathering.asked(definitions.values(), Whose((buyer_id,)))
    asked = Years(years[0], years[-1])
    found = engine.count(session, asks, [buyer_id], asked, asked)
    return {
        code: {
            where.year: sums
            for where, sums in found[judging.period_of(definition), definition].items()
            if isinstance(sums, ClassSums)
        }
        for code, definition in definitions.items()
    }


def _registered(
    session: Session, categories: Iterable[CategoryEntry], buyer_id: UUID, year: int
) -> dict[str, ByYear]:
    """The sums of the others, which api.reserved counts for its own figures too."""
    found = facts.categories(session, facts.Period(buyer_id, year))
    return {
        one.code: dict(found[one.register_name].items())
        for one in categories
        if one.register_name is not None
    }


def _category(
    entry: CategoryEntry, years: list[int], sums: ByYear, kept: Mapping[int, ByYear]
) -> StatutoryCategory:
    return StatutoryCategory(
        **entry.model_dump(exclude={"register_name"}),
        text=_text(entry),
        rates=[_rates(some, sums, kept) for some in ([years[0]], [years[1]], years)],
    )


def _text(entry: CategoryEntry) -> str:
    if entry.register_name is not None:
        return CATEGORIES[entry.register_name][1]
    by_number = entry.counted.model_copy(update={"aggregate": Aggregate.SHARE, "of": None})
    told = explain(by_number, MARKS)
    return f"{told.perimeter} {told.counted} La valeur est le montant notifié entier."


def _rates(years: list[int], live: ByYear, kept: Mapping[int, ByYear]) -> StatutoryRates:
    # What is of no known year may be of each of them: it counts once, as the last year has it.
    told = [kept.get(one, live).get(one, ClassSums()) for one in years]
    undated = kept.get(years[-1], live).get(None, ClassSums())
    sums = sum((*told, undated), ClassSums())
    return StatutoryRates(
        years=years,
        number=rate(Aggregate.SHARE, sums),
        value=rate(Aggregate.SUM_SHARE, sums),
    )


# --- as a file -----------------------------------------------------------------------------------

COLUMNS: Final = (
    "siret", "acheteur", "article", "categorie", "libelle", "nommee_par_la_loi", "annees", "mesure",
    "taux_pourcent", "numerateur", "denominateur", "reponses_connues", "reponses_manquantes",
    "taux_minimum", "taux_maximum", "completude", "raison", "definition", "source", "confirme",
    "remarque", "annees_closes", "arrete_au", "version_logiciel", "chiffres_arretes",
)  # fmt: skip


def as_csv(figures: StatutoryFigures) -> bytes:
    """The same as CSV (RFC 4180, UTF-8): a line for each category, years and measure. What is
    unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(_lines(figures))
    return text.getvalue().encode()


def _lines(figures: StatutoryFigures) -> Iterator[list[str]]:
    closed = _joined(figures.closed)
    kept = " ; ".join(f"{one.year} {one.sentence}" for one in figures.kept if figures.shown)
    for category in figures.categories:
        for rates in category.rates:
            for measure, one in (("nombre", rates.number), ("valeur", rates.value)):
                told: tuple[object, ...] = (
                    figures.organisation, figures.name, figures.duty.law, category.code,
                    category.label, category.named_by_law, _joined(rates.years), measure,
                    *_numbers(one), category.text, category.source, category.confirmed,
                    category.note, closed, figures.as_of, figures.software_version,
                    kept,
                )  # fmt: skip
                yield [_cell(value) for value in told]


def _numbers(one: Rate) -> tuple[object, ...]:
    return (
        one.value, one.numerator, one.denominator, one.known, one.unknown,
        one.low, one.high, one.completeness, one.reason,
    )  # fmt: skip


def _joined(years: list[int]) -> str:
    return "-".join(map(str, years))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    text = "" if value is None else str(value)
    # A name that a spreadsheet would take for a formula.
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
