"""Delivery queues, one a conversation and destination, and the leases on them.

Laws:

- A queue row exists while something is owed in it. Its oldest row is the only one that may be under way.
- A queue is leased as a whole. Its owner goes from row to row by settling; a queue that waits for a retry has no owner
  and is not due, so later rows wait behind it and other queues do not.
- A lease ends when it is settled or when its owner dies, never by a clock: a slow destination loses nothing.
- `Hands` is what this process holds. It changes only after `COMMIT`, by `Dealt.apply`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct, field

from pointsman import limits
from pointsman.ledger import blobs, rows
from pointsman.ledger.intake import Intake
from pointsman.ledger.ledger import Again, Dead, Lease, Settlement

Settling = tuple[Lease, Settlement]


class Hands(Struct):
    """The queues that this process holds, with the row under way in each. `owner` is empty while it takes none."""

    owner: str = ""
    held: dict[int, int] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many more queues this process may take."""
        return max(0, limits.QUEUES_LEASED_MAX - len(self.held)) if self.owner else 0


class Dealt(Struct):
    """What a transaction gives to this process and takes from it."""

    leases: list[Lease] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def apply(self, hands: Hands) -> None:
        """Let `hands` know, once the transaction is committed."""
        for queue in self.dropped:
            hands.held.pop(queue, None)
        for lease in self.leases:
            hands.held[lease.queue] = lease.row


def append(db: sqlite3.Connection, intake: Intake, hands: Hands, now: int) -> Dealt:
    """Write what a batch owes; lease the queues that are free, as far as there is room."""
    dealt = Dealt()
    room = hands.room
    numbers, standing = _standing(db, intake)
    opened: list[tuple[int, int, str, str | None, int]] = []
    owed: list[tuple[int, int, int, bytes]] = []
    for due in intake.owed:
        intake.numbers.owed += 1
        name = (due.conversation, due.destination)
        if name not in numbers:
            intake.numbers.queues += 1
            numbers[name] = intake.numbers.queues
            opened.append((numbers[name], *name, hands.owner if room else None, now))
            if room:
                dealt.leases.append(Lease(numbers[name], intake.numbers.owed, due.owed, 0))
                room -= 1
        owed.append((intake.numbers.owed, numbers[name], 0, due.body))
    rows.write(db, "INSERT INTO queues(number, conversation, destination, owner, due) VALUES {rows}", opened)
    rows.write(db, "INSERT INTO owed(number, queue, attempts, body) VALUES {rows}", owed)
    dealt.leases += _lease(db, [queue for queue, owner, at in standing if owner is None and at <= now][:room], hands)
    return dealt


def settle(db: sqlite3.Connection, settlings: Sequence[Settling], hands: Hands, now: int) -> Dealt:
    """Record how deliveries ended and go on to the next row of each queue. Leases no longer held are passed over."""
    ended = {lease.queue: (lease, how) for lease, how in settlings if hands.held.get(lease.queue) == lease.row}
    again = [(lease.row,) for lease, how in ended.values() if isinstance(how, Again)]
    rows.write(db, "UPDATE owed SET attempts = attempts + 1 WHERE number IN (VALUES {rows})", again)
    for lease, how in ended.values():
        match how:
            case Again(at):
                db.execute("UPDATE queues SET owner = NULL, due = ? WHERE number = ?", (at, lease.queue))
            case Dead(reason):
                _bury(db, lease, reason, now)
    through = [(lease.queue, lease.row) for lease, how in ended.values() if not isinstance(how, Again)]
    rows.write(db, "DELETE FROM owed WHERE number IN (VALUES {rows})", [(row,) for _, row in through])
    heads = _heads(db, [queue for queue, _ in through])
    rows.write(
        db,
        "DELETE FROM queues WHERE number IN (VALUES {rows})",
        [(queue,) for queue, _ in through if queue not in heads],
    )
    if hands.owner:
        return Dealt(list(heads.values()), [queue for queue in ended if queue not in heads])
    _free(db, list(heads))
    return Dealt(dropped=list(ended))


def claim(db: sqlite3.Connection, hands: Hands, now: int) -> Dealt:
    """Lease queues that are free and due, those first that have been due longest, as far as there is room."""
    query = "SELECT number FROM queues WHERE owner IS NULL AND due <= ? ORDER BY due LIMIT ?"
    return Dealt(_lease(db, [queue for (queue,) in db.execute(query, (now, hands.room)).fetchall()], hands))


def release(db: sqlite3.Connection, leases: Sequence[Lease], hands: Hands) -> Dealt:
    """Free the queues of `leases`, as far as this process still holds them."""
    queues = [lease.queue for lease in leases if hands.held.get(lease.queue) == lease.row]
    _free(db, queues)
    return Dealt(dropped=queues)


def free(db: sqlite3.Connection, owner: str) -> None:
    """End every lease of `owner`, who is dead or gives up."""
    db.execute("UPDATE queues SET owner = NULL WHERE owner = ?", (owner,))


def is_claimable(db: sqlite3.Connection, now: int) -> bool:
    """Whether a queue is free and due."""
    moment = next_free(db)
    return moment is not None and moment <= now


def next_free(db: sqlite3.Connection) -> int | None:
    """When the earliest free queue is due."""
    moment: int | None = db.execute("SELECT min(due) FROM queues WHERE owner IS NULL").fetchone()[0]
    return moment


def _standing(
    db: sqlite3.Connection, intake: Intake
) -> tuple[dict[tuple[int, str], int], list[tuple[int, str | None, int]]]:
    names = list({(due.conversation, due.destination): None for due in intake.owed})
    query = (
        "SELECT number, conversation, destination, owner, due FROM (VALUES {rows}) AS wanted"
        " CROSS JOIN queues ON conversation = column1 AND destination = column2"
    )
    found = rows.look_up(db, query, names)
    numbers = {(conversation, destination): number for number, conversation, destination, _, _ in found}
    return numbers, [(number, owner, due) for number, _, _, owner, due in found]


def _lease(db: sqlite3.Connection, queues: Sequence[int], hands: Hands) -> list[Lease]:
    statement = "UPDATE queues SET owner = ? WHERE number IN (VALUES {rows})"
    rows.write(db, statement, [(queue,) for queue in queues], hands.owner)
    return list(_heads(db, queues).values())


def _free(db: sqlite3.Connection, queues: Sequence[int]) -> None:
    rows.write(db, "UPDATE queues SET owner = NULL WHERE number IN (VALUES {rows})", [(queue,) for queue in queues])


def _heads(db: sqlite3.Connection, queues: Sequence[int]) -> dict[int, Lease]:
    # SQLite takes the bare columns from the row that holds the minimum: https://sqlite.org/lang_select.html#bareagg
    query = "SELECT min(number), queue, attempts, body FROM owed WHERE queue IN (VALUES {rows}) GROUP BY queue"
    found = rows.look_up(db, query, [(queue,) for queue in queues])
    return {queue: Lease(queue, row, blobs.decode_owed(body), attempts) for row, queue, attempts, body in found}


def _bury(db: sqlite3.Connection, lease: Lease, reason: str, now: int) -> None:
    db.execute(
        "INSERT INTO dead(number, conversation, attempts, reason, at, body)"
        " SELECT owed.number, conversation, ?, ?, ?, body FROM owed JOIN queues ON queues.number = queue"
        " WHERE owed.number = ?",
        (lease.attempts + 1, reason, now, lease.row),
    )
