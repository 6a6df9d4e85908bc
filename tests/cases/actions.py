"""Operations of the follow-up of schemes: measures, milestones, proofs, events, campaigns."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.schemes.models import Indicator, Scheme, SchemeAdoption, Way
from tests.conftest import DEMONSTRATION, OTHER
from tests.operation import Operation, Things

_schemes = count(1)
YEAR = 2025
PDF = b"%PDF-1.7\n%fictif\n"
ACTION = "1.1.1"
MEASURED = {"version": 2, "fact": "measure", "aggregate": "declared"}
MEASURED_OVER = {"fact": "measure", "aggregate": "declared"}
ONCE = {"version": 2, "fact": "milestone", "aggregate": "done", "period": "once"}
FAMILIES = {"by": "famille d’achats", "among": ["Mobilier", "Véhicules"]}
NATURES = {"by": "nature d’impact", "among": ["Eau", "Énergie"], "closed": True, "added": False}
SECTORS = {"by": "secteur d’achat"}
TYPES = {"by": "type de document", "among": ["Cahier des charges", "Règlement"], "closed": True}

# By code: the kind, the definition, and the indicator whose definition is taken.
INDICATORS: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "PART": ("percentage", {**MEASURED, "base": True}, None),
    "LISTE": ("list", {**MEASURED, "list": True}, None),
    "KWH": ("quantity", MEASURED, None),
    "NOMBRE": ("count", MEASURED, None),
    "TAUX": ("percentage", MEASURED, None),
    "ECART": ("delta", MEASURED, None),
    "EVOLUTION": (
        "delta",
        {**MEASURED, "base": True, "compare": {"with": "previous_year", "as": "difference"}},
        None,
    ),
    "OBJECTIF": (
        "percentage",
        {"version": 2, "fact": "contract", "aggregate": "ratio", "over": MEASURED_OVER},
        None,
    ),
    "JALON": ("boolean", ONCE, None),
    "JALON-AN": ("boolean", {**ONCE, "period": "civil_year"}, None),
    "REPRIS": ("percentage", {**MEASURED, "base": True}, "PART"),
    "CALCULE": ("count", {"version": 2, "fact": "contract", "aggregate": "count"}, None),
}
# The same, told by part.
BY_PART: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "FAMILLES": ("percentage", {**MEASURED, "base": True, "parts": FAMILIES}, None),
    "NATURES": ("quantity", {**MEASURED, "parts": NATURES}, None),
    "SERVICES": ("count", {**MEASURED, "parts": {"by": "service"}}, None),
    "SECTEURS": ("boolean", {**ONCE, "parts": SECTORS}, None),
    "TYPES": ("boolean", {**ONCE, "period": "civil_year", "parts": TYPES}, None),
}
_TREE = {
    "axes": [
        {
            "code": "1",
            "title": "Axe fictif",
            "objectives": [
                {
                    "code": "1.1",
                    "title": "Objectif fictif",
                    "actions": [
                        {"code": ACTION, "title": "Première action fictive"},
                        {"code": "1.1.2", "title": "Seconde action fictive"},
                    ],
                }
            ],
        }
    ]
}
_WAYS = {"measure": Way.CAPTURED, "milestone": Way.MILESTONE}


def _content(kind: str, same_as: str | None) -> dict[str, Any]:
    return {
        "part": None,
        "explanation": "Indicateur fictif.",
        "kind": kind,
        "unit": "unité",
        "direction": "up",
        "frequency": "annual",
        "nature": None,
        "perimeter": "Essai",
        "source_kind": "manual",
        "source": "Essai",
        "note": None,
        "source_line": 1,
        "actions": [ACTION],
        "published": [],
        "same_as": same_as,
    }


def scheme_of(service: Any, *adopters: str, by_part: bool = False) -> tuple[str, dict[str, str]]:
    """A new scheme, adopted by these organisations: its code, its indicators by code."""
    asked = INDICATORS | (BY_PART if by_part else {})
    code = f"essai-{next(_schemes)}"
    with Session(service.app.state.engines.write) as session, session.begin():
        scheme = Scheme(
            code=code,
            title="Schéma d’essai",
            author="Essai",
            first_year=2024,
            last_year=2027,
            content=_TREE,
        )
        session.add(scheme)
        session.flush()
        found = sa.select(col(Organisation.id)).where(col(Organisation.siret).in_(adopters))
        for organisation_id in session.scalars(found):
            session.add(SchemeAdoption(scheme_id=scheme.id, organisation_id=organisation_id))
        made = [
            Indicator(
                scheme_id=scheme.id,
                position=position,
                code=name,
                label=f"Indicateur {name}",
                content=_content(kind, same_as),
                definition=definition,
                way=_WAYS.get(definition["fact"], Way.COMPUTED),
            )
            for position, (name, (kind, definition, same_as)) in enumerate(asked.items())
        ]
        ids = {one.code: str(one.id) for one in made}
        for one in made:
            root = ids[one.content["same_as"] or one.code]
            one.content = {**one.content, "told_under": root}
        session.add_all(made)
        session.flush()
        return code, {one.code: str(one.id) for one in made}


def share(things: Things) -> dict[str, Any]:
    """A figure with its base."""
    return {
        "organisation": things.siret,
        "year": YEAR,
        "value": "12.5",
        "base": "50",
        "source": "Logiciel des fluides",
        "comment": "Relevé de décembre",
    }


def milestone(things: Things) -> dict[str, Any]:
    """A milestone reached in time."""
    return {
        "organisation": things.siret,
        "period": "once",
        "done": True,
        "due_on": "2025-12-31",
        "done_on": "2025-11-20",
        "comment": "Délibération",
    }


def event(things: Things) -> dict[str, Any]:
    """An event that was held."""
    return {
        "organisation": things.siret,
        "kind": "training",
        "title": "Formation aux clauses",
        "held_on": "2025-03-11",
        "state": "held",
        "audience": "internal",
        "participants": 18,
        "expected": 20,
        "comment": "Deux demi-journées",
        "actions": [{"scheme": things.code, "action": ACTION}],
    }


def campaign(things: Things) -> dict[str, Any]:
    """A campaign about the year of the cases."""
    return {
        "organisation": things.siret,
        "scheme": things.code,
        "year": YEAR,
        "due_on": "2026-02-28",
        "message": "Merci d’avance",
    }


def _state(things: Things) -> dict[str, Any]:
    return {
        "organisation": things.siret,
        "year": YEAR,
        "state": "ongoing",
        "comment": "Lancée en mars",
    }


def _of_scheme(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "scheme": things.code, "year": YEAR}


def _of_year(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": YEAR}


def _new_scheme(name: str) -> Callable[[Any, Things], Things]:
    def maker(service: Any, base: Things) -> Things:
        code, indicators = scheme_of(service, DEMONSTRATION, OTHER)
        indicator_id, ids = indicators[name], {"action": ACTION}
        return replace(base, code=code, indicator_id=indicator_id, ids=ids, etag="")

    return maker


def _campaign_on(name: str) -> Callable[[Any, Things], Things]:
    """A campaign in which the directorate of the cases, if the buyer has one, owes ``name``."""

    def maker(service: Any, base: Things) -> Things:
        pilot = service.pilot_of(base.siret)
        things = _new_scheme(name)(service, base)
        made = service.make("/api/v1/campaigns", campaign(things), pilot)
        if base.siret == DEMONSTRATION:
            path = f"/api/v1/campaigns/{made['id']}/duties/{things.indicator_id}"
            body = {"directorate_id": service.directorate()}
            answer = service.client.put(path, json=body, headers=service.as_(pilot))
            assert answer.status_code == 200, answer.text
        return replace(things, ids={"campaign_id": made["id"]}, etag='"1"')

    return maker


def _unsaid(name: str) -> Callable[[Any, Things], Things]:
    def maker(service: Any, base: Things) -> Things:
        return replace(_campaign_on(name)(service, base), etag="")

    return maker


def _measured(service: Any, base: Things) -> Things:
    things = _campaign_on("PART")(service, base)
    answer = service.client.put(
        f"/api/v1/measures/{things.indicator_id}",
        json=share(things),
        headers=service.as_(service.pilot_of(base.siret)),
    )
    assert answer.status_code == 200, answer.text
    return replace(things, ids={**things.ids, "measure_id": answer.json()["id"]})


def upload(_things: Things) -> dict[str, Any]:
    """A file that proves something."""
    return {"file": ("facture.pdf", PDF, "application/pdf")}


def _proved(service: Any, base: Things) -> Things:
    things = _measured(service, base)
    answer = service.client.post(
        "/api/v1/proofs",
        data={"measure_id": things.ids["measure_id"]},
        files=upload(things),
        headers=service.as_(service.pilot_of(base.siret)),
    )
    assert answer.status_code == 201, answer.text
    return replace(things, ids={**things.ids, "proof_id": answer.json()["id"]})


def _made_event(service: Any, base: Things) -> Things:
    things = _new_scheme("PART")(service, base)
    made = service.make("/api/v1/events", event(things), service.pilot_of(base.siret))
    return replace(things, ids={"event_id": made["id"]}, etag='"1"')


_READ = Operation("schemes:read", "an organisation")
_LIST = Operation("schemes:read", "own list")
_SAY = Operation("measures:write", "an organisation", makes="measure")
_EVENT = Operation("events:write", "an organisation", makes="event")
_LEAD = Operation("campaigns:write", "an organisation", makes="campaign")

OPERATIONS: dict[str, Operation] = {
    "list_measures": _LIST,
    "declare_measure": replace(_SAY, makes="unsaid share", body=share, event="measure.declared"),
    "remove_measure": replace(_SAY, query=_of_year, event="measure.removed"),
    "list_milestones": _LIST,
    "set_milestone": replace(_SAY, makes="unsaid milestone", body=milestone, event="milestone.set"),
    "add_proof": replace(
        _SAY,
        form=lambda things: {"measure_id": things.ids["measure_id"]},
        file=upload,
        event="proof.added",
    ),
    "download_proof": replace(_READ, makes="proof"),
    "remove_proof": replace(_SAY, makes="proof", event="proof.removed"),
    "list_events": _LIST,
    "create_event": replace(_EVENT, makes="scheme", body=event, event="event.created"),
    "read_event": replace(_READ, makes="event"),
    "change_event": replace(_EVENT, body=lambda _: {"participants": 19}, event="event.changed"),
    "remove_event": replace(_EVENT, event="event.removed"),
    "list_action_states": replace(_READ, makes="scheme", query=_of_scheme),
    "set_action_state": replace(_LEAD, makes="scheme", body=_state, event="action.state_set"),
    "list_campaigns": _LIST,
    "create_campaign": replace(_LEAD, makes="scheme", body=campaign, event="campaign.created"),
    "read_campaign": replace(_READ, makes="campaign"),
    "change_campaign": replace(
        _LEAD, body=lambda _: {"due_on": "2026-03-15"}, event="campaign.changed"
    ),
    "assign_duty": replace(
        _LEAD, body=lambda _: {"due_on": "2026-03-01"}, event="campaign.duty_assigned"
    ),
    "list_duties": _LIST,
    "list_duty_reminders": _LIST,
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "scheme": _new_scheme("PART"),
    "unsaid share": _unsaid("PART"),
    "unsaid milestone": _unsaid("JALON"),
    "measure": _measured,
    "proof": _proved,
    "event": _made_event,
    "campaign": _campaign_on("PART"),
}
