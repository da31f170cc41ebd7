"""A desk that speaks TwoWay and a bot of Ultimate's, as HTTP servers, for journeys in the town of `peers`.

The town is the same, gateway and router included; only what `[components.…]` sections say differs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout, web
from peers import ACCOUNT, BUSINESS, CONFIG, CUSTOMER, SECONDS_MAX, SECRETS, Gateway, Peer, Town

ADAPTER = "7c0e8a52-6d3f-4f0e-9a44-6f1c2f6d9f10"
BOT_ID = "5f1e7bd2c8a4e0001f3a9b7c"

TWOWAY_DESK = f"""\
[components.Desk]
protocol = "twoway"
account = "shop"
adapter = "{ADAPTER}"
token = "env:DESK_TOKEN"
message_url = "http://127.0.0.1:{{desk}}/messages"
handover_url = "http://127.0.0.1:{{desk}}/handover"
event_url = "http://127.0.0.1:{{desk}}/events"
headers = {{{{ "X-Desk-Key" = "env:CM_PRODUCT_TOKEN" }}}}
"""
ULTIMATE_BOT = f"""\
[components.CmBot]
protocol = "ultimate"
account = "shop"
base_url = "http://127.0.0.1:{{bot}}"
bot_id = "{BOT_ID}"
api_key = "env:CM_PRODUCT_TOKEN"
token = "env:BOT_TOKEN"
online = "office"
escalate_to = "Desk"
"""
CM_BOT = """\
[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT_TOKEN"
message_url = "http://127.0.0.1:{bot}/messages"
handover_url = "http://127.0.0.1:{bot}/handover"
event_url = "http://127.0.0.1:{bot}/events"
copies = true
"""
RULES = """\
language 1

component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled

start with CmBot

calendar office
  mon-sun 00:00-24:00
  zone "Europe/Amsterdam"

policy handover on message from customer

rule "asks for a person"
  when text mentions "agent"
  then disable CmBot
       set context.reason to "asked \\"politely\\""
"""


class Vendor(Peer):
    """A peer that keeps the headers of its calls too, and can hang at one of its paths."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.headers: list[dict[str, str]] = []
        self.hangs = ""

    async def _answer(self, request: web.Request) -> web.Response:
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        if request.path == self.hangs:
            await asyncio.Event().wait()
        return await super()._answer(request)


class TwoWayDesk(Vendor):
    """Hears messages, hand-overs and events of TwoWay."""

    async def heard_message(self, text: str) -> tuple[Any, Any]:
        """Wait for a message with this text; return its call and the message."""

        def told(_: str, body: Any) -> bool:
            return any(message.get("text") == text for message in body.get("conversationMessages", []))

        body = await self.heard(told)
        return body, next(message for message in body["conversationMessages"] if message.get("text") == text)

    async def heard_event(self, kind: str) -> Any:
        """Wait for an event of this type; return it."""

        def told(_: str, body: Any) -> bool:
            return any(event["$type"] == kind for event in body.get("conversationEvents", []))

        return (await self.heard(told))["conversationEvents"][0]

    async def notified(self) -> Any:
        return await self.heard(lambda path, _: path == "/handover")


class Bot(Vendor):
    """Hears what the customer says and presses, in Ultimate's format or CM's."""

    token = SECRETS["BOT_TOKEN"]

    async def told(self, **members: Any) -> Any:
        """Wait for a call to `/converse/chat` with these members."""

        def fits(path: str, body: Any) -> bool:
            return path == "/converse/chat" and members.items() <= body.items()

        return await self.heard(fits)

    def words(self) -> list[str]:
        return [body["text"] for _, body in self.calls if body["eventType"] == "message"]


class VendorTown(Town):
    """The town with a TwoWay desk, and a bot that speaks CM's format or Ultimate's."""

    def __init__(self, folder: Path, client: ClientSession) -> None:
        super().__init__(folder, client)
        self.bot = Bot("bot")
        self.desk = TwoWayDesk("desk")

    @property
    def peers(self) -> tuple[Peer, ...]:
        return (self.gateway, self.bot, self.desk)

    async def desk_says(self, *messages: dict[str, Any], version: str = "v2", **members: Any) -> tuple[int, Any]:
        """Post to the desk's adapter; `members` replace or add to those of the body."""
        chat = {"id": "", "channel": "WhatsApp", "conversationClientId": CUSTOMER, "conversationHostId": BUSINESS}
        body = {"chat": chat | {"accountId": ACCOUNT}, "conversationMessages": list(messages)} | members
        url = f"{self.router.url}/conversational/twoway/{version}/accounts/{ACCOUNT}/adapters/{ADAPTER}"
        headers = {"X-CM-PRODUCTTOKEN": SECRETS["DESK_TOKEN"]}
        async with self.client.post(url, json=body, headers=headers) as response:
            self.headers = response.headers
            return response.status, await response.json()

    async def bot_says(self, text: str, reference: str | None = None) -> Any:
        """Send through bmproxy; return the one result."""
        message = {"from": "Shop", "to": [{"number": CUSTOMER}], "body": {"content": text}, "reference": reference}
        url = f"{self.router.url}/conversational/bmproxy/v1/accounts/{ACCOUNT}"
        headers = {"X-CM-PRODUCTTOKEN": SECRETS["BOT_TOKEN"]}
        async with self.client.post(url, json={"messages": {"msg": [message]}}, headers=headers) as response:
            return (await response.json())["messages"][0]

    async def bot_posts(self, kind: str, chat: str | None = None, **data: Any) -> tuple[int, Any]:
        """Post an event to the bot's webhook."""
        body = {"botId": BOT_ID, "data": {"eventType": kind, "platformConversationId": chat, **data}}
        headers = {"Authorization": SECRETS["BOT_TOKEN"]}
        async with self.client.post(f"{self.router.url}/hooks/CmBot", json=body, headers=headers) as response:
            self.headers = response.headers
            return response.status, await response.json()

    async def gateway_posts(self, **members: Any) -> int:
        """Post to the gateway's hook: a press, a channel's event; `members` add to the two ends and the channel."""
        ends = {"from": {"number": CUSTOMER}, "to": {"number": BUSINESS}, "channel": "WhatsApp"}
        url, token = f"{self.router.url}/hooks/gateway", {"token": SECRETS["GATEWAY_SECRET"]}
        async with self.client.post(url, params=token, json=ends | members) as response:
            return response.status

    async def customer_presses(self, suggestion: dict[str, Any]) -> int:
        """Press a button as the gateway was sent it."""
        press = {"action": "Reply", "label": suggestion["label"], "postbackData": suggestion["postbackdata"]}
        message = {"text": suggestion["label"], "custom": {"suggestions": [press]}}
        return await self.gateway_posts(reference=f"press-{next(Gateway.references)}", message=message)

    async def gateway_tells(self, msg: dict[str, Any], code: int, description: str = "") -> int:
        """Report what became of a message that the gateway was sent."""
        status = {"code": code, "errorCode": "", "errorDescription": description}
        report = {"to": CUSTOMER, "reference": msg["reference"], "status": status}
        return await self.gateway_posts(messages={"msg": report})


def says(text: str, **members: Any) -> dict[str, Any]:
    """A text as a desk posts it."""
    return {"$type": "text", "direction": "ClientTerminated", "text": text} | members


@asynccontextmanager
async def vendor_town(
    folder: Path, *, bot: str = ULTIMATE_BOT, desk: str = TWOWAY_DESK, rules: str = RULES
) -> AsyncIterator[VendorTown]:
    """Peers at work, the files written with these two sections, the router not yet started."""
    async with ClientSession(timeout=ClientTimeout(total=SECONDS_MAX)) as client:
        place = VendorTown(folder, client)
        for peer in place.peers:
            await peer.start()
        place.rules.write_text(rules, encoding="utf-8")
        text = CONFIG[: CONFIG.index("[components.CmBot]")] + bot + desk
        ports = {peer.name: peer.port for peer in place.peers}
        text = text.format(rules="policy.rules", workers=1, port=place.router.port, **ports)
        (folder / "pointsman.toml").write_text(text, encoding="utf-8")
        try:
            yield place
        finally:
            await place.router.end()
            for peer in place.peers:
                await peer.stop()
