"""The simulated gateway, bot and desk: three HTTP servers that speak CM's formats to a real router.

Laws: each has a port of its own and knows the router by its URL only; each writes what reaches it into the journal. The
bot answers by itself, the desk says what it is told to. Formats: CM Business Messaging API (MO webhook, MT
send) and Conversational Router (bmproxy), see docs/protocols.md.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, web

from pointsman.cli.demo.journal import Entry, Journal

CUSTOMER = "+31612345678"
BUSINESS = "+31100000000"


class Peer:
    """An HTTP server on a free loopback port, and a client for calls to the router."""

    def __init__(self, name: str, journal: Journal, client: ClientSession) -> None:
        self.name = name
        self.journal = journal
        self.client = client
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self, *routes: web.RouteDef) -> None:
        app = web.Application()
        app.add_routes(routes)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


class Gateway(Peer):
    """The channel's side: brings what the customer writes, and shows the customer what the router sends."""

    def __init__(self, journal: Journal, client: ClientSession, secret: str) -> None:
        super().__init__("customer", journal, client)
        self.secret = secret
        self.router = ""

    async def open(self) -> None:
        await self.start(web.post("/v1.0/message", self._carry))

    async def customer_says(self, text: str) -> None:
        """Deliver an MO webhook. Raises `aiohttp.ClientResponseError` unless the router took it."""
        body = {
            "reference": uuid.uuid4().hex,
            "from": {"number": "00" + CUSTOMER[1:], "name": "Ada Lovelace"},
            "to": {"number": "00" + BUSINESS[1:]},
            "message": {"text": text},
            "timeUtc": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "channel": "WhatsApp",
        }
        await self.journal.add(Entry("customer", "router", "message", text))
        url = f"{self.router}/hooks/gateway"
        async with self.client.post(url, params={"token": self.secret}, json=body) as response:
            response.raise_for_status()

    async def _carry(self, request: web.Request) -> web.Response:
        body = await request.json()
        accepted = []
        for message in body["messages"]["msg"]:
            await self.journal.add(Entry("router", "customer", "message", message["body"]["content"]))
            accepted.append(
                {
                    "to": message["to"][0]["number"],
                    "status": "Accepted",
                    "reference": message.get("reference"),
                    "parts": 1,
                    "messageDetails": None,
                    "messageErrorCode": 0,
                }
            )
        return web.json_response({"details": "Created", "errorCode": 0, "messages": accepted})


class Component(Peer):
    """The bot's or the desk's side: hears messages and notifications, sends through bmproxy."""

    def __init__(self, name: str, journal: Journal, client: ClientSession, token: str) -> None:
        super().__init__(name, journal, client)
        self.token = token
        self.router = ""
        self.account = ""
        self.chat = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        await self.start(web.post("/messages", self._hear), web.post("/handover", self._notice))

    async def says(self, text: str) -> None:
        """Send a message to the customer; what the router answers to a withheld one goes into the journal."""
        message = {
            "from": BUSINESS,
            "to": [{"number": CUSTOMER}],
            "body": {"type": "auto", "content": text},
            "allowedChannels": ["WhatsApp"],
            "reference": uuid.uuid4().hex,
        }
        await self.journal.add(Entry(self.name, "router", "message", text))
        async with self.client.post(
            f"{self.router}/conversational/bmproxy/v1/accounts/{self.account}",
            json={"messages": {"msg": [message]}},
            headers={"X-CM-PRODUCTTOKEN": self.token},
        ) as response:
            result = (await response.json())["messages"][0]
        if result["status"] != "Accepted":
            told = f"{result['status']}, {result['messageErrorCode']}: {result['messageDetails']}"
            await self.journal.add(Entry("router", self.name, "refusal", told))

    async def _hear(self, request: web.Request) -> web.Response:
        body = await request.json()
        if not self.chat.done():
            self.chat.set_result(body["conversationalRouter"]["chatId"])
        of_customer = body["from"]["number"].lstrip("0+") == CUSTOMER[1:]
        text = body["message"]["text"]
        await self.journal.add(Entry("router", self.name, "message" if of_customer else "copy", text))
        self.react("message" if of_customer else "copy", text)
        return web.Response()

    async def _notice(self, request: web.Request) -> web.Response:
        body = await request.json()
        if body["event"] == "position":
            await self.journal.add(Entry("router", self.name, "position", f"{body['flowId']}, {body['stepId']}"))
        else:
            await self.journal.add(Entry("router", self.name, "handover", _changes(body)))
        self.react(body["event"], "")
        return web.Response()

    def react(self, what: str, text: str) -> None:
        """What the component does of its own accord when `what` reaches it: nothing, at a desk."""

    def later(self, text: str) -> None:
        """Say `text` from a task of its own, so that the router's call is answered first."""
        task = asyncio.create_task(self.says(text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Bot(Component):
    """Greets at once and comes back when it is positioned; a parcel it looks up for longer than anyone waits."""

    def react(self, what: str, text: str) -> None:
        match what:
            case "message" if "parcel" not in text:
                self.later("I am the shop's bot. What can I do for you?")
            case "position":
                self.later("It is me again, the bot. Is there anything else?")


def _changes(body: dict[str, Any]) -> str:
    changed = ", ".join(f"{name} {state}" for name, state in body["changed"].items())
    context = ", ".join(f"{key} = {value}" for key, value in body["context"].items())
    return f"{changed}, with {context}" if context else changed
