"""What changed between two versions of a scheme, in French sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from web import targets
from web.formats import FIXED
from web.pages.definition_form_view import told
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_editing_fields import KINDS
from web.words import DIRECTIONS, FREQUENCIES, NATURES

THINGS: Final[Mapping[str, str]] = {
    "scheme": "Schéma",
    "axis": "Axe",
    "objective": "Objectif",
    "action": "Action",
    "indicator": "Indicateur",
}
# Field -> its name, and « un » or « une » way of saying that it changed.
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("titre", "changé"),
    "author": ("collectivité", "changée"),
    "label": ("libellé", "changé"),
    "printed_under": ("titre imprimé au-dessus", "changé"),
    "explanation": ("explication", "changée"),
    "perimeter": ("périmètre", "changé"),
    "source": ("source", "changée"),
    "note": ("remarque", "changée"),
    "unit": ("unité", "changée"),
}
CODES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "kind": ("nature du chiffre", KINDS),
    "direction": ("sens souhaité", DIRECTIONS),
    "frequency": ("fréquence", FREQUENCIES),
    "nature": ("nature", NATURES),
}
LISTS: Final[Mapping[str, str]] = {
    "printed": "morceau imprimé",
    "pilot": "pilote",
    "resources": "direction ressource",
    "partners": "partenaire",
    "sub_actions": "sous-action",
    "expected_results": "résultat attendu",
    "strategic_objectives": "objectif stratégique",
    "odd": "objectif de développement durable",
    "actions": "rattachement à",
}
FIGURES: Final[Mapping[str, str]] = {
    "headline_targets": "engagement chiffré",
    "targets_without_indicator": "cible sans indicateur",
}
NOTHING = "rien"


@dataclass(frozen=True)
class Sentence:
    """One change: the thing, what is said of it and, for what is long, before and after."""

    thing: str
    text: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


def sentences(differences: Iterable[Mapping[str, Any]], words: Vocabulary) -> list[Sentence]:
    """The differences of the API, one sentence or more for each."""
    return [one for difference in differences for one in _sentences(difference, words)]


def thing_name(thing: str, code: str) -> str:
    """« Indicateur A1 »; a code that says what it is stands alone: « ACTION 8 »."""
    name = THINGS[thing]
    if thing == "scheme":
        return name
    return code if code.lower().startswith(name.lower()) else f"{name}{FIXED}{code}"


def _sentences(difference: Mapping[str, Any], words: Vocabulary) -> Iterator[Sentence]:
    name = thing_name(difference["thing"], difference["code"])
    before, after, field = difference["before"], difference["after"], difference["field"]
    feminine = "e" if difference["thing"] == "action" else ""
    if difference["change"] == "added":
        yield Sentence(name, f"ajouté{feminine} : « {after} »")
    elif difference["change"] == "removed":
        yield Sentence(name, f"ôté{feminine} : « {before} »")
    elif field == "definition":
        yield _definition(name, before, after, words)
    else:
        say = _SAYING.get(field) or (_listed if field in LISTS else _text)
        for text in say(field, before, after):
            yield Sentence(name, text)


def _text(field: str, before: Any, after: Any) -> Iterator[str]:
    name, changed = TEXTS.get(field, (field, "changé"))
    if not before:
        yield f"{name} : « {after} »"
    elif not after:
        yield f"{name} : plus {'rien' if changed == 'changé' else 'aucune'} (était « {before} »)"
    else:
        yield f"{name} {changed} : « {before} » devient « {after} »"


def _coded(field: str, before: Any, after: Any) -> Iterator[str]:
    name, words = CODES[field]
    old, new = (words.get(one, NOTHING).rstrip(".") for one in (before or "", after or ""))
    yield f"{name} : « {old} » devient « {new} »"


def _listed(field: str, before: Any, after: Any) -> Iterator[str]:
    name = LISTS[field]
    old, new = before or [], after or []
    added = [str(one) for one in new if one not in old]
    gone = [str(one) for one in old if one not in new]
    if added:
        yield f"{name} : ajout de {_quoted(added)}"
    if gone:
        yield f"{name} : retrait de {_quoted(gone)}"
    if not added and not gone:
        yield f"{name} : l’ordre a changé"


def _quoted(items: Iterable[str]) -> str:
    return ", ".join(f"« {one} »" for one in items)


def _period(_field: str, before: Any, after: Any) -> Iterator[str]:
    old, new = (f"{one['start']}–{one['end']}" for one in (before, after))
    yield f"période de {old} à {new}" if old != new else "remarque sur la période changée"


def _targets(_field: str, before: Any, after: Any) -> Iterator[str]:
    old, new = ({_bound(one): one for one in some or []} for some in (before, after))
    for key, one in new.items():
        was = old.get(key)
        if was is None:
            yield f"{_target(one)} ajoutée : {targets.target_value(one)}"
        elif (was["value"], was["unit"]) != (one["value"], one["unit"]):
            change = f"de {targets.target_value(was)} à {targets.target_value(one)}"
            yield f"{_target(one)} {change}"
        elif was.get("note") != one.get("note"):
            yield f"{_target(one)} : remarque changée"
        elif was.get("since") != one.get("since"):
            yield f"{_target(one)} : première année visée changée"
    for key, one in old.items():
        if key not in new:
            yield f"{_target(one)} ôtée ({targets.target_value(one)})"


def _bound(target: Mapping[str, Any]) -> tuple[Any, Any]:
    return target["year"], target.get("organisation")


def _target(target: Mapping[str, Any]) -> str:
    when = f"cible{FIXED}{target['year']}" if target["year"] else _without_year(target)
    of = target.get("organisation")
    return f"{when} de l’organisation {of}" if of else when


def _without_year(target: Mapping[str, Any]) -> str:
    return "cible de chaque année" if targets.is_yearly(target) else "cible sans année"


def _figures(field: str, before: Any, after: Any) -> Iterator[str]:
    name = FIGURES[field]
    old, new = ([(one["label"], one["value"]) for one in some or []] for some in (before, after))
    for label, value in new:
        if (label, value) not in old:
            yield f"{name} : « {label} » vaut {value}"
    for label, value in old:
        if (label, value) not in new:
            yield f"{name} : « {label} » ne vaut plus {value}"


_SAYING: Final[Mapping[str, Callable[[str, Any, Any], Iterator[str]]]] = {
    "period": _period,
    "targets": _targets,
    **dict.fromkeys(CODES, _coded),
    **dict.fromkeys(FIGURES, _figures),
}


def _definition(name: str, before: Any, after: Any, words: Vocabulary) -> Sentence:
    old, new = told(before, words), told(after, words)
    if old is None or new is None:
        return Sentence(name, "définition changée")
    return Sentence(
        name,
        "définition changée",
        tuple(one for one in old if one not in new),
        tuple(one for one in new if one not in old),
    )
