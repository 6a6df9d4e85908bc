"""What a graph is made of, and the prefixes under which the three formats write it.

A graph is a list of nodes that have an address; what has none is nested where it is said.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from api.kit.days import in_utc

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TYPE = "rdf:type"
# What XML 1.0 cannot hold, and halves of surrogate pairs: the three formats must say the same.
_UNHOLDABLE = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Iri:
    """An address: ``full`` as it stands, made of what an IRI may hold."""

    full: str


@dataclass(frozen=True)
class Literal:
    """A text in a language or of a type (prefixed), or neither."""

    text: str
    language: str | None = None
    datatype: str | None = None


@dataclass(frozen=True)
class Node:
    """A thing and what is said of it: (prefixed property, value). Without address, it is nested."""

    iri: str | None
    said: Sequence[tuple[str, "Value"]]


Value = Iri | Literal | Node


def kind(name: str) -> tuple[str, Value]:
    """The type of a node, by its prefixed name."""
    return TYPE, Iri(expanded(name))


def expanded(name: str) -> str:
    """The address of a prefixed name: ``dcat:Dataset``."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def plain(text: str) -> Literal:
    """A text of no language; what no XML can hold becomes the replacement character."""
    return Literal(_held(text))


def french(text: str) -> Literal:
    """A French text."""
    return Literal(_held(text), language="fr")


def _held(text: str) -> str:
    return _UNHOLDABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def instant(moment: datetime) -> Literal:
    """An instant in UTC, spelt with Z: harvesters drop another zone without converting."""
    return Literal(f"{in_utc(moment):%Y-%m-%dT%H:%M:%SZ}", datatype="xsd:dateTime")


def day(one: date) -> Literal:
    """A day."""
    return Literal(one.isoformat(), datatype="xsd:date")


def size(number: int) -> Literal:
    """A number of bytes; DCAT-AP asks for this very type."""
    return Literal(str(number), datatype="xsd:nonNegativeInteger")
