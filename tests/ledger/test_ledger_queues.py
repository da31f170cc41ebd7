"""Queues and leases: order, retries, dead letters, owners that die."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from ledger_samples import Clock, Hand, event, key, submit_all, using, words

from pointsman import limits
from pointsman.ledger.ledger import Again, Dead, Delivered, Lease
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite

DELIVERED = Delivered()


def test_a_commit_leases_its_queues_and_settling_leads_on_in_order(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        for _ in range(3):
            await ledger.submit(event("anna", "bot", "desk"))
        seen = []
        while leases := hand.take():
            seen += [words(lease) for lease in leases]
            await asyncio.gather(*(ledger.settle(lease, DELIVERED) for lease in leases))
        assert seen == ["1 to bot", "1 to desk", "2 to bot", "2 to desk", "3 to bot", "3 to desk"]
        assert await ledger.backlog() == {"owed": 0, "dead": 0}

    using(tmp_path / "p.db", body)


def test_a_queue_that_waits_for_its_retry_holds_back_its_own_rows_only(tmp_path: Path) -> None:
    clock = Clock(1_000)

    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot"))
        (lease,) = hand.take()
        await ledger.settle(lease, Again(1_500, "503"))
        await ledger.submit(event("anna", "bot", "desk"))
        assert hand.take_words() == ["2 to desk"]
        assert await ledger.next_retry() == 1_500
        assert await ledger.claim() == 0
        clock.now = 1_500
        assert await ledger.claim() == 1
        (retry,) = hand.take()
        assert (words(retry), retry.attempts, retry.owed.id) == ("1 to bot", 1, lease.owed.id)
        await ledger.settle(retry, DELIVERED)
        assert hand.take_words() == ["2 to bot"]

    using(tmp_path / "p.db", body, clock)


def test_new_work_takes_up_a_free_queue_whose_retry_is_due(tmp_path: Path) -> None:
    clock = Clock(1_000)

    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot"))
        await ledger.settle(hand.take()[0], Again(1_500, "503"))
        clock.now = 1_600
        await ledger.submit(event("anna", "bot"))
        assert hand.take_words() == ["1 to bot"], "the oldest row leads, not the new one"

    using(tmp_path / "p.db", body, clock)


def test_a_dead_delivery_is_kept_as_a_dead_letter_and_frees_its_queue(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(event("anna", "bot"))
        await ledger.submit(event("anna", "bot"))
        (lease,) = hand.take()
        await ledger.settle(lease, Dead("refused (404)"))
        assert hand.take_words() == ["2 to bot"]
        (letter,) = await ledger.dead_letters(10)
        assert (letter.owed, letter.attempts, letter.reason) == (lease.owed, 1, "refused (404)")
        assert await ledger.backlog() == {"owed": 1, "dead": 1}

    using(tmp_path / "p.db", body)


def test_settling_twice_or_after_forgetting_does_nothing(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await submit_all(ledger, event("anna", "bot"), event("anna", "bot"), event("bert", "bot"))
        anna, bert = hand.take()
        await asyncio.gather(ledger.settle(anna, DELIVERED), ledger.settle(anna, DELIVERED))
        await ledger.settle(anna, DELIVERED)
        assert hand.take_words() == ["2 to bot"]
        assert await ledger.forget(key("bert"))
        await ledger.submit(event("bert", "bot"))
        await ledger.settle(bert, Dead("refused (404)"))
        assert hand.take_words() == ["1 to bot"]
        assert await ledger.backlog() == {"owed": 2, "dead": 0}

    using(tmp_path / "p.db", body)


def test_without_a_receiver_nothing_is_leased_and_another_process_takes_it(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        await ledger.submit(event("anna", "bot"))
        other = open_sqlite(tmp_path / "p.db", Clock())
        hand = Hand(other)
        assert await other.claim() == 1
        assert hand.take_words() == ["1 to bot"]
        await other.close()

    using(tmp_path / "p.db", body)


def test_what_one_process_leased_another_neither_claims_nor_gets_by_new_work(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        other = open_sqlite(tmp_path / "p.db", Clock())
        other_hand = Hand(other)
        await ledger.submit(event("anna", "bot"))
        await other.submit(event("anna", "bot", "desk"))
        assert await other.claim() == 0
        assert other_hand.take_words() == ["2 to desk"]
        (lease,) = hand.take()
        await ledger.settle(lease, DELIVERED)
        assert hand.take_words() == ["2 to bot"], "the owner goes on with what others have added"
        await other.close()

    using(tmp_path / "p.db", body)


def test_a_closed_ledger_gives_its_leases_back_at_once(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        other = open_sqlite(tmp_path / "p.db", Clock())
        Hand(other)
        await other.submit(event("anna", "bot"))
        await other.close()
        hand = Hand(ledger)
        assert await ledger.claim() == 1
        assert hand.take_words() == ["1 to bot"]

    using(tmp_path / "p.db", body)


def test_leases_given_back_are_free_and_an_unreceived_one_is_given_back(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        other = open_sqlite(tmp_path / "p.db", Clock())
        other_hand = Hand(other)
        await ledger.submit(event("anna", "bot"))
        await ledger.release(hand.take())
        assert await other.claim() == 1
        (lease,) = other_hand.take()
        other.on_lease(None)
        await ledger.submit(event("anna", "bot"))
        await other.settle(lease, DELIVERED)
        assert await ledger.claim() == 1
        assert hand.take_words() == ["2 to bot"]
        await other.close()

    using(tmp_path / "p.db", body)


def test_a_dead_owners_leases_are_claimed_and_its_file_removed(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        other = open_sqlite(tmp_path / "p.db", Clock())
        Hand(other)
        await other.submit(event("anna", "bot"))
        assert await ledger.claim() == 0
        assert other._owner is not None
        other._owner.close()  # what the kernel does when a process dies
        assert await ledger.claim() == 1
        assert hand.take_words() == ["1 to bot"]
        assert len(list((tmp_path / "p.db.owners").iterdir())) == 1

    using(tmp_path / "p.db", body)


def test_a_process_holds_a_bounded_number_of_queues_and_claims_the_rest_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "QUEUES_LEASED_MAX", 6)
    monkeypatch.setattr(limits, "QUEUES_LEASED_PER_DESTINATION_MAX", 3)

    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await submit_all(ledger, *(event(f"customer {n}", "bot") for n in range(10)))
        rounds: list[int] = []
        while leases := hand.take():
            rounds.append(len(leases))
            assert await ledger.claim() == 0, "there is no room"
            await asyncio.gather(*(ledger.settle(lease, DELIVERED) for lease in leases))
            await ledger.claim()
        assert rounds == [3, 3, 3, 1]

    using(tmp_path / "p.db", body)


def test_queues_of_a_destination_that_is_full_keep_nobody_elses_from_being_leased(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "QUEUES_LEASED_MAX", 6)
    monkeypatch.setattr(limits, "QUEUES_LEASED_PER_DESTINATION_MAX", 3)
    clock = Clock(1_000)

    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await submit_all(ledger, *(event(f"customer {n}", "slow") for n in range(20)))
        assert len(hand.take()) == 3
        assert await ledger.next_retry() is None, "what there is no room for is not worth waking up for"
        await ledger.submit(event("anna", "bot"))
        (lease,) = hand.take()
        await ledger.settle(lease, Again(1_500, "503"))
        assert await ledger.next_retry() == 1_500
        clock.now = 1_500
        assert await ledger.claim() == 1, "behind 17 that have been due for longer"
        assert hand.take_words() == ["1 to bot"]

    using(tmp_path / "p.db", body, clock)


def test_a_claim_looks_past_those_it_has_no_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "QUEUES_LEASED_MAX", 8)
    monkeypatch.setattr(limits, "QUEUES_LEASED_PER_DESTINATION_MAX", 3)

    clock = Clock()

    async def body(ledger: SqliteLedger) -> None:
        for destination in ("slow", "slower", "bot"):
            clock.now += 1
            await submit_all(ledger, *(event(f"customer {n}", destination) for n in range(10)))
        hand = Hand(ledger)
        assert await ledger.claim() == 7
        assert sorted(lease.owed.effect.to for lease in hand.take()) == ["bot"] + ["slow"] * 3 + ["slower"] * 3

    using(tmp_path / "p.db", body, clock)


def test_leases_reach_the_receiver_after_the_sender_has_its_answer(tmp_path: Path) -> None:
    order: list[str] = []

    async def body(ledger: SqliteLedger) -> None:
        def receive(leases: Sequence[Lease]) -> None:
            order.append("leased")

        ledger.on_lease(receive)
        future = asyncio.ensure_future(ledger.submit(event("anna", "bot")))
        future.add_done_callback(lambda _: order.append("answered"))
        await future
        await asyncio.sleep(0)
        assert sorted(order) == ["answered", "leased"]

    using(tmp_path / "p.db", body)
