"""The dated rules are sound, complete and readable; a rule that is not sound is refused."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from api.reference.reservation import (
    DATA,
    RULES,
    SERVICES,
    THRESHOLDS,
    VOCABULARY,
    load_rule_book,
)
from api.rules.dated import Sourced, in_force
from api.rules.reservation.facts import ANSWERS
from api.rules.reservation.request import BuyerKind, Nature, ObjectKind
from api.rules.reservation.rulebook import (
    Condition,
    Effect,
    Question,
    RuleBook,
    ThresholdKind,
)

SOURCED = {"source": "texte", "in_force_from": None, "in_force_to": None, "verified": True}


def rows(book: RuleBook) -> list[Sourced]:
    return [*book.rules, *book.combinations, *book.thresholds, book.social_services]


def test_the_list_of_social_services_has_its_115_codes_and_is_not_said_verified(
    book: RuleBook,
) -> None:
    assert len(book.social_services.codes) == 115
    assert book.social_services.verified is False


def test_what_the_research_could_not_confirm_is_marked(book: RuleBook) -> None:
    doubtful = {
        *(rule.id for rule in book.rules if not rule.verified),
        *(row.id for row in book.combinations if not row.verified),
    }
    assert {
        "ess-too-long",
        "ess-same-holder",
        "mention-ess",
        "ess-concession",
        "defence",
        "concession-disabled-and-insertion",
        "mention-concession",
    } <= doubtful


def test_every_question_has_an_answer() -> None:
    assert set(ANSWERS) == set(Question)


def test_every_rule_is_a_sentence_that_gives_its_article(book: RuleBook) -> None:
    combined = [(row.text, row.source, row.effect) for row in book.combinations]
    for text, source, effect in [
        *((one.text, one.source, one.effect) for one in book.rules),
        *combined,
    ]:
        assert text.endswith(".")
        if source.startswith("Code") and effect is not Effect.OBLIGATION:
            assert "rticle" in text


def test_french_typography_is_kept(book: RuleBook) -> None:
    for row in rows(book):
        text = f"{getattr(row, 'text', '')} {row.source} {row.to_check or ''}"
        assert "'" not in text
        assert not any(f" {sign}" in text for sign in ":;?!%»"), text


@pytest.mark.parametrize("kind", ThresholdKind)
def test_one_verified_threshold_at_most_applies_to_a_case(
    book: RuleBook, kind: ThresholdKind
) -> None:
    days = {row.in_force_from for row in book.thresholds} | {
        row.in_force_to for row in book.thresholds if row.in_force_to
    }
    for day in days - {None}:
        for nature in Nature:
            for buyer in BuyerKind:
                for kind_of_object in ObjectKind:
                    found = [
                        row
                        for row in book.thresholds
                        if in_force(row, day or date.min)
                        and (row.kind, row.verified) == (kind, True)
                        and nature in row.natures
                        and buyer in row.buyer_kinds
                        and kind_of_object in row.object_kinds
                    ]
                    assert len(found) <= 1


def test_a_row_applies_from_its_first_to_its_last_day() -> None:
    first, last, one = date(2026, 1, 1), date(2026, 1, 31), timedelta(days=1)
    row = Sourced(source="texte", in_force_from=first, in_force_to=last, verified=True)
    assert in_force(row, first)
    assert in_force(row, last)
    assert not in_force(row, first - one)
    assert not in_force(row, last + one)


@pytest.mark.parametrize(
    "changes",
    [
        {"verified": False},
        {"to_check": "le texte"},
        {"in_force_from": "2026-02-01", "in_force_to": "2026-01-31"},
        {"source": ""},
        {"extra": 1},
    ],
)
def test_a_row_that_is_not_sound_is_refused(changes: dict[str, object]) -> None:
    Sourced.model_validate(SOURCED)
    with pytest.raises(ValidationError):
        Sourced.model_validate({**SOURCED, **changes})


@pytest.mark.parametrize(
    "condition",
    [
        {"question": "months_above"},
        {"question": "months_above", "values": ["36"]},
        {"question": "months_above", "value": 36.0},
        {"question": "nature", "value": 1},
        {"question": "nature", "values": ["marche"]},
        {"question": "nature", "values": []},
        {"question": "cpv_any", "values": ["listed"], "value": 1},
        {"question": "weather", "value": 1},
    ],
)
def test_a_condition_that_compares_with_the_wrong_kind_is_refused(condition: object) -> None:
    with pytest.raises(ValidationError):
        Condition.model_validate(condition)


def _copy(folder: Path) -> None:
    for name in (RULES, THRESHOLDS, SERVICES, VOCABULARY):
        shutil.copy(DATA / name, folder)


def _change(folder: Path, name: str, change: Any) -> None:
    content = json.loads((folder / name).read_text("utf-8"))
    change(content)
    (folder / name).write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (RULES, lambda one: one["rules"].append(one["rules"][0])),
        (RULES, lambda one: one["bases"].pop()),
        (RULES, lambda one: one["rules"][0].update(effect="maybe")),
        (RULES, lambda one: one["rules"][0].update(text="{price}")),
        (RULES, lambda one: one["rules"][0].update(text="{")),
        (RULES, lambda one: one["rules"][0].update(bases=[])),
        (RULES, lambda one: one["combinations"][0].update(effect="warning")),
        (RULES, lambda one: [rule.pop("if_unknown", None) for rule in one["rules"]]),
        (THRESHOLDS, lambda one: one[0].update(amount=25000.0)),
        (THRESHOLDS, lambda one: one[0].update(natures=[])),
    ],
)
def test_a_file_of_rules_that_is_not_sound_is_not_loaded(
    tmp_path: Path, name: str, change: Any
) -> None:
    _copy(tmp_path)
    assert load_rule_book(tmp_path).rules
    _change(tmp_path, name, change)
    with pytest.raises(ValidationError):
        load_rule_book(tmp_path)


def test_a_service_that_is_not_in_the_vocabulary_is_not_loaded(tmp_path: Path) -> None:
    _copy(tmp_path)
    (tmp_path / SERVICES).write_text("12345678\tInconnu\n", "utf-8")
    with pytest.raises(ValidationError, match="12345678"):
        load_rule_book(tmp_path)
