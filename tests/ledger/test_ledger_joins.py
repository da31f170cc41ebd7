"""Addresses that a conversation has joined: what comes by them belongs to it, for as long as it lasts."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from joins_samples import RCS, SMS, WHATSAPP
from joins_samples import joining as event
from ledger_samples import Clock, submit_all, using
from msgspec import structs

from pointsman.ledger import blobs, schema
from pointsman.ledger.ledger import Commit, Outcome, Submission
from pointsman.ledger.retention import DAY_MS
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.conversation import Conversation
from pointsman.model.identity import Address


async def said(ledger: SqliteLedger, *events: Submission) -> list[str]:
    """Submit at once; return where each was handled."""
    outcomes = await submit_all(ledger, *events)
    return [outcome.answer.reason if isinstance(outcome, Outcome) else repr(outcome) for outcome in outcomes]


async def one_by_one(ledger: SqliteLedger, *events: Submission) -> list[str]:
    return [(await said(ledger, each))[0] for each in events]


async def found(ledger: SqliteLedger, address: Address) -> str:
    conversation = await ledger.find(address.conversation_id)
    return conversation.address.channel if conversation else ""


def test_what_comes_by_a_joined_address_belongs_to_the_conversation_until_it_ends(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        assert await said(ledger, event(WHATSAPP)) == ["WhatsApp 1"]
        assert await said(ledger, event(WHATSAPP, joins={"SMS"})) == ["WhatsApp 2"]
        outcome = await ledger.submit(event(SMS))
        assert (outcome.answer.reason, outcome.conversation) == ("WhatsApp 3", WHATSAPP.conversation_id)
        assert await found(ledger, SMS) == "WhatsApp"
        assert await ledger.last_active("shop", "+31612345678", ["SMS"]) == await ledger.read(WHATSAPP.conversation_id)
        assert await said(ledger, event(SMS, ends=True)) == ["WhatsApp 4"]
        assert await found(ledger, SMS) == ""
        assert await ledger.last_active("shop", "+31612345678", ["SMS"]) is None
        assert await said(ledger, event(SMS)) == ["SMS 1"]
        assert await said(ledger, event(WHATSAPP)) == ["WhatsApp 5"]

    using(tmp_path / "p.db", body)


def test_events_of_one_batch_see_the_joins_of_those_before_them(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        events = (
            *(event(WHATSAPP), event(SMS), event(SMS, ends=True), event(WHATSAPP, joins={"SMS", "RCS"})),
            *(event(SMS), event(RCS), event(WHATSAPP, ends=True), event(SMS), event(RCS)),
        )
        places = await said(ledger, *events)
        assert places == [
            *("WhatsApp 1", "SMS 1", "SMS 2", "WhatsApp 2"),
            *("WhatsApp 3", "WhatsApp 4", "WhatsApp 5", "SMS 3", "RCS 1"),
        ]

    using(tmp_path / "p.db", body)


def test_nobody_is_taken_out_of_a_conversation_of_the_address_own_and_after_it_the_join_holds(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        assert await one_by_one(
            ledger, event(SMS), event(WHATSAPP, joins={"SMS"}), event(SMS), event(SMS, ends=True), event(SMS)
        ) == ["SMS 1", "WhatsApp 1", "SMS 2", "SMS 3", "WhatsApp 2"]
        assert await found(ledger, SMS) == "WhatsApp"
        assert await one_by_one(ledger, event(WHATSAPP, ends=True), event(SMS)) == ["WhatsApp 3", "SMS 4"]

    using(tmp_path / "p.db", body)


def test_of_two_conversations_the_one_that_joined_an_address_last_has_it(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        assert await one_by_one(
            ledger,
            event(WHATSAPP, joins={"SMS"}),
            event(RCS, joins={"SMS"}),
            event(SMS),
            event(WHATSAPP, joins={"SMS"}),
            event(SMS),
            event(RCS, ends=True),
            event(SMS),
        ) == ["WhatsApp 1", "RCS 1", "RCS 2", "WhatsApp 2", "WhatsApp 3", "RCS 3", "WhatsApp 4"]

    using(tmp_path / "p.db", body)


def test_an_end_that_parted_from_nothing_undoes_the_join_all_the_same(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await said(ledger, event(WHATSAPP, joins={"SMS"}))
        elsewhere = structs.replace(event(WHATSAPP, ends=True), step=_ending_without_parting)
        await ledger.submit(elsewhere)
        assert await one_by_one(ledger, event(SMS), event(WHATSAPP), event(SMS)) == ["SMS 1", "WhatsApp 3", "SMS 2"]
        assert await one_by_one(ledger, event(SMS, ends=True), event(SMS)) == ["SMS 3", "SMS 4"]

    using(tmp_path / "p.db", body)


def _ending_without_parting(recall: Conversation | None, now: int) -> Commit:
    """As after a change of the configuration: the address is another one now."""
    return structs.replace(event(WHATSAPP, ends=True).step(recall, now), parts_from=())


def test_what_is_for_a_conversation_by_its_id_follows_no_join(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        places = await one_by_one(
            ledger, event(SMS, ends=True), event(WHATSAPP, joins={"SMS"}), event(SMS, follows=False), event(SMS)
        )
        assert places == ["SMS 1", "WhatsApp 1", "SMS 2", "SMS 3"], "the address' own is open again"

    using(tmp_path / "p.db", body)


def test_a_repeat_is_answered_as_at_first_though_its_address_was_joined_meanwhile(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        places = await one_by_one(
            ledger,
            event(SMS, id_="m1", ends=True),
            event(WHATSAPP, joins={"SMS"}),
            event(SMS, id_="m1"),
            event(SMS, id_="m2"),
            event(SMS, id_="m2"),
        )
        assert places == ["SMS 1", "WhatsApp 1", "SMS 1", "WhatsApp 2", "WhatsApp 2"]

    using(tmp_path / "p.db", body)


def test_a_step_that_fails_joins_nothing(tmp_path: Path) -> None:
    def fails(recall: Conversation | None, now: int) -> Commit:
        done = event(WHATSAPP, joins={"SMS"}).step(recall, now)
        return structs.replace(done, answer=structs.replace(done.answer, reason=object()))

    async def body(ledger: SqliteLedger) -> None:
        outcomes = await submit_all(ledger, structs.replace(event(WHATSAPP), step=fails), event(SMS))
        assert isinstance(outcomes[0], TypeError)
        assert await found(ledger, SMS) == "SMS"

    using(tmp_path / "p.db", body)


def test_processes_agree_on_whom_an_address_belongs_to(tmp_path: Path) -> None:
    async def main() -> None:
        ledgers = [open_sqlite(tmp_path / "p.db", Clock()) for _ in range(3)]
        try:
            for turn in range(30):
                here, there, third = (ledgers[(turn + n) % 3] for n in range(3))
                await here.submit(event(WHATSAPP, joins={"SMS"}))
                assert (await there.submit(event(SMS))).conversation == WHATSAPP.conversation_id
                await third.submit(event(SMS, ends=True))
                assert (await here.submit(event(SMS))).conversation == SMS.conversation_id
                await there.submit(event(SMS, ends=True))
            events = [
                event(address, joins={"SMS"} - {address.channel}) for address in (WHATSAPP, SMS) for _ in range(20)
            ]
            outcomes = await asyncio.gather(*(ledgers[n % 3].submit(each) for n, each in enumerate(events)))
            own = [outcome for outcome in outcomes[20:] if outcome.conversation == SMS.conversation_id]
            assert len(own) in (0, 20), "whoever came first decides, for all"
        finally:
            for ledger in ledgers:
                await ledger.close()

    asyncio.run(main())


def rows(path: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT channel, leads_to FROM conversations ORDER BY number").fetchall()


def test_forgetting_by_either_id_erases_the_conversation_with_the_addresses_it_joined(tmp_path: Path) -> None:
    for number, address in enumerate((WHATSAPP, SMS)):

        async def body(ledger: SqliteLedger, by: Address = address) -> None:
            await said(ledger, event(WHATSAPP, joins={"SMS"}), event(SMS))
            assert await ledger.forget(by.conversation_id)
            assert [await found(ledger, one) for one in (WHATSAPP, SMS)] == ["", ""]
            assert not await ledger.forget(SMS.conversation_id)

        using(tmp_path / f"{number}.db", body)
        assert rows(tmp_path / f"{number}.db") == []


def test_forgetting_leaves_another_conversation_that_is_open_at_a_joined_address(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await one_by_one(ledger, event(SMS), event(WHATSAPP, joins={"SMS"}))
        assert await ledger.forget(WHATSAPP.conversation_id)
        assert await one_by_one(ledger, event(SMS), event(SMS, ends=True), event(SMS)) == ["SMS 2", "SMS 3", "SMS 4"]

    using(tmp_path / "p.db", body)
    assert rows(tmp_path / "p.db") == [("SMS", None)]


def test_a_purge_keeps_a_joined_address_as_long_as_its_conversation_and_drops_both(tmp_path: Path) -> None:
    clock = Clock(DAY_MS)

    async def body(ledger: SqliteLedger) -> None:
        await said(ledger, event(WHATSAPP, joins={"SMS"}))
        clock.now = 40 * DAY_MS
        await said(ledger, event(WHATSAPP))
        await ledger.purge(clock.now, 30 * DAY_MS)
        assert await said(ledger, event(SMS)) == ["WhatsApp 3"]
        clock.now = 80 * DAY_MS
        await ledger.purge(clock.now, 30 * DAY_MS)
        assert await said(ledger, event(SMS)) == ["SMS 1"]

    using(tmp_path / "p.db", body, clock)
    assert rows(tmp_path / "p.db") == [("SMS", None)]


def test_an_address_that_is_only_joined_is_no_conversation(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await said(ledger, event(WHATSAPP, joins={"SMS"}))
        await said(ledger, event(WHATSAPP, ends=True))
        assert await ledger.last_active("shop", "+31612345678", ["SMS"]) is None
        assert await ledger.last_active("shop", "+31612345678", ["SMS", "WhatsApp"]) is not None
        assert await found(ledger, SMS) == ""

    using(tmp_path / "p.db", body)


def test_of_several_the_one_that_was_active_last_is_found_by_any_of_its_channels(tmp_path: Path) -> None:
    clock = Clock()

    async def body(ledger: SqliteLedger) -> None:
        async def active(*channels: str) -> str:
            it = await ledger.last_active("shop", "+31612345678", channels)
            return it.address.channel if it else ""

        for each in (event(RCS), event(WHATSAPP, joins={"SMS"}), event(RCS)):
            clock.now += 1
            await ledger.submit(each)
        assert [await active("SMS"), await active("RCS", "SMS"), await active("WhatsApp")] == [
            "WhatsApp",
            "RCS",
            "WhatsApp",
        ]
        clock.now += 1
        await ledger.submit(event(SMS))
        assert await active("RCS", "SMS") == "WhatsApp"

    using(tmp_path / "p.db", body, clock)


def test_files_of_before_joins_go_on(tmp_path: Path) -> None:
    path = tmp_path / "p.db"
    with closing(sqlite3.connect(path)) as db:
        for statement in (*schema.MIGRATIONS[0], *schema.MIGRATIONS[1], "PRAGMA user_version = 2"):
            db.execute(statement)
        state = event(SMS, ends=True).step(None, 1).conversation
        from_before = (SMS.conversation_id, "shop", "SMS", "+31612345678", 1, blobs.encode(state))
        db.execute(
            "INSERT INTO conversations(id, account, channel, customer, latest, state) VALUES (?, ?, ?, ?, ?, ?)",
            from_before,
        )
        db.commit()

    async def body(ledger: SqliteLedger) -> None:
        assert await one_by_one(ledger, event(WHATSAPP, joins={"SMS"}), event(SMS)) == ["WhatsApp 1", "WhatsApp 2"]
        assert await one_by_one(ledger, event(WHATSAPP, ends=True), event(SMS)) == ["WhatsApp 3", "SMS 2"]

    using(path, body)
