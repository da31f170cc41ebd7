"""What we post: messages to CM's gateway (MT), and messages to a component that speaks CM's format (MO).

Source: protocols §1.4, §2.1, §2.4; developers.cm.com/messaging/docs/{integration, incoming-messages, whatsapp-inbound}.

Laws:

- The same work gives the same bytes, however often it is sent; its reference never changes.
- To a component, a customer's message goes as it came. A copy of what the business said has the business as `from` and
  the customer as `to`. What CM's incoming messages have no member for is told as `message.custom.richContent`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, structs

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Choice,
    Contact,
    Content,
    File,
    Location,
    Media,
    Message,
    Native,
    Picture,
    Text,
    Video,
    media_of,
    text_of,
)
from pointsman.model.decision import Owed, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER
from pointsman.protocols.cm_channels import number_to_cm, to_cm
from pointsman.protocols.cm_rich_content import ROOM, encode_contact, encode_rich_content
from pointsman.protocols.cm_sends import WISHES
from pointsman.protocols.cm_suggestions import PROTOCOL
from pointsman.protocols.room import FILES, Room, members
from pointsman.protocols.settings import DELIVERY_TIMEOUT, Milliseconds, Secret, Url
from pointsman.protocols.wire import Call, Sending

TOKEN_HEADER = "x-cm-producttoken"  # noqa: S105  # a header's name
JSON = "application/json; charset=utf-8"
_LEGAL_REFERENCE = re.compile(r"[A-Za-z0-9]{1,32}")


class ChannelSettings(Struct, frozen=True, kw_only=True):
    """A `[channels.NAME]` section of protocol `cm`: CM's gateway.

    `secret` proves the gateway to us, `product_token` us to the gateway. `default`: this connection sends where several
    of the account carry a channel and the conversation came in by none of them.
    """

    protocol: Literal["cm"] = PROTOCOL
    account: str
    carries: tuple[str, ...]
    secret: Secret
    send_url: Url
    product_token: Secret
    default: bool = False
    timeout: Milliseconds = DELIVERY_TIMEOUT


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `cm`. `token` proves the component to us.

    At `event_url` it hears what became of its messages, and that the customer is typing.
    `history` is how many earlier messages of the session the notification takes along by which it takes over. `copies`
    None: as its role has it. `give_up`: after how long a delivery counts as failed; None: once its attempts are used
    up.
    """

    protocol: Literal["cm"] = PROTOCOL
    account: str
    token: Secret
    message_url: Url
    handover_url: Url | None = None
    event_url: Url | None = None
    history: Annotated[int, Meta(ge=0, le=limits.HISTORY_TURNS_MAX)] = 0
    copies: bool | None = None
    timeout: Milliseconds = DELIVERY_TIMEOUT
    give_up: Milliseconds | None = None


def capsule(settings: ComponentSettings) -> int:
    """Return how many earlier turns the notification takes along by which a component takes over."""
    return settings.history


def encode_mt(owed: Owed, settings: ChannelSettings) -> Call:
    """Write a message for the customer as a call of the gateway. `owed.effect` is a `ToCustomer`."""
    assert isinstance(owed.effect, ToCustomer)  # noqa: S101  # the caller's promise
    token = settings.product_token.value
    msg = _msg(owed, owed.effect.message)
    # The header is what CM recommends; the body's member is what its older gateways and all SDKs use.
    body = {"messages": {"authentication": {"productToken": token}, "msg": [msg]}}
    headers = {"content-type": JSON, TOKEN_HEADER: token}
    return Call(settings.send_url, headers, msgspec.json.encode(body), settings.timeout)


def _msg(owed: Owed, message: Message) -> dict[str, Any]:
    channel = owed.address.channel
    msg: dict[str, Any] = {
        "from": number_to_cm(channel, owed.address.business),
        "to": [{"number": number_to_cm(channel, owed.address.customer)}],
        "body": {"type": message.options.get("type", "auto"), "content": _plain(message)},
        "reference": owed.reference or mt_reference(message.reference, owed.id),
        "allowedChannels": [to_cm(channel)],
    }
    msg.update((name, value) for name, value in message.options.items() if name in WISHES)
    extras = message.options.get("item")
    if not isinstance(message.content, Text) or message.buttons or message.fallback is not None or extras:
        msg["richContent"] = encode_rich_content(message.content, message.buttons, message.fallback, extras)
    return msg


def _plain(message: Message) -> str:
    """What a text-only channel shows: the sender's fallback, else the message's words, else the file's address."""
    media = media_of(message)
    return message.fallback or text_of(message) or (media.url if media else "")


def mt_reference(wanted: str | None, delivery_id: str) -> str:
    """The sender's reference where CM would take it (1 to 32 letters and digits), else our own id of the delivery."""
    return wanted if wanted is not None and _LEGAL_REFERENCE.fullmatch(wanted) else delivery_id.replace("-", "")


INCOMING = structs.replace(
    ROOM,
    contents={**ROOM.contents, "location": members("latitude longitude label search")},
    files={**ROOM.files, **dict.fromkeys(FILES, members("name mime"))},
)
"""What CM's incoming messages have room for, where no `richContent` tells the whole."""


def room(effect: ToComponent, _: ComponentSettings) -> Room:
    """Return what a component is told of a message."""
    copy = effect.author != CUSTOMER
    whole = effect.message.buttons or not _says_it_all(effect.message.content, copy)
    return ROOM if whole else INCOMING


def encode_mo(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call:
    """Write a message for a component, the customer's own or a copy, as a call of its webhook.

    `owed.effect` is a `ToComponent`.
    """
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    body = _mo(owed, effect, sending.account_id)
    return Call(settings.message_url, {"content-type": JSON}, msgspec.json.encode(body), settings.timeout)


def _mo(owed: Owed, effect: ToComponent, account_id: str) -> dict[str, Any]:
    message, copy = effect.message, effect.author != CUSTOMER
    options: dict[str, Any] = {} if copy else message.options
    customer = {"number": owed.address.customer, "name": options.get("name")}
    business = {"number": owed.address.business, "name": None}
    body = {
        "reference": (None if copy else message.reference) or owed.id,
        "messageContext": options.get("messageContext", ""),
        "from": business if copy else customer,
        "to": customer if copy else business,
        "message": _mo_message(message, copy),
        "groupings": [message.meta.get(f"grouping{number}", "") for number in (1, 2, 3)],
        "time": options.get("time"),
        "timeUtc": options.get("timeUtc") or _utc(owed.at),
        "channel": to_cm(owed.address.channel),
        "conversationalRouter": _router(owed, effect, account_id),
    }
    return body if body["time"] else {name: value for name, value in body.items() if name != "time"}


def _router(owed: Owed, effect: ToComponent, account_id: str) -> dict[str, str]:
    router = {
        "chatId": owed.conversation,
        "accountId": account_id,
        "sessionId": owed.session_id,
        "author": "" if effect.author == CUSTOMER else effect.author,
        "withheld": effect.withheld,
    }
    return {name: value for name, value in router.items() if value}


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mo_message(message: Message, copy: bool) -> dict[str, Any]:
    custom = dict(message.options.get("custom", {}))
    media, text = None, message.fallback
    match message.content:
        case Text(words):
            text = words
        case Picture(file, caption) | Video(file, caption) | Audio(file, caption) | File(file, caption):
            media, text = file, caption
        case Location() as location:
            custom["location"] = _location(location)
        case Contact() as contact:
            custom["contacts"] = encode_contact(contact)
        case Native(protocol, "custom", rest) if protocol == PROTOCOL:
            custom.update(rest)
    if message.buttons or not _says_it_all(message.content, copy):
        rich = encode_rich_content(message.content, message.buttons, message.fallback, message.options.get("item"))
        custom["richContent"] = rich
        text = text or text_of(message)
    if message.choice is not None:
        custom["suggestions"] = [_suggestion(message.choice)]
    if message.meta:
        custom["meta"] = message.meta
    return {"text": text or "", "media": _media(media), "custom": custom}


def _says_it_all(content: Content, copy: bool) -> bool:
    """Whether the members that CM's gateway fills suffice. For a copy, they do for a text only: files have heights,
    locations a radius, when a business sends them."""
    match content:
        case Text():
            return True
        case Native(protocol, "custom", _):
            return protocol == PROTOCOL
        case Picture() | Video() | Audio() | File() | Location() | Contact():
            return not copy
        case _:
            return False


def _location(location: Location) -> dict[str, Any]:
    """CM's incoming messages have degrees as numbers (whatsapp-inbound page), unlike the sending side."""
    found = {
        "latitude": location.latitude,
        "longitude": location.longitude,
        "label": location.label,
        "searchQuery": location.search,
    }
    return {name: value for name, value in found.items() if value is not None}


def _suggestion(choice: Choice) -> dict[str, str]:
    press = {"action": "Reply", "label": choice.label}
    return press if choice.postback is None else {**press, "postbackData": choice.postback}


def _media(media: Media | None) -> dict[str, str]:
    if media is None:
        return {"mediaUri": "", "contentType": "", "title": ""}
    return {"mediaUri": media.url, "contentType": media.mime or "", "title": media.name or ""}
