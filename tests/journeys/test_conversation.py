"""One conversation over real HTTP, from the customer's first word to the desk's reset."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from peers import texts, town

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_a_message_reaches_the_bot_and_its_reply_the_customer(tmp_path: Path, interface: str) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            place.router.arguments = ["--interface", interface]
            await place.router.start()
            assert await place.customer_says("hello") == 200
            heard = await place.bot.heard_text("hello")
            assert heard["conversationalRouter"]["accountId"] == "e17acdef-c918-423d-a01b-1000cd084f6a"
            result = await place.says(place.bot, "Hello, Ada!")
            assert (result["status"], result["messageErrorCode"]) == ("Accepted", 0)
            assert len(place.headers["X-Pointsman-Generation"]) == 64
            sent = await place.gateway.heard_text("Hello, Ada!")
            assert sent["messages"]["msg"][0]["allowedChannels"] == ["WhatsApp"]
            await place.desk.heard_text("Hello, Ada!")

    asyncio.run(main())


def test_a_handover_mutes_the_bot_notifies_both_and_lets_the_desk_speak(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            await place.customer_says("an agent, please")
            await place.gateway.heard_text("One moment, please.")
            for component in (place.bot, place.desk):
                told = await component.notified("handover")
                assert told["changed"] == {"CmBot": "disabled"}
                assert told["context"] == {"reason": "asked"}
            late = await place.says(place.bot, "Anything else?")
            assert (late["status"], late["messageErrorCode"]) == ("Rejected", 403)
            assert late["messageDetails"] == "CmBot may not speak"
            assert (await place.says(place.desk, "Hello, this is Kim."))["status"] == "Accepted"
            await place.gateway.heard_text("Hello, this is Kim.")
            assert place.gateway.texts() == ["One moment, please.", "Hello, this is Kim."]

    asyncio.run(main())


def test_the_control_api_changes_positions_refuses_and_tells(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            await place.customer_says("hello")
            chat = (await place.bot.heard_text("hello"))["conversationalRouter"]["chatId"]
            disable = {"ChatId": chat, "Mutations": [{"$type": "disableComponent", "ComponentId": "CmBot"}]}
            status, _ = await place.control(place.bot, "POST", "sessions/mutationrequests", disable)
            assert status == 200
            assert (await place.desk.notified("handover"))["from"] == "CmBot"
            status, body = await place.control(place.desk, "GET", f"chats/{chat}")
            assert status == 200, body
            assert body["enabled"] == ["Desk"]
            position = {"ChatId": chat, "FlowId": "welcome", "StepId": "resume"}
            status, body = await place.control(place.desk, "POST", "sessions/positionrequests", position)
            assert status == 409
            enable = {"Mutations": [{"$type": "enableComponent", "ComponentId": "CmBot"}], "Context": {"order": "7"}}
            status, _ = await place.control(place.desk, "POST", f"chats/{chat}/routing/mutationrequests", enable)
            assert status == 200
            status, _ = await place.control(place.desk, "POST", "sessions/positionrequests", position)
            assert status == 200
            told = await place.bot.notified("position")
            assert (told["flowId"], told["stepId"]) == ("welcome", "resume")
            status, body = await place.control(place.desk, "POST", f"sessions/{chat}/resetrequests")
            assert (status, body["message"]) == (403, "not while somebody waits")
            status, _ = await place.control(place.bot, "POST", f"chats/{chat}/routing/resetrequests")
            assert status == 200

    asyncio.run(main())


def test_a_repeated_webhook_has_one_effect(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            for _ in range(6):
                assert await place.customer_says("hello", reference="the-same") == 200
            await place.customer_says("goodbye")
            await place.bot.heard_text("goodbye")
            assert [text for _, body in place.bot.calls for text in texts(body)] == ["hello", "goodbye"]

    asyncio.run(main())


def test_what_a_gateway_cannot_take_now_it_gets_later_in_order(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            await place.customer_says("hello")
            place.gateway.status = 503
            for text in ("one", "two", "three"):
                assert (await place.says(place.bot, text))["status"] == "Accepted"
            await place.gateway.heard_text("one")
            place.gateway.status = 200
            await place.gateway.heard_text("three")
            assert place.gateway.texts() == ["one", "two", "three"]

    asyncio.run(main())


SILENCE = """\
component CmBot is bot
component Desk is desk
start with CmBot
policy quiet on silence for 1s
rule "nobody speaks"
  otherwise
  then reply "Are you still there?"
"""


def test_a_silence_is_heard_after_a_restart_too(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, rules=SILENCE) as place:
            await place.router.start()
            await place.customer_says("hello")
            await place.bot.heard_text("hello")
            assert await place.router.stop() == 0
            await place.router.start()
            await place.gateway.heard_text("Are you still there?")

    asyncio.run(main())
