"""HORISEN's message models, the `body` of a message, to content and buttons.

Source: `sources/horisen-conversation-api.txt` 5.4 to 5.13 and 5.21 to 5.23; protocols §3.1.

Laws:

- `suggestions` beside other members are the buttons under that content; without any, there is no content.
- `text` beside a file is its caption, which the document has for lists of files and locations only.
- A body of a type that nobody here knows is a `Native` with the whole object, and goes out as it came.
- The keys inside `layout` are not documented: those of RCS have a meaning, all others are kept beside the content.
- `image/jpg`, which the document writes, is `image/jpeg` inside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta, Raw, Struct, field, structs

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Choice,
    Contact,
    Content,
    File,
    FileList,
    Media,
    Native,
    Picture,
    Text,
    Video,
)
from pointsman.protocols.decoding import decode, decode_opaque, join
from pointsman.protocols.horisen_kinds import WireKind, given, kind_of
from pointsman.protocols.horisen_suggestions import (
    decode_location,
    decode_suggestions,
)
from pointsman.protocols.media_kinds import media_content
from pointsman.protocols.wire import Malformed

PROTOCOL: Final = "horisen"
Count: TypeAlias = Annotated[int, Meta(ge=0, le=2**53)]
"""Bytes or seconds; larger numbers are no number that every JSON reader reads alike (RFC 8259, 6)."""


class Body(Struct, frozen=True):
    """One body. `content` None: it is suggestions only. `layout` is what of its layout the content cannot hold."""

    content: Content | None
    buttons: tuple[Button, ...] = ()
    choice: Choice | None = None
    layout: dict[str, Any] = field(default_factory=dict)


class WireReplyWith(Struct, frozen=True):
    postback: str | None = None


class WireText(Struct, frozen=True, rename="camel"):
    """A text, or the press of a reply: the document does not say how presses arrive."""

    content: str | None = None
    text: str | None = None
    postback: str | None = None
    reply_with: WireReplyWith | None = None


class WireFile(Struct, frozen=True, rename="camel"):
    """Every kind of file, and the media of a card."""

    name: str | None = None
    url: str | None = None
    mime_type: str | None = None
    size: Count | None = None
    playing_length: Count | None = None
    thumbnail_name: str | None = None
    thumbnail_url: str | None = None
    thumbnail_mime_type: str | None = None
    thumbnail_size: Count | None = None
    file_type: str | None = None
    height: str | None = None
    text: str | None = None


class WireFileList(Struct, frozen=True):
    text: str | None = None
    files: tuple[WireFile, ...] = ()


class WireLocation(Struct, frozen=True):
    latitude: float | None = None
    longitude: float | None = None
    text: str | None = None
    url: str | None = None


class WireContact(Struct, frozen=True):
    name: str | None = None
    email: str | None = None
    address: str | None = None
    phone: str | None = None


class WireCard(Struct, frozen=True):
    media: WireFile | None = None
    title: str | None = None
    description: str | None = None
    suggestions: tuple[Raw, ...] | None = None


_HEIGHTS = {"SHORT": "short", "MEDIUM": "medium", "TALL": "tall"}
_WIDTHS = {"SMALL": "Small", "MEDIUM": "Medium"}
_MIME = {"image/jpg": "image/jpeg"}


def decode_body(body: Raw, path: str) -> Body:
    """Read one body, typed or not, that stands at `path`. Raises `Malformed`."""
    head = decode(body, WireKind, path)
    kind = kind_of(head)
    if kind is None:
        return Body(Native(PROTOCOL, head.type or "body", _some_object(body, path)))
    found = _READERS[kind](body, path, head)
    if not given(head.suggestions):
        return found
    place = join(path, "suggestions")
    buttons = decode_suggestions(decode(head.suggestions, tuple[Raw, ...], place), place)
    return structs.replace(found, buttons=buttons)


def _some_object(body: Raw, path: str) -> dict[str, Any]:
    members = decode_opaque(body, path)
    if not any(value is not None for name, value in members.items() if name != "type"):
        raise Malformed(path, "has no content")
    return members


def _text(body: Raw, path: str, _: WireKind) -> Body:
    wire = decode(body, WireText, path)
    if wire.content is None:
        raise Malformed(join(path, "content"), "missing")
    postback = _postback(wire)
    choice = None if postback is None else Choice(wire.content or postback, postback)
    return Body(Text(_bounded(wire.content, join(path, "content"))), choice=choice)


def _press(body: Raw, path: str, _: WireKind) -> Body:
    wire = decode(body, WireText, path)
    postback = _postback(wire)
    label = wire.content or wire.text or postback
    if not label:
        raise Malformed(join(path, "postback"), "missing")
    return Body(Text(_bounded(label, path)), choice=Choice(label, postback))


def _postback(wire: WireText) -> str | None:
    own = wire.reply_with.postback if wire.reply_with else None
    return (own if own is not None else wire.postback) or None


def _bounded(text: str, path: str) -> str:
    if len(text) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed(path, f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    return text


def _words(text: str | None, path: str) -> str | None:
    return _bounded(text, path) if text else None


def _file(kind: Callable[[Media, str | None], Content]) -> Callable[[Raw, str, WireKind], Body]:
    """A reader of a file whose kind is known, or told by the file."""

    def read(body: Raw, path: str, _: WireKind) -> Body:
        wire = decode(body, WireFile, path)
        return Body(kind(_media(wire, path), _words(wire.text, join(path, "text"))))

    return read


def _media(wire: WireFile, path: str) -> Media:
    if not wire.url:
        raise Malformed(join(path, "url"), "missing")
    return Media(
        wire.url,
        wire.name or None,
        _mime(wire.mime_type),
        wire.size,
        wire.playing_length,
        wire.file_type or None,
        wire.thumbnail_url or None,
        wire.thumbnail_name or None,
        _mime(wire.thumbnail_mime_type),
        wire.thumbnail_size,
        None if wire.height is None else _HEIGHTS.get(wire.height.upper(), wire.height),
    )


def _mime(mime: str | None) -> str | None:
    return _MIME.get(mime.strip().lower(), mime) if mime else None


def _files(body: Raw, path: str, _: WireKind) -> Body:
    wire = decode(body, WireFileList, path)
    place = join(path, "files")
    _count(len(wire.files), place)
    files = tuple(_media(file, f"{place}[{index}]") for index, file in enumerate(wire.files))
    return Body(FileList(files, _words(wire.text, join(path, "text"))))


def _count(items: int, path: str) -> None:
    if not items:
        raise Malformed(path, "is empty")
    if items > limits.MESSAGE_ITEMS_MAX:
        raise Malformed(path, f"more than {limits.MESSAGE_ITEMS_MAX} items")


def _location(body: Raw, path: str, _: WireKind) -> Body:
    wire = decode(body, WireLocation, path)
    return Body(
        decode_location(wire.latitude, wire.longitude, _words(wire.text, join(path, "text")), wire.url, path=path)
    )


def _contact(body: Raw, path: str, _: WireKind) -> Body:
    wire = decode(body, WireContact, path)
    contact = Contact(wire.name or None, wire.phone or None, wire.email or None, wire.address or None)
    if contact == Contact():
        raise Malformed(path, "has neither name, email, address nor phone")
    return Body(contact)


def _suggestions(_: Raw, path: str, head: WireKind) -> Body:
    if not given(head.suggestions):
        raise Malformed(join(path, "suggestions"), "missing")
    return Body(None)


def _card(_: Raw, path: str, head: WireKind) -> Body:
    cards = _cards(head, path)
    if len(cards) != 1:
        raise Malformed(join(path, "content"), "more than one card; a card has one, a carousel has several")
    layout = _layout(head, path)
    orientation = _taken(layout, "cardOrientation")
    alignment = _taken(layout, "thumbnailImageAlignment") or _taken(layout, "thumbnailAlignment")
    return Body(structs.replace(cards[0], orientation=orientation, alignment=alignment), layout=layout)


def _carousel(_: Raw, path: str, head: WireKind) -> Body:
    cards = _cards(head, path)
    layout = _layout(head, path)
    width = _taken(layout, "cardWidth")
    return Body(Carousel(cards, None if width is None else _WIDTHS.get(width.upper(), width)), layout=layout)


def _cards(head: WireKind, path: str) -> tuple[Card, ...]:
    """The cards of `content`: an object, or a list of them."""
    place = join(path, "content")
    if not given(head.content):
        raise Malformed(place, "missing")
    if bytes(head.content)[:1] != b"[":
        return (_one_card(head.content, place),)
    cards = decode(head.content, tuple[Raw, ...], place)
    _count(len(cards), place)
    return tuple(_one_card(card, f"{place}[{index}]") for index, card in enumerate(cards))


def _one_card(body: Raw, path: str) -> Card:
    wire = decode(body, WireCard, path)
    card = Card(
        _words(wire.title, join(path, "title")),
        _words(wire.description, join(path, "description")),
        None if wire.media is None else _media(wire.media, join(path, "media")),
        decode_suggestions(wire.suggestions, join(path, "suggestions")),
    )
    if card == Card():
        raise Malformed(path, "has no content")
    return card


def _layout(head: WireKind, path: str) -> dict[str, Any]:
    # An empty object is `[]` where PHP writes it.
    return {} if bytes(head.layout) in (b"null", b"[]") else decode_opaque(head.layout, join(path, "layout"))


def _taken(layout: dict[str, Any], key: str) -> str | None:
    """Take a text out of a layout; None where it is none."""
    return str(layout.pop(key)) if isinstance(layout.get(key), str) else None


_READERS: dict[str, Callable[[Raw, str, WireKind], Body]] = {
    "text": _text,
    "press": _press,
    "media": _file(media_content),
    "picture": _file(Picture),
    "video": _file(Video),
    "audio": _file(Audio),
    "file": _file(File),
    "fileList": _files,
    "location": _location,
    "contact": _contact,
    "suggestions": _suggestions,
    "card": _card,
    "carousel": _carousel,
}
