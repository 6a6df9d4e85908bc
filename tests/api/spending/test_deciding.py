"""What waits for a contract is listed with why; a person decides, and the machine does not undo."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask, close, contract, fields, pages, reopen
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service, decp_file

HOLDER = "00000055500016"
NOBODY = "00000066600099"


def send(service: Service, **said: Any) -> str:
    """A line entered; its id."""
    line = {"year": 2026, "payee_siret": HOLDER, "amount": "100.00"} | said
    body = {"buyer_siret": DEMONSTRATION, "lines": [line]}
    answer = ask(service, "POST", "/spending", body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ids"][0])


def held(service: Service, **said: Any) -> Any:
    holder = {"id_type": "SIRET", "identifier": HOLDER, "name": "Titulaire d’essai"}
    return contract(service, **({"suppliers": [holder], "months": 12} | said))


def line(service: Service, key: str) -> Any:
    """A line as the list gives it."""
    found = pages(service, f"/spending?buyer={DEMONSTRATION}")
    return next(one for one in found if one["id"] == key)


def waiting(service: Service, more: str = "") -> dict[str, Any]:
    found = pages(service, f"/spending/waiting?buyer={DEMONSTRATION}{more}")
    return {one["id"]: one for one in found}


def decide(service: Service, key: str, choice: str, to: str | None = None, **said: Any) -> Any:
    decision = {"spending_id": key, "choice": choice} | ({"contract_id": to} if to else {})
    body = {"buyer_siret": DEMONSTRATION, "decisions": [decision]} | said
    return ask(service, "POST", "/spending/decisions", body)


def test_a_line_entered_finds_its_contract_and_says_how(service: Service) -> None:
    made = held(service, reference="NUM-2026-7", suppliers=[])
    key = send(service, contract_number="num 2026 7", mandate_number="M-12", paid_on="2026-05-04")
    found = line(service, key)
    assert (found["contract_id"], found["joined_by"]) == (made["id"], "number")
    assert (found["join_reason"], found["mandate_number"]) == ("number", "M-12")
    assert found["paid_on"] == "2026-05-04"
    given = send(service, contract_id=made["id"])
    assert line(service, given)["join_reason"] == "given"


def test_a_day_of_another_year_is_refused_at_its_place(service: Service) -> None:
    body = {
        "buyer_siret": DEMONSTRATION,
        "lines": [{"year": 2025, "payee_name": "X", "amount": "1", "paid_on": "2026-01-01"}],
    }
    assert fields(ask(service, "POST", "/spending", body)) == [["body", "lines", 0, "paid_on"]]


def test_what_waits_says_why_and_what_it_may_be(service: Service) -> None:
    one, two = (held(service, notified_on="2026-02-01") for _ in range(2))
    key = send(service, paid_on="2026-06-01", amount="777777.00")
    found = waiting(service, "&reason=several_contracts")[key]
    told = {each["contract_id"]: each for each in found["candidates"]}
    assert {one["id"], two["id"]} <= set(told)
    assert told[one["id"]]["ends_on"] == "2027-02-01"
    assert told[one["id"]]["in_period"] is True
    assert key not in waiting(service, "&reason=no_payee")
    assert key in waiting(service, "&q=&year=2026")
    # The largest amounts first.
    amounts = [float(each["amount"]) for each in waiting(service).values()]
    assert amounts == sorted(amounts, reverse=True)
    decide(service, key, "attach", two["id"])
    for made in (one, two):
        assert ask(service, "DELETE", f"/contracts/{made['id']}", **_etag(service, made))


def _etag(service: Service, made: Any) -> dict[str, str]:
    path = f"/api/v1/contracts/{made['id']}"
    return {"If_Match": service.client.get(path, headers=service.as_("pilot")).headers["etag"]}


def test_a_decision_stands_whatever_comes_until_it_is_given_back(service: Service) -> None:
    made = held(service, reference="DEC-1")
    key = send(service, contract_number="DEC 1", payee_siret=NOBODY)
    assert line(service, key)["contract_id"] == made["id"]
    assert decide(service, key, "detach", note="Erreur de saisie").status_code == 200
    again = ask(service, "POST", "/spending/joining", {"buyer_siret": DEMONSTRATION})
    assert again.status_code == 200
    assert line(service, key)["contract_id"] is None
    found = waiting(service)[key]
    assert (found["join_reason"], found["note"]) == ("detached", "Erreur de saisie")
    assert [one["contract_id"] for one in found["candidates"]] == [made["id"]]
    assert decide(service, key, "release").status_code == 200
    assert line(service, key)["joined_by"] == "number"


def test_what_is_left_aside_leaves_the_list_but_not_the_counts(service: Service) -> None:
    key = send(service, payee_siret=NOBODY, amount="12.34", year=2011)
    decide(service, key, "aside", note="Indemnité")
    assert key not in waiting(service)
    assert key in waiting(service, "&aside=true")
    assert key in waiting(service, "&reason=aside")
    counts = service.get(f"/api/v1/spending/joining?buyer={DEMONSTRATION}&year=2011")
    assert counts == [
        {
            "joined_by": "person",
            "reason": "aside",
            "joined": False,
            "lines": 1,
            "amount": "12.34",
        }
    ]


def test_a_number_kept_serves_the_lines_that_follow(service: Service) -> None:
    made = held(service, reference="REM-1", suppliers=[])
    first = send(service, contract_number="CORIOLIS 0042", payee_siret=NOBODY)
    waits = send(service, contract_number="coriolis-0042", payee_siret=NOBODY)
    assert line(service, waits)["join_reason"] == "unknown_number"
    assert decide(service, first, "attach", made["id"], remember=True).status_code == 200
    assert line(service, waits)["contract_id"] == made["id"]
    after = send(service, contract_number="Coriolis 42", payee_siret=NOBODY)
    assert line(service, after)["join_reason"] == "zeros"


def numbers(service: Service) -> list[Any]:
    """The numbers remembered of the buyer, read by pages of two."""
    return pages(service, f"/spending/numbers?buyer={DEMONSTRATION}", limit=2)


def test_remembered_numbers_are_listed_and_forgotten_with_what_they_joined(
    service: Service,
) -> None:
    made = held(service)
    texts = ["RETENU 1/26", "RETENU 2/26", "RETENU 3/26"]
    keys = [send(service, contract_number=one, payee_siret=NOBODY) for one in texts]
    for key in keys:
        assert decide(service, key, "attach", made["id"], remember=True).status_code == 200
    listed = [one for one in numbers(service) if one["contract_id"] == made["id"]]
    assert [one["number"] for one in listed] == texts
    assert listed[0]["reference"] == made["reference"]
    follower = send(service, contract_number="retenu 1-26", payee_siret=NOBODY)
    assert line(service, follower)["contract_id"] == made["id"]
    address = f"/spending/numbers/{made['id']}?number=RETENU%201%2F26"
    assert ask(service, "DELETE", address).status_code == 204
    assert "RETENU 1/26" not in [one["number"] for one in numbers(service)]
    # What the number had joined waits again; what a person decided stays.
    assert line(service, follower)["join_reason"] == "unknown_number"
    assert line(service, keys[0])["contract_id"] == made["id"]
    assert ask(service, "DELETE", address).status_code == 404


@pytest.mark.parametrize(
    ("decision", "name"),
    [
        ({"choice": "attach"}, "contract_id"),
        ({"choice": "aside", "contract_id": "own"}, "contract_id"),
        ({"choice": "attach", "contract_id": "foreign"}, "contract_id"),
        ({"choice": "aside", "spending_id": "01890000-0000-7000-8000-000000000000"}, "spending_id"),
    ],
)
def test_a_wrong_decision_is_told_and_none_is_written(
    service: Service, decision: dict[str, str], name: str
) -> None:
    good, wrong = (send(service, payee_siret=NOBODY, year=2012) for _ in range(2))
    contracts = {
        "own": service.things().contract_id,
        "foreign": service.things(siret=OTHER).contract_id,
    }
    named = {key: contracts.get(value, value) for key, value in decision.items()}
    body = {
        "buyer_siret": DEMONSTRATION,
        "decisions": [
            {"spending_id": good, "choice": "aside"},
            {"spending_id": wrong} | named,
        ],
    }
    answer = ask(service, "POST", "/spending/decisions", body)
    assert fields(answer) == [["body", "decisions", 1, name]]
    assert line(service, good)["join_reason"] == "no_contract"


def test_a_closed_year_keeps_its_contracts(service: Service) -> None:
    key = send(service, contract_number="CLOS-1", payee_siret=NOBODY, year=2014)
    closing = close(service, 2014)
    assert decide(service, key, "aside").json()["type"] == "year-closed"
    made = held(service, reference="CLOS-1", suppliers=[])
    ask(service, "POST", "/spending/joining", {"buyer_siret": DEMONSTRATION})
    assert line(service, key)["contract_id"] is None
    reopen(service, closing)
    ask(service, "POST", "/spending/joining", {"buyer_siret": DEMONSTRATION})
    assert line(service, key)["contract_id"] == made["id"]


def test_an_import_joins_what_waited_for_its_contracts(service: Service) -> None:
    key = send(service, contract_number="imp 2026 9", payee_siret=NOBODY)
    file = {"file": ("decp.json", decp_file(DEMONSTRATION, id="IMP-2026-9"), "application/json")}
    sent = service.client.post("/api/v1/imports", files=file, headers=service.as_("pilot"))
    accepted = ask(service, "POST", f"/imports/{sent.json()['id']}/accept")
    assert accepted.status_code == 200, accepted.text
    assert line(service, key)["joined_by"] == "number"
    undone = ask(service, "POST", f"/imports/{sent.json()['id']}/undo")
    assert undone.status_code == 200, undone.text
    found = line(service, key)
    assert (found["contract_id"], found["join_reason"]) == (None, "unknown_number")


def test_an_indicator_sees_a_line_under_the_contract_it_found(service: Service) -> None:
    made = held(service, reference="IND-1", suppliers=[])
    path = f"/api/v1/contracts/{made['id']}"
    etag = service.client.get(path, headers=service.as_("pilot")).headers["etag"]
    marks = {"marks": {"waste": "yes"}}
    assert ask(service, "PUT", f"/contracts/{made['id']}/marks", marks, If_Match=etag).is_success
    key = send(service, contract_number="ind 1", payee_siret=NOBODY, year=2002, amount="31.00")
    definition = {
        "fact": "spending",
        "aggregate": "sum",
        "of": "amount",
        "where": {"mark": "waste"},
    }
    asked = {"organisation": DEMONSTRATION, "year": 2002, "definition": definition}
    asked |= {"kind": "amount", "unit": "€"}
    before = ask(service, "POST", "/indicators/preview", asked)
    assert before.status_code == 200, before.text
    assert "31" in str(before.json())
    decide(service, key, "aside")
    assert before.json() != ask(service, "POST", "/indicators/preview", asked).json()
