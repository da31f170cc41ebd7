"""Generations, the pointer to the current one, and what each live process says that it serves.

Every change of the pointer is a row of its own with a higher activation, a rollback included; the highest is in force.
So a process that knows the activation it serves needs one look at an index to learn that there is nothing new.
"""

from __future__ import annotations

import sqlite3

from msgspec import structs

from pointsman import limits
from pointsman.ledger.ledger import Generation, WorkerStatus


def activate(db: sqlite3.Connection, proposed: Generation) -> Generation:
    """Put `proposed` in force unless it is already, under the next activation. Drops those beyond the number kept."""
    now_serves = current(db)
    if now_serves and _content(now_serves) == _content(proposed) and now_serves.pinned == proposed.pinned:
        return now_serves
    written = db.execute(
        "INSERT INTO generations(hash, program, config, activated, pinned) VALUES (?, ?, ?, ?, ?)",
        (proposed.hash, proposed.program, proposed.config, proposed.activated, proposed.pinned),
    )
    db.execute(
        "DELETE FROM generations WHERE activation <="
        " (SELECT activation FROM generations ORDER BY activation DESC LIMIT 1 OFFSET ?)",
        (limits.GENERATIONS_KEPT,),
    )
    return structs.replace(proposed, activation=written.lastrowid)


def current(db: sqlite3.Connection, after: int = 0) -> Generation | None:
    """The generation in force, or None if its activation is not greater than `after`."""
    found = db.execute(
        "SELECT activation, hash, program, config, activated, pinned FROM generations"
        " WHERE activation > ? ORDER BY activation DESC LIMIT 1",
        (after,),
    )
    return _one(found)


def previous(db: sqlite3.Connection) -> Generation | None:
    """The latest that differs from the current one in program or configuration."""
    serves = current(db)
    if serves is None:
        return None
    found = db.execute(
        "SELECT activation, hash, program, config, activated, pinned FROM generations"
        " WHERE (hash, config) <> (?, ?) ORDER BY activation DESC LIMIT 1",
        _content(serves),
    )
    return _one(found)


def report(db: sqlite3.Connection, status: WorkerStatus) -> None:
    """Record what a process serves. `since` moves only when that changes."""
    db.execute(
        "INSERT INTO owners(name, pid, activation, hash, since) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT(name) DO UPDATE"
        " SET activation = excluded.activation, hash = excluded.hash, since = excluded.since"
        " WHERE activation <> excluded.activation",
        (status.owner, status.pid, status.activation, status.hash, status.since),
    )


def register(db: sqlite3.Connection, owner: str, pid: int) -> None:
    """Let others find `owner`, so that its leases are freed when it dies."""
    db.execute("INSERT OR IGNORE INTO owners(name, pid, activation, hash, since) VALUES (?, ?, 0, '', 0)", (owner, pid))


def strike_off(db: sqlite3.Connection, owner: str) -> None:
    """Drop an owner that is dead or goes."""
    db.execute("DELETE FROM owners WHERE name = ?", (owner,))


def owners(db: sqlite3.Connection) -> list[WorkerStatus]:
    """All that are registered, dead or alive; those that serve nothing have activation 0."""
    found = db.execute("SELECT name, pid, activation, hash, since FROM owners ORDER BY pid, name")
    return [WorkerStatus(*row) for row in found.fetchall()]


def _content(generation: Generation) -> tuple[str, str]:
    return generation.hash, generation.config


def _one(cursor: sqlite3.Cursor) -> Generation | None:
    for activation, hash_, program, config, activated, pinned in cursor.fetchall():
        return Generation(activation, hash_, program, config, activated, bool(pinned))
    return None
