"""What a delivery needs besides its call: a login before it, an end of its time, and somebody to hear the answer."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from delivery_samples import HandClock, House, event, housed

from pointsman import limits
from pointsman.delivery.logins import Logins, NotLetIn
from pointsman.delivery.transport import Fault
from pointsman.ledger.ledger import Again, Dead, Delivered, Full, LedgerError
from pointsman.model.decision import Owed
from pointsman.protocols.registry import Login
from pointsman.protocols.wire import Call, Response, Verdict


def test_what_came_back_waits_for_a_ledger_that_takes_nothing_and_is_not_asked_for_again(tmp_path: Path) -> None:
    heard: list[str] = []
    failed = asyncio.Event()

    async def hear(owed: Owed, response: Response) -> None:
        heard.append(response.body.decode())
        if len(heard) < 3:
            raise (LedgerError("disk full"), Full("9 events wait"))[len(heard) % 2]

    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(200, body=b"one")]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        for _ in range(2):
            await failed.wait()
            failed.clear()
            house.clock.advance(limits.SWEEP_MS)
        await house.until_settled(1)
        assert (heard, house.settled) == (["one"] * 3, [("bot", Delivered())])
        assert house.script.sent == [("bot", "a")]

    housed(tmp_path / "p.db", body, hear=hear, on_failure=lambda *_: failed.set())


@pytest.mark.parametrize(
    ("raised", "settlement"),
    [
        (Fault("connect", "refused"), "connect"),
        (NotLetIn(Verdict("again", "503")), "503"),
        (LedgerError("disk full"), "internal"),
        (NotLetIn(Verdict("refused", "authentication")), Dead("refused (authentication)", "authentication")),
    ],
    ids=["no connection", "no login now", "no ledger", "no login"],
)
def test_what_cannot_be_encoded_now_is_tried_again_unless_a_login_says_never(
    tmp_path: Path, raised: Exception, settlement: str | Dead
) -> None:
    async def encode(owed: Owed) -> Call | None:
        raise raised

    async def body(house: House) -> None:
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.until_settled(1)
        expected = settlement
        if isinstance(expected, str):
            expected = Again(house.clock.now() + limits.RETRY_DELAY_MS_FIRST, expected)
        assert house.settled == [("bot", expected)]

    housed(tmp_path / "p.db", body, encode=encode)


def test_a_call_whose_credential_has_ended_is_written_anew_and_sent_at_once_but_once(tmp_path: Path) -> None:
    written = 0

    async def encode(owed: Owed) -> Call:
        nonlocal written
        written += 1
        return Call("http://sink", {}, json.dumps({"to": "bot", "text": f"with token {written}"}).encode())

    def expired(owed: Owed, call: Call, response: Response) -> bool:
        return response.status == 401

    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(401), Response(200), Response(401), Response(401)]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.until_settled(1)
        await house.ledger.submit(event("bert", ["bot"], "b"))
        await house.until_settled(2)
        assert house.settled == [("bot", Delivered()), ("bot", Dead("refused (401)", "401"))]
        assert [text for _, text in house.script.sent] == [f"with token {number}" for number in (1, 2, 3, 4)]

    housed(tmp_path / "p.db", body, encode=encode, expired=expired)


def test_a_delivery_whose_time_is_over_before_its_retry_is_given_up(tmp_path: Path) -> None:
    async def body(house: House) -> None:
        house.script.answers["bot"] = [Response(500), Response(429, {"retry-after": "60"})]
        await house.ledger.submit(event("anna", ["bot"], "a"))
        await house.until_settled(1)
        house.clock.advance(limits.RETRY_DELAY_MS_FIRST)
        await house.until_settled(2)
        again, dead = (settlement for _, settlement in house.settled)
        assert (type(again), dead) == (Again, Dead("gave up (429; its time is over)", "gave up"))

    housed(tmp_path / "p.db", body, deadline=lambda owed: owed.at + 30_000)


# Logins ---------------------------------------------------------------------------------------------------------------

HOUR = 3_600_000


class Doorkeeper:
    """Answers logins with numbered tokens that hold for an hour, or by script; counts them."""

    def __init__(self, *answers: Response | Fault) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, call: Call) -> Response:
        self.asked.append(call.url)
        await self.open.wait()
        answer = self.answers.pop(0) if self.answers else Response(200, body=f"token {len(self.asked)}".encode())
        if isinstance(answer, Fault):
            raise answer
        return answer


LOGIN = Login(
    calls=lambda settings: tuple(Call(f"http://{settings}/{path}", {}, b"") for path in ("new", "old")),
    read=lambda response: (response.body.decode(), HOUR) if response.status == 200 else None,
)


def with_token(token: str) -> Call:
    return Call("http://bot", {"authorization": f"Bearer {token}"}, b"")


def test_a_token_serves_all_until_a_minute_before_its_end() -> None:
    async def main() -> None:
        door, clock = Doorkeeper(), HandClock()
        logins = Logins(door, clock)
        assert [await logins.token("Bot", LOGIN, "a") for _ in range(3)] == ["token 1"] * 3
        clock.advance(HOUR - limits.LOGIN_LEAD_MS - 1)
        assert await logins.token("Bot", LOGIN, "a") == "token 1"
        clock.advance(1)
        assert await logins.token("Bot", LOGIN, "a") == "token 2"
        assert await logins.token("Other", LOGIN, "b") == "token 3"
        assert door.asked == ["http://a/new", "http://a/new", "http://b/new"]

    asyncio.run(main())


def test_however_many_want_a_token_at_once_one_login_is_made_and_a_waiter_who_leaves_takes_it_from_nobody() -> None:
    async def main() -> None:
        door = Doorkeeper()
        door.open.clear()
        logins = Logins(door, HandClock())
        waiting = [asyncio.create_task(logins.token("Bot", LOGIN, "a")) for _ in range(10)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
        door.open.set()
        assert await asyncio.gather(*waiting[1:]) == ["token 1"] * 9
        assert len(door.asked) == 1

    asyncio.run(main())


def test_a_second_address_is_tried_where_the_first_is_not_there() -> None:
    async def main() -> None:
        door = Doorkeeper(Response(404))
        assert await Logins(door, HandClock()).token("Bot", LOGIN, "a") == "token 2"
        assert door.asked == ["http://a/new", "http://a/old"]

    asyncio.run(main())


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ([Response(401)], Verdict("refused", "authentication")),
        ([Response(404), Response(404)], Verdict("refused", "authentication")),
        ([Response(503, {"retry-after": "2"})], Verdict("again", "503", 2_000)),
    ],
)
def test_a_login_without_a_token_is_told_by_what_it_means_and_tried_anew_next_time(
    answers: list[Response], verdict: Verdict
) -> None:
    async def main() -> None:
        logins = Logins(Doorkeeper(*answers), HandClock())
        with pytest.raises(NotLetIn) as caught:
            await logins.token("Bot", LOGIN, "a")
        assert caught.value.verdict == verdict
        assert await logins.token("Bot", LOGIN, "a") == f"token {len(answers) + 1}"

    asyncio.run(main())


def test_a_refused_token_is_forgotten_once_however_many_calls_carried_it() -> None:
    async def main() -> None:
        door = Doorkeeper()
        logins = Logins(door, HandClock())
        old = with_token(await logins.token("Bot", LOGIN, "a"))
        assert not logins.expired("Bot", old, Response(200))
        assert not logins.expired("Nobody", old, Response(401))
        assert logins.expired("Bot", old, Response(401))
        assert await logins.token("Bot", LOGIN, "a") == "token 2"
        assert logins.expired("Bot", old, Response(401)), "the call is worth another try"
        assert await logins.token("Bot", LOGIN, "a") == "token 2"

    asyncio.run(main())


def test_a_changed_section_logs_in_anew() -> None:
    async def main() -> None:
        door = Doorkeeper()
        logins = Logins(door, HandClock())
        assert [await logins.token("Bot", LOGIN, section) for section in "aab"] == ["token 1", "token 1", "token 2"]

    asyncio.run(main())
