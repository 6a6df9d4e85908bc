"""What the form of an indicator writes: its definition, and where each refusal shows on it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from web.client import ApiProblem
from web.forms import Form
from web.pages import scheme_editing_fields as fields
from web.pages.definition_form import state_of, write_state
from web.pages.definition_form_state import (
    LISTS,
    PREFIX,
    SAME,
    TEXT,
    NotInListsError,
    State,
    Written,
)
from web.pages.definition_form_values import TextError, read_text, write_text
from web.pages.definition_form_view import settled
from web.pages.definition_form_words import Vocabulary
from web.pages.scheme_editing import path_of
from web.pages.scheme_editing_draft import definition_of
from web.rowforms import cell_name

# The first year that a target is about: no cell shows it, it is told where the year is.
SINCE = "since"
OTHERWISE = "\u00a0; pour une autre cible, videz cette ligne et remplissez-en une autre."


def shown_state(definition: Mapping[str, Any], words: Vocabulary) -> State:
    """A definition as the form shows it: in lists when they can, else as text."""
    text = write_text(definition)
    try:
        return replace(state_of(definition, words), text=text)
    except NotInListsError:
        return State(mode=TEXT, was=TEXT, text=text)


def converted(state: State, content: Mapping[str, Any], words: Vocabulary, form: Form) -> State:
    """The state under another way of writing it: what was said is carried over, if it can be."""
    if state.mode == state.was:
        return state
    if state.mode == TEXT:
        written = write_definition(replace(state, mode=state.was), words, form)
        return replace(state, was=TEXT, text=write_text(written.data) if written else "")
    if state.mode == SAME:
        return replace(state, was=SAME)
    try:
        data = read_text(state.text) if state.was == TEXT else {"same_as": state.same_as}
        return state_of(definition_of(content, data), words)
    except (NotInListsError, TextError, KeyError, TypeError, AttributeError):
        name = f"{PREFIX}-{'text' if state.was == TEXT else 'same_as'}"
        form.errors[name] = ["Les listes ne savent pas montrer cette définition."]
        return replace(state, mode=state.was)


def write_definition(state: State, words: Vocabulary, form: Form) -> Written | None:
    """The definition that was typed; None, with a message on its place, when it is no text."""
    if state.mode == SAME:
        return Written({"same_as": state.same_as}, {"": f"{PREFIX}-same_as"})
    if state.mode == TEXT:
        try:
            return Written(read_text(state.text), {"": f"{PREFIX}-text"})
        except TextError as error:
            form.errors[f"{PREFIX}-text"] = [str(error)]
            return None
    return write_state(state, words)


def unchanged(
    state: State, written: Written, standing: Mapping[str, Any] | None, words: Vocabulary
) -> dict[str, Any]:
    """The definition as it stands when the lists say the same: no change for nothing."""
    if standing is None or state.mode != LISTS:
        return written.data
    definition: dict[str, Any] = standing["definition"]
    try:
        shown = settled(state_of(definition, words), words)
    except NotInListsError:
        return written.data
    return definition if write_state(shown, words).data == written.data else written.data


def placed(
    form: Form, problem: ApiProblem, written: Written, order: list[int]
) -> list[dict[str, Any]]:
    """The errors of the API, each on the field of the form that it is about."""
    found = []
    for one in problem.errors:
        name = _name(form, path_of(one), written, order)
        # Quotes are those of a text; a list holds the bare value.
        message = str(one["message"]).partition(" entre guillemets")[0]
        if path_of(one).endswith(f".{SINCE}"):
            message += OTHERWISE
        found.append({"loc": ["body", name], "message": message})
    return found


def _name(form: Form, path: str, written: Written, order: list[int]) -> str:
    first, _, rest = path.partition(".")
    if first == "definition":
        name = written.place(rest)
        return name if name in form.fields else f"{PREFIX}-mode"
    head, _, index = first.rstrip("]").partition("[")
    if head == fields.TARGETS and index.isdecimal() and int(index) < len(order):
        column = "year" if rest == SINCE else rest if rest in fields.COLUMNS else "value"
        return cell_name(fields.TARGETS, order[int(index)], column)
    return head if head in form.fields else ""
