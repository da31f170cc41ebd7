"""What CM's gateway posts to us: customers' messages (MO), status reports of what we sent, channel events.

Source: protocols §2.3 and §2.4; developers.cm.com/messaging/docs/{incoming-messages, whatsapp-inbound,
facebook-messenger-inbound, incoming-status-report, incoming-events}.

Laws:

- CM sends null, an empty text or nothing for what does not apply, and may send members that nobody here knows.
- What only a component that speaks CM's format can use (groupings, times, unknown members of `custom`) travels in
  `Message.options` and reaches it again.
- CM repeats a message every five minutes for a month unless it is answered 200, so a message is refused only where
  it cannot be said whom it is from, whom it is for, or what it says.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import Choice, Content, Media, Message, Native, Text, text_of
from pointsman.protocols.cm_channels import from_cm
from pointsman.protocols.cm_rich_content import decode_contact
from pointsman.protocols.cm_suggestions import PROTOCOL, WireLocation, decode_location
from pointsman.protocols.decoding import as_address, as_text, as_texts, check_depth, decode, decode_opaque
from pointsman.protocols.media_kinds import media_content
from pointsman.protocols.wire import Malformed


class Inbound(Struct, frozen=True):
    """A customer's message. `event_id` None: never a repeat. Addresses are canonical, `channel` is the rules' name."""

    event_id: str | None
    channel: str
    customer: str
    business: str
    message: Message
    contact: dict[str, str]


class Status(Struct, frozen=True):
    """What became of a message that we sent. `code` and `error` are CM's, in words `description`; see `cm_status`."""

    reference: str | None
    to: str
    code: str | None
    error: str | None
    description: str | None
    received: str | None


class Report(Struct, frozen=True):
    statuses: tuple[Status, ...]


class ChannelEvent(Struct, frozen=True):
    """Something a customer did that is no message: reading, typing, deleting."""

    channel: str
    customer: str
    business: str
    event: str

    @property
    def is_typing(self) -> bool:
        """Whether the customer has begun to write."""
        return "".join(filter(str.isalpha, self.event)).casefold() in _TYPING


_TYPING = frozenset({"typing", "typingon", "typingstarted", "istyping"})
"""[INFERRED]: CM's page has the names of its events in a picture; these are those that its channels use."""

Hook: TypeAlias = Inbound | Report | ChannelEvent


class WireEnd(Struct, frozen=True):
    number: str | int | None = None
    name: str | None = None


class WireFile(Struct, frozen=True, rename="camel"):
    media_uri: str | None = None
    content_type: str | None = None
    title: str | None = None


class WireMessage(Struct, frozen=True):
    text: str | None = None
    media: WireFile | None = None
    custom: Raw = Raw(b"null")


class WireHook(Struct, frozen=True, rename="camel"):
    """All three kinds of hook; which one it is follows from the members that are there."""

    from_: WireEnd | None = field(default=None, name="from")
    to: WireEnd | None = None
    message: WireMessage | None = None
    reference: str | int | None = None
    message_context: Any = None
    groupings: tuple[Any, ...] | None = None
    time: str | None = None
    time_utc: str | None = None
    channel: str | None = None
    event: str | None = None
    messages: Raw = Raw(b"null")


class WirePress(Struct, frozen=True, rename="camel"):
    label: str | None = None
    postback_data: str | None = None
    postback: str | None = field(default=None, name="postbackdata")


class WireCustom(Struct, frozen=True):
    location: WireLocation | None = None
    contacts: tuple[dict[str, Any], ...] | None = None
    suggestions: tuple[WirePress, ...] | None = None
    meta: dict[str, Any] | None = None


class WireStatus(Struct, frozen=True, rename="camel"):
    code: str | int | None = None
    error_code: str | int | None = None
    error_description: str | None = None


class WireReport(Struct, frozen=True):
    received: str | None = None
    to: str | int | None = None
    reference: str | int | None = None
    status: WireStatus | None = None


class WireReports(Struct, frozen=True):
    msg: WireReport | tuple[WireReport, ...] = ()


_KNOWN_CUSTOM = frozenset(WireCustom.__struct_fields__)
_EMPTY = WireCustom()


def decode_hook(body: bytes) -> Hook:
    """Read one call of CM's webhook. Raises `Malformed`."""
    wire = decode(body, WireHook)
    if bytes(wire.messages) != b"null":
        return _report(decode(wire.messages, WireReports, "messages"))
    channel, customer, business = _ends(wire)
    if wire.message is not None:
        return _inbound(wire, wire.message, channel, (customer, business))
    if wire.event:
        return ChannelEvent(channel, customer, business, wire.event)
    raise Malformed("message", "missing")


def _ends(wire: WireHook) -> tuple[str, str, str]:
    if not wire.channel or not wire.channel.strip():
        raise Malformed("channel", "missing")
    channel = from_cm(wire.channel)
    return channel, _address(wire.from_, channel, "from"), _address(wire.to, channel, "to")


def _address(end: WireEnd | None, channel: str, path: str) -> str:
    return as_address(channel, None if end is None else end.number, f"{path}.number")


def _report(wire: WireReports) -> Report:
    reports = wire.msg if isinstance(wire.msg, tuple) else (wire.msg,)
    return Report(tuple(_status(one) for one in reports))


def _status(wire: WireReport) -> Status:
    status = wire.status or WireStatus()
    return Status(
        _text(wire.reference) or None,
        _text(wire.to) or "",
        _text(status.code),
        _text(status.error_code),
        status.error_description,
        wire.received,
    )


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _inbound(wire: WireHook, message: WireMessage, channel: str, ends: tuple[str, str]) -> Inbound:
    check_depth(wire.message_context, "messageContext")
    custom, rest = _custom(message.custom)
    reference = (_text(wire.reference) or "").strip() or None
    if reference is not None and len(reference) > limits.REFERENCE_CHARACTERS_MAX:
        raise Malformed("reference", f"longer than {limits.REFERENCE_CHARACTERS_MAX} characters")
    name = " ".join((wire.from_.name or "").split()) if wire.from_ else ""
    content, choice = _content(message, custom, rest)
    return Inbound(
        event_id=reference,
        channel=channel,
        customer=ends[0],
        business=ends[1],
        message=Message(
            content,
            choice=choice,
            fallback=_fallback(content, message.text),
            reference=reference,
            meta=_meta(wire, custom),
            options=_options(wire, {} if isinstance(content, Native) else rest, name),
        ),
        contact={"name": name, "first_name": name.split()[0]} if name else {},
    )


def _fallback(content: Content, text: str | None) -> str | None:
    """The text beside content that does not hold it."""
    return None if isinstance(content, Text) or text_of(Message(content)) == text else text or None


def _custom(body: Raw) -> tuple[WireCustom, dict[str, Any]]:
    """The members of `custom` that we know, and the rest as it came."""
    if bytes(body) in (b"null", b"{}", b'""', b"[]"):
        return _EMPTY, {}
    path = "message.custom"
    whole = decode_opaque(body, path)
    rest = {name: value for name, value in whole.items() if name not in _KNOWN_CUSTOM and value is not None}
    return decode(body, WireCustom, path), rest


def _content(message: WireMessage, custom: WireCustom, rest: dict[str, Any]) -> tuple[Content, Choice | None]:
    text = message.text or ""
    if len(text) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed("message.text", f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    media = message.media
    if media is not None and media.media_uri:
        return media_content(
            Media(media.media_uri, media.title or None, media.content_type or None), text or None
        ), None
    if custom.location is not None:
        location = decode_location(custom.location, "message.custom.location")
        return (location, None) if location is not None else (Text(text or custom.location.search_query or ""), None)
    if custom.contacts:
        return decode_contact(custom.contacts, "message.custom.contacts"), None
    if custom.suggestions:
        choice = _choice(custom.suggestions[0], text)
        return Text(text or choice.label), choice
    return (Native(PROTOCOL, "custom", rest) if rest and not text else Text(text)), None


def _choice(press: WirePress, text: str) -> Choice:
    postback = press.postback_data if press.postback_data is not None else press.postback
    return Choice(text or press.label or postback or "", postback or None)


def _meta(wire: WireHook, custom: WireCustom) -> dict[str, str]:
    meta = as_texts(custom.meta, "message.custom.meta", limits.META_KEYS_MAX) if custom.meta else {}
    for number, value in enumerate((wire.groupings or ())[:3], start=1):
        if value:
            meta[f"grouping{number}"] = as_text(value, f"groupings[{number - 1}]") or ""
    return meta


def _options(wire: WireHook, rest: dict[str, Any], name: str) -> dict[str, Any]:
    """What goes on to a component that speaks CM's format, under the names of the wire."""
    options = {
        "name": name,
        "messageContext": wire.message_context,
        "time": wire.time,
        "timeUtc": wire.time_utc,
        "custom": rest,
    }
    return {key: value for key, value in options.items() if value}
