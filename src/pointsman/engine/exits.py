"""The connection by which a message leaves.

Laws:

- The one by which the customer wrote last is the first choice where it carries the channel, then the account's default,
  then whatever else carries it. What is closed is passed over; only where all are closed, the message stays.
- A connection that is answered in the response to the customer's message is open for that customer alone, on the
  channel that the message came by, until its time is over.
- A connection whose protocol has no model for something in a message is closed to that message.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from pointsman.engine.draft import Draft
from pointsman.engine.hours import duration
from pointsman.model.content import Button, Card, Carousel, Message, Native, NativeButton, Template
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
    reasons = []
    for name in sorted(carriers, key=lambda name: (name != draft.connection, not carriers[name].default)):
        out = _through(draft, channel, name, carriers[name])
        reason = out.reason or _unsaid(name, carriers[name], messages)
        if not reason:
            return out
        reasons.append(reason)
    return Exit(reason=reasons[0] if reasons else "")


def _through(draft: Draft, channel: str, name: str, it: Carrier) -> Exit:
    ms, wrote = it.answers_within, draft.customer_wrote.get(channel)
    if ms is None:
        return Exit(name)
    if name == draft.connection and wrote is not None and draft.now <= wrote + ms:
        return Exit(name, wrote + ms)
    return Exit(reason=f"{name} is answered within {duration(ms)} only")


def _unsaid(name: str, it: Carrier, messages: Sequence[Message]) -> str:
    """What the connection's protocol has no model for; empty: it can say all."""
    foreign = (what for message in messages for what in _foreign(message, it.confined_to)) if it.confined_to else ()
    what = next(iter(foreign), "")
    return f"{name} speaks {it.confined_to}, which has no {what}" if what else ""


def _foreign(message: Message, protocol: str) -> Iterator[str]:
    match message.content:
        case Template():
            yield "template"
        case Native(protocol=theirs, kind=kind) if theirs != protocol:
            yield f"`{kind}` of {theirs}"
    for button in _buttons(message):
        if isinstance(button, NativeButton) and button.protocol != protocol:
            yield f"button of {button.protocol}"


def _buttons(message: Message) -> Iterator[Button]:
    yield from message.buttons
    match message.content:
        case Card(buttons=buttons):
            yield from buttons
        case Carousel(cards):
            for card in cards:
                yield from card.buttons
