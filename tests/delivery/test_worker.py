"""The worker between a real ledger, a scripted transport and a clock moved by hand."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from delivery_samples import House, event, housed, submit
from msgspec import structs

from pointsman import limits
from pointsman.delivery.dispatch import destination_of
from pointsman.delivery.transport import Fault
from pointsman.ledger.ledger import Again, Dead, Delivered, Full, Lease, Ledger, LedgerError, Settlement
from pointsman.ledger.sqlite import open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Wait
from pointsman.model.decision import Owed, ToCustomer
from pointsman.protocols.wire import Call, Response, Verdict


def test_what_is_committed_is_sent_at_once_and_in_order(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        for text in "abc":
            await house.ledger.submit(event("anna", ["bot"], text))
        await house.until_settled(3)
        assert house.script.sent == [("bot", "a"), ("bot", "b"), ("bot", "c")]
        assert house.settled == [("bot", Delivered())] * 3
        assert await house.ledger.backlog() == {"owed": 0, "dead": 0}

    housed(tmp_path / "p.db", body)


def test_a_slow_destination_delays_nobody_else(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        house.script.held["slow"] = asyncio.Event()
        await house.ledger.submit(event("anna", ["slow", "bot"], "a"))
        await house.ledger.submit(event("anna", ["slow", "bot"], "b"))
        await house.ledger.submit(event("bert", ["bot"], "c"))
        await house.until_settled(3)
        assert [text for to, text in house.script.sent if to == "slow"] == ["a"], "its own order is kept"
        house.script.held["slow"].set()
        await house.until_settled(5)
        assert [text for to, text in house.script.sent if to == "slow"] == ["a", "b"]

    housed(tmp_path / "p.db", body)


def test_a_failed_delivery_is_tried_again_at_its_moment_and_holds_back_its_queue(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        house.script.answers["bot"] = [Fault("connect", "refused"), Response(503), Response(200)]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.ledger.submit(event("anna", ["bot"], "b"))
        await house.until_settled(1)
        first = limits.RETRY_DELAY_MS_FIRST
        began = house.clock.now()
        assert house.settled == [("bot", Again(began + first, "connect"))]
        await house.quiet()
        house.clock.advance(first - 1)
        await house.quiet()
        assert len(house.script.sent) == 1
        house.clock.advance(1)
        await house.until_settled(2)
        assert house.settled[1] == ("bot", Again(began + first + first * limits.RETRY_DELAY_GROWTH, "503"))
        while len(house.settled) < 4:
            house.clock.advance(100)
            await house.quiet()
        assert [text for _, text in house.script.sent] == ["a", "a", "a", "b"]
        assert house.settled[2:] == [("bot", Delivered())] * 2

    housed(tmp_path / "p.db", body)


def test_what_is_refused_or_fails_too_often_becomes_a_dead_letter_and_the_next_is_sent(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(404)]
        house.script.answers["desk"] = [Response(500)] * limits.DELIVERY_ATTEMPTS_MAX
        await house.ledger.submit(event("anna", ["bot", "desk"], "a"))
        await house.ledger.submit(event("anna", ["bot", "desk"], "b"))
        while len(house.settled) < 4 + limits.DELIVERY_ATTEMPTS_MAX - 1:
            house.clock.advance(limits.RETRY_DELAY_MS_MAX)
            await house.quiet()
        letters = await house.ledger.dead_letters(10)
        assert sorted((letter.reason, letter.attempts) for letter in letters) == [
            ("gave up (500)", limits.DELIVERY_ATTEMPTS_MAX),
            ("refused (404)", 1),
        ]
        assert [text for to, text in house.script.sent if to == "desk"] == ["a"] * limits.DELIVERY_ATTEMPTS_MAX + ["b"]

    housed(tmp_path / "p.db", body)


def test_the_protocol_may_judge_a_response_and_asks_for_a_wait(tmp_path: Path) -> None:
    def judge(owed: Owed, response: Response) -> Verdict | None:
        return Verdict("refused", "quota") if response.body == b"quota" else None

    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(429, body=b"quota"), Response(429, {"retry-after": "60"})]
        await submit(house.ledger, event("anna", ["bot"], "a"), event("bert", ["bot"], "b"))
        await house.until_settled(2)
        assert [how for _, how in house.settled] == [
            Dead("refused (quota)", "quota"),
            Again(house.clock.now() + 60_000, "429"),
        ]

    housed(tmp_path / "p.db", body, judge=judge)


def test_what_cannot_be_encoded_is_dead_and_what_needs_no_call_is_delivered(tmp_path: Path) -> None:
    async def encode(owed: Owed) -> Call | None:
        if owed.effect.to == "gone":
            raise KeyError("gone")
        return None

    async def body(house: House) -> None:
        await house.ledger.submit(event("anna", ["gone", "silent"], "a"))
        await house.until_settled(2)
        assert sorted(house.settled, key=str) == [
            ("gone", Dead("cannot be sent: 'gone'", "unsendable")),
            ("silent", Delivered()),
        ]
        assert house.script.sent == []

    housed(tmp_path / "p.db", body, encode=encode)


def test_what_came_back_is_heard_before_it_is_settled_and_sent_again_if_that_fails(tmp_path: Path) -> None:
    heard: list[str] = []

    async def hear(owed: Owed, response: Response) -> None:
        heard.append(response.body.decode())
        if len(heard) == 1:
            raise ValueError("a fault of ours")

    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(200, body=b"one"), Response(200, body=b"two"), Response(500, body=b"x")]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.until_settled(1)
        assert house.settled == [("bot", Again(house.clock.now() + limits.RETRY_DELAY_MS_FIRST, "internal"))]
        assert house.failures == ["delivering anna/1/bot to bot: a fault of ours"]
        house.clock.advance(limits.RETRY_DELAY_MS_FIRST)
        await house.until_settled(2)
        await house.ledger.submit(event("anna", ["bot"], "b"))
        await house.until_settled(3)
        assert heard == ["one", "two"], "only what a delivered message's response brings"

    housed(tmp_path / "p.db", body, hear=hear)


def share(monkeypatch: pytest.MonkeyPatch, in_flight: int, leased: int) -> None:
    """Set the bounds, with half of each for one destination."""
    monkeypatch.setattr(limits, "QUEUES_IN_FLIGHT_MAX", in_flight)
    monkeypatch.setattr(limits, "QUEUES_IN_FLIGHT_PER_DESTINATION_MAX", in_flight // 2)
    monkeypatch.setattr(limits, "QUEUES_LEASED_MAX", leased)
    monkeypatch.setattr(limits, "QUEUES_LEASED_PER_DESTINATION_MAX", leased // 2)


def test_however_many_wait_for_a_slow_destination_the_others_get_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(monkeypatch, in_flight=6, leased=20)

    async def body(house: House) -> None:
        house.script.held["slow"] = asyncio.Event()
        house.script.answers["bot"] = [Response(503)]
        await submit(house.ledger, *(event(f"customer {n}", ["slow"], str(n)) for n in range(40)))
        await submit(house.ledger, *(event(f"customer {n}", ["bot"], str(n)) for n in range(40)))
        await house.until_settled(40)
        assert {to for to, _ in house.settled} == {"bot"}
        assert sum(to == "slow" for to, _ in house.script.sent) == 3
        house.clock.advance(limits.RETRY_DELAY_MS_FIRST)
        await house.until_settled(41)
        assert house.settled[-1] == ("bot", Delivered()), "a retry finds its way as well"
        house.script.held["slow"].set()
        await house.until_settled(81)
        assert len(set(house.script.sent)) == 80

    housed(tmp_path / "p.db", body)


def test_connections_are_destinations_of_their_own() -> None:
    owed = event("anna", ["bot"], "a").step(None, 1).owed[0]
    to_customer = structs.replace(owed, effect=ToCustomer(Message(Text("Hello"))), connection="gateway")
    assert destination_of(owed) == "bot"
    assert destination_of(to_customer) == "gateway"
    assert destination_of(structs.replace(to_customer, connection="telegram")) == "telegram"


def test_no_more_than_the_bound_are_under_way_and_none_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(monkeypatch, in_flight=6, leased=10)

    async def body(house: House) -> None:
        house.script.held["bot"] = asyncio.Event()
        await submit(house.ledger, *(event(f"customer {n}", ["bot"], str(n)) for n in range(20)))
        await house.script.until(lambda: len(house.script.sent) == 3)
        house.script.held["bot"].set()
        await house.until_settled(20)
        assert house.script.most_under_way == 3
        assert len(set(house.script.sent)) == 20

    housed(tmp_path / "p.db", body)


def test_a_settlement_that_cannot_be_written_is_written_later_and_nothing_is_sent_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(house: House) -> None:
        real, failures = house.ledger.settle, 2

        async def settle(lease: Lease, settlement: Settlement) -> None:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise LedgerError("disk full")
            await real(lease, settlement)

        monkeypatch.setattr(house.ledger, "settle", settle)
        await house.ledger.submit(event("anna", ["bot"], "a"))
        while not house.settled:
            house.clock.advance(limits.SWEEP_MS)
            await house.quiet()
        assert house.script.sent == [("bot", "a")]
        assert house.failures == ["settling anna/1/bot: disk full"] * 2

    housed(tmp_path / "p.db", body)


def test_what_a_dead_process_left_is_swept_up(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        dead = open_sqlite(tmp_path / "p.db", house.clock.now)
        dead.on_lease(lambda _: None)
        await dead.submit(event("anna", ["bot"], "a"))
        await house.quiet()
        assert house.script.sent == []
        assert dead._owner is not None
        dead._owner.close()
        house.clock.advance(limits.SWEEP_MS)
        await house.until_settled(1)
        assert house.script.sent == [("bot", "a")]

    housed(tmp_path / "p.db", body)


def test_work_of_before_the_start_is_taken_up(tmp_path: Path) -> None:
    async def earlier() -> None:
        ledger = open_sqlite(tmp_path / "p.db", lambda: 1)
        await ledger.submit(event("anna", ["bot"], "a"))
        await ledger.close()

    async def body(house: House) -> None:
        await house.until_settled(1)

    asyncio.run(earlier())
    housed(tmp_path / "p.db", body)


def test_draining_ends_what_is_under_way_and_gives_back_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share(monkeypatch, in_flight=2, leased=20)

    async def body(house: House) -> None:
        house.script.held["bot"] = asyncio.Event()
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.ledger.submit(event("anna", ["bot"], "b"))
        await house.ledger.submit(event("bert", ["bot"], "c"))
        await house.script.until(lambda: house.script.sent == [("bot", "a")])
        drained = asyncio.create_task(house.worker.drain())
        await house.quiet()
        other = open_sqlite(tmp_path / "p.db", house.clock.now)
        leased: list[Lease] = []
        other.on_lease(leased.extend)
        assert await other.claim() == 1, "bert's was not begun"
        house.script.held["bot"].set()
        assert await drained
        assert house.script.sent == [("bot", "a")]
        assert await other.claim() == 1, "anna's second, behind the one that was under way"
        await other.close()

    housed(tmp_path / "p.db", body)


def test_draining_takes_no_longer_than_it_may(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        house.script.held["bot"] = asyncio.Event()
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.script.until(lambda: len(house.script.sent) == 1)
        assert not await house.worker.drain(within_ms=20)
        await house.worker.stop()
        assert house.script.under_way == 0
        assert await house.ledger.backlog() == {"owed": 1, "dead": 0}

    housed(tmp_path / "p.db", body)


def test_a_timer_fires_at_its_moment_once(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        now = house.clock.now()
        await house.quiet()
        await submit(
            house.ledger, event("anna", waits={"a": Wait(1, now + 50)}), event("bert", waits={"a": Wait(7, now + 40)})
        )
        await house.quiet()
        house.clock.advance(39)
        await house.quiet()
        assert house.fired == []
        house.clock.advance(1)
        await house.quiet()
        assert [arming.number for arming in house.fired] == [7]
        house.clock.advance(500)
        await house.quiet()
        assert [arming.number for arming in house.fired] == [7, 1]

    housed(tmp_path / "p.db", body)


def test_a_timer_of_another_process_fires_within_a_sweep(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        await house.quiet()
        other = open_sqlite(tmp_path / "p.db", house.clock.now)
        await other.submit(event("anna", waits={"a": Wait(1, house.clock.now() + 10)}))
        await other.close()
        house.clock.advance(limits.SWEEP_MS)
        await house.quiet()
        assert len(house.fired) == 1

    housed(tmp_path / "p.db", body)


def test_a_timer_whose_event_fails_is_fired_again_after_a_sweep_and_not_in_a_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(house: House) -> None:
        attempts, real = 0, house.fire

        async def fire(arming: object) -> None:
            nonlocal attempts
            attempts += 1
            if attempts < 3:
                raise ValueError("a rule that fails")
            await real(arming)  # type: ignore[arg-type]  # handed through

        monkeypatch.setattr(house.worker._timers, "_fire", fire)
        await house.ledger.submit(event("anna", waits={"a": Wait(1, house.clock.now())}))
        for expected in (1, 2, 3, 3):
            await house.quiet()
            await house.quiet()
            assert attempts == expected
            house.clock.advance(limits.SWEEP_MS)
        assert len(house.failures) == 2

    housed(tmp_path / "p.db", body)


def test_a_ledger_that_fails_for_a_while_stops_neither_sweep_nor_timers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def body(house: House) -> None:
        await house.quiet()
        with monkeypatch.context() as patch:
            for name in ("claim", "due"):
                patch.setattr(house.ledger, name, unusable)
            house.clock.advance(limits.SWEEP_MS)
            await house.quiet()
        assert sorted(house.failures) == ["claiming deliveries: disk full", "looking for due timers: disk full"]
        await house.ledger.submit(event("anna", waits={"a": Wait(1, house.clock.now())}))
        house.clock.advance(limits.SWEEP_MS)
        await house.quiet()
        assert len(house.fired) == 1

    async def unusable(*_: object) -> None:
        raise LedgerError("disk full")

    housed(tmp_path / "p.db", body)


def test_an_observer_that_fails_does_not_stop_deliveries(tmp_path: Path) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("metrics are gone")

    async def body(house: House) -> None:
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.ledger.submit(event("anna", ["bot"], "b"))
        await house.script.until(lambda: len(house.script.sent) == 2)
        await house.quiet()
        assert house.failures[0] == "after delivering anna/1/bot: metrics are gone"

    housed(tmp_path / "p.db", body, on_settled=broken)


def test_what_is_given_up_is_told_before_it_is_settled_and_again_until_the_ledger_takes_it(tmp_path: Path) -> None:
    told: list[tuple[str, str, int, int]] = []
    refusals = [LedgerError("disk full"), Full("9 events wait")]
    ledgers: list[Ledger] = []

    async def give_up(lease: Lease, dead: Dead) -> None:
        if refusals:
            raise refusals.pop(0)
        told.append((lease.owed.id, dead.word, lease.attempts, (await ledgers[0].backlog())["dead"]))

    async def body(house: House) -> None:
        ledgers.append(house.ledger)
        house.script.answers["bot"] = [Response(503), Response(404)]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.until_settled(1)
        assert told == [], "it will be tried again"
        house.clock.advance(limits.RETRY_DELAY_MS_FIRST)
        while len(house.settled) < 2:
            await house.quiet()
            house.clock.advance(limits.SWEEP_MS)
        assert told == [("anna/1/bot", "404", 1, 0)]
        assert house.settled[-1] == ("bot", Dead("refused (404)", "404"))
        assert house.failures == ["giving up anna/1/bot: disk full", "giving up anna/1/bot: 9 events wait"]
        assert len(house.script.sent) == 2

    housed(tmp_path / "p.db", body, give_up=give_up)


def test_a_failure_that_cannot_be_handled_holds_back_nothing(tmp_path: Path) -> None:
    async def give_up(_: Lease, __: Dead) -> None:
        raise ValueError("a step that fails")

    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(404)]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.ledger.submit(event("anna", ["bot"], "b"))
        await house.until_settled(2)
        assert [how for _, how in house.settled] == [Dead("refused (404)", "404"), Delivered()]
        assert house.failures == ["giving up anna/1/bot: a step that fails"]

    housed(tmp_path / "p.db", body, give_up=give_up)
