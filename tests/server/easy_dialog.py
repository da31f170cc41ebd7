"""Easy Dialog's custom adapter in front of a real service with its delivery worker, over a scripted transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from answering import Wires
from house import SHOP, House, house

from pointsman.delivery.clock import SystemClock
from pointsman.delivery.worker import Worker
from pointsman.model.identity import Address
from pointsman.protocols.horisen import sign
from pointsman.server.deliveries import fire, ports

CUSTOMER = "+31612345678"
CONFIG = f"""
rules = "policy.rules"
[accounts.shop]
id = "{SHOP}"
senders = {{ "Shop" = "+31100000000" }}
[channels.dialog]
protocol = "horisen"
account = "shop"
carries = ["Viber", "Telegram"]
secret = "env:TELEGRAM"
reply_deadline = "DEADLINE"
default = true
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["GATEWAY"]
secret = "env:GATEWAY"
send_url = "http://gateway/"
product_token = "env:PRODUCT"
[components.Custom]
protocol = "horisen"
account = "shop"
message_url = "http://custom/hook"
signature_key = "env:STRANGER"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://desk/messages"
"""

RULES = """
component Custom is bot
component Desk is desk
  hears when Custom is disabled
  speaks when Custom is disabled
start with Custom, Desk

policy words on message from customer
rule "to a person"
  when text is "agent"
  then disable Custom
       reply "One moment."
rule "alone"
  when text is "closed"
  then disable Custom
       disable Desk
       reply "We are closed."
rule "unwanted"
  when text is "spam"
  then withhold
rule "in German"
  when contact.language is "de"
  then set context.greeting to "Hallo {contact.first_name}"

policy failures on delivery failed to customer
rule "too late"
  otherwise
  then set context.failed to "{reason}"
"""


class Dialog:
    """What Easy Dialog does: it posts signed requests, and reads what the customer is told."""

    def __init__(self, place: House, wires: Wires) -> None:
        self.place = place
        self.wires = wires

    def body(self, text: str, id_: str | None = "m1", **members: Any) -> bytes:
        message = {"from": CUSTOMER, "to": [{"number": "+31100000000"}], "body": {"type": "text", "content": text}}
        message |= {} if id_ is None else {"providerMsgID": id_}
        return json.dumps({"channel": "Viber", "message": message} | members).encode()

    async def post(self, body: bytes, **headers: str) -> httpx.Response:
        headers = {"X-BM-Signature": sign(body, "telegram")} | headers
        return await self.place.client.post("/hooks/dialog", content=body, headers=headers)

    async def writes(self, text: str, id_: str | None = "m1", **members: Any) -> bytes:
        """Let the customer write something; return the body of the response."""
        answer = await self.post(self.body(text, id_, **members))
        assert answer.status_code == 200, answer.text
        return answer.content

    async def says(self, text: str, *, channel: str = "Viber") -> dict[str, Any]:
        """Let the desk say something by its own call; return the one result."""
        message = {"from": "Shop", "to": [{"number": CUSTOMER}], "body": {"type": "auto", "content": text}}
        answer = await self.place.send(message | {"allowedChannels": [channel]}, token="desk")
        result: dict[str, Any] = answer.json()["messages"][0]
        return result

    @property
    def chat(self) -> str:
        return Address("shop", "Viber", CUSTOMER, "+31100000000").conversation_id

    async def waiting(self, count: int = 1) -> None:
        """Wait until so many requests wait for an answer."""
        await self.until(lambda: len(self.place.service.waiting._seats) == count)

    async def passed(self, ms: int) -> None:
        """Wait until it is longer than so many ms ago that the customer wrote."""
        conversation = await self.place.ledger.read(self.chat)
        assert conversation is not None
        over = conversation.customer_wrote["Viber"] + ms
        await self.until(lambda: self.place.service.clock.now() > over)

    async def until(self, holds: Callable[[], Any]) -> None:
        async with asyncio.timeout(5):
            while not (await found if isinstance(found := holds(), Awaitable) else found):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def backlog(self) -> tuple[int, int]:
        """How much is owed, and how much is dead."""
        found = await self.place.ledger.backlog()
        return found["owed"], found["dead"]


def told(body: bytes) -> list[str]:
    """The texts of a response."""
    return [one["body"]["content"] for one in json.loads(body)["messages"]]


@asynccontextmanager
async def dialog(folder: Path, deadline: str = "1h", gateway: str = "SMS") -> AsyncIterator[Dialog]:
    config = CONFIG.replace("DEADLINE", deadline).replace('"GATEWAY"', f'"{gateway}"')
    async with house(folder, rules=RULES, config=config, clock=SystemClock()) as place:
        wires = Wires()
        worker = Worker(ports(place.service, wires, place.service.clock), partial(fire, place.service))
        worker.start()
        try:
            yield Dialog(place, wires)
        finally:
            await worker.stop()


def dialogue(folder: Path, play: Callable[[Dialog], Awaitable[None]], **options: str) -> None:
    """Run one test."""

    async def main() -> None:
        async with dialog(folder, **options) as it:
            await play(it)

    asyncio.run(main())
