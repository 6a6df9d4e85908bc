"""Every operation of the API: the right it asks for, what it is about, how to call it well.

The one table of the tests that speak of all operations (rights, hostile input, audit). A test
fails when the OpenAPI document holds an operation that is not here.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import count
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from fastapi import FastAPI
from httpx2 import Response
from sqlmodel import Session, SQLModel
from starlette.testclient import TestClient

from tests.cases import CASES, MAKERS
from tests.conftest import DEMONSTRATION, OTHER, PASSWORD, Headers
from tests.described import documented
from tests.operation import Operation, Things

OUR_DIRECTORATE = "Bâtiments et voirie"
UNKNOWN_SIRET = "00000099900014"

_numbers = count(1)


def _figures(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": 2025}


def _evidence(things: Things) -> dict[str, Any]:
    return _figures(things) | {"state": "counted"}


def _login(_things: Things) -> dict[str, Any]:
    return {"username": "reader@demo.example", "password": PASSWORD}


def _session(things: Things) -> dict[str, Any]:
    return {"refresh_token": things.refresh_token}


def new_contract(things: Things) -> dict[str, Any]:
    """The body of a contract that the register doesn't hold yet."""
    return {
        "buyer_siret": things.siret,
        "kind": "marche",
        "reference": f"T-{next(_numbers)}",
        "subject": "Entretien des haies",
        "amount": "12000.50",
        "notified_on": "2026-03-02",
        "suppliers": [
            {"id_type": "SIRET", "identifier": "00000062000013", "name": "Haies fictives"}
        ],
    }


def decp_file(siret: str, **changes: Any) -> bytes:
    """A DECP file of one new contract of a buyer."""
    row = {
        "id": f"D-{next(_numbers)}",
        "acheteur": {"id": siret},
        "nature": "Marché",
        "objet": "Nettoyage des locaux",
        "codeCPV": "90910000-9",
        "dateNotification": "2026-01-15",
        "montant": 157000.25,
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "00000001800010"}}],
    }
    return json.dumps({"marches": {"marche": [row | changes]}}).encode()


def _upload(things: Things) -> dict[str, Any]:
    return {"file": ("decp.json", decp_file(things.siret), "application/json")}


_READ_CONTRACT = Operation("contracts:read", "an organisation", makes="contract")
_CHANGE_IMPORT = Operation("imports:write", "an organisation", makes="staged")
_PUBLIC = Operation("public")

OPERATIONS: dict[str, Operation] = {
    "read_liveness": _PUBLIC,
    "read_readiness": _PUBLIC,
    "create_token": Operation("public", form=_login, event="session.opened"),
    # A rotation changes nothing but the secret: the session it belongs to was recorded once.
    "refresh_token": Operation("public", makes="session", body=_session),
    "revoke_token": Operation("public", makes="session", body=_session, event="session.closed"),
    "read_me": Operation("signed in"),
    "read_organisation": Operation("member", "an organisation"),
    "list_directorates": Operation("contracts:read", "an organisation"),
    "list_purchase_families": Operation("schemes:read", "an organisation"),
    "list_marks": Operation("signed in"),
    "search_cpv": Operation("signed in", query=lambda _: {"q": "voirie"}),
    "list_contracts": Operation("contracts:read", "own list"),
    "create_contract": Operation(
        "contracts:write",
        "an organisation",
        makes="directorate",
        body=new_contract,
        event="contract.created",
    ),
    "read_contract": _READ_CONTRACT,
    "change_contract": Operation(
        "contracts:write",
        "an organisation",
        makes="contract",
        body=lambda _: {"months": 7},
        event="contract.changed",
    ),
    "remove_contract": Operation(
        "contracts:write", "an organisation", makes="contract", event="contract.removed"
    ),
    "list_amendments": _READ_CONTRACT,
    "create_amendment": Operation(
        "contracts:write",
        "an organisation",
        makes="contract",
        body=lambda _: {"notified_on": "2026-10-05", "amount": "99000.00", "purpose": "En plus"},
        event="contract.amended",
    ),
    "read_marks": _READ_CONTRACT,
    "change_marks": Operation(
        "contracts:write",
        "an organisation",
        makes="contract",
        body=lambda _: {"marks": {"waste": "yes"}},
        event="contract.marked",
    ),
    "read_history": _READ_CONTRACT,
    "list_suppliers": Operation("contracts:read"),
    "read_supplier": Operation("contracts:read"),
    "read_supplier_sources": Operation("contracts:read", "a company"),
    "change_supplier": Operation(
        "contracts:write", body=lambda _: {"size": "ge", "ess": True}, event="supplier.changed"
    ),
    "list_schemes": Operation("schemes:read"),
    "read_scheme": Operation("schemes:read"),
    "list_scheme_indicators": Operation("schemes:read"),
    "list_scheme_results": Operation("schemes:read", "both", query=_figures),
    "read_indicator": Operation("schemes:read"),
    "read_result": Operation("schemes:read", "both", query=_figures),
    "list_evidence": Operation("schemes:read", "both", query=_evidence),
    "create_import": Operation(
        "imports:write",
        "an organisation",
        form=lambda things: {"organisation": things.siret},
        file=_upload,
        event="import.received",
    ),
    "list_imports": Operation("imports:write", "own list"),
    "read_import": _CHANGE_IMPORT,
    "list_import_rows": _CHANGE_IMPORT,
    "accept_import": replace(_CHANGE_IMPORT, event="import.accepted"),
    "undo_import": replace(_CHANGE_IMPORT, makes="accepted", event="import.undone"),
    "read_publication": Operation("publication:read", "an organisation"),
    "list_withheld": Operation("publication:read", "an organisation"),
    "list_dropped": Operation("publication:read", "an organisation"),
    "list_due": Operation("publication:read", "an organisation"),
    "list_publishers": _PUBLIC,
    **{
        f"{verb}_{name}": _PUBLIC
        for verb in ("open", "check")
        for name in (
            "decp_marches_json",
            "decp_concessions_json",
            "decp_marches_of_year_json",
            "decp_concessions_of_year_json",
            "decp_xml",
            "decp_of_year_xml",
            "contrats_csv",
            "indicateurs_json",
            "indicateurs_csv",
            "datapackage_json",
            "contrats_tableschema_json",
            "indicateurs_tableschema_json",
            "indicateurs_schema_json",
            "marches_atom",
            "all_marches_atom",
            "ocds_json",
            "programmation_json",
            "programmation_schema_json",
        )
    },
    **CASES,
}

# The rights of each account on the demonstration buyer, written here once more on purpose: the
# table of the service is what is tested.
_MEMBERS = {"administrator", "pilot", "directorate", "reader", "publisher"}
_EVERYBODY = _MEMBERS | {"facilitator", "other-pilot", "other-facilitator"}
MAY: dict[str, set[str]] = {
    "public": _EVERYBODY,
    "signed in": _EVERYBODY,
    "member": _MEMBERS,
    "contracts:read": _MEMBERS,
    "contracts:write": {"administrator", "pilot", "directorate"},
    "imports:write": {"administrator", "pilot"},
    "schemes:read": _MEMBERS,
    "schemes:write": {"administrator", "pilot"},
    "publication:read": _MEMBERS,
    "publication:write": {"administrator", "pilot", "publisher"},
    "mandates:write": {"administrator"},
    "insertion:read": _MEMBERS | {"facilitator"},
    "clauses:write": {"administrator", "pilot"},
    "feasibility:ask": {"administrator", "pilot", "directorate"},
    "feasibility:answer": {"facilitator"},
    "parameters:write": {"administrator", "pilot"},
    "statements:write": {"facilitator"},
    "beneficiaries:write": {"facilitator"},
    "reservations:write": {"administrator", "pilot", "directorate"},
    "structures:write": {"administrator", "pilot"},
    "spending:write": {"administrator", "pilot"},
    "programme:write": {"administrator", "pilot", "directorate"},
    "evaluations:write": {"administrator", "pilot", "directorate"},
    "closings:write": {"administrator", "pilot"},
    "measures:write": {"administrator", "pilot", "directorate"},
    "events:write": {"administrator", "pilot", "directorate"},
    "campaigns:write": {"administrator", "pilot"},
    "closings:reopen": {"administrator"},
    "keys:write": {"administrator", "pilot"},
    "webhooks:write": {"administrator", "pilot"},
    # A view is that of who saved it, here the pilot; the others of the organisation only see it.
    "own view": {"pilot"},
}
ACCOUNTS = sorted(_EVERYBODY)


def counts(service: "Service") -> dict[str, int]:
    """How many rows each table holds, the login of the pilot among them."""
    service.as_("pilot")
    with Session(service.app.state.engines.read) as session:
        each = [
            sa.select(sa.literal(name), sa.func.count()).select_from(table)
            for name, table in SQLModel.metadata.tables.items()
        ]
        return {row[0]: row[1] for row in session.execute(sa.union_all(*each))}


class Service:
    """The service and its accounts, with hands to make what a call is about."""

    def __init__(self, client: TestClient, app: FastAPI) -> None:
        self.client = client
        self.app = app
        self.addresses = {name: (method, path) for name, method, path, _ in documented()}
        self._headers: dict[str, Headers] = {}
        self._bases: dict[str, Things] = {}
        self._directorates: dict[tuple[str, str], str] = {}
        self._untouched: dict[tuple[str, str], Things] = {}

    def as_(self, account: str) -> Headers:
        """The headers of an account of the demonstration; none for "anonymous"."""
        if account == "anonymous":
            return {}
        if account not in self._headers:
            pair = self.login(account)
            self._headers[account] = {"Authorization": f"Bearer {pair['access_token']}"}
        return self._headers[account]

    def login(self, account: str) -> dict[str, str]:
        """A new pair of tokens."""
        form = {"username": f"{account}@demo.example", "password": PASSWORD}
        answer = self.client.post("/api/v1/tokens", data=form)
        assert answer.status_code == 200, answer.text
        pair: dict[str, str] = answer.json()
        return pair

    def get(self, path: str, account: str = "pilot") -> Any:
        """The JSON at an address that answers."""
        answer = self.client.get(path, headers=self.as_(account))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def things(self, makes: str = "", siret: str = DEMONSTRATION) -> Things:
        """Things of a buyer, with one of ``makes`` new for this call."""
        account = self.pilot_of(siret)
        if siret not in self._bases:
            self._bases[siret] = self._base(siret, account)
        makers: dict[str, Callable[[Things, str], Things]] = {
            "contract": self._contract,
            "staged": self._staged,
            "accepted": self._accepted,
            "session": self._session,
        }
        base = self._bases[siret]
        if makes in MAKERS:
            return MAKERS[makes](self, base)
        return makers[makes](base, account) if makes in makers else base

    def untouched(self, makes: str = "", siret: str = DEMONSTRATION) -> Things:
        """Things as ``things`` makes them, the same ones until a call has changed anything.

        For calls that are refused or that read: they leave things as they were.
        """
        key = (makes, siret)
        if key not in self._untouched:
            self._untouched[key] = self.things(makes, siret)
        return self._untouched[key]

    def ask(self, name: str, headers: Headers, siret: str = DEMONSTRATION) -> Response:
        """Call an operation well, on things made again only once a call may have changed them."""
        return self.call(name, self.untouched(OPERATIONS[name].makes, siret), headers)

    def pilot_of(self, siret: str) -> str:
        """The account that pilots a buyer."""
        return "other-pilot" if siret == OTHER else "pilot"

    def facilitator_of(self, siret: str) -> str:
        """The account that holds the mandate of a buyer."""
        return "other-facilitator" if siret == OTHER else "facilitator"

    def make(self, path: str, body: dict[str, Any], account: str) -> Any:
        """Create something that must be created, and give it."""
        answer = self.client.post(path, json=body, headers=self.as_(account))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def directorate(self, siret: str = DEMONSTRATION, name: str = OUR_DIRECTORATE) -> str:
        """The id of a directorate of a buyer of the demonstration."""
        if (siret, name) not in self._directorates:
            found = self.get(f"/api/v1/organisations/{siret}/directorates")
            self._directorates |= {(siret, one["name"]): one["id"] for one in found}
        return self._directorates[siret, name]

    def call(self, name: str, things: Things, headers: Headers, **extra: Any) -> Response:
        """Call an operation well; ``extra`` replaces a part of the call (json=, params=…)."""
        operation = OPERATIONS[name]
        method, path = self.addresses[name]
        asked: dict[str, Any] = {"headers": {"If-Match": things.etag} | headers}
        for part, fill in (
            ("params", operation.query),
            ("json", operation.body),
            ("data", operation.form),
            ("files", operation.file),
        ):
            if fill is not None:
                asked[part] = fill(things)
        if operation.makes == "directorate" and things.siret == DEMONSTRATION:
            asked["json"]["directorate_id"] = self.directorate()
        answer = self.client.request(method, path.format(**parameters(things)), **(asked | extra))
        if answer.is_success and method not in ("GET", "HEAD"):
            self._untouched.clear()
        return answer

    def _base(self, siret: str, account: str) -> Things:
        listed = self.get(f"/api/v1/contracts?buyer={siret}&limit=1", account)["items"][0]
        contract = self.get(f"/api/v1/contracts/{listed['id']}", account)
        indicators = self.get("/api/v1/schemes/call-2023-2026/indicators", account)
        return Things(
            siret=siret,
            indicator_id=next(one["id"] for one in indicators if one["way"] == "computed"),
            supplier_id=contract["suppliers"][0]["id"],
            contract_id=contract["id"],
            etag=f'"{contract["version"]}"',
        )

    def _contract(self, base: Things, account: str) -> Things:
        body = new_contract(base)
        if base.siret == DEMONSTRATION:
            body["directorate_id"] = self.directorate()
        answer = self.client.post("/api/v1/contracts", json=body, headers=self.as_(account))
        assert answer.status_code == 201, answer.text
        return replace(base, contract_id=answer.json()["id"], etag=answer.headers["etag"])

    def _staged(self, base: Things, account: str) -> Things:
        answer = self.call("create_import", base, self.as_(account))
        assert answer.status_code == 201, answer.text
        return replace(base, import_id=answer.json()["id"])

    def _accepted(self, base: Things, account: str) -> Things:
        staged = self._staged(base, account)
        answer = self.call("accept_import", staged, self.as_(account))
        assert answer.status_code == 200, answer.text
        return staged

    def _session(self, base: Things, _account: str) -> Things:
        return replace(base, refresh_token=self.login("reader")["refresh_token"])


def parameters(things: Things) -> dict[str, Any]:
    """What the path of an operation can name."""
    named = asdict(things)
    return named | dict(named.pop("ids"))


def unknown(things: Things) -> Things:
    """The same, but that nobody knows: what a foreign thing must look like."""
    return replace(
        things,
        siret=UNKNOWN_SIRET,
        code=f"inconnu-{next(_numbers)}" if things.code != Things.code else things.code,
        contract_id=str(uuid4()),
        import_id=str(uuid4()),
        supplier_id=str(uuid4()),
        ids={name: str(uuid4()) for name in things.ids},
    )
