"""Every protocol by its name in a configuration: the sections it can be, and how work is put on its wire.

Adding a protocol is one file beside this one and one line in `PROTOCOLS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from pointsman.model.decision import Effect, Notify, Owed, Receipt, ToComponent
from pointsman.protocols import (
    botpress,
    chat_completions,
    cm_messaging,
    cm_receipts,
    cm_router,
    horisen,
    twoway,
    ultimate,
)
from pointsman.protocols.room import Room, is_sayable
from pointsman.protocols.settings import Secret
from pointsman.protocols.wire import Call, Heard, Response, Sending, Verdict

ChannelSettings: TypeAlias = cm_messaging.ChannelSettings | horisen.ChannelSettings
ComponentSettings: TypeAlias = (
    cm_messaging.ComponentSettings
    | twoway.ComponentSettings
    | horisen.ComponentSettings
    | ultimate.ComponentSettings
    | botpress.ComponentSettings
    | chat_completions.ComponentSettings
)
Settings: TypeAlias = ChannelSettings | ComponentSettings


def by_status(_: Response) -> None:
    """Leave the judgement to the HTTP status."""


class Login(Struct, frozen=True):
    """How a component lets us in. `calls` are tried in order until one is not answered 404.

    `read` returns the token and for how many milliseconds it holds, None where the answer lets nobody in.
    """

    calls: Callable[[Any], tuple[Call, ...]]
    read: Callable[[Response], tuple[str, int] | None]


class Unfit(Struct, frozen=True):
    """What is wrong with a key of a section, and what to write instead."""

    key: str
    cause: str
    remedy: str = ""


class ChannelProtocol(Struct, frozen=True, kw_only=True):
    """A protocol on the channel's side. `settings` is the struct of its section.

    `encode` writes one message for the customer as a call of the gateway; None: messages leave in the response to the
    channel's own webhook. `reference` makes the name by which the gateway will report what became of a message, of the
    one that its sender gave it and the delivery's id; None: it reports nothing. `classify` says what the gateway's
    answer means; None leaves it to the HTTP status. `room` is what it can carry.
    """

    settings: type[Any]
    room: Room
    encode: Callable[[Owed, Any], Call] | None = None
    reference: Callable[[str | None, str], str] | None = None
    classify: Callable[[Response], Verdict | None] = by_status
    answers_within: Callable[[Any], int | None] = lambda _: None
    """For how many ms messages leave in the response to the channel's own webhook; None: by a call, at any time."""
    confined: bool = False
    """Whether it has no model for templates, nor for what other protocols alone know."""


class ComponentProtocol(Struct, frozen=True, kw_only=True):
    """A protocol on a component's side. `settings` is the struct of its section.

    `encode_receipt` writes what became of one of its messages, or that the customer is typing;
    `has_receipts(settings)`: whether it hears of that.

    `room` is what it can be told of a message; None: nothing, since it is a copy and the protocol has none.
    `encode_message` writes a message, `encode_notice` a change, position or note; None: there is no address for it.
    `is_notified(settings)`: whether it hears of changes. `decode_reply` reads messages off a response, where they come
    so; `encode_problems` tells the component what of its reply was wrong. `login`: how a bearer token is had first.
    `history(settings)`: how many earlier turns a message takes along; `capsule(settings)`: how many the notification
    does by which the component takes over. `contact`: whether a message takes along what is known of the customer.
    `check(settings)`: what is wrong with a section though each of its keys is of the right kind.
    """

    settings: type[Any]
    room: Callable[[ToComponent, Any], Room | None]
    encode_message: Callable[[Owed, Any, Sending], Call | None]
    encode_notice: Callable[[Owed, Any, Sending], Call | None]
    is_notified: Callable[[Any], bool]
    classify: Callable[[Response], Verdict | None] = by_status
    encode_receipt: Callable[[Owed, Any, Sending], Call | None] | None = None
    has_receipts: Callable[[Any], bool] = lambda _: False
    decode_reply: Callable[[Owed, Response, Any], Heard] | None = None
    encode_problems: Callable[[Owed, Any, tuple[str, ...]], Call | None] | None = None
    login: Login | None = None
    history: Callable[[Any], int] = lambda _: 0
    capsule: Callable[[Any], int] = lambda _: 0
    contact: bool = False
    begins: bool = False
    """Whether a session with it begins: it is told that it was switched on before it is told what the customer said."""
    check: Callable[[Any], Iterable[Unfit]] = lambda _: ()


def _has_handover_url(settings: Any) -> bool:
    return settings.handover_url is not None


def _has_event_url(settings: Any) -> bool:
    return settings.event_url is not None


def _always(_: Any) -> bool:
    return True


def _never(_: Any) -> bool:
    return False


def _check_twoway(settings: twoway.ComponentSettings) -> Iterator[Unfit]:
    if "/" in settings.adapter:
        yield Unfit("adapter", "a `/` parts an address, where the adapter is one part", "write its id alone")
    if settings.handover_template is not None and (fault := twoway.check_template(settings.handover_template)):
        cause, _, remedy = fault.partition("; ")
        yield Unfit("handover_template", cause, remedy or "write JSON, with variables such as `{{$chatId}}`")
    if fault := twoway.check_headers(settings.headers):
        yield Unfit("headers", fault, "leave it out, or name another")


CHANNELS: dict[str, ChannelProtocol] = {
    "cm": ChannelProtocol(
        settings=cm_messaging.ChannelSettings,
        room=cm_messaging.ROOM,
        encode=cm_messaging.encode_mt,
        reference=cm_messaging.mt_reference,
        classify=cm_messaging.classify,
    ),
    "horisen": ChannelProtocol(
        settings=horisen.ChannelSettings,
        room=horisen.RESPONSE_ROOM,
        answers_within=horisen.answers_within,
        confined=True,
    ),
}
"""By the word behind `protocol` in a `[channels.NAME]` section."""

COMPONENTS: dict[str, ComponentProtocol] = {
    "cm": ComponentProtocol(
        settings=cm_messaging.ComponentSettings,
        room=cm_messaging.room,
        encode_message=cm_messaging.encode_mo,
        encode_notice=cm_router.encode_notification,
        is_notified=_has_handover_url,
        encode_receipt=cm_receipts.encode_receipt,
        has_receipts=_has_event_url,
        capsule=cm_messaging.capsule,
    ),
    "twoway": ComponentProtocol(
        settings=twoway.ComponentSettings,
        room=twoway.room,
        encode_message=twoway.encode_message,
        encode_notice=twoway.encode_notice,
        is_notified=_has_handover_url,
        encode_receipt=twoway.encode_receipt,
        has_receipts=_has_event_url,
        capsule=twoway.history,
        check=_check_twoway,
    ),
    "ultimate": ComponentProtocol(
        settings=ultimate.ComponentSettings,
        room=ultimate.room,
        encode_message=ultimate.encode_message,
        encode_notice=ultimate.encode_notice,
        is_notified=_always,
        history=ultimate.history,
        capsule=ultimate.capsule,
        begins=True,
    ),
    "horisen": ComponentProtocol(
        settings=horisen.ComponentSettings,
        room=horisen.room,
        encode_message=horisen.encode_message,
        encode_notice=horisen.encode_notice,
        is_notified=_never,
        decode_reply=horisen.decode_reply,
        encode_problems=horisen.encode_debug_error,
        history=horisen.history,
        contact=True,
    ),
    "botpress": ComponentProtocol(
        settings=botpress.ComponentSettings,
        room=botpress.room,
        encode_message=botpress.encode_message,
        encode_notice=botpress.encode_notice,
        is_notified=_never,
        classify=botpress.classify,
        decode_reply=botpress.decode_reply,
        login=Login(botpress.login_calls, botpress.read_login),
    ),
    "chat": ComponentProtocol(
        settings=chat_completions.ComponentSettings,
        room=chat_completions.room,
        encode_message=chat_completions.encode_message,
        encode_notice=chat_completions.encode_notice,
        is_notified=_never,
        classify=chat_completions.classify,
        decode_reply=chat_completions.decode_reply,
        history=chat_completions.history,
    ),
}
"""By the word behind `protocol` in a `[components.NAME]` section."""


def token_of(settings: ComponentSettings) -> Secret | None:
    """Return what proves a component to us; None where it never calls."""
    token: Secret | None = getattr(settings, "token", None)
    return token


def room_of(effect: Effect, settings: ComponentSettings) -> Room | None:
    """Return what a component can be told of a message; None: it is none, or nothing is sent of it."""
    return COMPONENTS[settings.protocol].room(effect, settings) if isinstance(effect, ToComponent) else None


def in_order(owed: tuple[Owed, ...], sections: Mapping[str, ComponentSettings]) -> tuple[Owed, ...]:
    """Put what one event owes in the order in which it is to be told: as it is, but where a session `begins`."""
    return tuple(sorted(owed, key=lambda one: not _begins(one.effect, sections)))


def _begins(effect: Effect, sections: Mapping[str, ComponentSettings]) -> bool:
    if not isinstance(effect, Notify) or (section := sections.get(effect.component)) is None:
        return False
    is_new = effect.event == "reset" or effect.changed.get(effect.component) == "enabled"
    return is_new and COMPONENTS[section.protocol].begins


def encode(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write one delivery as a call of the component that `settings` describe.

    None where it has no address for it, and for a message of which the protocol can say nothing.
    """
    protocol = COMPONENTS[settings.protocol]
    match owed.effect:
        case ToComponent(message=message) as effect:
            room = protocol.room(effect, settings)
            return protocol.encode_message(owed, settings, sending) if room and is_sayable(message, room) else None
        case Receipt():
            return None if protocol.encode_receipt is None else protocol.encode_receipt(owed, settings, sending)
        case _:
            return protocol.encode_notice(owed, settings, sending)
