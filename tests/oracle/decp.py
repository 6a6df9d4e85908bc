"""A tiny reader of DECP files for the oracle: what the figures need, and nothing of the service."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.oracle.oracle import Company, Fact

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
        Fact(
            reference=row["id"],
            kind="marche" if row["_type"] == "Marché" else "concession",
            day=day(row.get("dateNotification") or row.get("dateSignature")),
            amount=cents(row.get("montant", row.get("valeurGlobale"))),
            cpv=row.get("codeCPV"),
            companies=tuple(Company() for _ in row.get("titulaires") or row.get("concessionnaires")),
        )
        for row in rows
    ]


def facts_of_2022(rows: Iterable[Mapping[str, Any]]) -> list[Fact]:
    """The contracts of a file of 2022 as written by the official schema, companies unknown."""
    return [fact_of_2022(row) for row in rows]


def fact_of_2022(row: Mapping[str, Any]) -> Fact:
    """One contract of 2022."""
    marks = {
        code: code in {SOCIAL.get(one) for one in row["considerationsSociales"]["considerationSociale"]}
        for code in SOCIAL.values()
    } | {
        code: label in row["considerationsEnvironnementales"]["considerationEnvironnementale"]
        for label, code in ENVIRONMENTAL.items()
    }
    if "marcheInnovant" in row:
        marks["innovative"] = row["marcheInnovant"]
    concession = "valeurGlobale" in row
    return Fact(
        reference=row["id"],
        kind="concession" if concession else "marche",
        day=day(row["dateSignature" if concession else "dateNotification"]),
        amount=cents(row["valeurGlobale" if concession else "montant"]),
        cpv=row.get("codeCPV"),
        ccag=row.get("ccag"),
        marks=marks,
        companies=tuple(
            Company() for _ in row["concessionnaires" if concession else "titulaires"]
        ),
    )


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
