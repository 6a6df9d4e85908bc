"""A tiny reader of DECP files for the oracle: what the figures need, and nothing of the service."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.seeing import Company, Fact
from tests.oracle.unsummed import set_aside

# What a list of considerations says yes to; it says no to the others of its family.
SOCIAL = {
    "Clause sociale": "social_clause",
    "Critère social": "social_criterion",
    "Marché réservé": "reserved",
    "Concession réservée": "reserved",
}
ENVIRONMENTAL = {
    "Clause environnementale": "environmental_clause",
    "Critère environnemental": "environmental_criterion",
}


def facts_of_2019(path: Path) -> list[Fact]:
    """The contracts of a file of 2019, whose companies and considerations it does not tell."""
    rows = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)["marches"]
    return [
        believed(
            reference=row["id"],
            kind="marche" if row["_type"] == "Marché" else "concession",
            day=day(row.get("dateNotification") or row.get("dateSignature")),
            amount=cents(row.get("montant", row.get("valeurGlobale"))),
            cpv=row.get("codeCPV"),
            companies=tuple(
                Company() for _ in row.get("titulaires") or row.get("concessionnaires")
            ),
        )
        for row in rows
    ]


def believed(kind: str, amount: int | None, **told: Any) -> Fact:
    """A contract, with what no sum counts of it."""
    return Fact(kind=kind, amount=amount, aside=set_aside(kind, amount), **told)


def fact_of_2022(row: Mapping[str, Any]) -> Fact:
    """One contract of 2022 as written by the official schema; its companies are unknown."""
    contract = "acheteur" in row
    marks = family(row, "considerationsSociales", "considerationSociale", SOCIAL)
    marks |= family(
        row, "considerationsEnvironnementales", "considerationEnvironnementale", ENVIRONMENTAL
    )
    if "marcheInnovant" in row:
        marks["innovative"] = row["marcheInnovant"]
    return believed(
        reference=row["id"],
        kind="marche" if contract else "concession",
        day=day(row.get("dateNotification" if contract else "dateSignature")),
        amount=cents(row.get("montant" if contract else "valeurGlobale")),
        cpv=row.get("codeCPV"),
        ccag=row.get("ccag"),
        marks=marks,
        companies=tuple(
            Company() for _ in row.get("titulaires" if contract else "concessionnaires", ())
        ),
    )


def family(
    row: Mapping[str, Any], key: str, inner: str, labels: Mapping[str, str]
) -> dict[str, bool]:
    """What a list of considerations says of each of its family; without a list, nothing."""
    if key not in row:
        return {}
    said = {labels[label] for label in row[key][inner] if label in labels}
    return {code: code in said for code in labels.values()}


def day(text: str | None) -> date | None:
    """The day of a date, its time zone left aside."""
    return None if text is None else date.fromisoformat(text[:10])


def cents(amount: Decimal | int | None) -> int | None:
    """Euros to cents; an amount finer than a cent is no amount of these tests."""
    if amount is None:
        return None
    whole = Decimal(amount) * 100
    assert whole == int(whole)
    return int(whole)
