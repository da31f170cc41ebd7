"""Ultimate's bot and a TwoWay desk over real HTTP: from the customer's first word to the desk's last receipt."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from vendors import BOT_ID, CM_BOT, RULES, TWOWAY_DESK, VendorTown, says, vendor_town

pytestmark = pytest.mark.journey

OPTIONS = [{"type": "button", "text": "Track my order"}, {"type": "button", "text": "Talk to a human"}]


async def begun(place: VendorTown) -> str:
    """Start the router and a conversation; return its id."""
    await place.router.start()
    assert await place.customer_says("hello") == 200
    return str((await place.bot.told(eventType="message", text="hello"))["platformConversationId"])


def replies(msg: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a message that the gateway was sent."""
    found: list[dict[str, Any]] = list(msg["richContent"].get("suggestions", []))
    for item in msg["richContent"].get("conversation", []):
        found += item.get("suggestions", [])
    return found


def test_a_bot_offers_buttons_hands_over_and_the_desk_hears_that_its_answer_arrived(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path) as place:
            chat = await begun(place)
            assert place.bot.headers[0]["authorization"] == "our-token"
            assert place.bot.headers[0]["botid"] == BOT_ID
            question = {"messageId": "m-1", "text": "How can I help?", "buttons": OPTIONS}
            for _ in range(2):
                assert await place.bot_posts("sendMessage", chat, **question) == (200, {})
            assert len(place.headers["X-Pointsman-Generation"]) == 64
            offered = (await place.gateway.heard_text("How can I help?"))["messages"]["msg"][0]
            assert [button["label"] for button in replies(offered)] == ["Track my order", "Talk to a human"]

            await place.customer_says("track my ORDER")
            await place.bot.told(text="Track my order")
            await place.customer_presses(replies(offered)[1])
            await place.bot.told(text="Talk to a human")

            escalation = {"metaData": [{"key": "order", "value": "7"}]}
            assert await place.bot_posts("escalate", chat, **escalation) == (200, {})
            told = await place.desk.notified()
            assert (told["event"], told["changed"]) == ("handover", {"CmBot": "disabled", "Desk": "enabled"})
            assert (told["from"], told["context"]) == ("CmBot", {"order": "7"})
            assert await place.bot_posts("sendMessage", chat, text="Anything else?") == (
                200,
                {"message": "CmBot may not speak"},
            )

            status, answer = await place.desk_says(says("Hello, this is Kim.", id="d-1"))
            assert (status, answer["message"], answer["chat"]["id"]) == (201, "Message(s) accepted", chat)
            msg = (await place.gateway.heard_text("Hello, this is Kim."))["messages"]["msg"][0]
            assert await place.gateway_tells(msg, 2) == 200
            assert (await place.desk.heard_event("delivered"))["messageId"] == "d-1"
            assert await place.gateway_tells(msg, 4) == 200
            assert (await place.desk.heard_event("read"))["messageId"] == "d-1"
            assert place.gateway.texts() == ["How can I help?", "Hello, this is Kim."]
            assert place.bot.words() == ["hello", "Track my order", "Talk to a human"]
            assert len([body for _, body in place.gateway.calls]) == 2, "the repeated webhook had one effect"

    asyncio.run(main())


def test_a_press_on_a_card_is_told_with_the_cards_index(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path) as place:
            chat = await begun(place)
            cards = [{"title": title, "buttons": [{"type": "button", "text": "Choose"}]} for title in ("Red", "Blue")]
            assert (await place.bot_posts("sendMessage", chat, type="carousel", carouselCards=cards))[0] == 200

            def blue(_: str, body: Any) -> bool:
                return "Blue" in json.dumps(body)

            msg = (await place.gateway.heard(blue))["messages"]["msg"][0]
            await place.customer_presses(replies(msg)[-1])
            assert (await place.bot.told(text="Choose"))["cardIndex"] == 1

    asyncio.run(main())


def test_whether_the_team_is_online_follows_the_calendar_that_serves(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path) as place:
            chat = await begun(place)
            assert await place.bot_posts("isTeamOnline", chat) == (200, {"isOnline": True})
            place.rules.write_text(
                RULES.replace("mon-sun 00:00-24:00", "open 2020-01-01 10:00-11:00"), encoding="utf-8"
            )
            status, _ = await place.router.ask("POST", "/admin/reload", {"wait": True})
            assert status == 200
            await place.router.workers()
            assert await place.bot_posts("isTeamOnline") == (200, {"isOnline": False})

    asyncio.run(main())


def test_a_refused_escalation_leaves_the_conversation_with_the_bot(tmp_path: Path) -> None:
    guard = """
policy guard on request from CmBot
rule "nobody is there"
  when request.team is "night"
  then refuse "the night shift is full"
"""

    async def main() -> None:
        async with vendor_town(tmp_path, rules=RULES + guard) as place:
            chat = await begun(place)
            assert await place.bot_posts("escalate", chat, metaData={"team": "night"}) == (
                403,
                {"message": "the night shift is full"},
            )
            assert await place.bot_posts("sendMessage", chat, text="Nobody is there.") == (200, {})
            await place.gateway.heard_text("Nobody is there.")
            assert await place.bot_posts("escalate", chat) == (200, {})

    asyncio.run(main())


def test_a_desk_of_twoway_and_a_bot_of_cm_share_a_conversation_and_hear_each_other(tmp_path: Path) -> None:
    async def main() -> None:
        listening = RULES.replace("component CmBot is bot", "component CmBot is bot\n  hears always")
        async with vendor_town(tmp_path, bot=CM_BOT, rules=listening) as place:
            await place.router.start()
            await place.customer_says("hello")
            await place.bot.heard_text("hello")
            body, message = await place.desk.heard_message("hello")
            chat = body["chat"]["id"]
            assert message["direction"] == "ClientOriginated"
            assert body["chat"]["conversationClientName"] == "Ada Lovelace"
            assert place.desk.headers[0]["x-desk-key"] == "our-token"

            assert (await place.bot_says("I am a bot."))["status"] == "Accepted"
            _, copy = await place.desk.heard_message("I am a bot.")
            assert (copy["direction"], copy["author"]) == ("ClientTerminated", "CmBot")
            assert (await place.desk_says(says("Too early.")))[1]["message"] == "Desk may not speak"

            await place.customer_says("an agent, please")
            told = await place.desk.notified()
            assert (told["chatId"], told["event"], told["context"]) == (
                chat,
                "handover",
                {"reason": 'asked "politely"'},
            )
            for version in ("v1", "v2"):
                status, _ = await place.desk_says(says(f"By {version}."), version=version)
                assert status == 201
                heard = await place.bot.heard_text(f"By {version}.")
                assert heard["conversationalRouter"]["author"] == "Desk"
            assert place.gateway.texts() == ["I am a bot.", "By v1.", "By v2."]

            ended = [{"$type": "RouterSessionEnded", "id": "e-1"}]
            status, answer = await place.desk_says(conversationEvents=ended)
            assert (status, answer["message"]) == (201, "Message(s) accepted")
            assert (await place.control(place.bot, "GET", f"chats/{chat}"))[1]["enabled"] == []

    asyncio.run(main())


def test_receipts_and_typing_reach_a_bot_of_cm_in_the_shapes_of_cms_gateway(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path, bot=CM_BOT) as place:
            await place.router.start()
            await place.customer_says("hello")
            await place.bot.heard_text("hello")
            assert (await place.bot_says("I am a bot.", "b1"))["status"] == "Accepted"
            msg = (await place.gateway.heard_text("I am a bot."))["messages"]["msg"][0]
            await place.gateway_tells(msg, 3, "validity period expired")
            report = await place.bot.heard(lambda path, body: path == "/events" and "messages" in body)
            assert report["messages"]["msg"]["reference"] == "b1"
            assert report["messages"]["msg"]["status"]["code"] == 3
            assert await place.gateway_posts(event="typing") == 200
            typing = await place.bot.heard(lambda path, body: path == "/events" and body.get("event") == "typing")
            assert typing["channel"] == "WhatsApp"
            assert (await place.desk.heard_event("typing"))["id"]

    asyncio.run(main())


def test_an_address_for_events_that_hangs_holds_back_no_messages(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path, bot=CM_BOT) as place:
            place.desk.hangs = "/events"
            await place.router.start()
            await place.customer_says("an agent, please")
            await place.desk.notified()
            assert (await place.desk_says(says("Hello.", id="d-1")))[0] == 201
            msg = (await place.gateway.heard_text("Hello."))["messages"]["msg"][0]
            await place.gateway_tells(msg, 2)
            await place.customer_says("thanks")
            await place.desk.heard_message("thanks")

    asyncio.run(main())


TEMPLATE = """handover_template = '''
{{"room": "{{{{$chatId}}}}", "why": "{{{{$context}}}}", "all": {{{{$context}}}}, "event": {{{{$event}}}},
 "fixed": "\\"\\u00e9"}}
'''
"""


def test_a_desk_is_notified_by_a_template_of_the_users_and_it_is_json_whatever_the_values(tmp_path: Path) -> None:
    async def main() -> None:
        async with vendor_town(tmp_path, bot=CM_BOT, desk=TWOWAY_DESK + TEMPLATE) as place:
            await place.router.start()
            await place.customer_says("an agent, please")
            told = await place.desk.notified()
            context = {"reason": 'asked "politely"'}
            assert told.pop("room")
            assert json.loads(told.pop("why")) == context
            assert told == {"all": context, "event": "handover", "fixed": '"é'}

    asyncio.run(main())
