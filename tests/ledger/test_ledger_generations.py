"""Generations and who serves them."""

from __future__ import annotations

from pathlib import Path

from ledger_samples import Clock, using

from pointsman import limits
from pointsman.ledger.ledger import Generation
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite


def test_an_activation_is_seen_by_all_and_only_if_it_is_newer(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        assert await ledger.current() is None
        assert await ledger.previous() is None
        first = await ledger.activate("h1", b"one", "c")
        assert first == Generation(1, "h1", b"one", "c", 1_000_000, False)
        other = open_sqlite(tmp_path / "p.db", Clock())
        assert await other.current() == first
        assert await other.current(after=first.activation) is None
        second = await other.activate("h2", b"two", "c")
        assert await ledger.current(after=first.activation) == second
        assert second.activation > first.activation
        await other.close()

    using(tmp_path / "p.db", body)


def test_what_is_current_is_not_activated_again_but_a_pin_or_a_new_configuration_is(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        first = await ledger.activate("h1", b"one", "c")
        assert await ledger.activate("h1", b"one", "c") == first
        pinned = await ledger.activate("h1", b"one", "c", pinned=True)
        assert (pinned.pinned, pinned.activation) == (True, first.activation + 1)
        assert await ledger.previous() is None, "nothing else has ever served"
        changed = await ledger.activate("h1", b"one", "d")
        assert changed.activation == pinned.activation + 1
        before = await ledger.previous()
        assert before is not None
        assert before.config == "c"

    using(tmp_path / "p.db", body)


def test_a_rollback_is_an_activation_of_the_previous_and_can_be_undone(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.activate("h1", b"one", "c")
        await ledger.activate("h2", b"two", "c")
        for expected in ("h1", "h2"):
            back = await ledger.previous()
            assert back is not None
            now = await ledger.activate(back.hash, back.program, back.config, pinned=True)
            assert (now.hash, now.pinned) == (expected, True)

    using(tmp_path / "p.db", body)


def test_old_generations_are_dropped(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        for number in range(limits.GENERATIONS_KEPT + 5):
            last = await ledger.activate(f"h{number}", b"", "c")
        kept = ledger._all("SELECT activation FROM generations ORDER BY activation")
        assert [activation for (activation,) in kept] == list(range(6, last.activation + 1))

    using(tmp_path / "p.db", body)


def test_live_workers_report_what_they_serve_and_dead_ones_are_left_out(tmp_path: Path) -> None:
    clock = Clock(7)

    async def body(ledger: SqliteLedger) -> None:
        other = open_sqlite(tmp_path / "p.db", clock)
        await ledger.report(1, "h1")
        await other.report(1, "h1")
        clock.now = 9
        await other.report(1, "h1")
        await other.report(2, "h2")
        assert sorted((each.activation, each.hash, each.since) for each in await ledger.workers()) == [
            (1, "h1", 7),
            (2, "h2", 9),
        ]
        await other.close()
        assert [each.hash for each in await ledger.workers()] == ["h1"]
        dying = open_sqlite(tmp_path / "p.db", clock)
        await dying.report(3, "h3")
        assert dying._owner is not None
        dying._owner.close()
        assert [each.hash for each in await ledger.workers()] == ["h1"]

    using(tmp_path / "p.db", body, clock)


def test_a_process_that_only_takes_leases_is_no_worker(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        ledger.on_lease(lambda _: None)
        await ledger.claim()
        assert await ledger.workers() == []

    using(tmp_path / "p.db", body)
