"""Notice that the files of the program have changed, and wait until they have stopped changing.

The files are looked at, not subscribed to: they are few, while the ledger, which often lies in the same folder, is
written thousands of times a second, and an editor that replaces a file takes a subscription with it. So a look costs
microseconds, works on every file system, and cannot be wedged by edits that overlap.
"""

from __future__ import annotations

import asyncio
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from pointsman import limits
from pointsman.server.reload import Watched

SUFFIX = ".rules"
"""What the compiler takes from a folder; not imported from it, since the main process compiles nothing."""
Marks: TypeAlias = dict[str, tuple[int, int, int] | None]
"""Path to (modified in ns, bytes, inode); None where nothing is there. Of a folder only the inode counts: the ledger
may lie in it, and the rules files in it have marks of their own."""


def look(files: Iterable[str], folders: Iterable[str]) -> Marks:
    """Return the marks of `files` and of every rules file under `folders`."""
    paths = set(files)
    for folder in folders:
        for place, _, names in os.walk(folder):
            paths.update(os.path.join(place, name) for name in names if name.endswith(SUFFIX))
    return {path: _mark(path) for path in sorted(paths)}


def _mark(path: str) -> tuple[int, int, int] | None:
    try:
        found = Path(path).stat()
    except OSError:
        return None
    if stat.S_ISDIR(found.st_mode):
        return 0, 0, found.st_ino
    return found.st_mtime_ns, found.st_size, found.st_ino


class Watcher:
    """Knows what the latest build has read, and waits until that is out of date."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._seen: Marks = {}

    def begin(self) -> tuple[Marks, int]:
        """Take the marks and the moment before a build, for `finish`."""
        return self._look(), time.time_ns()

    def finish(self, begun: tuple[Marks, int], watched: Watched) -> None:
        """Note what the build that began so has read; one that cannot tell has read the same as the one before.

        A path new to the watcher counts as read if it is older.
        """
        before, began = begun
        self._watched = watched if watched.files else self._watched
        self._seen = {
            path: before[path] if path in before else _if_older(mark, began) for path, mark in self._look().items()
        }

    async def changed(self) -> None:
        """Return once something differs and has then been the same for `limits.WATCH_QUIET_MS`."""
        while (now := self._look()) == self._seen:  # noqa: ASYNC110  # files tell nobody that they change
            await asyncio.sleep(limits.WATCH_POLL_MS / 1000)
        while True:
            await asyncio.sleep(limits.WATCH_QUIET_MS / 1000)
            later = self._look()
            if later == now:
                return
            now = later

    def _look(self) -> Marks:
        return look(self._watched.files, self._watched.folders)


_UNREAD = (0, 0, 0)
_CLOCK_TICK_NS = 20_000_000
"""File times lag behind the clock by up to a timer tick: 10 ms at 100 Hz, and a margin."""


def _if_older(mark: tuple[int, int, int] | None, began_ns: int) -> tuple[int, int, int] | None:
    return mark if mark is None or mark[0] < began_ns - _CLOCK_TICK_NS else _UNREAD
