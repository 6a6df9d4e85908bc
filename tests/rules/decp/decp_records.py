"""Records that can be published, whatever they say, and records made doubtful or wrong."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from api.rules.decp.labels import (
    CONCESSION_LABELS,
    CONTRACT_LABELS,
    ENVIRONMENTAL_MARKS,
    ID_TYPES,
    INNOVATIVE,
    PRICE_VARIATIONS,
    SOCIAL_MARKS,
)
from api.rules.decp.publishing import missing_for_publication
from api.rules.decp.writing import write
from api.rules.decp.xml_writing import CLOSING, OPENING
from api.rules.decp.xml_writing import element as element_of
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

ordinary = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

_CONTROLS: tuple[Literal["C"]] = ("C",)
words = st.text(st.characters(exclude_categories=_CONTROLS), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text and not text.startswith(("MQ ", "INX "))
)
texts = words.filter(lambda text: text not in ("NC", "MQ", "CDL", "INX"))
references = texts.map(lambda text: text[:16]).filter(lambda text: text.strip() == text)
days = st.dates(date(1950, 1, 1), date(2099, 12, 31))
counts = st.integers(1, 400)
amounts = st.integers(100, 10**15 - 1)
sirets = st.from_regex(r"\A[0-9]{14}\Z")
rates = st.integers(0, 10**6)
parties = st.one_of(
    st.builds(Party, st.just("SIRET"), sirets),
    st.builds(Party, st.sampled_from(ID_TYPES[1:]), texts),
)
party_lists = st.lists(parties, min_size=1, max_size=3, unique=True).map(tuple)


def several(labels: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the labels, in the order of the list."""
    chosen = st.sets(st.sampled_from(labels), min_size=1)
    return chosen.map(lambda found: tuple(label for label in labels if label in found))


def marks(codes: tuple[str, ...]) -> st.SearchStrategy[dict[str, bool]]:
    return st.fixed_dictionaries({code: st.booleans() for code in codes})


def numbered(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3).map(
        lambda found: tuple(replace(item, number=rank) for rank, item in enumerate(found, 1))
    )


def amendments(suppliers: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return numbered(
        st.builds(
            AmendmentRecord,
            counts,
            days,
            days,
            st.none() | counts,
            st.none() | amounts,
            suppliers,
        )
    )


subcontracts = numbered(
    st.builds(
        SubcontractRecord,
        counts,
        parties,
        counts,
        days,
        days,
        amounts,
        st.sampled_from(PRICE_VARIATIONS),
    )
)
changes = st.lists(
    st.builds(SubcontractChangeRecord, counts, days, days, st.none() | counts, st.none() | amounts),
    max_size=3,
    unique=True,
).map(tuple)
tariffs = st.lists(st.builds(Tariff, texts, st.integers(0, 10**9)), min_size=1, max_size=3)
years = st.lists(
    st.builds(ConcessionYearRecord, days, st.integers(0, 10**12), tariffs.map(tuple)),
    max_size=2,
    unique=True,
).map(tuple)


def with_rate_only_if_granted(record: ContractRecord) -> ContractRecord:
    """The format has no place for the rate of an advance that isn't granted."""
    return record if record.advance_granted else replace(record, advance_rate=None)


contracts = st.builds(
    ContractRecord,
    kind=st.just(Kind.CONTRACT),
    reference=references,
    buyer_siret=sirets,
    subject=texts,
    nature=st.sampled_from(CONTRACT_LABELS["nature"]),
    cpv=st.from_regex(r"\A[0-9]{8}(-[0-9])?\Z"),
    procedure=st.sampled_from(CONTRACT_LABELS["procedure"]),
    techniques=several(CONTRACT_LABELS["techniques"]),
    execution_modalities=several(CONTRACT_LABELS["execution_modalities"]),
    framework_reference=st.none() | references,
    ccag=st.sampled_from(CONTRACT_LABELS["ccag"]),
    offers_received=counts,
    advance_granted=st.booleans(),
    advance_rate=st.none() | st.integers(1, 10**6),
    eu_share=st.none() | rates,
    french_share=st.none() | rates,
    grouping=st.sampled_from(CONTRACT_LABELS["grouping"]),
    place_code=st.sampled_from(("62", "62300", "2A004", "FR", "NC")) | texts,
    place_kind=st.sampled_from(CONTRACT_LABELS["place_kind"]),
    months=counts,
    notified_on=days,
    published_on=days,
    amount=amounts,
    price_types=several(CONTRACT_LABELS["price_types"]),
    price_form=st.sampled_from(CONTRACT_LABELS["price_form"]),
    subcontracting_declared=st.booleans(),
    suppliers=party_lists,
    marks=marks((*SOCIAL_MARKS, *ENVIRONMENTAL_MARKS, INNOVATIVE)),
    amendments=amendments(st.none() | party_lists),
    subcontracts=subcontracts,
    subcontract_changes=changes,
).map(with_rate_only_if_granted)
concessions = st.builds(
    ContractRecord,
    kind=st.just(Kind.CONCESSION),
    reference=references,
    buyer_siret=sirets,
    subject=texts,
    nature=st.sampled_from(CONCESSION_LABELS["nature"]),
    procedure=st.sampled_from(CONCESSION_LABELS["procedure"]),
    months=counts,
    notified_on=days,
    starts_on=days,
    published_on=days,
    amount=amounts,
    subsidy=st.integers(0, 10**12),
    suppliers=party_lists,
    marks=marks((*SOCIAL_MARKS, *ENVIRONMENTAL_MARKS)),
    amendments=amendments(st.none()),
    concession_years=years,
)
publishable = contracts | concessions

BROKEN_PARTIES = (
    Party(None, "00000001800010"),
    Party("SIRET", None),
    Party("SIRET", "000000018"),
    Party("UE", "BE1"),
    Party("TVA", " "),
    Party("TVA", "BE1 "),
    Party("TVA", "NC"),
)
BROKEN_AMENDMENTS = (
    AmendmentRecord(None, date(2024, 1, 1), date(2024, 1, 1)),
    AmendmentRecord(0, date(2024, 1, 1), date(2024, 1, 1)),
    AmendmentRecord(1, None, date(2024, 1, 1)),
    AmendmentRecord(1, date(2024, 1, 1), None),
    AmendmentRecord(1, date(2024, 1, 1), date(2024, 1, 1), months=0),
    AmendmentRecord(1, date(2024, 1, 1), date(2024, 1, 1), amount=99),
    AmendmentRecord(1, date(2024, 1, 1), date(2024, 1, 1), suppliers=()),
)
# Values that break a record, or not, by field; the others only become unknown.
NASTY: dict[str, tuple[Any, ...]] = {
    "reference": ("", " ", "x" * 17, " a", "NC", "a\x00", "é" * 16, "a\x0bb"),
    "buyer_siret": ("", "2462003640008", "2462003640008X", "٢٤٦٢٠٠٣٦٤٠٠٠٨٠", "24620036400080\n"),
    "subject": (None, "", "  ", "x" * 1000, "x" * 1001, "NC", "a\x00", "INX 3", "a\x01", "a\ufffe"),
    "nature": (None, "Accord-cadre", "marché"),
    "cpv": (None, "9091000", "90910000-", "90910000-99", "90910000\n", "٩٠٩١٠٠٠٠"),
    "techniques": (None, (), ("Concours", "Concours"), ("Autre",)),
    "execution_modalities": (None, (), ("Tranche",)),
    "framework_reference": ("", "x" * 17, "NC", "a\x1fb"),
    "offers_received": (None, 0, -1, 2**31),
    "eu_share": (-1, 1_000_001),
    "months": (None, 0, 2**31),
    "amount": (None, 0, 99, 100, 10**15),
    "subsidy": (None, -1),
    "notified_on": (None, date(218, 10, 29), date(3024, 1, 1)),
    "price_types": (None, (), ("Ferme",)),
    "place_code": (None, "", " 62", "MQ 2"),
    "place_kind": (None, "CODE POSTAL"),
    "suppliers": ((), *((party,) for party in BROKEN_PARTIES), (Party("TVA", "B"),) * 2),
    "marks": ({}, dict.fromkeys(SOCIAL_MARKS, True)),
    "amendments": tuple((item,) for item in BROKEN_AMENDMENTS),
    "subcontracts": (
        (SubcontractRecord(1, None, 1, date(2024, 1, 1), date(2024, 1, 1), 100, "Ferme"),),
        (SubcontractRecord(1, Party("TVA", "B"), 1, None, date(2024, 1, 1), 100, "Ferme"),),
        (
            SubcontractRecord(
                1, Party("TVA", "B"), 1, date(2024, 1, 1), date(2024, 1, 1), 99, "Mixte"
            ),
        ),
    ),
    "subcontract_changes": (
        (SubcontractChangeRecord(None, date(2024, 1, 1), date(2024, 1, 1)),),
        (SubcontractChangeRecord(1, date(2024, 1, 1), date(2024, 1, 1)),) * 2,
    ),
    "concession_years": (
        (ConcessionYearRecord(date(2024, 1, 1), 0, ()),),
        (ConcessionYearRecord(None, 0, (Tariff("x", 1),)),),
        (ConcessionYearRecord(date(2024, 1, 1), -1, (Tariff("x", 1),)),),
        (ConcessionYearRecord(date(2024, 1, 1), 0, (Tariff("x" * 257, 1),)),),
        (ConcessionYearRecord(date(2024, 1, 1), 0, (Tariff("x", -1),)),),
        (ConcessionYearRecord(date(2024, 1, 1), 0, (Tariff("x", 1),)),) * 2,
    ),
}


def harmless(complete: ContractRecord, name: str) -> list[ContractRecord]:
    """The records that a doubtful value of a field leaves fit for publication."""
    doubtful = (replace(complete, **{name: value}) for value in NASTY[name])
    return [one for one in doubtful if missing_for_publication(one) == ()]


FIELDS = tuple(field.name for field in fields(ContractRecord) if field.name != "kind")
UNTOUCHABLE = {"buyer_name", "reference", "buyer_siret"}


@st.composite
def mutated(draw: st.DrawFn) -> ContractRecord:
    """A publishable record with one to three fields made doubtful, wrong or unknown."""
    record = draw(publishable)
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True)):
        choices = NASTY.get(name, () if name in UNTOUCHABLE else (None,))
        if choices:
            record = replace(record, **{name: draw(st.sampled_from(choices))})
    return record


def carried_by_the_format(record: ContractRecord) -> ContractRecord:
    """What the 2022 format can say of a record."""
    unset: dict[str, Any] = {
        field.name: None if field.default is None else ()
        for field in fields(ContractRecord)
        if field.name in FOREIGN[record.kind]
    }
    known: tuple[str, ...] = (*SOCIAL_MARKS, *ENVIRONMENTAL_MARKS)
    if record.kind is Kind.CONTRACT:
        known = (*known, INNOVATIVE)
    marks = {code: said for code, said in record.marks.items() if code in known}
    if record.kind is Kind.CONCESSION:
        unset["amendments"] = tuple(replace(item, suppliers=None) for item in record.amendments)
    return with_rate_only_if_granted(replace(record, **unset, marks=marks))


FOREIGN = {
    Kind.CONTRACT: {"starts_on", "subsidy", "concession_years"},
    Kind.CONCESSION: {
        *(set(CONTRACT_LABELS) - set(CONCESSION_LABELS)),
        *("cpv", "place_code", "framework_reference", "offers_received", "advance_granted"),
        *("eu_share", "french_share", "subcontracting_declared"),
        *("subcontracts", "subcontract_changes"),
    },
}


def element(record: ContractRecord) -> bytes:
    """A record as an element of a XML file."""
    return element_of(record.kind, write(record))


def document(*families: Iterable[ContractRecord]) -> Iterator[bytes]:
    """A whole XML file of records, piece by piece."""
    yield OPENING
    for records in families:
        yield from map(element, records)
    yield CLOSING
