"""The lists of a definition as the page shows them: for each, what may be chosen and what is."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from web.forms import TEXT as TEXT_FIELD
from web.forms import Field
from web.pages.definition_form import BY_PART, GROUPS, PARTED, state_of
from web.pages.definition_form_state import (
    OVER,
    PREFIX,
    NotInListsError,
    Part,
    Row,
    State,
    alternatives,
    kept,
)
from web.pages.definition_form_words import OPERATORS, SUPPLIER, Choice, Subject, Vocabulary

BLANK = 1  # empty conditions offered after those already there
OF_WEIGHTS: Final = frozenset({"sum", "sum_share", "average", "ratio"})
OF_KEYS: Final = frozenset({"distinct", "breakdown"})
TITLES: Final[Mapping[str, str]] = {
    f"{PREFIX}-mode": "Définition",
    f"{PREFIX}-same_as": "Indicateur repris",
    f"{PREFIX}-text": "Texte de la définition",
    f"{PREFIX}-also": "Aussi réparti par",
    f"{PREFIX}-by": "Détail par",
    f"{PREFIX}-parts-by": "Réponse en parties",
    f"{PREFIX}-parts-among": "Parties proposées",
    f"{PREFIX}-parts-closed": "Liste fermée",
    f"{PREFIX}-parts-apart": "Parties sans total",
    f"{PREFIX}-period": "Période",
    f"{PREFIX}-base": "Avec une base",
    f"{PREFIX}-units-value": "Unité de la valeur",
    f"{PREFIX}-units-base": "Unité de la base",
    f"{PREFIX}-list": "Liste de mots",
    f"{PREFIX}-with": "Comparaison",
    f"{PREFIX}-year": "Année de référence",
    f"{PREFIX}-as": "Forme de la comparaison",
}
_OF_PART: Final[Mapping[str, str]] = {
    "fact": "Ce qui est regardé",
    "aggregate": "Calcul",
    "of": "Champ",
    "perimeter": "Périmètre",
    "where": "Ce qui est compté",
}
_YES_NO: Final[tuple[Choice, ...]] = (("true", "oui"), ("false", "non"))


def error_fields() -> dict[str, Field]:
    """The places of the definition that a message may be about, by name, for the summary."""
    titles = dict(TITLES)
    for prefix, after in ((PREFIX, ""), (OVER, " (dénominateur)")):
        titles |= {f"{prefix}-{name}": title + after for name, title in _OF_PART.items()}
        for group in GROUPS:
            title = _OF_PART[group.partition("-")[0]] + after
            for number in range(30):
                titles[f"{prefix}-{group}-{number}"] = f"{title}, condition {number + 1}"
    return {name: Field(name, title, TEXT_FIELD) for name, title in titles.items()}


def view_of(state: State, words: Vocabulary) -> dict[str, Any]:
    """What the template of the lists draws."""
    own = part_view(PREFIX, state.own, words)
    fact = words.fact(state.own.fact)
    return {
        "state": state,
        "own": own,
        "over": part_view(OVER, state.over, words) if state.own.aggregate == "ratio" else None,
        "help": words.helps.get(state.own.aggregate, ""),
        "periods": [(code, words.periods[code]) for code in fact.periods],
        "compared_with": list(words.compared_with.items()),
        "compared_as": list(words.compared_as.items()),
        "compares": state.own.aggregate not in ("done", "reached"),
        "also": [one for one in fact.keys if one[0] != state.own.of]
        if state.own.aggregate == "breakdown"
        else [],
        "by": fact.parts if state.own.aggregate in BY_PART else (),
        "declared": state.own.fact == "measure",
        "units": state.own.fact == "measure" or state.over_declared,
        "parted": state.own.fact in PARTED,
    }


def part_view(prefix: str, part: Part, words: Vocabulary) -> dict[str, Any]:
    """The lists of a part: facts, aggregates of its fact, fields, conditions."""
    fact = words.fact(part.fact)
    offered = fact.denominators if prefix == OVER else fact.aggregates
    facts = [
        (code, one.label)
        for code, one in words.facts.items()
        if prefix == PREFIX or one.denominators
    ]
    aggregate = part.aggregate if part.aggregate in offered else next(iter(offered), "")
    return {
        "prefix": prefix,
        "facts": facts,
        "fact": part.fact,
        "plural": fact.plural,
        "aggregates": [(code, words.aggregates[code]) for code in offered],
        "aggregate": aggregate,
        "of": part.of,
        "of_options": of_options(fact.weights, fact.keys, aggregate),
        "of_free": aggregate == "ratio",
        "criteria": fact.criteria,
        "one": fact.one_comparison,
        "groups": {
            name: rows_view(f"{prefix}-{name}", part.rows(name), part.fact, words)
            for name in GROUPS
        },
        "filled": {name: len(part.rows(name)) for name in GROUPS},
    }


def of_options(
    weights: tuple[Choice, ...], keys: tuple[Choice, ...], aggregate: str
) -> tuple[Choice, ...]:
    """The fields that an aggregate may take."""
    if aggregate in OF_WEIGHTS:
        return weights
    return keys if aggregate in OF_KEYS else ()


def settled(state: State, words: Vocabulary) -> State:
    """The state with an aggregate and a period of its fact: the lists changed under them."""
    parts = {}
    for name, part in (("own", state.own), ("over", state.over)):
        fact = words.fact(part.fact)
        offered = fact.aggregates if name == "own" else fact.denominators
        chosen = part.aggregate if part.aggregate in offered else next(iter(offered), "count")
        options = [code for code, _ in of_options(fact.weights, fact.keys, chosen)]
        groups = {group: kept(part.rows(group), fact.subjects.__contains__) for group in GROUPS}
        parts[name] = Part(fact.code, chosen, part.of if part.of in options else "", groups)
    own, fact = parts["own"], words.fact(state.own.fact)
    keys = [code for code, _ in fact.keys if code != own.of]
    also = tuple(one for one in state.also if one in keys and own.aggregate == "breakdown")
    periods = fact.periods
    period = state.period if state.period in periods else periods[0]
    parted = [code for code, _ in fact.parts] if own.aggregate in BY_PART else []
    by = state.by if state.by in parted else ""
    return State(**{**vars(state), **parts, "also": also, "by": by, "period": period})


def rows_view(
    name: str, rows: tuple[Row, ...], fact: str, words: Vocabulary
) -> list[dict[str, Any]]:
    """The conditions of a group, then empty ones."""
    known = words.fact(fact)
    shown = [*rows, *(Row() for _ in range(BLANK))][: words.most]
    groups = [(label, [(one.key, one.label) for one in some]) for label, some in known.groups]
    return [
        {
            "name": f"{name}-{number}",
            "number": number + 1,
            "joins": number > 0 and name.endswith("-any"),
            "joined": row.joined,
            "groups": groups,
            **row_view(row, known.subjects.get(row.subject)),
        }
        for number, row in enumerate(shown)
    ]


def row_view(row: Row, subject: Subject | None) -> dict[str, Any]:
    """What is chosen in a condition, and what its subject lets choose."""
    every = tuple((code, told) for code, (_, _, told) in OPERATORS.items())
    shown: dict[str, Any] = {
        "subject": row.subject,
        "operator": row.operator,
        "value": row.value,
        "values": row.values,
        "comparisons": every if subject is None else subject.comparisons,
        "control": "text",
        "options": (),
        "unit": "" if subject is None else _unit(subject),
    }
    if subject is None:
        return shown
    if subject.yes_or_no:
        return shown | {"control": "one", "options": _YES_NO, "value": row.value or "true"}
    if subject.values:
        many = row.operator in ("one_of", "not_one_of")
        chosen = row.values or ((_code(subject, row.value),) if row.value else ())
        value = _code(subject, row.value) or (row.values[0] if row.values else "")
        shown |= {"options": tuple(subject.values.items()), "values": chosen, "value": value}
        shown["control"] = "many" if many else "one"
    return shown


def _code(subject: Subject, text: str) -> str:
    words = {told.casefold(): code for code, told in subject.values.items()}
    return words.get(text.casefold(), text)


_UNITS: Final[Mapping[str, str]] = {
    "money": "€ HT",
    "hours": "heures",
    "score": "sur 20",
    "percent": "%",
    "date": "jj/mm/aaaa",
}


def _unit(subject: Subject) -> str:
    return subject.unit or _UNITS.get(subject.type, "")


# --- A definition told ---------------------------------------------------------------------------


def told(definition: Mapping[str, Any], words: Vocabulary) -> list[str] | None:
    """A definition in short French lines; None when the lists can't say it."""
    if definition.get("same_as"):
        return [f"Reprend la définition de {definition['same_as']}."]
    try:
        state = state_of(definition, words)
    except NotInListsError:
        return None
    lines = list(_told_part(state.own, words))
    if state.also:
        keys = dict(words.fact(state.own.fact).keys)
        lines.append(f"Aussi réparti par : {', '.join(keys.get(one, one) for one in state.also)}")
    if state.by:
        by = dict(words.fact(state.own.fact).parts)
        lines.append(f"Détail par : {by.get(state.by, state.by)}")
    if state.parts.by:
        total = ", sans total" if state.parts.apart else ""
        lines.append(f"Déclaré en parties, par {state.parts.by}{total}")
    if state.own.aggregate == "ratio":
        lines += [f"Divisé par : {one}" for one in _told_part(state.over, words)]
    if state.period:
        lines.append(f"Période : {words.periods.get(state.period, state.period)}")
    if state.other:
        form = words.compared_as.get(state.form, state.form)
        since = words.compared_with.get(state.other, state.other)
        lines.append(f"{since}{f' ({state.year})' if state.year else ''} : {form.lower()}")
    return lines


def _told_part(part: Part, words: Vocabulary) -> Iterable[str]:
    fact = words.fact(part.fact)
    of = dict((*fact.weights, *fact.keys)).get(part.of, part.of)
    yield f"{words.aggregates[part.aggregate]}{f' : {of}' if of else ''} ({fact.plural})"
    for name, title in (("perimeter", "Parmi"), ("where", "Comptés")):
        every = [_told_row(one, fact.subjects) for one in part.rows(f"{name}-all")]
        some = [
            " et ".join(_told_row(each, fact.subjects) for each in one)
            for one in alternatives(part.rows(f"{name}-any"))
        ]
        if len(some) > 1:
            every.append(f"au moins une de ces conditions ({' ; '.join(some)})")
        else:
            every += some
        if every:
            yield f"{title} : {' ; '.join(every)}"


def _told_row(row: Row, subjects: Mapping[str, Subject]) -> str:
    shown = row_view(row, subjects.get(row.subject))
    subject = subjects[row.subject]
    options = dict(shown["options"])
    typed = shown["values"] or (shown["value"],)
    value = ", ".join(options.get(one, one) for one in typed)
    operator = dict(subject.comparisons).get(row.operator, ":")
    who = "titulaire, " if subject.kind == SUPPLIER else ""
    return f"{who}{subject.label} {operator} {value} {shown['unit']}".strip()
