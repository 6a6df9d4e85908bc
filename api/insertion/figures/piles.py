"""Hours and persons gathered under one key: what may be counted of them, and what is sure."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from api.insertion.figures.lines import Key
from api.rules.disclosure.figures import Cell
from api.rules.hours.quarters import IN_AN_HOUR

# No person does more in a month (R-H2): what one of several counted together did at most.
MONTHLY: Final = 220 * IN_AN_HOUR


@dataclass(slots=True)
class Pile:
    """Validated quarter-hours under one key, by person; apart, those of several persons together.

    ``together`` holds, by clause and month, the persons counted together and their hours;
    ``alone`` and ``most`` are the persons of ``add_alone`` and the most hours of one of them.
    """

    hours: int = 0
    people: dict[Key, int] = field(default_factory=dict)
    together: dict[tuple[Key, Any], list[int]] = field(default_factory=dict)
    alone: int = 0
    most: int = 0

    def add(self, person: Key, hours: int) -> None:
        """Hours of one person."""
        self.hours += hours
        self.people[person] = self.people.get(person, 0) + hours

    def add_alone(self, hours: list[int]) -> None:
        """All the hours of persons, one number each, who are nowhere else in the breakdown."""
        self.hours += sum(hours)
        self.alone += sum(1 for one in hours if one > 0)
        self.most = max(self.most, *hours)

    def add_together(self, clause: Key, month: Any, persons: int, hours: int) -> None:
        """Hours of several persons, of whom nothing else is known."""
        self.hours += hours
        found = self.together.setdefault((clause, month), [0, 0])
        found[0] += persons
        found[1] += hours

    def merge(self, other: "Pile") -> None:
        """Add another pile to this one; whoever is in both is one person."""
        self.hours += other.hours
        if self.people:
            known = self.people.get
            self.people.update(
                {person: known(person, 0) + hours for person, hours in other.people.items()}
            )
        else:
            self.people = dict(other.people)
        for place, (persons, hours) in other.together.items():
            found = self.together.setdefault(place, [0, 0])
            found[0] += persons
            found[1] += hours

    def count(self) -> "Count":
        """What the pile holds, once nothing more is added."""
        named = self.alone + sum(1 for hours in self.people.values() if hours > 0)
        fullest: dict[Key, int] = defaultdict(int)
        monthly: dict[Any, int] = defaultdict(int)
        at_once = 0
        for (clause, month), (persons, hours) in self.together.items():
            fullest[clause] = max(fullest[clause], persons)
            monthly[month] += max(hours, 0)
            if hours > 0:
                at_once = max(at_once, persons)
        return Count(
            hours=self.hours,
            named=named,
            together=sum(fullest.values()),
            sure=max(named, at_once),
            largest=max(self.people.values(), default=self.most)
            + sum(min(hours, MONTHLY) for hours in monthly.values()),
        )


@dataclass(frozen=True, slots=True)
class Count:
    """A pile counted. ``named``: distinct persons with hours; ``together``: those counted together,
    the fullest month of each clause. ``sure``: persons who cannot be fewer, for two clauses may
    count the same ones together. ``largest``: quarter-hours of one person at most.
    """

    hours: int
    named: int
    together: int
    sure: int
    largest: int

    @property
    def persons(self) -> int:
        """The persons told of."""
        return self.named + self.together

    def cell(self, key: str) -> Cell:
        """What the filter of disclosure judges: only what is sure."""
        return Cell(key, self.sure, self.hours, self.largest)


NOTHING: Final = Count(0, 0, 0, 0, 0)
