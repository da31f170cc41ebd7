"""What Easy Dialog posts, and what goes back in the response: in time, once, and to nobody else."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from answering import replies, text
from easy_dialog import CUSTOMER, Dialog, dialogue, told
from house import ADMIN

from pointsman import limits
from pointsman.ledger.ledger import Asked, LedgerError, Standing
from pointsman.model.event import DeliveryFailed
from pointsman.protocols.horisen import sign
from pointsman.protocols.wire import Call, Response
from pointsman.server import horisen_hooks
from pointsman.server.http import Request
from pointsman.server.http import Response as HttpResponse
from pointsman.server.waiting import Wait, answer_at

# In the response ------------------------------------------------------------------------------------------------------


def test_what_a_bot_answers_goes_back_in_the_response_in_order(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        picture = {"type": "picture", "url": "https://e.x/cat.jpg", "mimeType": "image/jpeg"}
        it.wires.answers["custom"] = lambda _: replies(text("Hello!"), picture)
        body = json.loads(await it.writes("hi"))
        assert [one["body"]["type"] for one in body["messages"]] == ["text", "picture"]
        assert body["messages"][0]["body"]["content"] == "Hello!"
        assert body["messages"][1]["body"]["url"] == "https://e.x/cat.jpg"
        await it.until(lambda: _nothing_is_owed(it))
        assert await it.backlog() == (0, 0)
        assert "gateway" not in it.wires.calls

    dialogue(tmp_path, play)


async def _nothing_is_owed(it: Dialog) -> bool:
    return (await it.backlog())[0] == 0


def test_what_a_component_says_by_its_own_call_goes_back_in_the_response(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        request = asyncio.create_task(it.writes("agent"))
        await it.wires.heard("desk")
        assert (await it.says("Good morning."))["status"] == "Accepted"
        assert told(await request) == ["One moment.", "Good morning."]

    dialogue(tmp_path, play)


def test_what_rules_say_goes_back_at_once_where_nobody_hears(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        assert told(await it.writes("closed")) == ["We are closed."]
        assert await it.writes("spam", "m2") == b'{"messages":[]}'

    dialogue(tmp_path, play)


def test_when_the_time_is_over_the_response_says_what_there_is(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        hanging = asyncio.Event()

        async def hang(_: Call) -> Response:
            await hanging.wait()
            return replies(text("at last"))

        it.wires.answers["custom"] = hang
        assert await it.writes("hi") == b'{"messages":[]}'
        hanging.set()

    dialogue(tmp_path, play, deadline="1s")


def test_what_is_said_too_late_is_withheld_and_told_to_who_said_it(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        assert told(await it.writes("agent")) == ["One moment."]
        await it.passed(1_000)
        result = await it.says("Good morning.")
        assert (result["status"], result["messageErrorCode"]) == ("Rejected", 403)
        assert result["messageDetails"] == "dialog is answered within 1s only"
        assert await it.backlog() == (0, 0)

    dialogue(tmp_path, play, deadline="1s")


def test_what_is_said_too_late_goes_by_another_connection_that_carries_the_channel(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        await it.writes("agent")
        await it.passed(1_000)
        assert (await it.says("Good morning."))["status"] == "Accepted"
        [body] = await it.wires.heard("gateway")
        [message] = body["messages"]["msg"]
        assert (message["body"]["content"], message["allowedChannels"]) == ("Good morning.", ["Viber"])

    dialogue(tmp_path, play, deadline="1s", gateway="Viber")


def test_what_came_in_time_and_found_nobody_waiting_is_dead_and_told_to_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RESPONSE_GRACE_MS", 10)
    monkeypatch.setattr(limits, "SWEEP_MS", 20)

    async def play(it: Dialog) -> None:
        request = asyncio.create_task(it.writes("agent"))
        await it.wires.heard("desk")
        await it.says("Good morning.")
        assert told(await request) == ["One moment.", "Good morning."]
        assert (await it.says("Are you there?"))["status"] == "Accepted"
        await it.until(lambda: _has_died(it))
        [letter] = await it.place.ledger.dead_letters(10)
        assert letter.reason == "late: no request of dialog waited for it"
        conversation = await it.place.ledger.read(it.chat)
        assert conversation is not None
        assert conversation.context["failed"] == "late"
        [record, *_] = await it.place.ledger.records(it.chat, 10)
        assert record.event == DeliveryFailed.__struct_config__.tag

    dialogue(tmp_path, play, deadline="2s")


async def _has_died(it: Dialog) -> bool:
    return (await it.backlog()) == (0, 1)


def test_what_nobody_waited_for_goes_with_the_next_request_that_comes_in_time(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        assert told(await it.writes("closed")) == ["We are closed."]
        await it.place.control(f"chats/{it.chat}/routing/mutationrequests", HAND_OVER, token="desk")
        await it.says("We have just opened.")
        it.wires.answers["desk"] = lambda _: Response(200)
        assert told(await it.writes("spam", "m2")) == ["We have just opened."]

    dialogue(tmp_path, play)


HAND_OVER = {"Mutations": [{"$type": "enableComponent", "ComponentId": "Desk"}]}


def test_of_two_requests_of_a_customer_one_takes_what_is_there_and_the_other_waits_on(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        first = asyncio.create_task(it.writes("agent"))
        await it.wires.heard("desk")
        second = asyncio.create_task(it.writes("hello?", "m2"))
        await it.wires.heard("desk", 2)
        await it.waiting(2)
        done, waiting = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
        assert [told(one.result()) for one in done] == [["One moment."]]
        await it.says("Good morning.")
        assert [told(await one) for one in waiting] == [["Good morning."]]

    dialogue(tmp_path, play)


def test_requests_on_different_channels_get_what_is_said_there(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        viber = asyncio.create_task(it.writes("agent"))
        telegram = asyncio.create_task(it.writes("agent", "m2", channel="Telegram"))
        await it.wires.heard("desk", 2)
        await it.says("On Viber")
        await it.says("On Telegram", channel="Telegram")
        assert told(await viber) == ["One moment.", "On Viber"]
        assert told(await telegram) == ["One moment.", "On Telegram"]

    dialogue(tmp_path, play)


def test_what_easy_dialog_knows_of_the_customer_is_a_contact_to_rules(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        it.wires.answers["custom"] = lambda _: replies(text("Hallo!"))
        await it.writes("hi", contact={"language": "de", "first_name": "Ada", "city": None})
        conversation = await it.place.ledger.read(it.chat)
        assert conversation is not None
        assert conversation.context == {"greeting": "Hallo Ada"}
        assert conversation.contact["language"] == "de"

    dialogue(tmp_path, play)


# Twice ----------------------------------------------------------------------------------------------------------------


def test_a_request_that_comes_again_gets_the_same_bytes_and_has_no_second_effect(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        it.wires.answers["custom"] = lambda _: replies(text("Hello!"))
        first = await it.writes("hi")
        it.wires.answers["custom"] = lambda _: replies(text("Hello again!"))
        assert await it.writes("hi") == first
        assert len(it.wires.calls["custom"]) == 1
        await it.writes("closed", "m2")
        assert await it.writes("hi") == first

    dialogue(tmp_path, play)


def test_a_request_that_comes_again_while_the_first_waits_gets_the_same_bytes(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        requests = [asyncio.create_task(it.writes("agent")) for _ in range(3)]
        await it.waiting(3)
        await it.wires.heard("desk")
        await it.says("Good morning.")
        bodies = {await request for request in requests}
        assert [told(body) for body in bodies] == [["One moment.", "Good morning."]]
        await it.until(lambda: _nothing_is_owed(it))

    dialogue(tmp_path, play)


def test_a_request_that_comes_again_is_not_kept_waiting_for_what_cannot_leave_by_it(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        request = asyncio.create_task(it.writes("agent"))
        await it.wires.heard("desk")
        request.cancel()
        await it.waiting(0)
        await it.passed(1_000)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert told(await it.writes("agent")) == ["One moment."]
        assert loop.time() - began < 0.5

    dialogue(tmp_path, play, deadline="1s")


def test_a_request_without_an_id_is_never_a_repeat(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        it.wires.answers["custom"] = lambda _: replies(text("Hello!"))
        assert told(await it.writes("hi", None)) == ["Hello!"]
        assert told(await it.writes("hi", None)) == ["Hello!"]
        assert len(it.wires.calls["custom"]) == 2

    dialogue(tmp_path, play)


# Callers who hang up --------------------------------------------------------------------------------------------------


def request(it: Dialog, *, gone: asyncio.Event | None = None, text: str = "agent") -> Request:
    body = it.body(text)
    headers = {"x-bm-signature": sign(body, "telegram")}
    gone = gone or asyncio.Event()
    return Request("POST", "/hooks/dialog", "", headers.get, body, gone.wait)


async def received(it: Dialog, asked: Request) -> HttpResponse:
    return await horisen_hooks.receive(it.place.service, asked, "dialog")


def test_of_a_caller_who_hung_up_nothing_is_taken_and_who_asks_again_gets_it(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        gone = asyncio.Event()
        waiting = asyncio.create_task(received(it, request(it, gone=gone)))
        await it.wires.heard("desk")
        gone.set()
        assert (await waiting).status == 499
        await it.says("Good morning.")
        assert told(await it.writes("agent")) == ["One moment.", "Good morning."]
        await it.until(lambda: _nothing_is_owed(it))

    dialogue(tmp_path, play)


def test_a_response_that_could_not_be_written_is_not_delivered_and_is_given_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RESPONSE_QUIET_MS", 0)

    async def play(it: Dialog) -> None:
        first = await received(it, request(it, text="closed"))
        assert told(first.body) == ["We are closed."]
        assert first.after is not None
        await first.after(False)
        assert await it.backlog() == (1, 0)
        again = await received(it, request(it, text="closed"))
        assert again.body == first.body
        assert again.after is not None
        await again.after(True)
        assert await it.backlog() == (0, 0)

    dialogue(tmp_path, play)


def test_a_ledger_that_cannot_be_written_keeps_no_response_from_being_settled_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SWEEP_MS", 1)

    async def play(it: Dialog) -> None:
        response = await received(it, request(it, text="closed"))
        responded, failures = it.place.ledger.responded, 2

        async def failing(*given: Any, **named: Any) -> None:
            nonlocal failures
            failures -= 1
            if failures >= 0:
                raise LedgerError("the disk is full")
            await responded(*given, **named)

        monkeypatch.setattr(it.place.ledger, "responded", failing)
        assert response.after is not None
        await response.after(True)
        assert await it.backlog() == (0, 0)

    dialogue(tmp_path, play)


# Refused --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"X-BM-Signature": ""}, 401), ({"X-BM-Signature": sign(b"{}", "telegram")}, 401), ({}, 400)],
    ids=["none", "of other bytes", "right"],
)
def test_a_request_is_verified_before_anything_is_read_of_it(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async def play(it: Dialog) -> None:
        assert (await it.post(b"not json", **headers)).status_code == status

    dialogue(tmp_path, play)


def test_a_token_is_no_signature(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        answer = await it.place.client.post("/hooks/dialog?token=telegram", content=it.body("hi"))
        assert answer.status_code == 401
        assert "X-BM-Signature" in answer.json()["detail"]
        assert await it.place.ledger.read(it.chat) is None

    dialogue(tmp_path, play)


@pytest.mark.parametrize(
    ("members", "path"),
    [({"message": {"from": CUSTOMER}}, "message.to"), ({"channel": "SMS"}, "channel")],
    ids=["no recipient", "a channel that it does not carry"],
)
def test_what_cannot_be_taken_is_refused_with_the_path(tmp_path: Path, members: dict[str, Any], path: str) -> None:
    async def play(it: Dialog) -> None:
        answer = await it.post(it.body("hi", **members))
        assert (answer.status_code, answer.json()["path"]) == (400, path)

    dialogue(tmp_path, play)


def test_no_more_requests_wait_than_there_is_room_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS_WAITING_MAX", 1)

    async def play(it: Dialog) -> None:
        first = asyncio.create_task(it.writes("agent"))
        await it.waiting()
        answer = await it.post(it.body("hi", "m2"))
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        await it.says("Good morning.")
        assert told(await first) == ["One moment.", "Good morning."]
        it.wires.answers["desk"] = lambda _: Response(200)
        second = asyncio.create_task(it.writes("hi", "m2"))
        await it.wires.heard("desk", 2)
        await it.says("Yes?")
        assert told(await second) == ["Yes?"]

    dialogue(tmp_path, play)


# Debug mode -----------------------------------------------------------------------------------------------------------


def test_an_error_request_is_logged_and_recorded_with_the_conversation_that_it_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def play(it: Dialog) -> None:
        await it.writes("closed")
        answer = await it.post(b'{"error": "body.content must be a string", "providerMsgID": "m1"}')
        assert (answer.status_code, answer.content) == (200, b'{"messages":[]}')
        answer = await it.place.client.get(f"/admin/conversations/{it.chat}", headers=ADMIN)
        [step] = answer.json()["decisions"][0]["steps"]
        assert (step["what"], step["subject"]) == ("problem", "dialog")
        assert step["detail"] == '{"error":"body.content must be a string"}'

    dialogue(tmp_path, play)
    log = capsys.readouterr()
    assert "a response was rejected" in log.out + log.err


def test_an_error_request_about_nothing_known_is_accepted(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        for body in (b'{"error": "?"}', b'{"error": "?", "providerMsgID": "nobody\'s"}', b'{"message": "wrong"}'):
            assert (await it.post(body)).status_code == 200

    dialogue(tmp_path, play)


# When -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "heard", "at"),
    [
        (Standing(stored=True, messages=0, busy=True), True, 0),
        (Standing(stored=False, messages=0, busy=True), False, 9_000),
        (Standing(stored=False, messages=2, busy=True), True, 9_000),
        (Standing(stored=False, messages=0, busy=False), True, 9_000),
        (Standing(stored=False, messages=1, busy=False), True, 1_000 + limits.RESPONSE_QUIET_MS),
        (Standing(stored=False, messages=1, busy=False), False, 0),
        (Standing(stored=False, messages=0, busy=False), False, 0),
    ],
    ids=["answered", "a note is owed", "a bot is slow", "silence", "said", "rules alone", "nobody heard it"],
)
def test_the_moment_of_an_answer_follows_from_how_a_request_stands(standing: Standing, heard: bool, at: int) -> None:
    wait = Wait(Asked("key", "dialog", "m1", "queue"), 9_000, heard, lambda _: b"")
    assert answer_at(wait, standing, 1_000) == at


def test_quiet_lasts_no_longer_than_the_deadline() -> None:
    wait = Wait(Asked("key", "dialog", "m1", "queue"), 9_000, True, lambda _: b"")
    assert answer_at(wait, Standing(stored=False, messages=1, busy=False), 8_990) == 9_000


# What HORISEN cannot say ----------------------------------------------------------------------------------------------


def test_what_horisen_has_no_model_for_is_told_as_lost_or_not_accepted(tmp_path: Path) -> None:
    async def play(it: Dialog) -> None:
        request = asyncio.create_task(it.writes("agent"))
        await it.wires.heard("desk")
        payment = {"media": {}, "payment": {"merchant": "x"}}
        for fallback in ("Pay at https://e.x", ""):
            message = {
                "from": "Shop",
                "to": [{"number": CUSTOMER}],
                "allowedChannels": ["Viber"],
                "body": {"type": "auto", "content": fallback},
                "richContent": {"conversation": [{"payment": payment}]},
            }
            [result] = (await it.place.send(message, token="desk")).json()["messages"]
            if fallback:
                assert result["status"] == "Accepted"
                assert "emulated payment of cm: text (protocol horisen)" in result["messageDetails"]
            else:
                assert result["status"] == "Rejected"
                assert "payment of cm" in result["messageDetails"]
        assert told(await request) == ["One moment.", "Pay at https://e.x"]

    dialogue(tmp_path, play)
