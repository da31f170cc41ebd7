"""What was said in conversations, the newest turns of each.

Laws:

- Turns are written with the commit that let them through, so that a delivery which it owes finds those before it.
- Numbers go on through a conversation's sessions, so that its last turns, and its oldest, are found by one index.
- Rows lie in the order of commits: laid side by side by conversation, they cost an event twice as much (measured).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from pointsman import limits
from pointsman.ledger import blobs, rows
from pointsman.model.transcript import Turn

_decode = msgspec.msgpack.Decoder(Turn).decode


class Said(Struct, frozen=True):
    """A turn to be written: its conversation's number, its own, its session, and its encoding."""

    conversation: int
    number: int
    session_id: str
    body: bytes


def said(conversation: int, session_id: str, turns: Iterable[Turn]) -> list[Said]:
    """Encode the turns of one event."""
    return [Said(conversation, turn.number, session_id, blobs.encode(turn)) for turn in turns]


def write(db: sqlite3.Connection, taken: Iterable[Said]) -> None:
    """Write turns, and drop those of their conversations that are more than may be kept."""
    written = [(one.conversation, one.number, one.session_id, one.body) for one in taken]
    rows.write(db, "INSERT INTO turns(conversation, number, session, body) VALUES {rows}", written)
    last = {conversation: number for conversation, number, _, _ in written}
    for conversation, number in last.items():
        if number > limits.TURNS_PER_CONVERSATION_MAX:
            oldest = number - limits.TURNS_PER_CONVERSATION_MAX
            db.execute("DELETE FROM turns WHERE conversation = ? AND number <= ?", (conversation, oldest))


def find(db: sqlite3.Connection, key: str, session_id: str, before: int | None, limit: int) -> list[Turn]:
    """Return the last turns of a session that are numbered below `before` (None: all are), oldest first.

    They are at most `limit`, and at most `limits.HISTORY_BYTES_MAX` of them unless the newest alone is more.
    """
    query = (
        "SELECT body FROM turns WHERE conversation = (SELECT number FROM conversations WHERE id = ?)"
        " AND number < ? AND session = ? ORDER BY number DESC LIMIT ?"
    )
    last = limits.LEDGER_NUMBER_MAX if before is None else before
    found: list[bytes] = []
    room = limits.HISTORY_BYTES_MAX
    for (body,) in db.execute(query, (key, last, session_id, limit)):
        room -= len(body)
        if found and room < 0:
            break
        found.append(body)
    return [_decode(body) for body in reversed(found)]


def erase(db: sqlite3.Connection, conversation: int) -> None:
    """Drop all turns of a conversation."""
    db.execute("DELETE FROM turns WHERE conversation = ?", (conversation,))
