"""Spending: a batch enters whole or not at all, and says where it is wrong."""

from typing import Any

import pytest

from tests.api.reserved.asking import ask, close, fields, pages, reopen
from tests.conftest import DEMONSTRATION, OTHER
from tests.operations import Service

PAYEE = "00000062000013"


def line(**said: Any) -> dict[str, Any]:
    return {"year": 2013, "payee_siret": PAYEE, "amount": "100.00"} | said


def send(service: Service, *lines: dict[str, Any], **headers: str) -> Any:
    body = {"buyer_siret": DEMONSTRATION, "lines": list(lines)}
    return ask(service, "POST", "/spending", body, **headers)


def kept(service: Service, year: int) -> list[Any]:
    return pages(service, f"/spending?buyer={DEMONSTRATION}&year={year}")


def test_a_thousand_lines_enter_at_once_and_in_order(service: Service) -> None:
    lines = [line(year=2003, amount=f"{number}.01") for number in range(1000)]
    answer = send(service, *lines)
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["created"], told["amount"]) == (1000, "499510.00")
    by_id = {one["id"]: one["amount"] for one in kept(service, 2003)}
    assert [by_id[one] for one in told["ids"]] == [one["amount"] for one in lines]


def test_a_line_too_many_is_refused(service: Service) -> None:
    assert fields(send(service, *[line(year=2004)] * 1001)) == [["body", "lines"]]
    assert fields(send(service)) == [["body", "lines"]]
    assert kept(service, 2004) == []


def test_each_wrong_line_is_told_and_none_enters(service: Service) -> None:
    foreign = service.things(siret=OTHER).contract_id
    own = service.things().contract_id
    answer = send(
        service,
        line(year=2005, contract_id=own),
        line(year=2005, payee_siret=None),
        line(year=2100),
        line(year=2005, contract_id=foreign),
        line(year=2005, payee_siret=None, payee_name="Nommé"),
    )
    assert fields(answer) == [
        ["body", "lines", 1, "payee_siret"],
        ["body", "lines", 2, "year"],
        ["body", "lines", 3, "contract_id"],
    ]
    assert kept(service, 2005) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"amount": "1.001"}, "amount"),
        ({"amount": 12}, "amount"),
        ({"year": 1999}, "year"),
        ({"year": "2013"}, "year"),
        ({"payee_siret": "123"}, "payee_siret"),
    ],
)
def test_a_value_is_refused_at_its_place(service: Service, said: dict[str, Any], name: str) -> None:
    answer = send(service, line(), line(**said))
    assert fields(answer) == [["body", "lines", 1, name]]


def test_a_cancelled_payment_is_negative(service: Service) -> None:
    told = send(service, line(year=2006), line(year=2006, amount="-30.25")).json()
    assert told["amount"] == "69.75"


def test_the_same_key_enters_a_batch_once(service: Service) -> None:
    answers = [send(service, line(year=2007), Idempotency_Key="batch-2007") for _ in range(3)]
    assert len({answer.text for answer in answers}) == 1
    assert len(kept(service, 2007)) == 1


def test_a_closed_year_takes_and_gives_back_nothing(service: Service) -> None:
    made = send(service, line(year=2008)).json()["ids"][0]
    closing = close(service, 2008)
    refused = send(service, line(year=2009), line(year=2008))
    assert (refused.status_code, refused.json()["type"]) == (409, "year-closed")
    assert refused.json()["errors"][0]["loc"] == ["body", "lines", 1, "year"]
    assert kept(service, 2009) == []
    assert ask(service, "DELETE", f"/spending/{made}").json()["type"] == "year-closed"
    reopen(service, closing)
    assert ask(service, "DELETE", f"/spending/{made}").status_code == 204
    assert kept(service, 2008) == []


def test_a_directorate_and_another_buyer_see_their_own(service: Service) -> None:
    send(service, line(year=2010, payee_siret="00000001800010"))
    query = "/api/v1/spending?year=2010&payee=00000001800010"
    assert len(service.get(query, "directorate")["items"]) == 1
    assert service.get(query, "other-pilot")["items"] == []
    body = {"buyer_siret": DEMONSTRATION, "lines": [line()]}
    assert ask(service, "POST", "/spending", body, "directorate").status_code == 403
