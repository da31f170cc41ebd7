"""The durable truth, as a protocol: what every implementation promises to those above it.

Laws:

- A conversation's new state and everything owed because of it are one commit under one revision, awaited before the
  sender is answered. After a crash nothing is half done.
- An id already seen has no second effect and gets the first answer again.
- Nothing above this package may assume that there is one process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Owed, Record
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn


class Commit(Struct, frozen=True):
    """What one step writes. Timers and waits to arm are read off `conversation.waits`.

    Messages that come by one of the addresses `joins` belong to this conversation from now on, those that come by one
    of `parts_from` no longer do. `turns` were said in the session `session_id`.
    """

    conversation: Conversation
    owed: tuple[Owed, ...]
    record: Record
    answer: Answer
    joins: tuple[Address, ...] = ()
    parts_from: tuple[Address, ...] = ()
    session_id: str = ""
    turns: tuple[Turn, ...] = ()


Step: TypeAlias = Callable[[Conversation | None, int], Commit]
"""(conversation or None if never seen, now in ms) -> Commit. Pure: it may be called again. `now` never goes back within
a conversation. An exception fails that submission alone and leaves nothing behind."""


Status: TypeAlias = Literal["given up", "delivered", "read", "failed"]
"""What became of a message for a customer: given up by us; the others as its carrier reports."""


class Progress(Struct, frozen=True):
    """What is learnt of the message for a customer whose delivery had the number `row`."""

    row: int
    status: Status


class Submission(Struct, frozen=True):
    """`source` and `event_id` name the event for ever (`event_id` None: never a repeat).

    `key` is a conversation's id. The step runs on that conversation or, where it `follows`, on the one that messages
    under this id belong to: see `Ledger.find`. `received` is the step's `now`, where the event came at a moment of its
    own (ms); None: that of the commit. Where there is `progress`, the step runs only if that says more than is known of
    its message already; else the answer is void.
    """

    key: str
    source: str
    event_id: str | None
    step: Step
    received: int | None = None
    follows: bool = False
    progress: Progress | None = None


class Outcome(Struct, frozen=True):
    """`conversation` is the id of the one that the event was for, `record` what was committed: None of a repeat."""

    answer: Answer
    repeated: bool
    conversation: str = ""
    record: Record | None = None


class Sent(Struct, frozen=True):
    """A message that went to a carrier by `connection`, under `reference`. `status` None: nothing is known of it yet.

    `id` is that of its delivery, `row` the number; `conversation` an id. `own` is the reference that its author gave.
    `send`, `part`, `author`, `quiet` and `more` are those of `ToCustomer`.
    """

    row: int
    conversation: str
    status: Status | None
    at: int
    id: str
    connection: str
    reference: str
    send: int
    part: int
    author: str
    own: str | None
    quiet: bool
    more: bool = False


class Arming(Struct, frozen=True):
    """A timer or wait that has run out."""

    conversation: str
    key: str
    number: int
    due: int


class Lease(Struct, frozen=True):
    """A delivery this process may make now: the oldest of its queue, and nobody else's until it is settled.

    `attempts` counts those that failed before.
    """

    queue: int
    row: int
    owed: Owed
    attempts: int


class Delivered(Struct, frozen=True, tag="delivered"):
    pass


class Again(Struct, frozen=True, tag="again"):
    """Try again at `at` (ms)."""

    at: int
    reason: str


class Dead(Struct, frozen=True, tag="dead"):
    """Give up: the row goes to the dead letters. `reason` is for people; `word` says it in one, for rules."""

    reason: str
    word: str = ""


Settlement: TypeAlias = Delivered | Again | Dead


class Asked(Struct, frozen=True):
    """A request that is answered in its response: made by `source` under `event_id` (None: it is never asked again).

    It belongs to the conversation with the id `key`; what the customer is told in its response waits in `queue`.
    """

    key: str
    source: str
    event_id: str | None
    queue: str


class Standing(Struct, frozen=True):
    """How a request stands: whether its response is stored, how many messages wait to be told in it, and whether
    components are still owed something of its conversation; where messages wait, something else than copies of them.
    """

    stored: bool
    messages: int
    busy: bool


class Responded(Struct, frozen=True):
    """A response to `asked`. `owed` are the messages in it that are held (in the queue `held`; 0: none) until it is
    known to have been written."""

    asked: Asked
    body: bytes
    held: int = 0
    owed: tuple[Owed, ...] = ()


class Generation(Struct, frozen=True):
    """What serves: a program and the configuration it was checked against (with secrets as references, never values).

    `activation` grows with every change of the pointer; `pinned` is set by a rollback.
    """

    activation: int
    hash: str
    program: bytes
    config: str
    activated: int
    pinned: bool = False


class WorkerStatus(Struct, frozen=True):
    """What one live process reports that it serves."""

    owner: str
    pid: int
    activation: int
    hash: str
    since: int


class DeadLetter(Struct, frozen=True):
    row: int
    owed: Owed
    attempts: int
    reason: str
    at: int


class Full(Exception):
    """Too much is waiting for the writer; the sender must come again later."""


class LedgerError(Exception):
    """The store cannot be used: what it is, why, and what to do. Nothing of the failed call was kept."""


class Ledger(Protocol):
    """See the module's laws. Every method may raise LedgerError of its implementation when the store is unusable."""

    @property
    def fault(self) -> LedgerError | None:
        """Why a commit of this process failed; None once an event was committed or `prove` has returned."""
        ...

    async def prove(self) -> None:
        """Try whether the store can be written and has room for a large commit. Changes nothing."""
        ...

    async def submit(self, submission: Submission) -> Outcome:
        """Commit one event and return its answer. Raises `Full`, or what `step` raised."""
        ...

    async def read(self, key: str) -> Conversation | None:
        """The conversation's committed state."""
        ...

    async def find(self, key: str) -> Conversation | None:
        """The conversation that messages under this id belong to: its own, or the one that its address has joined.

        An address leads to the conversation that joined it last, while that one is open and holds it joined, and while
        no conversation of the address' own is open.
        """
        ...

    async def last_active(self, account: str, customer: str, channels: Sequence[str]) -> Conversation | None:
        """The conversation of `account` with `customer` that was active last, on or joined with one of `channels`."""
        ...

    async def sent(self, connection: str, reference: str, customer: str) -> Sent | None:
        """The message for `customer` that `connection` carried under `reference`; the latest of several."""
        ...

    def on_lease(self, receive: Callable[[Sequence[Lease]], None] | None) -> None:
        """Register who is handed the deliveries that this process leases, on the event loop, right after each commit.

        Without a receiver (None, and at first) nothing is leased: what is committed waits for other processes.
        """
        ...

    def on_armed(self, receive: Callable[[int], None] | None) -> None:
        """Register who hears, on the event loop, the earliest moment that a commit of this process has armed."""
        ...

    async def settle(self, lease: Lease, settlement: Settlement) -> None:
        """Record how a delivery ended; the queue's next row is leased and handed to the receiver.

        After `Again` the queue is free, and as a whole not due before then. A lease that is no longer held is ignored.
        """
        ...

    async def release(self, leases: Sequence[Lease]) -> None:
        """Give back leases whose delivery was not begun; any process may take them at once."""
        ...

    async def claim(self) -> int:
        """Lease due queues that are free or whose owner is dead; hand them to the receiver. Returns how many.

        A process holds at most `limits.QUEUES_LEASED_MAX` leases, which destinations share: however many queues of one
        wait, there is room for another's.
        """
        ...

    async def next_retry(self) -> int | None:
        """When the earliest queue is due that nobody has leased and this process has room for; it may be past."""
        ...

    def changes(self) -> int:
        """A number that is another one whenever any process has committed something since."""
        ...

    async def standing(self, asked: Sequence[Asked]) -> Sequence[Standing]:
        """How each of these requests stands."""
        ...

    async def respond(
        self, asked: Asked, write: Callable[[Sequence[Owed]], bytes], *, least: int = 0
    ) -> Responded | None:
        """Give a request its response: the one that was given under its id before, else what `write` makes of the
        messages that wait for it, which is stored. None where fewer than `least` do.

        Call `responded` once it is known whether the response was written: its messages are held until then, and given
        to no other request. `write` is pure.
        """
        ...

    async def answered_in(self, source: str, event_id: str) -> Conversation | None:
        """The conversation of a request whose response is stored."""
        ...

    async def responded(self, it: Responded, *, written: bool) -> None:
        """Record what became of a response. The messages of one that was not written wait until its id is asked for
        again, or until it is too late for them."""
        ...

    async def due(self, now: int, limit: int) -> Sequence[Arming]:
        """Timers and waits that have run out by `now`, earliest first."""
        ...

    async def next_due(self) -> int | None:
        """When the earliest timer or wait runs out."""
        ...

    async def activate(self, hash_: str, program: bytes, config: str, *, pinned: bool = False) -> Generation:
        """Make a generation current for all processes, keeping earlier ones for rollback.

        What is current already, in all its parts, stays as it is and is returned.
        """
        ...

    async def current(self, after: int = 0) -> Generation | None:
        """The generation in force, or None if its activation is not greater than `after`."""
        ...

    async def previous(self) -> Generation | None:
        """The latest generation that differs from the current one in program or configuration."""
        ...

    async def report(self, activation: int, hash_: str) -> None:
        """Record what this process serves."""
        ...

    async def workers(self) -> Sequence[WorkerStatus]:
        """What every live process reports; dead ones are left out."""
        ...

    async def records(self, key: str, limit: int) -> Sequence[Record]:
        """The latest decisions of a conversation, newest first."""
        ...

    async def turns(self, key: str, session_id: str, before: int | None, limit: int) -> Sequence[Turn]:
        """The last `limit` turns of a conversation's session that are numbered below `before`, oldest first.

        Fewer where they are more than `limits.HISTORY_BYTES_MAX`, but for the newest. Of a conversation the newest
        `limits.TURNS_PER_CONVERSATION_MAX` are kept.
        """
        ...

    async def backlog(self) -> dict[Literal["owed", "dead"], int]:
        """How many deliveries wait, and how many dead letters there are."""
        ...

    async def dead_letters(self, limit: int) -> Sequence[DeadLetter]:
        """The latest deliveries that were given up, newest first."""
        ...

    async def purge(self, now: int, retention_ms: int) -> None:
        """Drop conversations idle for longer than `retention_ms`, dead letters and what was sent as long ago, and ids
        seen too long ago.

        A conversation that owes something or has a timer or wait running is not idle.
        """
        ...

    async def forget(self, key: str) -> bool:
        """Erase the conversation that `find` gives, and all that hangs on it. Returns whether there was one."""
        ...

    async def close(self) -> None:
        """Finish what is pending, release leases and the owner's lock."""
        ...
