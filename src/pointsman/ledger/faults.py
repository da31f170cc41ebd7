"""SQLite's errors as `LedgerError`: what failed, why, what to do."""

from __future__ import annotations

import sqlite3

from pointsman.ledger.ledger import LedgerError

_REMEDIES = {
    "SQLITE_FULL": "make room on its disk; senders are told to come again meanwhile",
    "SQLITE_BUSY": "another program holds the file for long; end it",
    "SQLITE_LOCKED": "another program holds the file for long; end it",
    "SQLITE_READONLY": "let this user write the file and its folder",
    "SQLITE_PERM": "let this user write the file and its folder",
    "SQLITE_CANTOPEN": "the folder must exist and be writable by this user",
    "SQLITE_CORRUPT": "restore it from a backup",
    "SQLITE_NOTADB": "it is no SQLite file; name a file of its own in [ledger] url",
    "SQLITE_IOERR": "look after the disk it lies on",
}


def explain(path: str, error: sqlite3.Error) -> LedgerError:
    """Say what `error` means for the ledger at `path`."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for known, remedy in _REMEDIES.items():
        if name.startswith(known):
            return LedgerError(f"{path}: {error}; {remedy}")
    return LedgerError(f"{path}: {error}")
