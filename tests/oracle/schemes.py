"""The figures of a whole scheme, as the oracle works them out from a world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.oracle import aggregates, by_part, ratios, steps
from tests.oracle.oracle import Figure
from tests.oracle.persons import persons
from tests.oracle.rows import EVERYTHING, Part, of_clause, rows
from tests.oracle.seeing import Row
from tests.oracle.told import is_beside, surely_met, target_of
from tests.oracle.world import World

# A register that people keep, and that holds nothing of a year, says nothing of that year.
KEPT = ("action", "clause", "consultation", "evaluation", "event", "hours_line", "project",
        "reservation", "sourcing", "spending", "targeted_action")  # fmt: skip
# Nobody ever says of which directorate, or family, these are.
OF_NO_DIRECTORATE = ("action", "beneficiary", "measure", "milestone")
OF_NO_FAMILY = (*OF_NO_DIRECTORATE, "event")
TODAY = date(2026, 11, 21)


def may_be_of(row: Row, years: set[int]) -> bool:
    """Whether a row is of one of the years, or might be."""
    told = row.maybe and row.since <= max(years) and min(years) <= row.until
    return told or bool((row.years | row.doubtful) & years)


def falls(target: Mapping[str, Any], year: int) -> bool:
    """Whether a target is one of a year or before, or of each year."""
    if target["year"] is None:
        return str(target["unit"]).endswith("an")
    return bool(target["year"] <= year)


@dataclass
class Asker:
    """Works out the figures of one scheme for one organisation, or for several together.

    ``start``: first year of the scheme. ``part``: only the rows of a directorate, or family.
    """

    world: World
    scheme: str
    start: int
    asked: Mapping[str, Mapping[str, Any]]
    who: tuple[Any, ...]
    siren: str | None = None
    part: Part = EVERYTHING
    _rows: dict[str, list[Row]] = field(default_factory=dict)

    def figures(self, year: int) -> dict[str, Figure]:
        """The figure of every indicator for a year."""
        rest = {
            code: self.figure(one, year)
            for code, one in self.asked.items()
            if one["definition"]["fact"] != "target"
        }
        return {
            code: rest.get(code) or self.reached(self.asked[code]["definition"], rest, year)
            for code in self.asked
        }

    def reached(
        self, definition: Mapping[str, Any], rest: Mapping[str, Figure], year: int
    ) -> Figure:
        """How many targets are met; those of the organisation bind no part of it."""
        reason = self.of_no_part("target")
        if reason:
            return aggregates.nothing_said(definition, reason)
        return aggregates.reached(self.answers(rest, year))

    def answers(self, rest: Mapping[str, Figure], year: int) -> list[bool | None]:
        """Of each indicator whose target is due, whether its last one is met."""
        found = []
        for code, figure in rest.items():
            asked = self.asked[code]
            due = [
                one for one in self.targets(asked) if falls(one, year) and not is_beside(asked, one)
            ]
            if due:
                last = max(due, key=lambda one: one["year"] or 0)
                found.append(surely_met(figure, last, self.asked[code]["direction"]))
        return found

    def targets(self, indicator: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The targets that bind: the organisation's own, and the scheme's for other years."""
        told = indicator["targets"]
        mine = [
            one for one in told if one.get("organisation") and self.siren == one["organisation"]
        ]
        years = {one["year"] for one in mine}
        shared = [one for one in told if not one.get("organisation") and one["year"] not in years]
        return [*mine, *shared]

    def target(self, indicator: Mapping[str, Any], year: int) -> Mapping[str, Any] | None:
        """The target of a year."""
        return target_of(self.targets(indicator), year)

    def figure(self, indicator: Mapping[str, Any], year: int) -> Figure:
        """The figure of one indicator, compared with another year when it asks for it."""
        found = self.of_year(indicator, year)
        other = indicator["definition"].get("compare")
        if other:
            before = other.get("year") or year - 1
            then = self.of_year(indicator, before)
            if self.nothing_registered(indicator["definition"]["fact"], before):
                then = aggregates.nothing_said(indicator["definition"], "no_contract")
            found = aggregates.compared(other["as"], found, then)
        if not by_part.is_parted(indicator["definition"]):
            return found
        return by_part.parted(self, indicator, year, found)

    def of_year(self, indicator: Mapping[str, Any], year: int) -> Figure:
        """The figure of one year, in percents when the indicator is told so."""
        definition = indicator["definition"]
        quantities = [definition, *([definition["over"]] if "over" in definition else [])]
        for one in quantities:
            reason = self.silence(definition, one, year)
            if reason:
                found = aggregates.nothing_said(definition, reason)
                break
        else:
            found = self.quantity(indicator, definition, year)
        points = definition.get("compare", {}).get("as") == "difference" and (
            "%" in indicator["unit"] or " pour 100 " in indicator["unit"]
        )
        percent = indicator["kind"] == "percentage" or points
        return aggregates.in_percent(found) if percent else found

    def nothing_registered(self, fact: str, year: int) -> bool:
        """Whether what comes of contracts has none at all of a year to be compared with."""
        if fact not in ("contract", "lot", "supplier"):
            return False
        return not any(may_be_of(row, {year}) for row in self.rows(fact))

    def of_no_part(self, fact: str) -> str | None:
        """Why a fact has no figure of the part asked for, if so."""
        if self.part.directorate and fact in ("target", *OF_NO_DIRECTORATE):
            return "not_by_directorate"
        return "not_by_family" if self.part.family and fact in ("target", *OF_NO_FAMILY) else None

    def years(self, definition: Mapping[str, Any], year: int) -> range:
        """The years that a figure looks at."""
        cumulative = definition.get("period") == "cumulative"
        return range(min(self.start, year) if cumulative else year, year + 1)

    def silence(
        self, definition: Mapping[str, Any], one: Mapping[str, Any], year: int
    ) -> str | None:
        """Why nothing at all can be told, if so."""
        fact = one["fact"]
        if self.of_no_part(fact):
            return self.of_no_part(fact)
        if fact == "beneficiary":
            return None if all((who, year) in self.world.arrested for who in self.who) else (
                "not_closed"
            )  # fmt: skip
        years = set(self.years(definition, year))
        if fact not in KEPT or any(may_be_of(row, years) for row in self.rows(fact)):
            return None
        return None if self.was_nothing(fact, years) else "nothing_kept"

    def was_nothing(self, fact: str, years: set[int]) -> bool:
        """Whether something says of one of the years that there was nothing to enter."""
        if fact == "hours_line":
            return any(one["month"].year in years for one in self.validated())
        mark = {"clause": "social_clause", "reservation": "reserved"}.get(fact)
        contracts = self.rows("contract") if mark else []
        for year in years:
            may_be = [row for row in contracts if year in row.years | row.doubtful]
            said = [row.marks.get(mark or "") for row in may_be]
            if said and not any(one is not False for one in said):
                return True
        return False

    def validated(self) -> list[dict[str, Any]]:
        """The statements of months that were validated, with or without hours."""
        clauses = {one["id"]: one for one in self.world["clause"]}
        return [
            one
            for one in self.world["statement"]
            if one["state"] == "validated"
            and one["buyer_id"] in self.who
            and self.part.holds(*of_clause(self.world, clauses[one["clause_id"]]))
        ]

    def rows(self, fact: str) -> list[Row]:
        """The rows of a fact, read once."""
        if fact not in self._rows:
            self._rows[fact] = rows(self.world, fact, self.scheme, self.who, self.part)
        return self._rows[fact]

    def quantity(
        self, indicator: Mapping[str, Any], definition: Mapping[str, Any], year: int
    ) -> Figure:
        """The figure of a definition, whatever it looks at."""
        if definition["aggregate"] == "ratio":
            part, base = ratios.terms_of_ratio(definition)
            above = self.of_rows(definition, part, year)
            if base["fact"] == "measure":
                return ratios.ratio(definition, above, self.declared(indicator, base, year))
            return ratios.ratio(definition, above, self.of_rows(definition, base, year))
        if definition["fact"] == "measure":
            return self.declared(indicator, definition, year)
        if definition["fact"] == "milestone":
            return self.steps(indicator, year)
        return self.of_rows(definition, definition, year)

    def of_rows(
        self, definition: Mapping[str, Any], quantity: Mapping[str, Any], year: int
    ) -> Figure:
        """The figure of a quantity of rows."""
        if quantity["fact"] == "beneficiary":
            return persons(quantity, [self.world.arrested[who, year] for who in self.who])
        fact = quantity["fact"]
        if definition.get("period") == "in_force":
            fact = f"in_force {fact}"
        return aggregates.of_rows(quantity, self.years(definition, year), self.rows(fact))

    def said(self, table: str, indicator: Mapping[str, Any], who: Any) -> list[dict[str, Any]]:
        """What an organisation said of an indicator, or of the one that it repeats."""
        key = (self.scheme, indicator["told_under"])
        return [
            one
            for one in self.world[table]
            if one["indicator"] == key and one["organisation_id"] == who
        ]

    def declared(
        self, indicator: Mapping[str, Any], quantity: Mapping[str, Any], year: int
    ) -> Figure:
        """What was declared."""
        told = self.told(indicator, year)
        found = aggregates.declared(
            [by_part.whole(one, quantity) for one in told],
            quantity.get("base", False),
            quantity.get("list", False),
        )
        return by_part.of_declared(found, told, quantity)

    def told(self, indicator: Mapping[str, Any], year: int) -> list[Mapping[str, Any] | None]:
        """What each organisation said of each year of a figure, None where it said nothing."""
        told: list[Mapping[str, Any] | None] = []
        for who in self.who:
            by_year = {one["year"]: one for one in self.said("measure", indicator, who)}
            years = self.years(indicator["definition"], year)
            told += [by_year.get(when) for when in years]
        return told

    def steps(self, indicator: Mapping[str, Any], year: int) -> Figure:
        """Whether a milestone was reached."""
        period = "once" if indicator["definition"].get("period") == "once" else str(year)
        parted = indicator["definition"].get("parts")
        some = []
        for who in self.who:
            told = {one["period"]: one for one in self.said("milestone", indicator, who)}
            some.append(steps.said(told.get(period), parted))
        end = date(year, 12, 31) if period == "once" else None
        return steps.steps(some, TODAY, end)
