"""What a component posts to bmproxy: sends in CM's Business Messaging format.

Source: protocols §2.1; the requests that text-sdk-dotnet, -java, -javascript, -php and -python build, and the
Postman collection. They write `producttoken` or `productToken`, `customGrouping3` or `customgrouping3`, and null for
what they leave out.

Laws:

- A fault of one message is that message's alone: the others of the call are sent. A fault of the call sends nothing.
- Every (message, recipient) of the call has one entry in the answer, in the call's order.
- Reference and fallback text belong to the first of a message's items; the others go on under ids of their own.
- The sender's wishes to a carrier (validity, parts, groupings …) are kept as they came and never looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import Content, Message, Text
from pointsman.protocols.cm_channels import from_cm
from pointsman.protocols.cm_codes import BODY_INVALID, FIELD_INVALID, FROM_INVALID, NUMBER_INVALID, TO_INVALID
from pointsman.protocols.cm_rich_content import Item, WireRichContent, decode_rich_content
from pointsman.protocols.decoding import as_text, as_texts, check_depth, decode, join
from pointsman.protocols.wire import Malformed

_CODE_OF_MEMBER = {"from": FROM_INVALID, "to": TO_INVALID, "number": NUMBER_INVALID, "body": BODY_INVALID}
_TOKEN_BYTES_MAX = 4_096


class Send(Struct, frozen=True):
    """One message call for one recipient. `to` and `from_` as the sender wrote them; `messages` in order, at least one.

    `allowed_channels` are the rules' names; empty: all that are carried. `index` counts the call's entries.
    """

    index: int
    to: str
    from_: str
    allowed_channels: tuple[str, ...]
    reference: str | None
    messages: tuple[Message, ...]

    def event_id(self, part: int) -> str | None:
        """What names the `part`-th message of this entry for ever; None without a reference: never a repeat."""
        if self.reference is None:
            return None
        return "\x1f".join((self.reference, self.to, str(self.index), str(part)))


class Invalid(Struct, frozen=True):
    """An entry that cannot be sent, and why, with CM's code."""

    index: int
    to: str
    reference: str | None
    code: int
    details: str


Entry: TypeAlias = Send | Invalid


class WireBody(Struct, frozen=True):
    content: str | None = None
    type: str | None = None


class WireRecipient(Struct, frozen=True):
    number: str | int | None = None


class WireEnvelope(Struct, frozen=True):
    msg: tuple[Raw, ...]


class WireCall(Struct, frozen=True):
    messages: WireEnvelope


class WireAuthentication(Struct, frozen=True):
    authentication: Raw = Raw(b"null")


class WireCredentials(Struct, frozen=True):
    messages: WireAuthentication


class WireWishes(Struct, frozen=True, rename="camel"):
    """Wishes to the carrier, passed on to a gateway of the same protocol. text-sdk-php writes `customgrouping3`."""

    validity: Any = None
    minimum_number_of_message_parts: Any = None
    maximum_number_of_message_parts: Any = None
    app_key: Any = None
    dcs: Any = None
    custom_grouping: Any = None
    custom_grouping2: Any = None
    custom_grouping3: Any = None
    customgrouping: Any = None
    customgrouping2: Any = None
    customgrouping3: Any = None


class WireMsg(WireWishes, frozen=True, rename="camel"):
    to: tuple[WireRecipient, ...] | None = None
    from_: str | int | None = field(default=None, name="from")
    body: WireBody | None = None
    reference: str | int | None = None
    allowed_channels: tuple[str, ...] | None = None
    rich_content: WireRichContent | None = None
    meta: dict[str, Any] | None = None


class WireRecipients(Struct, frozen=True):
    """What is read of a `msg` that is otherwise wrong, so that its entries can be told apart in the answer."""

    to: tuple[WireRecipient, ...] | None = None
    reference: Any = None


_WISHES = {
    member: name.replace("customgrouping", "customGrouping")
    for member, name in zip(WireWishes.__struct_fields__, WireWishes.__struct_encode_fields__, strict=True)
}
"""Members to keep, by the field that reads them, to CM's own spelling."""

WISHES = frozenset(_WISHES.values())
"""Their names in `Message.options`, where `type` is the body's and `item` holds extras of the rich content's item."""


def token_in_body(body: bytes) -> str | None:
    """Return the product token that the call carries in its body, decoding nothing else; None where there is none."""
    try:
        raw = decode(body, WireCredentials).messages.authentication
        if len(bytes(raw)) > _TOKEN_BYTES_MAX or bytes(raw) == b"null":
            return None
        members = {name.casefold(): value for name, value in decode(raw, dict[str, Any]).items()}
    except Malformed:
        return None
    token = members.get("producttoken")
    return token if isinstance(token, str) and token else None


def decode_sends(body: bytes) -> list[Entry]:
    """Read a call: one entry for each message and recipient, in order. Raises `Malformed` for a fault of the call."""
    messages = decode(body, WireCall).messages.msg
    if not messages:
        raise Malformed("messages.msg", "is empty")
    if len(messages) > limits.MESSAGES_PER_CALL_MAX:
        raise Malformed("messages.msg", f"more than {limits.MESSAGES_PER_CALL_MAX} messages")
    entries: list[Entry] = []
    for number, raw in enumerate(messages):
        entries.extend(_entries(raw, f"messages.msg[{number}]", len(entries)))
        if _events(entries) > limits.EVENTS_PER_CALL_MAX:
            raise Malformed("messages.msg", f"asks for more than {limits.EVENTS_PER_CALL_MAX} messages in one call")
    return entries


def _events(entries: Sequence[Entry]) -> int:
    return sum(len(entry.messages) if isinstance(entry, Send) else 1 for entry in entries)


def _entries(raw: Raw, path: str, index: int) -> Iterator[Entry]:
    """The entries of one `msg`, the first of which is the call's `index`-th."""
    try:
        wire = decode(raw, WireMsg, path)
        recipients = _numbers(wire.to, join(path, "to"))
        reference = _reference(wire.reference, path)
        messages = _messages(wire, reference, path)
    except Malformed as fault:
        yield from _invalid(raw, path, index, fault)
        return
    sender = "" if wire.from_ is None else str(wire.from_)
    channels = tuple(dict.fromkeys(from_cm(name) for name in wire.allowed_channels or ()))
    for place, to in enumerate(recipients):
        unfit = _unfit(to)
        if unfit is None:
            yield Send(index + place, to, sender, channels, reference, messages)
        else:
            where = f"{join(path, 'to')}[{place}].number"
            yield Invalid(index + place, to, reference, NUMBER_INVALID, f"{where}: {unfit}")


def _invalid(raw: Raw, path: str, index: int, fault: Malformed) -> Iterator[Invalid]:
    """One entry for each recipient of a wrong `msg`; one without a recipient where those cannot be read."""
    recipients: tuple[str, ...] = ("",)
    reference = None
    try:
        wire = decode(raw, WireRecipients, path)
        reference = _reference(wire.reference, path)
        recipients = _numbers(wire.to, join(path, "to"))
    except Malformed:
        pass  # the fault that is told is the first one
    for place, to in enumerate(recipients):
        yield Invalid(index + place, to, reference, _code(fault.path, path), str(fault))


def _numbers(to: tuple[WireRecipient, ...] | None, path: str) -> tuple[str, ...]:
    if not to:
        raise Malformed(path, "missing" if to is None else "is empty")
    if len(to) > limits.RECIPIENTS_PER_MESSAGE_MAX:
        raise Malformed(path, f"more than {limits.RECIPIENTS_PER_MESSAGE_MAX} recipients")
    return tuple("" if one.number is None else str(one.number).strip() for one in to)


def _unfit(number: str) -> str | None:
    """What is wrong with a recipient's number; None: it may be one."""
    if len(number) > limits.ADDRESS_CHARACTERS_MAX:
        return f"longer than {limits.ADDRESS_CHARACTERS_MAX} characters"
    return None if number else "missing"


def _reference(value: Any, path: str) -> str | None:
    reference = as_text(value, join(path, "reference")) or None
    if reference is not None and len(reference) > limits.REFERENCE_CHARACTERS_MAX:
        raise Malformed(join(path, "reference"), f"longer than {limits.REFERENCE_CHARACTERS_MAX} characters")
    return reference


def _messages(wire: WireMsg, reference: str | None, path: str) -> tuple[Message, ...]:
    wishes = _wishes(wire, path)
    meta = as_texts(wire.meta, join(path, "meta"), limits.META_KEYS_MAX) if wire.meta else {}
    for number, member in enumerate(("customGrouping", "customGrouping2", "customGrouping3"), start=1):
        grouping = as_text(wishes.get(member), join(path, member))
        if grouping:
            meta[f"grouping{number}"] = grouping
    text = None if wire.body is None else wire.body.content
    return tuple(
        Message(
            item.content,
            item.buttons,
            fallback=_fallback(item.content, text) if part == 0 else None,
            reference=reference if part == 0 else None,
            meta=meta,
            options={**wishes, "item": item.extras} if item.extras else wishes,
        )
        for part, item in enumerate(_items(wire, text, path))
    )


def _items(wire: WireMsg, text: str | None, path: str) -> tuple[Item, ...]:
    """The rich content's items; without any, the body's text. Raises `Malformed` where there is neither."""
    rich = wire.rich_content
    items = () if rich is None else decode_rich_content(rich, join(path, "richContent"), text)
    if not items and not text:
        raise Malformed(join(path, "body"), "missing" if text is None else "content is empty")
    for place, words in [("body.content", text), *(("richContent.conversation", _words(item)) for item in items)]:
        if words is not None and len(words) > limits.TEXT_CHARACTERS_MAX:
            raise Malformed(join(path, place), f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    return items or (Item(Text(text or "")),)


def _words(item: Item) -> str | None:
    return item.content.text if isinstance(item.content, Text) else None


def _fallback(content: Content, text: str | None) -> str | None:
    """The body's text, unless it only repeats what the message says anyway."""
    return None if not text or content == Text(text) else text


def _wishes(wire: WireMsg, path: str) -> dict[str, Any]:
    found = [(name, getattr(wire, member)) for member, name in _WISHES.items()]
    wishes = {name: value for name, value in found if value is not None}
    if wire.body is not None and wire.body.type:
        wishes["type"] = wire.body.type
    check_depth(wishes, path)
    return wishes


def _code(fault: str, path: str) -> int:
    """CM's code for a fault at the place `fault` of the message at `path`."""
    place = fault.removeprefix(path).lstrip(".")
    if place.endswith(".number"):
        return NUMBER_INVALID
    return _CODE_OF_MEMBER.get(place.partition(".")[0].partition("[")[0], FIELD_INVALID)
