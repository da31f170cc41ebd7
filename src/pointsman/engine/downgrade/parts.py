"""The parts that a text of a downgrade may show, by what is rendered: a message's content, a card, a file, a button.

Law: what something does not have is missing (None), never an error. Names are those of `language.downgrade_words`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

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
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
    text_of,
)

Subject: TypeAlias = Any
"""A `Content` or a `Button`."""
Part: TypeAlias = Callable[[Any], str | None]

_MAP = "https://maps.google.com/?q="


def words_of(content: Subject, fallback: str | None) -> str | None:
    """The words of a content, else what its sender wants shown in its place."""
    return text_of(Message(content)) or fallback


def address_of(subject: Subject) -> str | None:
    """Where on the web something can be seen: its file, what its button opens, a map of its place."""
    match subject:
        case Picture(media) | Video(media) | Audio(media) | File(media):
            return media.url
        case Card(media=media):
            return media.url if media else None
        case Location():
            return map_of(subject)
        case OpenUrl(url=url):
            return url
        case ShowLocation(location=location):
            return map_of(location) if location else None
        case _:
            return None


def map_of(location: Location) -> str:
    """The address of a map of a place."""
    return location.url or f"{_MAP}{_degrees(location.latitude)},{_degrees(location.longitude)}"


def line_of(button: Button) -> str:
    """A button as a line that says what it does."""
    match button:
        case OpenUrl(label, url):
            return f"{label}: {url}"
        case Dial(label, number) | Compose(label, number):
            return f"{label}: {number}"
        case ShowLocation(label, location) if location:
            return f"{label}: {map_of(location)}"
        case CalendarEvent(label, title, start, end):
            return f"{label}: {title}, {start} - {end}"
        case _:
            return button.label


def _degrees(value: float) -> str:
    """Seven places are a centimetre."""
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _media(name: str) -> Part:
    def part(content: Any) -> str | None:
        media: Media | None = content.media
        return getattr(media, name, None)

    return part


def _of(name: str) -> Part:
    def part(subject: Any) -> str | None:
        value: str | None = getattr(subject, name)
        return value

    return part


def _text(content: Any) -> str | None:
    return text_of(Message(content))


def _place(name: str) -> Part:
    def part(button: ShowLocation) -> str | None:
        return _degrees(getattr(button.location, name)) if button.location else None

    return part


_FILE: Mapping[str, Part] = {"text": _of("caption"), "url": _media("url"), "name": _media("name")}
_LABEL: Mapping[str, Part] = {"label": _of("label")}

PARTS_OF: Mapping[type, Mapping[str, Part]] = {
    Text: {"text": _of("text")},
    Picture: _FILE,
    Video: _FILE,
    Audio: _FILE,
    File: _FILE,
    FileList: {"text": _of("caption")},
    Location: {
        "text": _of("label"),
        "label": _of("label"),
        "url": map_of,
        "latitude": lambda location: _degrees(location.latitude),
        "longitude": lambda location: _degrees(location.longitude),
    },
    Contact: {name: _of(name) for name in ("name", "phone", "email", "address")},
    Card: {
        "text": _text,
        "title": _of("title"),
        "description": _of("description"),
        "url": _media("url"),
        "name": _media("name"),
    },
    Carousel: {},
    Template: {"name": _of("name")},
    Native: {},
    Reply: {**_LABEL, "description": _of("description")},
    OpenUrl: {**_LABEL, "url": _of("url")},
    Dial: {**_LABEL, "number": _of("number")},
    Compose: {**_LABEL, "number": _of("number"), "text": _of("text")},
    ShowLocation: {**_LABEL, "url": address_of, "latitude": _place("latitude"), "longitude": _place("longitude")},
    CalendarEvent: {**_LABEL, **{name: _of(name) for name in ("title", "description", "start", "end")}},
}
"""`n` belongs to none of them, nor does the fallback, which is the message's `text` where there is no other."""
