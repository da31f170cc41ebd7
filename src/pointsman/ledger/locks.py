"""Locks between processes: whose turn it is to write, and who is still alive.

Laws:

- A lock is an `flock` on a file of its own. The kernel drops it when its holder dies, however it dies.
- The database file itself is never opened here: closing any descriptor of it would drop SQLite's own locks.
- `flock` belongs to the open file, which a forked child shares. A child therefore closes its copies at once, or it
  would keep a dead parent alive, and its turn.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import weakref
from pathlib import Path
from types import TracebackType


class _Lock:
    """An open file that can be locked."""

    def __init__(self, path: Path, flags: int = 0) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o600)
        _open.add(self)

    def close(self) -> None:
        """Close this process's copy; a lock that is held falls with the last copy."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


_open: weakref.WeakSet[_Lock] = weakref.WeakSet()


class Turn(_Lock):
    """A context in which no other process writes. Waits in the kernel, without polling."""

    def __enter__(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)


class Owner(_Lock):
    """This process as a holder of leases: a file in `folder` that stays locked for as long as the process lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.pid = os.getpid()
        self.name = f"{self.pid}-{secrets.token_hex(8)}"
        self._path = folder / self.name
        super().__init__(self._path, os.O_EXCL)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        """Let others know that this owner is gone."""
        self._path.unlink(missing_ok=True)
        self.close()


def is_alive(folder: Path, name: str) -> bool:
    """Whether the process that owns `name` still runs."""
    try:
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def bury(folder: Path, name: str) -> None:
    """Remove what a dead owner left in `folder`."""
    (folder / name).unlink(missing_ok=True)


def _close_all() -> None:
    for lock in list(_open):
        lock.close()


os.register_at_fork(after_in_child=_close_all)
