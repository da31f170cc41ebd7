"""Waiting for a moment or for being woken."""

from __future__ import annotations

import asyncio
import time

from pointsman.delivery.clock import SystemClock


def test_a_wait_ends_at_its_moment_and_not_before() -> None:
    clock = SystemClock()
    until = clock.now() + 30
    asyncio.run(clock.wait(asyncio.Event(), until))
    assert clock.now() >= until


def test_a_wait_ends_when_woken_and_at_once_for_a_moment_that_is_past() -> None:
    async def run() -> float:
        clock, wake = SystemClock(), asyncio.Event()
        began = time.monotonic()
        asyncio.get_running_loop().call_soon(wake.set)
        await clock.wait(wake, clock.now() + 60_000)
        await clock.wait(asyncio.Event(), clock.now() - 60_000)
        return time.monotonic() - began

    assert asyncio.run(run()) < 5


def test_the_time_is_in_milliseconds_since_the_epoch() -> None:
    assert abs(SystemClock().now() / 1000 - time.time()) < 5
