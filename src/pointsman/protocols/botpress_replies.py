"""What a bot of Botpress says, read off the response to a converse.

Source: protocols section 4.3. Laws: each response is read for itself; one that cannot be read is told as a problem and
the others are said; addresses of files that begin with `/` are Botpress' own, and are made absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import urljoin

from msgspec import Raw, Struct

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
from pointsman.protocols.decoding import as_text, check_count, decode, join
from pointsman.protocols.wire import Heard, Malformed


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


def read_responses(body: bytes, base_url: str) -> Heard:
    """Read what the bot said: a message for each response that can be read, and the problems of the others."""
    try:
        found = decode(body, WireResponses).responses
    except Malformed as fault:
        return Heard(problems=(str(fault),))
    messages: list[Message] = []
    problems: list[str] = []
    typing = 0
    for number, raw in enumerate(found[: limits.MESSAGE_ITEMS_MAX]):
        path = f"responses[{number}]"
        try:
            kind = decode(raw, WireType, path).type
            if kind == "typing":
                typing += _typing(decode(raw, WireTyping, path))
            else:
                messages.append(_message(kind, raw, path, base_url))
        except Malformed as fault:
            problems.append(str(fault))
    if len(found) > limits.MESSAGE_ITEMS_MAX:
        problems.append(f"responses: more than {limits.MESSAGE_ITEMS_MAX} items")
    return Heard(tuple(messages), tuple(problems), typing)


def _typing(wire: WireTyping) -> int:
    return int(max(0, min(wire.value, limits.DELIVERY_TIMEOUT_MS)))


def _message(kind: str, raw: Raw, path: str, base_url: str) -> Message:
    match kind:
        case "text":
            return Message(_text(decode(raw, WireText, path).text, path))
        case "image" | "audio" | "video" | "file":
            return Message(_media(kind, decode(raw, WireFile, path), path, base_url))
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
            return Message(_card(decode(raw, WireCard, path), path, base_url))
        case "carousel":
            items = decode(raw, WireCarousel, path).items
            if not items:
                raise Malformed(join(path, "items"), "is empty")
            check_count(items, limits.MESSAGE_ITEMS_MAX, join(path, "items"))
            cards = (_card(item, f"{path}.items[{number}]", base_url) for number, item in enumerate(items))
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


def _media(kind: str, wire: WireFile, path: str, base_url: str) -> Content:
    url: str | None = getattr(wire, kind)
    if not url:
        raise Malformed(join(path, kind), "missing")
    media = Media(_absolute(url, base_url))
    if kind == "file":
        return File(Media(media.url, name=wire.title))
    return _FILES[kind](media, wire.title or None)


def _absolute(url: str, base_url: str) -> str:
    return urljoin(f"{base_url.rstrip('/')}/", url) if url.startswith("/") else url


def _choices(words: str | None, choices: list[tuple[str, Any]], path: str) -> Message:
    if not choices:
        raise Malformed(path, "offers no choice")
    check_count(choices, limits.CHOICES_MAX, path)
    buttons = tuple(Reply(title, as_text(value, path)) for title, value in choices)
    return Message(_text(words or " / ".join(title for title, _ in choices), path), buttons)


def _card(wire: WireCard, path: str, base_url: str) -> Card:
    if not (wire.title or wire.subtitle or wire.image):
        raise Malformed(path, "a card without title, subtitle and image")
    check_count(wire.actions or (), limits.CHOICES_MAX, f"{path}.actions")
    return Card(
        wire.title or None,
        wire.subtitle or None,
        Media(_absolute(wire.image, base_url)) if wire.image else None,
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
