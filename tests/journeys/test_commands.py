"""`pointsman status`, `reload` and `rollback` against a running router, and what they say without one."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from peers import RULES, SECRETS, Town, free_port, town, until

pytestmark = pytest.mark.journey

CHANGED = RULES.replace("One moment, please.", "Somebody is on the way.")


async def pointsman(place: Town, *arguments: str) -> tuple[int, str]:
    """Run a command as an operator would, who has the admin token and no other secret; return status and output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "pointsman", *arguments),
        cwd=place.folder,
        env={"PATH": os.environ["PATH"], "ADMIN_TOKEN": SECRETS["ADMIN_TOKEN"]},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert b"Traceback" not in output
    return process.returncode or 0, output.decode()


def test_an_operator_sees_reloads_and_goes_back(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path, workers=2) as place:
            await place.router.start()
            workers = await place.router.workers(2)
            status, said = await pointsman(place, "status")
            assert status == 0
            assert all(f"{pid} serves" in said for pid in workers)
            first = said.split()[1]

            place.rules.write_text(CHANGED, encoding="utf-8")
            status, said = await pointsman(place, "reload", "--wait")
            assert status == 0
            assert first not in said
            status, said = await pointsman(place, "reload")
            assert (status, "nothing has changed" in said) == (0, True)

            status, said = await pointsman(place, "rollback")
            assert (status, f"generation {first} is back in force" in said) == (0, True)
            status, said = await pointsman(place, "status")
            assert (status, "pinned by a rollback" in said) == (0, True)
            status, said = await pointsman(place, "rollback")
            assert (status, "a rollback is in force already" in said) == (1, True)

            place.rules.write_text(RULES.replace("disable CmBot", "disable CmBto", 1), encoding="utf-8")
            status, said = await pointsman(place, "reload")
            assert (status, "CmBto" in said, "policy.rules:" in said) == (1, True, True)
            status, said = await pointsman(place, "status")
            assert (status, "failed" in said) == (1, True)

    asyncio.run(main())


@pytest.mark.parametrize("command", ["status", "reload", "rollback"])
def test_without_a_router_a_command_says_how_to_start_one(tmp_path: Path, command: str) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            place.router.port = free_port()
            place.configure()
            status, said = await pointsman(place, command)
            assert (status, "pointsman serve --config pointsman.toml" in said) == (1, True)
            status, said = await pointsman(place, command, "--config", "nowhere.toml")
            assert (status, "nowhere.toml" in said) in ((1, True), (2, True))

    asyncio.run(main())


def test_a_token_of_another_router_is_said(tmp_path: Path) -> None:
    async def main() -> None:
        async with town(tmp_path) as place:
            await place.router.start()
            path = tmp_path / "pointsman.toml"
            text = path.read_text(encoding="utf-8")
            (tmp_path / "other").write_text("not-the-token", encoding="utf-8")
            path.write_text(text.replace("env:ADMIN_TOKEN", "file:other"), encoding="utf-8")

            async def refused() -> bool:
                status, said = await pointsman(place, "status")
                return status == 1 and "does not know this admin token" in said

            await until(refused)

    asyncio.run(main())
