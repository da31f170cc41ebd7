"""Components that answer in their response, as HTTP servers: HORISEN's custom bot, Botpress, a chat completions server.

Each checks what it is sent as the real one would, and answers from a script; the last answer is given for ever.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web
from peers import SECRETS, Peer, Town, town

CALL_KEY = SECRETS["BOT_TOKEN"]
"""What proves us to a component; its name in the configuration is `env:BOT_TOKEN`."""

RULES = """\
component Helper is bot
component Desk is desk
  hears always
  speaks when Helper is disabled

start with Helper, Desk

policy persons on message from customer

rule "asks for a person"
  when text mentions "agent"
  then disable Helper

policy failures on delivery failed to Helper

rule "a person instead"
  otherwise
  then disable Helper
       set context.why to "{reason}"
       reply "A colleague will be with you."
"""
DESK = """
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK_TOKEN"
message_url = "http://127.0.0.1:{desk}/messages"
handover_url = "http://127.0.0.1:{desk}/handover"
history = 10
"""


class Answering(Peer, ABC):
    """Checks each call by `refusal`, then answers it by the next of `script`: a status, a body, and headers."""

    section = ""

    def __init__(self) -> None:
        super().__init__("Helper")
        self.script: list[tuple[int, Any, dict[str, str]]] = []
        self.refused: list[str] = []

    def will(self, body: Any, status: int = 200, **headers: str) -> None:
        """Add an answer to the script."""
        self.script.append((status, body, {name.replace("_", "-"): value for name, value in headers.items()}))

    async def _answer(self, request: web.Request) -> web.Response:
        raw = await request.read()
        if fault := self.refusal(request, raw):
            self.refused.append(fault)
            return web.json_response({"error": fault}, status=401)
        body = json.loads(raw)
        async with self._changed:
            self.calls.append((request.path, body))
            self._changed.notify_all()
        await self.open.wait()
        status, answer, headers = self.reply(body)
        return web.json_response(answer, status=status, headers=headers)

    @abstractmethod
    def refusal(self, request: web.Request, raw: bytes) -> str:
        """Why a call is none of the router's; empty: it is."""

    def reply(self, body: Any) -> tuple[int, Any, dict[str, str]]:  # noqa: ARG002  # one depends on it
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]


class CustomBot(Answering):
    """A custom bot that speaks HORISEN's Conversation API."""

    section = """
[components.Helper]
protocol = "horisen"
account = "shop"
message_url = "http://127.0.0.1:{helper}/webhook"
signature_key = "env:BOT_TOKEN"
debug = true
"""

    def refusal(self, request: web.Request, raw: bytes) -> str:
        expected = base64.b64encode(hmac.new(CALL_KEY.encode(), raw, hashlib.sha512).digest()).decode()
        return "" if hmac.compare_digest(request.headers.get("X-BM-Signature", ""), expected) else "wrong signature"

    def says(self, *bodies: dict[str, Any]) -> None:
        self.will({"messages": [{"body": body} for body in bodies]})

    def reply(self, body: Any) -> tuple[int, Any, dict[str, str]]:
        return (200, {}, {}) if "error" in body else super().reply(body)


class Botpress(Answering):
    """Botpress v12 with the newer path of its login. Tokens count on; `valid` is the one that it takes."""

    section = """
[components.Helper]
protocol = "botpress"
account = "shop"
base_url = "http://127.0.0.1:{helper}"
bot_id = "shop-bot"
email = "router@shop.example"
password = "env:BOT_TOKEN"
"""

    def __init__(self) -> None:
        super().__init__()
        self.logins = 0
        self.valid = 0
        self.holds_ms = 3_600_000

    async def _answer(self, request: web.Request) -> web.Response:
        if request.path == "/api/v2/admin/auth/login/basic/default":
            given = await request.json()
            if given != {"email": "router@shop.example", "password": CALL_KEY}:
                return web.json_response({"message": "Invalid credentials"}, status=400)
            self.logins += 1
            self.valid = self.logins
            token = {"jwt": f"token-{self.logins}", "csrf": "c", "exp": self.holds_ms}
            return web.json_response({"status": "success", "payload": token})
        if not request.path.startswith("/api/v1/bots/shop-bot/converse/") or not request.path.endswith("/secured"):
            return web.json_response({}, status=404)
        return await super()._answer(request)

    def refusal(self, request: web.Request, raw: bytes) -> str:  # noqa: ARG002  # a signature is over the bytes
        given = request.headers.get("Authorization")
        return "" if given == f"Bearer token-{self.valid}" else f"{given} is no token"

    def says(self, *responses: dict[str, Any]) -> None:
        self.will({"responses": list(responses)})


class Model(Answering):
    """A server of chat completions."""

    section = """
[components.Helper]
protocol = "chat"
account = "shop"
base_url = "http://127.0.0.1:{helper}/v1"
api_key = "env:BOT_TOKEN"
model = "small"
instructions = "Be kind."
"""

    def refusal(self, request: web.Request, raw: bytes) -> str:  # noqa: ARG002  # a signature is over the bytes
        return "" if request.headers.get("Authorization") == f"Bearer {CALL_KEY}" else "wrong key"

    def says(self, text: str, finish: str = "stop") -> None:
        message = {"role": "assistant", "content": text}
        self.will({"choices": [{"index": 0, "message": message, "finish_reason": finish}]})

    def fails(self, status: int, code: str, **headers: str) -> None:
        self.will({"error": {"message": "no", "type": code, "code": code}}, status, **headers)

    def asked(self, number: int) -> list[tuple[str, str]]:
        """What the `number`-th call asked, as role and words."""
        return [(line["role"], line["content"]) for line in self.calls[number][1]["messages"]]


@asynccontextmanager
async def town_with(folder: Path, helper: Answering, *, more: str = "", workers: int = 1) -> AsyncIterator[Town]:
    """A town whose bot is `helper`; `more` are further keys of its section. The router serves."""
    async with town(folder, rules=RULES, workers=workers) as place:
        await helper.start()
        try:
            path = folder / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            common = text[: text.index("[components.CmBot]")]
            sections = helper.section.format(helper=helper.port) + more + DESK.format(desk=place.desk.port)
            path.write_text(common + sections, encoding="utf-8")
            await place.router.start()
            yield place
        finally:
            await place.router.end()
            await helper.stop()


def delivered(place: Town) -> list[str]:
    """Every text that the gateway was given, as often as it was."""
    return [msg["body"]["content"] for _, body in place.gateway.calls for msg in body["messages"]["msg"]]
