"""Reloads: what a build changes, what it leaves alone, how overlapping ones are served, how a rollback holds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from pointsman.ledger.ledger import LedgerError
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.server.reload import Activated, Built, Failed, Reloader, Result, Unchanged, Watched

FAILED = Failed("2 errors", "error: …", at=1)


def built(text: str, *, config: str = "c", secrets: str = "s") -> Built:
    return Built(text, text.encode(), config, secrets, Watched())


class Desk:
    """A reloader over a real ledger, whose next builds are whatever the test lays down."""

    def __init__(self, ledger: SqliteLedger) -> None:
        self.ledger = ledger
        self.next: Built | Failed = built("a")
        self.builds = 0
        self.began = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.told: list[Result] = []
        self.reloader = Reloader(ledger, self.build, self.told.append)

    async def build(self) -> Built | Failed:
        self.builds += 1
        self.began.set()
        outcome = self.next
        await self.gate.wait()
        return outcome

    async def reload(self, outcome: Built | Failed) -> Result:
        self.next = outcome
        return await self.reloader.reload()

    async def serves(self) -> str:
        generation = await self.ledger.current()
        return "" if generation is None else generation.hash


def with_desk(tmp_path: Path, play: Callable[[Desk], Awaitable[None]]) -> None:
    async def main() -> None:
        ledger = open_sqlite(tmp_path / "ledger.db", lambda: 1_000)
        try:
            await play(Desk(ledger))
        finally:
            await ledger.close()

    asyncio.run(main())


def test_a_build_that_passes_is_in_force_and_told(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        assert isinstance(await desk.reload(built("a")), Activated)
        assert await desk.serves() == "a"
        second = await desk.reload(built("b"))
        assert isinstance(second, Activated)
        assert await desk.serves() == "b"
        assert desk.told[-1] == second

    with_desk(tmp_path, play)


def test_a_build_that_fails_changes_nothing_and_is_told(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        assert await desk.reload(FAILED) == FAILED
        assert await desk.serves() == "a"
        assert desk.told[-1] == FAILED

    with_desk(tmp_path, play)


def test_a_build_that_yields_what_serves_changes_nothing(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        first = await desk.reload(built("a"))
        assert isinstance(first, Activated)
        assert await desk.reload(built("a")) == Unchanged(first.activation, "a")

    with_desk(tmp_path, play)


def test_another_configuration_is_another_generation(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        assert isinstance(await desk.reload(built("a", config="d")), Activated)

    with_desk(tmp_path, play)


def test_a_new_value_of_a_secret_is_told_though_nothing_else_has_changed(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        first = await desk.reload(built("a"))
        assert isinstance(first, Activated)
        assert await desk.reload(built("a", secrets="t")) == Unchanged(first.activation, "a", rotated=True)
        assert await desk.reload(built("a", secrets="t")) == Unchanged(first.activation, "a")

    with_desk(tmp_path, play)


def test_all_who_ask_while_a_build_runs_share_the_next_one(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        desk.gate.clear()
        first = asyncio.create_task(desk.reload(built("a")))
        await desk.began.wait()
        others = [asyncio.create_task(desk.reload(built("b"))) for _ in range(5)]
        await asyncio.sleep(0)
        desk.gate.set()
        assert isinstance(await first, Activated)
        results = await asyncio.gather(*others)
        assert {type(result) for result in results} == {Activated}
        assert desk.builds == 2
        assert await desk.serves() == "b"

    with_desk(tmp_path, play)


def test_one_who_stops_waiting_stops_no_build(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        desk.gate.clear()
        impatient = asyncio.create_task(desk.reload(built("a")))
        await desk.began.wait()
        patient = asyncio.create_task(desk.reloader.reload())
        impatient.cancel()
        desk.gate.set()
        await patient
        assert await desk.serves() == "a"

    with_desk(tmp_path, play)


def test_a_rollback_pins_until_the_text_changes(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        await desk.reload(built("b"))
        back = await desk.reloader.rollback()
        assert isinstance(back, Activated)
        assert await desk.serves() == "a"
        assert await desk.reload(built("b")) == Unchanged(back.activation, "a", pinned=True)
        assert isinstance(await desk.reload(built("c")), Activated)
        assert await desk.serves() == "c"

    with_desk(tmp_path, play)


def test_writing_the_older_text_again_takes_the_pin_away(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        await desk.reload(built("b"))
        await desk.reloader.rollback()
        assert isinstance(await desk.reload(built("a")), Activated)
        generation = await desk.ledger.current()
        assert generation is not None
        assert not generation.pinned

    with_desk(tmp_path, play)


def test_a_ledger_that_cannot_be_written_is_an_outcome_not_a_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        await desk.reload(built("b"))

        async def activate(*_: object, **__: object) -> None:
            raise LedgerError("disk full")

        monkeypatch.setattr(desk.ledger, "activate", activate)
        for result in (await desk.reload(built("c")), await desk.reloader.rollback()):
            assert isinstance(result, Failed)
            assert "disk full" in result.summary
        assert await desk.serves() == "b"

    with_desk(tmp_path, play)


def test_without_an_earlier_generation_there_is_no_way_back(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        refused = await desk.reloader.rollback()
        assert isinstance(refused, Failed)
        assert "no earlier generation" in refused.summary
        assert await desk.serves() == "a"

    with_desk(tmp_path, play)


def test_a_second_rollback_does_not_bring_back_what_was_left(tmp_path: Path) -> None:
    async def play(desk: Desk) -> None:
        await desk.reload(built("a"))
        await desk.reload(built("b"))
        await desk.reloader.rollback()
        assert isinstance(await desk.reloader.rollback(), Failed)
        assert await desk.serves() == "a"

    with_desk(tmp_path, play)
