"""The embedded ledger: one SQLite file, shared by the processes of one machine.

Beside `pointsman.db` lie SQLite's own `-wal` and `-shm`, the lock file `pointsman.db.turn` and the folder
`pointsman.db.owners` with a locked file for every process that takes leases or serves.

Laws:

- All writes go through the one writer thread. Short reads run on the caller's own thread over a second connection:
  under WAL they wait for no writer, and a look at an index (10 us) is cheaper than waking any thread (44 us).
- A ledger belongs to the event loop that uses it, and to the process that opened it: open it after forking.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, cast

from pointsman import limits
from pointsman.ledger import blobs, generations, joins, responses, retention, schema, sent, turns, waits
from pointsman.ledger.committer import Committed, Committer, Ending
from pointsman.ledger.faults import explain
from pointsman.ledger.ledger import (
    Arming,
    Asked,
    DeadLetter,
    Full,
    Generation,
    Lease,
    Ledger,
    LedgerError,
    Outcome,
    Responded,
    Sent,
    Settlement,
    Standing,
    Submission,
    WorkerStatus,
)
from pointsman.ledger.locks import Owner, Turn, bury, is_alive
from pointsman.ledger.queues import Hands
from pointsman.ledger.sent import NO_TRACES, Traces, traces_of
from pointsman.ledger.writer import Writer
from pointsman.model import transcript
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Owed, Record

Clock = Callable[[], int]
"""Milliseconds since the epoch, UTC."""

BUSY_TIMEOUT_S = 10.0
"""How long to wait for a program that is not ours, such as a backup; our own processes take turns."""
CHECKPOINT_PAGES = 4_000
"""16 MB of log between checkpoints: pages that change in every commit are copied back less often than by default."""


def open_sqlite(path: Path | str, clock: Clock, factory: type[sqlite3.Connection] = sqlite3.Connection) -> SqliteLedger:
    """Open the ledger at `path`, making or migrating the file. Raises `LedgerError` with what to do.

    `factory` makes the connections; tests pass one that fails.
    """
    path = Path(path)
    try:
        turn = Turn(path.with_name(path.name + ".turn"))
    except OSError as error:
        raise LedgerError(f"{path}: {error.strerror}; its folder must exist and be writable by this user") from error
    with ExitStack() as undo:
        undo.callback(turn.close)
        try:
            with turn:
                writing = undo.enter_context(closing(_connect(path, factory)))
                _make_durable(writing)
                schema.migrate(writing, str(path))
                reading = undo.enter_context(closing(_connect(path, factory)))
                reading.execute("PRAGMA query_only = ON")
        except sqlite3.Error as error:
            raise explain(str(path), error) from error
        undo.pop_all()
    return SqliteLedger(path, writing, reading, turn, clock)


class SqliteLedger(Ledger):
    """`Ledger` over SQLite. Made by `open_sqlite`."""

    def __init__(
        self, path: Path, writing: sqlite3.Connection, reading: sqlite3.Connection, turn: Turn, clock: Clock
    ) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".owners")
        self._reader = reading
        self._connections = (reading, writing)
        self._turn = turn
        self._clock = clock
        self._owner: Owner | None = None
        self._receive_leases: Callable[[Sequence[Lease]], None] | None = None
        self._receive_armed: Callable[[int], None] | None = None
        self._committer = Committer(writing, turn, str(path), clock)
        self._writer = Writer(self._committer.commit, self._tell)

    # Events -----------------------------------------------------------------------------------------------------------

    async def submit(self, submission: Submission) -> Outcome:
        if self._writer.pending >= limits.PENDING_SUBMISSIONS_MAX:
            raise Full(f"{self._writer.pending} events wait for the ledger")
        return cast(Outcome, await self._writer.put(submission))

    async def read(self, key: str) -> Conversation | None:
        found = self._all("SELECT state FROM conversations WHERE id = ?", (key,))
        return blobs.decode_conversation(found[0][0]) if found else None

    async def find(self, key: str) -> Conversation | None:
        with self._reading() as db:
            return joins.find(db, key)

    async def last_active(self, account: str, customer: str, channels: Sequence[str]) -> Conversation | None:
        with self._reading() as db:
            return joins.last_active(db, account, customer, channels)

    async def sent(self, connection: str, reference: str, customer: str) -> Sent | None:
        with self._reading() as db:
            return sent.find(db, connection, reference, customer)

    async def records(self, key: str, limit: int) -> Sequence[Record]:
        query = (
            "SELECT body FROM records WHERE conversation = (SELECT number FROM conversations WHERE id = ?)"
            " ORDER BY number DESC LIMIT ?"
        )
        return [blobs.decode_record(body) for (body,) in self._all(query, (key, limit))]

    async def turns(self, key: str, session_id: str, before: int | None, limit: int) -> Sequence[transcript.Turn]:
        with self._reading() as db:
            return turns.find(db, key, session_id, before, limit)

    async def purge(self, now: int, retention_ms: int) -> None:
        for slice_ in retention.slices(now, retention_ms):
            while await self._writer.put(self._committer.erase(slice_)):
                pass

    async def forget(self, key: str) -> bool:
        meant = await self.find(key)
        traces = NO_TRACES
        if meant is not None:
            traces = await asyncio.to_thread(self._traces_of, meant.address.conversation_id)
        erase = self._committer.erase(lambda db: retention.forget(db, key, traces))
        return cast(bool, await self._writer.put(erase))

    def _traces_of(self, key: str) -> Traces:
        try:
            with closing(_connect(self._path, sqlite3.Connection)) as db:
                return traces_of(db, key)
        except sqlite3.Error as error:
            raise explain(str(self._path), error) from error

    # Deliveries -------------------------------------------------------------------------------------------------------

    def on_lease(self, receive: Callable[[Sequence[Lease]], None] | None) -> None:
        self._receive_leases = receive
        if receive:
            self._become_owner()
        self._committer.takes_leases = receive is not None

    async def settle(self, lease: Lease, settlement: Settlement) -> None:
        await self._writer.put(Ending(lease, settlement))

    async def release(self, leases: Sequence[Lease]) -> None:
        await self._writer.put(self._committer.release(leases))

    async def claim(self) -> int:
        dead = [status.owner for status in self._owners() if not self._is_alive(status.owner)]
        moment = await self.next_retry()
        if not dead and (moment is None or moment > self._clock()):
            return 0
        claimed = cast(int, await self._writer.put(self._committer.claim(dead)))
        for owner in dead:
            bury(self._folder, owner)
        return claimed

    async def next_retry(self) -> int | None:
        with self._reading() as db:
            return self._committer.next_free(db)

    async def backlog(self) -> dict[Literal["owed", "dead"], int]:
        ((owed, dead),) = self._all("SELECT (SELECT count(*) FROM owed), (SELECT count(*) FROM dead)")
        return {"owed": owed, "dead": dead}

    async def dead_letters(self, limit: int) -> Sequence[DeadLetter]:
        query = "SELECT number, body, attempts, reason, at FROM dead ORDER BY at DESC, number DESC LIMIT ?"
        return [
            DeadLetter(number, blobs.decode_owed(body), attempts, reason, at)
            for number, body, attempts, reason, at in self._all(query, (limit,))
        ]

    # Responses --------------------------------------------------------------------------------------------------------

    def changes(self) -> int:
        with self._reading() as db:
            return int(db.execute("PRAGMA data_version").fetchone()[0])

    async def standing(self, asked: Sequence[Asked]) -> Sequence[Standing]:
        with self._reading() as db:
            return responses.standing(db, asked)

    async def respond(
        self, asked: Asked, write: Callable[[Sequence[Owed]], bytes], *, least: int = 0
    ) -> Responded | None:
        taking = responses.Taking(self._become_owner().name, self._clock(), least)
        respond = self._committer.respond(lambda db: responses.respond(db, asked, write, taking))
        return cast(Responded | None, await self._writer.put(respond))

    async def answered_in(self, source: str, event_id: str) -> Conversation | None:
        with self._reading() as db:
            return responses.conversation_of(db, source, event_id)

    async def responded(self, it: Responded, *, written: bool) -> None:
        owner = self._become_owner().name
        if it.held:
            await self._writer.put(lambda db, _: responses.settle(db, it, owner, written=written))

    # Timers -----------------------------------------------------------------------------------------------------------

    def on_armed(self, receive: Callable[[int], None] | None) -> None:
        self._receive_armed = receive

    async def due(self, now: int, limit: int) -> Sequence[Arming]:
        with self._reading() as db:
            return waits.due(db, now, limit)

    async def next_due(self) -> int | None:
        with self._reading() as db:
            return waits.next_due(db)

    # Generations ------------------------------------------------------------------------------------------------------

    async def activate(self, hash_: str, program: bytes, config: str, *, pinned: bool = False) -> Generation:
        proposed = Generation(0, hash_, program, config, self._clock(), pinned)

        def act(db: sqlite3.Connection, _: Hands) -> Generation:
            return generations.activate(db, proposed)

        return cast(Generation, await self._writer.put(act))

    async def current(self, after: int = 0) -> Generation | None:
        with self._reading() as db:
            return generations.current(db, after)

    async def previous(self) -> Generation | None:
        with self._reading() as db:
            return generations.previous(db)

    async def report(self, activation: int, hash_: str) -> None:
        owner = self._become_owner()
        status = WorkerStatus(owner.name, owner.pid, activation, hash_, self._clock())

        def act(db: sqlite3.Connection, _: Hands) -> None:
            generations.report(db, status)

        await self._writer.put(act)

    async def workers(self) -> Sequence[WorkerStatus]:
        return [status for status in self._owners() if status.activation and self._is_alive(status.owner)]

    # Health -----------------------------------------------------------------------------------------------------------

    @property
    def fault(self) -> LedgerError | None:
        return self._committer.fault

    async def prove(self) -> None:
        await asyncio.to_thread(self._try_room)
        await self._writer.put(lambda db, _: schema.write_again(db))
        self._committer.fault = None

    def _try_room(self) -> None:
        try:
            with tempfile.TemporaryFile(dir=self._path.parent) as file:
                file.write(bytes(limits.ROOM_BYTES_MIN))
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LedgerError(f"{self._path}: {error.strerror}; make room on its disk") from error

    # Life -------------------------------------------------------------------------------------------------------------

    async def close(self) -> None:
        self._committer.takes_leases = False
        try:
            if self._owner:
                with suppress(LedgerError):  # what is not given back now is freed when the owner's lock falls
                    await self._writer.put(self._committer.retire)
        finally:
            self._writer.close()
            if self._owner:
                self._owner.release()
            for connection in self._connections:
                connection.close()
            self._turn.close()

    def _tell(self, committed: Committed) -> None:
        if committed.leases:
            if self._receive_leases:
                self._receive_leases(committed.leases)
            else:  # the receiver went while they were being committed
                self._writer.put(self._committer.release(committed.leases))
        if committed.armed is not None and self._receive_armed:
            self._receive_armed(committed.armed)

    def _become_owner(self) -> Owner:
        if self._owner is None:
            try:
                self._owner = Owner(self._folder)
            except OSError as error:
                raise LedgerError(f"{self._folder}: {error.strerror}; let this user write it") from error
            self._committer.owner = self._owner
        return self._owner

    def _owners(self) -> list[WorkerStatus]:
        with self._reading() as db:
            return generations.owners(db)

    def _is_alive(self, owner: str) -> bool:
        return (self._owner is not None and owner == self._owner.name) or is_alive(self._folder, owner)

    def _all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        with self._reading() as db:
            return db.execute(query, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._reader
        except sqlite3.Error as error:
            raise explain(str(self._path), error) from error


def _connect(path: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    return sqlite3.connect(
        path,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=factory,
    )


def _make_durable(db: sqlite3.Connection) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = FULL")
    db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
