"""Messages that leave in the response to what the customer wrote, and the responses as they were given.

    owed -> in the queue of a connection and channel, free, not due before it is late
         -> taken into a response, stored in the same transaction; its messages are held in a queue of their own
         -> written: they are gone, and the response stays for those who ask again

Laws:

- What is in one response is never in another: the messages of a response that nobody is known to have got go with it
  when it is asked for again, or die with it. Until it is late, whoever asks under the same id gets the same bytes.
- Only `respond` takes from such a queue before it is late; after that it is a queue like any other, of which a message
  cannot be sent. So nothing stays behind of a process that dies, whenever it does.
- A stored response belongs to its conversation and goes with it; else it stays as long as its id is seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from pointsman import limits
from pointsman.ledger import blobs, rows
from pointsman.ledger.intake import kept_id
from pointsman.ledger.ledger import Asked, Responded, Standing
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER

Write: TypeAlias = Callable[[Sequence[Owed]], bytes]
_RECEIPTS = "/receipts"


class Taking(Struct, frozen=True):
    """By whom messages are taken, when (ms), and how many it has to be."""

    owner: str
    now: int
    least: int = 0


def standing(db: sqlite3.Connection, asked: Sequence[Asked]) -> list[Standing]:
    """Say of each request how it stands."""
    stored = _stored(db, asked)
    queues: dict[str, list[tuple[str, int]]] = {}
    query = (
        "SELECT conversations.id, destination, owner IS NULL,"
        " (SELECT count(*) FROM owed WHERE queue = queues.number) FROM (VALUES {rows}) AS wanted"
        " CROSS JOIN conversations ON conversations.id = column1"
        " CROSS JOIN queues ON conversation = conversations.number"
    )
    for key, destination, is_free, count in rows.look_up(db, query, [(key,) for key in {one.key for one in asked}]):
        queues.setdefault(key, []).append((destination, count if is_free else 0))
    return [_standing(db, one, _identity(one) in stored, queues.get(one.key, [])) for one in asked]


def _standing(db: sqlite3.Connection, asked: Asked, stored: bool, queues: Sequence[tuple[str, int]]) -> Standing:
    messages = sum(count for destination, count in queues if destination == asked.queue)
    busy = any(_is_awaited(destination) for destination, _ in queues)
    return Standing(stored, messages, busy and (not messages or _is_asked(db, asked.key)))


def _is_awaited(destination: str) -> bool:
    """Whether a queue is one of messages, changes and notes for a component."""
    return not destination.endswith(_RECEIPTS) and destination.partition("/")[0] != CUSTOMER


def _is_asked(db: sqlite3.Connection, key: str) -> bool:
    """Whether something is owed to a component that it may answer: not copies of what others say."""
    found = db.execute(
        "SELECT destination, body FROM conversations JOIN queues ON conversation = conversations.number"
        " JOIN owed ON queue = queues.number WHERE conversations.id = ?",
        (key,),
    )
    owed = (blobs.decode_owed(body).effect for destination, body in found if _is_awaited(destination))
    return any(not isinstance(it, ToComponent) or it.author == CUSTOMER for it in owed)


def respond(db: sqlite3.Connection, asked: Asked, write: Write, taking: Taking) -> tuple[Responded | None, bool]:
    """Give the response to a request: the stored one, else one of all that it can be told, which is stored.

    None where there is less to tell than there has to be. The second value says whether a queue was numbered.
    """
    if (again := _again(db, asked, taking)) is not None:
        return again, False
    found = db.execute(
        "SELECT queues.number FROM conversations JOIN queues ON conversation = conversations.number"
        " WHERE conversations.id = ? AND destination = ? AND owner IS NULL",
        (asked.key, asked.queue),
    ).fetchone()
    queue = found[0] if found else 0
    waiting = _messages(db, queue)
    taken = waiting[: limits.MESSAGES_PER_RESPONSE_MAX]
    if len(taken) < taking.least:
        return None, False
    owed = tuple(each for _, each in taken)
    body = write(owed)
    if taken:
        name = f"{asked.queue}#{queue}"
        due = max(each.until for each in owed) + limits.RESPONSE_GRACE_MS
        db.execute(
            "UPDATE queues SET destination = ?, owner = ?, due = ? WHERE number = ?", (name, taking.owner, due, queue)
        )
    left = len(waiting) > len(taken)
    if left:
        _part(db, queue, asked, waiting[len(taken)])
    held = queue if taken else 0
    _store(db, asked, body, held)
    return Responded(asked, body, held, owed), left


def _messages(db: sqlite3.Connection, queue: int) -> list[tuple[int, Owed]]:
    found = db.execute("SELECT number, body FROM owed WHERE queue = ? ORDER BY number", (queue,)).fetchall()
    return [(number, blobs.decode_owed(body)) for number, body in found]


def _part(db: sqlite3.Connection, queue: int, asked: Asked, first: tuple[int, Owed]) -> None:
    """Put what did not find room, from `first` on, in a queue for the next response."""
    number, owed = first
    opened = db.execute(
        "INSERT INTO queues(conversation, destination, owner, due)"
        " SELECT conversation, ?, NULL, ? FROM queues WHERE number = ?",
        (asked.queue, owed.until + limits.RESPONSE_GRACE_MS, queue),
    ).lastrowid
    db.execute("UPDATE owed SET queue = ? WHERE queue = ? AND number >= ?", (opened, queue, number))


def settle(db: sqlite3.Connection, it: Responded, owner: str, *, written: bool) -> None:
    """Record whether a response was written. If not, its messages wait with it until it is late."""
    if not written:
        db.execute("UPDATE queues SET owner = NULL WHERE number = ? AND owner = ?", (it.held, owner))
        return
    db.execute("DELETE FROM owed WHERE queue = ?", (it.held,))
    db.execute("DELETE FROM queues WHERE number = ?", (it.held,))
    if (identity := _identity(it.asked)) is not None:
        db.execute("UPDATE responses SET held = 0 WHERE source = ? AND id = ? AND held = ?", (*identity, it.held))


# Stored ---------------------------------------------------------------------------------------------------------------


def _identity(asked: Asked) -> tuple[str, str] | None:
    return None if asked.event_id is None else (asked.source, kept_id(asked.event_id))


def _stored(db: sqlite3.Connection, asked: Sequence[Asked]) -> set[tuple[str, str] | None]:
    query = (
        "SELECT source, responses.id FROM (VALUES {rows}) AS wanted"
        " CROSS JOIN responses ON source = column1 AND responses.id = column2"
    )
    wanted = [identity for one in asked if (identity := _identity(one)) is not None]
    return {(source, id_) for source, id_ in rows.look_up(db, query, wanted)}


def _again(db: sqlite3.Connection, asked: Asked, taking: Taking) -> Responded | None:
    """The stored response; none where its messages have died since, or are about to."""
    identity = _identity(asked)
    if identity is None:
        return None
    query = "SELECT held, body FROM responses WHERE source = ? AND id = ?"
    found = db.execute(query, identity).fetchone()
    if found is None:
        return None
    held, body = found
    if not held:
        return Responded(asked, body)
    queue = db.execute("SELECT due FROM queues WHERE number = ?", (held,)).fetchone()
    if queue is None or queue[0] <= taking.now:
        db.execute("DELETE FROM responses WHERE source = ? AND id = ?", identity)
        return None
    db.execute("UPDATE queues SET owner = ? WHERE number = ?", (taking.owner, held))
    return Responded(asked, body, held, tuple(each for _, each in _messages(db, held)))


def _store(db: sqlite3.Connection, asked: Asked, body: bytes, held: int) -> None:
    if (identity := _identity(asked)) is not None:
        db.execute(
            "INSERT INTO responses(source, id, conversation, held, body)"
            " SELECT ?, ?, number, ?, ? FROM conversations WHERE id = ?",
            (*identity, held, body, asked.key),
        )


def conversation_of(db: sqlite3.Connection, source: str, event_id: str) -> Conversation | None:
    """Return the conversation of a request whose response is stored."""
    query = (
        "SELECT state FROM responses JOIN conversations ON number = responses.conversation"
        " WHERE source = ? AND responses.id = ?"
    )
    found = db.execute(query, (source, kept_id(event_id))).fetchone()
    return None if found is None else blobs.decode_conversation(found[0])


def erase(db: sqlite3.Connection, conversation: int) -> None:
    """Drop the responses of a conversation, by its number."""
    db.execute("DELETE FROM responses WHERE conversation = ?", (conversation,))


def drop(db: sqlite3.Connection, source: str, id_: str) -> None:
    """Drop the response that was given under an id, as it is kept."""
    db.execute("DELETE FROM responses WHERE source = ? AND id = ?", (source, id_))
