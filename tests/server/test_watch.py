"""The watcher: what counts as a change, and when a change is over."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from pointsman import limits
from pointsman.server.reload import Watched
from pointsman.server.watch import Watcher

OLD_NS = 1_600_000_000_000_000_000


def write(path: Path, text: str, *, old: bool = False) -> None:
    path.write_text(text, encoding="utf-8")
    if old:
        os.utime(path, ns=(OLD_NS, OLD_NS))


def watching(tmp_path: Path, *names: str, folder: bool = False) -> Watcher:
    """A watcher whose first build has read `names`."""
    watched = Watched(tuple(str(tmp_path / name) for name in names), (str(tmp_path),) if folder else ())
    watcher = Watcher(watched)
    watcher.finish(watcher.begin(), watched)
    return watcher


async def sees(watcher: Watcher, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await watcher.changed()
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("act", ["edit", "replace", "remove"])
def test_an_edit_a_replacement_and_a_removal_are_changes(tmp_path: Path, act: str) -> None:
    policy = tmp_path / "policy.rules"
    write(policy, "one", old=True)
    watcher = watching(tmp_path, "policy.rules")
    match act:
        case "edit":
            write(policy, "two", old=False)
        case "replace":
            write(tmp_path / "new", "one", old=True)
            (tmp_path / "new").replace(policy)
        case _:
            policy.unlink()
    assert asyncio.run(sees(watcher, 2))


def test_nothing_is_seen_where_nothing_changes(tmp_path: Path) -> None:
    write(tmp_path / "policy.rules", "one", old=True)
    watcher = watching(tmp_path, "policy.rules")
    write(tmp_path / "pointsman.db-wal", "traffic")
    assert not asyncio.run(sees(watcher, 0.3))


def test_a_missing_file_that_appears_is_a_change(tmp_path: Path) -> None:
    watcher = watching(tmp_path, "vips.txt")
    write(tmp_path / "vips.txt", "+31600000000", old=True)
    assert asyncio.run(sees(watcher, 2))


def test_a_new_rules_file_in_a_folder_is_a_change(tmp_path: Path) -> None:
    watcher = watching(tmp_path, folder=True)
    (tmp_path / "sub").mkdir()
    write(tmp_path / "sub" / "more.rules", "", old=True)
    assert asyncio.run(sees(watcher, 2))


def test_a_folder_that_goes_and_comes_back_is_two_changes_and_what_else_lies_in_it_is_none(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    write(rules / "policy.rules", "one", old=True)
    watched = Watched((str(rules),), (str(rules),))
    watcher = Watcher(watched)

    def finish() -> None:
        watcher.finish(watcher.begin(), watched)

    finish()
    write(rules / "pointsman.db-wal", "traffic")
    assert not asyncio.run(sees(watcher, 0.3))
    for old, new in (("rules", "away"), ("away", "rules")):
        (tmp_path / old).rename(tmp_path / new)
        assert asyncio.run(sees(watcher, 2))
        finish()


def test_after_a_build_that_cannot_tell_what_it_read_the_same_is_watched(tmp_path: Path) -> None:
    write(tmp_path / "policy.rules", "one", old=True)
    watcher = watching(tmp_path, "policy.rules")
    watcher.finish(watcher.begin(), Watched())
    write(tmp_path / "policy.rules", "two")
    assert asyncio.run(sees(watcher, 2))


def test_a_change_is_reported_only_once_it_is_over(tmp_path: Path) -> None:
    policy = tmp_path / "policy.rules"
    write(policy, "0", old=True)
    watcher = watching(tmp_path, "policy.rules")

    async def main() -> float:
        seen = asyncio.create_task(watcher.changed())
        last = 0.0
        for number in range(1, 8):
            write(policy, str(number) * number)
            last = time.monotonic()
            await asyncio.sleep(limits.WATCH_QUIET_MS / 2000)
            assert not seen.done()
        await seen
        return time.monotonic() - last

    assert asyncio.run(main()) >= limits.WATCH_QUIET_MS / 1000


def test_a_change_during_a_build_calls_for_another(tmp_path: Path) -> None:
    policy = tmp_path / "policy.rules"
    write(policy, "one", old=True)
    watcher = watching(tmp_path, "policy.rules")
    begun = watcher.begin()
    write(policy, "two")
    watcher.finish(begun, Watched((str(policy),)))
    assert asyncio.run(sees(watcher, 2))


def test_a_file_that_only_the_build_brought_to_light_counts_as_read_if_it_is_older(tmp_path: Path) -> None:
    write(tmp_path / "old.txt", "", old=True)
    watcher = watching(tmp_path)
    watcher.finish(watcher.begin(), Watched((str(tmp_path / "old.txt"),)))
    assert not asyncio.run(sees(watcher, 0.25))
    watcher = watching(tmp_path)
    begun = watcher.begin()
    write(tmp_path / "new.txt", "")
    watcher.finish(begun, Watched((str(tmp_path / "new.txt"),)))
    assert asyncio.run(sees(watcher, 2))
