"""The parts that a text of a downgrade may show, by what is rendered: a message's content, a card, a file, a button.

Law: what something does not have is missing (None), never an error. Names are those of `language.downgrade_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from msgspec.inspect import StructType, type_info

from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Compose,
    Contact,
    Content,
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
    text_of,
)

Part: TypeAlias = Callable[[Any], str | None]
"""Reads a part of a `Content` or of a `Button`."""

_MAP = "https://maps.google.com/?q="


def map_of(location: Location) -> str:
    """The address of a map of a place."""
    return location.url or f"{_MAP}{_degrees(location.latitude)},{_degrees(location.longitude)}"


def address_of(subject: Content | Button) -> str | None:
    """Where on the web something can be seen: its file, what its button opens, a map of its place."""
    url = PARTS_OF[type(subject)].get("url")
    return url(subject) if url else None


def line_of(button: Button) -> str:
    """A button as a line that says what it does."""
    return LINES[type(button)](button)


def _degrees(value: float) -> str:
    """Seven places are a centimetre; what is nothing within them has no sign."""
    return f"{value:z.7f}".rstrip("0").rstrip(".")


def _media(name: str) -> Part:
    def part(content: Any) -> str | None:
        media: Media | None = content.media
        return getattr(media, name, None)

    return part


def _url_of_media(content: Any) -> str | None:
    media: Media | None = content.media
    return media.url if media is not None else None


def _map_behind(button: ShowLocation) -> str | None:
    return map_of(button.location) if button.location else None


def _place(name: str) -> Part:
    def part(button: ShowLocation) -> str | None:
        return _degrees(getattr(button.location, name)) if button.location else None

    return part


def _attributes(*names: str) -> dict[str, Part]:
    return {name: attrgetter(name) for name in names}


_FILE: Mapping[str, Part] = {"text": attrgetter("caption"), "url": _url_of_media, "name": _media("name")}

PARTS_OF: Mapping[type, Mapping[str, Part]] = {
    Text: _attributes("text"),
    Picture: _FILE,
    Video: _FILE,
    Audio: _FILE,
    File: _FILE,
    FileList: {"text": attrgetter("caption")},
    Location: {
        "text": attrgetter("label"),
        "label": attrgetter("label"),
        "url": map_of,
        "latitude": lambda location: _degrees(location.latitude),
        "longitude": lambda location: _degrees(location.longitude),
    },
    Contact: _attributes("name", "phone", "email", "address"),
    Card: {
        "text": lambda card: text_of(Message(card)),
        "url": _url_of_media,
        "name": _media("name"),
        **_attributes("title", "description"),
    },
    Carousel: {},
    Template: _attributes("name"),
    Native: {},
    Reply: _attributes("label", "description"),
    OpenUrl: _attributes("label", "url"),
    Dial: _attributes("label", "number"),
    Compose: _attributes("label", "number", "text"),
    ShowLocation: {
        "label": attrgetter("label"),
        "url": _map_behind,
        "latitude": _place("latitude"),
        "longitude": _place("longitude"),
    },
    CalendarEvent: _attributes("label", "title", "description", "start", "end"),
    NativeButton: _attributes("label"),
}
"""`n` belongs to none of them, nor does the fallback, which is the message's `text` where there is no other."""


KINDS: Mapping[type, str] = {
    kind: str(info.tag) for kind in PARTS_OF if isinstance(info := type_info(kind), StructType)
}
"""The kind of each type of content or button, as rules write it."""


def _line_of_place(button: ShowLocation) -> str:
    return f"{button.label}: {map_of(button.location)}" if button.location else button.label


LINES: Mapping[type, Callable[[Any], str]] = {
    Reply: attrgetter("label"),
    NativeButton: attrgetter("label"),
    OpenUrl: lambda button: f"{button.label}: {button.url}",
    Dial: lambda button: f"{button.label}: {button.number}",
    Compose: lambda button: f"{button.label}: {button.number}",
    ShowLocation: _line_of_place,
    CalendarEvent: lambda button: f"{button.label}: {button.title}, {button.start} - {button.end}",
}
"""How a button is written so that it can always be read."""
