"""Writes a world of the oracle to the tables, line after line, as it stands in its lists."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col

from api.access.models import Directorate, Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.actions.models import (
    ActionState,
    Event,
    EventAction,
    Measure,
    MeasurePart,
    Milestone,
    MilestonePart,
)
from api.closings.models import Closing
from api.consultations.models import Consultation, ConsultationMark
from api.contracts.models import (
    LONG_AGO,
    Amendment,
    Contract,
    ContractMark,
    ContractSupplier,
    Origin,
)
from api.contracts.writing import tell_marks
from api.evaluations.models import Evaluation
from api.insertion.clauses.models import Clause
from api.insertion.figures.models import PublishedInsertion
from api.insertion.figures.service import protected
from api.insertion.statements.models import HoursLine, Statement
from api.kit.passwords import hash_password
from api.programme.models import Project, ProjectAction
from api.reserved.models import Reservation, Sourcing
from api.schemes.models import Indicator, Scheme, SchemeAdoption
from api.spending.models import Spending
from api.structures.models import Structure
from api.suppliers.models import Supplier
from tests.conftest import PASSWORD
from tests.oracle.persons import Persons
from tests.oracle.world import World

ACCOUNT = "oracle"

# In this order: a line points at those written before it.
PLAIN: Iterable[tuple[str, type[SQLModel]]] = (
    ("directorate", Directorate),
    ("supplier", Supplier),
    ("structure", Structure),
    ("project", Project),
    ("consultation", Consultation),
    ("consultation_mark", ConsultationMark),
    ("contract", Contract),
    ("contract_mark", ContractMark),
    ("contract_supplier", ContractSupplier),
    ("amendment", Amendment),
    ("spending", Spending),
    ("clause", Clause),
    ("statement", Statement),
    ("hours_line", HoursLine),
    ("reservation", Reservation),
    ("evaluation", Evaluation),
    ("sourcing", Sourcing),
    ("event", Event),
)
AMENDMENT = dict.fromkeys(("notified_on", "published_on", "months", "suppliers", "purpose"))


def keep(session: Session, world: World) -> None:
    """Put a world into the tables: its organisations adopt every scheme, and one account pilots
    them all."""
    organisations(session, world["organisation"])
    for name, table in PLAIN:
        session.add_all(table(**of_table(name, one)) for one in world[name])
        session.flush()
    tell_marks(session)
    said(session, world)
    arrested(session, world)


def organisations(session: Session, some: Iterable[Mapping[str, Any]]) -> None:
    """The organisations and their one pilot."""
    pilot = session.scalars(
        sa.select(Person).where(col(Person.email) == f"{ACCOUNT}@demo.example")
    ).first()
    if pilot is None:
        pilot = Person(
            email=f"{ACCOUNT}@demo.example",
            name="Compte de l’oracle",
            password_hash=hash_password(PASSWORD),
        )
        session.add(pilot)
        session.flush()
    schemes = session.scalars(sa.select(col(Scheme.id))).all()
    for one in some:
        session.add(Organisation(**one, kind=OrganisationKind.BUYER, fictitious=True))
        session.flush()
        session.add(Membership(person_id=pilot.id, organisation_id=one["id"], role=Role.PILOT))
        session.add_all(SchemeAdoption(scheme_id=key, organisation_id=one["id"]) for key in schemes)
        session.flush()


def of_table(name: str, line: Mapping[str, Any]) -> dict[str, Any]:
    """A line with what its table asks for and no figure looks at."""
    if name == "contract":
        listed = {"listed_on": line["notified_on"] or LONG_AGO, "origin": Origin.FORM}
        return dict(line) | listed | {"search_text": ""}
    return AMENDMENT | dict(line) if name == "amendment" else dict(line)


def said(session: Session, world: World) -> None:
    """What people say, under the ids of schemes and indicators."""
    schemes = {one.code: one.id for one in session.scalars(sa.select(Scheme))}
    codes = {key: code for code, key in schemes.items()}
    found = session.scalars(sa.select(Indicator)).all()
    ids = {(codes[one.scheme_id], one.code): one.id for one in found}
    tables: tuple[tuple[str, Any, Any], ...] = (
        ("measure", Measure, MeasurePart),
        ("milestone", Milestone, MilestonePart),
    )
    for name, of_indicator, of_part in tables:
        for one in world[name]:
            rest = {key: one[key] for key in one if key not in ("indicator", "parts")}
            kept = of_indicator(indicator_id=ids[one["indicator"]], **rest)
            session.add(kept)
            session.add_all(
                of_part(**{f"{name}_id": kept.id}, position=place, **part)
                for place, part in enumerate(one.get("parts", ()))
            )
    of_actions = (
        ("event_action", EventAction),
        ("action_state", ActionState),
        ("project_action", ProjectAction),
    )
    for name, of_action in of_actions:
        for one in world[name]:
            rest = {key: value for key, value in one.items() if key != "scheme"}
            session.add(of_action(scheme_id=schemes[one["scheme"]], **rest))
    session.flush()


def arrested(session: Session, world: World) -> None:
    """Years that are closed, with what was told of their persons."""
    for (buyer_id, year), told in world.arrested.items():
        buyer = session.get_one(Organisation, buyer_id)
        pilot = session.scalars(
            sa.select(col(Person.id)).where(col(Person.email) == f"{ACCOUNT}@demo.example")
        ).one()
        closing = Closing(organisation_id=buyer.id, year=year, closed_by=pilot)
        session.add(closing)
        session.flush()
        content = protected(session, buyer, year).model_dump(mode="json") | contents(told)
        session.add(
            PublishedInsertion(buyer_id=buyer.id, year=year, closing_id=closing.id, content=content)
        )
    session.flush()


def contents(told: Persons) -> dict[str, Any]:
    """Persons as the answer of a closed year tells them."""
    return {
        "beneficiaries": {"exact": told.number, "at_least": told.number, "status": "published"},
        "long_paths": {
            "definition": "Parcours longs",
            "persons": told.long_paths,
            "contracts": None,
            "status": "published",
        },
        "breakdowns": [
            {
                "by": name,
                "label": name,
                "sensitive": False,
                "cells": [
                    {"key": key, "label": key, "hours": f"{quarters // 4}.{quarters % 4 * 25:02}",
                     "persons": number, "status": "published"}
                    for key, (number, quarters) in by.items()
                ],
            }
            for name, by in told.by.items()
        ],
    }  # fmt: skip
