"""A worker's service in this process: real rules, a real ledger, the ASGI application, and a client for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx

from pointsman.delivery.clock import SystemClock
from pointsman.journey import load_live
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode
from pointsman.ledger.ledger import Generation
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.server.asgi import AsgiRouter
from pointsman.server.listen import Address
from pointsman.server.metrics import Metrics
from pointsman.server.reload import Failed, Result
from pointsman.server.routes import SHARED, Responder
from pointsman.server.service import Access, Service, serving

SHOP = "e17acdef-c918-423d-a01b-1000cd084f6a"
OTHER = "0b0a6a52-0c55-4f27-8f5f-0f6a1f0a7c12"
BOT = "bot"
"""The value of the environment variable of that name, as of all others here."""
ENV = {name: name.lower() for name in ("GATEWAY", "TELEGRAM", "BOT", "DESK", "STRANGER", "PRODUCT")}
ADMIN = {"Authorization": "Bearer the-admin-token"}

CONFIG = f"""
rules = "policy.rules"
[accounts.shop]
id = "{SHOP}"
senders = {{ "Shop" = "+31100000000" }}
[accounts.other]
id = "{OTHER}"
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp", "SMS"]
secret = "env:GATEWAY"
send_url = "http://127.0.0.1:1/"
product_token = "env:PRODUCT"
[channels.telegram]
protocol = "cm"
account = "shop"
carries = ["Telegram"]
secret = "env:TELEGRAM"
send_url = "http://127.0.0.1:1/"
product_token = "env:PRODUCT"
[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT"
message_url = "http://127.0.0.1:1/"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://127.0.0.1:1/"
handover_url = "http://127.0.0.1:1/"
[components.Stranger]
protocol = "cm"
account = "other"
token = "env:STRANGER"
message_url = "http://127.0.0.1:1/"
"""

RULES = """
component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled
component Stranger is bot
start with CmBot, Desk, Stranger
policy guard on request from any component
rule "no resets"
  when request is reset
  then refuse "never"
policy manners on message from CmBot
rule "mind your words"
  when text contains "damn"
  then withhold
"""


class FakeLink:
    """Answers for the main process."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.result: Result = Failed("2 errors", "error[…]: …", ({"slug": "syntax"},), at=1)

    async def ask(self, what: Literal["reload", "rollback"]) -> Result:
        self.asked.append(what)
        return self.result


class TickingClock(SystemClock):
    """Moves on by a millisecond whenever it is looked at."""

    def __init__(self) -> None:
        self.moment = 1_000_000

    def now(self) -> int:
        self.moment += 1
        return self.moment


class House:
    """The service and its client. `ledger` may be replaced by one that fails."""

    def __init__(self, service: Service, link: FakeLink, client: httpx.AsyncClient) -> None:
        self.service = service
        self.link = link
        self.client = client

    @property
    def ledger(self) -> SqliteLedger:
        assert isinstance(self.service.ledger, SqliteLedger)
        return self.service.ledger

    async def inbound(self, **members: Any) -> httpx.Response:
        """A customer's message by the gateway; `members` replace or add to a plain one's, None removes."""
        body = {
            "reference": "r1",
            "from": {"number": "0031612345678"},
            "to": {"number": "0031100000000"},
            "message": {"text": "hello"},
            "channel": "WhatsApp",
        } | members
        return await self.client.post(
            "/hooks/gateway?token=gateway", json={name: value for name, value in body.items() if value is not None}
        )

    async def send(self, *messages: dict[str, Any], token: str = BOT, account: str = SHOP) -> httpx.Response:
        return await self.client.post(
            f"/conversational/bmproxy/v1/accounts/{account}",
            json={"messages": {"msg": list(messages)}},
            headers={"X-CM-PRODUCTTOKEN": token},
        )

    async def control(
        self, path: str, body: Any = None, *, token: str = BOT, account: str = SHOP, method: str = "POST"
    ) -> httpx.Response:
        url = f"/conversational/control/v1/accounts/{account}/{path}"
        return await self.client.request(method, url, json=body, headers={"X-CM-PRODUCTTOKEN": token})

    async def chat(self) -> str:
        """Begin a conversation; return its id."""
        answer = await self.inbound()
        chat: str = answer.json()["chatId"]
        return chat

    async def channels(self) -> list[str]:
        """The channels on which the customer has conversations."""
        found = []
        for channel, customer in (("WhatsApp", "+31612345678"), ("SMS", "+31612345678"), ("Telegram", "0031612345678")):
            if await self.service.ledger.last_active("shop", customer, [channel]) is not None:
                found.append(channel)
        return found


@asynccontextmanager
async def house(
    folder: Path, rules: str = RULES, config: str = CONFIG, clock: SystemClock | None = None
) -> AsyncIterator[House]:
    compiled = compile_rules({"policy.rules": rules})
    assert compiled.program is not None, compiled.diagnostics
    clock = clock or TickingClock()
    ledger = open_sqlite(folder / "ledger.db", clock.now)
    program = compiled.program
    generation: Generation = await ledger.activate(program.hash, encode(program), config)
    live = load_live(generation, folder, ENV)
    link = FakeLink()
    access = Access("the-admin-token", (Address("127.0.0.1", 8080),))
    service = Service(ledger, serving(live), access, link, Metrics(), clock=clock)
    transport = httpx.ASGITransport(AsgiRouter(Responder(service, SHARED)))
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
            yield House(service, link, client)
    finally:
        await ledger.close()


def visit(folder: Path, play: Callable[[House], Awaitable[None]], **options: str) -> None:
    """Run one test in a house of its own."""

    async def main() -> None:
        async with house(folder, **options) as place:
            await play(place)

    asyncio.run(main())


def message(text: str = "Hi", **members: Any) -> dict[str, Any]:
    """One `msg` of bmproxy to the customer."""
    return {"from": "Shop", "to": [{"number": "0031612345678"}], "body": {"type": "auto", "content": text}} | members
