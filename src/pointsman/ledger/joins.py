"""Addresses that a conversation has joined: what comes by them belongs to it.

Laws:

- An address leads elsewhere only while no conversation of its own is open: nobody is taken out of a conversation, and
  one that was never under way stands for an address alone.
- It leads only to a conversation that is open and holds the channel joined. So the end of a session undoes its joins,
  whatever became of the rows.
- The conversation that joined an address last has it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from pointsman.ledger import blobs
from pointsman.model.conversation import Conversation

_SELECT = (
    "SELECT own.state, other.state FROM conversations AS own"
    " LEFT JOIN conversations AS other ON other.id = own.leads_to"
)


def belongs(own: Conversation, joined_by: Conversation | None) -> bool:
    """Whether what comes by the address of `own` belongs to `joined_by`, to which its row leads."""
    return joined_by is not None and not own.open and joined_by.open and own.address.channel in joined_by.joined


def find(db: sqlite3.Connection, key: str) -> Conversation | None:
    """Return the conversation that messages under this id belong to."""
    return next((_meant(*row) for row in db.execute(f"{_SELECT} WHERE own.id = ?", (key,)).fetchall()), None)


def last_active(db: sqlite3.Connection, account: str, customer: str, channels: Sequence[str]) -> Conversation | None:
    """Return the conversation that was active last, on or joined with one of `channels`."""
    places = ", ".join("?" * len(channels))
    query = (
        f"{_SELECT} WHERE own.account = ? AND own.customer = ? AND own.channel IN ({places}) ORDER BY own.number DESC"
    )
    found = [_meant(*row) for row in db.execute(query, (account, customer, *channels)).fetchall()]
    return max((one for one in found if one is not None), key=lambda one: one.latest, default=None)


def part(db: sqlite3.Connection, key: str) -> None:
    """Let no address lead to this conversation any more."""
    db.execute("UPDATE conversations SET leads_to = NULL WHERE leads_to = ?", (key,))


def _meant(own_state: bytes, other_state: bytes | None) -> Conversation | None:
    own = blobs.decode_conversation(own_state)
    other = None if other_state is None else blobs.decode_conversation(other_state)
    if belongs(own, other):
        return other
    return own if own.revision else None
