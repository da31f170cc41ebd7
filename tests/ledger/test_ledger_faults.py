"""Fail the n-th statement, for all n: nothing is lost, nothing is half applied, and the writer goes on."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from ledger_samples import Clock, Hand, event, failing, key, submit_all, using, words

from pointsman.ledger.ledger import Again, Dead, Delivered, Lease, LedgerError, Outcome
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.conversation import Wait

T = TypeVar("T")

STATE = {
    "conversations": "id, latest, state",
    "seen": "source, id, answer",
    "records": "conversation, body",
    "queues": "conversation, destination, due",
    "owed": "number, queue, attempts, body",
    "dead": "number, reason, body",
    "waits": "conversation, key, arming, due",
    "generations": "hash, config, pinned",
}
"""What has to be the same however often something failed; numbers of leases and owners are not."""


class Failing(sqlite3.Connection):
    """Fails the statements whose turn is in `fails`; counts from the moment it is armed."""

    fails: range = range(0)
    count = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        Failing.count += 1
        if Failing.count in Failing.fails:
            raise sqlite3.OperationalError(f"disk I/O error at statement {Failing.count}: {sql}")
        return super().execute(sql, *values)


def dump(path: Path) -> dict[str, list[Any]]:
    """Read the whole file, past the connection that fails."""
    db = sqlite3.connect(path)
    try:
        queries = {table: f"SELECT {columns} FROM {table}" for table, columns in STATE.items()}  # noqa: S608  # ours
        return {table: db.execute(query).fetchall() for table, query in queries.items()}
    finally:
        db.close()


async def insist(path: Path, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try as a sender does, until it works; whatever failed must have changed nothing."""
    while True:
        before = dump(path)
        try:
            return await attempt()
        except LedgerError:
            assert dump(path) == before


async def insist_on_lease(path: Path, ledger: SqliteLedger, hand: Hand) -> Lease:
    while not hand.leases:
        await insist(path, ledger.claim)
    return hand.leases.pop(0)


async def scenario(ledger: SqliteLedger, path: Path, clock: Clock) -> list[str]:
    """A bit of everything that writes. Returns what was handed out, in order."""
    hand, seen = Hand(ledger), list[str]()

    async def settled(how: Delivered | Again | Dead) -> None:
        lease = await insist_on_lease(path, ledger, hand)
        seen.append(f"{words(lease)} {lease.attempts}")
        await insist(path, lambda: ledger.settle(lease, how))

    await insist(path, lambda: ledger.submit(event("anna", "bot", id_="1", waits={"a": Wait(1, 5)})))
    await insist(path, lambda: ledger.submit(event("anna", "bot", id_="2", waits={"a": None})))
    await settled(Delivered())
    await settled(Again(clock.now + 10, "503"))
    await insist(path, lambda: ledger.submit(event("anna", "bot", id_="3", waits={"b": Wait(2, 5)})))
    clock.now += 10
    await settled(Dead("refused (404)"))
    await settled(Delivered())
    await insist(path, lambda: ledger.submit(event("bert", "bot", id_="4")))
    await insist(path, lambda: ledger.activate("h1", b"", "c"))
    await insist(path, lambda: ledger.forget(key("nobody")))
    return seen


def run_failing(folder: Path, fails: range) -> tuple[list[str], dict[str, list[Any]], int]:
    path, clock = folder / "p.db", Clock()

    async def run() -> list[str]:
        Failing.fails = range(0)
        ledger = open_sqlite(path, clock, Failing)
        Failing.count, Failing.fails = 0, fails
        try:
            return await scenario(ledger, path, clock)
        finally:
            Failing.fails = range(0)
            await ledger.close()

    seen = asyncio.run(run())
    return seen, dump(path), Failing.count


@pytest.mark.parametrize("in_a_row", [1, 3])
def test_any_statement_may_fail_and_the_outcome_is_the_same(tmp_path: Path, in_a_row: int) -> None:
    """Three in a row also fail the ROLLBACK that follows, and the next attempt."""
    (tmp_path / "sound").mkdir()
    expected_seen, expected, statements = run_failing(tmp_path / "sound", range(0))
    assert statements > 60
    for nth in range(1, statements + 1):
        folder = tmp_path / str(nth)
        folder.mkdir()
        seen, state, _ = run_failing(folder, range(nth, nth + in_a_row))
        assert (seen, state) == (expected_seen, expected), f"statement {nth}"


def test_a_full_disk_fails_the_whole_batch_and_the_writer_goes_on(tmp_path: Path) -> None:
    async def body() -> None:
        ledger = open_sqlite(tmp_path / "p.db", Clock())
        await ledger.submit(event("anna", id_="0"))
        db = ledger._connections[1]
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
        before = dump(tmp_path / "p.db")
        outcomes = await submit_all(ledger, *(event(f"customer {n}", "bot", id_=str(n)) for n in range(1, 200)))
        refused = [outcome for outcome in outcomes if isinstance(outcome, LedgerError)]
        assert "make room on its disk" in str(refused[0])
        kept = sum(isinstance(outcome, Outcome) for outcome in outcomes)
        assert len(refused) + kept == 199
        assert len(dump(tmp_path / "p.db")["seen"]) == len(before["seen"]) + kept
        assert len(dump(tmp_path / "p.db")["owed"]) == kept
        db.execute("PRAGMA max_page_count = 1000000")
        again = await submit_all(ledger, *(event(f"customer {n}", "bot", id_=str(n)) for n in range(1, 200)))
        assert [outcome.repeated for outcome in again if isinstance(outcome, Outcome)].count(False) == 199 - kept
        assert len(dump(tmp_path / "p.db")["owed"]) == 199
        await ledger.close()

    asyncio.run(body())


@pytest.mark.parametrize("nth", range(1, 12))
def test_a_file_that_cannot_be_made_is_reported_and_made_the_next_time(tmp_path: Path, nth: int) -> None:
    Failing.count, Failing.fails = 0, range(nth, nth + 1)
    with pytest.raises(LedgerError, match=str(tmp_path)):
        open_sqlite(tmp_path / "p.db", Clock(), Failing)
    Failing.fails = range(0)
    asyncio.run(open_sqlite(tmp_path / "p.db", Clock()).close())


def test_a_ledger_says_why_its_latest_commit_failed_until_one_succeeds(tmp_path: Path) -> None:
    path = tmp_path / "p.db"

    async def run() -> None:
        Failing.fails = range(0)
        ledger = open_sqlite(path, Clock(), Failing)
        await ledger.submit(event("anna", id_="1"))
        assert ledger.fault is None
        Failing.count, Failing.fails = 0, range(1, 1_000)
        with pytest.raises(LedgerError):
            await ledger.submit(event("anna", id_="2"))
        with pytest.raises(LedgerError):
            await ledger.prove()
        assert "disk I/O error" in str(ledger.fault)
        Failing.fails = range(0)
        log = path.with_name("p.db-wal")
        before, rows = log.stat().st_size, dump(path)
        await ledger.prove()
        assert ledger.fault is None
        assert log.stat().st_size > before, "a trial that writes nothing would prove nothing"
        assert dump(path) == rows
        await ledger.close()

    asyncio.run(run())


def test_on_a_full_disk_what_still_fits_does_not_take_the_fault_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    async def run() -> None:
        Failing.fails = range(0)
        ledger = open_sqlite(tmp_path / "p.db", Clock(), Failing)
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot"))
        Failing.count, Failing.fails = 0, range(1, 1_000)
        with pytest.raises(LedgerError):
            await ledger.submit(event("anna", "bot"))
        Failing.fails = range(0)
        await ledger.settle(hand.take()[0], Delivered())
        assert ledger.fault is not None
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            with pytest.raises(LedgerError, match="No space left on device; make room on its disk"):
                await ledger.prove()
        assert ledger.fault is not None
        await ledger.submit(event("anna", "bot"))
        assert ledger.fault is None
        await ledger.close()

    asyncio.run(run())


def test_a_step_or_a_value_that_fails_is_no_fault_of_the_ledger(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, failing("anna"), event("bert", id_="\ud800"))
        assert ledger.fault is None

    using(tmp_path / "p.db", body)
