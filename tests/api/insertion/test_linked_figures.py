"""Families, objects, amounts and clauses are sums of the same clauses: told of by whole groups."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from api.insertion.figures.piles import Pile
from api.insertion.figures.secrecy import is_told, linked
from tests.rules.disclosure.attacker import computable_groups, is_computable, null_space


@st.composite
def registers(draw: st.DrawFn) -> tuple[dict[str, frozenset[int]], dict[str, list[str]]]:
    """Clauses with their persons, nobody in two, and three facts of each."""
    random = Random(draw(st.integers(0, 10_000)))  # noqa: S311 - a seed, not a secret
    people: dict[str, frozenset[int]] = {}
    facts: dict[str, list[str]] = {}
    first = 0
    for place in range(draw(st.integers(1, 9))):
        number = random.choice([0, 1, 1, 2, 3, 4, 5, 6, 9, 14])
        people[f"c{place}"] = frozenset(range(first, first + number))
        first += number
        facts[f"c{place}"] = [f"{by}{random.randrange(3)}" for by in "foa"]
    return people, facts


@given(registers())
def test_no_sum_of_families_objects_and_clauses_tells_of_a_small_group(
    register: tuple[dict[str, frozenset[int]], dict[str, list[str]]],
) -> None:
    people, facts = register
    piles = {
        key: Pile(10 * len(some), dict.fromkeys(some, 10)) for key, some in people.items() if some
    }
    groups = linked(piles, {key: facts[key] for key in piles})
    present = set(piles)
    sets = [{key} for key in facts]
    sets += [
        {key for key, of in facts.items() if of[place] == fact}
        for place in range(3)
        for fact in {of[place] for of in facts.values()}
    ]
    known = [(dict.fromkeys(one & present, 1), 0) for one in sets if is_told(one, groups, present)]
    if sum(map(len, people.values())) >= 5:
        known.append((dict.fromkeys(present, 1), 0))
    directions = null_space(sorted(present), [one for one in known if one[0]])
    members = {key: people[key] for key in present}
    assert list(computable_groups(directions, members, 5)) == []
    if sum(map(len, people.values())) >= 5:
        assert groups
        assert set().union(*groups) == present


def test_that_attack_finds_what_family_by_family_protection_leaves() -> None:
    """Each breakdown safe by itself: the family less its published clauses is the hidden one."""
    people = {"a": 2, "b": 12, "c": 10, "d": 40}
    members: dict[str, frozenset[int]] = {}
    first = 0
    for key, number in people.items():
        members[key] = frozenset(range(first, first + number))
        first += number
    # Clauses a and c are hidden together; families {a, b} and {c, d} are both large.
    known = [({"b": 1}, 12), ({"d": 1}, 40), ({"a": 1, "b": 1}, 14), ({"c": 1, "d": 1}, 50)]
    directions = null_space(sorted(people), known)
    assert is_computable({"a"}, directions)
    assert [sorted(one) for one in computable_groups(directions, members, 5)] == [["a"]]
