"""What can happen to a conversation, and the triggers by which policies name it.

An *event* comes from outside (a message, a request, something due). Handling it may raise further *triggers* inside
(`enabled`, `message to customer` …), which policies name in the same way.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.model.content import Message

CUSTOMER = "customer"
"""The party at the other end of the channel, wherever a party is named by a string."""


class FromCustomer(Struct, frozen=True, omit_defaults=True, tag="from customer"):
    """A customer's message. `contact` is what the channel knows of the customer, merged into the conversation.

    `channel` is the one it came by; empty: that of the conversation's address.
    """

    message: Message
    contact: dict[str, str] = {}
    connection: str = ""
    channel: str = ""


class FromComponent(Struct, frozen=True, omit_defaults=True, tag="from component"):
    component: str
    message: Message


class Enable(Struct, frozen=True, tag="enable"):
    component: str


class Disable(Struct, frozen=True, tag="disable"):
    component: str


class Position(Struct, frozen=True, omit_defaults=True, tag="position"):
    """`component` empty: the account's only enabled bot."""

    flow: str
    step: str
    component: str = ""


class Reset(Struct, frozen=True, tag="reset"):
    pass


class End(Struct, frozen=True, tag="end"):
    pass


class HandOver(Struct, frozen=True, tag="hand over"):
    component: str


Mutation: TypeAlias = Enable | Disable | Position | Reset | End | HandOver


class Requested(Struct, frozen=True, omit_defaults=True, tag="request"):
    """A component asks for changes, all or none. `context`, seen as `request.KEY`, is set when they are granted."""

    component: str
    mutations: tuple[Mutation, ...]
    context: dict[str, str] = {}


class Due(Struct, frozen=True, tag="due"):
    """A timer or a wait has run out. Void unless the conversation still holds `key` armed with `number`."""

    key: str
    number: int


class DeliveryFailed(Struct, frozen=True, omit_defaults=True, tag="delivery failed"):
    """`to` is a component's name or CUSTOMER; `send` the number of the customer's message, 0 where it is not known.

    `author` is the component whose message it was, `reference` the name that it gave it: see `Reported`.
    """

    to: str
    reason: str
    attempts: int = 1
    send: int = 0
    author: str = ""
    reference: str = ""


class Reported(Struct, frozen=True, omit_defaults=True, tag="reported"):
    """The carrier tells what became of the `part`-th part (from 0) of the customer's message number `send`.

    A report never goes back (`read` is `delivered` too); a failure is told as `DeliveryFailed`. `author` is the
    component that is to hear of it, under the `reference` that it gave its message; empty: nobody is.
    """

    send: int
    status: Literal["delivered", "read"]
    part: int = 0
    author: str = ""
    reference: str = ""


class Problems(Struct, frozen=True, tag="problems"):
    """Something that `party` said, or that was said to it, could not be read in full; why, in words for people."""

    party: str
    problems: tuple[str, ...]


class Starts(Struct, frozen=True, tag="starts"):
    """Raised by the engine before a session's first message; as an event of its own only in tests."""


class Ends(Struct, frozen=True, tag="ends"):
    """End the conversation; as an event of its own only in tests."""


Event: TypeAlias = FromCustomer | FromComponent | Requested | Due | DeliveryFailed | Reported | Problems | Starts | Ends

TriggerKind: TypeAlias = Literal[
    "from customer",
    "from component",
    "to customer",
    "enabled",
    "disabled",
    "starts",
    "ends",
    "silence",
    "silence of customer",
    "no answer",
    "timer",
    "delivery failed",
    "request",
]


class Trigger(Struct, frozen=True, omit_defaults=True):
    """What a policy is `on`, after `any bot` and the like have been replaced by names.

    `name` is the component, timer, or recipient (CUSTOMER for `delivery failed to customer`) that the kind speaks of;
    `ms` is the duration of a silence or wait.
    """

    kind: TriggerKind
    name: str = ""
    ms: int = 0

    @property
    def key(self) -> str:
        """The name under which a conversation holds the wait or timer; stable across generations."""
        return f"{self.kind}/{self.name}/{self.ms}"


WAIT_KINDS = frozenset({"silence", "silence of customer", "no answer"})


def fallback_key(send: int) -> str:
    """The key of the wait after which the customer's message number `send` goes out again."""
    return f"{_FALLBACK}{send}"


def falls_back(key: str) -> int:
    """The number of the message that goes out again when this key's wait is over; 0: it is another wait."""
    number = key.removeprefix(_FALLBACK)
    return int(number) if number != key and number.isdecimal() else 0


_FALLBACK = "fallback/"


def timer_key(name: str) -> str:
    """The key of a rule-set timer, in the same form as `Trigger.key`."""
    return Trigger("timer", name).key
