"""What the engine decides: the conversation's new state, what is owed because of it, and why."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.model.content import Message
from pointsman.model.conversation import Conversation
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn


class ToCustomer(Struct, frozen=True, omit_defaults=True, tag="to customer"):
    """A message for the customer. `author` is a component, or empty for a rule's reply (`rule` names it).

    `channel` empty: that of the conversation's address. `send` numbers the conversation's messages for the customer,
    `part` the messages that one of them became, from 0; `more`: another follows. `reference` is the name that the
    author gave to the whole. `connection` is the one that it leaves by, empty where none is known; `until`: in the
    response to what the customer wrote there, by then (ms); 0: by a call.
    """

    message: Message
    author: str = ""
    rule: str = ""
    channel: str = ""
    send: int = 0
    part: int = 0
    more: bool = False
    reference: str = ""
    quiet: bool = False
    connection: str = ""
    until: int = 0

    @property
    def to(self) -> str:
        return CUSTOMER


class ToComponent(Struct, frozen=True, omit_defaults=True, tag="to component"):
    """A message for a component: the customer's own, or a copy of what the business said (`author` not CUSTOMER).

    `author` is CUSTOMER, a component, or empty for a rule's reply. `withheld` is why the customer did not get it.
    `turn` is the number of its turn, or of the next one where it is none itself: what was said earlier has lower ones.
    """

    component: str
    message: Message
    author: str = CUSTOMER
    withheld: str = ""
    turn: int = 0
    quiet: bool = False

    @property
    def to(self) -> str:
        return self.component


class Note(Struct, frozen=True, omit_defaults=True, tag="note"):
    component: str
    text: str
    rule: str = ""
    context: dict[str, str] = {}
    quiet: bool = False

    @property
    def to(self) -> str:
        return self.component


class Notify(Struct, frozen=True, omit_defaults=True, tag="notify"):
    """The one notification of an event's changes. `event` is `reset` where a reset made them.

    `turn` is the number of the session's next turn: all that was said up to the change has lower ones.
    """

    component: str
    event: Literal["handover", "reset"]
    enabled: tuple[str, ...]
    changed: dict[str, Literal["enabled", "disabled"]]
    context: dict[str, str]
    asker: str = ""
    reason: str = ""
    turn: int = 0
    quiet: bool = False

    @property
    def to(self) -> str:
        return self.component


class PositionAt(Struct, frozen=True, omit_defaults=True, tag="position"):
    component: str
    flow: str
    step: str
    context: dict[str, str] = {}
    asker: str = ""
    reason: str = ""
    quiet: bool = False

    @property
    def to(self) -> str:
        return self.component


class Receipt(Struct, frozen=True, omit_defaults=True, tag="receipt"):
    """What became of a message of the component's, which it calls `reference`; or that the customer is typing.

    `reason` is why it failed. That a receipt cannot be delivered is told to nobody.
    """

    component: str
    status: Literal["delivered", "read", "failed", "typing"]
    reference: str = ""
    reason: str = ""
    quiet: bool = True

    @property
    def to(self) -> str:
        return self.component


Effect: TypeAlias = ToCustomer | ToComponent | Note | Notify | PositionAt | Receipt
"""What is owed to someone outside; `to` is CUSTOMER or the component.

`quiet`: its failure raises no `delivery failed`, since it was made in one, or is a reply to what was about to leave.
"""


class Loss(Struct, frozen=True):
    """What a message lost on its channel: which part of it (`what`) became something else, and by whose limit.

    `split`: several messages. `truncated`: cut short. `emulated`: written with other kinds. `linked`: an address in the
    place of a file. `dropped`: left out. `limit` is empty where it is not a number that was exceeded.
    """

    kind: Literal["split", "truncated", "emulated", "linked", "dropped"]
    what: str
    became: str
    limit: str = ""
    source: str = ""

    @property
    def line(self) -> str:
        """The loss in one line."""
        return f"{self.kind} {self.told}"

    @property
    def told(self) -> str:
        """The loss in one line, without its kind."""
        limit = f"{' of' if self.kind == 'split' else ','} at most {self.limit}" if self.limit else ""
        return f"{self.what}: {self.became}{limit}{f' ({self.source})' if self.source else ''}"


class Step(Struct, frozen=True, omit_defaults=True):
    """One thing that happened, in order, for the transcript, the decision log and the tests.

    `what` is one of: trigger, rule, enabled, disabled, context, counter, timer, tag, stop, heard, reply, delivered,
    loss, copied, withheld, redirected, note, position, refused, granted, notified, reset, end, offer, repaired, void,
    chosen, fallback, receipt, problem.
    `subject` is whom or what it happened to, `detail` the value, `rule` the rule that decided. Of a `reply` and of
    what is `delivered`, the value is what leaves, or if several messages do, what was said. Of a `loss` they are its
    kind and how it is told; it stands behind the `reply` or `delivered` of the message that lost something. Of a
    `receipt` the subject is what was reported, and `late` its detail if the message had gone out again by then. Of an
    `offer` they are how many written options are remembered and for how long, of a `chosen` the number of the one that
    the customer named in words of their own. `channel`, of a message that leaves and of a loss: the one by which, where
    that is not the address's own.
    """

    what: str
    subject: str = ""
    detail: str = ""
    rule: str = ""
    channel: str = ""


class Answer(Struct, frozen=True, omit_defaults=True):
    """What the sender of an event is told, in the shape of its own protocol, first time and every time after.

    `withheld`: accepted, but the message went nowhere. `refused`: a rule said no. `conflict`: the conversation's state
    does not allow it. `closed`: no session is open. `parts` is how many messages the customer gets of an accepted one,
    `losses` the first of what it lost on its channel.
    """

    outcome: Literal["accepted", "withheld", "refused", "conflict", "closed", "void"]
    reason: str = ""
    generation: str = ""
    parts: int = 1
    losses: tuple[Loss, ...] = ()


class Decision(Struct, frozen=True):
    """All that follows from one event. Same inputs, same bytes. `session_id`: the session it was handled in.

    `turns` are the messages that were let through, in order; the senders' ids of them, where there are none, are empty.
    """

    conversation: Conversation
    session_id: str
    effects: tuple[Effect, ...]
    steps: tuple[Step, ...]
    answer: Answer
    turns: tuple[Turn, ...] = ()


class Owed(Struct, frozen=True, omit_defaults=True):
    """One delivery that is due, as the ledger keeps it: self-contained, and encoded for the wire only when it is sent.

    `id` is a uuid5 of the event and the effect's place in it, the same after every crash. The queue it stands in is
    (`conversation`, `queue`). `at` is when it was committed. `address` is that of the channel it is about, which
    may be another than the conversation's own. `reference` is the name by which its carrier will report on it, if it
    does.
    """

    id: str
    conversation: str
    address: Address
    session_id: str
    effect: Effect
    connection: str
    generation: str
    at: int
    reference: str = ""

    @property
    def until(self) -> int:
        """Until when it can leave in the response to the customer's message (ms); 0: it leaves by a call."""
        return self.effect.until if isinstance(self.effect, ToCustomer) else 0

    @property
    def queue(self) -> str:
        """Whose queue it stands in: its recipient's; a component's receipts have one of their own.

        So have messages that leave in a response: nobody takes them out but the request that they answer. An address
        for events that does not answer holds back no messages.
        """
        if self.until:
            return response_queue(self.connection, self.address.channel)
        return f"{self.effect.to}/receipts" if isinstance(self.effect, Receipt) else self.effect.to


def response_queue(connection: str, channel: str) -> str:
    """Name the queue of what a customer is told in responses to a connection's requests on a channel."""
    return f"{CUSTOMER}/{connection}/{channel}"


class Record(Struct, frozen=True, omit_defaults=True):
    """One line of the decision log."""

    conversation: str
    revision: int
    at: int
    address: Address
    event: str
    event_id: str
    generation: str
    steps: tuple[Step, ...]
    answer: Answer
