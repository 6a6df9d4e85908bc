"""What the rows of a figure add up, under a name and in a unit, and what their day is."""

from collections.abc import Mapping
from typing import Any

from api.indicators.evidence_schemas import QuantityRead
from api.rules.indicators import pairing
from api.rules.indicators.figures import weight_of
from api.rules.indicators.scales import UNITS, Scale
from api.rules.indicators.vocabulary import Definition, Quantity
from api.rules.indicators.words import Aggregate, Fact

# A whole number that counts no things.
_MONTHS = "months"
_DAYS: Mapping[Fact, str] = {
    Fact.CONTRACT: "Notifié le",
    Fact.LOT: "Notifié le",
    Fact.CONSULTATION: "Lancée le",
    Fact.PROJECT: "Prévu le",
    Fact.SPENDING: "Payé le",
    Fact.RESERVATION: "Réservé le",
    Fact.HOURS_LINE: "Mois",
    Fact.CLAUSE: "Commence le",
    Fact.EVENT: "Tenu le",
    Fact.EVALUATION: "Faite le",
    Fact.SOURCING: "Fait le",
}
# What is written before the offers come is no amount of a contract.
_ESTIMATED = frozenset({Fact.CONSULTATION, Fact.PROJECT, Fact.TARGETED_ACTION})


def added_up(quantity: Quantity) -> QuantityRead | None:
    """The number that each row brings to a sum or an average; None when rows are counted."""
    field = quantity.field
    if not quantity.weighed or field is None:
        return None
    scale = weight_of(quantity)
    # What is paid, and what is estimated, is told without taxes.
    own = f"{UNITS[scale]} HT" if scale is Scale.EUROS else UNITS.get(scale)
    unit = own or field.what or ("mois" if quantity.of == _MONTHS else None)
    label = field.label[:1].upper() + field.label[1:]
    return QuantityRead(label=label, unit=unit, scale=scale.value)


def base_of(definition: Definition) -> Quantity | None:
    """The denominator of a ratio, when it adds up a number of the same rows."""
    over = definition.over
    if over is None or over.aggregate is not Aggregate.SUM:
        return None
    return definition.quantities[1] if pairing.same_rows(definition, over) else None


def base(definition: Definition) -> QuantityRead | None:
    """The number that each row brings to the denominator of a ratio; None as above."""
    found = base_of(definition)
    return None if found is None else added_up(found)


def labels(definition: Definition) -> dict[str, Any]:
    """What the columns of its rows are called."""
    return {
        "day_label": day_label(definition),
        "amount_label": amount_label(definition),
        "quantity": added_up(definition),
        "base_quantity": base(definition),
    }


def day_label(definition: Definition) -> str:
    """What the day of a row is: hours only have a month."""
    return _DAYS.get(definition.fact, "Jour")


def amount_label(definition: Definition) -> str:
    """What the amount of a row is."""
    return "Montant estimé HT" if definition.fact in _ESTIMATED else "Montant HT"
