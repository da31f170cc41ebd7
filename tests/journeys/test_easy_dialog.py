"""Easy Dialog over real HTTP: the response carries what the customer is told, through crashes and repetitions, once."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from answering_peers import delivered
from easy_dialog_peers import EasyDialog, easy_dialog, told
from peers import until

pytestmark = pytest.mark.journey


def text(words: str) -> dict[str, str]:
    return {"type": "text", "content": words}


def played(folder: Path, play: Callable[[EasyDialog], Awaitable[None]], **options: Any) -> None:
    """Run one test."""

    async def main() -> None:
        async with easy_dialog(folder, **options) as it:
            await play(it)

    asyncio.run(main())


async def steps(it: EasyDialog) -> list[tuple[str, str]]:
    """What happened in the conversation that the bot was asked in."""
    _, body = it.bot.calls[0]
    _, told = await it.router.ask("GET", f"/admin/conversations/{body['dialogUuid']}")
    return [(step["what"], step.get("detail", "")) for one in told["decisions"] for step in one["steps"]]


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_the_response_carries_what_a_custom_bot_answers(tmp_path: Path, interface: str) -> None:
    async def play(it: EasyDialog) -> None:
        picture = {"type": "picture", "url": "https://e.x/cat.png", "mimeType": "image/png"}
        it.bot.says(text("Hello, Ada!"), picture)
        body = await it.writes("hello", contact={"first_name": "Ada", "language": "nl", "b_company": "Engines"})
        bodies = [one["body"] for one in json.loads(body)["messages"]]
        assert [(one["type"], one.get("content"), one.get("url")) for one in bodies] == [
            ("text", "Hello, Ada!", None),
            ("picture", None, "https://e.x/cat.png"),
        ]
        request = await it.bot.heard()
        assert request["message"]["body"]["content"] == "hello"
        assert request["contact"]["b_company"] == "Engines"
        await it.owes(0)
        assert delivered(it.place) == []

    played(tmp_path, play, interface=interface)


def test_whichever_worker_hears_it_the_response_carries_what_is_said(tmp_path: Path) -> None:
    async def play(it: EasyDialog) -> None:
        await it.router.workers(2)
        customers = [f"+3161234000{n}" for n in range(6)]
        requests = [
            asyncio.create_task(it.writes("an agent, please", f"m-{customer}", customer=customer, channel="RCS"))
            for customer in customers
        ]
        for customer in customers:
            await it.desk.heard(lambda _, body, who=customer: body.get("from", {}).get("number") == who)
            result = await it.place.says(it.desk, f"Hello {customer}", to=customer)
            assert result["status"] == "Accepted"
        for customer, request in zip(customers, requests, strict=True):
            assert told(await request) == [f"Hello {customer}"]
        await it.owes(0)

    played(tmp_path, play, workers=2)


def test_what_a_slow_bot_says_is_withheld(tmp_path: Path) -> None:
    async def play(it: EasyDialog) -> None:
        it.bot.says(text("at last"))
        it.bot.open.clear()
        assert told(await it.writes("hello")) == []
        it.bot.open.set()

        async def withheld() -> bool:
            return ("withheld", "easydialog is answered within 1s only") in await steps(it)

        await until(withheld)
        await it.owes(0)
        assert told(await it.writes("hello")) == []

    played(tmp_path, play, deadline="1s")


def test_what_a_slow_bot_says_leaves_by_another_connection_that_carries_the_channel(tmp_path: Path) -> None:
    async def play(it: EasyDialog) -> None:
        it.bot.says(text("at last"))
        it.bot.open.clear()
        assert told(await it.writes("hello")) == []
        it.bot.open.set()
        message = await it.place.gateway.heard_text("at last")
        assert message["messages"]["msg"][0]["allowedChannels"] == ["Viber"]
        await it.owes(0)

    played(tmp_path, play, deadline="1s", gateway="Viber")


def test_a_request_that_is_repeated_gets_the_same_bytes_from_every_worker(tmp_path: Path) -> None:
    async def play(it: EasyDialog) -> None:
        await it.router.workers(2)
        it.bot.says(text("Hello!"))
        it.bot.open.clear()
        waiting = [asyncio.create_task(it.writes("hello")) for _ in range(6)]
        await it.bot.heard()
        it.bot.open.set()
        bodies = {await one for one in waiting} | {await it.writes("hello") for _ in range(6)}
        assert [told(body) for body in bodies] == [["Hello!"]]
        assert len(it.bot.calls) == 1
        await it.owes(0)

    played(tmp_path, play, workers=2)


@pytest.mark.parametrize("workers", [1, 2])
def test_after_a_crash_while_a_request_waits_its_repetition_gets_the_reply_once(tmp_path: Path, workers: int) -> None:
    async def play(it: EasyDialog) -> None:
        it.bot.says(text("Hello!"))
        it.bot.open.clear()
        request = asyncio.create_task(it.writes("hello"))
        await it.bot.heard()
        await it.router.stop(signal.SIGKILL)
        await it.router.start()
        it.bot.open.set()
        first = await request
        assert told(first) == ["Hello!"]
        assert await it.writes("hello") == first
        assert told(await it.writes("are you there?", "m-2")) == ["Hello!"]
        await it.owes(0)

    played(tmp_path, play, workers=workers)


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_of_a_caller_who_hangs_up_nothing_is_taken(tmp_path: Path, interface: str) -> None:
    async def play(it: EasyDialog) -> None:
        first = asyncio.create_task(it.post(it.body("an agent, please", "m-1")))
        await it.desk.heard(lambda _, body: "message" in body)
        first.cancel()
        second = asyncio.create_task(it.writes("hello?", "m-2"))
        await it.desk.heard(lambda _, body: body.get("message", {}).get("text") == "hello?")
        await it.place.says(it.desk, "Good morning.")
        assert told(await second) == ["Good morning."]
        await it.owes(0)

    played(tmp_path, play, interface=interface)


def test_what_was_wrong_with_a_response_is_logged_and_recorded(tmp_path: Path) -> None:
    async def play(it: EasyDialog) -> None:
        it.bot.says(text("Hello!"))
        await it.writes("hello")
        await it.post(b'{"error": "unprocessable", "providerMsgID": "m-1"}')
        await it.router.said("a response was rejected")
        assert "unprocessable" in it.router.log
        assert ("problem", '{"error":"unprocessable"}') in await steps(it)

    played(tmp_path, play)


@pytest.mark.parametrize("interface", ["rsgi", "asgi"])
def test_a_router_that_drains_still_answers_the_requests_that_wait(tmp_path: Path, interface: str) -> None:
    async def play(it: EasyDialog) -> None:
        it.bot.says(text("Hello!"))
        it.bot.open.clear()
        request = asyncio.create_task(it.post(it.body("hello", "m-1")))
        await it.bot.heard()
        stopped = asyncio.create_task(it.router.stop())
        await it.router.said("draining")
        it.bot.open.set()
        assert told(await request) == ["Hello!"]
        assert await stopped == 0

    played(tmp_path, play, interface=interface)
