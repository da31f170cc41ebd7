"""What a TwoWay component posts to its adapter's address: messages for the customer, and events.

Source: protocols section 1.5. The addresses of v1 and v2 take the same body.

Laws:

- A body with any fault is refused whole, as CM's deserializer does it.
- The address decides the account, and `chat.channel`, `chat.conversationClientId` the conversation; `chat.id` is not
  believed, `chat.conversationHostId` counts only where the customer has no conversation yet. The answer tells the
  conversation's own id.
- A component speaks for the business: what says `ClientOriginated` is refused, so that nobody can speak as a customer.
- A message's `id` names it within its chat for ever; two messages of one body may not share one.
- Events of types that nobody here knows are taken, and change nothing: CM does not publish its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import Message
from pointsman.model.decision import Answer
from pointsman.model.event import End, Mutation
from pointsman.protocols.cm_channels import from_cm
from pointsman.protocols.decoding import as_address, as_text, decode
from pointsman.protocols.telling import in_one_line, losses_of
from pointsman.protocols.twoway_content import decode_message
from pointsman.protocols.twoway_outbound import Place, encode_chat
from pointsman.protocols.twoway_turns import FROM_CLIENT, TO_CLIENT
from pointsman.protocols.wire import Malformed

_OF_CM = (
    *("Apple Business Chat", "iMessage", "Line", "Push", "Voice", "MobilePush", "CXWebConversations", "Slack"),
    "Microsoft Teams",
)
"""Channels of CM's router that the standard rules do not know, in CM's spelling. The others: `cm_channels`."""
_CHANNELS = {"".join(name.split()).casefold(): name for name in _OF_CM}

_ENDS = frozenset({"routersessionended", "sessionended"})
"""Events that ask for the session's end. The first is the only name of an event that was seen of CM."""


class Chat(Struct, frozen=True):
    """Whom the messages are for. `channel` is the rules' name, addresses are canonical; `id` is the sender's idea."""

    id: str
    channel: str
    customer: str
    business: str


class Sent(Struct, frozen=True):
    """One message. `event_id` None: never a repeat."""

    event_id: str | None
    message: Message


class SentEvent(Struct, frozen=True):
    """One event. `mutations` are the changes it asks for: none, or the session's end."""

    type: str
    event_id: str | None
    mutations: tuple[Mutation, ...] = ()


class Sends(Struct, frozen=True):
    """One call: at least one message or event, in order."""

    chat: Chat
    messages: tuple[Sent, ...]
    events: tuple[SentEvent, ...]


class WireChat(Struct, frozen=True, rename="camel"):
    channel: str
    conversation_client_id: str | int
    conversation_host_id: str | int
    id: str | int | None = None
    account_id: str | None = None


class WireSends(Struct, frozen=True, rename="camel"):
    chat: WireChat
    conversation_messages: tuple[Raw, ...] | None = None
    conversation_events: tuple[Raw, ...] | None = None


class WireEnvelope(Struct, frozen=True):
    direction: str
    id: str | int | None = None


class WireEvent(Struct, frozen=True):
    type: str = field(name="$type")
    id: str | int | None = None


def decode_sends(body: bytes, account_id: str) -> Sends:
    """Read one call to an adapter of the account with the GUID `account_id`. Raises `Malformed`."""
    wire = decode(body, WireSends)
    chat = _chat(wire.chat, account_id)
    messages = _bounded(wire.conversation_messages, "conversationMessages")
    events = _bounded(wire.conversation_events, "conversationEvents")
    if not messages and not events:
        raise Malformed("conversationMessages", "missing" if wire.conversation_messages is None else "is empty")
    sent = tuple(_sent(raw, f"conversationMessages[{index}]", chat) for index, raw in enumerate(messages))
    _check_ids(sent)
    return Sends(chat, sent, tuple(_event(raw, f"conversationEvents[{index}]") for index, raw in enumerate(events)))


def _bounded(items: tuple[Raw, ...] | None, path: str) -> tuple[Raw, ...]:
    if items is not None and len(items) > limits.MESSAGES_PER_CALL_MAX:
        raise Malformed(path, f"more than {limits.MESSAGES_PER_CALL_MAX}")
    return items or ()


def _chat(wire: WireChat, account_id: str) -> Chat:
    if wire.account_id and wire.account_id.lower() != account_id.lower():
        raise Malformed("chat.accountId", "is not the account of the address")
    channel = _channel(wire.channel)
    if not channel.strip():
        raise Malformed("chat.channel", "is empty")
    customer = as_address(channel, wire.conversation_client_id, "chat.conversationClientId")
    business = as_address(channel, wire.conversation_host_id, "chat.conversationHostId")
    return Chat(as_text(wire.id, "chat.id") or "", channel, customer, business)


def _channel(name: str) -> str:
    """The rules' name of a channel. CM's own list has blanks in its names, its adapters leave them out."""
    return _CHANNELS.get("".join(name.split()).casefold()) or from_cm(name)


def _sent(raw: Raw, path: str, chat: Chat) -> Sent:
    envelope = decode(raw, WireEnvelope, path)
    if envelope.direction == FROM_CLIENT:
        raise Malformed(f"{path}.direction", f"a component does not speak for the customer; write {TO_CLIENT}")
    if envelope.direction != TO_CLIENT:
        raise Malformed(f"{path}.direction", f"expected {TO_CLIENT}")
    reference = _id(envelope.id, path)
    event_id = None if reference is None else "\x1f".join((chat.channel, chat.customer, reference))
    return Sent(event_id, decode_message(raw, path, reference))


def _id(value: Any, path: str) -> str | None:
    text = (as_text(value, f"{path}.id") or "").strip() or None
    if text is not None and len(text) > limits.REFERENCE_CHARACTERS_MAX:
        raise Malformed(f"{path}.id", f"longer than {limits.REFERENCE_CHARACTERS_MAX} characters")
    return text


def _check_ids(sent: Sequence[Sent]) -> None:
    """Refuse a body that names two messages alike: the second would be taken for the first, come again."""
    seen: dict[str, int] = {}
    for index, one in enumerate(sent):
        if one.event_id is not None and seen.setdefault(one.event_id, index) != index:
            first = f"conversationMessages[{seen[one.event_id]}]"
            raise Malformed(f"conversationMessages[{index}].id", f"the same as that of {first}")


def _event(raw: Raw, path: str) -> SentEvent:
    wire = decode(raw, WireEvent, path)
    mutations = (End(),) if wire.type.casefold() in _ENDS else ()
    return SentEvent(wire.type, _id(wire.id, path), mutations)


def encode_accepted(place: Place, answers: Sequence[Answer]) -> tuple[int, bytes]:
    """Return status and body of the answer to a call that was read: CM's words, or why messages were withheld.

    Behind CM's words stands what the messages lost on their channel.
    `answers` are those to the messages, and to the events that ask for something, in order.
    """
    reasons = tuple(dict.fromkeys(answer.reason for answer in answers if answer.outcome != "accepted"))
    count = sum(answer.outcome == "accepted" for answer in answers)
    message = ": ".join(filter(None, ("Message(s) accepted", in_one_line(losses_of(answers)))))
    if reasons:
        told = "; ".join(reason for reason in reasons if reason) or "withheld"
        message = f"{count} of {len(answers)} accepted: {told}" if count else told
    return 201, msgspec.json.encode({"chat": encode_chat(place), "message": message})


def encode_error(status: int, message: str, path: str = "") -> tuple[int, bytes]:
    """Return status and body of the answer to a call that was refused.

    CM answers a wrong token with a bare 401 and publishes no other body; ours has the `message` of its accepted calls.
    """
    if status == 401:
        return 401, b""
    errors = {"errors": {path: [message]}} if path else {}
    return status, msgspec.json.encode({"message": f"{path}: {message}" if path else message, **errors})


def encode_malformed(fault: Malformed) -> tuple[int, bytes]:
    """Return status and body of the answer to a call that cannot be read."""
    return encode_error(400, fault.detail, fault.path)
