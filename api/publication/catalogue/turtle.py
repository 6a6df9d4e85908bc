"""A graph in Turtle."""

from collections.abc import Iterable, Iterator

from api.publication.catalogue.terms import PREFIXES, TYPE, Iri, Literal, Node, Value

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def write(nodes: Iterable[Node]) -> bytes:
    """The bytes of a graph, in UTF-8."""
    return "".join(_lines(nodes)).encode()


def _lines(nodes: Iterable[Node]) -> Iterator[str]:
    for prefix, address in PREFIXES.items():
        yield f"@prefix {prefix}: <{address}> .\n"
    for node in nodes:
        yield f"\n<{node.iri}>{_said(node, 1)} .\n"


def _said(node: Node, depth: int) -> str:
    margin = "\n" + "    " * depth
    return ";".join(
        f"{margin}{'a' if name == TYPE else name} {_value(value, depth)}"
        for name, value in node.said
    )


def _value(value: Value, depth: int) -> str:
    if isinstance(value, Iri):
        return f"<{value.full}>"
    if isinstance(value, Literal):
        text = f'"{value.text.translate(_ESCAPES)}"'
        if value.language:
            return f"{text}@{value.language}"
        return f"{text}^^{value.datatype}" if value.datatype else text
    return f"[{_said(value, depth + 1)} ]"
