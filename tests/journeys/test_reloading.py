"""An edited rules file takes effect without a restart; a wrong one changes nothing and says why."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest
from peers import RULES, Town, town, until

pytestmark = pytest.mark.journey

CHANGED = RULES.replace("One moment, please.", "Somebody is on the way.")
BROKEN = RULES.replace("disable CmBot", "disable CmBto", 1)
FAILING = CHANGED.replace("expect CmBot is disabled", "expect CmBot is enabled")


async def hash_of(place: Town) -> str:
    status, body = await place.router.ask("GET", "/admin/generation")
    assert status == 200
    answer: str = body["hash"]
    return answer


async def moved(place: Town, before: str, workers: int = 1) -> str:
    """Wait until another generation is in force on every worker."""
    now = before

    async def has_moved() -> bool:
        nonlocal now
        now = await hash_of(place)
        return now != before

    await until(has_moved)
    await place.router.workers(workers)
    return now


async def speaks(place: Town, text: str, customer: str) -> None:
    """What the router says to a customer who asks for an agent is `text`."""
    await place.customer_says("agent", customer=customer)
    await place.gateway.heard_text(text)


async def take(place: Town, how: str, text: str) -> None:
    """Change the rules, and ask for a reload in one of the ways there are."""
    match how:
        case "replace":
            (place.folder / "new").write_text(text, encoding="utf-8")
            (place.folder / "new").replace(place.rules)
        case _:
            place.rules.write_text(text, encoding="utf-8")
    match how:
        case "SIGHUP":
            os.kill(place.router.pid, signal.SIGHUP)
        case "API":
            before = await hash_of(place)
            status, body = await place.router.ask("POST", "/admin/reload", {"wait": True})
            assert status == 200
            assert {worker["hash"] for worker in body["workers"]} == {body["hash"]}
            assert await hash_of(place) == body["hash"] != before


def test_an_edited_file_is_in_force_on_every_worker_however_it_is_noticed(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            await place.router.workers(2)
            await speaks(place, "One moment, please.", "0031600000000")
            for turn, how in enumerate(("edit", "replace", "SIGHUP", "API")):
                before = await hash_of(place)
                await take(place, how, RULES.replace("One moment, please.", f"By {how}."))
                after = await moved(place, before, 2)
                for number in range(6):
                    await speaks(place, f"By {how}.", f"00316000{turn:02}{number:02}")
                    assert place.headers["X-Pointsman-Generation"] == after

    asyncio.run(main())


def test_a_reload_that_fails_changes_nothing_and_says_why(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            before = await hash_of(place)
            faults = ((BROKEN, "CmBto"), (FAILING, "a customer asks for an agent"), ("", "CmBot"), ("rule", "syntax"))
            for text, why in faults:
                place.rules.write_text(text, encoding="utf-8")
                status, body = await place.router.ask("POST", "/admin/reload")
                assert status == 422
                assert why in body["text"]
                assert body["diagnostics"]
                assert why in place.router.log
                status, body = await place.router.ask("GET", "/admin/generation")
                assert (body["hash"], bool(body["failed_build"]["summary"])) == (before, True)
            await speaks(place, "One moment, please.", "0031600000001")
            async with place.client.get(f"{place.router.url}/readyz") as response:
                assert (response.status, (await response.json())["status"]) == (200, "degraded")
            place.rules.write_text(CHANGED, encoding="utf-8")
            await moved(place, before)
            _, body = await place.router.ask("GET", "/admin/generation")
            assert body["failed_build"] is None

    asyncio.run(main())


def test_a_change_over_several_files_is_taken_whole(tmp_path: Path) -> None:
    async def main() -> None:
        words = tmp_path / "words.rules"
        words.write_text('list human = "agent"\n', encoding="utf-8")
        whole = 'use "words.rules"\n' + RULES.replace("language 1\n", "").replace('"agent"', "any human", 1)
        async with town(tmp_path, rules=whole) as place:
            await place.router.start()
            before = await hash_of(place)
            # Each of these files is wrong without the other.
            words.write_text('list people = "colleague"\n', encoding="utf-8")
            place.rules.write_text(
                whole.replace("any human", "any people").replace("an agent, please", "a colleague"), encoding="utf-8"
            )
            await moved(place, before)
            await place.customer_says("a colleague, please")
            await place.gateway.heard_text("One moment, please.")
            assert "not reloaded" not in place.router.log

    asyncio.run(main())


def test_a_change_of_the_configuration_is_taken_too(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            path = tmp_path / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            (tmp_path / "bot.token").write_text("another-token", encoding="utf-8")
            path.write_text(text.replace("env:BOT_TOKEN", "file:bot.token"), encoding="utf-8")
            assert (await place.router.ask("POST", "/admin/reload", {"wait": True}))[0] == 200
            await place.customer_says("hello")
            place.bot.token = "another-token"
            assert (await place.says(place.bot, "Hello!"))["status"] == "Accepted"
            # A secret in a file is read again when it changes, although nothing else has.
            (tmp_path / "bot.token").write_text("a-third-token", encoding="utf-8")
            await place.router.said("new secrets")
            place.bot.token = "a-third-token"

            async def is_known() -> bool:
                _, body = await place.control(place.bot, "GET", "chats/none")
                return bool(body["status"] == 404)

            await until(is_known)
            path.write_text(text.replace("[accounts.shop]", "[accounts.shop]\ntypo = 1"), encoding="utf-8")
            status, body = await place.router.ask("POST", "/admin/reload")
            assert (status, "typo" in body["text"]) == (422, True)

    asyncio.run(main())


def test_a_rollback_holds_until_the_text_changes_even_over_a_restart(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            first = await hash_of(place)
            place.rules.write_text(CHANGED, encoding="utf-8")
            await moved(place, first)
            status, body = await place.router.ask("POST", "/admin/rollback", {"wait": True})
            assert (status, body["hash"]) == (200, first)
            await place.router.stop()
            await place.router.start()
            assert await hash_of(place) == first
            status, body = await place.router.ask("POST", "/admin/reload")
            assert (status, body["outcome"], body["pinned"]) == (200, "unchanged", True)
            place.rules.write_text(CHANGED.replace("way.", "way!"), encoding="utf-8")
            await moved(place, first)
            await speaks(place, "Somebody is on the way!", "0031600000001")

    asyncio.run(main())


def test_no_request_is_lost_while_generations_change(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            done = asyncio.Event()
            statuses: list[int] = []

            async def customer(number: int) -> None:
                while not done.is_set():
                    statuses.append(await place.customer_says("hello", customer=f"003161111111{number}"))

            customers = [asyncio.create_task(customer(number)) for number in range(4)]
            for number in range(3):
                before = await hash_of(place)
                place.rules.write_text(RULES.replace("please.", f"please {number}."), encoding="utf-8")
                await moved(place, before, 2)
            done.set()
            await asyncio.gather(*customers)
            assert set(statuses) == {200}

    asyncio.run(main())


def test_what_is_taken_away_and_given_back_is_noticed_both_times(tmp_path: Path) -> None:
    async def main() -> None:
        secret, away = tmp_path / "bot.token", tmp_path / "away"
        secret.write_text("bot-token", encoding="utf-8")
        async with town(tmp_path) as place:
            path = tmp_path / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            path.write_text(text.replace('"env:BOT_TOKEN"', '"file:bot.token"'), encoding="utf-8")
            await place.router.start()

            async def state(expected: str) -> None:
                async def is_so() -> bool:
                    async with place.client.get(f"{place.router.url}/readyz") as response:
                        status: str = (await response.json())["status"]
                        return status == expected

                await until(is_so)

            for file in (place.rules, secret):
                file.rename(away)
                await state("degraded")
                away.rename(file)
                await state("ready")
            for unfit in ("", "desk-token"):
                secret.write_text(unfit, encoding="utf-8")
                await state("degraded")
                secret.write_text("bot-token", encoding="utf-8")
                await state("ready")

    asyncio.run(main())
