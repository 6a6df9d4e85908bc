"""Changing a record unless someone came first: what the page shows, at first and when refused."""

from collections.abc import Collection, Mapping
from typing import Any, TypedDict

from web.client import ApiProblem
from web.forms import Form, changed

OVERTAKEN = 412


class Attempt(TypedDict):
    """How the page of a change shows. ``etag`` is the version that the next sending builds on;
    ``others`` are the standing values of the fields typed otherwise, once someone came first."""

    status: int
    etag: str
    others: dict[str, Any] | None


def standing_as(etag: str | None, status: int = 200) -> Attempt:
    """The record shown as it stands, at the version ``etag``."""
    return {"status": status, "etag": etag or "", "others": None}


def refused(
    problem: ApiProblem,
    form: Form,
    standing: Mapping[str, Any],
    etag: str,
    fresh: str | None,
    *,
    without: Collection[str] = (),
) -> Attempt:
    """After a refusal: the version sent, ``etag``, is kept unless someone came first; then the
    next sending builds on the ``fresh`` one, and what differs shows but ``without`` these."""
    if problem.status != OVERTAKEN:
        return standing_as(etag, problem.status)
    others = {name: standing[name] for name in changed(standing, form.typed) if name not in without}
    return {"status": OVERTAKEN, "etag": fresh or "", "others": others}
