"""A real router for the demo: `pointsman serve` as a process of its own, on a folder with a policy and a configuration.

Laws: the process ends with the `async with` block, however that ends; its output goes to `router.log` in the folder;
the secrets exist in its environment only.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from aiohttp import ClientError, ClientSession

from pointsman.cli.demo.journal import Missed
from pointsman.language.shipped import shipped_folder
from pointsman.model.decision import Record

SECRETS = ("POINTSMAN_ADMIN_TOKEN", "GATEWAY_SECRET", "CM_PRODUCT_TOKEN", "BOT_TOKEN", "DESK_TOKEN")
"""What the shipped pointsman.toml names as `env:`."""
START_SECONDS_MAX = 60.0
"""Python, granian and a compile take about two seconds; a loaded machine takes many times that."""
STOP_SECONDS_MAX = 15.0
"""The drain's own bound (limits.DRAIN_MS_MAX) and a margin."""
READY_POLL_SECONDS = 0.05


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_secrets() -> dict[str, str]:
    return {name: secrets.token_hex(16) for name in SECRETS}


def write_policy(folder: Path, addresses: dict[str, str]) -> None:
    """Write the shipped policy and configuration into `folder`, with the ports in `addresses` put in."""
    shipped = shipped_folder("rules/examples/demo")
    for file in sorted(shipped.iterdir()):
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".toml":
            for written, free in addresses.items():
                text = text.replace(written, free)
        (folder / file.name).write_text(text, encoding="utf-8")


@asynccontextmanager
async def serving(folder: Path, url: str, environment: dict[str, str], client: ClientSession) -> AsyncIterator[None]:
    """Serve `folder` until the block ends. Raises `Missed` if the router does not get ready."""
    with (folder / "router.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "pointsman", "serve", "--config", str(folder / "pointsman.toml"),
            stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL, env=os.environ | environment,
        )  # fmt: skip
        try:
            await _ready(process, url, client)
            yield
        finally:
            await _stop(process)


async def _ready(process: asyncio.subprocess.Process, url: str, client: ClientSession) -> None:
    try:
        async with asyncio.timeout(START_SECONDS_MAX):
            while process.returncode is None:
                if await _answers(f"{url}/readyz", client):
                    return
                await asyncio.sleep(READY_POLL_SECONDS)
    except TimeoutError:
        raise Missed(f"the router was not ready within {START_SECONDS_MAX:g} s") from None
    raise Missed(f"the router did not start, exit code {process.returncode}")


async def _answers(url: str, client: ClientSession) -> bool:
    try:
        async with client.get(url) as response:
            return response.status == 200
    except ClientError:
        return False


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_SECONDS_MAX)
    except TimeoutError:
        process.kill()
        await process.wait()


class Operator:
    """Reads the decision log through the admin API."""

    def __init__(self, url: str, secrets: dict[str, str], client: ClientSession) -> None:
        self._url = f"{url}/admin/conversations/"
        self._headers = {"Authorization": f"Bearer {secrets['POINTSMAN_ADMIN_TOKEN']}"}
        self._client = client
        self._revision = 0

    async def new_decisions(self, chat: str) -> list[Record]:
        """Return the decisions on a conversation since the last call, oldest first."""
        async with self._client.get(self._url + chat, headers=self._headers) as response:
            response.raise_for_status()
            newest_first = msgspec.convert((await response.json())["decisions"], list[Record])
        new = [record for record in reversed(newest_first) if record.revision > self._revision]
        self._revision = max((record.revision for record in new), default=self._revision)
        return new


def said(folder: Path) -> str:
    """Return the last lines that the router printed."""
    file = folder / "router.log"
    log = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.exists() else []
    return "\n".join(f"  {line}" for line in log[-20:])
