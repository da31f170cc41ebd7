"""A preview as people read it and as programs do: messages drawn as lines, losses beneath, JSON of the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, assert_never

import msgspec

from pointsman.engine.downgrade.lines import kind_of_file
from pointsman.engine.preview import Preview
from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Compose,
    Contact,
    Dial,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
)


def heading(it: Preview) -> str:
    """Name the channel, and say how many messages it gets."""
    if it.refused:
        return f"{it.channel}: refused"
    return it.channel if len(it.messages) == 1 else f"{it.channel}: {len(it.messages)} messages"


def drawn(it: Preview) -> Iterator[str]:
    """Draw what a channel gets, message by message with an empty line between, then what is lost."""
    if it.refused:
        yield it.refused
    for number, message in enumerate(it.messages):
        if number:
            yield ""
        yield from _message(message)
    if it.losses:
        yield ""
        yield from (f"- {loss.kind} {loss.told}" for loss in it.losses)


def as_json(it: Preview) -> dict[str, Any]:
    """Turn a preview into plain values; members that do not apply are absent."""
    found = {
        "channel": it.channel,
        "messages": msgspec.to_builtins(it.messages),
        "losses": msgspec.to_builtins(it.losses),
        "offers": [
            {"number": offer.number, "label": offer.label, **({"title": offer.title} if offer.title else {})}
            for offer in it.offers
        ],
        "refused": it.refused,
    }
    return {name: value for name, value in found.items() if value or name in ("channel", "messages", "losses")}


def _message(message: Message) -> Iterator[str]:
    match message.content:
        case Text(text):
            yield from text.splitlines() or [""]
        case Picture(media, words) | Video(media, words) | Audio(media, words) | File(media, words):
            yield f"[{message.content.__struct_config__.tag}] {_file(media)}"
            yield from (words or "").splitlines()
        case FileList(files, words):
            yield from (f"[file] {_file(media)}" for media in files)
            yield from (words or "").splitlines()
        case Location(latitude, longitude, label):
            yield f"[location] {latitude}, {longitude}" + (f" {label}" if label else "")
        case Contact() as contact:
            told = (contact.name, contact.phone, contact.email, contact.address)
            yield f"[contact] {', '.join(it for it in told if it)}".rstrip()
        case Card() as card:
            yield from _card(card)
        case Carousel(cards):
            for number, card in enumerate(cards, 1):
                yield from (f"{number:>2} {line}" if not n else f"   {line}" for n, line in enumerate(_card(card)))
        case Template(name=name):
            yield f"[template] {name or ''}".rstrip()
        case Native(protocol, kind):
            yield f"[{kind} of {protocol}]"
        case _:
            assert_never(message.content)
    yield from map(_button, message.buttons)


def _card(card: Card) -> Iterator[str]:
    yield f"[card] {card.title or ''}".rstrip()
    yield from (card.description or "").splitlines()
    if card.media:
        yield f"[{kind_of_file(card.media.mime)}] {_file(card.media)}"
    yield from map(_button, card.buttons)


def _file(media: Media) -> str:
    return f"{media.name} {media.url}" if media.name else media.url


def _button(button: Button) -> str:
    match button:
        case Reply(label) | NativeButton(label):
            return f"({label})"
        case OpenUrl(label, url):
            return f"({label}) -> {url}"
        case Dial(label, number) | Compose(label, number):
            return f"({label}) -> {number}"
        case ShowLocation(label, location):
            return f"({label}) -> " + (
                "asks for a place" if location is None else f"{location.latitude}, {location.longitude}"
            )
        case CalendarEvent(label, title, start):
            return f"({label}) -> {title}, {start}"
        case _:
            assert_never(button)
