"""What changed in a list of a scheme, in French: words of a list, or records that have parts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from web import targets
from web.formats import FIXED

# A name, and « changé » or « changée », which tells its gender.
Word = tuple[str, str]
LINE: Final[Word] = ("ligne du document", "changée")
REMARK: Final[Word] = ("remarque", "changée")
STATUSES: Final[Mapping[str, str]] = {
    "not_started": "non commencée",
    "ongoing": "en cours",
    "partial": "en partie",
    "done": "faite",
    "to_redefine": "à redéfinir",
}


def text_change(word: Word, before: Any, after: Any) -> Iterator[str]:
    """« unité changée : « h » devient « heures » »; nothing when nothing changed."""
    name, changed = word
    if (before or None) == (after or None):
        return
    if not before:
        yield f"{name} : « {after} »"
    elif not after:
        yield f"{name} : plus {'rien' if changed == 'changé' else 'aucune'} (était « {before} »)"
    else:
        yield f"{name} {changed} : « {before} » devient « {after} »"


def words_change(name: str, before: Any, after: Any) -> Iterator[str]:
    """What was added to a list of words and taken from it, or that its order changed."""
    old, new = before or [], after or []
    added = [str(one) for one in new if one not in old]
    gone = [str(one) for one in old if one not in new]
    if added:
        yield f"{name} : ajout de {quoted(added)}"
    if gone:
        yield f"{name} : retrait de {quoted(gone)}"
    if not added and not gone and old != new:
        yield f"{name} : l’ordre a changé"


def quoted(items: Iterable[str]) -> str:
    """« one », « other »."""
    return ", ".join(f"« {one} »" for one in items)


@dataclass(frozen=True)
class Records:
    """A list of records: its word, the keys that a record is known by, how it is named and how it
    is told when it comes or goes, and its other parts: texts, lists of words."""

    word: Word
    known_by: tuple[str, ...]
    named: Callable[[Mapping[str, Any]], str]
    told: Callable[[Mapping[str, Any]], str]
    texts: Mapping[str, Word]
    lists: Mapping[str, str]


def _of_year(one: Mapping[str, Any]) -> str:
    return f"« {one['label']} »" + (f" de{FIXED}{one['year']}" if one.get("year") else "")


def _figures(name: str, changed: str) -> Records:
    return Records(
        (name, changed),
        ("label", "year"),
        _of_year,
        lambda one: f"{_of_year(one)} : {targets.target_value(one)}",
        {"value": ("valeur", "changée"), "note": REMARK, "source_line": LINE},
        {},
    )


def _entitled(one: Mapping[str, Any]) -> str:
    return f"« {one['title'] or one['code']} »"


def _plain(value: object) -> str:
    return str(value).replace(".", ",")


RECORDS: Final[Mapping[str, Records]] = {
    "organisations": Records(
        ("organisation", "changée"),
        ("siren",),
        lambda one: f"de SIREN {one['siren']}",
        lambda one: f"« {one['name']} » (SIREN {one['siren']}, {one['kind']})",
        {"name": ("nom", "changé"), "kind": ("nature", "changée")},
        {},
    ),
    "headline_targets": _figures("engagement chiffré", "changé"),
    "baseline_figures": _figures("chiffre de départ", "changé"),
    "targets_without_indicator": _figures("cible sans indicateur", "changée"),
    "contradictions": Records(
        ("contradiction du document", "changée"),
        ("text",),
        lambda one: f"« {one['text']} »",
        lambda one: f"« {one['text']} »",
        {"source_lines": ("renvoi aux lignes du document", "changé")},
        {},
    ),
    "views": Records(
        ("tableau de bord", "changé"),
        ("code",),
        _entitled,
        _entitled,
        {"title": ("titre", "changé"), "note": REMARK},
        {"actions": "action"},
    ),
    "previous": Records(
        ("action du schéma précédent", "changée"),
        ("code",),
        lambda one: str(one["code"]),
        lambda one: f"{one['code']} {_entitled(one)}" if one["title"] else str(one["code"]),
        {
            "title": ("titre", "changé"),
            "status": ("état", "changé"),
            "note": REMARK,
            "source_line": LINE,
        },
        {},
    ),
    "published": Records(
        ("valeur imprimée", "changée"),
        ("year",),
        lambda one: f"de {one['year']}",
        lambda one: f"{_plain(one['value'])} en{FIXED}{one['year']}",
        {"value": ("valeur", "changée"), "note": REMARK, "source_line": LINE},
        {},
    ),
}


def records_change(field: str, before: Any, after: Any) -> Iterator[str]:
    """The records that came, went or changed, else that their order did; one sentence or more."""
    records = RECORDS[field]
    name, changed = records.word
    e = "e" if changed.endswith("e") else ""
    old, new = (_by_key(records, some or []) for some in (before, after))
    told = False
    for key, one in new.items():
        for sentence in _parts(records, old[key], one) if key in old else ():
            told = True
            yield f"{name} {records.named(one)} : {sentence}"
        if key not in old:
            told = True
            yield f"{name} ajouté{e} : {records.told(one)}"
    for key, one in old.items():
        if key not in new:
            told = True
            yield f"{name} ôté{e} : {records.told(one)}"
    if not told:
        # « 30 » that becomes « 30,0 » is no other figure.
        yield f"{name} : {'l’ordre a changé' if list(old) != list(new) else 'écrit autrement'}"


def _by_key(
    records: Records, some: Sequence[Mapping[str, Any]]
) -> dict[tuple[Any, ...], Mapping[str, Any]]:
    """Records by what they are known by; those alike are told apart by their rank."""
    found: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for one in some:
        known = tuple(one.get(name) for name in records.known_by)
        rank = sum(key[:-1] == known for key in found)
        found[(*known, rank)] = one
    return found


def _parts(records: Records, was: Mapping[str, Any], one: Mapping[str, Any]) -> Iterator[str]:
    old, new = (_words(each) for each in (was, one))
    for part, word in records.texts.items():
        yield from text_change(word, old.get(part), new.get(part))
    for part, name in records.lists.items():
        yield from words_change(name, old.get(part), new.get(part))


def _words(one: Mapping[str, Any]) -> dict[str, Any]:
    """A record with its figure in its unit, its state and its lines in words."""
    shown = dict(one)
    if "unit" in one:
        shown["value"] = targets.target_value(one)
    elif "value" in one:
        shown["value"] = _plain(one["value"])
    if one.get("status"):
        shown["status"] = STATUSES.get(one["status"], one["status"])
    shown["source_lines"] = ", ".join(str(line) for line in one.get("source_lines") or [])
    return shown
