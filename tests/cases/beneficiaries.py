"""Operations of beneficiaries."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.insertion.beneficiaries.models import Beneficiary, Purge
from tests.cases.access import FACILITATOR, OTHER_FACILITATOR
from tests.conftest import DEMONSTRATION, OTHER
from tests.operation import Operation, Things

BENEFICIARIES = "/api/v1/insertion/beneficiaries"
PURGES = "/api/v1/insertion/purges"
_LONG_AGO = datetime.fromisoformat("2015-06-01T08:00:00+00:00")
_numbers = count(1)


@dataclass(frozen=True)
class AtCheckpoint(Things):
    """A person at a checkpoint, which is a word of the address and no identifier."""

    checkpoint: str = "end"


def holder(siret: str) -> str:
    """The SIRET of the facilitator of a buyer; of nobody's, itself."""
    return {DEMONSTRATION: FACILITATOR, OTHER: OTHER_FACILITATOR}.get(siret, siret)


def new_person(things: Things) -> dict[str, Any]:
    """The body of a person not followed yet."""
    return {
        "facilitator_siret": holder(things.siret),
        "external_ref": f"R-{next(_numbers)}",
        "sex": "f",
        "birth_band": 1990,
        "entered_on": "2026-01-05",
        "informed_on": "2026-01-05",
    }


def _identity(_things: Things) -> dict[str, Any]:
    return {"last_name": "Exemple", "first_name": "Fictif", "birth_date": "1991-02-03"}


def _person(service: Any, base: Things) -> Things:
    account = service.facilitator_of(base.siret)
    made = service.make(BENEFICIARIES, new_person(base), account)
    return replace(base, ids={"beneficiary_id": made["id"]}, etag=f'"{made["version"]}"')


def _part(name: str, path: str, body: dict[str, Any]) -> Callable[[Any, Things], Things]:
    def make(service: Any, base: Things) -> Things:
        things = _person(service, base)
        address = f"{BENEFICIARIES}/{things.ids['beneficiary_id']}/{path}"
        made = service.make(address, body, service.facilitator_of(base.siret))
        return replace(things, ids={**things.ids, name: made["id"]})

    return make


def _identified(service: Any, base: Things) -> Things:
    things = _person(service, base)
    answer = service.client.put(
        f"{BENEFICIARIES}/{things.ids['beneficiary_id']}/identity",
        json=_identity(things),
        headers=service.as_(service.facilitator_of(base.siret)),
    )
    assert answer.status_code == 200, answer.text
    return things


def _checkpoint(service: Any, base: Things) -> Things:
    return AtCheckpoint(**vars(_person(service, base)))


def _inactive(service: Any, base: Things) -> Things:
    things = _person(service, base)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Beneficiary)
            .where(col(Beneficiary.id) == UUID(things.ids["beneficiary_id"]))
            .values(created_at=_LONG_AGO, entered_on=None)
        )
    return things


def _announced(service: Any, base: Things) -> Things:
    things = _inactive(service, base)
    made = service.make(PURGES, _purge(base), service.facilitator_of(base.siret))
    return replace(things, ids={"purge_id": made["id"]})


def _due(service: Any, base: Things) -> Things:
    things = _announced(service, base)
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(
            sa.update(Purge)
            .where(col(Purge.id) == UUID(things.ids["purge_id"]))
            .values(due_on=date(2020, 1, 1))
        )
    return things


def _purge(things: Things) -> dict[str, Any]:
    return {"facilitator_siret": holder(things.siret)}


def _reason(_things: Things) -> dict[str, Any]:
    return {"reason": "Contrôle de la clause"}


_OF_PERSON = Operation("beneficiaries:write", "a facilitator", makes="person", by="facilitator")

OPERATIONS: dict[str, Operation] = {
    "create_beneficiary": replace(
        _OF_PERSON, makes="", body=new_person, event="beneficiary.created"
    ),
    "list_beneficiaries": Operation("beneficiaries:write", "own list", by="facilitator"),
    "read_beneficiary": _OF_PERSON,
    "change_beneficiary": replace(
        _OF_PERSON, body=lambda _: {"sex": "h"}, event="beneficiary.changed"
    ),
    "add_employment": replace(
        _OF_PERSON,
        body=lambda _: {"starts_on": "2026-01-05", "kind": "cdi", "weekly": "35.00"},
        event="employment.added",
    ),
    "change_employment": replace(
        _OF_PERSON,
        makes="employment",
        body=lambda _: {"ends_on": "2026-06-30"},
        event="employment.changed",
    ),
    "add_training": replace(
        _OF_PERSON,
        body=lambda _: {"kind": "certifying", "title": "CACES", "hours": "35.00"},
        event="training.added",
    ),
    "remove_training": replace(_OF_PERSON, makes="training", event="training.removed"),
    "put_exit": replace(
        _OF_PERSON,
        makes="checkpoint",
        body=lambda _: {"situation": "unknown"},
        event="exit.said",
    ),
    "add_eligibility": replace(
        _OF_PERSON,
        body=lambda _: {"criterion": "rsa", "proof": "attestation", "proof_on": "2025-12-10"},
        event="eligibility.added",
    ),
    "read_eligibility": replace(_OF_PERSON, body=_reason, event="eligibility.read"),
    "remove_eligibility": replace(_OF_PERSON, makes="eligibility", event="eligibility.removed"),
    "find_duplicate": replace(
        _OF_PERSON,
        makes="",
        body=lambda things: _identity(things) | _purge(things),
        event="beneficiary.searched",
    ),
    "put_identity": replace(_OF_PERSON, body=_identity, event="identity.kept"),
    "read_identity": replace(_OF_PERSON, makes="identified", body=_reason, event="identity.read"),
    "remove_identity": replace(_OF_PERSON, makes="identified", event="identity.removed"),
    "export_beneficiary": replace(_OF_PERSON, body=_reason, event="beneficiary.exported"),
    "preview_purge": replace(_OF_PERSON, makes="inactive", body=_purge, event="purge.announced"),
    "list_purges": Operation("beneficiaries:write", "own list", by="facilitator"),
    "cancel_purge": replace(_OF_PERSON, makes="announced", event="purge.cancelled"),
    "execute_purge": replace(_OF_PERSON, makes="due", event="purge.executed"),
}


MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "person": _person,
    "checkpoint": _checkpoint,
    "employment": _part("employment_id", "employments", {"starts_on": "2026-01-05"}),
    "training": _part("training_id", "trainings", {"kind": "other"}),
    "eligibility": _part("eligibility_id", "eligibility", {"criterion": "rsa"}),
    "identified": _identified,
    "inactive": _inactive,
    "announced": _announced,
    "due": _due,
}
