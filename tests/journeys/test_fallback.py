"""Messages that do not arrive, over real HTTP: they go out again by another channel, and the rules hear of it."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from peers import Town, town, until

pytestmark = pytest.mark.journey

RULES = """\
component CmBot is bot
component Desk is desk
start with CmBot

policy again on message from CmBot
rule "code"
  when text contains "code"
  then fall back to SMS after {delay}

policy lost on delivery failed to customer
rule "lost"
  otherwise
  then enable Desk
       set context.why to "{reason}"
       tell Desk "A message did not arrive: {reason}"

policy ill on delivery failed to CmBot
rule "the bot is ill"
  otherwise
  then hand over to Desk
       reply "One moment, somebody will be with you."
"""


def rules(delay: str = "1h") -> str:
    return RULES.replace("{delay}", delay)


def told(place: Town) -> list[Any]:
    """The notes that the desk has heard."""
    return [body["text"] for path, body in place.desk.calls if path == "/handover" and body["event"] == "note"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_refused_message_comes_out_on_sms_and_the_conversation_goes_on_there(tmp_path: Path, workers: int) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules(), workers=workers) as place:
            await place.router.start()
            await place.router.workers(workers)
            await place.customer_says("hello")
            chat = (await place.bot.heard_text("hello"))["conversationalRouter"]["chatId"]
            place.gateway.refuses = {"WhatsApp"}
            assert (await place.says(place.bot, "your code is 123"))["status"] == "Accepted"
            await place.gateway.heard(lambda _, body: body["messages"]["msg"][0]["allowedChannels"] == ["SMS"])
            assert place.gateway.carried("SMS") == ["your code is 123"]
            for number in range(6):
                await place.customer_says(f"thank you {number}", channel="SMS")
            heard = await place.bot.heard_text("thank you 5")
            assert heard["conversationalRouter"]["chatId"] == chat
            assert heard["channel"] == "SMS"
            place.gateway.refuses = set()
            await place.says(place.bot, "you are welcome")
            await place.gateway.heard_text("you are welcome")
            assert place.gateway.carried("SMS") == ["your code is 123", "you are welcome"]
            assert place.gateway.carried("WhatsApp") == ["your code is 123"]
            status, shown = await place.control(place.desk, "GET", f"chats/{chat}")
            assert status == 200
            assert "why" not in shown["context"], "the fallback answered for the rules"

    asyncio.run(main())


def test_a_message_that_no_receipt_comes_for_goes_out_again_and_a_late_receipt_changes_nothing(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules("1s")) as place:
            await place.router.start()
            await place.customer_says("hello")
            await place.says(place.bot, "your code is 123")
            first = await place.gateway.heard_text("your code is 123")
            await place.gateway.heard(lambda _, body: body["messages"]["msg"][0]["allowedChannels"] == ["SMS"])
            assert await place.gateway_reports(first, 2) == 200
            assert await place.gateway_reports(first, 3) == 200
            await place.says(place.bot, "bye")
            await place.gateway.heard_text("bye")
            assert place.gateway.carried("SMS") == ["your code is 123", "bye"]

    asyncio.run(main())


def test_a_receipt_keeps_a_message_from_going_out_again(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules("1s")) as place:
            await place.router.start()
            await place.customer_says("hello")
            await place.says(place.bot, "your code is 123")
            first = await place.gateway.heard_text("your code is 123")
            assert await place.gateway_reports(first, 2) == 200
            await place.says(place.bot, "your next code is 456")
            await place.gateway.heard(lambda _, body: body["messages"]["msg"][0]["allowedChannels"] == ["SMS"])
            assert place.gateway.carried("SMS") == ["your next code is 456"]

    asyncio.run(main())


def test_what_the_gateway_refuses_and_what_it_reports_as_failed_reach_the_rules(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules()) as place:
            await place.router.start()
            await place.customer_says("hello")
            place.gateway.refuses = {"WhatsApp"}
            await place.says(place.bot, "refused")
            await place.desk.notified("note")
            place.gateway.refuses = set()
            await place.says(place.bot, "accepted")
            accepted = await place.gateway.heard_text("accepted")
            for _ in range(3):
                assert await place.gateway_reports(accepted, 3) == 200
            await place.customer_says("are you there?")
            await place.desk.heard_text("are you there?")
            reasons = ["rejected", "failed"]
            assert told(place) == [f"A message did not arrive: {reason}" for reason in reasons]

    asyncio.run(main())


def test_a_bot_that_refuses_is_replaced_and_what_is_said_of_it_reaches_the_customer(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules()) as place:
            await place.router.start()
            place.bot.status = 404
            await place.customer_says("hello")
            await place.gateway.heard_text("One moment, somebody will be with you.")
            await place.desk.notified("handover")
            await place.customer_says("hello again")
            await place.desk.heard_text("hello again")
            assert "hello again" not in place.bot.texts()

    asyncio.run(main())


def test_a_killed_worker_tells_no_failure_twice(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=rules(), workers=2) as place:
            await place.router.start()
            customers = [f"00316111111{number:02}" for number in range(30)]
            place.gateway.refuses = {"WhatsApp"}
            for customer in customers:
                await place.customer_says("hello", customer=customer)

            async def speak(customer: str) -> None:
                await place.says(place.bot, f"for {customer}", to=customer)

            speaking = [asyncio.create_task(speak(customer)) for customer in customers]
            await asyncio.wait(speaking, return_when=asyncio.FIRST_COMPLETED)
            victim = (await place.router.workers(2))[0]
            os.kill(victim, signal.SIGKILL)
            said = await asyncio.gather(*speaking, return_exceptions=True)
            arrived = sum(not isinstance(one, BaseException) for one in said)

            async def all_told() -> bool:
                ids = {body["id"] for _, body in place.desk.calls if body.get("event") == "note"}
                return len(ids) >= arrived

            await until(all_told)
            await place.router.workers(2, without=victim)
            notes = {(body["chatId"], body["id"]) for _, body in place.desk.calls if body.get("event") == "note"}
            assert len(notes) == len({chat for chat, _ in notes}), "one for each conversation"

    asyncio.run(main())
