"""The connection by which a message leaves.

Laws:

- The one by which the customer wrote last is the first choice where it carries the channel, then the account's default,
  then whatever else carries it. What is closed is passed over; only where all are closed, the message stays.
- A connection that is answered in the response to the customer's message is open for that customer alone, on the
  channel that the message came by, until its time is over.
- A connection whose protocol has a model for all that is in a message goes before one that has none for something of
  it. What is lost where there is no other is told where the protocol is known.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from pointsman.engine.draft import Draft
from pointsman.engine.hours import duration
from pointsman.model.content import Message, Native, NativeButton, Template, buttons_of
from pointsman.model.wiring import Carrier


class Exit(Struct, frozen=True):
    """A way out: the connection, and until when it is open (ms; 0: always); or the reason that there is none.

    `connection` empty, and no reason: nothing is known of connections.
    """

    connection: str = ""
    until: int = 0
    reason: str = ""


def exit_for(draft: Draft, channel: str, messages: Sequence[Message]) -> Exit:
    """Choose the connection by which `messages` leave on `channel`."""
    carriers = {name: it for name, it in (draft.wiring.carriers or {}).items() if channel in it.channels}
    order = sorted(carriers, key=lambda name: (name != draft.connection, not carriers[name].default))
    ways = [_through(draft, channel, name, carriers[name]) for name in order]
    found = [way for way in ways if not way.reason] or ways[:1] or [Exit()]
    return next((way for way in found if way.connection and _says(carriers[way.connection], messages)), found[0])


def _through(draft: Draft, channel: str, name: str, it: Carrier) -> Exit:
    ms, wrote = it.answers_within, draft.customer_wrote.get(channel)
    if ms is None:
        return Exit(name)
    if name == draft.connection and wrote is not None and draft.now <= wrote + ms:
        return Exit(name, wrote + ms)
    return Exit(reason=f"{name} is answered within {duration(ms)} only")


def _says(it: Carrier, messages: Sequence[Message]) -> bool:
    """Whether the connection's protocol has a model for all that is in the messages."""
    return not it.confined_to or not any(_is_foreign(message, it.confined_to) for message in messages)


def _is_foreign(message: Message, protocol: str) -> bool:
    match message.content:
        case Template():
            return True
        case Native(protocol=theirs) if theirs != protocol:
            return True
        case _:
            return any(isinstance(it, NativeButton) and it.protocol != protocol for it in buttons_of(message))
