"""A graph in RDF/XML."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from api.publication.catalogue.terms import PREFIXES, Iri, Literal, Node, Value, expanded


def write(nodes: Iterable[Node]) -> bytes:
    """The bytes of a graph, in UTF-8."""
    return "".join(_lines(nodes)).encode()


def _lines(nodes: Iterable[Node]) -> Iterator[str]:
    names = "".join(f"\n  xmlns:{prefix}={quoteattr(one)}" for prefix, one in PREFIXES.items())
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'
    for node in nodes:
        yield _node(node, 1)
    yield "</rdf:RDF>\n"


def _node(node: Node, depth: int) -> str:
    margin = "  " * depth
    about = "" if node.iri is None else f" rdf:about={quoteattr(node.iri)}"
    said = "".join(f"{margin}  {_said(name, value, depth + 1)}\n" for name, value in node.said)
    return f"{margin}<rdf:Description{about}>\n{said}{margin}</rdf:Description>\n"


def _said(name: str, value: Value, depth: int) -> str:
    if isinstance(value, Iri):
        return f"<{name} rdf:resource={quoteattr(value.full)}/>"
    if isinstance(value, Node):
        return f"<{name}>\n{_node(value, depth + 1)}{'  ' * depth}</{name}>"
    return f"<{name}{_of(value)}>{escape(value.text)}</{name}>"


def _of(value: Literal) -> str:
    if value.language:
        return f" xml:lang={quoteattr(value.language)}"
    return f" rdf:datatype={quoteattr(expanded(value.datatype))}" if value.datatype else ""
