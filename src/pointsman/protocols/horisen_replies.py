"""HORISEN's webhook response, in both directions, and the error request that follows a response that is wrong.

Source: `sources/horisen-conversation-api.txt` 2.2.3, 2.2.4, 4.1, 5.2; protocols §3.1.

Laws:

- A response is a list of messages; an empty one, or no body at all, says nothing. Each item stands for a message, as
  the document's example has it (a text and a picture are two), but for suggestions: they stand under the item before
  them, where they come first under the one after.
- Replies are judged one by one and strictly: what is wrong is told with its place and left out, the others count. A
  type that nobody knows, a member that is missing or of another kind, an address that is none are wrong; members that
  nobody knows are not.
- The vendor's shape of an error request is lost. Ours: `{"dialogUuid", "providerMsgID", "error", "errors": [{"path",
  "message"}]}`, signed as every request is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct, structs

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Content,
    File,
    FileList,
    Media,
    Message,
    Native,
    OpenUrl,
    Picture,
    Text,
    Video,
)
from pointsman.model.decision import Owed, ToComponent
from pointsman.protocols.decoding import as_texts, check_depth, decode, join
from pointsman.protocols.horisen_bodies import encode_bodies
from pointsman.protocols.horisen_content import PROTOCOL, Body, decode_body
from pointsman.protocols.horisen_kinds import NULL, TYPES
from pointsman.protocols.horisen_request import take_meta
from pointsman.protocols.wire import Heard, Malformed

_WEB_ADDRESS = re.compile(r"https?://[^\s/?#]\S*", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.\-]*:\S+", re.IGNORECASE)
"""Any scheme (RFC 3986 3.1): buttons lead into apps too."""


class WireResponse(Struct, frozen=True):
    messages: tuple[Raw, ...]


class WireReply(Struct, frozen=True):
    """`meta` is what a bot tells the rules of its reply, as in CM's format."""

    body: Raw = NULL
    meta: dict[str, Any] | None = None
    custom: Any = None


def encode_replies(messages: Sequence[Message]) -> bytes:
    """Write messages for the customer as the response to the request that they answer."""
    return msgspec.json.encode({"messages": [{"body": body} for one in messages for body in encode_bodies(one)]})


def decode_replies(body: bytes) -> Heard:
    """Read a response: the messages that are right, and what is wrong with the others, as `PLACE: FAULT`."""
    if not body.strip():
        return Heard()
    try:
        replies = decode(body, WireResponse).messages
        if len(replies) > limits.MESSAGE_ITEMS_MAX:
            raise Malformed("messages", f"more than {limits.MESSAGE_ITEMS_MAX} messages")
    except Malformed as fault:
        return Heard(problems=(_told(fault),))
    return _heard(replies)


def _heard(replies: Sequence[Raw]) -> Heard:
    messages: list[Message] = []
    problems: list[str] = []
    first: tuple[Button, ...] = ()
    for index, reply in enumerate(replies):
        path = f"messages[{index}]"
        try:
            read, meta = _reply(reply, path)
        except Malformed as fault:
            problems.append(_told(fault))
            continue
        if read.content is not None:
            options = {PROTOCOL: {"layout": read.layout}} if read.layout else {}
            messages.append(Message(read.content, first + read.buttons, meta=meta, options=options))
            first = ()
        elif messages:
            messages[-1] = structs.replace(messages[-1], buttons=messages[-1].buttons + read.buttons)
        else:
            first += read.buttons
    if first:
        problems.append("messages: suggestions without a message that they could stand under")
    return Heard(tuple(messages), tuple(problems))


def _told(fault: Malformed) -> str:
    """The fault in words, bounded: its place may hold names that the bot made up."""
    return str(fault)[: limits.GLANCE_CHARACTERS_MAX]


def _reply(reply: Raw, path: str) -> tuple[Body, dict[str, str]]:
    wire = decode(reply, WireReply, path)
    place = join(path, "body")
    if bytes(wire.body) == b"null":
        raise Malformed(place, "missing")
    check_depth(wire.custom, join(path, "custom"))
    meta, _ = take_meta(wire.custom, join(path, "custom"))
    told = as_texts(wire.meta, join(path, "meta"), limits.META_KEYS_MAX) if wire.meta else {}
    body = decode_body(wire.body, place)
    _check(body, place)
    return body, {**meta, **told}


def _check(body: Body, path: str) -> None:
    """Raise `Malformed` for what can be read but not shown to a customer."""
    match body.content:
        case Native(kind=kind):
            known = f"known are {', '.join(TYPES)}"
            raise Malformed(join(path, "type"), f"missing; {known}" if kind == "body" else f"`{kind}` is none; {known}")
        case Text(text) if not text.strip():
            raise Malformed(join(path, "content"), "is empty")
    for place, media in _media(body.content, path):
        for member, address in (("url", media.url), ("thumbnailUrl", media.thumbnail_url)):
            if address is not None and not _WEB_ADDRESS.fullmatch(address):
                raise Malformed(join(place, member), "expected an http or https address")
    for place, button in _buttons(body, path):
        if isinstance(button, OpenUrl) and not _ADDRESS.fullmatch(button.url):
            raise Malformed(join(place, "openUrl.url"), "expected an address")


def _media(content: Content | None, path: str) -> Iterator[tuple[str, Media]]:
    match content:
        case Picture(media) | Video(media) | Audio(media) | File(media):
            yield path, media
        case FileList(files):
            yield from ((f"{join(path, 'files')}[{index}]", media) for index, media in enumerate(files))
        case _:
            yield from ((join(place, "media"), card.media) for place, card in _cards(content, path) if card.media)


def _buttons(body: Body, path: str) -> Iterator[tuple[str, Button]]:
    for place, buttons in [(path, body.buttons), *((at, card.buttons) for at, card in _cards(body.content, path))]:
        yield from ((f"{join(place, 'suggestions')}[{index}]", button) for index, button in enumerate(buttons))


def _cards(content: Content | None, path: str) -> Iterator[tuple[str, Card]]:
    place = join(path, "content")
    match content:
        case Card():
            yield place, content
        case Carousel(cards):
            yield from ((f"{place}[{index}]", card) for index, card in enumerate(cards))


def encode_error_report(owed: Owed, problems: Sequence[str]) -> bytes:
    """Write what was wrong with the reply to `owed`, a `ToComponent`, for the bot that gave it."""
    effect = owed.effect
    reference = effect.message.reference if isinstance(effect, ToComponent) else None
    errors = [_error(problem) for problem in problems[: limits.MESSAGE_ITEMS_MAX]]
    wire = {
        "dialogUuid": owed.conversation,
        "providerMsgID": reference or owed.id,
        "error": f"{len(problems)} faults in the response" if len(problems) != 1 else "a fault in the response",
        "errors": errors,
    }
    return msgspec.json.encode(wire)


def _error(problem: str) -> dict[str, str]:
    place, found, detail = problem.partition(": ")
    return {"path": place, "message": detail} if found else {"path": "", "message": problem}
