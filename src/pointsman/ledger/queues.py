"""Delivery queues, one a conversation and destination, and the leases on them.

Laws:

- A queue row exists while something is owed in it. Its oldest row is the only one that may be under way.
- A queue is leased as a whole. Its owner goes from row to row by settling; a queue that waits for a retry has no owner
  and is not due, so later rows wait behind it and other queues do not.
- A lease ends when it is settled or when its owner dies, never by a clock: a slow destination loses nothing.
- `Hands` is what this process holds. It changes only after `COMMIT`, by `Dealt.apply`.
- What leaves in the response to a customer's message (`Owed.until`) is leased only once it is too late for that;
  before, `responses` takes it.
- Destinations share what a process may hold, so that the queues of a slow one do not keep it from taking others.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from msgspec import Struct, field

from pointsman import limits
from pointsman.ledger import blobs, rows
from pointsman.ledger.intake import Intake
from pointsman.ledger.ledger import Again, Dead, Lease, Settlement
from pointsman.ledger.shares import Shares, lease_shares
from pointsman.model.decision import Owed

Settling = tuple[Lease, Settlement]


class Hands(Struct):
    """The leases that this process holds, one a queue. `owner` is empty while it takes none."""

    owner: str = ""
    held: dict[int, Lease] = field(default_factory=dict)
    shares: Shares = field(default_factory=lease_shares)

    def hold(self, lease: Lease) -> bool:
        """Whether this process still holds `lease`."""
        held = self.held.get(lease.queue)
        return held is not None and held.row == lease.row


class Dealt(Struct):
    """What a transaction gives to this process and takes from it."""

    leases: list[Lease] = field(default_factory=list)
    dropped: list[int] = field(default_factory=list)

    def apply(self, hands: Hands) -> None:
        """Let `hands` know, once the transaction is committed."""
        for queue in self.dropped:
            lease = hands.held.pop(queue, None)
            if lease is not None:
                hands.shares.give(lease.owed.queue)
        for lease in self.leases:
            if lease.queue not in hands.held:
                hands.shares.add(lease.owed.queue)
            hands.held[lease.queue] = lease


def append(db: sqlite3.Connection, intake: Intake, hands: Hands, now: int) -> Dealt:
    """Write what a batch owes; lease the queues that are free, as far as there is room."""
    dealt = Dealt()
    shares = hands.shares.copy()
    numbers, standing = _standing(db, intake)
    opened: list[tuple[int, int, str, str | None, int]] = []
    owed: list[tuple[int, int, int, bytes]] = []
    for due in intake.owed:
        name = (due.conversation, due.destination)
        if name not in numbers:
            intake.numbers.queues += 1
            numbers[name] = intake.numbers.queues
            late = _late_at(due.owed)
            is_ours = not late and bool(hands.owner) and shares.take(due.destination)
            opened.append((numbers[name], *name, hands.owner if is_ours else None, late or now))
            if is_ours:
                dealt.leases.append(Lease(numbers[name], due.number, due.owed, 0))
        owed.append((due.number, numbers[name], 0, due.body))
    rows.write(db, "INSERT INTO queues(number, conversation, destination, owner, due) VALUES {rows}", opened)
    rows.write(db, "INSERT INTO owed(number, queue, attempts, body) VALUES {rows}", owed)
    free = [(queue, to) for queue, to, owner, at in standing if owner is None and at <= now] if hands.owner else []
    dealt.leases += _lease(db, [queue for queue, to in free if shares.take(to)], hands)
    return dealt


def settle(db: sqlite3.Connection, settlings: Sequence[Settling], hands: Hands, now: int) -> Dealt:
    """Record how deliveries ended and go on to the next row of each queue. Leases no longer held are passed over."""
    ended = {lease.queue: (lease, how) for lease, how in settlings if hands.hold(lease)}
    again = [(lease.row,) for lease, how in ended.values() if isinstance(how, Again)]
    rows.write(db, "UPDATE owed SET attempts = attempts + 1 WHERE number IN (VALUES {rows})", again)
    for lease, how in ended.values():
        match how:
            case Again(at):
                db.execute("UPDATE queues SET owner = NULL, due = ? WHERE number = ?", (at, lease.queue))
            case Dead(reason=reason):
                _bury(db, lease, reason, now)
    through = [(lease.queue, lease.row) for lease, how in ended.values() if not isinstance(how, Again)]
    rows.write(db, "DELETE FROM owed WHERE number IN (VALUES {rows})", [(row,) for _, row in through])
    heads = _heads(db, [queue for queue, _ in through])
    rows.write(
        db,
        "DELETE FROM queues WHERE number IN (VALUES {rows})",
        [(queue,) for queue, _ in through if queue not in heads],
    )
    early = {queue: late for queue, lease in heads.items() if (late := _late_at(lease.owed)) > now}
    for queue, late in early.items():
        db.execute("UPDATE queues SET owner = NULL, due = ? WHERE number = ?", (late, queue))
    going_on = {queue: lease for queue, lease in heads.items() if queue not in early}
    if hands.owner:
        return Dealt(list(going_on.values()), [queue for queue in ended if queue not in going_on])
    _free(db, list(going_on))
    return Dealt(dropped=list(ended))


def _late_at(owed: Owed) -> int:
    """When it is too late for what leaves in a response (ms); 0: it leaves by a call."""
    return owed.until and owed.until + limits.RESPONSE_GRACE_MS


def claim(db: sqlite3.Connection, hands: Hands, now: int) -> Dealt:
    """Lease queues that are free and due, those first that have been due longest, as far as there is room."""
    dealt, shares = Dealt(), hands.shares.copy()
    while hands.owner and shares.free > 0:
        query = f"SELECT number, destination {_free_but(shares.full())} AND due <= ? ORDER BY due LIMIT ?"
        found = db.execute(query, (*shares.full(), now, shares.free)).fetchall()
        taken = [queue for queue, destination in found if shares.take(destination)]
        dealt.leases += _lease(db, taken, hands)
        if len(taken) == len(found):
            break
    return dealt


def release(db: sqlite3.Connection, leases: Sequence[Lease], hands: Hands) -> Dealt:
    """Free the queues of `leases`, as far as this process still holds them."""
    queues = [lease.queue for lease in leases if hands.hold(lease)]
    _free(db, queues)
    return Dealt(dropped=queues)


def free(db: sqlite3.Connection, owner: str) -> None:
    """End every lease of `owner`, who is dead or gives up."""
    db.execute("UPDATE queues SET owner = NULL WHERE owner = ?", (owner,))


def next_free(db: sqlite3.Connection, full: Sequence[str] = ()) -> int | None:
    """When the earliest free queue is due, those to `full` destinations apart."""
    moment: int | None = db.execute(f"SELECT min(due) {_free_but(full)}", tuple(full)).fetchone()[0]
    return moment


def _free_but(full: Sequence[str]) -> str:
    """The free queues, but for as many destinations as `full` names."""
    free = "FROM queues WHERE owner IS NULL"
    return f"{free} AND destination NOT IN ({', '.join('?' * len(full))})" if full else free


def _standing(
    db: sqlite3.Connection, intake: Intake
) -> tuple[dict[tuple[int, str], int], list[tuple[int, str, str | None, int]]]:
    names = list({(due.conversation, due.destination): None for due in intake.owed})
    query = (
        "SELECT number, conversation, destination, owner, due FROM (VALUES {rows}) AS wanted"
        " CROSS JOIN queues ON conversation = column1 AND destination = column2"
    )
    found = rows.look_up(db, query, names)
    numbers = {(conversation, destination): number for number, conversation, destination, _, _ in found}
    return numbers, [(number, destination, owner, due) for number, _, destination, owner, due in found]


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
