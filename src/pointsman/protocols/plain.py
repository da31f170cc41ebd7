"""A message in words, for protocols that carry nothing else: what a person would read on a channel of texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from pointsman.engine.downgrade.parts import line_of, map_of
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Contact,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    Picture,
    Template,
    Text,
    Video,
)
from pointsman.model.transcript import Turn

RULES = "rules"
"""Whom a rule's own reply is of, where that is said in words."""


def plain_text(message: Message) -> str:
    """Write the whole of a message as lines: its words, addresses of its files, and its buttons."""
    return "\n".join(line for line in (*_lines(message), *map(line_of, message.buttons)) if line)


def transcript(turns: Iterable[Turn]) -> str:
    """Write what was said, a message after the other, each behind its author: `customer`, a component, or `rules`."""
    said = ((turn.author or RULES, plain_text(turn.message)) for turn in turns)
    return "\n".join(f"{author}: {words}" for author, words in said if words)


def _lines(message: Message) -> Iterable[str]:
    match message.content:
        case Text(text):
            return (text,)
        case Picture(media, caption) | Video(media, caption) | Audio(media, caption) | File(media, caption):
            return (caption or "", _file(media))
        case FileList(files, caption):
            return (caption or "", *map(_file, files))
        case Location(label=label) as location:
            return (label or "", map_of(location))
        case Contact(name, phone, email, address):
            return (name or "", phone or "", email or "", address or "")
        case Card() as card:
            return _card(card)
        case Carousel(cards):
            return tuple(line for card in cards for line in _card(card))
        case Template() | Native():
            return (message.fallback or "",)
        case _:
            assert_never(message.content)


def _card(card: Card) -> tuple[str, ...]:
    media = _file(card.media) if card.media else ""
    return (card.title or "", card.description or "", media, *map(line_of, card.buttons))


def _file(media: Media) -> str:
    return f"{media.name}: {media.url}" if media.name else media.url
