"""One batch, one transaction: the writer thread's side of the SQLite ledger.

    take the turn -> BEGIN IMMEDIATE -> recall -> steps -> write -> COMMIT -> give the turn back

Laws:

- A batch is committed as a whole or fails as a whole; what it would change in this process's memory and hands is
  applied after `COMMIT` returned, never before.
- Only a step can fail alone. A value that SQLite refuses fails the batch, which is then taken apart and committed one
  by one, so that it fails alone as well.
- Turns come before SQLite's own lock: they wait in the kernel, SQLite by sleeping and trying again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeAlias

from msgspec import Struct, field

from pointsman.ledger import generations, intake, queues, waits
from pointsman.ledger.faults import explain
from pointsman.ledger.ledger import Lease, LedgerError, Settlement, Submission
from pointsman.ledger.locks import Owner, Turn
from pointsman.ledger.memory import Memory
from pointsman.ledger.queues import Dealt, Hands
from pointsman.ledger.shares import lease_shares


class Ending(Struct, frozen=True):
    """A delivery that has ended."""

    lease: Lease
    settlement: Settlement


Action: TypeAlias = Callable[[sqlite3.Connection, Hands], Any]
"""Anything else that writes, in a transaction of its own. Its value is the result; of a `Dealt`, how many leases."""

Work: TypeAlias = Submission | Ending | Action


class Committed(Struct):
    """What a batch came to: a value or an exception for each piece of work, and what this process is to be told."""

    results: list[Any] = field(default_factory=list)
    leases: list[Lease] = field(default_factory=list)
    armed: int | None = None

    def add(self, other: Committed) -> None:
        """Append what a later transaction came to."""
        self.results += other.results
        self.leases += other.leases
        self.armed = min((due for due in (self.armed, other.armed) if due is not None), default=None)


class Committer:
    """Not thread-safe: it belongs to the writer thread. `owner` and `takes_leases` are set from outside.

    `fault` is why a transaction failed for the store's sake. It lasts until an event is committed, or until it is taken
    back from outside: on a full disk, what ends a delivery may still fit where an event does not.
    """

    def __init__(self, db: sqlite3.Connection, turn: Turn, path: str, clock: Callable[[], int]) -> None:
        self.owner: Owner | None = None
        self.takes_leases = False
        self.fault: LedgerError | None = None
        self._db = db
        self._turn = turn
        self._path = path
        self._clock = clock
        self._memory = Memory()
        self._held: dict[int, Lease] = {}
        self._shares = lease_shares()
        self._registered: Owner | None = None

    def next_free(self, db: sqlite3.Connection) -> int | None:
        """When the earliest free queue that this process has room for is due. May be called from another thread."""
        return queues.next_free(db, self._shares.full()) if self._shares.free > 0 else None

    def commit(self, batch: Sequence[Work]) -> Committed:
        """Commit a batch: events and endings together, each action alone. Failures are among the results."""
        grouped = [work for work in batch if isinstance(work, Submission | Ending)]
        committed = self._commit_group(grouped) if grouped else Committed()
        results = iter(committed.results)
        committed.results = []
        for work in batch:
            if isinstance(work, Submission | Ending):
                committed.results.append(next(results))
            else:
                committed.add(self._commit_action(work))
        return committed

    def claim(self, dead: Sequence[str]) -> Action:
        """The action that frees what `dead` owners held and leases what is free and due."""

        def act(db: sqlite3.Connection, hands: Hands) -> Dealt:
            for owner in dead:
                queues.free(db, owner)
                generations.strike_off(db, owner)
            return queues.claim(db, hands, self._clock())

        return act

    def release(self, leases: Sequence[Lease]) -> Action:
        """The action that gives back `leases`."""
        return lambda db, hands: queues.release(db, leases, hands)

    def erase(self, erase: Callable[[sqlite3.Connection], Any]) -> Action:
        """The action that drops conversations, and with them what is remembered of them."""

        def act(db: sqlite3.Connection, _: Hands) -> Any:
            self._memory.forget()
            return erase(db)

        return act

    def respond(self, respond: Callable[[sqlite3.Connection], tuple[Any, bool]]) -> Action:
        """The action that gives a response; it says as well whether it numbered a row that this process counts."""

        def act(db: sqlite3.Connection, _: Hands) -> Any:
            response, has_numbered = respond(db)
            if has_numbered:
                self._memory.forget()
            return response

        return act

    def retire(self, db: sqlite3.Connection, _: Hands) -> None:
        """An action: give back all that this process holds and strike it off the owners."""
        if self.owner:
            queues.free(db, self.owner.name)
            generations.strike_off(db, self.owner.name)

    def _commit_group(self, group: Sequence[Submission | Ending]) -> Committed:
        try:
            return self._commit_events(group)
        except (sqlite3.DataError, sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.ProgrammingError) as error:
            return self._one_by_one(group, explain(self._path, error))
        except sqlite3.Error as error:
            self.fault = explain(self._path, error)
            return Committed([self.fault for _ in group])
        except Exception as error:  # noqa: BLE001  # whatever a value provokes, the writer goes on
            return self._one_by_one(group, error)

    def _one_by_one(self, group: Sequence[Submission | Ending], error: Exception) -> Committed:
        if len(group) == 1:
            return Committed([error])
        committed = Committed()
        for work in group:
            committed.add(self._commit_group([work]))
        return committed

    def _commit_events(self, group: Sequence[Submission | Ending]) -> Committed:
        submissions = [work for work in group if isinstance(work, Submission)]
        endings = [(work.lease, work.settlement) for work in group if isinstance(work, Ending)]
        db, now = self._db, self._clock()
        with self._transaction() as hands:
            taken = intake.compute(db, self._memory, submissions, now)
            intake.write(db, taken)
            appended = queues.append(db, taken, hands, now)
            armed = waits.mirror(db, taken.changes())
            settled = queues.settle(db, endings, hands, now)
        self._memory.learn(taken.known().items(), taken.numbers)
        self._deal(appended)
        self._deal(settled)
        if submissions:
            self.fault = None
        outcomes = iter(taken.outcomes)
        results = [next(outcomes) if isinstance(work, Submission) else None for work in group]
        return Committed(results, appended.leases + settled.leases, armed)

    def _commit_action(self, action: Action) -> Committed:
        try:
            with self._transaction() as hands:
                value = action(self._db, hands)
        except sqlite3.Error as error:
            self.fault = explain(self._path, error)
            return Committed([self.fault])
        except Exception as error:  # noqa: BLE001  # the writer goes on
            return Committed([error])
        if isinstance(value, Dealt):
            self._deal(value)
            return Committed([len(value.leases)], value.leases)
        return Committed([value])

    def _deal(self, dealt: Dealt) -> None:
        dealt.apply(Hands(held=self._held, shares=self._shares))

    @contextmanager
    def _transaction(self) -> Iterator[Hands]:
        """Everything inside is committed, or nothing is and nothing is remembered. Yields this process's hands."""
        db, owner, takes_leases = self._db, self.owner, self.takes_leases
        with self._turn:
            if db.in_transaction:  # a ROLLBACK that failed
                db.execute("ROLLBACK")
            db.execute("BEGIN IMMEDIATE")
            try:
                self._memory.refresh(db)
                if owner and owner is not self._registered:
                    generations.register(db, owner.name, owner.pid)
                yield Hands(owner.name if owner and takes_leases else "", self._held, self._shares)
                db.execute("COMMIT")
            except BaseException:
                self._memory.forget()
                with suppress(sqlite3.Error):
                    if db.in_transaction:
                        db.execute("ROLLBACK")
                raise
        self._registered = owner
