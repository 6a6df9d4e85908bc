"""The dated rules and thresholds of reservation, read and checked once (api/reference/data)."""

import csv
import json
from functools import cache
from pathlib import Path

from api.rules.reservation.rulebook import RuleBook

DATA = Path(__file__).parent / "data"
RULES = "reservation-rules.json"
THRESHOLDS = "procedure-thresholds.json"
SERVICES = "cpv_services_sociaux.tsv"
VOCABULARY = "cpv_2008_fr.csv"


def load_rule_book(folder: Path = DATA) -> RuleBook:
    """Read the rules, the thresholds, the list of services and the vocabulary of a folder.

    Raises ``ValueError`` (Pydantic's) when a row is not sound: a wrong word, a date that ends
    before it begins, an unverified row that does not say what is left to check.
    """
    content = json.loads((folder / RULES).read_text("utf-8"))
    content["thresholds"] = json.loads((folder / THRESHOLDS).read_text("utf-8"))
    content["social_services"]["codes"] = _services(folder / SERVICES)
    content["cpv_keys"] = _keys(folder / VOCABULARY)
    return RuleBook.model_validate(content)


def _services(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[0] for row in csv.reader(file, delimiter="\t")]


def _keys(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return dict(row["code"].split("-") for row in csv.DictReader(file))


@cache
def rule_book() -> RuleBook:
    """The rules of this version of the software, loaded at first use."""
    return load_rule_book()
