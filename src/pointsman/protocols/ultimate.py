"""Ultimate's Chat API (Zendesk AI agents): what its bot is told, and the whole protocol by one name.

Source: protocols section 5, `sources/ultimate-chat-api.txt`, github ultimateai/custom-crm-automation-template. We are
what its text calls the custom CRM: we post to `/converse/chat`, the bot posts to our webhook (`ultimate_webhook`).
`platformConversationId` is the conversation's own id.

Laws:

- The bot hears the customer alone: a copy of what others said would be taken for the customer's words. Whatever is not
  a text is told in words (`plain`).
- Words that mean one of the buttons that the bot offered last are told as the press of it, with `cardIndex`.
- The vendor spells `metadata` and `metaData`, a list of pairs or an object; `metaData` with pairs is written, all read.
- A bot that is switched on learns the context, and greets only where its section says so (`welcome`); one that is
  switched off has its session ended, unless it asked for that itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, assert_never

import msgspec
from msgspec import Meta, Struct

from pointsman import limits
from pointsman.model.content import Message
from pointsman.model.decision import Note, Notify, Owed, PositionAt, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols.plain import plain_text, transcript
from pointsman.protocols.room import Room, words_only
from pointsman.protocols.settings import DELIVERY_TIMEOUT, Milliseconds, Secret, Url
from pointsman.protocols.ultimate_presses import Press, is_own, offers_of, press_of, press_of_choice
from pointsman.protocols.ultimate_webhook import (
    Action,
    AsksOnline,
    BotMessage,
    Escalation,
    WidgetEvent,
    decode_webhook,
    encode_accepted,
    encode_error,
    encode_escalated,
    encode_malformed,
    encode_online,
    encode_results,
    encode_widget_refusal,
    presented_token,
    request_of,
)
from pointsman.protocols.wire import Call, Sending

__all__ = [
    "Action",
    "AsksOnline",
    "BotMessage",
    "ComponentSettings",
    "Escalation",
    "Press",
    "WidgetEvent",
    "capsule",
    "decode_webhook",
    "encode_accepted",
    "encode_error",
    "encode_escalated",
    "encode_malformed",
    "encode_message",
    "encode_notice",
    "encode_online",
    "encode_results",
    "encode_widget_refusal",
    "history",
    "offers_of",
    "presented_token",
    "press_of",
    "request_of",
    "room",
]

_TURNS = 10
"""Earlier turns among which the bot's last offer is looked for: a customer who says more than that has moved on."""


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `ultimate`.

    `api_key` proves us to the bot, `token` (its webhook secret) the bot to us. `online` is the calendar that answers
    `isTeamOnline`; unset: always online. `escalate_to` is the component that an escalation hands over to; unset: the
    bot is switched off, and the rules say who is next. `welcome`: a bot that is switched on greets. `history` is how
    many earlier messages of the session a bot that takes over is told, in words, as the metadata `history`.
    """

    protocol: Literal["ultimate"] = "ultimate"
    account: str
    base_url: Url
    bot_id: str
    api_key: Secret
    token: Secret
    online: str | None = None
    escalate_to: str | None = None
    welcome: bool = False
    history: Annotated[int, Meta(ge=0, le=limits.HISTORY_TURNS_MAX)] = 0
    copies: bool | None = None
    timeout: Milliseconds = DELIVERY_TIMEOUT
    give_up: Milliseconds | None = None


def history(_: ComponentSettings) -> int:
    """Return how many earlier turns a message needs to be told: those among which the bot's last offer may be."""
    return _TURNS


def capsule(settings: ComponentSettings) -> int:
    """Return how many earlier turns a bot that takes over is told."""
    return settings.history


def room(effect: ToComponent, _: ComponentSettings) -> Room | None:
    """Return what a bot is told of a customer's message: words, or a press of its own button. None for a copy."""
    choice = effect.message.choice
    own = choice is not None and is_own(choice)
    return words_only("ultimate", presses=own) if effect.author == CUSTOMER else None


def encode_message(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Tell the bot what the customer said. None for a copy, and for a message that says nothing in words."""
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    if effect.author != CUSTOMER:
        return None
    press = _pressed(effect.message, effect.component, sending)
    if not press.text:
        return None
    card = {} if press.card is None else {"cardIndex": press.card}
    return _call(owed, settings, {"eventType": "message", "text": press.text, **card, **_metadata(effect.message.meta)})


def _pressed(message: Message, component: str, sending: Sending) -> Press:
    if message.choice is not None:
        return press_of_choice(message.choice)
    text = plain_text(message)
    said = [turn for turn in sending.history if turn.author != CUSTOMER]
    last = next((turn for turn in reversed(said) if offers_of(turn.message)), None)
    offers = offers_of(last.message) if last is not None and last.author == component else ()
    return press_of(text, offers) or Press(text)


def encode_notice(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Tell the bot that it was switched on or off, where it stands, or a note. None: nothing that it could be told."""
    effect = owed.effect
    assert isinstance(effect, Notify | PositionAt | Note)  # noqa: S101  # the caller's promise
    match effect:
        case Notify():
            return _switched(owed, settings, effect, sending.history)
        case PositionAt(flow=flow, step=step, context=context):
            return _stored(owed, settings, {**context, "flowId": flow, "stepId": step})
        case Note(text=text, context=context):
            return _stored(owed, settings, {**context, "note": text})
        case _:
            assert_never(effect)


def _switched(owed: Owed, settings: ComponentSettings, notify: Notify, earlier: Sequence[Turn]) -> Call | None:
    me = notify.component
    known = {**notify.context, "history": transcript(earlier)} if earlier else notify.context
    match notify.changed.get(me):
        case _ if notify.event == "reset":
            return _call(owed, settings, {"eventType": "endSession"})
        case "disabled":
            return None if notify.asker == me else _call(owed, settings, {"eventType": "endSession"})
        case "enabled" if settings.welcome:
            return _call(owed, settings, {"eventType": "startSession", **_metadata(known)})
        case _:
            return _stored(owed, settings, known) if me in notify.enabled else None


def _stored(owed: Owed, settings: ComponentSettings, values: Mapping[str, str]) -> Call | None:
    """Add to what the bot's session knows; None: there is nothing to add."""
    return _call(owed, settings, {"eventType": "metadata", **_metadata(values)}) if values else None


def _metadata(values: Mapping[str, str]) -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in values.items()]
    return {"metaData": pairs} if pairs else {}


def _call(owed: Owed, settings: ComponentSettings, event: dict[str, Any]) -> Call:
    # The key stands in the header as it is, without a scheme.
    headers = {
        "authorization": settings.api_key.value,
        "botid": settings.bot_id,
        "content-type": "application/json; charset=utf-8",
    }
    body = msgspec.json.encode({"platformConversationId": owed.conversation, **event})
    return Call(f"{settings.base_url.rstrip('/')}/converse/chat", headers, body, settings.timeout)
