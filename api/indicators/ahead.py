"""Asking for the next answer while one is read."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")


def one_ahead(
    ask: Callable[[Asked], Told], questions: Iterable[Asked]
) -> Generator[Told, None, None]:
    """The answers in order; the question that follows is asked, elsewhere, while one is read.

    One at a time is asked: what ``ask`` holds (a connection) serves one thread at once. Close it
    (``contextlib.closing``) before that is used again: closing waits for what is being asked. An
    error comes where its answer would have.
    """
    with ThreadPoolExecutor(1) as elsewhere:
        before: Future[Told] | None = None
        for question in questions:
            asked = elsewhere.submit(ask, question)
            if before is not None:
                yield before.result()
            before = asked
        if before is not None:
            yield before.result()
