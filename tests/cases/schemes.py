"""Operations of schemes and of their figures."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from tests.operation import Operation, Things

ORIGIN = "call-2023-2026"
_numbers = count(1)
_DECLARED = {"version": 2, "fact": "contract", "aggregate": "count"}


def _new(things: Things) -> dict[str, Any]:
    return {
        "organisation": things.siret,
        "origin": ORIGIN,
        "title": f"Schéma d’essai {next(_numbers)}",
        "first_year": 2024,
        "last_year": 2027,
    }


def _draft(service: Any, base: Things) -> Things:
    """A draft of the organisation."""
    made = service.make("/api/v1/schemes", _new(base), service.pilot_of(base.siret))
    etag = f'"{made["revision"]}"'
    first = made["content"]["indicators"][0]["code"]
    return replace(base, code=made["code"], etag=etag, ids={"indicator": first, "number": "1"})


def _published(service: Any, base: Things) -> Things:
    """A scheme of the organisation, published once; its draft may be changed again."""
    things = _draft(service, base)
    headers = service.as_(service.pilot_of(base.siret)) | {"If-Match": things.etag}
    answer = service.client.post(
        f"/api/v1/schemes/{things.code}/versions", json={"reason": "Adopté"}, headers=headers
    )
    assert answer.status_code == 201, answer.text
    revision = int(things.etag.strip('"')) + 1
    return replace(things, etag=f'"{revision}"')


def _content(things: Things) -> dict[str, Any]:
    """A whole small scheme, under the code that the address says."""
    return {
        "content": {
            "code": things.code,
            "title": "Schéma d’essai",
            "author": "Collectivité",
            "organisations": [{"name": "Collectivité", "siren": "000000620", "kind": "acheteur"}],
            "period": {"start": 2024, "end": 2027},
            "axes": [{"code": "1", "title": "Acheter mieux", "objectives": []}],
            "indicators": [_indicator(things)["indicator"]],
        }
    }


def _indicator(_things: Things) -> dict[str, Any]:
    return {
        "indicator": {
            "code": "X1",
            "label": "Nombre de marchés",
            "explanation": "Tous les marchés notifiés dans l’année.",
            "kind": "count",
            "unit": "marchés",
            "direction": "up",
            "frequency": "annual",
            "nature": None,
            "perimeter": "Tous les marchés",
            "source_kind": "contracts",
            "source": "Registre des marchés",
            "actions": ["1"],
            "definition": _DECLARED,
        }
    }


def _figures(things: Things) -> dict[str, Any]:
    return {"organisation": things.siret, "year": 2025}


def _definition(things: Things) -> dict[str, Any]:
    return {**_figures(things), "definition": _DECLARED}


OPERATIONS: dict[str, Operation] = {
    "create_scheme": Operation(
        "schemes:write", "an organisation", body=_new, event="scheme.drafted"
    ),
    "read_draft": Operation("schemes:read", "an organisation", makes="draft"),
    "change_draft": Operation(
        "schemes:write", "an organisation", makes="draft", body=_content, event="scheme.changed"
    ),
    "set_draft_indicator": Operation(
        "schemes:write", "an organisation", makes="draft", body=_indicator, event="scheme.changed"
    ),
    "remove_draft_indicator": Operation(
        "schemes:write", "an organisation", makes="draft", event="scheme.changed"
    ),
    "publish_scheme": Operation(
        "schemes:write",
        "an organisation",
        makes="draft",
        body=lambda _: {"reason": "Adopté en séance"},
        event="scheme.published",
    ),
    "adopt_scheme": Operation(
        "schemes:write",
        "an organisation",
        body=lambda things: {"organisation": things.siret},
        event="scheme.adopted",
    ),
    "list_scheme_versions": Operation("schemes:read", makes="published scheme"),
    "read_scheme_version": Operation("schemes:read", makes="published scheme"),
    "diff_scheme": Operation(
        "schemes:read", makes="published scheme", query=lambda _: {"first": 1, "second": 1}
    ),
    "list_definitions": Operation("schemes:read"),
    "read_vocabulary": Operation("schemes:read"),
    "list_to_qualify": Operation("schemes:read", "both", query=_figures),
    "preview_indicator": Operation("schemes:read", "an organisation", body=_definition),
    "suppose_result": Operation("schemes:read", "both", body=_figures),
}

MAKERS: dict[str, Callable[[Any, Things], Things]] = {
    "draft": _draft,
    "published scheme": _published,
}
