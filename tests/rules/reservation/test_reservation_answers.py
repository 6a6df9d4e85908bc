"""What comes with the states: obligations, warnings, published data, other ways to buy."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from api.rules.decp.labels import CONCESSION_SOCIAL_CONSIDERATIONS, SOCIAL_CONSIDERATIONS
from api.rules.reservation.advice import Advice, BasisAdvice, DecpScope, Finding, State
from api.rules.reservation.engine import RESERVED
from api.rules.reservation.request import Nature

Ask = Callable[..., Advice]
SOCIAL = "85312000"


def of(advice: Advice, basis: str) -> BasisAdvice:
    return next(one for one in advice.whole.bases if one.basis == basis)


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {one.code for one in findings}


def direct(advice: Advice) -> Finding | None:
    return next((one for one in advice.information if one.code == "direct-purchase"), None)


# --- obligations


@pytest.mark.parametrize("basis", ["L2113-12", "L2113-13", "L2113-13-1"])
def test_a_contract_must_mention_the_reservation_and_ask_for_half_of_the_workers(
    ask: Ask, basis: str
) -> None:
    texts = [one.text for one in of(ask(basis), basis).obligations]
    assert len(texts) == 2
    assert "avis d’appel à la concurrence" in texts[0]
    assert "R2113-7" in texts[0]
    assert "50\u00a0%" in texts[1]


def test_a_closed_article_obliges_to_nothing(ask: Ask) -> None:
    advice = ask("L2113-15", cpv="77310000", sourcing={"ess": 0})
    assert of(advice, "L2113-15").state is State.CLOSED
    assert of(advice, "L2113-15").obligations == of(advice, "L2113-15").warnings == ()


# --- what nobody has checked yet is told


@pytest.mark.parametrize(
    ("basis", "changes", "code"),
    [
        ("L2113-15", {"cpv": SOCIAL, "months": 48}, "ess-too-long"),
        ("L2113-15", {"cpv": SOCIAL}, "ess-contract"),
        ("L2113-15", {"cpv": "77310000"}, "ess-outside-list"),
        ("L3113-2", {"nature": "concession"}, "insertion-concession"),
        ("L2113-12", {"nature": "defence"}, "defence"),
    ],
)
def test_a_rule_that_is_not_verified_says_so_in_its_text(
    ask: Ask, basis: str, changes: dict[str, object], code: str
) -> None:
    found = next(one for one in of(ask(basis, **changes), basis).reasons if one.code == code)
    assert found.verified is False
    assert "À vérifier\u00a0: " in found.text


def test_a_verified_rule_says_nothing_of_the_kind_and_gives_its_source_and_day(ask: Ask) -> None:
    (reason,) = of(ask("L2113-12"), "L2113-12").reasons
    assert reason.verified is True
    assert "vérifier" not in reason.text
    assert reason.source == "Code de la commande publique, art. L2113-12"
    assert str(reason.in_force_from) == "2019-04-01"


# --- direct purchase


@pytest.mark.parametrize(
    ("kind", "day", "estimate", "possible"),
    [
        ("supplies", "2026-03-15", 5_500_000, False),
        ("supplies", "2026-04-15", 5_500_000, True),
        ("services", "2026-03-31", 5_999_999, False),
        ("services", "2026-04-01", 5_999_999, True),
        ("services", "2026-04-01", 6_000_000, False),
        ("services", "2026-03-31", 3_999_999, True),
        ("services", "2026-03-31", 4_000_000, False),
        ("works", "2026-01-01", 9_999_999, True),
        ("works", "2026-01-01", 10_000_000, False),
        ("works", "2025-12-31", 3_999_999, True),
        ("services", "2026-04-01", 0, True),
    ],
)
def test_a_direct_purchase_is_possible_strictly_below_the_threshold_of_the_day(
    ask: Ask, kind: str, day: str, estimate: int, possible: bool
) -> None:
    note = direct(ask(object_kind=kind, notice_on=day, estimate=estimate))
    assert (note is not None) is possible
    assert note is None or note.verified


def test_the_temporary_threshold_of_works_before_2026_is_told_as_not_verified(ask: Ask) -> None:
    note = direct(ask(object_kind="works", notice_on="2025-12-31", estimate=9_999_999))
    assert note is not None
    assert note.verified is False
    assert direct(ask(object_kind="works", notice_on="2025-12-31", estimate=10_000_000)) is None


def test_the_note_names_the_threshold_and_the_day_it_began(ask: Ask) -> None:
    note = direct(ask(notice_on="2026-04-01", estimate=100))
    assert note is not None
    assert "60\u202f000,00\u00a0€" in note.text
    assert str(note.in_force_from) == "2026-04-01"


def test_an_unknown_amount_is_not_a_small_one(ask: Ask) -> None:
    note = direct(ask(estimate=None))
    assert note is not None
    assert "non renseigné" in note.text
    assert "achat direct, sans" not in note.text


@pytest.mark.parametrize("nature", ["concession", "defence"])
def test_the_threshold_of_contracts_is_not_that_of_other_natures(ask: Ask, nature: str) -> None:
    assert direct(ask(nature=nature, estimate=100)) is None
    assert direct(ask(nature=nature, estimate=None)) is None


# --- other information


@pytest.mark.parametrize("estimate", [100, 10**12, None])
def test_social_services_may_follow_an_adapted_procedure_whatever_the_amount(
    ask: Ask, estimate: int | None
) -> None:
    found = codes(ask(cpv=SOCIAL, estimate=estimate).information)
    assert "adapted-procedure" in found
    assert "formal-procedure" not in found
    assert "adapted-procedure" not in codes(ask(estimate=estimate).information)
    assert "adapted-procedure" not in codes(ask(estimate=estimate, cpv=None).information)


@pytest.mark.parametrize(
    ("buyer", "kind", "day", "estimate"),
    [
        ("central_authority", "services", "2025-12-31", 14_300_000),
        ("central_authority", "services", "2026-01-01", 14_000_000),
        ("authority", "supplies", "2025-12-31", 22_100_000),
        ("authority", "supplies", "2026-01-01", 21_600_000),
        ("entity", "services", "2024-01-01", 44_300_000),
        ("entity", "services", "2027-12-31", 43_200_000),
        ("authority", "works", "2025-12-31", 553_800_000),
        ("authority", "works", "2026-01-01", 540_400_000),
    ],
)
def test_the_european_threshold_is_that_of_the_buyer_the_object_and_the_day(
    ask: Ask, buyer: str, kind: str, day: str, estimate: int
) -> None:
    told = {
        amount: "formal-procedure"
        in codes(
            ask(buyer_kind=buyer, object_kind=kind, notice_on=day, estimate=amount).information
        )
        for amount in (estimate - 1, estimate)
    }
    assert told == {estimate - 1: False, estimate: True}


def test_no_european_threshold_is_made_up_for_a_year_that_has_none(ask: Ask) -> None:
    for day in ("2023-12-31", "2028-01-01"):
        assert "formal-procedure" not in codes(ask(notice_on=day, estimate=10**13).information)


# --- warnings


@pytest.mark.parametrize(("found", "warned"), [(0, True), (1, True), (2, False), (None, False)])
def test_fewer_than_two_structures_found_is_a_warning(
    ask: Ask, found: int | None, warned: bool
) -> None:
    advice = ask("L2113-13", sourcing={"insertion": found, "disabled": 9})
    assert ("few-suppliers" in codes(of(advice, "L2113-13").warnings)) is warned
    assert "few-suppliers" not in codes(of(advice, "L2113-12").warnings)


@pytest.mark.parametrize(
    ("sourcing", "changes", "warned"),
    [
        ({"yearly_budget": 3_000_001, "average_turnover": 10_000_000}, {}, True),
        ({"yearly_budget": 3_000_000, "average_turnover": 10_000_000}, {}, False),
        ({"yearly_budget": 3_000_001}, {}, False),
        ({"average_turnover": 10_000_000}, {"estimate": 6_000_002, "months": 24}, True),
        ({"average_turnover": 10_000_000}, {"estimate": 6_000_000, "months": 24}, False),
        ({"average_turnover": 10_000_000}, {"estimate": 3_000_001, "months": 3}, True),
        ({"average_turnover": 10_000_000}, {"estimate": 3_000_000, "months": 3}, False),
        ({"average_turnover": 10_000_000}, {"estimate": None}, False),
        ({"average_turnover": 10_000_000}, {"estimate": 10**9, "months": None}, False),
    ],
)
def test_a_yearly_budget_above_30_percent_of_the_turnover_is_a_warning(
    ask: Ask, sourcing: dict[str, int], changes: dict[str, int | None], warned: bool
) -> None:
    advice = ask("L2113-12", sourcing=sourcing, **changes)
    assert ("dependency" in codes(of(advice, "L2113-12").warnings)) is warned


@pytest.mark.parametrize(
    ("lot", "warned"),
    [
        ({"estimate": 10_000_000}, True),
        ({"share": 500_000}, True),
        ({"share": 100_000}, False),
        ({}, False),
    ],
)
def test_the_dependency_of_a_lot_is_that_of_its_own_amount(
    ask: Ask, lot: dict[str, int], warned: bool
) -> None:
    advice = ask(
        estimate=20_000_000,
        months=12,
        sourcing={"average_turnover": 20_000_000},
        lots=[{"label": "1", **lot}],
    )
    assert ("dependency" in codes(advice.lots[0].bases[0].warnings)) is warned


def test_lots_of_several_fields_suggest_to_reserve_one_of_them(ask: Ask) -> None:
    lots = [{"label": "1", "cpv": "77310000"}, {"label": "2", "cpv": "90910000"}]
    assert "several-fields" in codes(of(ask(lots=lots), "L2113-12").warnings)
    assert "several-fields" not in codes(ask(lots=lots).lots[0].bases[0].warnings)
    assert "several-fields" not in codes(of(ask(lots=lots[:1]), "L2113-12").warnings)


# --- published data


def test_the_value_to_publish_is_a_word_of_the_official_format() -> None:
    assert RESERVED[Nature.CONTRACT] in SOCIAL_CONSIDERATIONS
    assert RESERVED[Nature.DEFENCE] in SOCIAL_CONSIDERATIONS
    assert RESERVED[Nature.CONCESSION] in CONCESSION_SOCIAL_CONSIDERATIONS


def test_a_reservation_of_the_whole_is_published_as_such(ask: Ask) -> None:
    contract = ask("L2113-13").decp
    assert (contract.scope, contract.value) == (DecpScope.WHOLE, "Marché réservé")
    concession = ask("L3113-1", nature="concession").decp
    assert (concession.scope, concession.value) == (DecpScope.WHOLE, "Concession réservée")


def test_a_whole_reservation_is_published_on_the_record_of_each_lot(ask: Ask) -> None:
    decp = ask("L2113-13", lots=[{"label": "1"}, {"label": "2"}]).decp
    assert (decp.scope, decp.lots) == (DecpScope.WHOLE, (1, 2))


@pytest.mark.parametrize("bases", ["", "L2113-13 L2113-13-1"])
def test_no_reservation_or_a_closed_one_publishes_nothing(ask: Ask, bases: str) -> None:
    decp = ask(bases, lots=[{"label": "1"}]).decp
    assert (decp.scope, decp.value, decp.lots) == (DecpScope.NONE, None, ())


# --- the request


@pytest.mark.parametrize(
    "changes",
    [
        {"unknown": 1},
        {"lots": [{"label": "1", "amount": 1}]},
        {"estimate": 12.0},
        {"estimate": "12"},
        {"estimate": -1},
        {"estimate": True},
        {"months": 0},
        {"requested": "L2113-14"},
        {"sourcing": {"average_turnover": 0}},
        {"lots": [{"label": "1", "share": 600_000}, {"label": "2", "share": 600_000}]},
        {"previous_awards": [{"siret": "123"}]},
    ],
)
def test_a_request_that_is_not_exact_is_refused(ask: Ask, changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ask(**changes)
