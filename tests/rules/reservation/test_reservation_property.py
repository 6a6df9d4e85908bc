"""Whatever is asked, an answer comes, and it is never "open" where the law forbids."""

from datetime import date
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from api.reference.reservation import DATA, SERVICES, rule_book
from api.rules.reservation.advice import SEVERITY, Advice, ScopeAdvice, State
from api.rules.reservation.engine import advise
from api.rules.reservation.request import (
    MAX_AMOUNT,
    Basis,
    BuyerKind,
    Nature,
    ObjectKind,
    ReservationRequest,
)

BOOK = rule_book()
# Read here on its own, so that the engine is not compared with itself.
LISTED = {line.split("\t")[0] for line in (DATA / SERVICES).read_text("utf-8").splitlines()}
CONTRACT = {Basis.DISABLED, Basis.INSERTION, Basis.PRISON, Basis.ESS}
ANY_PRISON = {Basis.PRISON, Basis.CONCESSION_PRISON}
FAVOURABLE = {State.OPEN, State.OPEN_UNDER_CONDITION}
EDGES = [date(2019, 3, 31), date(2020, 12, 8), date(2022, 10, 19), date(2022, 10, 20)]

CPVS = st.sampled_from([None, "77310000", "45000000", "92610000", *sorted(LISTED)]) | st.text(
    max_size=40
)
AMOUNTS = st.none() | st.integers(0, MAX_AMOUNT)
DAYS = st.sampled_from(EDGES) | st.dates(date(2018, 1, 1), date(2030, 1, 1)) | st.dates()
LOTS = st.fixed_dictionaries(
    {"label": st.just("lot"), "cpv": CPVS, "estimate": AMOUNTS, "share": st.none() | st.just(1000)}
)
AWARDS = st.fixed_dictionaries(
    {
        "siret": st.just("00000000100018"),
        "cpv": CPVS,
        "starts_on": st.none() | DAYS,
        "ends_on": st.none() | DAYS,
    }
)
COUNTS = st.none() | st.integers(0, 3)
REQUESTS = st.fixed_dictionaries(
    {
        "nature": st.sampled_from(Nature),
        "buyer_kind": st.sampled_from(BuyerKind),
        "object_kind": st.sampled_from(ObjectKind),
        "notice_on": DAYS,
        "cpv": CPVS,
        "estimate": AMOUNTS,
        "months": st.none() | st.integers(1, 60) | st.sampled_from([36, 37]),
        "lots": st.lists(LOTS, max_size=3),
        "requested": st.lists(st.sampled_from(Basis), max_size=7),
        "previous_awards": st.lists(AWARDS, max_size=2),
        "sourcing": st.fixed_dictionaries(
            {
                "disabled": COUNTS,
                "ess": COUNTS,
                "yearly_budget": st.none() | st.integers(1, MAX_AMOUNT),
                "average_turnover": st.none() | st.integers(1, MAX_AMOUNT),
            }
        ),
    }
)


def answer(data: dict[str, Any]) -> Advice:
    return advise(ReservationRequest.model_validate(data), BOOK)


def forbidden(data: dict[str, Any], cpvs: list[str | None]) -> bool:
    """The law said again, by hand, for one contract or lot with these codes."""
    asked, day = set(data["requested"]), data["notice_on"]
    if day < date(2019, 4, 1) or data["nature"] is Nature.DEFENCE:
        return True
    family = CONTRACT if data["nature"] is Nature.CONTRACT else set(Basis) - CONTRACT
    if asked - family or (asked & ANY_PRISON and (day < date(2022, 10, 20) or len(asked) > 1)):
        return True
    if {Basis.CONCESSION_DISABLED, Basis.CONCESSION_INSERTION} <= asked:
        return True
    if {Basis.DISABLED, Basis.INSERTION} <= asked and day < date(2020, 12, 9):
        return True
    return Basis.ESS in asked and (
        data["buyer_kind"] is BuyerKind.ENTITY
        or data["months"] is None
        or data["months"] > 36
        or not {(cpv or "").strip()[:8] for cpv in cpvs} <= LISTED
    )


def state(scope: ScopeAdvice) -> State:
    return scope.combination.state if scope.combination else State.OPEN


@settings(deadline=None)
@given(data=REQUESTS)
@example(
    data={
        "nature": Nature.CONTRACT,
        "buyer_kind": BuyerKind.AUTHORITY,
        "object_kind": ObjectKind.SERVICES,
        "notice_on": date(1, 1, 1),
        "requested": list(Basis),
        "cpv": None,
        "months": None,
        "lots": [],
        "previous_awards": [{"siret": "00000000100018", "starts_on": date.max}],
    }
)
def test_no_answer_is_open_where_the_law_forbids(data: dict[str, Any]) -> None:
    advice = answer(data)
    if not data["requested"]:
        return
    lots = [lot["cpv"] for lot in data["lots"]]
    if forbidden(data, [data["cpv"], *lots]):
        assert state(advice.whole) not in FAVOURABLE
    for lot, cpv in zip(advice.lots, lots, strict=True):
        if forbidden(data, [cpv]):
            assert state(lot) not in FAVOURABLE


@settings(deadline=None)
@given(data=REQUESTS)
def test_every_state_has_its_reasons_and_a_doubt_is_always_told(data: dict[str, Any]) -> None:
    advice = answer(data)
    for scope in (advice.whole, *advice.lots):
        for one in scope.bases:
            assert one.reasons
            assert all(reason.text and reason.source for reason in one.reasons)
            assert "{" not in "".join(reason.text for reason in one.reasons)
        if scope.combination is not None:
            assert scope.combination.reasons
            parts = [one.state for one in scope.bases if one.requested]
            assert SEVERITY.index(scope.combination.state) >= max(map(SEVERITY.index, parts))


@settings(deadline=None)
@given(data=REQUESTS, forgotten=st.sampled_from(["months", "cpv", "estimate"]))
def test_forgetting_a_fact_never_opens_nor_closes_anything(
    data: dict[str, Any], forgotten: str
) -> None:
    full, partial = answer(data), answer({**data, forgotten: None})
    for known, unknown in zip(full.whole.bases, partial.whole.bases, strict=True):
        if unknown.state in (State.OPEN, State.CLOSED):
            assert known.state is unknown.state


@settings(deadline=None)
@given(data=REQUESTS)
def test_the_same_question_has_the_same_answer_in_any_order_of_the_articles(
    data: dict[str, Any],
) -> None:
    again = {**data, "requested": data["requested"][::-1]}
    assert answer(data) == answer(again)
