"""A small town for journeys: a router as a separate process, and a gateway, a bot and a desk as HTTP servers.

Peers record every call, and fail or stall on demand. Nothing here sleeps for a result: `heard` waits for the call.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector, web

ACCOUNT = "e17acdef-c918-423d-a01b-1000cd084f6a"
BUSINESS = "0031100000000"
CUSTOMER = "0031612345678"
SECRETS = {
    "GATEWAY_SECRET": "gateway-secret",
    "CM_PRODUCT_TOKEN": "our-token",
    "BOT_TOKEN": "bot-token",
    "DESK_TOKEN": "desk-token",
    "ADMIN_TOKEN": "admin-token",
}
SECONDS_MAX = 20.0
"""For anything to happen, on a loaded machine."""

CONFIG = """\
rules = "{rules}"

[server]
listen = "127.0.0.1:{port}"
workers = {workers}
admin_token = "env:ADMIN_TOKEN"

[ledger]
url = "sqlite:pointsman.db"

[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
senders = {{ "Shop" = "+31100000000" }}

[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp", "SMS"]
secret = "env:GATEWAY_SECRET"
send_url = "http://127.0.0.1:{gateway}/v1.0/message"
product_token = "env:CM_PRODUCT_TOKEN"

[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT_TOKEN"
message_url = "http://127.0.0.1:{bot}/messages"
handover_url = "http://127.0.0.1:{bot}/handover"

[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK_TOKEN"
message_url = "http://127.0.0.1:{desk}/messages"
handover_url = "http://127.0.0.1:{desk}/handover"
"""

RULES = """\
language 1

component CmBot is bot
component Desk is desk
  hears always
  speaks when CmBot is disabled

start with CmBot, Desk

policy handover on message from customer

rule "asks for a person"
  when text mentions "agent"
  then disable CmBot
       set context.reason to "asked"
       reply "One moment, please."

policy resets on request from Desk

rule "not now"
  when request is reset
  then refuse "not while somebody waits"

test "a customer asks for an agent"
  customer says "an agent, please"
  expect CmBot is disabled
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds that nobody announces: what a process wrote, or what it answers when asked."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.02)


class Peer:
    """An HTTP server that records every call's path and body and answers 200, or as it was told."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[tuple[str, Any]] = []
        self.status = 200
        self.open = asyncio.Event()
        self.open.set()
        self.port = 0
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_route("POST", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.open.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def heard(self, fits: Callable[[str, Any], bool] = lambda _path, _body: True) -> Any:
        """Wait until a call that `fits` has come, and return its body."""
        async with asyncio.timeout(SECONDS_MAX), self._changed:
            while True:
                for path, body in self.calls:
                    if fits(path, body):
                        return body
                await self._changed.wait()

    async def heard_text(self, text: str) -> Any:
        return await self.heard(lambda _, body: text in texts(body))

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.json()
        async with self._changed:
            self.calls.append((request.path, body))
            self._changed.notify_all()
        await self.open.wait()
        return web.json_response(self.answer(body), status=self.status)

    def answer(self, body: Any) -> Any:  # noqa: ARG002  # a gateway's depends on it
        return {}

    def texts(self) -> list[str]:
        """All texts heard, in order, each once however often it was sent."""
        return list(dict.fromkeys(text for _, body in self.calls for text in texts(body)))


def texts(body: Any) -> list[str]:
    """The texts of an MO or MT body."""
    if "messages" in body:
        return [message["body"]["content"] for message in body["messages"]["msg"]]
    return [body["message"]["text"]] if "message" in body else []


class Gateway(Peer):
    """CM's gateway: brings what customers write, takes what they are to get, but by no channel that it `refuses`."""

    references = itertools.count(1)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.refuses: set[str] = set()

    def answer(self, body: Any) -> Any:
        results = [self._result(message) for message in body["messages"]["msg"]]
        return {"details": "", "errorCode": 0, "messages": results}

    def _result(self, message: Any) -> Any:
        refused = not self.refuses.isdisjoint(message["allowedChannels"])
        status = "Accepted" if self.status == 200 and not refused else "Rejected"
        return {"to": message["to"][0]["number"], "status": status, "messageErrorCode": 403 if refused else 0}

    def carried(self, channel: str) -> list[str]:
        """The texts that were to go by a channel, refused or not."""
        msgs = [msg for _, body in self.calls for msg in body["messages"]["msg"] if msg["allowedChannels"] == [channel]]
        return list(dict.fromkeys(msg["body"]["content"] for msg in msgs))


class Component(Peer):
    """A bot or a desk that speaks CM's format."""

    def __init__(self, name: str, token: str) -> None:
        super().__init__(name)
        self.token = token

    async def notified(self, event: str) -> Any:
        return await self.heard(lambda path, body: path == "/handover" and body["event"] == event)


class Router:
    """`pointsman serve` on a folder, as a process that can be asked, told, killed and started again."""

    def __init__(self, folder: Path, client: ClientSession) -> None:
        self.folder = folder
        self.client = client
        self.port = free_port()
        self.arguments: list[str] = []
        self.process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(encoding="utf-8")

    async def launch(self) -> asyncio.subprocess.Process:
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "pointsman", "serve", "--config", "pointsman.toml", *self.arguments),
                cwd=self.folder,
                env=os.environ | SECRETS,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.process

    async def start(self) -> None:
        """Start and wait until it is ready."""
        process = await self.launch()

        async def ready() -> bool:
            assert process.returncode is None, self.log
            try:
                async with self.client.get(f"{self.url}/readyz") as response:
                    return response.status == 200
            except ClientError:
                return False

        await until(ready)

    async def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(SECONDS_MAX):
            return await self.process.wait()

    async def end(self) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.stop(signal.SIGKILL)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Call the admin API."""
        headers = {"Authorization": f"Bearer {SECRETS['ADMIN_TOKEN']}"} | headers
        async with self.client.request(method, f"{self.url}{path}", json=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    async def workers(self, count: int = 1, *, without: int = 0) -> list[int]:
        """Wait until `count` workers, none of them `without`, serve what is in force; return their process ids."""
        serving: list[int] = []

        async def all_serve() -> bool:
            try:
                _, body = await self.ask("GET", "/admin/generation")
            except ClientError:
                return False
            serving[:] = [one["pid"] for one in body["workers"] if one["activation"] == body["activation"]]
            return len(serving) == count and without not in serving

        await until(all_serve)
        return serving

    async def said(self, pattern: str) -> None:
        """Wait until the log holds `pattern`."""

        async def holds() -> bool:
            return re.search(pattern, self.log) is not None

        await until(holds)


class Town:
    """Everybody, and what they say to the router."""

    def __init__(self, folder: Path, client: ClientSession) -> None:
        self.folder = folder
        self.client = client
        self.router = Router(folder, client)
        self.gateway = Gateway("gateway")
        self.bot = Component("CmBot", SECRETS["BOT_TOKEN"])
        self.desk = Component("Desk", SECRETS["DESK_TOKEN"])
        self.rules = folder / "policy.rules"
        self.headers: Mapping[str, str] = {}
        """Of the latest answer to a message."""

    @property
    def peers(self) -> tuple[Peer, ...]:
        return (self.gateway, self.bot, self.desk)

    def configure(self, *, workers: int = 1, rules: str = "policy.rules", extra: str = "") -> None:
        ports = {peer: getattr(self, peer).port for peer in ("gateway", "bot", "desk")}
        text = CONFIG.format(rules=rules, workers=workers, port=self.router.port, **ports)
        (self.folder / "pointsman.toml").write_text(text.replace("[ledger]", f"{extra}\n[ledger]"), encoding="utf-8")

    async def customer_says(
        self, text: str, *, reference: str | None = None, customer: str = CUSTOMER, channel: str = "WhatsApp"
    ) -> int:
        """Deliver an MO webhook; return the status."""
        body = {
            "reference": reference or f"mo-{next(Gateway.references)}",
            "from": {"number": customer, "name": "Ada Lovelace"},
            "to": {"number": BUSINESS},
            "message": {"text": text},
            "channel": channel,
        }
        return await self._hook(body)

    async def gateway_reports(self, message: Any, code: int) -> int:
        """Deliver a status report of a message that the gateway heard; return the status."""
        (msg,) = message["messages"]["msg"]
        status = {"code": code, "errorCode": "", "errorDescription": ""}
        report = {"to": msg["to"][0]["number"], "reference": msg["reference"], "status": status}
        return await self._hook({"messages": {"msg": report}})

    async def _hook(self, body: Any) -> int:
        url, token = f"{self.router.url}/hooks/gateway", {"token": SECRETS["GATEWAY_SECRET"]}
        async with self.client.post(url, params=token, json=body) as response:
            self.headers = response.headers
            await response.read()
            return response.status

    async def says(self, component: Component, text: str, *, to: str = CUSTOMER) -> Any:
        """Send through bmproxy; return the one result."""
        message = {"from": "Shop", "to": [{"number": to}], "body": {"type": "auto", "content": text}}
        url = f"{self.router.url}/conversational/bmproxy/v1/accounts/{ACCOUNT}"
        headers = {"X-CM-PRODUCTTOKEN": component.token}
        async with self.client.post(url, json={"messages": {"msg": [message]}}, headers=headers) as response:
            self.headers = response.headers
            return (await response.json())["messages"][0]

    async def control(self, component: Component, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Call the control API below the account."""
        url = f"{self.router.url}/conversational/control/v1/accounts/{ACCOUNT}/{path}"
        headers = {"X-CM-PRODUCTTOKEN": component.token}
        async with self.client.request(method, url, json=body, headers=headers) as response:
            return response.status, await response.json()


@asynccontextmanager
async def town(folder: Path, *, rules: str = RULES, workers: int = 1, extra: str = "") -> AsyncIterator[Town]:
    """Peers at work, the files written, the router not yet started."""
    # Every call on a connection of its own, so that two workers both get some.
    connector = TCPConnector(force_close=True)
    async with ClientSession(timeout=ClientTimeout(total=SECONDS_MAX), connector=connector) as client:
        place = Town(folder, client)
        for peer in place.peers:
            await peer.start()
        place.rules.write_text(rules, encoding="utf-8")
        place.configure(workers=workers, extra=extra)
        try:
            yield place
        finally:
            await place.router.end()
            for peer in place.peers:
                await peer.stop()


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


__all__ = ["ClientConnectorError", "Component", "Gateway", "Peer", "Router", "Town", "alive", "town", "until"]
