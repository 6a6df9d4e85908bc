"""One contract as a release of the Open Contracting Data Standard 1.1.

https://standard.open-contracting.org/1.1/en/ ; what is not known is left out, never guessed.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final

from api.rules.ocds.sustainability import sustainability
from api.rules.records import (
    AmendmentRecord,
    ConcessionYearRecord,
    ContractRecord,
    Party,
)

SIRENE: Final = "FR-INSEE"
# 64 bits of the digest of a release, among those of one version of one contract.
_DIGITS: Final = 16
_METHODS: Final[Mapping[str, str]] = {
    "Appel d'offres ouvert": "open",
    "Appel d'offres restreint": "selective",
    "Procédure avec négociation": "selective",
    "Dialogue compétitif": "selective",
    "Marché passé sans publicité ni mise en concurrence préalable": "direct",
    "Procédure négociée ouverte": "open",
    "Procédure non négociée ouverte": "open",
    "Procédure négociée restreinte": "selective",
    "Procédure non négociée restreinte": "selective",
}
Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Consulted:
    """The consultation that led to a contract."""

    reference: str
    title: str
    launched_on: date
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """The public project of a contract."""

    reference: str
    title: str
    planned_on: date | None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A contract and what is known beside its record. ``version`` is that of the record and
    ``changed_at`` (UTC) says since when; ``prefix`` is that of the publisher. ``buyer_changed_at``
    (UTC): it moves when a project is public no more, which nothing else then tells."""

    record: ContractRecord
    buyer_name: str
    version: int
    changed_at: datetime
    prefix: str
    consulted: Consulted | None = None
    planned: Planned | None = None
    buyer_changed_at: datetime | None = None


def release(told: Told) -> Object:
    """The present state of a contract, whole: a release whose identifier changes with it.

    The version of the contract does not tell of its consultation, its project, its companies nor
    the day that makes a thing public: the identifier ends with the digest of all that is told.
    """
    record = told.record
    ocid = _ocid(told.prefix, record.buyer_siret, record.reference)
    buyer = {"id": _party_id(_siret(record.buyer_siret)), "name": told.buyer_name}
    plan = {"planning": _planning(told.planned)} if told.planned else {}
    found = {
        "ocid": ocid,
        "id": "",
        "date": f"{_changed_at(told):%Y-%m-%dT%H:%M:%SZ}",
        "tag": _tags(told),
        "initiationType": "tender",
        "language": "fr",
        "parties": _parties(told),
        "buyer": buyer,
        **plan,
        "tender": _tender(told, buyer),
        "awards": [_award(record)],
        "contracts": [_contract(record)],
    }
    if record.framework_reference:
        found["relatedProcesses"] = [_framework(told, record.framework_reference)]
    content = json.dumps(found, sort_keys=True, ensure_ascii=False)
    found["id"] = f"{ocid}-{told.version}-{sha256(content.encode()).hexdigest()[:_DIGITS]}"
    return found


def _changed_at(told: Told) -> datetime:
    beside = [one.changed_at for one in (told.consulted, told.planned) if one is not None]
    seen = (told.changed_at, told.buyer_changed_at, *beside)
    return max(one for one in seen if one is not None)


def _ocid(prefix: str, siret: str, reference: str) -> str:
    return f"{prefix}-{siret}-{reference}"


def _siret(siret: str) -> Party:
    return Party("SIRET", siret)


def _tags(told: Told) -> list[str]:
    tags = ["planning"] if told.planned else []
    tags += ["tender", "award", "contract"]
    if told.record.amendments:
        tags.append("contractAmendment")
    return [*tags, "implementation"] if told.record.concession_years else tags


def _framework(told: Told, reference: str) -> Object:
    return {
        "id": "1",
        "relationship": ["framework"],
        "scheme": "ocid",
        "identifier": _ocid(told.prefix, told.record.buyer_siret, reference),
    }


def _planning(planned: Planned) -> Object:
    told: Object = {"budget": {"project": planned.title, "projectID": planned.reference}}
    if planned.planned_on:
        told["milestones"] = [
            {
                "id": "1",
                "title": "Marché attendu",
                "type": "preProcurement",
                "dueDate": _instant(planned.planned_on),
            }
        ]
    return told


def _tender(told: Told, buyer: Object) -> Object:
    record, consulted = told.record, told.consulted
    method = _METHODS.get(record.procedure or "")
    fields = {
        "id": consulted.reference if consulted else record.reference,
        "title": consulted.title if consulted else record.subject,
        "status": "complete",
        "procuringEntity": buyer,
        "procurementMethod": method,
        "procurementMethodDetails": record.procedure,
        "mainProcurementCategory": _category(record),
        "numberOfTenderers": record.offers_received,
        "tenderPeriod": {"startDate": _instant(consulted.launched_on)} if consulted else None,
        "items": _items(record),
    }
    return _said(fields) | sustainability(record.marks)


def _category(record: ContractRecord) -> str | None:
    division = (record.cpv or "")[:2]
    if not division.isdigit():
        return None
    if division == "45":
        return "works"
    return "goods" if int(division) < 45 or division == "48" else "services"


def _items(record: ContractRecord) -> list[Object] | None:
    if not record.cpv:
        return None
    code = {"scheme": "CPV", "id": record.cpv.partition("-")[0]}
    return [_said({"id": "1", "description": record.subject, "classification": code})]


def _award(record: ContractRecord) -> Object:
    fields = {
        "id": record.reference,
        "title": record.subject,
        "status": "active",
        "date": _instant(record.notified_on),
        "value": _value(record.amount),
        "suppliers": [_organisation(one) for one in _known(record)] or None,
        "items": _items(record),
        "contractPeriod": _period(None, record.months),
    }
    return _said(fields)


def _contract(record: ContractRecord) -> Object:
    amounts = [record.amount, *(one.amount for one in record.amendments)]
    months = [record.months, *(one.months for one in record.amendments)]
    fields = {
        "id": record.reference,
        "awardID": record.reference,
        "title": record.subject,
        "value": _value(_last(amounts)),
        "dateSigned": _instant(record.notified_on),
        "period": _period(record.starts_on or record.notified_on, _last(months)),
        "items": _items(record),
        "amendments": [_amendment(n, one) for n, one in enumerate(record.amendments, 1)] or None,
        "implementation": _implementation(record.concession_years),
    }
    return _said(fields)


def _last(values: list[int | None]) -> int | None:
    return next((one for one in reversed(values) if one is not None), None)


def _amendment(number: int, one: AmendmentRecord) -> Object:
    parts = []
    if one.amount is not None:
        parts.append(f"nouveau montant : {_number(one.amount)} € HT")
    if one.months is not None:
        parts.append(f"nouvelle durée : {one.months} mois")
    if one.suppliers is not None:
        parts.append("nouveaux titulaires")
    fields = {
        "id": str(number),
        "date": _instant(one.notified_on),
        "description": " ; ".join(parts) or None,
    }
    return _said(fields)


def _implementation(years: tuple[ConcessionYearRecord, ...]) -> Object | None:
    """What was invested in a concession, year by year: nobody says when, nor to whom."""
    milestones = [
        _said(
            {
                "id": str(number),
                "title": f"Données d’exécution n° {number}",
                "type": "financing",
                "description": None
                if one.investment is None
                else f"Dépenses d’investissement : {_number(one.investment)} € HT",
                "dateMet": _instant(one.published_on),
                "status": "met",
            }
        )
        for number, one in enumerate(years, 1)
    ]
    return {"milestones": milestones} if milestones else None


def _parties(told: Told) -> list[Object]:
    roles: dict[str, tuple[Party, list[str]]] = {}
    buyer = Party("SIRET", told.record.buyer_siret, told.buyer_name)
    roles[_party_id(buyer)] = (buyer, ["buyer", "procuringEntity"])
    for one in _known(told.record):
        known = roles.setdefault(_party_id(one), (one, []))
        if "supplier" not in known[1]:
            known[1].append("supplier")
    return [_party(key, one, names) for key, (one, names) in roles.items()]


def _known(record: ContractRecord) -> Iterator[Party]:
    seen = set()
    for one in record.suppliers:
        if (one.identifier or one.name) and _party_id(one) not in seen:
            seen.add(_party_id(one))
            yield one


def _party_id(one: Party) -> str:
    scheme = SIRENE if one.id_type == "SIRET" else one.id_type or "nom"
    return f"{scheme}-{one.identifier or one.name}"


def _party(key: str, one: Party, roles: list[str]) -> Object:
    identifier = {"id": one.identifier} if one.identifier else None
    if identifier and one.id_type == "SIRET":
        identifier["scheme"] = SIRENE
    return _said({"id": key, "name": one.name, "identifier": identifier, "roles": roles})


def _organisation(one: Party) -> Object:
    return _said({"id": _party_id(one), "name": one.name})


def _period(start: date | None, months: int | None) -> Object | None:
    # The standard counts days; a month is 30.5 of them, as the ministry counts it.
    days = None if months is None else months * 61 // 2
    return _said({"startDate": _instant(start), "durationInDays": days}) or None


def _value(cents: int | None) -> Object | None:
    return None if cents is None else {"amount": _number(cents), "currency": "EUR"}


def _number(cents: int) -> int | float:
    # Exact to the cent once written: see api.rules.decp.writing.
    return cents / 100 if cents % 100 else cents // 100


def _instant(day: date | None) -> str | None:
    return None if day is None else f"{day.isoformat()}T00:00:00Z"


def _said(fields: Object) -> Object:
    return {key: value for key, value in fields.items() if value is not None}
