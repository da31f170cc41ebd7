"""What leaves in a response: taken once, given again under its id, and dead if nobody came for it in time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from ledger_samples import Clock, Hand, event, key, using
from responses_samples import UNTIL, asked, body, telling, text, written

from pointsman import limits
from pointsman.ledger.ledger import Dead, Delivered, Standing
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.decision import Owed

LATE = UNTIL + limits.RESPONSE_GRACE_MS


def backlog(ledger: SqliteLedger) -> list[tuple[int]]:
    return ledger._all("SELECT count(*) FROM owed") + ledger._all("SELECT count(*) FROM queues")


def test_messages_leave_together_in_order_and_are_gone_once_they_are_written(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(telling("anna", "one", "two", id_="m1"))
        await ledger.submit(telling("anna", "three"))
        response = await ledger.respond(asked(), written)
        assert body(response) == b"one two three"
        assert response is not None
        assert [text(owed) for owed in response.owed] == ["one", "two", "three"]
        await ledger.responded(response, written=True)
        assert hand.take() == []
        assert backlog(ledger) == [(0,), (0,)]

    using(tmp_path / "p.db", play)


def test_who_asks_again_gets_the_same_bytes_whatever_has_been_said_since(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", id_="m1"))
        first = await ledger.respond(asked(), written)
        await ledger.submit(telling("anna", "two", id_="m2"))
        assert body(await ledger.respond(asked(), written)) == b"one"
        assert first is not None
        await ledger.responded(first, written=True)
        again = await ledger.respond(asked(), written)
        assert body(again) == b"one"
        assert again is not None
        assert (again.held, again.owed) == (0, ())
        assert body(await ledger.respond(asked(id_="m2"), written)) == b"two"

    using(tmp_path / "p.db", play)


def test_a_response_that_says_nothing_is_one_too(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", id_="m1"))
        assert body(await ledger.respond(asked(), written)) == b""
        await ledger.submit(telling("anna", "later"))
        assert body(await ledger.respond(asked(), written)) == b""

    using(tmp_path / "p.db", play)


def test_fewer_messages_than_asked_for_are_left_where_they_are(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", id_="m1"))
        assert await ledger.respond(asked(), written, least=1) is None
        await ledger.submit(telling("anna", "one"))
        assert await ledger.respond(asked(), written, least=2) is None
        assert body(await ledger.respond(asked(), written, least=1)) == b"one"

    using(tmp_path / "p.db", play)


def test_a_request_without_an_id_is_answered_and_never_again(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one"))
        nameless = asked(id_=None)
        response = await ledger.respond(nameless, written)
        assert body(response) == b"one"
        assert response is not None
        await ledger.responded(response, written=True)
        assert body(await ledger.respond(nameless, written)) == b""
        assert backlog(ledger) == [(0,), (0,)]

    using(tmp_path / "p.db", play)


def test_requests_of_other_channels_connections_and_customers_get_nothing_of_it(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", id_="m1"))
        await ledger.submit(telling("bert", id_="m2"))
        assert body(await ledger.respond(asked(channel="Viber", id_="v"), written)) == b""
        assert body(await ledger.respond(asked("bert", "m2"), written)) == b""
        assert body(await ledger.respond(asked(), written)) == b"one"

    using(tmp_path / "p.db", play)


def test_what_is_held_by_a_response_is_in_no_other_even_if_that_could_not_be_written(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", id_="m1"))
        lost = await ledger.respond(asked(), written)
        assert lost is not None
        await ledger.responded(lost, written=False)
        await ledger.submit(telling("anna", "two", id_="m2"))
        assert body(await ledger.respond(asked(id_="m2"), written)) == b"two"
        again = await ledger.respond(asked(), written)
        assert body(again) == b"one"
        assert again is not None
        await ledger.responded(again, written=True)
        assert ledger._all("SELECT count(*) FROM owed") == [(1,)]

    using(tmp_path / "p.db", play)


def test_what_nobody_came_for_in_time_is_leased_to_die(tmp_path: Path) -> None:
    clock = Clock()

    async def play(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(telling("anna", "one", "two", id_="m1"))
        clock.now = LATE - 1
        assert (await ledger.claim(), await ledger.next_retry()) == (0, LATE)
        clock.now = LATE
        assert await ledger.claim() == 1
        assert body(await ledger.respond(asked(), written)) == b""  # too late: it is being given up
        for expected in ("one", "two"):
            [lease] = hand.take()
            assert text(lease.owed) == expected
            await ledger.settle(lease, Dead("late", "late"))
        assert hand.take() == []
        assert (await ledger.backlog()) == {"owed": 0, "dead": 2}

    using(tmp_path / "p.db", play, clock)


def test_behind_what_is_late_the_rest_waits_for_its_own_time(tmp_path: Path) -> None:
    clock = Clock()

    async def play(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(telling("anna", "one", id_="m1"))
        await ledger.submit(telling("anna", "two", id_="m2", until=UNTIL + 60_000))
        clock.now = LATE
        await ledger.claim()
        [lease] = hand.take()
        await ledger.settle(lease, Dead("late", "late"))
        assert hand.take() == []
        assert await ledger.next_retry() == LATE + 60_000
        assert body(await ledger.respond(asked(id_="m2"), written)) == b"two"

    using(tmp_path / "p.db", play, clock)


def test_a_response_whose_messages_have_died_is_not_given_again(tmp_path: Path) -> None:
    clock = Clock()

    async def play(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        await ledger.submit(telling("anna", "one", id_="m1"))
        lost = await ledger.respond(asked(), written)
        assert lost is not None
        await ledger.responded(lost, written=False)
        clock.now = LATE
        assert await ledger.claim() == 1
        assert body(await ledger.respond(asked(), written)) == b""
        [lease] = hand.take()
        await ledger.settle(lease, Dead("late", "late"))
        assert body(await ledger.respond(asked(), written)) == b""
        assert (await ledger.backlog()) == {"owed": 0, "dead": 1}

    using(tmp_path / "p.db", play, clock)


def test_after_a_crash_whoever_asks_again_gets_what_the_dead_process_was_about_to_write(tmp_path: Path) -> None:
    async def play() -> None:
        clock = Clock()
        dying, other = open_sqlite(tmp_path / "p.db", clock), open_sqlite(tmp_path / "p.db", clock)
        hand = Hand(other)
        await dying.submit(telling("anna", "one", id_="m1"))
        await dying.submit(telling("anna", "two", id_="m2"))
        assert body(await dying.respond(asked(), written)) == b"one two"
        assert dying._owner is not None
        dying._owner.release()  # the kernel does, however it dies
        await other.claim()
        assert hand.take() == []
        assert body(await other.respond(asked(id_="m2"), written)) == b""
        again = await other.respond(asked(), written)
        assert body(again) == b"one two"
        assert again is not None
        await other.responded(again, written=True)
        assert backlog(other) == [(0,), (0,)]
        await other.close()

    asyncio.run(play())


def test_two_processes_that_answer_one_request_give_the_same_bytes(tmp_path: Path) -> None:
    async def play() -> None:
        one, two = open_sqlite(tmp_path / "p.db", Clock()), open_sqlite(tmp_path / "p.db", Clock())
        await one.submit(telling("anna", "one", id_="m1"))
        responses = await asyncio.gather(one.respond(asked(), written), two.respond(asked(), written))
        assert {body(response) for response in responses} == {b"one"}
        for ledger, response in zip((one, two), responses, strict=True):
            assert response is not None
            await ledger.responded(response, written=True)
        assert backlog(one) == [(0,), (0,)]
        await asyncio.gather(one.close(), two.close())

    asyncio.run(play())


def test_it_is_told_what_waits_and_whether_components_are_still_owed_something(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        hand = Hand(ledger)
        assert list(await ledger.standing([asked(), asked("bert", None)])) == [Standing(False, 0, False)] * 2
        before = ledger.changes()
        await ledger.submit(telling("anna", "one", "two", to=["bot"], id_="m1"))
        assert ledger.changes() != before
        assert list(await ledger.standing([asked(), asked("bert")])) == [
            Standing(False, 2, True),
            Standing(False, 0, False),
        ]
        [lease] = hand.take()
        await ledger.settle(lease, Delivered())
        assert list(await ledger.standing([asked()])) == [Standing(False, 2, False)]
        await ledger.respond(asked(), written)
        assert list(await ledger.standing([asked()])) == [Standing(True, 0, False)]

    using(tmp_path / "p.db", play)


def test_what_finds_no_room_in_a_response_waits_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGES_PER_RESPONSE_MAX", 2)

    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", "two", "three", id_="m1"))
        await ledger.submit(event("bert", "bot", id_="b1"))
        assert body(await ledger.respond(asked(), written)) == b"one two"
        await ledger.submit(telling("anna", "four", id_="m2"))
        await ledger.submit(event("carl", "bot", id_="c1"))
        assert body(await ledger.respond(asked(id_="m2"), written)) == b"three four"
        assert ledger._all("SELECT count(DISTINCT number) FROM queues") == [(4,)]

    using(tmp_path / "p.db", play)


def test_a_response_that_cannot_be_made_leaves_its_messages_where_they_are(tmp_path: Path) -> None:
    def broken(_: Sequence[Owed]) -> bytes:
        raise ValueError("no words")

    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", id_="m1"))
        with pytest.raises(ValueError, match="no words"):
            await ledger.respond(asked(), broken)
        assert body(await ledger.respond(asked(), written)) == b"one"

    using(tmp_path / "p.db", play)


def test_a_response_is_forgotten_with_its_conversation_and_purged_with_its_id(tmp_path: Path) -> None:
    clock = Clock()

    async def play(ledger: SqliteLedger) -> None:
        for name in ("anna", "bert"):
            await ledger.submit(telling(name, "one", id_=name))
            response = await ledger.respond(asked(name, name), written)
            assert response is not None
            await ledger.responded(response, written=True)
        assert await ledger.forget(key("anna"))
        assert ledger._all("SELECT id FROM responses") == [("bert",)]
        assert body(await ledger.respond(asked("anna", "anna"), written)) == b""
        await ledger.purge(clock.now + (limits.SEEN_DAYS + 1) * 86_400_000, 400 * 86_400_000)
        assert ledger._all("SELECT id FROM responses") == []

    using(tmp_path / "p.db", play, clock)


def test_copies_that_are_owed_keep_no_component_from_being_done(tmp_path: Path) -> None:
    async def play(ledger: SqliteLedger) -> None:
        await ledger.submit(telling("anna", "one", to=["desk"], copied=True, id_="m1"))
        assert list(await ledger.standing([asked()])) == [Standing(False, 1, False)]
        await ledger.submit(telling("anna", to=["desk"], id_="m2"))
        assert list(await ledger.standing([asked()])) == [Standing(False, 1, True)]
        await ledger.submit(telling("bert", to=["desk"], copied=True, id_="b1"))
        assert list(await ledger.standing([asked("bert")])) == [Standing(False, 0, True)]

    using(tmp_path / "p.db", play)
