"""A graph in JSON-LD, its context inside: a context elsewhere would have to be fetched."""

from collections.abc import Iterable
from typing import Any

import msgspec

from api.publication.catalogue.terms import PREFIXES, TYPE, Iri, Literal, Node, Value


def write(nodes: Iterable[Node]) -> bytes:
    """The bytes of a graph, in UTF-8."""
    document = {"@context": PREFIXES, "@graph": [_node(one) for one in nodes]}
    return msgspec.json.format(msgspec.json.encode(document), indent=1)


def _node(node: Node) -> dict[str, Any]:
    told: dict[str, Any] = {} if node.iri is None else {"@id": node.iri}
    for name, value in node.said:
        key, one = _pair(name, value)
        told.setdefault(key, []).append(one)
    return told


def _pair(name: str, value: Value) -> tuple[str, Any]:
    if isinstance(value, Iri):
        return ("@type", value.full) if name == TYPE else (name, {"@id": value.full})
    if isinstance(value, Node):
        return name, _node(value)
    return name, _literal(value)


def _literal(value: Literal) -> dict[str, str]:
    told = {"@value": value.text}
    if value.language:
        told["@language"] = value.language
    if value.datatype:
        told["@type"] = value.datatype
    return told
