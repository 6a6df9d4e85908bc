"""A morning of an integrator, recorded: the examples of openapi/examples.

``python -m tests.integrating`` writes them again; look at what changed before keeping it.
"""

import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from httpx2 import Response
from pydantic import SecretStr
from sqlmodel import Session
from starlette.testclient import TestClient

from api.app import create_app
from api.kit.outbound import Reach, Reply
from api.settings import Settings
from api.webhooks import delivering
from api.webhooks.models import Webhook
from tests.cases.access import FACILITATOR
from tests.cases.keys import new_key
from tests.cases.statements import clause_of
from tests.cases.webhooks import new_webhook
from tests.conftest import DEMONSTRATION, OCDS_PREFIX, PASSWORD, Headers, Store
from tests.operations import Service
from tests.recording import Recorder

CONTRACT = {
    "buyer_siret": DEMONSTRATION,
    "kind": "marche",
    "reference": "2026-0142",
    "subject": "Fourniture de plants",
    "amount": "42000.00",
    "notified_on": "2026-03-02",
    "suppliers": [{"id_type": "SIRET", "identifier": "00000001800010", "name": "Haies fictives"}],
}


def recorded(service: Service) -> Recorder:
    """Everything that is shown, asked of a service over the demonstration."""
    recorder = Recorder()
    key = _key(service, recorder)
    feed = _start_of_feed(service, recorder, key)
    made = _contracts(service, recorder, key)
    _webhook(service, recorder)
    _changes(service, recorder, key, feed, made)
    _hours(service, recorder)
    return recorder


def _ask(
    service: Service, method: str, path: str, headers: Headers, body: Any = None, **more: str
) -> Response:
    sent = headers | {name.replace("_", "-"): one for name, one in more.items()}
    if body is None:
        return service.client.request(method, path, headers=sent)
    return service.client.request(method, path, json=body, headers=sent)


def _key(service: Service, recorder: Recorder) -> Headers:
    body = new_key(DEMONSTRATION, ["contracts:write"])
    recorder.hide(body["expires_on"], "2027-05-21")
    answer = _ask(service, "POST", "/api/v1/keys", service.as_("pilot"), body)
    told = answer.json()
    recorder.hide(told["secret"], "spk_exemple1_montree-une-seule-fois")
    recorder.hide(told["prefix"], "spk_exemple1")
    recorder.keep("creer-une-cle", "Créer une clé d’API, montrée une seule fois", answer, body)
    return {"Authorization": f"Bearer {told['secret']}"}


def _start_of_feed(service: Service, recorder: Recorder, key: Headers) -> str:
    """Read the feed to its end, as who synchronises has done before the morning begins."""
    cursor, more = "", True
    while more:
        address = "/api/v1/contracts/feed?limit=100" + (f"&cursor={cursor}" if cursor else "")
        page = _ask(service, "GET", address, key).json()
        cursor, more = page["next"], page["more"]
    recorder.hide(cursor, "curseur-0")
    return str(cursor)


def _contracts(service: Service, recorder: Recorder, key: Headers) -> list[str]:
    address = f"/api/v1/contracts/by-external-id/{DEMONSTRATION}/GF-1"
    answer = _ask(service, "PUT", address, key, CONTRACT)
    made = recorder.keep(
        "ecrire-un-marche", "Écrire un marché par son identifiant externe", answer, CONTRACT
    )
    changed = CONTRACT | {"months": 24}
    answer = _ask(service, "PUT", address, key, changed, If_Match=answer.headers["etag"])
    recorder.keep("modifier-un-marche", "L’écrire de nouveau, modifié", answer, changed)
    wrong = CONTRACT | {"amount": "42 000 €"}
    answer = _ask(service, "PUT", address, key, wrong)
    recorder.keep("saisie-refusee", "Une saisie refusée, champ par champ", answer, wrong)
    lines = [
        _line("GF-1", months=24),
        _line("GF-2", reference="2026-0143"),
        _line("GF-3", reference="2026-0144", notified_on="02/03/2026"),
    ]
    bulk = {"buyer_siret": DEMONSTRATION, "lines": lines}
    answer = _ask(service, "POST", "/api/v1/contracts/bulk", key, bulk)
    done = recorder.keep("ecrire-mille-marches", "Mille marchés au plus à la fois", answer, bulk)
    return [made["id"], done["lines"][1]["contract_id"]]


def _line(external_id: str, **facts: Any) -> dict[str, Any]:
    told = {name: one for name, one in CONTRACT.items() if name != "buyer_siret"}
    return {"external_id": external_id} | told | facts


def _changes(
    service: Service, recorder: Recorder, key: Headers, cursor: str, made: list[str]
) -> None:
    address = "/api/v1/contracts/feed"
    answer = _ask(service, "GET", f"{address}?limit=1&cursor={cursor}", key)
    page = recorder.keep("suivre-les-marches", "Ce qui a changé depuis un curseur", answer)
    gone = f"/api/v1/contracts/{made[1]}"
    tag = _ask(service, "GET", gone, key).headers["etag"]
    answer = _ask(service, "DELETE", gone, key, If_Match=tag)
    recorder.keep("oter-un-marche", "Ôter un marché", answer)
    answer = _ask(service, "GET", f"{address}?cursor={page['next']}", key)
    recorder.keep("suivre-les-retraits", "La suite : un marché a été ôté", answer)
    foreign = _ask(service, "GET", f"{address}?limit=1", service.as_("other-pilot")).json()["next"]
    recorder.hide(foreign, "curseur-d-avant")
    answer = _ask(service, "GET", f"{address}?cursor={foreign}", key)
    recorder.keep("curseur-perime", "Un curseur périmé : relire depuis le début", answer)


def _webhook(service: Service, recorder: Recorder) -> None:
    with Session(service.app.state.engines.write) as session, session.begin():
        session.execute(sa.delete(Webhook))
    body = new_webhook(DEMONSTRATION)
    answer = _ask(service, "POST", "/api/v1/webhooks", service.as_("pilot"), body)
    recorder.hide(answer.json()["secret"], "whsec_montre-une-seule-fois")
    recorder.keep("creer-un-webhook", "Créer un webhook", answer, body)
    # It is told of what comes: the contract that was just written is written once more.
    address = f"/api/v1/contracts/by-external-id/{DEMONSTRATION}/GF-1"
    _ask(service, "PUT", address, service.as_("pilot"), CONTRACT | {"months": 36})
    state = service.app.state

    def send(_url: str, content: bytes, headers: dict[str, str], _reach: Reach) -> Reply:
        recorder.hide(headers["webhook-timestamp"], "1795336200")
        recorder.hide(headers["webhook-signature"], "v1,…")
        recorder.message("recevoir-un-message", "Le message d’un webhook", headers, content)
        return Reply(204, b"")

    delivering.deliver(state.engines, state.settings.signing_key, Reach(), send)


def _hours(service: Service, recorder: Recorder) -> None:
    key = service.make("/api/v1/keys", new_key(FACILITATOR, ["statements:write"]), "facilitator")
    headers = {"Authorization": f"Bearer {key['secret']}"}
    clause = clause_of(service)
    line = {"clause_id": str(clause), "month": "2024-03"}
    lines = [
        line | {"persons": 2, "hours": "70.25", "training_hours": "7.00"},
        line | {"persons": 1, "hours": "12.10"},
    ]
    body = {"lines": lines, "partial": True, "submit": True}
    path = "/api/v1/insertion/statements/batch"
    answer = _ask(service, "POST", path, headers, body, Idempotency_Key="heures-2024-03")
    recorder.keep("declarer-des-heures", "Déclarer des heures d’insertion", answer, body)


def main() -> None:
    """Write the examples."""
    with tempfile.TemporaryDirectory() as folder:
        url = Store(Path(folder)).make("demo")
        settings = Settings(
            data_dir=Path(folder),
            database_url=url,
            demo_password=SecretStr(PASSWORD),
            ocds_prefix=OCDS_PREFIX,
        )
        app = create_app(settings)
        with TestClient(app) as client:
            recorded(Service(client, app)).write()


if __name__ == "__main__":
    main()
