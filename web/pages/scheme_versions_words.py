"""What changed between two versions of a scheme, in French sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from web import targets
from web.formats import FIXED
from web.pages.definition_form_view import told
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_editing_fields import KINDS, SOURCES
from web.pages.scheme_versions_lists import (
    LINE,
    RECORDS,
    REMARK,
    Word,
    records_change,
    text_change,
    words_change,
)
from web.words import DIRECTIONS, FREQUENCIES, NATURES

THINGS: Final[Mapping[str, str]] = {
    "scheme": "Schéma",
    "axis": "Axe",
    "objective": "Objectif",
    "action": "Action",
    "indicator": "Indicateur",
}
TEXTS: Final[Mapping[str, Word]] = {
    "title": ("titre", "changé"),
    "author": ("collectivité", "changée"),
    "label": ("libellé", "changé"),
    "part": ("part du libellé mesurée ici", "changée"),
    "printed_under": ("titre imprimé au-dessus", "changé"),
    "explanation": ("explication", "changée"),
    "perimeter": ("périmètre", "changé"),
    "source": ("source", "changée"),
    "source_line": LINE,
    "note": REMARK,
    "previous_note": ("remarque sur le schéma précédent", "changée"),
    "unit": ("unité", "changée"),
}
CODES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "kind": ("nature du chiffre", KINDS),
    "direction": ("sens souhaité", DIRECTIONS),
    "frequency": ("fréquence", FREQUENCIES),
    "nature": ("nature", NATURES),
    "source_kind": ("nature de la source", SOURCES),
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
# What stands below a thing, whose order is told -> what it is called.
BELOW: Final[Mapping[str, str]] = {
    "axes": "axes",
    "objectives": "objectifs",
    "actions": "actions",
    "indicators": "indicateurs",
}
# A thing that may move -> what it stands under.
ABOVE: Final[Mapping[str, str]] = {"objective": "axis", "action": "objective"}
TARGET_PARTS: Final[Mapping[str, Word]] = {
    "note": REMARK,
    "fte": ("nombre imprimé d’équivalents temps plein", "changé"),
    "source_line": LINE,
    "since": ("première année visée", "changée"),
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
    elif field == "under":
        old, new = (thing_name(ABOVE[difference["thing"]], one) for one in (before, after))
        yield Sentence(name, f"déplacé{feminine} de « {old} » à « {new} »")
    elif field in BELOW and difference["thing"] != "indicator":
        yield Sentence(name, f"l’ordre de ses {BELOW[field]} a changé")
    else:
        say = _SAYING.get(field) or (_listed if field in LISTS else _text)
        for text in say(field, before, after):
            yield Sentence(name, text)


def _text(field: str, before: Any, after: Any) -> Iterator[str]:
    return text_change(TEXTS.get(field, (field, "changé")), before, after)


def _listed(field: str, before: Any, after: Any) -> Iterator[str]:
    return words_change(LISTS[field], before, after)


def _coded(field: str, before: Any, after: Any) -> Iterator[str]:
    name, words = CODES[field]
    old, new = (words.get(one, NOTHING).rstrip(".") for one in (before or "", after or ""))
    yield f"{name} : « {old} » devient « {new} »"


def _printed_source(_field: str, _before: Any, after: Any) -> Iterator[str]:
    yield f"la source {'est dite' if after else 'n’est plus dite'} par le document"


def _period(_field: str, before: Any, after: Any) -> Iterator[str]:
    old, new = (f"{one['start']}–{one['end']}" for one in (before, after))
    if old != new:
        yield f"période de {old} à {new}"
    yield from text_change(
        ("remarque sur la période", "changée"), before.get("note"), after.get("note")
    )


def _targets(_field: str, before: Any, after: Any) -> Iterator[str]:
    old, new = ({_bound(one): one for one in some or []} for some in (before, after))
    told = False
    for key, one in new.items():
        changes = _target_changes(old[key], one) if key in old else (_added(one),)
        for sentence in changes:
            told = True
            yield sentence
    for key, one in old.items():
        if key not in new:
            told = True
            yield f"{_target(one)} ôtée ({targets.target_value(one)})"
    if not told and list(old) != list(new):
        yield "cibles : l’ordre a changé"


def _added(target: Mapping[str, Any]) -> str:
    return f"{_target(target)} ajoutée : {targets.target_value(target)}"


def _target_changes(was: Mapping[str, Any], one: Mapping[str, Any]) -> Iterator[str]:
    if (was["value"], was["unit"]) != (one["value"], one["unit"]):
        yield f"{_target(one)} de {targets.target_value(was)} à {targets.target_value(one)}"
    for part, word in TARGET_PARTS.items():
        for sentence in text_change(word, was.get(part), one.get(part)):
            yield f"{_target(one)} : {sentence}"


def _bound(target: Mapping[str, Any]) -> tuple[Any, Any]:
    return target["year"], target.get("organisation")


def _target(target: Mapping[str, Any]) -> str:
    when = f"cible{FIXED}{target['year']}" if target["year"] else _without_year(target)
    of = target.get("organisation")
    return f"{when} de l’organisation {of}" if of else when


def _without_year(target: Mapping[str, Any]) -> str:
    return "cible de chaque année" if targets.is_yearly(target) else "cible sans année"


_SAYING: Final[Mapping[str, Callable[[str, Any, Any], Iterator[str]]]] = {
    "period": _period,
    "source_printed": _printed_source,
    "targets": _targets,
    **dict.fromkeys(CODES, _coded),
    **dict.fromkeys(RECORDS, records_change),
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
