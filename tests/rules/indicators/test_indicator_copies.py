"""What is kept with a definition follows its values, not those of the one it was copied from."""

from api.rules.indicators.reading import read_definition
from api.rules.indicators.vocabulary import Definition
from api.rules.indicators.words import Aggregate

BREAKDOWN = {
    "version": 2,
    "fact": "contract",
    "aggregate": "breakdown",
    "of": "purchase_family",
    "also": ["cpv_division"],
    "perimeter": "all",
}


def _read() -> Definition:
    return read_definition(BREAKDOWN, ())


def test_two_readings_of_one_definition_are_one_key() -> None:
    assert hash(_read()) == hash(_read())
    assert {_read(): "found"}[_read()] == "found"
    assert _read().quantities == _read().quantities


def test_a_copy_with_other_values_has_its_own_hash_and_quantities() -> None:
    whole = _read()
    assert len(whole.quantities) == 2
    hash(whole)
    alone = whole.model_copy(update={"also": (), "aggregate": Aggregate.COUNT, "of": None})
    assert alone.quantities == (alone,)
    fresh = Definition.model_validate({"fact": "contract", "aggregate": "count"})
    fresh = fresh.model_copy(update={"perimeter": alone.perimeter})
    assert hash(alone) == hash(fresh)
    assert {alone: 1}.get(fresh) == 1


def test_what_is_kept_is_never_written_out() -> None:
    whole = _read()
    before = whole.model_dump_json()
    hash(whole)
    assert whole.quantities
    assert whole.model_dump_json() == before
