"""A definition of each fact for each thing that may be asked of it, made from the registries."""

from collections.abc import Iterator
from typing import Any

import yaml

from api.rules.indicators.facts.registry import FACTS
from api.rules.indicators.fields import FieldSpec, FieldType, Operator
from api.rules.indicators.words import Fact, Period

Form = dict[str, Any]

VALUES = {
    FieldType.MONEY: "25000.00",
    FieldType.HOURS: "35.25",
    FieldType.SCORE: "15.5",
    FieldType.PERCENT: "30",
    FieldType.INTEGER: 12,
    FieldType.DATE: "2026-01-01",
    FieldType.BOOLEAN: True,
}

# What the examples of the facts do not show.
OTHERS = """
- {fact: contract, aggregate: count, period: cumulative}
- {fact: contract, aggregate: sum, of: current_amount, period: in_force}
- {fact: lot, aggregate: count, period: in_force, where: {field: lot_number, more_than: 1}}
- {fact: contract, aggregate: distinct, of: directorate, perimeter: {mark: social_clause}}
- {fact: contract, aggregate: breakdown, of: purchase_family}
- {fact: event, aggregate: breakdown, of: kind, where: {field: state, equals: held}}
- fact: contract
  aggregate: count
  where: {mark: social_clause}
  compare: {with: baseline, year: 2022, as: rate}
- fact: contract
  aggregate: ratio
  of: offers_received
  where: {mark: social_clause}
  over: {fact: contract, aggregate: count, perimeter: {mark: social_clause}}
- fact: spending
  aggregate: ratio
  of: amount
  where: {field: payee_ess, equals: true}
  over:
    fact: spending
    aggregate: distinct
    of: payee
    perimeter: all
    where: {field: payee_ess, equals: true}
- {fact: project, aggregate: ratio, over: {fact: measure, aggregate: declared}}
- fact: event
  aggregate: ratio
  of: participants
  over: {fact: event, aggregate: sum, of: expected, perimeter: all}
- {fact: evaluation, aggregate: average, of: score, perimeter: {mark: social_clause}}
- {fact: project, aggregate: share, perimeter: all, where: {mark: social_clause}}
- fact: consultation
  aggregate: share
  perimeter: {not: {mark: reserved}}
  where: {supplier: {field: size, equals: pme}}
- {fact: milestone, aggregate: done, period: civil_year}
- {fact: measure, aggregate: declared}
- {fact: measure, aggregate: declared, list: true}
- {fact: measure, aggregate: declared, period: cumulative, compare: {with: previous_year, as: rate}}
- {fact: contract, aggregate: sum, of: amount, by: purchase_family, where: {mark: reserved}}
- fact: reservation
  aggregate: count
  by: basis
  compare: {with: previous_year, as: rate}
- fact: measure
  aggregate: declared
  base: true
  parts: {by: famille d’achats, among: [], closed: false, added: true}
- fact: measure
  aggregate: declared
  parts: {by: nature d’impact, among: [Eau, Énergie], closed: true, added: false}
- fact: milestone
  aggregate: done
  period: once
  parts: {by: secteur d’achat, among: [], closed: false, added: true}
"""


def examples() -> Iterator[Form]:
    """The example of each fact, then what they do not show."""
    for spec in FACTS.values():
        yield yaml.safe_load(spec.example)
    yield from yaml.safe_load(OTHERS)


def asked(name: str, spec: FieldSpec) -> Form:
    """A criterion on a field: more than a value where it has an order, else equal to one."""
    value = VALUES.get(spec.type, next(iter(spec.values), "12"))
    operator = Operator.MORE_THAN if Operator.MORE_THAN in spec.operators else Operator.EQUALS
    return {"field": name, operator.value: value}


def counting(fact: Fact, criterion: Form) -> Form:
    """The count of the rows of a fact that meet a criterion."""
    periods = FACTS[fact].periods
    period = Period.CIVIL_YEAR if Period.CIVIL_YEAR in periods else periods[0]
    return {"fact": fact.value, "aggregate": "count", "where": criterion, "period": period.value}
