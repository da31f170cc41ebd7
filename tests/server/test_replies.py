"""What components say in their response: whose message it is, what of it cannot be read, and what follows a failure."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from answering import Attic, Fault, answered, completion, replies, text

from pointsman.protocols.horisen import SIGNATURE_HEADER
from pointsman.protocols.wire import Call, Response


def asked(body: Any) -> list[tuple[str, str]]:
    """What a model was asked."""
    return [(message["role"], message["content"]) for message in body["messages"]]


def test_a_completion_is_the_bot_s_message_and_the_next_question_takes_both_along(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        numbers = iter(range(1, 10))
        it.wires.answers["chat"] = lambda _: completion(f"answer {next(numbers)}")
        for number in (1, 2, 3):
            await it.says(f"question {number}")
            await it.settled()
        assert it.wires.customer() == ["answer 1", "answer 2", "answer 3"]
        first, second, third = await it.wires.heard("chat", 3)
        assert asked(first) == [("user", "question 1")]
        assert asked(second) == [("user", "question 1"), ("assistant", "answer 1"), ("user", "question 2")]
        assert asked(third) == [
            *(("assistant", "answer 1"), ("user", "question 2"), ("assistant", "answer 2")),
            ("user", "question 3"),
        ], "three earlier turns, as its section says"
        copies = [body for body in await it.wires.heard("desk", 6) if body["from"]["number"] == "+31100000000"]
        assert len(copies) == 3, "who hears gets copies of what it says"

    answered(tmp_path, play)


def test_a_reply_that_comes_when_its_bot_may_no_longer_speak_is_withheld(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        thinking = asyncio.Event()

        async def slow(_: Call) -> Response:
            await thinking.wait()
            return completion("too late")

        it.wires.answers["chat"] = slow
        chat = await it.says("hello")
        await it.wires.heard("chat")
        await it.says("agent")
        thinking.set()
        await it.settled()
        assert ("withheld", "Helper", "Helper may not speak") in await it.steps(chat)
        assert "127.0.0.1:1" not in it.wires.calls

    answered(tmp_path, play)


def test_what_cannot_be_read_of_an_answer_is_recorded_counted_and_told_and_the_rest_is_said(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        answers = iter((replies(text("good"), {"type": "sticker", "id": 1}), Response(200)))
        it.wires.answers["horisen"] = lambda _: next(answers)
        chat = await it.says("hello")
        question, told = await it.wires.heard("horisen", 2)
        await it.settled()
        assert it.wires.customer() == ["good"]
        (problem,) = [
            detail for what, subject, detail in await it.steps(chat) if (what, subject) == ("problem", "Custom")
        ]
        assert problem.startswith("messages[1].body.type: `sticker` is none")
        assert told["dialogUuid"] == question["dialogUuid"] == chat
        assert told["providerMsgID"] == question["message"]["providerMsgID"]
        assert told["errors"][0]["path"] == "messages[1].body.type"
        assert all(SIGNATURE_HEADER in call.headers for call in it.wires.calls["horisen"])
        metrics = await it.place.service.metrics.exposition(it.place.ledger)
        assert b'pointsman_problems_total{component="Custom"} 1.0' in metrics

    answered(tmp_path, play, "Custom")


def test_a_component_that_cannot_be_told_of_its_faults_is_not_asked_again(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        async def broken(call: Call) -> Response:
            if b'"error"' in call.body:
                raise Fault("timeout", "")
            return replies({"type": "sticker", "id": 1})

        it.wires.answers["horisen"] = broken
        await it.says("hello")
        await it.settled()
        assert len(it.wires.calls["horisen"]) == 2
        [letter] = await it.place.ledger.dead_letters(10)
        assert letter.reason == "refused (malformed)"

    answered(tmp_path, play, "Custom")


def test_a_question_that_nothing_readable_answers_is_a_failed_delivery_that_rules_hear_of(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        it.wires.answers["horisen"] = lambda _: Response(200, {}, b"<html>")
        chat = await it.says("hello")
        await it.settled()
        steps = await it.steps(chat)
        assert [subject for what, subject, _ in steps if what == "problem"] == ["Custom"]
        assert ("trigger", "delivery failed", "Custom") in steps

    answered(tmp_path, play, "Custom")


def test_what_is_known_of_the_customer_goes_to_a_custom_bot(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        answer = await it.place.inbound(**{"from": {"number": "0031612345678", "name": "Ada Lovelace"}})
        assert answer.status_code == 200
        (request,) = await it.wires.heard("horisen")
        assert (request["contact"]["first_name"], request["contact"]["mobile"]) == ("Ada", "+31612345678")

    answered(tmp_path, play, "Custom")


def test_an_answer_to_a_copy_is_nobody_s_message(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        it.wires.answers["chat"] = lambda _: completion("an answer")
        it.wires.answers["horisen"] = lambda call: Response(200) if b'"error"' in call.body else replies(text("and me"))
        chat = await it.says("hello")
        question, copy, told = await it.wires.heard("horisen", 3)
        await it.settled()
        assert [question["message"]["body"]["content"], copy["message"]["body"]["content"]] == ["hello", "an answer"]
        assert told["errors"][0]["message"] == "an answer to a copy of what others said is nobody's message"
        assert sorted(it.wires.customer()) == ["an answer", "and me"]
        assert await it.steps(chat)

    answered(tmp_path, play, "Helper, Custom")


def test_an_answer_in_a_conversation_that_was_forgotten_meanwhile_says_nothing(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        thinking = asyncio.Event()

        async def slow(_: Call) -> Response:
            await thinking.wait()
            return completion("hello again")

        it.wires.answers["chat"] = slow
        chat = await it.says("hello")
        await it.wires.heard("chat")
        assert await it.place.ledger.forget(chat)
        thinking.set()
        await asyncio.sleep(0.02)
        assert await it.place.ledger.read(chat) is None

    answered(tmp_path, play)


def test_a_quota_is_told_to_the_rules_at_once_and_a_rate_is_waited_for_until_the_budget_is_over(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        answers = iter(
            (
                Response(429, {"retry-after-ms": "1"}, b'{"error":{"code":"rate_limit_exceeded"}}'),
                completion("here I am"),
                Response(429, {"retry-after": "300"}, b'{"error":{"code":"rate_limit_exceeded"}}'),
            )
        )
        it.wires.answers["chat"] = lambda _: next(answers)
        chat = await it.says("hello")
        await it.settled()
        assert it.wires.customer() == ["here I am"]
        await it.says("hello?")
        await it.settled()
        assert ("context", "why", "gave up") in await it.steps(chat)
        state = await it.place.ledger.read(chat)
        assert state is not None
        assert state.enabled == {"Desk"}

    answered(tmp_path, play)


def test_who_takes_over_is_told_what_was_said_and_who_goes_is_not(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        it.wires.answers["chat"] = lambda _: completion("an answer")
        await it.says("one")
        await it.settled()
        await it.says("agent")
        await it.settled()
        (told,) = [json.loads(call.body) for call in it.wires.calls["desk"] if call.url.endswith("/handover")]
        said = [(turn["author"], turn["direction"], turn["text"]) for turn in told["messages"]]
        assert said == [("Helper", "ClientTerminated", "an answer"), ("customer", "ClientOriginated", "agent")]

    answered(tmp_path, play)


LOGIN = b'{"status":"success","payload":{"jwt":"%s","exp":3600000}}'
SAID = b'{"responses":[{"type":"text","text":"from botpress"}]}'


def test_a_bot_that_wants_a_login_gets_one_and_another_when_it_refuses_the_token(tmp_path: Path) -> None:
    async def play(it: Attic) -> None:
        tokens = iter((b"one", b"two"))
        valid = {"Bearer one"}

        def botpress(call: Call) -> Response:
            if "login" in call.url:
                return Response(404) if "v1" in call.url else Response(200, {}, LOGIN % next(tokens))
            return Response(200, {}, SAID) if call.headers["authorization"] in valid else Response(401)

        it.wires.answers["botpress"] = botpress
        await it.says("hello")
        await it.says("hello again")
        await it.settled()
        valid.clear()
        valid.add("Bearer two")
        await it.says("still there?")
        await it.settled()
        paths = [
            ("login" if "login" in call.url else call.headers["authorization"]) for call in it.wires.calls["botpress"]
        ]
        assert paths == [
            *("login", "login", "Bearer one", "Bearer one"),
            *("Bearer one", "login", "login", "Bearer two"),
        ]
        assert it.wires.customer() == ["from botpress"] * 3

    answered(tmp_path, play, "Botty")
