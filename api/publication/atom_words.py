"""A contract awarded, or a purchase to come, in a few French words for a feed reader."""

from collections.abc import Iterator
from datetime import date

from api.programme.models import Project
from api.rules.records import ContractRecord, Kind

FIXED = "\u00a0"


def awarded_words(record: ContractRecord) -> str:
    """What is public of a contract: its kind, day, amount, holders and considerations."""
    return " ".join(_awarded(record))


def _awarded(record: ContractRecord) -> Iterator[str]:
    signed = record.kind is Kind.CONCESSION
    what = f"{'Concession' if signed else 'Marché'} n° {record.reference}"
    if record.notified_on:
        what += f", {'signée' if signed else 'notifié'} le {_day(record.notified_on)}"
    yield f"{what}."
    if record.amount is not None:
        yield f"Montant{FIXED}: {_euros(record.amount)} HT."
    holders = [one.name or one.identifier for one in record.suppliers if one.name or one.identifier]
    if holders:
        yield f"Attribué à{FIXED}: {', '.join(str(one) for one in holders)}."
    if record.marks.get("reserved"):
        yield "Réservé à des structures d’insertion, du handicap ou de l’ESS."


def coming_words(project: Project, state: str) -> str:
    """What is public of a project: never its estimate, its directorate nor its comment."""
    told = [f"Projet n° {project.reference}, programmation {project.year}.", f"{state}."]
    if project.purchase_family:
        told.append(f"Famille d’achats{FIXED}: {project.purchase_family}.")
    if project.planned_on:
        told.append(f"Marché attendu le {_day(project.planned_on)}.")
    return " ".join(told)


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _euros(cents: int) -> str:
    whole = f"{cents // 100:,}".replace(",", "\u202f")
    return f"{whole},{cents % 100:02}{FIXED}€"
