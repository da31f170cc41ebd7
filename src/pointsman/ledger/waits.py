"""Timers and waits that will run out, as a table in the order in which they are due.

The table mirrors `Conversation.waits` and is written in the same transaction; only what changed is written. It decides
nothing: whoever finds a row due submits an event, and the step looks at the conversation to see whether it still holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from pointsman.ledger import rows
from pointsman.ledger.ledger import Arming
from pointsman.model.conversation import Conversation

Change = tuple[int, Conversation | None, Conversation]
"""(the conversation's number, as it was, as it is)."""


def mirror(db: sqlite3.Connection, changes: Iterable[Change]) -> int | None:
    """Write the difference between old and new waits. Returns the earliest moment that was newly armed."""
    armed: list[tuple[int, str, int, int]] = []
    gone: dict[str, list[tuple[int]]] = {}
    for number, before, after in changes:
        was = before.waits if before else {}
        for key, wait in after.waits.items():
            if wait.due is not None and was.get(key) != wait:
                armed.append((number, key, wait.number, wait.due))
        for key, wait in was.items():
            still = after.waits.get(key)
            if wait.due is not None and (still is None or still.due is None):
                gone.setdefault(key, []).append((number,))
    for key, numbers in gone.items():
        rows.write(db, "DELETE FROM waits WHERE key = ? AND conversation IN (VALUES {rows})", numbers, key)
    rows.write(
        db,
        "INSERT INTO waits(conversation, key, arming, due) VALUES {rows}"
        " ON CONFLICT(conversation, key) DO UPDATE SET arming = excluded.arming, due = excluded.due",
        armed,
    )
    return min((due for *_, due in armed), default=None)


def due(db: sqlite3.Connection, now: int, limit: int) -> list[Arming]:
    """Those that have run out by `now`, earliest first."""
    found = db.execute(
        "SELECT conversations.id, key, arming, due FROM waits JOIN conversations ON number = conversation"
        " WHERE due <= ? ORDER BY due LIMIT ?",
        (now, limit),
    )
    return [Arming(*row) for row in found.fetchall()]


def next_due(db: sqlite3.Connection) -> int | None:
    """When the earliest runs out."""
    moment: int | None = db.execute("SELECT min(due) FROM waits").fetchone()[0]
    return moment
