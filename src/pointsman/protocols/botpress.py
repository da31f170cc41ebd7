"""Botpress v12: a bot that answers in the response to our call of its converse API.

Source: protocols section 4 (github botpress/v12 @179cb696, `core/converse`, `core/security`); what a message of the
customer becomes is HORISEN's mapping (`sources/horisen-conversation-api.txt`, 2.1.2).

Laws:

- The secured converse is used, since the public one takes texts only; its bearer token is had by a login.
- The conversation's id is Botpress' user: one conversation, one state of the bot.
- A converse is no call to repeat: what Botpress timed out on, it may have done. It is given up, and rules hear of it.
- Addresses of files that begin with `/` are Botpress' own, and are made absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import quote, urljoin

import msgspec
from msgspec import Meta, Raw, Struct

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Content,
    File,
    Location,
    Media,
    Message,
    OpenUrl,
    Picture,
    Reply,
    Text,
    Video,
)
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.protocols.decoding import as_text, decode, join
from pointsman.protocols.plain import plain_text
from pointsman.protocols.room import FILES, Room, members
from pointsman.protocols.settings import Milliseconds, Secret, Url
from pointsman.protocols.wire import Call, Heard, Malformed, Response, Sending, Verdict

PROTOCOL: Final = "botpress"
JSON = {"content-type": "application/json"}
LOGIN_PATHS = ("/api/v1/auth/login/basic/default", "/api/v2/admin/auth/login/basic/default")
"""Both are mounted by some version; the second is tried where the first is not there."""
TOKEN_MS = 3_600_000
"""How long a token holds where Botpress does not say: its own default."""
TIMED_OUT = b"Request timed out"


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `botpress`.

    `bot_id` is the bot's id, not its name. `text_max`: the characters of a text that this Botpress takes (its
    `converse.maxMessageLength`); longer ones are cut. `timeout` is longer than Botpress' own of five seconds.
    """

    protocol: Literal["botpress"] = PROTOCOL
    account: str
    base_url: Url
    bot_id: str
    email: str
    password: Secret
    text_max: Annotated[int, Meta(ge=1)] = 360
    copies: bool | None = None
    timeout: Milliseconds = Milliseconds(10_000)
    give_up: Milliseconds | None = Milliseconds(60_000)


# Login ----------------------------------------------------------------------------------------------------------------


class WireToken(Struct, frozen=True):
    jwt: str
    exp: int | None = None


class WireLogin(Struct, frozen=True):
    payload: WireToken


def login_calls(settings: ComponentSettings) -> tuple[Call, ...]:
    """Ask for a token, at each address where Botpress may have its login."""
    body = msgspec.json.encode({"email": settings.email, "password": settings.password.value})
    return tuple(Call(_url(settings, path), dict(JSON), body, settings.timeout) for path in LOGIN_PATHS)


def read_login(response: Response) -> tuple[str, int] | None:
    """Return the token and how long it holds (ms); None where Botpress lets nobody in."""
    if response.status != 200:
        return None
    try:
        token = decode(response.body, WireLogin).payload
    except Malformed:
        return None
    held = token.exp if token.exp is not None and token.exp > 0 else TOKEN_MS
    return (token.jwt, held) if token.jwt else None


def _url(settings: ComponentSettings, path: str) -> str:
    return settings.base_url.rstrip("/") + path


# Out ------------------------------------------------------------------------------------------------------------------


def room(effect: ToComponent, settings: ComponentSettings) -> Room | None:
    """Return what a bot is told of a customer's message; None for a copy. A file's title is its words or its name."""
    if effect.author != CUSTOMER:
        return None
    worded = effect.message.choice is None and getattr(effect.message.content, "caption", None)
    kept = frozenset() if worded else members("name")
    return Room(
        protocol=PROTOCOL,
        contents={
            "text": frozenset(),
            **dict.fromkeys(FILES, members("caption")),
            "location": members("latitude longitude label"),
        },
        files=dict.fromkeys(FILES, kept),
        text_max=settings.text_max,
    )


def encode_message(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write a customer's message as a call of the secured converse. None for a copy, which nobody is to answer."""
    effect = owed.effect
    assert isinstance(effect, ToComponent)  # noqa: S101  # the caller's promise
    if effect.author != CUSTOMER:
        return None
    bot, user = quote(settings.bot_id, safe=""), quote(owed.conversation, safe="")
    body = _payload(effect.message, settings.text_max)
    if effect.message.meta:
        body["metadata"] = effect.message.meta
    headers = {**JSON, "authorization": f"Bearer {sending.bearer}"}
    url = _url(settings, f"/api/v1/bots/{bot}/converse/{user}/secured")
    return Call(url, headers, msgspec.json.encode(body), settings.timeout)


def encode_notice(_: Owed, __: ComponentSettings, ___: Sending) -> None:
    """Say nothing: a bot of Botpress speaks only when it is spoken to."""


def _payload(message: Message, text_max: int) -> dict[str, Any]:
    if message.choice is not None:
        label = message.choice.label
        return {"type": "quick_reply", "text": _cut(label, text_max), "payload": message.choice.postback or label}
    match message.content:
        case Picture(media, caption):
            return _file("image", media, caption)
        case Audio(media, caption):
            return _file("audio", media, caption)
        case Video(media, caption):
            return _file("video", media, caption)
        case File(media, caption):
            return _file("file", media, caption)
        case Location(latitude, longitude, place):
            return {"type": "location", "latitude": latitude, "longitude": longitude, **_given(title=place)}
        case _:
            return {"type": "text", "text": _cut(plain_text(message), text_max)}


def _file(kind: str, media: Media, caption: str | None) -> dict[str, Any]:
    return {"type": kind, kind: media.url, **_given(title=caption or media.name)}


def _given(**members: str | None) -> dict[str, str]:
    return {name: value for name, value in members.items() if value}


def _cut(text: str, most: int) -> str:
    """Botpress refuses a longer text as a whole; what it is to understand stands at the beginning as a rule."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


# In -------------------------------------------------------------------------------------------------------------------


class WireResponses(Struct, frozen=True):
    responses: tuple[Raw, ...]


class WireChoice(Struct, frozen=True):
    title: str
    value: str | int | float | bool | None = None


class WireOption(Struct, frozen=True):
    label: str
    value: str | int | float | bool | None = None


class WireAction(Struct, frozen=True):
    action: str
    title: str
    text: str | None = None
    url: str | None = None
    payload: Any = None


class WireCard(Struct, frozen=True):
    title: str | None = None
    subtitle: str | None = None
    image: str | None = None
    actions: tuple[WireAction, ...] | None = None


class WireText(Struct, frozen=True):
    text: str


class WireFile(Struct, frozen=True):
    """A file's address stands under the name of its type."""

    image: str | None = None
    audio: str | None = None
    video: str | None = None
    file: str | None = None
    title: str | None = None


class WireLocation(Struct, frozen=True):
    latitude: float
    longitude: float
    address: str | None = None
    title: str | None = None


class WireSingleChoice(Struct, frozen=True):
    choices: tuple[WireChoice, ...]
    text: str | None = None


class WireDropdown(Struct, frozen=True):
    options: tuple[WireOption, ...]
    message: str | None = None


class WireCarousel(Struct, frozen=True):
    items: tuple[WireCard, ...]


class WireTyping(Struct, frozen=True):
    value: float = 0


class WireType(Struct, frozen=True):
    type: str


def decode_reply(_: Owed, response: Response, settings: ComponentSettings) -> Heard:
    """Read what the bot said: a message for each response that can be read, and the problems of the others."""
    try:
        found = decode(response.body, WireResponses).responses
    except Malformed as fault:
        return Heard(problems=(str(fault),))
    messages: list[Message] = []
    problems: list[str] = []
    typing = 0
    for number, raw in enumerate(found[: limits.MESSAGES_PER_CALL_MAX]):
        path = f"responses[{number}]"
        try:
            kind = decode(raw, WireType, path).type
            if kind == "typing":
                typing += _typing(decode(raw, WireTyping, path))
            else:
                messages.append(_message(kind, raw, path, settings))
        except Malformed as fault:
            problems.append(str(fault))
    if len(found) > limits.MESSAGES_PER_CALL_MAX:
        problems.append(f"responses: more than {limits.MESSAGES_PER_CALL_MAX}")
    return Heard(tuple(messages), tuple(problems), typing)


def _typing(wire: WireTyping) -> int:
    return int(max(0, min(wire.value, limits.DELIVERY_TIMEOUT_MS)))


def _message(kind: str, raw: Raw, path: str, settings: ComponentSettings) -> Message:
    match kind:
        case "text":
            return Message(_text(decode(raw, WireText, path).text, path))
        case "image" | "audio" | "video" | "file":
            return Message(_media(kind, decode(raw, WireFile, path), path, settings))
        case "location":
            place = decode(raw, WireLocation, path)
            label = ", ".join(words for words in (place.title, place.address) if words)
            return Message(Location(place.latitude, place.longitude, label or None))
        case "single-choice":
            choice = decode(raw, WireSingleChoice, path)
            return _choices(choice.text, [(each.title, each.value) for each in choice.choices], path)
        case "dropdown":
            menu = decode(raw, WireDropdown, path)
            return _choices(menu.message, [(each.label, each.value) for each in menu.options], path)
        case "card":
            return Message(_card(decode(raw, WireCard, path), path, settings))
        case "carousel":
            items = decode(raw, WireCarousel, path).items
            if not items:
                raise Malformed(join(path, "items"), "is empty")
            cards = (_card(item, f"{path}.items[{number}]", settings) for number, item in enumerate(items))
            return Message(Carousel(tuple(cards)))
        case _:
            raise Malformed(join(path, "type"), f"unknown type `{kind[:64]}`")


def _text(words: str, path: str) -> Text:
    if not words.strip():
        raise Malformed(join(path, "text"), "is empty")
    if len(words) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed(join(path, "text"), f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    return Text(words)


_Made: TypeAlias = Callable[[Media, str | None], Content]
_FILES: Mapping[str, _Made] = {"image": Picture, "audio": Audio, "video": Video, "file": File}


def _media(kind: str, wire: WireFile, path: str, settings: ComponentSettings) -> Content:
    url: str | None = getattr(wire, kind)
    if not url:
        raise Malformed(join(path, kind), "missing")
    media = Media(_absolute(url, settings))
    if kind == "file":
        return File(Media(media.url, name=wire.title))
    return _FILES[kind](media, wire.title or None)


def _absolute(url: str, settings: ComponentSettings) -> str:
    return urljoin(f"{settings.base_url.rstrip('/')}/", url) if url.startswith("/") else url


def _choices(words: str | None, choices: list[tuple[str, Any]], path: str) -> Message:
    if not choices:
        raise Malformed(path, "offers no choice")
    buttons = tuple(Reply(title, as_text(value, path)) for title, value in choices)
    return Message(_text(words or " / ".join(title for title, _ in choices), path), buttons)


def _card(wire: WireCard, path: str, settings: ComponentSettings) -> Card:
    if not (wire.title or wire.subtitle or wire.image):
        raise Malformed(path, "a card without title, subtitle and image")
    return Card(
        wire.title or None,
        wire.subtitle or None,
        Media(_absolute(wire.image, settings)) if wire.image else None,
        tuple(_button(action, f"{path}.actions[{number}]") for number, action in enumerate(wire.actions or ())),
    )


def _button(action: WireAction, path: str) -> Button:
    match action.action:
        case "Say something":
            return Reply(action.title, action.text or action.title)
        case "Open URL":
            if not action.url:
                raise Malformed(join(path, "url"), "missing")
            return OpenUrl(action.title, action.url)
        case "Postback":
            return Reply(action.title, as_text(action.payload, join(path, "payload")))
        case other:
            raise Malformed(join(path, "action"), f"unknown action `{other[:64]}`")


def classify(response: Response) -> Verdict | None:
    """Say what Botpress' answer means; None: what its HTTP status means."""
    if 200 <= response.status < 300:
        try:
            decode(response.body, WireResponses)
        except Malformed:
            return Verdict("refused", "malformed")
        return None
    if TIMED_OUT in response.body:
        return Verdict("refused", "timeout")
    if response.status in (401, 403):
        return Verdict("refused", "authentication")
    return None
