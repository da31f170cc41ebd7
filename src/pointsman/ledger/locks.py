"""Locks between processes: whose turn it is to write, and who is still alive.

Laws:

- A lock is an `flock` on a file of its own. The kernel drops it when its holder dies, however it dies.
- The database file itself is never opened here: closing any descriptor of it would drop SQLite's own locks.
- `flock` belongs to the open file, which a forked child shares. A child therefore closes its copy at once, or it would
  keep a dead parent alive.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import weakref
from pathlib import Path
from types import TracebackType


class Turn:
    """A context in which no other process writes. Waits in the kernel, not by polling, and gives way in turn."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock's file; the lock cannot be taken afterwards."""
        os.close(self._descriptor)


class Owner:
    """This process as a holder of leases: a file in `folder` that stays locked for as long as the process lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self.pid = os.getpid()
        self.name = f"{self.pid}-{secrets.token_hex(8)}"
        self._path = folder / self.name
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _owners.add(self)

    def release(self) -> None:
        """Let others know that this owner is gone."""
        self._path.unlink(missing_ok=True)
        self.forsake()

    def forsake(self) -> None:
        """Close this process's copy of the lock; the lock itself falls with the last copy."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


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


_owners: weakref.WeakSet[Owner] = weakref.WeakSet()


def _forsake_all() -> None:
    for owner in list(_owners):
        owner.forsake()


os.register_at_fork(after_in_child=_forsake_all)
