"""HORISEN's Easy Dialog in front of a router: it posts what customers write, and shows what the response says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientError
from answering_peers import DESK, RULES, CustomBot
from peers import CUSTOMER, Component, Router, Town, town, until

KEY = "dialog-key"
CHANNEL = """
[channels.easydialog]
protocol = "horisen"
account = "shop"
carries = ["Viber", "RCS"]
secret = "file:dialog.key"
reply_deadline = "DEADLINE"
default = true

"""


class EasyDialog:
    """The custom adapter. A request is made again, under the same id, until it is answered."""

    def __init__(self, place: Town, bot: CustomBot) -> None:
        self.place = place
        self.bot = bot
        self.desk: Component = place.desk

    @property
    def router(self) -> Router:
        return self.place.router

    def body(self, text: str, id_: str, *, customer: str = CUSTOMER, channel: str = "Viber", **members: Any) -> bytes:
        message = {
            "to": [{"number": "+31100000000", "alias": "Shop"}],
            "from": customer,
            "providerMsgID": id_,
            "allowedChannels": [channel.lower()],
            "custom": [],
            "body": {"type": "text", "content": text},
        }
        return json.dumps({"dialogUuid": "d-1", "channel": channel, "message": message} | members).encode()

    async def post(self, body: bytes) -> bytes:
        """Make one request. Raises `ClientError` where it is not answered."""
        headers = {"X-BM-Signature": base64.b64encode(hmac.new(KEY.encode(), body, hashlib.sha512).digest()).decode()}
        url = f"{self.router.url}/hooks/easydialog"
        async with self.place.client.post(url, data=body, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.read()

    async def writes(self, text: str, id_: str = "m-1", **members: Any) -> bytes:
        """Post what a customer writes; return the response's body, of the first request that got one."""
        body = self.body(text, id_, **members)
        answers: list[bytes] = []

        async def answered() -> bool:
            try:
                answers.append(await self.post(body))
            except ClientError:
                return False
            return True

        await until(answered)
        return answers[0]

    async def owes(self, owed: int, dead: int = 0) -> None:
        """Wait until so much is owed and so much is dead."""

        async def holds() -> bool:
            _, text = await self._metrics()
            wanted = (f'pointsman_backlog{{state="owed"}} {owed}.0', f'pointsman_backlog{{state="dead"}} {dead}.0')
            return all(line in text for line in wanted)

        await until(holds)

    async def _metrics(self) -> tuple[int, str]:
        headers = {"Authorization": "Bearer admin-token"}
        async with self.place.client.get(f"{self.router.url}/metrics", headers=headers) as response:
            return response.status, await response.text()


def told(body: bytes) -> list[str]:
    """The texts of a response."""
    return [one["body"]["content"] for one in json.loads(body)["messages"]]


@asynccontextmanager
async def easy_dialog(
    folder: Path, *, deadline: str = "1h", workers: int = 1, gateway: str = "SMS", interface: str = "rsgi"
) -> AsyncIterator[EasyDialog]:
    """A town whose customers write by Easy Dialog, with a custom bot and a desk. The router serves."""
    bot = CustomBot()
    async with town(folder, rules=RULES, workers=workers) as place:
        await bot.start()
        try:
            path = folder / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            common = text[: text.index("[components.CmBot]")].replace('["WhatsApp", "SMS"]', f'["{gateway}"]')
            sections = bot.section.format(helper=bot.port) + DESK.format(desk=place.desk.port)
            path.write_text(common + CHANNEL.replace("DEADLINE", deadline) + sections, encoding="utf-8")
            (folder / "dialog.key").write_text(KEY, encoding="utf-8")
            place.router.arguments = ["--interface", interface]
            await place.router.start()
            yield EasyDialog(place, bot)
        finally:
            await place.router.end()
            await bot.stop()
