"""What a purge drops and keeps, and what forgetting erases."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_samples import Clock, Hand, event, key, submit_all, using

from pointsman import limits
from pointsman.ledger.ledger import Dead
from pointsman.ledger.retention import DAY_MS
from pointsman.ledger.sqlite import SqliteLedger
from pointsman.model.conversation import Wait

TABLES = ("conversations", "records", "queues", "owed", "dead", "waits", "turns")


def test_a_purge_drops_idle_conversations_and_keeps_those_that_wait_or_owe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PURGE_ROWS", 2)
    clock = Clock(0)

    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, *(event(name) for name in ("anna", "bert", "carl", "doris", "emil")))
        await ledger.submit(event("owing", "bot"))
        await ledger.submit(event("waiting", waits={"timer/x/0": Wait(1, 90 * DAY_MS)}))
        clock.now = 31 * DAY_MS
        await ledger.submit(event("carl"))
        await ledger.purge(clock.now, 30 * DAY_MS)
        kept = [name for name in ("anna", "bert", "carl", "doris", "emil", "owing", "waiting") if await known(name)]
        assert kept == ["carl", "owing", "waiting"]
        assert await ledger.records(key("anna"), 10) == []
        outcome = await ledger.submit(event("anna"))
        assert outcome.answer.reason == "revision 1", "nothing of it is remembered"

    async def known(name: str) -> bool:
        return await holder[0].read(key(name)) is not None

    holder: list[SqliteLedger] = []

    async def run(ledger: SqliteLedger) -> None:
        holder.append(ledger)
        await body(ledger)

    using(tmp_path / "p.db", run, clock)


def test_ids_are_seen_for_as_long_as_senders_may_repeat_them(tmp_path: Path) -> None:
    clock = Clock(0)

    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(event("anna", id_="1"))
        repeated = []
        for days in (limits.SEEN_DAYS, limits.SEEN_DAYS + 1):
            clock.now = days * DAY_MS
            await ledger.purge(clock.now, 30 * DAY_MS)
            repeated.append((await ledger.submit(event("anna", id_="1"))).repeated)
        assert repeated == [True, False]

    using(tmp_path / "p.db", body, clock)


def test_dead_letters_are_purged_with_the_rest(tmp_path: Path) -> None:
    clock = Clock(0)

    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot"))
        await ledger.settle(hand.take()[0], Dead("refused (404)"))
        await ledger.purge(30 * DAY_MS, 30 * DAY_MS)
        assert len(await ledger.dead_letters(10)) == 1
        await ledger.purge(30 * DAY_MS + 1, 30 * DAY_MS)
        assert await ledger.dead_letters(10) == []

    using(tmp_path / "p.db", body, clock)


def test_forgetting_a_conversation_leaves_no_row_of_it(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot", "desk", waits={"timer/x/0": Wait(1, 5)}))
        await ledger.submit(event("anna", "bot"))
        await ledger.settle(hand.take()[0], Dead("refused (404)"))
        assert await ledger.forget(key("anna"))
        assert [ledger._all(f"SELECT * FROM {table}") for table in TABLES] == [[]] * len(TABLES)  # noqa: S608  # ours
        assert not await ledger.forget(key("anna"))

    using(tmp_path / "p.db", body)
