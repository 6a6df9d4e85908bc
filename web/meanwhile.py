"""Reading several things at once: when one fails, the others are stopped with it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

Start = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[Any]"]


@asynccontextmanager
async def meanwhile() -> AsyncIterator[Start]:
    """Start reads in the block; none of them is left running when it ends, be it by an error.

    The error is the one of the read that failed, not a group of them: pages know it.
    """
    tasks: list[asyncio.Task[Any]] = []

    def start(reading: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        tasks.append(asyncio.create_task(reading))
        return tasks[-1]

    try:
        yield start
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
