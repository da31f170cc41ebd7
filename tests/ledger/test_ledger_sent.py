"""Messages that went to carriers: found by the names that carriers use, and told of only what is news."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ledger_samples import Clock, Hand, submit_all, using
from msgspec import structs
from sent_samples import ANNA, says, told

from pointsman.ledger import sent
from pointsman.ledger.ledger import Commit, Delivered, Sent, Status
from pointsman.ledger.retention import DAY_MS
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.conversation import Conversation
from pointsman.model.identity import derived_id


async def only(ledger: SqliteLedger, reference: str, customer: str = ANNA, connection: str = "gateway") -> Sent:
    found = await ledger.sent(connection, reference, customer)
    assert found is not None
    return found


def test_a_message_is_found_by_the_name_on_the_wire_which_may_be_its_own_id(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(says("", "order17"))
        (lease,) = hand.take()
        first = await only(ledger, lease.owed.id)
        assert (first.send, first.part, first.author, first.own, first.status) == (1, 0, "bot", None, None)
        assert (first.conversation, first.row) == (lease.owed.conversation, lease.row)
        assert await only(ledger, lease.owed.reference.upper()) == first
        second = await only(ledger, "order17")
        assert (second.part, second.own) == (1, "order17")
        assert await ledger.sent("gateway", second.id, ANNA) is None, "its carrier never heard of that"

    using(tmp_path / "p.db", body)


@pytest.mark.parametrize("to", ["+31612345678", "0031612345678", "31612345678", " 0031612345678 "])
def test_a_report_may_write_the_number_as_it_likes(tmp_path: Path, to: str) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says("order17"))
        assert (await only(ledger, "order17", to)).send == 1

    using(tmp_path / "p.db", body)


@pytest.mark.parametrize(
    ("reference", "customer", "connection"),
    [
        ("order18", ANNA, "gateway"),
        ("Order17", ANNA, "gateway"),
        ("order17", "+31600000000", "gateway"),
        ("order17", "", "gateway"),
        ("order17", ANNA, "telegram"),
        ("", ANNA, "gateway"),
        ("x" * 10_000, ANNA, "gateway"),
        ("\x00\ud800", ANNA, "gateway"),
    ],
)
def test_what_nobody_sent_is_not_found(tmp_path: Path, reference: str, customer: str, connection: str) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says("order17"))
        assert await ledger.sent(connection, reference, customer) is None

    using(tmp_path / "p.db", body)


def test_one_reference_for_many_customers_names_a_message_each_and_of_one_customer_s_the_latest(
    tmp_path: Path,
) -> None:
    async def body(ledger: SqliteLedger) -> None:
        customers = [f"+3160000000{n}" for n in range(5)]
        await submit_all(ledger, *(says("campaign", customer=customer) for customer in customers))
        await ledger.submit(says("campaign", customer=customers[2]))
        found = [await only(ledger, "campaign", customer) for customer in customers]
        assert [one.send for one in found] == [1, 1, 2, 1, 1]
        assert len({one.conversation for one in found}) == 5
        await ledger.submit(says("campaign", customer=customers[0], connection="other"))
        assert (await only(ledger, "campaign", customers[0])).send == 1
        assert (await only(ledger, "campaign", customers[0], "other")).send == 2

    using(tmp_path / "p.db", body)


def test_a_sender_s_reference_never_names_another_s_message_by_its_id(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says(""))
        victim = await only(ledger, derived_id(f"{says().key}/1", "0"))
        await ledger.submit(says(victim.reference, customer="+31600000000"))
        assert await only(ledger, victim.reference) == victim

    using(tmp_path / "p.db", body)


def test_what_is_known_moves_on_and_never_back(tmp_path: Path) -> None:
    async def follow(ledger: SqliteLedger, name: str, path: tuple[Status, ...]) -> None:
        await ledger.submit(says(name))
        known: Status | None = None
        for status in path:
            it = await only(ledger, name)
            assert it.status == known
            outcome = await ledger.submit(told(it.row, status))
            news = status in sent.FOLLOWS[known]
            assert outcome.repeated is not news
            assert outcome.answer.outcome == ("accepted" if news else "void")
            known = status if news else known

    async def body(ledger: SqliteLedger) -> None:
        statuses: list[Status] = ["given up", "delivered", "read", "failed"]
        for number, path in enumerate(itertools.product(statuses, repeat=3)):
            await follow(ledger, f"message{number}", path)

    using(tmp_path / "p.db", body)


def test_all_that_is_told_at_once_has_the_effect_of_telling_it_one_by_one(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says("a", "b"))
        a, b = (await only(ledger, "a")).row, (await only(ledger, "b")).row
        statuses: list[tuple[int, Status]] = [
            *((a, "delivered"), (b, "failed"), (a, "delivered"), (b, "delivered"), (a, "read"), (a, "delivered"))
        ]
        outcomes = await submit_all(ledger, *(told(row, status) for row, status in statuses))
        assert [outcome.repeated for outcome in outcomes if not isinstance(outcome, BaseException)] == [
            *(False, False, True, True, False, True)
        ]
        assert [(await only(ledger, name)).status for name in "ab"] == ["read", "failed"]

    using(tmp_path / "p.db", body)


def test_two_processes_that_hear_the_same_report_handle_it_once(tmp_path: Path) -> None:
    async def main() -> None:
        ledgers = [open_sqlite(tmp_path / "p.db", Clock()) for _ in range(2)]
        try:
            await ledgers[0].submit(says("order17"))
            row = (await only(ledgers[1], "order17")).row
            outcomes = await asyncio.gather(
                *(ledgers[n % 2].submit(told(row, status)) for n in range(20) for status in ("delivered", "failed"))
            )
            assert sum(not outcome.repeated for outcome in outcomes) == 1
            conversation = await ledgers[0].read(says().key)
            assert conversation is not None
            assert conversation.revision == 2
        finally:
            for ledger in ledgers:
                await ledger.close()

    asyncio.run(main())


def test_a_step_that_fails_leaves_the_report_to_be_told_again(tmp_path: Path) -> None:
    def fails(_: Conversation | None, __: int) -> Commit:
        raise ValueError("no")

    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says("order17"))
        row = (await only(ledger, "order17")).row
        with pytest.raises(ValueError, match="no"):
            await ledger.submit(structs.replace(told(row, "delivered"), step=fails))
        assert (await only(ledger, "order17")).status is None
        assert not (await ledger.submit(told(row, "delivered"))).repeated

    using(tmp_path / "p.db", body)


def test_of_what_was_owed_before_messages_were_kept_a_failure_is_told_and_a_report_is_not(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(says("order17"))
        row = (await only(ledger, "order17")).row
        ledger._connections[1].execute("DELETE FROM sent")
        assert not (await ledger.submit(told(row, "given up"))).repeated
        assert (await ledger.submit(told(row, "delivered"))).answer.outcome == "void"
        assert await ledger.sent("gateway", "order17", ANNA) is None

    using(tmp_path / "p.db", body)


def test_nothing_is_told_of_a_conversation_that_is_forgotten(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(says("order17"))
        await ledger.settle(hand.take()[0], Delivered())
        row = (await only(ledger, "order17")).row
        assert await ledger.forget(says().key)
        assert await ledger.sent("gateway", "order17", ANNA) is None
        for status in ("given up", "delivered"):
            assert (await ledger.submit(told(row, status))).answer.outcome == "void"
        assert await ledger.read(says().key) is None

    using(tmp_path / "p.db", body)
    with closing(sqlite3.connect(tmp_path / "p.db")) as db:
        assert db.execute("SELECT count(*) FROM sent").fetchone() == (0,)


def test_what_was_sent_is_kept_as_long_as_conversations_are_though_one_goes_on_for_ever(tmp_path: Path) -> None:
    clock = Clock(0)

    async def body(ledger: SqliteLedger) -> None:
        for day in range(5):
            clock.now = day * DAY_MS
            await ledger.submit(says(f"day{day}"))
        await ledger.purge(clock.now, 2 * DAY_MS)
        kept = [day for day in range(5) if await ledger.sent("gateway", f"day{day}", ANNA) is not None]
        assert kept == [2, 3, 4]

    using(tmp_path / "p.db", body, clock)


def test_forgetting_erases_what_was_sent_before_the_search_and_after_it_and_of_nobody_else(tmp_path: Path) -> None:
    other = "+31600000000"

    async def body(ledger: SqliteLedger) -> None:
        await submit_all(ledger, *(says(f"a{n}") for n in range(3)), says("b0", customer=other))
        traces = ledger._traces_of(says().key)
        assert (len(traces.conversations), len(traces.numbers)) == (1, 3)
        await submit_all(ledger, says("a3"), says("b1", customer=other))
        db = ledger._connections[1]
        for found in (traces, sent.NO_TRACES):
            db.execute("BEGIN")
            (conversation,) = traces.conversations
            sent.erase(db, conversation, found)
            assert db.execute("SELECT count(*) FROM sent").fetchone() == (2,)
            db.execute("ROLLBACK")
        assert await ledger.forget(says().key)
        assert [await ledger.sent("gateway", name, ANNA) for name in ("a0", "a3")] == [None, None]
        assert [(await only(ledger, name, other)).send for name in ("b0", "b1")] == [1, 2]

    using(tmp_path / "p.db", body)
