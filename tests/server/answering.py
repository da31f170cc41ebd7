"""Components that answer in their response: a real service with its delivery worker, over a scripted transport."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from house import CONFIG as HOUSE_CONFIG
from house import House, house

from pointsman.delivery.clock import SystemClock
from pointsman.delivery.transport import Fault
from pointsman.delivery.worker import Worker
from pointsman.protocols.wire import Call, Response
from pointsman.server.deliveries import fire, ports

CONFIG = f"""{HOUSE_CONFIG[: HOUSE_CONFIG.index("[components.CmBot]")]}
[components.Helper]
protocol = "chat"
account = "shop"
base_url = "http://chat/v1"
model = "small"
history = 3
[components.Custom]
protocol = "horisen"
account = "shop"
message_url = "http://horisen/hook"
signature_key = "env:BOT"
debug = true
copies = true
[components.Botty]
protocol = "botpress"
account = "shop"
base_url = "http://botpress"
bot_id = "b"
email = "us@example.com"
password = "env:BOT"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://desk/messages"
handover_url = "http://desk/handover"
history = 2
"""

RULES = """
component Helper is bot
component Custom is bot
component Botty is bot
component Desk is desk
  hears always
  speaks when Helper is disabled
start with {bot}, Desk

policy questions on message from customer
rule "a person"
  when text is "agent"
  then disable Helper
rule "the other bot"
  when text is "other"
  then disable Helper
       enable Botty

policy failures on delivery failed
rule "somebody else"
  otherwise
  then hand over to Desk
       set context.why to "{{reason}}"
"""


class Wires:
    """Answers each host by its own function; else with an empty 200. Keeps the calls by host."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Call], Response | Awaitable[Response]]] = {}
        self.calls: dict[str, list[Call]] = {}
        self._news = asyncio.Event()

    async def send(self, call: Call) -> Response:
        host = call.url.split("/")[2]
        self.calls.setdefault(host, []).append(call)
        self._news.set()
        answer = self.answers.get(host, lambda _: Response(200))(call)
        response = answer if isinstance(answer, Response) else await answer
        self._news.set()
        return response

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 5)

    async def heard(self, host: str, count: int = 1) -> list[Any]:
        """Wait for so many calls; return their bodies."""
        await self.until(lambda: len(self.calls.get(host, ())) >= count)
        return [json.loads(call.body) for call in self.calls[host]]

    def customer(self) -> list[str]:
        """The texts that the gateway was to deliver."""
        return [json.loads(call.body)["messages"]["msg"][0]["body"]["content"] for call in self.calls["127.0.0.1:1"]]


class Attic:
    """A service that delivers."""

    def __init__(self, place: House, wires: Wires) -> None:
        self.place = place
        self.wires = wires
        self._references = iter(range(10_000))

    async def says(self, text: str) -> str:
        """Let the customer say something; return the chat's id."""
        answer = await self.place.inbound(message={"text": text}, reference=f"said {next(self._references)}")
        assert answer.status_code == 200, answer.text
        chat: str = answer.json()["chatId"]
        return chat

    async def settled(self) -> None:
        """Wait until nothing is owed."""
        async with asyncio.timeout(5):
            while (await self.place.ledger.backlog())["owed"]:  # noqa: ASYNC110  # nobody announces it
                await asyncio.sleep(0.001)

    async def steps(self, chat: str) -> list[tuple[str, str, str]]:
        """What happened, newest event first, its steps in order."""
        records = await self.place.ledger.records(chat, 100)
        return [(step.what, step.subject, step.detail) for record in records for step in record.steps]


@asynccontextmanager
async def attic(folder: Path, bot: str) -> AsyncIterator[Attic]:
    async with house(folder, rules=RULES.format(bot=bot), config=CONFIG, clock=SystemClock()) as place:
        wires = Wires()
        worker = Worker(ports(place.service, wires, place.service.clock), partial(fire, place.service))
        worker.start()
        try:
            yield Attic(place, wires)
        finally:
            await worker.stop()


def answered(folder: Path, play: Callable[[Attic], Awaitable[None]], bot: str = "Helper") -> None:
    """Run one test with `bot` as the one that is enabled at first."""

    async def main() -> None:
        async with attic(folder, bot) as it:
            await play(it)

    asyncio.run(main())


def completion(text: str, **members: Any) -> Response:
    choice = {"message": {"role": "assistant", "content": text}, "finish_reason": "stop"} | members
    return Response(200, {}, json.dumps({"choices": [choice]}).encode())


def replies(*bodies: dict[str, Any]) -> Response:
    """HORISEN's answer."""
    return Response(200, {}, json.dumps({"messages": [{"body": body} for body in bodies]}).encode())


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "content": words}


__all__ = ["Attic", "Fault", "Wires", "answered", "attic", "completion", "replies", "text"]
