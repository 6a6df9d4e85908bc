"""What a register gives, before any arithmetic of indicators: sums that add up.

Over years and organisations these are added, never their rates: a rate is always recomputed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeAlias

from msgspec import Struct, field

from api.rules.indicators.parts import Parts, same_part


class ClassSum(Struct, frozen=True):
    """The rows of one class.

    ``weight`` is the sum of the values of ``of`` that are known, in their own exact unit (cents,
    quarter-hours…); ``without_weight`` the number of rows whose value is not. ``least`` and
    ``most``: what the lightest and the heaviest of those rows weigh; None where that was not asked.
    """

    rows: int = 0
    weight: int = 0
    without_weight: int = 0
    least: int | None = None
    most: int | None = None

    def __add__(self, other: "ClassSum") -> "ClassSum":
        if not other.rows:
            return self
        return ClassSum(
            self.rows + other.rows,
            self.weight + other.weight,
            self.without_weight + other.without_weight,
            self._with(other, min, self.least, other.least),
            self._with(other, max, self.most, other.most),
        )

    def _with(
        self,
        other: "ClassSum",
        which: Callable[[int, int], int],
        own: int | None,
        told: int | None,
    ) -> int | None:
        """The least, or the most, of both: of the one that has rows that weigh; not known when
        such rows are there and do not tell theirs."""
        if not self.weights or not other.weights:
            return told if other.weights else own
        return None if own is None or told is None else which(own, told)

    @property
    def weights(self) -> int:
        """Number of rows whose value is known."""
        return self.rows - self.without_weight


_NOTHING = ClassSum()


class ClassSums(Struct, frozen=True):
    """The six classes that matter: first letter the perimeter, second the criterion."""

    tt: ClassSum = _NOTHING
    tf: ClassSum = _NOTHING
    tu: ClassSum = _NOTHING
    ut: ClassSum = _NOTHING
    uf: ClassSum = _NOTHING
    uu: ClassSum = _NOTHING

    def __add__(self, other: "ClassSums") -> "ClassSums":
        return ClassSums(
            self.tt + other.tt,
            self.tf + other.tf,
            self.tu + other.tu,
            self.ut + other.ut,
            self.uf + other.uf,
            self.uu + other.uu,
        )

    @property
    def known(self) -> ClassSum:
        """Looked at, and known whether counted."""
        return self.tt + self.tf

    @property
    def may_count(self) -> ClassSum:
        """Not known to be counted, but might be."""
        return self.tu + self.ut + self.uu

    @property
    def undated(self) -> "ClassSums":
        """The same rows when their day is not known: none is surely looked at any more."""
        return ClassSums(ut=self.tt + self.ut, uf=self.tf + self.uf, uu=self.tu + self.uu)


class KeyedSums(Struct, frozen=True):
    """Rows told apart by the value of a field; the key None holds those whose value is not known.

    ``labels``: the French of a key, where it is not in the registry.
    """

    by: Mapping[str | None, ClassSums] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "KeyedSums") -> "KeyedSums":
        if not self.by:
            # The first of several, or the only one, which may have thousands of keys.
            return KeyedSums(other.by, {**self.labels, **other.labels})
        keys = dict.fromkeys((*self.by, *other.by))
        nothing = ClassSums()
        return KeyedSums(
            {key: self.by.get(key, nothing) + other.by.get(key, nothing) for key in keys},
            {**self.labels, **other.labels},
        )

    @property
    def total(self) -> ClassSums:
        """All rows together."""
        return sum(self.by.values(), ClassSums())

    @property
    def undated(self) -> "KeyedSums":
        """As ``ClassSums.undated``."""
        return KeyedSums({key: one.undated for key, one in self.by.items()}, self.labels)


class DeclaredPart(Struct, frozen=True):
    """A part of what was declared, as it was named; both numbers in millionths of the unit."""

    name: str
    value: int
    base: int = 0


class Declared(Struct, frozen=True):
    """What was declared, in millionths of the unit; ``given`` and ``missing`` are declarations.

    A declaration without its base, where one is due, is missing. Parts of one name are added up,
    number by number.
    """

    value: int = 0
    base: int = 0
    given: int = 0
    missing: int = 0
    words: tuple[str, ...] = ()
    parts: tuple[DeclaredPart, ...] = ()

    def __add__(self, other: "Declared") -> "Declared":
        return Declared(
            self.value + other.value,
            self.base + other.base,
            self.given + other.given,
            self.missing + other.missing,
            tuple(dict.fromkeys((*self.words, *other.words))),
            _together((*self.parts, *other.parts)),
        )


def _together(parts: Iterable[DeclaredPart]) -> tuple[DeclaredPart, ...]:
    found: dict[str, DeclaredPart] = {}
    for one in parts:
        name = same_part(one.name)
        before = found.get(name, DeclaredPart(one.name, 0))
        found[name] = DeclaredPart(before.name, before.value + one.value, before.base + one.base)
    return tuple(found.values())


def declaration(
    value: int | None, base: int | None = None, words: str | None = None, with_base: bool = False
) -> Declared:
    """One declaration of one organisation and year: given whole, or missing.

    ``words`` is for a list: its items stand one per line, or apart by semicolons.
    """
    if words is not None and words.strip():
        items = words.replace("\n", ";").split(";")
        told = tuple(dict.fromkeys(item.strip() for item in items if item.strip()))
        return Declared(given=1, words=told)
    if value is None or (with_base and base is None):
        return Declared(missing=1)
    return Declared(value, base or 0, given=1)


def declared_parts(parts: Iterable[DeclaredPart], added: bool = True) -> Declared:
    """One declaration told by part: its numbers are the sums of theirs where these add up."""
    told = _together(parts)
    if not told:
        return Declared(missing=1)
    value, base = sum(one.value for one in told), sum(one.base for one in told)
    return Declared(value if added else 0, base if added else 0, given=1, parts=told)


class StepPart(Struct, frozen=True):
    """A part of a milestone, as it was named; ``done`` is None while nobody said."""

    name: str
    done: bool | None = None
    done_on: date | None = None


class Step(Struct, frozen=True):
    """A milestone of one organisation; ``done`` is None while nobody said.

    ``parts``: what it is said of, one by one, when it is not said at once (see ``step_of``).
    """

    done: bool | None = None
    due_on: date | None = None
    done_on: date | None = None
    parts: tuple[StepPart, ...] = ()

    @property
    def answers(self) -> tuple[bool | None, ...]:
        """What was answered: for each part, or at once."""
        return tuple(one.done for one in self.parts) if self.parts else (self.done,)

    def in_time(self, today: date) -> bool | None:
        """Done before its day, or not due yet; None when no day or no answer tells."""
        if self.due_on is None or self.done is None:
            return None
        if self.done:
            return None if self.done_on is None else self.done_on <= self.due_on
        return today <= self.due_on

    def later(self, end: date | None) -> bool:
        """Whether what it tells is of after ``end``: something of it done, or due, only then."""
        if end is None:
            return False
        due_later = self.due_on is not None and self.due_on > end and self.done is not True
        return due_later or any(day > end for day in self.days)

    @property
    def days(self) -> tuple[date, ...]:
        """The days on which it, or parts of it, were done."""
        own = self.done_on if self.done else None
        told = (own, *(one.done_on for one in self.parts if one.done))
        return tuple(day for day in told if day is not None)


def step_of(
    parts: Iterable[StepPart], due_on: date | None = None, asked: Parts | None = None
) -> Step:
    """A milestone said part by part: done once all are, on the day of the last; not done as soon as
    one is not; unknown otherwise, and without any part. ``asked``: what its definition asks for: a
    word of a closed list of which nobody spoke is a part without an answer."""
    told = tuple(parts)
    if told and asked is not None:
        told += tuple(StepPart(one) for one in asked.unspoken(part.name for part in told))
    answers = {one.done for one in told}
    if not told or (None in answers and False not in answers):
        return Step(None, due_on, None, told)
    if False in answers:
        return Step(False, due_on, None, told)
    days = [one.done_on for one in told if one.done_on is not None]
    return Step(True, due_on, max(days) if len(days) == len(told) else None, told)


class Steps(Struct, frozen=True):
    """The same milestone of one or several organisations, as seen on a day.

    ``end``: the last day of the year that is told, of what is done once for all: what comes after
    it is no fact of that year, and is told with its day.
    """

    today: date
    steps: tuple[Step, ...] = ()
    end: date | None = None

    def __add__(self, other: "Steps") -> "Steps":
        return Steps(max(self.today, other.today), self.steps + other.steps, self.end or other.end)

    @property
    def later(self) -> bool:
        """Whether any of it is told of after the year."""
        return any(one.later(self.end) for one in self.steps)


class Reached(Struct, frozen=True):
    """Targets that are due: met, missed, or of an indicator that has no value."""

    met: int = 0
    missed: int = 0
    unknown: int = 0

    def __add__(self, other: "Reached") -> "Reached":
        return Reached(
            self.met + other.met, self.missed + other.missed, self.unknown + other.unknown
        )


Source: TypeAlias = ClassSums | KeyedSums | Declared | Steps | Reached
