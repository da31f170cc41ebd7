"""Messages that went to carriers, by the names under which carriers report what became of them.

Laws:

- A row is written with the commit that owes the message, so that no report comes before it.
- What is known of a message moves on and never back: `FOLLOWS`. What moves nothing has no effect, however often it is
  told and in whatever order.
- A message is known by the reference that went on the wire: that is its own id, or one that its author gave it, which
  counts together with the customer, since authors give one to many recipients. Of several under one name the latest is
  meant.
- Names are kept as 64 bits, of the id or of a digest: an index over integers is a fifth of one over texts.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Sequence

import msgspec
from msgspec import Struct, structs

from pointsman.ledger import blobs, rows
from pointsman.ledger.ledger import Progress, Sent, Status
from pointsman.model.decision import Owed, ToCustomer

Place = tuple[int, int]
"""(the conversation's number, the delivery's number)."""

STATES: tuple[Status | None, ...] = (None, "given up", "delivered", "read", "failed")
"""As the file counts them."""
FOLLOWS: dict[Status | None, frozenset[Status]] = {
    None: frozenset({"given up", "delivered", "read", "failed"}),
    "given up": frozenset({"delivered", "read"}),
    "delivered": frozenset({"read"}),
    "read": frozenset(),
    "failed": frozenset(),
}
"""What may still be learnt of a message. One that was given up because no answer came may have arrived all the same."""

_NUMBER = re.compile(r"(?:\+|00)?([0-9]+)")
_ID = re.compile(r"[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(?:\1[0-9a-fA-F]{4}){2}\1[0-9a-fA-F]{12}")


class Body(Struct, frozen=True, array_like=True):
    """What a row keeps of its message beside its numbers. `own`: the reference that its author gave it.

    `more`: it is not the last part of it.
    """

    id: str
    connection: str
    reference: str
    send: int
    part: int
    author: str
    own: str | None
    quiet: bool
    more: bool = False


class Traces(Struct, frozen=True):
    """The numbers of what some conversations have sent, among all deliveries up to the number `upto`."""

    conversations: frozenset[int] = frozenset()
    numbers: tuple[int, ...] = ()
    upto: int = 0


NO_TRACES = Traces()
_decode = msgspec.msgpack.Decoder(Body).decode


def write(db: sqlite3.Connection, owed: Iterable[tuple[Place, Owed]]) -> None:
    """Write a row for each message for a customer that has a reference."""
    written = [
        (*place[::-1], _name_of(each), each.at, 0, _body(each, each.effect))
        for place, each in owed
        if each.reference and isinstance(each.effect, ToCustomer)
    ]
    rows.write(db, "INSERT INTO sent(number, conversation, name, at, state, body) VALUES {rows}", written)


def find(db: sqlite3.Connection, connection: str, reference: str, customer: str) -> Sent | None:
    """Return the message that a carrier means, the latest where there are several."""
    query = (
        "SELECT sent.number, conversations.id, sent.state, at, body FROM sent"
        " JOIN conversations ON conversations.number = sent.conversation"
        " WHERE sent.name = ? ORDER BY sent.number DESC LIMIT 1"
    )
    names = [_name(connection, reference, customer)]
    if _ID.fullmatch(reference):
        names.insert(0, _number(reference))
    found = [row for name in names for row in db.execute(query, (name,)).fetchall()]
    for row, conversation, state, at, body in found:
        it = _decode(body)
        if it.connection == connection and _bare(it.reference) == _bare(reference):
            return Sent(row, conversation, STATES[state], at, *structs.astuple(it))
    return None


def states(db: sqlite3.Connection, places: Sequence[Place]) -> dict[Place, Status | None]:
    """Return what is known of the messages at `places`; those without a row are left out."""
    query = (
        "SELECT conversation, number, state FROM (VALUES {rows}) AS wanted"
        " CROSS JOIN sent ON number = column2 AND conversation = column1"
    )
    found = rows.look_up(db, query, places)
    return {(conversation, number): STATES[state] for conversation, number, state in found}


def moves(known: Status | None, progress: Progress) -> bool:
    """Whether `progress` says more than is known."""
    return progress.status in FOLLOWS[known]


def move(db: sqlite3.Connection, moved: Iterable[tuple[Place, Status]]) -> None:
    """Write what was learnt of messages that have a row."""
    written = [(*place[::-1], 0, 0, STATES.index(status), b"") for place, status in moved]
    rows.write(  # an update of many rows by their keys: SQLite has no other in one statement that uses the index
        db,
        "INSERT INTO sent(number, conversation, name, at, state, body) VALUES {rows}"
        " ON CONFLICT(number) DO UPDATE SET state = excluded.state",
        written,
    )


def traces_of(db: sqlite3.Connection, key: str) -> Traces:
    """Find what the conversation `key`, and those at addresses that it joined, have sent.

    It looks at every row, of which there may be millions: not for the event loop, and not while others wait to write.
    """
    found = db.execute("SELECT number FROM conversations WHERE id = ? OR leads_to = ?", (key, key)).fetchall()
    conversations = frozenset(number for (number,) in found)
    upto = db.execute("SELECT coalesce(max(number), 0) FROM sent").fetchone()[0]
    every = db.execute("SELECT number, conversation FROM sent WHERE number <= ?", (upto,))
    return Traces(conversations, tuple(number for number, conversation in every if conversation in conversations), upto)


def erase(db: sqlite3.Connection, conversation: int, traces: Traces) -> None:
    """Erase what a conversation has sent: what was found, and what was sent since."""
    looked_at = traces if conversation in traces.conversations else NO_TRACES
    found = [(number,) for number in looked_at.numbers]
    rows.write(db, "DELETE FROM sent WHERE conversation = ? AND number IN (VALUES {rows})", found, conversation)
    db.execute("DELETE FROM sent WHERE number > ? AND conversation = ?", (looked_at.upto, conversation))


def _body(owed: Owed, effect: ToCustomer) -> bytes:
    # A tuple and no `Body`, which reads the same and takes half the time.
    own = effect.reference or effect.message.reference
    said = effect.send, effect.part, effect.author, own, effect.quiet, effect.more
    return blobs.encode((owed.id, owed.connection, owed.reference, *said))


def _name_of(owed: Owed) -> int:
    is_own = owed.reference in (owed.id.replace("-", ""), owed.id)
    return _number(owed.id) if is_own else _name(owed.connection, owed.reference, owed.address.customer)


def _number(id_: str) -> int:
    """60 bits of an id, written with hyphens or without: as good as any digest of it."""
    return int(id_[:8] + id_[-7:], 16)


def _name(connection: str, reference: str, customer: str) -> int:
    """64 bits, negative, so that they name no id."""
    subscriber = _subscriber(customer)
    whole = f"{len(connection)}:{connection}{len(reference)}:{reference}{subscriber}".encode("utf-8", "surrogatepass")
    return -1 - (int.from_bytes(hashlib.blake2b(whole, digest_size=8).digest(), "big") >> 1)


def _bare(id_: str) -> str:
    return id_.replace("-", "").lower()


def _subscriber(address: str) -> str:
    """One spelling of an address: a report names no channel, so a phone number cannot be told from other digits."""
    number = _NUMBER.fullmatch(address.strip())
    return number[1] if number else address.strip().casefold()
