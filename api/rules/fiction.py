"""Fictitious contracts for the demonstration and the benches: plausible, valid, and nobody's.

The companies are invented: their SIREN all start with 000, which INSEE gives to no one, and their
control keys are right. One seed always gives the same contracts.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from math import log
from random import Random
from typing import Final, NamedTuple, TypeVar

from msgspec.structs import replace

from api.rules.decp import write
from api.rules.decp.labels import (
    CONCESSION_PROCEDURES,
    ENVIRONMENTAL_MARKS,
    INNOVATIVE,
    SOCIAL_MARKS,
)
from api.rules.fiction_fitting import SECTORS, fits, innovable, reservable, sector_of, told_by
from api.rules.fiction_subjects import (
    CONCESSION_SUBJECTS,
    HABITS,
    LOTS,
    PLACES,
    SUBJECTS,
    Family,
    Subject,
)
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Kind,
    Party,
    SubcontractChangeRecord,
    SubcontractRecord,
    Tariff,
)
from api.rules.working_days import worked_after, worked_of_year

# Of the consultations; with the lots of the others it makes about 4 % of the contracts.
_CONCESSION_SHARE: Final = 0.055
_T = TypeVar("_T")
_Companies = Mapping[str, Sequence[Party]]

_OPEN_CALL_FROM = 215_000
_OPEN_CALL_FOR_WORKS_FROM = 5_300_000
# Families that must tell the origin of the goods (annex of the order of 22 December 2022).
_ORIGIN_DIVISIONS = ("15", "18", "34")
_FIRST_YEAR_OF_GROWTH = 2018


class _Award(NamedTuple):
    """What a consultation decided for one contract."""

    subject: Subject
    reference: str
    buyer_siret: str
    title: str
    notified: date


# Where a building or a street stands, and where what is bought for all of a territory is used.
_ON_THE_SPOT = (
    ("62498", "Code commune"),
    ("62510", "Code commune"),
    ("62300", "Code postal"),
)
_ALL_OVER = (
    ("62", "Code département"),
    ("62", "Code département"),
    ("32", "Code région"),
)
_PLACE_CODES = dict.fromkeys(("building", "street"), _ON_THE_SPOT)
_ADVANCE_RATES = (50_000, 100_000, 200_000, 300_000)
_NOT_APPLICABLE = ("Sans objet",)
# What an incomplete record leaves unsaid besides its considerations.
_OMISSIONS: Final[tuple[Callable[[ContractRecord], ContractRecord], ...]] = (
    lambda record: replace(record, offers_received=None),
    lambda record: replace(record, ccag=None),
    lambda record: replace(record, subcontracting_declared=None),
    lambda record: replace(record, advance_granted=None, advance_rate=None),
    lambda record: replace(record, published_on=None),
    lambda record: replace(record, cpv=None),
    lambda record: replace(record, price_form=None),
)
_CONCESSION_OMISSIONS: Final[tuple[Callable[[ContractRecord], ContractRecord], ...]] = (
    lambda record: replace(record, subsidy=None),
    lambda record: replace(record, published_on=None),
    lambda record: replace(record, starts_on=None),
)


def fictitious_contracts(
    seed: int,
    count: int,
    buyer_siret: str,
    first_year: int,
    last_year: int,
    incomplete: float = 0.0,
) -> Iterator[dict[str, object]]:
    """Yield ``count`` DECP 2022 objects of one buyer, in the order of the years.

    About 4 % are concessions (they have ``autoriteConcedante`` instead of ``acheteur``).
    ``incomplete`` is the share of the contracts, from 0 to 1, that leave fields unsaid and so can't
    be published as they are; all the others are valid for the official schema.
    """
    rng = Random(seed)  # noqa: S311 - invented data: to be repeated, not to be kept secret
    companies = _companies(rng)
    made = number = 0
    while made < count:
        number += 1
        year = first_year + (last_year - first_year + 1) * made // count
        if rng.random() < _CONCESSION_SHARE:
            records = [_concession(rng, buyer_siret, year, number, companies)]
        else:
            records = _consultation(rng, buyer_siret, year, number, companies)
        for record in records[: count - made]:
            made += 1
            if rng.random() < incomplete:
                record = _incomplete(rng, record)
            yield write(record)


def _companies(rng: Random) -> _Companies:
    """Companies by sector, whose SIREN and SIRET start with 000 and have right control keys."""
    companies = []
    for body in rng.sample(range(1, 100_000), sum(SECTORS.values())):
        siren = f"000{body:05}"
        siren += _key(siren)
        siret = f"{siren}0001"
        companies.append(Party("SIRET", siret + _key(siret)))
    drawn = iter(companies)
    return {sector: [next(drawn) for _ in range(count)] for sector, count in SECTORS.items()}


def _key(digits: str) -> str:
    """The control digit (Luhn) that ends ``digits``."""
    total = 0
    for rank, digit in enumerate(reversed(digits)):
        value = int(digit)
        if rank % 2 == 0:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return str(-total % 10)


def _consultation(
    rng: Random, buyer_siret: str, year: int, number: int, companies: _Companies
) -> list[ContractRecord]:
    """One consultation: a contract, or one contract per lot, all notified on the same day."""
    subject = _one_of(rng, SUBJECTS)
    places = PLACES[subject.places]
    title = f"{subject.title} {_one_of(rng, places)}"
    reference = f"{year}-{number:05}"
    notified = _day_of(rng, year)
    if not subject.lots or rng.random() < 0.3:
        award = _Award(subject, reference, buyer_siret, title, notified)
        return [_contract(rng, award, companies)]
    records = []
    for rank, lot in enumerate(LOTS[subject.lots], 1):
        one = subject._replace(cpv=lot.cpv, median=max(subject.median * lot.share // 100, 26_000))
        name = f"{title} – lot {rank} : {lot.title}"
        award = _Award(one, f"{reference}-L{rank:02}", buyer_siret, name, notified)
        records.append(_contract(rng, award, companies))
    return records


def _one_of(rng: Random, choices: Sequence[_T]) -> _T:
    """As ``rng.choice``, three times faster."""
    return choices[int(rng.random() * len(choices))]


def _day_of(rng: Random, year: int) -> date:
    """A day of the year, on which an administration works."""
    return worked_of_year(date(year, 1, 1) + timedelta(days=int(rng.random() * 365)))


def _after(rng: Random, day: date, least: int, most: int) -> date:
    return worked_after(day + timedelta(days=least + int(rng.random() * (most - least))))


def _published(rng: Random, notified: date) -> date:
    """Within the two months of the law, but for some late ones."""
    if rng.random() < 0.06:
        return _after(rng, notified, 65, 160)
    return _after(rng, notified, 3, 55)


def _amount(rng: Random, median: int, spread: float = 0.7) -> int:
    """Cents; most buyers round to ten euros, some tell the cents."""
    euros = max(rng.lognormvariate(log(median), spread), 25_000.0)
    if rng.random() < 0.3:
        return int(euros * 100)
    return int(euros / 10) * 1000


def _contract(rng: Random, award: _Award, companies: _Companies) -> ContractRecord:
    subject, reference, buyer_siret, title, notified = award
    habits, amount = HABITS[subject.family], _amount(rng, subject.median)
    months = _one_of(rng, habits.months)
    framework = rng.random() < habits.framework
    advance = rng.random() < 0.3
    declared = rng.random() < habits.subcontracting
    sellers = companies[sector_of(subject.cpv)]
    suppliers, grouping = _suppliers(rng, framework, sellers)
    shares = _origin(rng, subject.cpv)
    place_code, place_kind = _one_of(rng, _PLACE_CODES.get(subject.places, _ALL_OVER))
    subcontracts, changes = _subcontracts(rng, declared, amount, months, notified, sellers)
    marks = _marks(rng, habits.social, habits.environment, notified.year, subject.cpv)
    return ContractRecord(
        *(Kind.CONTRACT, reference, buyer_siret, None, title, "Marché", subject.cpv),
        procedure=_procedure(rng, subject.family, amount),
        techniques=("Accord-cadre",) if framework else _NOT_APPLICABLE,
        execution_modalities=_modalities(rng, subject.family, framework),
        ccag=habits.ccag,
        offers_received=1 + int(rng.random() ** 2 * 9),
        advance_granted=advance,
        advance_rate=_one_of(rng, _ADVANCE_RATES) if advance else None,
        eu_share=shares[0],
        french_share=shares[1],
        grouping=grouping,
        place_code=place_code,
        place_kind=place_kind,
        months=months,
        notified_on=notified,
        published_on=_published(rng, notified),
        amount=amount,
        price_types=("Définitif ferme",) if months <= 6 else ("Définitif révisable",),
        price_form=habits.price_form,
        subcontracting_declared=declared,
        suppliers=suppliers,
        marks=marks | {INNOVATIVE: rng.random() < 0.02 and innovable(subject.cpv)} | told_by(title),
        amendments=_amendments(rng, amount, months, notified),
        subcontracts=subcontracts,
        subcontract_changes=changes,
    )


def _procedure(rng: Random, family: Family, amount: int) -> str:
    euros = amount // 100
    threshold = _OPEN_CALL_FOR_WORKS_FROM if family is Family.WORKS else _OPEN_CALL_FROM
    drawn = rng.random()
    if drawn < 0.03:
        return "Marché passé sans publicité ni mise en concurrence préalable"
    if euros < threshold:
        return "Procédure adaptée"
    return "Procédure avec négociation" if drawn < 0.1 else "Appel d'offres ouvert"


def _modalities(rng: Random, family: Family, framework: bool) -> tuple[str, ...]:
    if framework:
        return ("Bons de commande",) if rng.random() < 0.9 else ("Marchés subséquents",)
    if family is Family.WORKS and rng.random() < 0.15:
        return ("Tranches",)
    return _NOT_APPLICABLE


def _suppliers(
    rng: Random, framework: bool, companies: Sequence[Party]
) -> tuple[tuple[Party, ...], str]:
    """Mostly one company; a group of two, or the holders of one framework."""
    drawn = rng.random()
    first = int(rng.random() * len(companies))
    if drawn < 0.9:
        return (companies[first],), "Pas de groupement"
    second = companies[(first + 7) % len(companies)]
    if framework:
        third = companies[(first + 31) % len(companies)]
        return (companies[first], second, third), "Pas de groupement"
    return (companies[first], second), "Conjoint" if drawn < 0.95 else "Solidaire"


def _origin(rng: Random, cpv: str) -> tuple[int | None, int | None]:
    if not cpv.startswith(_ORIGIN_DIVISIONS):
        return None, None
    european = 40 + int(rng.random() * 61)
    return european * 10_000, int(european * rng.random()) * 10_000


def _marks(rng: Random, social: float, environment: float, year: int, cpv: str) -> dict[str, bool]:
    """Considerations, more frequent year after year; nothing that no structure could hold is
    reserved."""
    growth = 0.045 * max(year - _FIRST_YEAR_OF_GROWTH, 0)
    chance = rng.random
    told = {
        SOCIAL_MARKS[0]: chance() < min(social + growth, 0.8),
        SOCIAL_MARKS[1]: chance() < min((social + growth) / 3, 0.4),
        SOCIAL_MARKS[2]: chance() < 0.04 + growth / 4 and reservable(cpv),
        ENVIRONMENTAL_MARKS[0]: chance() < min(environment + growth, 0.95),
        ENVIRONMENTAL_MARKS[1]: chance() < min((environment + growth) / 2, 0.7),
    }
    return {code: value and fits(code, cpv) for code, value in told.items()}


def _amendments(
    rng: Random, amount: int, months: int, notified: date
) -> tuple[AmendmentRecord, ...]:
    if rng.random() > 0.08:
        return ()
    amendments = []
    signed = notified
    for number in range(1, 2 + (rng.random() < 0.25)):
        signed = _after(rng, signed, 40, 300)
        amount += amount * int(rng.random() * 12) // 100
        longer = months + 1 + int(rng.random() * 5) if rng.random() < 0.4 else None
        published = _after(rng, signed, 5, 50)
        amendments.append(AmendmentRecord(number, signed, published, longer, amount))
    return tuple(amendments)


def _subcontracts(
    rng: Random,
    declared: bool,
    amount: int,
    months: int,
    notified: date,
    companies: Sequence[Party],
) -> tuple[tuple[SubcontractRecord, ...], tuple[SubcontractChangeRecord, ...]]:
    """Acts of subcontracting where some was declared, and the changes of some of them."""
    if not declared:
        return (), ()
    acts, changes = [], []
    day = notified
    for number in range(1, 2 + int(rng.random() * 3)):
        day = _after(rng, day, 5, 60)
        part = amount * (3 + int(rng.random() * 15)) // 100
        company = _one_of(rng, companies)
        published = _after(rng, day, 5, 50)
        acts.append(SubcontractRecord(number, company, months, day, published, part, "Révisable"))
        if rng.random() < 0.12:
            later = _after(rng, published, 30, 120)
            changes.append(
                SubcontractChangeRecord(
                    number, later, _after(rng, later, 5, 40), amount=part + part // 10
                )
            )
    return tuple(acts), tuple(changes)


def _concession(
    rng: Random, buyer_siret: str, year: int, number: int, companies: _Companies
) -> ContractRecord:
    subject = _one_of(rng, CONCESSION_SUBJECTS)
    signed = _day_of(rng, year)
    amount = _amount(rng, subject.median, 0.4)
    starts = _after(rng, signed, 20, 90)
    years = tuple(
        ConcessionYearRecord(
            published_on=_after(rng, starts, 365 * rank, 365 * rank + 60),
            investment=amount * int(rng.random() * 6) // 100,
            tariffs=tuple(Tariff(title, price) for title, price in subject.tariffs),
        )
        for rank in range(1, 1 + int(rng.random() * 3))
    )
    return ContractRecord(
        kind=Kind.CONCESSION,
        reference=f"{year}-C{number:05}",
        buyer_siret=buyer_siret,
        subject=subject.title,
        nature=subject.nature,
        procedure=_one_of(rng, CONCESSION_PROCEDURES),
        months=12 * (5 + int(rng.random() * 16)),
        notified_on=signed,
        starts_on=starts,
        published_on=_after(rng, signed, 3, 20),
        amount=amount,
        subsidy=0 if rng.random() < 0.6 else amount // 20,
        suppliers=(_one_of(rng, companies[subject.sector]),),
        marks=_marks(rng, 0.1, 0.25, year, ""),
        concession_years=years,
    )


def _incomplete(rng: Random, record: ContractRecord) -> ContractRecord:
    """``record`` with one or two things unsaid, most often its considerations."""
    drawn = rng.random()
    if drawn < 0.5:
        family = SOCIAL_MARKS if drawn < 0.3 else ENVIRONMENTAL_MARKS
        known = {code: said for code, said in record.marks.items() if code not in family}
        record = replace(record, marks=known)
    if drawn > 0.3:
        omissions = _CONCESSION_OMISSIONS if record.kind is Kind.CONCESSION else _OMISSIONS
        record = _one_of(rng, omissions)(record)
    return record
