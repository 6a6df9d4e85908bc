"""Readings in this process, where what is promised is not about the one they are made in."""

import io
from collections.abc import Callable, Iterator
from typing import IO, TypeVar

import pytest

from api.kit.sheets import apart, child, wire

T = TypeVar("T")


def here(job: wire.Job, data: bytes, receive: Callable[[IO[bytes]], T]) -> T:
    """What the child does, in this process: a hundred files a second, and no fault is hidden."""
    pipe = io.BytesIO()
    child.respond(job, io.BytesIO(data), pipe)
    pipe.seek(0)
    return receive(pipe)


@pytest.fixture(scope="module")
def in_this_process() -> Iterator[None]:
    """The same job and the same frames, without a process to start for each file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "ask", here)
        yield
