"""What Ultimate's bot posts to our webhook, and how it is answered.

Source: protocols sections 5.2 and 5.3; developer.zendesk.com/api-reference/ai-agents/chat/chat-webhook; swagger.yaml of
github ultimateai/custom-crm-automation-template. How the webhook's secret is presented is not published, so it is
looked for wherever a caller can put one (`presented_token`).

Laws:

- A bot names itself: a body with another `botId` is refused.
- An escalation is answered 200 only where the hand-over was granted; the bot runs its own fallback for all else.
- `type` is not believed: what there is of text, buttons and cards is the message. Text beside cards is a message of its
  own, before them; a link without an address is a button like any other.
- Events of Ultimate's own widget are recognised and refused: here the router carries the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import Button, Card, Carousel, Content, Media, Message, OpenUrl, Reply, Text
from pointsman.model.decision import Answer
from pointsman.model.event import Disable, HandOver, Requested
from pointsman.protocols.decoding import as_text, as_texts, check_count, decode, join
from pointsman.protocols.ultimate_presses import postback_of
from pointsman.protocols.wire import Malformed

TARGET = "escalateTo"
WIDGET_EVENTS = ("widgetMessage", "widgetEscalate", "widgetEndSession")
_EVENTS = ("sendMessage", "escalate", "isTeamOnline", *WIDGET_EVENTS)


class BotMessage(Struct, frozen=True):
    """What the bot says, as one or more messages. `message_id` None: never a repeat."""

    chat_id: str
    message_id: str | None
    messages: tuple[Message, ...]

    def event_id(self, part: int) -> str | None:
        """What names the `part`-th message for ever."""
        return None if self.message_id is None else "\x1f".join((self.chat_id, self.message_id, str(part)))


class Escalation(Struct, frozen=True):
    """The bot gives the conversation away. `context` holds its metadata and, as `escalateTo`, whom its dialog names."""

    chat_id: str
    context: dict[str, str]


class AsksOnline(Struct, frozen=True):
    """Whether somebody is there. `chat_id` and `team` are empty where the bot does not tell."""

    chat_id: str
    team: str


class WidgetEvent(Struct, frozen=True):
    """What happens in a widget of Ultimate's own that was escalated to an agent."""

    chat_id: str
    event: str


class Action(Struct, frozen=True):
    """A dialog's action, with its parameters; the answer's values are stored in the bot's session."""

    chat_id: str
    name: str
    parameters: dict[str, str]


Webhook: TypeAlias = BotMessage | Escalation | AsksOnline | WidgetEvent | Action


class WireButton(Struct, frozen=True):
    text: str
    type: str = "button"
    link: str | None = None
    url: str | None = None


class WireCard(Struct, frozen=True, rename="camel"):
    title: str | None = None
    description: str | None = None
    image_url: str | None = None
    buttons: tuple[WireButton, ...] | None = None


class WireData(Struct, frozen=True, rename="camel"):
    event_type: str
    platform_conversation_id: str | None = None
    message_id: str | None = None
    reply_id: str | None = None
    confidence: float | None = None
    text: str | None = None
    buttons: tuple[WireButton, ...] | None = None
    carousel_cards: tuple[WireCard, ...] | None = None
    escalate_to: str | None = None
    team_id: str | None = None
    meta_data: Any = None
    metadata: Any = field(default=None, name="metadata")


class WireParameter(Struct, frozen=True):
    key: str
    value: Any = None


class WireWebhook(Struct, frozen=True, rename="camel"):
    """Both webhooks: an event's `data` is an object, an action's a list."""

    bot_id: str | None = None
    data: Raw = Raw(b"null")
    platform_conversation_id: str | None = None
    name: str | None = None


def decode_webhook(body: bytes, bot_id: str) -> Webhook:
    """Read one call of the bot with the id `bot_id`. Raises `Malformed`."""
    wire = decode(body, WireWebhook)
    if wire.bot_id is not None and wire.bot_id != bot_id:
        raise Malformed("botId", "is not the bot of this component")
    if wire.name is not None:
        return _action(wire, wire.name)
    data = decode(wire.data, WireData, "data")
    chat_id = (data.platform_conversation_id or "").strip().lower()
    if not chat_id and data.event_type != "isTeamOnline":
        raise Malformed("data.platformConversationId", "missing")
    match data.event_type:
        case "sendMessage":
            return _message(data, chat_id)
        case "escalate":
            target = {TARGET: data.escalate_to} if data.escalate_to else {}
            return Escalation(chat_id, _bounded({**_metadata(data), **target}, "data.metaData"))
        case "isTeamOnline":
            return AsksOnline(chat_id, data.team_id or "")
        case event if event in WIDGET_EVENTS:
            return WidgetEvent(chat_id, event)
        case _:
            raise Malformed("data.eventType", f"unknown; known are {', '.join(_EVENTS)}")


def _message(data: WireData, chat_id: str) -> BotMessage:
    message_id = (data.message_id or "").strip() or None
    if message_id is not None and len(message_id) > limits.REFERENCE_CHARACTERS_MAX:
        raise Malformed("data.messageId", f"longer than {limits.REFERENCE_CHARACTERS_MAX} characters")
    said = {"replyId": data.reply_id, "confidence": data.confidence}
    told = as_texts({name: it for name, it in said.items() if it not in (None, "")}, "data", limits.META_KEYS_MAX)
    meta = _bounded({**told, **_metadata(data)}, "data.metaData")
    contents, buttons = _contents(data), _buttons(data.buttons or (), "data.buttons")
    last = len(contents) - 1
    messages = tuple(
        Message(
            content,
            buttons if place == last else (),
            reference=message_id if place == 0 else None,
            meta=meta,
        )
        for place, content in enumerate(contents)
    )
    return BotMessage(chat_id, message_id, messages)


def _contents(data: WireData) -> tuple[Content, ...]:
    if data.text and len(data.text) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed("data.text", f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    check_count(data.carousel_cards or (), limits.MESSAGE_ITEMS_MAX, "data.carouselCards")
    cards = tuple(_card(card, index) for index, card in enumerate(data.carousel_cards or ()))
    if not (data.text or data.buttons or cards):
        raise Malformed("data.text", "missing")
    text = (Text(data.text or ""),) if data.text or not cards else ()
    return (*text, Carousel(cards)) if cards else text


def _card(card: WireCard, index: int) -> Card:
    media = Media(card.image_url) if card.image_url else None
    path = f"data.carouselCards[{index}]"
    buttons = _buttons(card.buttons or (), f"{path}.buttons", index)
    if not (card.title or card.description or media or buttons):
        raise Malformed(path, "has no content")
    return Card(card.title or None, card.description or None, media, buttons)


def _buttons(buttons: Sequence[WireButton], path: str, card: int | None = None) -> tuple[Button, ...]:
    check_count(buttons, limits.CHOICES_MAX, path)
    return tuple(_button(one, card) for one in buttons)


def _button(button: WireButton, card: int | None) -> Button:
    address = button.link or button.url
    if button.type == "link" and address:
        return OpenUrl(button.text or address, address)
    return Reply(button.text, postback_of(button.text, card) if button.text else None)


def _metadata(data: WireData) -> dict[str, str]:
    """Both spellings, the second over the first."""
    written = read_metadata(data.metadata, "data.metadata")
    return _bounded({**written, **read_metadata(data.meta_data, "data.metaData")}, "data.metaData")


def read_metadata(value: Any, path: str) -> dict[str, str]:
    """Read a list of `key` and `value`, one such pair alone, or an object of texts. Raises `Malformed`."""
    if value is None:
        return {}
    if isinstance(value, dict) and not (isinstance(value.get("key"), str) and "value" in value):
        return _bounded(as_texts(value, path, limits.META_KEYS_MAX), path)
    pairs = value if isinstance(value, list) else [value]
    if len(pairs) > limits.META_KEYS_MAX:
        raise Malformed(path, f"more than {limits.META_KEYS_MAX} pairs")
    found: dict[str, Any] = {}
    for index, pair in enumerate(pairs):
        if not isinstance(pair, dict) or not isinstance(pair.get("key"), str):
            raise Malformed(f"{path}[{index}]", "expected an object with key and value")
        found[pair["key"]] = pair.get("value")
    return _bounded(as_texts(found, path, limits.META_KEYS_MAX), path)


def _bounded(texts: dict[str, str], path: str) -> dict[str, str]:
    if len(texts) > limits.META_KEYS_MAX:
        raise Malformed(path, f"more than {limits.META_KEYS_MAX} members")
    if sum(len(key.encode()) + len(text.encode()) for key, text in texts.items()) > limits.CONTEXT_BYTES_MAX:
        raise Malformed(path, f"larger than {limits.CONTEXT_BYTES_MAX} bytes")
    return texts


def _action(wire: WireWebhook, name: str) -> Action:
    chat_id = (wire.platform_conversation_id or "").strip().lower()
    if not chat_id:
        raise Malformed("platformConversationId", "missing")
    parameters = () if bytes(wire.data) == b"null" else decode(wire.data, tuple[WireParameter, ...], "data")
    if len(parameters) > limits.META_KEYS_MAX:
        raise Malformed("data", f"more than {limits.META_KEYS_MAX} parameters")
    values = {one.key: _value(one.value, f"data[{index}].value") for index, one in enumerate(parameters)}
    return Action(chat_id, name, _bounded(values, "data"))


def _value(value: Any, path: str) -> str:
    """A parameter's value: a list with a single one, as the vendor has it, or a plain one."""
    values = value if isinstance(value, list) else [value]
    return ", ".join(as_text(one, join(path, f"[{index}]")) or "" for index, one in enumerate(values))


def presented_token(headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """Return the secret that a call presents: raw or as a bearer in `Authorization`, else where our own hooks take it.

    Header names are in lower case.
    """
    authorization = headers.get("authorization", "").strip()
    scheme, blank, bearer = authorization.partition(" ")
    if blank and scheme.lower() == "bearer":
        authorization = bearer.strip()
    return authorization or headers.get("x-pointsman-token") or query.get("token") or None


def request_of(escalation: Escalation, component: str, escalate_to: str | None) -> Requested:
    """What an escalation of `component` asks the rules for. Whom its dialog names is seen as `request.escalateTo`."""
    mutation = Disable(component) if escalate_to is None else HandOver(escalate_to)
    return Requested(component, (mutation,), escalation.context)


def encode_accepted(answers: Sequence[Answer] = ()) -> tuple[int, bytes]:
    """Return the answer to a message: 200 always, since what was withheld once is withheld again, and why it was."""
    reasons = dict.fromkeys(answer.reason or answer.outcome for answer in answers if answer.outcome != "accepted")
    return 200, msgspec.json.encode({"message": "; ".join(reasons)} if reasons else {})


def encode_escalated(answer: Answer) -> tuple[int, bytes]:
    """Return the answer to an escalation: 200 only where it was granted."""
    if answer.outcome == "accepted":
        return 200, b"{}"
    return encode_error(403 if answer.outcome == "refused" else 409, answer.reason or answer.outcome)


def encode_online(is_online: bool) -> tuple[int, bytes]:
    """Return the answer to `isTeamOnline`."""
    return 200, msgspec.json.encode({"isOnline": is_online})


def encode_results(values: Mapping[str, str]) -> tuple[int, bytes]:
    """Return the answer to an action: `values` for the bot's session."""
    return 200, msgspec.json.encode({"results": [{"key": key, "value": value} for key, value in values.items()]})


def encode_widget_refusal(event: WidgetEvent) -> tuple[int, bytes]:
    """Return the answer to an event of Ultimate's own widget."""
    return encode_error(400, f"{event.event} is of Ultimate's own widget; this router carries the conversation itself")


def encode_error(status: int, message: str) -> tuple[int, bytes]:
    """Return status and body of an answer to a call that was refused; the vendor publishes no body."""
    return status, msgspec.json.encode({"message": message})


def encode_malformed(fault: Malformed) -> tuple[int, bytes]:
    """Return status and body of the answer to a call that cannot be read."""
    return encode_error(400, str(fault))
