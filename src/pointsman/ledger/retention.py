"""What is dropped: conversations idle for too long, ids seen too long ago, and what an operator asks to forget.

A purge goes through the tables slice by slice, each in a transaction of its own, so that events are committed between
two slices; it needs no index that every event would have to pay for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from pointsman import limits
from pointsman.ledger import blobs, joins, responses, sent, turns

DAY_MS = 24 * 3_600_000

Slice = Callable[[sqlite3.Connection], bool]
"""Purges a little; returns whether more is left."""


def slices(now: int, retention_ms: int) -> Iterable[Slice]:
    """The parts of a purge. Each is to be called, a transaction a call, until it returns False."""
    return (
        _Idle(now - retention_ms),
        _Seen(now - limits.SEEN_DAYS * DAY_MS),
        _Sent(now - retention_ms),
        _Dead(now - retention_ms),
    )


def forget(db: sqlite3.Connection, key: str, traces: sent.Traces = sent.NO_TRACES) -> bool:
    """Erase the conversation that `key` leads to with all that hangs on it, the addresses that it has joined included.

    Another conversation that is open at one of these stays. The ids of events stay seen; they say nothing of it.
    `traces` spares the search for what it has sent.
    """
    meant = joins.find(db, key)
    if meant is None:
        return False
    it = meant.address.conversation_id
    found = db.execute("SELECT number, id, state FROM conversations WHERE id = ? OR leads_to = ?", (it, it)).fetchall()
    for number, id_, state in found:
        if id_ == it or not blobs.decode_conversation(state).open:
            sent.erase(db, number, traces)
            _erase(db, number, id_)
    joins.part(db, it)
    return True


def _erase(db: sqlite3.Connection, number: int, key: str) -> None:
    db.execute("DELETE FROM owed WHERE queue IN (SELECT number FROM queues WHERE conversation = ?)", (number,))
    db.execute("DELETE FROM queues WHERE conversation = ?", (number,))
    db.execute("DELETE FROM dead WHERE conversation = ?", (number,))
    db.execute("DELETE FROM waits WHERE conversation = ?", (number,))
    _drop(db, number, key)


def _drop(db: sqlite3.Connection, number: int, key: str) -> None:
    joins.part(db, key)
    db.execute("DELETE FROM records WHERE conversation = ?", (number,))
    turns.erase(db, number)
    responses.erase(db, number)
    db.execute("DELETE FROM conversations WHERE number = ?", (number,))


class _Idle:
    """Conversations not active since `before`, unless they owe something or a timer or wait of theirs is running.

    An address that was joined stays as long as the conversation that joined it. What was sent goes by its own age.
    """

    def __init__(self, before: int) -> None:
        self._before = before
        self._reached = 0

    def __call__(self, db: sqlite3.Connection) -> bool:
        query = "SELECT number, latest, id, leads_to FROM conversations WHERE number > ? ORDER BY number LIMIT ?"
        slice_ = db.execute(query, (self._reached, limits.PURGE_ROWS)).fetchall()
        for number, latest, id_, leads_to in slice_:
            self._reached = number
            if latest < self._before and leads_to is None and not _is_busy(db, number):
                _drop(db, number, id_)
        return len(slice_) == limits.PURGE_ROWS


class _Seen:
    """Ids seen before `before`, with what was answered to them."""

    def __init__(self, before: int) -> None:
        self._before = before
        self._reached = ("", "")

    def __call__(self, db: sqlite3.Connection) -> bool:
        query = "SELECT source, id, at FROM seen WHERE (source, id) > (?, ?) ORDER BY source, id LIMIT ?"
        slice_ = db.execute(query, (*self._reached, limits.PURGE_ROWS)).fetchall()
        for source, id_, at in slice_:
            self._reached = (source, id_)
            if at < self._before:
                db.execute("DELETE FROM seen WHERE source = ? AND id = ?", (source, id_))
                responses.drop(db, source, id_)
        return len(slice_) == limits.PURGE_ROWS


class _Sent:
    """Messages sent before `before`, on which nobody reports any more. They stand in the order of their sending."""

    def __init__(self, before: int) -> None:
        self._before = before

    def __call__(self, db: sqlite3.Connection) -> bool:
        slice_ = db.execute("SELECT number, at FROM sent ORDER BY number LIMIT ?", (limits.PURGE_ROWS,)).fetchall()
        old = [number for number, at in slice_ if at < self._before]
        if old:
            db.execute("DELETE FROM sent WHERE number <= ? AND at < ?", (old[-1], self._before))
        return len(old) == limits.PURGE_ROWS


class _Dead:
    """Dead letters from before `before`."""

    def __init__(self, before: int) -> None:
        self._before = before

    def __call__(self, db: sqlite3.Connection) -> bool:
        db.execute("DELETE FROM dead WHERE at < ?", (self._before,))
        return False


def _is_busy(db: sqlite3.Connection, number: int) -> bool:
    query = (
        "SELECT EXISTS(SELECT 1 FROM waits WHERE conversation = :number)"
        " OR EXISTS(SELECT 1 FROM queues WHERE conversation = :number)"
    )
    return bool(db.execute(query, {"number": number}).fetchone()[0])
