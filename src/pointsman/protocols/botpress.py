"""Botpress v12: a bot that answers in the response to our call of its converse API.

Source: protocols section 4 (github botpress/v12 @179cb696, `core/converse`, `core/security`); what a message of the
customer becomes is HORISEN's mapping (`sources/horisen-conversation-api.txt`, 2.1.2).

Laws:

- The secured converse is used, since the public one takes texts only; its bearer token is had by a login.
- The conversation's id is Botpress' user: one conversation, one state of the bot.
- A converse is no call to repeat: what Botpress timed out on, it may have done. It is given up, and rules hear of it.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

import msgspec
from msgspec import Meta, Struct

from pointsman.model.content import Audio, File, Location, Media, Message, Picture, Video
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.protocols.botpress_replies import WireResponses, read_responses
from pointsman.protocols.decoding import decode
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


def decode_reply(_: Owed, response: Response, settings: ComponentSettings) -> Heard:
    """Read what the bot said: a message for each response that can be read, and the problems of the others."""
    return read_responses(response.body, settings.base_url)


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
