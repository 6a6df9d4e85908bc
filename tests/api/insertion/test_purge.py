"""Erasures: announced, delayed, then done for good, and the figures stay as they were."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from httpx2 import Response
from sqlmodel import Session, SQLModel, col

from api.insertion.beneficiaries.models import (
    Beneficiary,
    BeneficiaryExit,
    BeneficiaryIdentity,
    Eligibility,
    Employment,
    Purge,
    Training,
)
from api.insertion.statements.models import HoursLine
from api.kit.days import today
from api.kit.idempotency import IdempotencyKey
from api.rules.hours.calendar import add_months
from tests.api.insertion.persons import (
    add_hours,
    ask,
    events,
    field_of,
    follow,
    identify,
    on_disk,
    rows,
    write,
)
from tests.cases.beneficiaries import PURGES
from tests.operations import Service

_numbers = count(1)
LONG_AGO = datetime.fromisoformat("2015-06-01T08:00:00+00:00")
OLD, RECENT = date(2016, 3, 1), add_months(today(), -20)


def purge(service: Service, path: str = "", body: Any = None) -> Response:
    return service.client.post(f"{PURGES}{path}", json=body, headers=service.as_("facilitator"))


def announce(service: Service) -> Any:
    answer = purge(service, body={})
    assert answer.status_code == 201, answer.text
    return answer.json()


def age(service: Service, person: str) -> None:
    wanted = col(Beneficiary.id) == UUID(person)
    write(service, sa.update(Beneficiary).where(wanted).values(created_at=LONG_AGO))


def make_due(service: Service, announced: Any) -> None:
    wanted = col(Purge.id) == UUID(announced["id"])
    write(service, sa.update(Purge).where(wanted).values(due_on=today()))


def forgotten(service: Service, name: str = "Canarique") -> Any:
    """A person of long ago, of whom everything that can be is kept."""
    name = f"{name}{next(_numbers):03}"
    person = follow(
        service,
        external_ref=f"reference-{name}",
        sex="f",
        birth_band=1985,
        public="young",
        qualification="3",
        qpv=True,
        qpv_code="QNCANARI",
        entered_on="2015-06-01",
        informed_on="2015-06-01",
    )
    path = f"/{person['id']}"
    identify(service, person["id"], name)
    criterion = {"criterion": "rsa", "opinion": f"avis sur {name}", "proof": "attestation"}
    contract = {"starts_on": "2015-06-01", "kind": "cdi", "employer_name": f"chez {name}"}
    training = {"kind": "certifying", "hours": "40.00", "title": f"cours {name}"}
    for part, body in (
        ("eligibility", criterion),
        ("employments", contract),
        ("trainings", training),
    ):
        assert ask(service, "POST", f"{path}/{part}", body).status_code == 201
    said = {"situation": "durable_job", "observed_on": "2016-06-01", "source": f"dit par {name}"}
    assert ask(service, "PUT", f"{path}/exits/end", said).is_success
    add_hours(service, person["id"], OLD)
    age(service, person["id"])
    return person


# What is erased of the rows that stay; all the rest is what figures count.
ERASED: dict[type[SQLModel], set[str]] = {
    Beneficiary: {"external_ref", "qpv_code", "version", "updated_at", "purge_id"},
    HoursLine: set(),
    Employment: {"employer_name"},
    Training: {"title"},
    BeneficiaryExit: {"source"},
}

GONE: tuple[type[SQLModel], ...] = (BeneficiaryIdentity, Eligibility)


def counted(service: Service, person: str) -> list[dict[str, Any]]:
    """All the columns of a person's rows that figures can count."""
    return [
        {name: value for name, value in row.items() if name not in erased}
        for table, erased in ERASED.items()
        for row in rows(service, table, person)
    ]


def test_an_announcement_tells_who_and_when_and_erases_nothing(service: Service) -> None:
    person = forgotten(service)
    kept = {table: rows(service, table, person["id"]) for table in (*ERASED, *GONE)}
    announced = announce(service)
    assert person["pseudonym"] in announced["pseudonyms"]
    assert announced["count"] == len(announced["pseudonyms"])
    assert announced["state"] == "announced"
    assert announced["before"] == str(add_months(today(), -24))
    assert announced["due_on"] == str(today() + timedelta(days=30))
    (marked,) = kept[Beneficiary]
    marked["purge_id"] = UUID(announced["id"])
    assert {table: rows(service, table, person["id"]) for table in kept} == kept
    read = ask(service, "GET", f"/{person['id']}").json()
    assert (read["identity_kept"], read["erasure_due_on"]) == (True, announced["due_on"])
    listed = ask(service, "GET", f"?purge={announced['id']}&limit=100").json()["items"]
    assert sorted(one["pseudonym"] for one in listed) == announced["pseudonyms"]


def test_an_erasure_is_refused_before_its_day(service: Service) -> None:
    person = forgotten(service)
    announced = announce(service)
    refused = purge(service, f"/{announced['id']}/execute")
    assert (refused.status_code, refused.json()["type"]) == (409, "purge-not-due")
    due = date.fromisoformat(announced["due_on"])
    assert f"{due:%d/%m/%Y}" in refused.json()["detail"]
    assert rows(service, BeneficiaryIdentity, person["id"])
    make_due(service, announced)
    assert purge(service, f"/{announced['id']}/execute").is_success


def test_what_names_a_person_is_erased_and_what_figures_count_stays(service: Service) -> None:
    person = forgotten(service)
    before = counted(service, person["id"])
    announced = announce(service)
    make_due(service, announced)
    done = purge(service, f"/{announced['id']}/execute").json()
    assert done["state"] == "executed"
    assert done["left_out"] == []
    assert person["pseudonym"] in done["pseudonyms"]
    assert counted(service, person["id"]) == before
    assert len(before) == 5
    for table in GONE:
        assert rows(service, table, person["id"]) == []
    whole = ask(service, "POST", f"/{person['id']}/export", {"reason": "Contrôle"}).text
    assert "anari" not in whole.lower()
    assert '"counted":"107.00"' in whole
    (*_, event) = events(service, "purge.executed")
    proof = "\n".join(done["pseudonyms"]).encode()
    assert done["digest"] == event.details["digest"] == sha256(proof).hexdigest()


def test_who_is_active_again_is_left_and_told(service: Service) -> None:
    back, gone = forgotten(service, "Revenue"), forgotten(service, "Partie")
    announced = announce(service)
    assert {back["pseudonym"], gone["pseudonym"]} <= set(announced["pseudonyms"])
    add_hours(service, back["id"], RECENT.replace(day=1))
    make_due(service, announced)
    done = purge(service, f"/{announced['id']}/execute").json()
    assert done["left_out"] == [back["pseudonym"]]
    assert done["count"] == announced["count"] - 1
    assert gone["pseudonym"] in done["pseudonyms"]
    assert rows(service, BeneficiaryIdentity, back["id"])
    assert ask(service, "GET", f"/{back['id']}").json()["erasure_due_on"] is None


def test_a_cancelled_erasure_erases_nothing_and_may_be_announced_again(service: Service) -> None:
    person = forgotten(service)
    announced = announce(service)
    assert purge(service, body={}).json()["type"] == "nothing-to-erase"
    assert purge(service, f"/{announced['id']}/cancel").json()["state"] == "cancelled"
    make_due(service, announced)
    for verb in ("cancel", "execute"):
        over = purge(service, f"/{announced['id']}/{verb}")
        assert (over.status_code, over.json()["type"]) == (409, "purge-over")
    assert rows(service, BeneficiaryIdentity, person["id"])
    again = announce(service)
    assert person["pseudonym"] in again["pseudonyms"]
    make_due(service, again)
    assert purge(service, f"/{again['id']}/execute").is_success
    assert purge(service, f"/{again['id']}/execute").json()["type"] == "purge-over"
    page = service.get(f"{PURGES}?limit=2", "facilitator")
    assert [one["state"] for one in page["items"]] == ["executed", "cancelled"]


def _hours(service: Service, person: str) -> None:
    add_hours(service, person, RECENT.replace(day=1))


def _part(path: str, **body: Any) -> Callable[[Service, str], None]:
    def add(service: Service, person: str) -> None:
        method = "PUT" if path.startswith("exits") else "POST"
        assert ask(service, method, f"/{person}/{path}", body).is_success

    return add


ACTIVITIES: dict[str, Callable[[Service, str], None]] = {
    "hours": _hours,
    "a contract": _part("employments", starts_on="2016-01-01", ends_on=str(RECENT)),
    "a training": _part("trainings", kind="other", ended_on=str(RECENT)),
    "an exit whose twelve months are not long past": _part(
        "exits/end", situation="unknown", observed_on=str(add_months(today(), -35))
    ),
    "six months after the end": _part(
        "exits/m6", situation="unknown", observed_on=str(add_months(today(), -29))
    ),
}


@pytest.mark.parametrize("activity", ACTIVITIES)
def test_who_was_active_in_the_last_two_years_is_not_announced(
    service: Service, activity: str
) -> None:
    active, inactive = follow(service, external_ref=activity), forgotten(service)
    ACTIVITIES[activity](service, active["id"])
    age(service, active["id"])
    announced = announce(service)
    assert active["pseudonym"] not in announced["pseudonyms"]
    assert inactive["pseudonym"] in announced["pseudonyms"]
    purge(service, f"/{announced['id']}/cancel")


@pytest.mark.parametrize(("checkpoint", "months"), [("end", -37), ("m6", -31), ("m12", -25)])
def test_once_the_last_checkpoint_is_long_past_a_person_is_announced(
    service: Service, checkpoint: str, months: int
) -> None:
    person = follow(service, external_ref=f"{checkpoint}{months}")
    said = {"situation": "unknown", "observed_on": str(add_months(today(), months))}
    assert ask(service, "PUT", f"/{person['id']}/exits/{checkpoint}", said).is_success
    age(service, person["id"])
    announced = announce(service)
    assert person["pseudonym"] in announced["pseudonyms"]
    purge(service, f"/{announced['id']}/cancel")


def test_a_day_to_come_is_refused(service: Service) -> None:
    tomorrow = str(today() + timedelta(days=1))
    assert field_of(purge(service, body={"before": tomorrow})) == ["body", "before"]


def test_answers_kept_to_be_given_again_are_forgotten(service: Service) -> None:
    headers = {"Idempotency_Key": "purge-0001"}
    body = {"external_ref": "reference-oubliee"}
    person = ask(service, "POST", "", body, **headers).json()
    other = ask(service, "POST", "", {}, Idempotency_Key="purge-0002").json()
    age(service, person["id"])
    announced = announce(service)
    make_due(service, announced)
    assert purge(service, f"/{announced['id']}/execute").is_success
    with Session(service.app.state.engines.read) as session:
        kept = "".join(session.scalars(sa.select(col(IdempotencyKey.body))))
    assert person["id"] not in kept
    assert "reference-oubliee" not in kept
    assert other["id"] in kept


TEXTS = (b"avis sur Encre", b"reference-Encre", b"cours Encre", b"chez Encre", b"dit par Encre")


@pytest.mark.parametrize("shared_app", ["sqlite"], indirect=True)
def test_what_is_erased_is_not_in_the_file_any_more(service: Service) -> None:
    persons = [forgotten(service, "Encre") for _ in range(40)]
    for person in persons[::3]:
        identify(service, person["id"], "Encre replaced")
    sealed = [rows(service, BeneficiaryIdentity, one["id"])[0]["sealed"] for one in persons]
    before = on_disk(service)
    assert all(one in before for one in sealed)
    assert all(before.count(one) >= len(persons) for one in TEXTS)
    announced = announce(service)
    make_due(service, announced)
    assert purge(service, f"/{announced['id']}/execute").json()["count"] >= len(persons)
    after = on_disk(service)
    # Any piece of a seal, not the whole only: a page that was cut keeps halves.
    assert [one for one in sealed if one[1:17] in after or one[-16:] in after] == []
    assert [one for one in TEXTS if one in after] == []
