"""Events: one durable step each, ids once seen, batches that mean what their members would mean alone."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
from ledger_samples import Clock, Hand, address, event, failing, key, step, submit_all, using
from msgspec import structs

from pointsman import limits
from pointsman.ledger.intake import kept_id
from pointsman.ledger.ledger import Commit, Full, LedgerError, Outcome, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer


def revision(outcome: object) -> str:
    assert isinstance(outcome, Outcome)
    return outcome.answer.reason


class Gated(sqlite3.Connection):
    """Counts commits of events, and holds each back until the gate is open."""

    reached = threading.Event()
    gate = threading.Event()
    commits = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql == "COMMIT":
            Gated.reached.set()
            Gated.gate.wait(10)
            Gated.commits += 1
        return super().execute(sql, *values)


@pytest.fixture
def gated(tmp_path: Path) -> SqliteLedger:
    Gated.gate.set()
    ledger = open_sqlite(tmp_path / "p.db", Clock(), Gated)
    Gated.reached.clear()
    Gated.gate.clear()
    Gated.commits = 0
    return ledger


def test_a_new_conversation_is_recalled_as_none_and_then_as_it_was_left(tmp_path: Path) -> None:
    recalled: list[Conversation | None] = []

    def watching(recall: Conversation | None, now: int) -> Commit:
        recalled.append(recall)
        return step("anna")(recall, now)

    async def body(ledger: SqliteLedger) -> None:
        for _ in range(2):
            await ledger.submit(Submission(key("anna"), "gateway", None, watching))
        assert recalled == [None, await _at_revision_one()]

    async def _at_revision_one() -> Conversation:
        return Conversation(address("anna"), revision=1, latest=1_000_000)

    using(tmp_path / "p.db", body)


def test_an_id_already_seen_gets_the_first_answer_and_has_no_effect(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        first = await ledger.submit(event("anna", "bot", id_="1"))
        again = await ledger.submit(event("anna", "bot", id_="1"))
        assert (first.repeated, again.repeated) == (False, True)
        assert again.answer == first.answer
        assert hand.take_words() == ["1 to bot"]
        assert len(await ledger.records(key("anna"), 10)) == 1

    using(tmp_path / "p.db", body)


def test_an_id_is_seen_across_a_restart_and_per_source(tmp_path: Path) -> None:
    async def once(ledger: SqliteLedger) -> list[bool]:
        outcomes = [await ledger.submit(event("anna", id_="1", source=source)) for source in ("gateway", "bot")]
        return [outcome.repeated for outcome in outcomes]

    assert using(tmp_path / "p.db", once) == [False, False]
    assert using(tmp_path / "p.db", once) == [True, True]


def test_an_event_without_an_id_is_never_a_repeat(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        outcomes = [await ledger.submit(event("anna")) for _ in range(2)]
        assert [revision(outcome) for outcome in outcomes] == ["revision 1", "revision 2"]

    using(tmp_path / "p.db", body)


def test_a_long_id_is_kept_as_a_digest_and_still_seen(tmp_path: Path) -> None:
    long = "x" * (limits.EVENT_ID_CHARACTERS_MAX + 1)
    assert len(kept_id(long)) <= limits.EVENT_ID_CHARACTERS_MAX
    assert kept_id(long) != kept_id(long + "x")

    async def body(ledger: SqliteLedger) -> None:
        assert not (await ledger.submit(event("anna", id_=long))).repeated
        assert (await ledger.submit(event("anna", id_=long))).repeated

    using(tmp_path / "p.db", body)


def test_what_arrives_while_a_commit_runs_is_one_commit(gated: SqliteLedger) -> None:
    async def body() -> None:
        first = asyncio.ensure_future(gated.submit(event("anna")))
        await asyncio.to_thread(Gated.reached.wait, 10)
        others = [asyncio.ensure_future(gated.submit(event(f"customer {n % 7}"))) for n in range(100)]
        await asyncio.sleep(0)
        assert not first.done()
        Gated.gate.set()
        await asyncio.gather(first, *others)
        assert Gated.commits == 2
        await gated.close()

    asyncio.run(body())


def test_what_is_leased_while_the_receiver_leaves_is_given_back(gated: SqliteLedger, tmp_path: Path) -> None:
    async def body() -> None:
        Hand(gated)
        submitted = asyncio.ensure_future(gated.submit(event("anna", "bot")))
        await asyncio.to_thread(Gated.reached.wait, 10)
        gated.on_lease(None)
        Gated.gate.set()
        await submitted
        await gated.forget("nobody")  # the writer is through with what came before
        other = open_sqlite(tmp_path / "p.db", Clock())
        hand = Hand(other)
        assert await other.claim() == 1
        assert hand.take_words() == ["1 to bot"]
        await other.close()
        await gated.close()

    asyncio.run(body())


def test_one_batch_means_what_separate_batches_would(gated: SqliteLedger) -> None:
    async def body() -> None:
        hand = Hand(gated)
        blocker = asyncio.ensure_future(gated.submit(event("else")))
        await asyncio.to_thread(Gated.reached.wait, 10)
        batch = asyncio.ensure_future(
            submit_all(
                gated,
                event("anna", "bot", id_="1"),
                event("anna", "bot", id_="2"),
                event("anna", "bot", id_="1"),
                failing("anna", "3"),
                event("anna", "bot", id_="3"),
            )
        )
        await asyncio.sleep(0)
        Gated.gate.set()
        await blocker
        first, second, repeated, failed, third = await batch
        assert Gated.commits == 2
        assert [revision(each) for each in (first, second, third)] == ["revision 1", "revision 2", "revision 3"]
        assert isinstance(repeated, Outcome)
        assert (repeated.repeated, repeated.answer.reason) == (True, "revision 1")
        assert isinstance(failed, ValueError)
        assert hand.take_words() == ["1 to bot"], "the others wait behind it in their queue"
        assert await gated.backlog() == {"owed": 3, "dead": 0}
        await gated.close()

    asyncio.run(body())


def test_too_many_waiting_submissions_are_refused_and_the_rest_committed(
    gated: SqliteLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PENDING_SUBMISSIONS_MAX", 3)

    async def body() -> None:
        events = [event("anna") for _ in range(5)]
        waiting = asyncio.create_task(submit_all(gated, *events))
        await asyncio.to_thread(Gated.reached.wait, 10)
        Gated.gate.set()
        outcomes = await waiting
        assert [type(outcome) for outcome in outcomes] == [Outcome, Outcome, Outcome, Full, Full]
        assert revision(await gated.submit(event("anna"))) == "revision 4"
        await gated.close()

    asyncio.run(body())


def test_a_step_that_raises_leaves_nothing_behind(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        with pytest.raises(ValueError, match="a step that fails"):
            await ledger.submit(failing("anna", "1"))
        assert await ledger.read(key("anna")) is None
        assert not (await ledger.submit(event("anna", id_="1"))).repeated

    using(tmp_path / "p.db", body)


@pytest.mark.parametrize("poison", ["\ud800", 2**70], ids=["lone surrogate", "huge number"])
def test_a_value_that_cannot_be_stored_fails_its_own_submission_only(tmp_path: Path, poison: Any) -> None:
    def poisoned(recall: Conversation | None, now: int) -> Commit:
        commit = step("anna")(recall, now)
        return Commit(commit.conversation, commit.owed, commit.record, Answer("accepted", reason=poison))

    bad = [
        Submission(key("anna"), "gateway", "1", poisoned),
        Submission(key("anna"), "gateway", poison if isinstance(poison, str) else None, poisoned),
    ]

    async def body(ledger: SqliteLedger) -> None:
        outcomes = await submit_all(ledger, event("bert"), *bad, event("bert"), event("anna", id_="1"))
        assert [isinstance(outcome, Outcome) for outcome in outcomes] == [True, False, False, True, True]
        assert await ledger.read(key("anna")) == Conversation(address("anna"), revision=1, latest=1_000_000)

    using(tmp_path / "p.db", body)


def test_time_never_goes_back_within_a_conversation(tmp_path: Path) -> None:
    clock, seen = Clock(5_000), list[int]()

    async def body(ledger: SqliteLedger) -> None:
        for now in (5_000, 4_000, 6_000):
            clock.now = now
            await ledger.submit(event("anna", seen=seen))
        assert seen == [5_000, 5_000, 6_000]

    using(tmp_path / "p.db", body, clock)


def test_two_ledgers_on_one_file_see_each_others_commits(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        other = open_sqlite(tmp_path / "p.db", Clock())
        revisions = [revision(await side.submit(event("anna"))) for side in (ledger, other, other, ledger, other)]
        assert revisions == [f"revision {n}" for n in range(1, 6)]
        assert (await ledger.read(key("anna"))) == (await other.read(key("anna")))
        await other.close()

    using(tmp_path / "p.db", body)


def test_the_last_active_conversation_is_found_among_the_channels(tmp_path: Path) -> None:
    clock = Clock()

    async def body(ledger: SqliteLedger) -> None:
        for channel in ("WhatsApp", "SMS", "RCS"):
            clock.now += 1
            await ledger.submit(event("anna", channel=channel))
        clock.now += 1
        await ledger.submit(event("anna", channel="SMS"))
        found = [
            await ledger.last_active("shop", "anna", channels) for channels in (["RCS", "SMS"], ["RCS"], ["Viber"])
        ]
        assert [each and each.address.channel for each in found] == ["SMS", "RCS", None]
        assert await ledger.last_active("other", "anna", ["SMS"]) is None
        assert await ledger.last_active("shop", "anna", []) is None

    using(tmp_path / "p.db", body, clock)


def test_the_decision_log_of_a_conversation_is_bounded_and_newest_first(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        events = limits.DECISIONS_PER_CONVERSATION_MAX + 20
        await submit_all(ledger, *(event("anna") for _ in range(events)))
        await ledger.submit(event("bert"))
        records = await ledger.records(key("anna"), 1_000)
        assert [record.revision for record in records] == list(range(events, 20, -1))
        assert len(await ledger.records(key("anna"), 3)) == 3
        assert len(await ledger.records(key("bert"), 3)) == 1

    using(tmp_path / "p.db", body)


def test_a_closed_ledger_says_so(tmp_path: Path) -> None:
    async def body() -> None:
        ledger = open_sqlite(tmp_path / "p.db", Clock())
        await ledger.close()
        with pytest.raises(LedgerError, match="closed"):
            await ledger.submit(event("anna"))

    asyncio.run(body())


def test_a_steps_moment_is_when_its_event_was_received_and_never_goes_back(tmp_path: Path) -> None:
    async def body(ledger: SqliteLedger) -> None:
        seen: list[int] = []
        for received in (900, 950, 920, None, 990):
            await ledger.submit(structs.replace(event("anna", seen=seen), received=received))
        assert seen == [900, 950, 950, 1_000, 1_000]

    using(tmp_path / "p.db", body, Clock(1_000))
