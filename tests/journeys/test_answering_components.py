"""Components that answer in their response, over real HTTP: what they say, what they fail at, and what follows."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
from answering_peers import Botpress, CustomBot, Model, delivered, town_with
from peers import SECRETS, Town, until

pytestmark = pytest.mark.journey


def text(words: str) -> dict[str, str]:
    return {"type": "text", "content": words}


async def owes(place: Town, count: int) -> bool:
    headers = {"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"}
    async with place.client.get(f"{place.router.url}/metrics", headers=headers) as response:
        return f'pointsman_backlog{{state="owed"}} {count}.0' in await response.text()


async def handed_over(place: Town) -> Any:
    """Wait until the desk is told that the bot was switched off; return what it is told."""
    told = await place.desk.notified("handover")
    assert told["changed"] == {"Helper": "disabled"}
    return told


# HORISEN --------------------------------------------------------------------------------------------------------------


def test_a_custom_bots_replies_reach_the_customer_in_order_and_others_as_copies(tmp_path: Path) -> None:
    async def main() -> None:
        bot = CustomBot()
        bot.says(text("Hello, Ada!"), {"type": "picture", "url": "https://e.example/cat.png"}, text("How are you?"))
        async with town_with(tmp_path, bot) as place:
            await place.customer_says("hello", reference="m-1")
            request = await bot.heard()
            assert request["message"]["providerMsgID"] == "m-1"
            assert request["contact"]["first_name"] == "Ada"
            await place.gateway.heard_text("How are you?")
            texts = delivered(place)
            assert (texts[0], texts[-1], len(texts)) == ("Hello, Ada!", "How are you?", 3)
            await place.desk.heard(lambda _, body: body["message"]["text"] == "How are you?")
            assert bot.refused == []

    asyncio.run(main())


def test_a_reply_that_is_wrong_is_told_to_its_bot_and_to_the_operator(tmp_path: Path) -> None:
    async def main() -> None:
        bot = CustomBot()
        bot.says(text("right"), {"type": "picture", "url": "not an address"})
        async with town_with(tmp_path, bot) as place:
            await place.customer_says("hello", reference="m-1")
            told = await bot.heard(lambda _, body: "error" in body)
            assert told["providerMsgID"] == "m-1"
            assert told["errors"] == [
                {"path": "messages[1].body.url", "message": "expected an http or https address"},
            ]
            await place.gateway.heard_text("right")
            await place.router.said("an answer could not be read in full")
            _, shown = await place.router.ask("GET", f"/admin/conversations/{told['dialogUuid']}")
            steps = [step for record in shown["decisions"] for step in record["steps"]]
            assert [step["detail"] for step in steps if step["what"] == "problem"] == [
                "messages[1].body.url: expected an http or https address"
            ]

    asyncio.run(main())


def test_a_reply_that_was_heard_before_a_crash_reaches_the_customer_once(tmp_path: Path) -> None:
    async def main() -> None:
        bot = CustomBot()
        bot.says(text("said once"), {"type": "nothing known", "x": 1})
        async with town_with(tmp_path, bot) as place:
            # The router tells the bot what was wrong after it has heard the rest and before the delivery is settled:
            # while the bot takes its time over that, the router dies between the two.
            held = asyncio.Event()

            def hold(request: Any, raw: bytes) -> str:
                if b'"error"' in raw:
                    bot.open.clear()
                    held.set()
                return CustomBot.refusal(bot, request, raw)

            bot.refusal = hold  # type: ignore[method-assign]
            await place.customer_says("hello")
            await place.gateway.heard_text("said once")
            async with asyncio.timeout(20):
                await held.wait()
            await until(lambda: owes(place, 1))  # to the bot; what it said is delivered, and known to be
            await place.router.stop(signal.SIGKILL)
            del bot.refusal
            asked = len(bot.calls)
            bot.open.set()
            await place.router.start()
            await bot.heard(lambda _, body: "error" in body and len(bot.calls) >= asked + 2)
            first, again = [body for _, body in bot.calls if "message" in body]
            assert first == again, "the bot is asked again, with the same bytes"
            bot.script.clear()
            bot.says(text("the next answer"))
            await place.customer_says("and now?")
            await place.gateway.heard_text("the next answer")
            assert delivered(place) == ["said once", "the next answer"]

    asyncio.run(main())


# Botpress -------------------------------------------------------------------------------------------------------------


def said(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_botpress_is_logged_in_to_once_and_again_when_it_takes_the_token_no_more(tmp_path: Path) -> None:
    async def main() -> None:
        bot = Botpress()
        bot.says({"type": "typing", "value": 1000}, said("one"))
        bot.says(said("two"))
        bot.says({"type": "image", "image": "/assets/cat.png", "title": "three"})
        async with town_with(tmp_path, bot) as place:
            for words in ("one", "two"):
                await place.customer_says(f"say {words}")
                await place.gateway.heard_text(words)
            assert (bot.logins, bot.refused) == (1, [])
            bot.valid = 99
            await place.customer_says("say three")
            sent = await place.gateway.heard(lambda _, body: "cat.png" in str(body))
            assert f"http://127.0.0.1:{bot.port}/assets/cat.png" in str(sent)
            assert (bot.logins, bot.refused) == (2, ["Bearer token-1 is no token"])

    asyncio.run(main())


def test_a_token_is_renewed_before_it_ends(tmp_path: Path) -> None:
    async def main() -> None:
        bot = Botpress()
        bot.holds_ms = 200
        bot.says(said("hello"))
        async with town_with(tmp_path, bot) as place:
            async with asyncio.timeout(20):
                while bot.logins < 2:
                    asked = len(bot.calls)
                    await place.customer_says("hello")
                    await bot.heard(lambda _, __, asked=asked: len(bot.calls) > asked)  # type: ignore[misc]
            assert bot.refused == []

    asyncio.run(main())


def test_a_bot_that_timed_out_is_not_asked_again_and_the_desk_takes_over(tmp_path: Path) -> None:
    async def main() -> None:
        bot = Botpress()
        bot.will({"statusCode": 500, "message": "Request timed out"}, 500)
        async with town_with(tmp_path, bot) as place:
            await place.customer_says("hello")
            told = await handed_over(place)
            assert told["context"] == {"why": "timeout"}
            await place.gateway.heard_text("A colleague will be with you.")
            assert len(bot.calls) == 1

    asyncio.run(main())


def test_a_bot_that_lets_nobody_in_fails_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        bot = Botpress()
        bot.section = bot.section.replace("router@", "nobody@")
        async with town_with(tmp_path, bot) as place:
            await place.customer_says("hello")
            assert (await handed_over(place))["context"] == {"why": "authentication"}

    asyncio.run(main())


# Chat completions -----------------------------------------------------------------------------------------------------


def test_a_model_is_asked_with_instructions_and_the_session_so_far_and_a_rate_is_waited_for(tmp_path: Path) -> None:
    async def main() -> None:
        model = Model()
        model.says("Good morning!")
        model.fails(429, "rate_limit_exceeded", Retry_After="1")
        model.says("It is on its way.")
        async with town_with(tmp_path, model, more="history = 5\n") as place:
            await place.customer_says("hello")
            await place.gateway.heard_text("Good morning!")
            await place.customer_says("where is my parcel?")
            await place.gateway.heard_text("It is on its way.")
            assert model.asked(1) == model.asked(2)
            assert model.asked(2) == [
                ("system", "Be kind."),
                ("user", "hello"),
                ("assistant", "Good morning!"),
                ("user", "where is my parcel?"),
            ]
            assert delivered(place) == ["Good morning!", "It is on its way."]

    asyncio.run(main())


def test_a_used_up_quota_gives_the_conversation_to_the_desk_which_is_told_what_was_said(tmp_path: Path) -> None:
    async def main() -> None:
        model = Model()
        model.says("Good morning!")
        model.fails(429, "insufficient_quota", Retry_After="1")
        async with town_with(tmp_path, model) as place:
            await place.customer_says("hello")
            await place.gateway.heard_text("Good morning!")
            await place.customer_says("where is my parcel?")
            told = await handed_over(place)
            assert told["context"] == {"why": "quota"}
            turns = [(turn.get("author"), turn["text"]) for turn in told["messages"]]
            assert turns == [
                ("customer", "hello"),
                ("Helper", "Good morning!"),
                ("customer", "where is my parcel?"),
                (None, "A colleague will be with you."),
            ]
            status, body = await place.control(place.desk, "GET", f"chats/{told['chatId']}/messages?limit=2")
            assert (status, [turn["text"] for turn in body["messages"]]) == (200, [words for _, words in turns[-2:]])
            assert (await place.says(place.desk, "Hello, this is Kim."))["status"] == "Accepted"

    asyncio.run(main())


def test_a_model_that_does_not_answer_within_its_budget_is_given_up(tmp_path: Path) -> None:
    async def main() -> None:
        model = Model()
        model.fails(503, "overloaded")
        async with town_with(tmp_path, model, more='give_up = "2s"\n') as place:
            await place.customer_says("hello")
            assert (await handed_over(place))["context"] == {"why": "gave up"}
            assert len(model.calls) in (2, 3)

    asyncio.run(main())


def test_an_answer_that_comes_when_the_desk_has_taken_over_is_withheld(tmp_path: Path) -> None:
    async def main() -> None:
        model = Model()
        model.says("Too late.")
        model.open.clear()
        async with town_with(tmp_path, model) as place:
            await place.customer_says("hello")
            await model.heard()
            await place.customer_says("an agent, please")
            told = await handed_over(place)
            model.open.set()
            await place.desk.heard(lambda _, body: "Too late." in str(body))
            _, shown = await place.router.ask("GET", f"/admin/conversations/{told['chatId']}")
            assert shown["decisions"][0]["answer"]["reason"] == "Helper may not speak"
            assert delivered(place) == []

    asyncio.run(main())
