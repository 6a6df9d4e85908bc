"""Acts of subcontracting entered here: added, corrected, removed, refused, published."""

from typing import Any

import pytest

from tests.api.holding import Held, complete, published, wrong
from tests.cases.subcontracting import ACT, CHANGE
from tests.conftest import DEMONSTRATION
from tests.operation import Things
from tests.operations import Service

TAKEN = "00000062000013"


@pytest.fixture
def held(service: Service) -> Held:
    """A new contract notified on 2 March 2026."""
    return Held(service, service.things("contract"))


def test_an_act_is_read_back_as_entered_under_the_next_number(held: Held) -> None:
    first = held.send("POST", "subcontracts", ACT)
    assert first.status_code == 201, first.text
    assert first.json()["subcontracts"] == [ACT | {"number": 1}]
    second = held.send("POST", "subcontracts", ACT | {"months": 3})
    assert [one["number"] for one in second.json()["subcontracts"]] == [1, 2]
    listed = f"/api/v1/contracts/{held.things.contract_id}/subcontracts"
    assert held.service.get(listed) == second.json()["subcontracts"]
    assert held.history()[0] == "Un acte de sous-traitance a été ajouté."


def test_an_act_is_corrected_in_its_place_and_its_history_says_what_moved(held: Held) -> None:
    for months in (6, 3):
        held.send("POST", "subcontracts", ACT | {"months": months})
    right = ACT | {"amount": "4100.00", "subcontractor": _company("00000001800010")}
    answer = held.send("PUT", "subcontracts/1", right)
    assert answer.status_code == 200, answer.text
    acts = answer.json()["subcontracts"]
    assert acts[0] == right | {"number": 1, "subcontractor": _company("00000001800010") | _UNNAMED}
    assert (acts[1]["number"], acts[1]["months"]) == (2, 3)
    (sentence,) = held.history()[:1]
    assert "montant HT : « 4000.50 » → « 4100.00 »" in sentence
    assert "SIRET 00000001800010" in sentence
    assert "Haies fictives" not in sentence


_UNNAMED = {"name": None}


def _company(identifier: str, id_type: str = "SIRET") -> dict[str, Any]:
    return {"id_type": id_type, "identifier": identifier}


def test_the_name_of_a_company_stays_when_a_correction_leaves_it_out(held: Held) -> None:
    held.send("POST", "subcontracts", ACT)
    answer = held.send("PUT", "subcontracts/1", ACT | {"subcontractor": _company(TAKEN)})
    assert answer.json()["subcontracts"][0]["subcontractor"]["name"] == "Haies fictives"


def test_an_act_that_was_changed_goes_after_its_changes(held: Held) -> None:
    held.send("POST", "subcontracts", ACT)
    assert held.send("POST", "subcontract-changes", CHANGE).status_code == 201
    refused = held.send("DELETE", "subcontracts/1")
    assert refused.status_code == 409
    assert refused.json()["type"] == "still-carrying"
    assert "supprimez d’abord sa modification" in refused.json()["detail"]
    assert held.send("DELETE", "subcontract-changes/1").json()["subcontract_changes"] == []
    assert held.send("DELETE", "subcontracts/1").json()["subcontracts"] == []


def test_a_change_of_an_act_is_entered_corrected_and_read_back(held: Held) -> None:
    held.send("POST", "subcontracts", ACT)
    added = held.send("POST", "subcontract-changes", CHANGE)
    assert added.json()["subcontract_changes"] == [CHANGE | {"months": None}]
    right = CHANGE | {"months": 9, "amount": None}
    corrected = held.send("PUT", "subcontract-changes/1", right)
    assert corrected.json()["subcontract_changes"] == [right]
    address = f"/api/v1/contracts/{held.things.contract_id}/subcontract-changes"
    assert held.service.get(address) == [right]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"notified_on": "2026-03-01"}, "notified_on", "avant la notification du marché (02/03"),
        ({"published_on": "2026-04-14"}, "published_on", "avant la notification de l’acte (15/04"),
        ({"amount": "0.99"}, "amount", "1"),
        ({"amount": "10000000000000.00"}, "amount", "ne peut être publié"),
        ({"months": 0}, "months", "1"),
        ({"price_variation": "Révisée"}, "price_variation", "Révisable"),
        ({"subcontractor": _company("123")}, "subcontractor.identifier", "14 chiffres"),
        ({"subcontractor": _company("00000062000014")}, "subcontractor.identifier", "clé"),
        ({"subcontractor": _company("NC", "TVA")}, "subcontractor.identifier", "publié"),
        ({"subcontractor": _company("FR1", "RCS")}, "subcontractor.id_type", "SIRET"),
        ({"subcontractor": {"id_type": "SIRET"}}, "subcontractor.identifier", "obligatoire"),
    ],
)
def test_an_act_that_could_not_be_published_is_refused_on_its_field(
    held: Held, body: dict[str, Any], field: str, said: str
) -> None:
    told = wrong(held.send("POST", "subcontracts", ACT | body))
    assert list(told) == [field]
    assert said in told[field]
    assert held.read()["subcontracts"] == []


@pytest.mark.parametrize("name", sorted(ACT.keys() - {"published_on"}))
def test_an_act_says_all_that_the_format_asks_for(held: Held, name: str) -> None:
    left = {key: value for key, value in ACT.items() if key != name}
    assert list(wrong(held.send("POST", "subcontracts", left))) == [name]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"number": 7}, "number", "n’est pas un acte de ce marché, dont les actes ont pour num"),
        ({"notified_on": "2026-04-14"}, "notified_on", "avant la notification de l’acte (15/04"),
        ({"published_on": "2026-05-31"}, "published_on", "avant la notification de la modif"),
        ({"amount": None}, "amount", "dites ce que la modification change"),
        ({}, "number", "déjà cette modification"),
    ],
)
def test_a_change_that_changes_nothing_or_no_act_is_refused(
    held: Held, body: dict[str, Any], field: str, said: str
) -> None:
    held.send("POST", "subcontracts", ACT)
    held.send("POST", "subcontract-changes", CHANGE)
    told = wrong(held.send("POST", "subcontract-changes", CHANGE | body))
    assert list(told) == [field]
    assert said in told[field]


def test_an_act_cannot_come_after_what_changed_it(held: Held) -> None:
    held.send("POST", "subcontracts", ACT)
    held.send("POST", "subcontract-changes", CHANGE)
    late = {"notified_on": "2026-07-01", "published_on": None}
    told = wrong(held.send("PUT", "subcontracts/1", ACT | late))
    assert "après sa modification (01/06/2026)" in told["notified_on"]


def test_a_concession_has_no_act_of_subcontracting(service: Service) -> None:
    body = {"buyer_siret": DEMONSTRATION, "kind": "concession", "reference": "2026-C-ST"}
    made = service.make("/api/v1/contracts", body, "pilot")
    held = Held(service, Things(DEMONSTRATION, contract_id=made["id"], etag='"1"'))
    told = wrong(held.send("POST", "subcontracts", ACT))
    assert "seul un marché a des actes de sous-traitance" in told["contract_id"]


def test_a_part_changes_only_on_the_version_that_was_read(held: Held) -> None:
    stale = {"If-Match": held.etag}
    held.send("POST", "subcontracts", ACT)
    for method, path, body in (
        ("POST", "subcontracts", ACT),
        ("PUT", "subcontracts/1", ACT),
        ("DELETE", "subcontracts/1", None),
        ("POST", "subcontract-changes", CHANGE),
    ):
        assert held.send(method, path, body, **stale).status_code == 412
    assert held.send("PUT", "subcontracts/2", ACT).status_code == 404
    assert held.send("DELETE", "subcontract-changes/1").status_code == 404
    assert len(held.read()["subcontracts"]) == 1


def test_an_act_sent_twice_under_one_key_is_added_once(held: Held) -> None:
    once = {"Idempotency-Key": "acte-un-seul"}
    first = held.send("POST", "subcontracts", ACT, **once)
    again = held.send("POST", "subcontracts", ACT, **once, **{"If-Match": held.things.etag})
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(held.read()["subcontracts"]) == 1


def test_what_is_entered_comes_out_in_valid_files(service: Service) -> None:
    held = complete(service, "marche")
    before = held.read()
    day = before["notified_on"]
    act = ACT | {"notified_on": day, "published_on": "2026-05-02"}
    added = held.send("POST", "subcontracts", act)
    assert added.status_code == 201, added.text
    number = added.json()["subcontracts"][-1]["number"]
    change = CHANGE | {"number": number}
    changed = held.send("POST", "subcontract-changes", change)
    assert changed.status_code == 201, changed.text
    assert changed.json()["withheld"] == []
    row, element = published(service, before["reference"])
    assert row["actesSousTraitance"][-1]["acteSousTraitance"] == {
        "id": number,
        "sousTraitant": {"typeIdentifiant": "SIRET", "id": TAKEN},
        "dureeMois": 6,
        "dateNotification": day,
        "datePublicationDonnees": "2026-05-02",
        "montant": 4000.5,
        "variationPrix": "Ferme",
    }
    assert row["modificationsActesSousTraitance"][-1]["modificationActeSousTraitance"] == {
        "id": number,
        "dateNotificationModificationSousTraitance": "2026-06-01",
        "datePublicationDonnees": "2026-06-20",
        "montant": 4500,
    }
    acts = element.findall("actesSousTraitance/acteSousTraitance")
    assert [one.findtext("id") for one in acts][-1] == str(number)
    changes = element.findall("modificationsActesSousTraitance/modificationActesSousTraitance")
    assert changes[-1].findtext("montant") == "4500"


def test_an_act_without_its_day_of_publication_holds_the_contract_back(service: Service) -> None:
    held = complete(service, "marche")
    day = held.read()["notified_on"]
    answer = held.send("POST", "subcontracts", ACT | {"notified_on": day, "published_on": None})
    (reason,) = answer.json()["withheld"]
    rank = len(answer.json()["subcontracts"])
    assert reason["field"] == f"actesSousTraitance[{rank}].datePublicationDonnees"
    right = ACT | {"notified_on": day}
    assert held.send("PUT", f"subcontracts/{rank}", right).json()["withheld"] == []


def test_an_act_moves_the_feed_of_the_register(held: Held) -> None:
    answer = held.send("POST", "subcontracts", ACT)
    entries: dict[str, int] = {}
    page = held.service.get("/api/v1/contracts/feed?limit=100")
    while page["items"]:
        entries |= {one["contract_id"]: one["version"] for one in page["items"]}
        page = held.service.get(f"/api/v1/contracts/feed?limit=100&cursor={page['next']}")
    assert entries[held.things.contract_id] == answer.json()["version"]
