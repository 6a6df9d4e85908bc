"""Names that another rule read, or none, are read again when the service starts."""

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from api.rules.naming import RULE, reads_as_person
from api.suppliers import reading_names
from api.suppliers.models import Supplier

NAMES = ("Jeanne Canari", "Canari Serin", "SARL Canari", None)


def test_names_are_read_again_when_the_rule_changes(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_names, "BATCH", 2)
    reading_names.bring_up_to_date(session)
    # Unread by a migration, and read otherwise by a former rule.
    made = [
        Supplier(name=name, reads_as_person=False if rule else None, naming_rule=rule)
        for name in NAMES
        for rule in (None, RULE - 1)
    ]
    session.add_all(made)
    session.flush()
    days = {one.id: one.updated_at for one in made}
    assert reading_names.bring_up_to_date(session) == len(made)
    session.expire_all()
    kept = session.scalars(
        sa.select(Supplier).where(col(Supplier.id).in_([one.id for one in made]))
    ).all()
    for one in kept:
        assert (one.reads_as_person, one.naming_rule) == (reads_as_person(one.name), RULE)
    persons = [one for one in kept if one.name == NAMES[0]]
    assert all(one.updated_at != days[one.id] for one in persons)
    assert reading_names.bring_up_to_date(session) == 0
