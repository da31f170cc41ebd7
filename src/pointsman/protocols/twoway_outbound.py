"""What a TwoWay component is posted: messages, events, and notifications of hand-over.

Source: protocols section 1.5. CM documents the four members of a body, but neither what stands in `targetAdaptersInfo`
nor the types of events other than `RouterSessionEnded`; those are ours.

Laws:

- The same work gives the same bytes, however often it is sent.
- A copy of what the business said has the direction `ClientTerminated` and, in `author`, the component that said it (a
  rule's own reply has none); `withheld` is why the customer did not get it.
- A notification is valid JSON whatever the values; its `context` is always there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Literal, TypeAlias, assert_never

import msgspec
from msgspec import Meta, Struct

from pointsman import limits
from pointsman.model.decision import Note, Notify, Owed, PositionAt, Receipt, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import Address
from pointsman.protocols.cm_channels import to_cm
from pointsman.protocols.room import Room
from pointsman.protocols.settings import DELIVERY_TIMEOUT, Milliseconds, Secret, Url
from pointsman.protocols.twoway_content import ROOM
from pointsman.protocols.twoway_content import encode_message as encode_content
from pointsman.protocols.twoway_template import fill
from pointsman.protocols.twoway_turns import FROM_CLIENT, TO_CLIENT, encode_turn, utc
from pointsman.protocols.wire import Call, Sending

_JSON = "application/json; charset=utf-8"

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
"""RFC 9110 5.1: a field name is a token."""
_OUR_HEADERS = frozenset({"connection", "content-length", "content-type", "host", "transfer-encoding"})

EventType: TypeAlias = Literal["delivered", "read", "failed", "typing", "RouterSessionEnded"]


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `twoway`.

    `adapter` is the adapterId in the address that the component posts to, `token` proves it to us. `headers` go with
    all that it is posted. `handover_template` unset: CM's own notification and what it lacks. `history` is how many
    earlier messages of the session a notification takes along. `copies` None: as its role has it.
    """

    protocol: Literal["twoway"] = "twoway"
    account: str
    adapter: str
    token: Secret
    message_url: Url
    handover_url: Url | None = None
    event_url: Url | None = None
    handover_template: str | None = None
    headers: dict[str, Secret] = {}
    history: Annotated[int, Meta(ge=0, le=limits.HISTORY_TURNS_MAX)] = 0
    copies: bool | None = None
    timeout: Milliseconds = DELIVERY_TIMEOUT
    give_up: Milliseconds | None = None


class AdapterEvent(Struct, frozen=True):
    """Something that happened besides messages. `message_id` is the id under which the component sent the message.

    `reason` is why it failed, `by` who was typing (empty: the customer).
    """

    type: EventType
    message_id: str = ""
    reason: str = ""
    by: str = ""


class Place(Struct, frozen=True):
    """Where something is said: the conversation by its id, the ends and the channel in use, the account by its GUID.

    The id is not always the address's: a conversation may have gone on to another channel.
    """

    conversation: str
    address: Address
    account_id: str
    session_id: str = ""


def history(settings: ComponentSettings) -> int:
    """Return how many earlier turns a notification takes along."""
    return settings.history


def check_headers(names: Iterable[str]) -> str | None:
    """Say what is wrong with the names of `headers`, in words; None: nothing is."""
    for name in names:
        if not _HEADER.fullmatch(name):
            return f"`{name}` is no name of a header"
        if name.lower() in _OUR_HEADERS:
            return f"`{name}` is set by the router itself"
    return None


def encode_chat(place: Place, name: str = "") -> dict[str, str]:
    """Write the member `chat`, by which a component knows the conversation; `name` is the customer's."""
    chat = {
        "id": place.conversation,
        "sessionId": place.session_id,
        "accountId": place.account_id,
        "channel": to_cm(place.address.channel),
        "conversationClientId": place.address.customer,
        "conversationHostId": place.address.business,
        "conversationClientName": name,
    }
    return {member: value for member, value in chat.items() if value}


def room(_effect: ToComponent, _settings: ComponentSettings) -> Room:
    """Return what a component is told of a message."""
    return ROOM


def encode_message(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call:
    """Write a message for the component, the customer's own or a copy, as a call of its message webhook."""
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    copy = effect.author != CUSTOMER
    # A copy's reference is another sender's, and may be one that this component has used itself.
    reference = None if copy else effect.message.reference
    told = {"author": effect.author if copy else "", "withheld": effect.withheld}
    message = {
        **encode_content(effect.message),
        "id": reference or owed.id,
        "direction": TO_CLIENT if copy else FROM_CLIENT,
        "createdOn": utc(owed.at),
        **{name: value for name, value in told.items() if value},
    }
    name = "" if copy else str(effect.message.options.get("name", ""))
    body = _body(owed, settings, sending, name)
    return _call(settings.message_url, settings, msgspec.json.encode({**body, "conversationMessages": [message]}))


def encode_event(owed: Owed, event: AdapterEvent, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write an event of the conversation that `owed` stands in as a call of the event webhook; None: there is none."""
    if settings.event_url is None:
        return None
    told = {"messageId": event.message_id, "reason": event.reason, "by": event.by}
    written = {
        "$type": event.type,
        "id": owed.id,
        "createdOn": utc(owed.at),
        **{name: value for name, value in told.items() if value},
    }
    body = {**_body(owed, settings, sending), "conversationEvents": [written]}
    return _call(settings.event_url, settings, msgspec.json.encode(body))


def encode_receipt(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write what became of a message of the component's, or that the customer is typing: see `encode_event`."""
    effect = owed.effect
    assert isinstance(effect, Receipt)  # noqa: S101  # the caller's promise
    return encode_event(owed, AdapterEvent(effect.status, effect.reference, effect.reason), settings, sending)


def _body(owed: Owed, settings: ComponentSettings, sending: Sending, name: str = "") -> dict[str, Any]:
    """The four members, with nothing in their lists yet but whom it is for."""
    target: dict[str, Any] = {"adapterId": settings.adapter, "name": owed.effect.to}
    role = sending.roles.get(owed.effect.to)
    return {
        "chat": encode_chat(_place(owed, sending), name),
        "conversationMessages": [],
        "conversationEvents": [],
        "targetAdaptersInfo": [target if role is None else {**target, "isBot": role == "bot"}],
    }


def _place(owed: Owed, sending: Sending) -> Place:
    return Place(owed.conversation, owed.address, sending.account_id, owed.session_id)


def _call(url: Url, settings: ComponentSettings, body: bytes) -> Call:
    headers = {name.lower(): secret.value for name, secret in settings.headers.items()}
    return Call(url, {**headers, "content-type": _JSON}, body, settings.timeout)


def encode_notice(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write a change, position or note as a call of the hand-over webhook; None where the component has none.

    Unless a template says otherwise, the members are those of CM's default template, and those of ours that apply.
    """
    if settings.handover_url is None:
        return None
    values = _values(owed, sending)
    if settings.handover_template is not None:
        body = fill(settings.handover_template, values)
    else:
        body = msgspec.json.encode({name: it for name, it in values.items() if it or name in _ALWAYS})
    return _call(settings.handover_url, settings, body)


_ALWAYS = frozenset({"context", "enabled", "changed"})
"""Members that say something when they are empty. `enabled` and `changed` are there for a change only."""


def _values(owed: Owed, sending: Sending) -> dict[str, Any]:
    chat = encode_chat(_place(owed, sending))
    effect = owed.effect
    assert isinstance(effect, Notify | PositionAt | Note)  # noqa: S101  # the caller's promise
    return {
        "chatId": chat.pop("id"),
        **chat,
        "context": effect.context,
        "id": owed.id,
        "to": effect.component,
        **_happened(effect),
        "conversationHistory": [encode_turn(turn) for turn in sending.history],
    }


def _happened(effect: Notify | PositionAt | Note) -> dict[str, Any]:
    match effect:
        case Notify(event=event, enabled=enabled, changed=changed, asker=asker, reason=reason):
            return {"event": event, "enabled": enabled, "changed": changed, "from": asker, "reason": reason}
        case PositionAt(flow=flow, step=step, asker=asker, reason=reason):
            return {"event": "position", "flowId": flow, "stepId": step, "from": asker, "reason": reason}
        case Note(text=text, rule=rule):
            return {"event": "note", "text": text, "reason": rule}
        case _:
            assert_never(effect)
