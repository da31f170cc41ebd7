"""Calls that matter only now: made at once or never, bounded, and forgotten."""

from __future__ import annotations

import asyncio

import pytest

from pointsman import limits
from pointsman.delivery.passing import Passing
from pointsman.delivery.transport import Fault
from pointsman.protocols.wire import Call, Response


class Slow:
    """A transport whose answers wait until they are let go, or that fails."""

    def __init__(self, fault: Fault | None = None) -> None:
        self.calls: list[Call] = []
        self.go = asyncio.Event()
        self._fault = fault

    async def send(self, call: Call) -> Response:
        self.calls.append(call)
        if self._fault is not None:
            raise self._fault
        await self.go.wait()
        return Response(500)


def call(timeout_ms: int = 10_000) -> Call:
    return Call("http://127.0.0.1:1/", {}, b"", timeout_ms)


async def settled() -> None:
    """Let every task that can run do so."""
    for _ in range(3):
        await asyncio.sleep(0)


def test_a_call_is_made_once_and_for_a_short_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PASSING_CALL_MS", 2_000)

    async def main() -> None:
        transport = Slow()
        passing = Passing(transport)
        assert passing.make("bot", call())
        assert passing.make("bot", call(timeout_ms=50))
        transport.go.set()
        await settled()
        assert [made.timeout_ms for made in transport.calls] == [2_000, 50]

    asyncio.run(main())


def test_what_finds_no_room_is_dropped_and_one_destination_leaves_room_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "PASSING_CALLS_MAX", 4)

    async def main() -> None:
        transport = Slow()
        passing = Passing(transport)
        assert [passing.make("slow", call()) for _ in range(3)] == [True, True, False]
        assert passing.make("bot", call())
        await settled()
        assert len(transport.calls) == 3
        transport.go.set()
        await settled()
        assert passing.make("slow", call())

    asyncio.run(main())


def test_a_failure_is_forgotten_and_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PASSING_CALLS_MAX", 2)

    async def main() -> None:
        passing = Passing(Slow(Fault("connect", "refused")))
        for _ in range(3):
            assert passing.make("bot", call())
            await settled()

    asyncio.run(main())


def test_closing_breaks_off_what_is_under_way() -> None:
    async def main() -> None:
        passing = Passing(Slow())
        passing.make("bot", call())
        await settled()
        await passing.close()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
