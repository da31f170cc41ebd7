"""What a process may remember from one transaction to the next.

Laws:

- It is true only while nobody else has written: `PRAGMA data_version`, read inside the transaction, changes with every
  commit of another connection, and with it everything here is forgotten.
- It learns of a transaction's own writes after `COMMIT` has returned; after a transaction that failed it is forgotten.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from msgspec import Struct

from pointsman import limits
from pointsman.model.conversation import Conversation


class Known(Struct, frozen=True, gc=False):
    """A conversation as committed, the number it has in the file, and the id of the one that has joined its address.

    One that was never under way (revision 0) stands for an address that was joined.
    """

    number: int
    conversation: Conversation
    leads_to: str = ""


class Numbers(Struct):
    """The last number used in each table that numbers its rows."""

    conversations: int = 0
    queues: int = 0
    owed: int = 0


class Memory:
    """Conversations that this process saw last, at most `limits.CONVERSATIONS_CACHED_MAX`, and the last numbers."""

    def __init__(self) -> None:
        self._conversations: dict[str, Known] = {}
        self._numbers = Numbers()
        self._version = -1

    def refresh(self, db: sqlite3.Connection) -> None:
        """Forget what another process may have changed. Call it inside the transaction, before anything is read."""
        version = int(db.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self.forget()
            used = dict(db.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
            self._numbers = Numbers(used.get("conversations", 0), used.get("queues", 0), used.get("owed", 0))
            self._version = version

    def forget(self) -> None:
        """Forget everything; the next `refresh` reads what it needs again."""
        self._conversations.clear()
        self._version = -1

    def numbers(self) -> Numbers:
        """The last numbers used, as a copy to count on from."""
        return Numbers(self._numbers.conversations, self._numbers.queues, self._numbers.owed)

    def recall(self, key: str) -> Known | None:
        """The conversation, if it is remembered."""
        return self._conversations.get(key)

    def learn(self, known: Iterable[tuple[str, Known]], numbers: Numbers) -> None:
        """Take over what a transaction has committed. What was used longest ago gives way."""
        self._numbers = numbers
        for key, value in known:
            self._conversations.pop(key, None)
            self._conversations[key] = value
        while len(self._conversations) > limits.CONVERSATIONS_CACHED_MAX:
            del self._conversations[next(iter(self._conversations))]
