"""Timers and waits: the table mirrors the conversations."""

from __future__ import annotations

from pathlib import Path

from ledger_samples import Clock, event, key, submit_all, using

from pointsman.ledger.ledger import Arming
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.conversation import Wait


def test_armed_waits_are_due_in_order_and_gone_when_disarmed_or_fired(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        assert await ledger.next_due() is None
        await ledger.submit(event("anna", waits={"timer/x/0": Wait(1, 500), "silence//9": Wait(2, 300)}))
        await ledger.submit(event("bert", waits={"timer/x/0": Wait(1, 400)}))
        assert await ledger.next_due() == 300
        assert await ledger.due(399, 10) == [Arming(key("anna"), "silence//9", 2, 300)]
        assert [arming.due for arming in await ledger.due(500, 10)] == [300, 400, 500]
        assert [arming.due for arming in await ledger.due(500, 2)] == [300, 400]
        await ledger.submit(event("anna", waits={"timer/x/0": None, "silence//9": Wait(2, None)}))
        assert await ledger.due(9_999, 10) == [Arming(key("bert"), "timer/x/0", 1, 400)]

    using(tmp_path / "p.db", body)


def test_arming_again_moves_the_row_and_what_stays_is_not_written(tmp_path: Path) -> None:
    armed: list[int] = []

    async def body(ledger: SqliteLedger) -> None:
        ledger.on_armed(armed.append)
        await ledger.submit(event("anna", waits={"a": Wait(1, 500), "b": Wait(2, 400)}))
        await ledger.submit(event("anna", waits={"a": Wait(3, 700)}))
        await ledger.submit(event("anna"))
        assert await ledger.due(9_999, 10) == [Arming(key("anna"), "b", 2, 400), Arming(key("anna"), "a", 3, 700)]
        assert armed == [400, 700]

    using(tmp_path / "p.db", body)


def test_one_batch_leaves_the_waits_of_its_last_event(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await submit_all(
            ledger,
            event("anna", waits={"a": Wait(1, 500)}),
            event("anna", waits={"a": None, "b": Wait(2, 400)}),
            event("anna", waits={"a": Wait(3, 700), "b": None}),
        )
        assert await ledger.due(9_999, 10) == [Arming(key("anna"), "a", 3, 700)]

    using(tmp_path / "p.db", body)


def test_any_process_finds_what_is_due_and_it_survives_a_restart(tmp_path: Path) -> None:
    async def arm(ledger: SqliteLedger) -> None:
        other = open_sqlite(tmp_path / "p.db", Clock())
        await ledger.submit(event("anna", waits={"a": Wait(1, 500)}))
        assert await other.next_due() == 500
        await other.close()

    async def look(ledger: SqliteLedger) -> None:
        assert await ledger.next_due() == 500

    using(tmp_path / "p.db", arm)
    using(tmp_path / "p.db", look)
