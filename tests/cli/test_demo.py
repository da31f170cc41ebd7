"""The demo as a newcomer runs it: a process of its own, with everything that it starts."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli.demo import router
from pointsman.cli.demo.journal import Entry, Journal, Missed
from pointsman.cli.demo.play import SCENES
from pointsman.cli.demo.run import command
from pointsman.cli.main import main

pytestmark = pytest.mark.journey
SECONDS_MAX = 120.0


async def start(*arguments: str) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_TOKEN", "_SECRET"))}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "pointsman", "demo", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=environment,
    )  # fmt: skip


async def finish(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(SECONDS_MAX):
        output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


def test_plays_every_scene_and_names_the_rules_behind_them(tmp_path: Path) -> None:
    async def play() -> tuple[int | None, str, str]:
        return await finish(await start("--keep", str(tmp_path / "shop")))

    code, output, errors = asyncio.run(play())
    assert (code, errors) == (0, "")
    assert [line for line in output.splitlines() if re.match(r"\d\. ", line)] == [
        f"{number}. {scene.title}" for number, scene in enumerate(SCENES, 1)
    ]
    policy = (tmp_path / "shop" / "policy.rules").read_text().splitlines()
    named = re.findall(r'because  rule "(.*)" \(policy\.rules:(\d+)\)', output)
    assert [name for name, _ in named] == ["welcomes the customer", "asks for a person", "the conversation went quiet"]
    assert all(policy[int(line) - 1] == f'rule "{name}"' for name, line in named)
    assert "because  ShopBot may not speak" in output
    assert not re.search(r"→ customer +Your parcel is on its way", output)
    assert re.search(r"→ ShopBot +go on at: welcome, resume", output)
    kept = CliRunner().invoke(main, ["test", str(tmp_path / "shop")])
    assert (kept.exit_code, kept.output) == (0, "2 passed, 0 failed\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_ends_with_its_router_when_it_is_interrupted(number: signal.Signals) -> None:
    async def interrupt() -> tuple[int | None, str, int]:
        process = await start()
        assert process.stdout is not None
        async with asyncio.timeout(SECONDS_MAX):
            while not (line := await process.stdout.readline()).startswith(b"1. "):
                if line.startswith(b"  router"):
                    port = int(line.rsplit(b":", 1)[1])
        process.send_signal(number)
        code, _, errors = await finish(process)
        return code, errors, port

    code, errors, port = asyncio.run(interrupt())
    assert code == 1
    assert "Traceback" not in errors

    async def connect() -> None:
        await asyncio.open_connection("127.0.0.1", port)

    with pytest.raises(ConnectionRefusedError):
        asyncio.run(connect())


def test_says_what_the_router_said_when_it_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    complete = router.make_secrets()
    short = {name: value for name, value in complete.items() if name != "CM_PRODUCT_TOKEN"}
    monkeypatch.setattr(router, "make_secrets", lambda: short)
    result = CliRunner().invoke(command)
    assert result.exit_code == 1
    assert "the router did not start, exit code 1" in result.stderr
    assert "environment variable `CM_PRODUCT_TOKEN` is not set" in result.stderr


def test_keeps_out_of_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("")
    result = CliRunner().invoke(command, ["--keep", str(tmp_path)])
    assert result.exit_code == 2
    assert "is not empty" in result.output


def test_says_so_when_the_folder_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = CliRunner().invoke(command, ["--keep", str(tmp_path / "file" / "shop")])
    assert (result.exit_code, result.stderr) == (1, f"Error: cannot write to `{tmp_path}/file/shop`: not a directory\n")


def test_a_step_that_does_not_happen_is_named() -> None:
    async def wait() -> None:
        journal = Journal()
        await journal.add(Entry("router", "ShopBot", "message", "Hello"))
        await journal.until(1, lambda entry: entry.target == "ShopBot", "a message to ShopBot", 0.01)

    with pytest.raises(Missed, match=r"a message to ShopBot did not happen within 0\.01 s"):
        asyncio.run(wait())
