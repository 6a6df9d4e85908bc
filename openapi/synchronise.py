"""Un exemple, avec httpx pour seule dépendance : suit les marchés par le flux, en écrit par leur
identifiant externe, déclare des heures d’insertion.

    export SPASER_URL=https://achats.exemple.fr SPASER_API_KEY=spk_…
    python synchronise.py lire etat.json
    python synchronise.py ecrire 00000001600012 marches.json
    python synchronise.py heures heures.json

Chaque commande se relance sans crainte : `lire` reprend où elle s’est arrêtée, `ecrire` ne change
rien à ce qui est déjà là, `heures` rend la réponse déjà donnée pour les mêmes lignes. Pour déclarer
de nouveau ces lignes, après un rejet, donnez un nom à l’envoi : `heures heures.json reprise`.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import httpx

FEED = "/api/v1/contracts/feed"
BULK = "/api/v1/contracts/bulk"
HOURS = "/api/v1/insertion/statements/batch"
# What the API takes at once.
LINES = 1000
ATTEMPTS = 5
PAUSE = 2.0
AGAIN = (429, 502, 503, 504)


class RefusedError(Exception):
    """The API refused: what it said, in French, with each error and its place."""


class Api:
    """The API by a key; what fails for a while is asked again."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=60)

    def ask(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """An answer, whatever it says, unless the service stays away (RefusedError)."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self.http.request(method, path, **sent)
            except httpx.TransportError as error:
                if attempt == ATTEMPTS:
                    raise RefusedError(f"Le service ne répond pas : {error}") from error
                time.sleep(PAUSE * attempt)
                continue
            if answer.status_code not in AGAIN or attempt == ATTEMPTS:
                break
            asked = answer.headers.get("retry-after", "")
            time.sleep(float(asked) if asked.isdigit() else PAUSE * attempt)
        return answer

    def get(self, path: str, **params: Any) -> Any:
        """The JSON at an address. Raises RefusedError."""
        return _read(self.ask("GET", path, params=params))

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Any:
        """What an address answers to a body. Raises RefusedError."""
        return _read(self.ask("POST", path, json=body, headers=headers))


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    raise RefusedError(_said(answer))


def _said(answer: httpx.Response) -> str:
    if "json" not in answer.headers.get("content-type", ""):
        return f"Le service a répondu {answer.status_code}."
    problem = answer.json()
    places = [f"  {'.'.join(map(str, one['loc']))} : {one['message']}" for one in problem["errors"]]
    return "\n".join([problem["detail"], *places])


def follow(api: Api, kept: Path) -> tuple[int, int]:
    """Bring a file up to date with the register: how many contracts were written and removed.

    The cursor lies in the same file as what was read up to it, replaced whole after each page:
    stopped anywhere, nothing is lost.
    """
    state = json.loads(kept.read_text("utf-8")) if kept.exists() else _nothing()
    written = removed = 0
    more = True
    while more:
        params = {"limit": 100} | ({"cursor": state["cursor"]} if state["cursor"] else {})
        answer = api.ask("GET", FEED, params=params)
        if answer.status_code == 410 and state["cursor"]:
            # The rights of the key changed, or the database was restored: from the beginning, and
            # what the feed no longer says is forgotten.
            state = _nothing()
            continue
        page = _read(answer)
        for change in page["items"]:
            if _take(api, change, state["contracts"]):
                written += 1
            else:
                removed += 1
        state["cursor"], more = page["next"], page["more"]
        _keep(kept, state)
    return written, removed


def _nothing() -> dict[str, Any]:
    return {"cursor": None, "contracts": {}}


def _take(api: Api, change: dict[str, Any], contracts: dict[str, Any]) -> bool:
    """Apply a change; False when the contract is gone."""
    if change["change"] == "upsert":
        answer = api.ask("GET", change["address"])
        # Removed since the page was read: its tombstone comes further on.
        if answer.status_code != 404:
            contracts[change["contract_id"]] = _read(answer)
            return True
    contracts.pop(change["contract_id"], None)
    return False


def _keep(path: Path, state: dict[str, Any]) -> None:
    beside = path.with_name(path.name + ".partiel")
    beside.write_text(json.dumps(state, ensure_ascii=False, indent=1), "utf-8")
    beside.replace(path)


def write(api: Api, siret: str, lines: list[dict[str, Any]]) -> list[str]:
    """Write contracts of a buyer, each known by its ``external_id``; answers what was refused.

    Asked again, nothing is created twice: no Idempotency-Key is needed, and what was changed
    meanwhile elsewhere is written again.
    """
    refused = []
    for start in range(0, len(lines), LINES):
        some = lines[start : start + LINES]
        done = api.post(BULK, {"buyer_siret": siret, "lines": some})
        _tell(f"{done['created']} nouveaux, {done['updated']} modifiés, "
              f"{done['unchanged']} inchangés, {done['refused']} refusés.")  # fmt: skip
        refused += [
            f"Ligne {start + one['line']} ({one['external_id']}) : {one['problem']['detail']}"
            for one in done["lines"]
            if one["problem"] is not None
        ]
    return refused


def state_hours(api: Api, lines: list[dict[str, Any]], name: str = "") -> list[str]:
    """Submit hours of insertion; what is right is taken, what is refused is answered.

    Hours sent twice would count twice: the digest of the lines, and of the ``name`` of the sending,
    is the key by which the API knows that it took them already.
    """
    refused = []
    for start in range(0, len(lines), LINES):
        body = {"lines": lines[start : start + LINES], "partial": True, "submit": True}
        told = json.dumps([name, body], sort_keys=True).encode()
        once = {"Idempotency-Key": hashlib.sha256(told).hexdigest()}
        done = api.post(HOURS, body, once)
        _tell(f"{done['accepted']} lignes prises, {done['refused']} refusées.")
        refused += [
            f"Ligne {start + one['line']} : {error['message']}"
            for one in done["results"]
            for error in one["errors"]
        ]
    return refused


def _tell(words: str) -> None:
    print(words, flush=True)


def main(arguments: list[str]) -> int:
    """The command line: 0 when all was taken, 1 when something was refused, 2 when asked badly."""
    url, key = os.environ.get("SPASER_URL"), os.environ.get("SPASER_API_KEY")
    if not url or not key:
        _tell("Donnez SPASER_URL et SPASER_API_KEY dans l’environnement.")
        return 2
    refused: list[str] = []
    try:
        match arguments:
            case ["lire", path]:
                written, removed = follow(Api(url, key), Path(path))
                _tell(f"{written} marchés lus, {removed} ôtés.")
            case ["ecrire", siret, path]:
                refused = write(Api(url, key), siret, json.loads(Path(path).read_text("utf-8")))
            case ["heures", path, *name]:
                lines = json.loads(Path(path).read_text("utf-8"))
                refused = state_hours(Api(url, key), lines, *name[:1])
            case _:
                _tell(__doc__ or "")
                return 2
    except RefusedError as error:
        refused = [str(error)]
    for one in refused:
        _tell(one)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
