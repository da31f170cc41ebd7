"""HORISEN's inbound request, in both directions: what Easy Dialog posts to us, and what we post to a custom bot.

Source: `sources/horisen-conversation-api.txt` 2.2.2, 2.2.4, 5.1, 5.3, 5.24; protocols §3.1.

Laws:

- A message is refused only where it cannot be said whom it is from, by which channel it came, or what it says. Without
  a sender the dialogue stands for the customer; without a destination the service stands for the business.
- An error request has no `message` object. Its shape is not known, so it is kept whole; ours is in `horisen_replies`.
- What only HORISEN knows (`custom`, `allowedChannels`, an alias beside the number) travels in `Message.options` and
  reaches a component that speaks HORISEN. Of `custom`, objects with `key` and `value` are the message's `meta`.
- `dialogUuid` is our chat id and `serviceUuid` the account's id, for every message of a conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import Content, Message, Text
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import PHONE_CHANNELS
from pointsman.model.transcript import Turn
from pointsman.protocols.cm_inbound import Inbound
from pointsman.protocols.decoding import as_address, as_text, check_depth, decode, decode_opaque
from pointsman.protocols.horisen_bodies import encode_body, wishes_of
from pointsman.protocols.horisen_channels import from_horisen, to_allowed, to_horisen
from pointsman.protocols.horisen_contact import decode_contact, encode_contact
from pointsman.protocols.horisen_content import PROTOCOL, decode_body
from pointsman.protocols.horisen_kinds import NULL
from pointsman.protocols.twoway_turns import encode_turn
from pointsman.protocols.wire import Malformed


class ErrorReport(Struct, frozen=True):
    """The vendor rejected a reply of ours (debug mode). `told` is the report in one line, `body` the whole of it."""

    told: str
    body: dict[str, Any]


Hook: TypeAlias = Inbound | ErrorReport


class WireDestination(Struct, frozen=True):
    number: str | int | None = None
    alias: str | None = None


class WireMessage(Struct, frozen=True):
    to: tuple[WireDestination, ...] | None = None
    from_: str | int | None = field(default=None, name="from")
    id: str | int | None = field(default=None, name="providerMsgID")
    allowed_channels: tuple[str, ...] | None = field(default=None, name="allowedChannels")
    custom: Any = None
    body: Raw = NULL


class WireRequest(Struct, frozen=True, rename="camel"):
    service_uuid: str | None = None
    dialog_uuid: str | None = None
    channel: str | None = None
    message: Raw = NULL
    contact: Raw = NULL


def decode_hook(body: bytes) -> Hook:
    """Read one request of the custom adapter, whose signature has been checked. Raises `Malformed`."""
    wire = decode(body, WireRequest)
    if bytes(wire.message)[:1] != b"{":
        return _report(body)
    message = decode(wire.message, WireMessage, "message")
    channel = _channel(wire, message)
    return Inbound(
        event_id=_event_id(message),
        channel=channel,
        customer=as_address(channel, _customer(wire, message), "message.from"),
        business=as_address(channel, _business(wire, message), "message.to"),
        message=_message(message),
        contact=_contact(wire.contact),
    )


def _report(body: bytes) -> ErrorReport:
    """An object that tells of an error in some member; else it is a message that lacks one."""
    found = decode_opaque(Raw(body.removeprefix(b"\xef\xbb\xbf")), "")
    told = [name for name in found if "error" in name.casefold()] or [
        name for name in ("message", "details") if isinstance(found.get(name), str) and "contact" not in found
    ]
    if not told:
        raise Malformed("message", "missing" if found.get("message") is None else "expected an object")
    line = " ".join(msgspec.json.encode({name: found[name] for name in told}).decode().split())
    return ErrorReport(line[: limits.GLANCE_CHARACTERS_MAX], found)


def _channel(wire: WireRequest, message: WireMessage) -> str:
    """The channel; where none is named, the only one allowed."""
    allowed = message.allowed_channels or ()
    name = (wire.channel or "").strip() or (allowed[0] if len(allowed) == 1 else "")
    if not name:
        raise Malformed("channel", "missing")
    return from_horisen(name)


def _event_id(message: WireMessage) -> str | None:
    found = _plain(message.id)
    if len(found) > limits.REFERENCE_CHARACTERS_MAX:
        raise Malformed("message.providerMsgID", f"longer than {limits.REFERENCE_CHARACTERS_MAX} characters")
    return found or None


def _customer(wire: WireRequest, message: WireMessage) -> str:
    found = _plain(message.from_) or _plain(wire.dialog_uuid)
    if not found:
        raise Malformed("message.from", "missing")
    return found


def _business(wire: WireRequest, message: WireMessage) -> str:
    ends = message.to or ()
    found = next((_plain(end.number) or _plain(end.alias) for end in ends), "") or _plain(wire.service_uuid)
    if not found:
        raise Malformed("message.to", "missing")
    return found


def _plain(value: str | int | None) -> str:
    return "" if value is None else str(value).strip()


def _message(wire: WireMessage) -> Message:
    check_depth(wire.custom, "message.custom")
    if bytes(wire.body) == b"null":
        raise Malformed("message.body", "missing")
    body = decode_body(wire.body, "message.body")
    ends = wire.to or ()
    meta, custom = take_meta(wire.custom, "message.custom")
    wishes = {
        "custom": custom,
        "allowedChannels": list(wire.allowed_channels or ()),
        "alias": ends[0].alias if ends and ends[0].number is not None else None,
        "layout": body.layout,
    }
    wishes = {name: value for name, value in wishes.items() if value}
    content: Content = Text("") if body.content is None else body.content
    return Message(
        content,
        body.buttons,
        choice=body.choice,
        reference=_event_id(wire),
        meta=meta,
        options={PROTOCOL: wishes} if wishes else {},
    )


def take_meta(custom: Any, path: str) -> tuple[dict[str, str], list[Any]]:
    """Part a message's custom values into its meta and the rest. Raises `Malformed`."""
    meta: dict[str, str] = {}
    rest: list[Any] = []
    values = custom if isinstance(custom, list) else [] if custom in (None, {}, "") else [custom]
    for index, value in enumerate(values):
        if isinstance(value, dict) and value.keys() == {"key", "value"} and isinstance(value["key"], str):
            text = as_text(value["value"], f"{path}[{index}].value")
            meta |= {} if text is None else {value["key"]: text}
        else:
            rest.append(value)
    if len(meta) > limits.META_KEYS_MAX:
        raise Malformed(path, f"more than {limits.META_KEYS_MAX} keys")
    return meta, rest


def _contact(body: Raw) -> dict[str, str]:
    # PHP writes an empty object as a list.
    return {} if bytes(body) in (b"null", b"[]") else decode_contact(decode_opaque(body, "contact"))


def encode_request(owed: Owed, account_id: str, contact: Mapping[str, str], history: Sequence[Turn] = ()) -> bytes:
    """Write a message for a custom bot, the customer's own or a copy. `owed.effect` is a `ToComponent`.

    Earlier turns stand among its custom values, as one object whose `messages` have TwoWay's shape: HORISEN has no
    member for them.
    """
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    message, copy = effect.message, effect.author != CUSTOMER
    channel, ends = owed.address.channel, (owed.address.customer, owed.address.business)
    sender, recipient = reversed(ends) if copy else ends
    wishes = {} if copy else wishes_of(message)
    custom = [*({"key": key, "value": value} for key, value in message.meta.items()), *wishes.get("custom", ())]
    if history:
        custom.append({"messages": [encode_turn(turn) for turn in history]})
    phone = {"mobile": owed.address.customer} if channel in PHONE_CHANNELS else {}
    wire = {
        "serviceUuid": account_id,
        "dialogUuid": owed.conversation,
        "channel": to_horisen(channel),
        "message": {
            "to": [_destination(recipient, wishes.get("alias"))],
            "from": sender,
            "providerMsgID": (None if copy else message.reference) or owed.id,
            "allowedChannels": wishes.get("allowedChannels") or [to_allowed(channel)],
            "custom": custom,
            "body": encode_body(message),
        },
        "contact": encode_contact({**phone, **contact}),
    }
    return msgspec.json.encode(wire)


def _destination(address: str, alias: str | None) -> dict[str, str]:
    if not address.removeprefix("+").isdecimal():
        return {"alias": address}
    return {"number": address} if alias is None else {"number": address, "alias": alias}
