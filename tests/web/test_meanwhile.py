"""Reads started together end together."""

import asyncio

import pytest

from web.meanwhile import meanwhile


def test_a_read_that_fails_leaves_no_other_running() -> None:
    async def failing() -> None:
        await asyncio.sleep(0)
        raise LookupError

    started: list[asyncio.Task[object]] = []

    async def page() -> None:
        async with meanwhile() as start:
            started.append(start(asyncio.sleep(60)))
            await asyncio.gather(*started, start(failing()))

    with pytest.raises(LookupError):
        asyncio.run(page())
    assert started[0].cancelled()
