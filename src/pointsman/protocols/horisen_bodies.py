"""Content and buttons to HORISEN's message models.

Source: `sources/horisen-conversation-api.txt` 5.2 to 5.13 and 5.21 to 5.23; protocols §3.1.

Laws:

- In a response a message is several bodies where the document has no model for the whole: the file, then its words,
  then the suggestions, which stand under what came last. Only documented members are in it, besides `type`.
- In a request there is room for one body, so caption and suggestions stand beside the content, and a press has its
  `postback`: members of ours, which `horisen_content` reads.
- What HORISEN has no model for is written in words.
"""

from __future__ import annotations

from typing import Any, assert_never

from msgspec import structs

from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Contact,
    Content,
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
from pointsman.protocols.horisen_content import PROTOCOL
from pointsman.protocols.horisen_suggestions import encode_location, encode_suggestions
from pointsman.protocols.plain import plain_text
from pointsman.protocols.room import FILES, IN_CAROUSEL, REQUEST, Room, members

_FILE = {"name": "name", "url": "url", "mimeType": "mime", "size": "size"}
_THUMBNAIL = {
    "thumbnailName": "thumbnail_name",
    "thumbnailUrl": "thumbnail_url",
    "thumbnailMimeType": "thumbnail_mime",
    "thumbnailSize": "thumbnail_size",
}
_MEMBERS = {
    "picture": _FILE | _THUMBNAIL,
    "video": _FILE | {"playingLength": "seconds"} | _THUMBNAIL,
    "audio": _FILE | {"playingLength": "seconds"},
    "file": _FILE | _THUMBNAIL | {"fileType": "file_type"},
}
"""The members of each kind of file, and those of `Media` that they hold."""

ROOM = Room(
    protocol=PROTOCOL,
    contents={
        "text": frozenset(),
        **dict.fromkeys((*FILES, "file list"), members("caption")),
        "location": members("latitude longitude label url"),
        "contact": members("name phone email address"),
        "card": members("title description orientation alignment"),
        "carousel": members("width"),
        IN_CAROUSEL: members("title description"),
    },
    files={
        **{kind: frozenset(names.values()) for kind, names in _MEMBERS.items()},
        "file list": frozenset(_MEMBERS["file"].values()),
        "card": members("thumbnail_url height"),
    },
    buttons={
        "reply": members("postback"),
        "url": members("url postback"),
        "dial": members("number postback"),
        "compose": members("number text postback"),
        "location": members("postback"),
        "calendar": members("title start end description postback"),
    },
    instead={REQUEST: "reply", "native": "reply"},
    natives=frozenset({PROTOCOL}),
)
"""What a request has room for. In a response a file's words are a message of their own: `RESPONSE_ROOM`."""
RESPONSE_ROOM = structs.replace(ROOM, apart=frozenset({"caption"}))

_SIZES = frozenset({"SHORT", "MEDIUM", "TALL", "SMALL"})
_LAYOUT = "layout"
_EMPTY: dict[str, Any] = {}


def wishes_of(message: Message) -> dict[str, Any]:
    """What of a message only HORISEN knows, as it came in."""
    wishes = message.options.get(PROTOCOL)
    return wishes if isinstance(wishes, dict) else _EMPTY


def encode_body(message: Message) -> dict[str, Any]:
    """Write a whole message as one body."""
    wire = {**_encode(message), "text": _caption(message.content)} if _caption(message.content) else _encode(message)
    if message.choice is not None and message.choice.postback is not None:
        wire["postback"] = message.choice.postback
    if message.buttons:
        wire["suggestions"] = encode_suggestions(message.buttons)
    return wire


def encode_bodies(message: Message) -> list[dict[str, Any]]:
    """Write a message as the bodies of a response, in the order in which the customer sees them."""
    bodies = [_encode(message)]
    caption = _caption(message.content)
    if caption:
        bodies.append({"type": "text", "content": caption})
    if message.buttons:
        bodies.append({"type": "suggestions", "suggestions": encode_suggestions(message.buttons)})
    return [body for body in bodies if body != {"type": "text", "content": ""}]


def _caption(content: Content) -> str | None:
    """The words of a file, for which the document has no member."""
    match content:
        case Picture(_, caption) | Video(_, caption) | Audio(_, caption) | File(_, caption):
            return caption
        case _:
            return None


def _encode(message: Message) -> dict[str, Any]:
    """The body of the content alone, without a file's words."""
    match message.content:
        case Text(text):
            return {"type": "text", "content": text}
        case Picture(media):
            return _file("picture", media)
        case Video(media):
            return _file("video", media)
        case Audio(media):
            return _file("audio", media)
        case File(media):
            return _file("file", media)
        case FileList(files, caption):
            listed = [_members(media, _MEMBERS["file"]) for media in files]
            return {"type": "fileList", **_present({"text": caption}), "files": listed}
        case Location() as location:
            return {"type": "location", **encode_location(location, "text")}
        case Contact(name, phone, email, address):
            return {"type": "contact", **_present({"name": name, "email": email, "address": address, "phone": phone})}
        case Card() as card:
            shown = {"cardOrientation": card.orientation, "thumbnailImageAlignment": card.alignment}
            return {"type": "card", **_layout(message, shown), "content": _card(card)}
        case Carousel(cards, width):
            shown = {"cardWidth": _spelled(width)}
            return {"type": "carousel", **_layout(message, shown), "content": [_card(card) for card in cards]}
        case Native(protocol, _, body) if protocol == PROTOCOL:
            return dict(body)
        case Template() | Native():
            return {"type": "text", "content": plain_text(structs.replace(message, buttons=()))}
        case _:
            assert_never(message.content)


def _file(kind: str, media: Media) -> dict[str, Any]:
    return {"type": kind, **_members(media, _MEMBERS[kind])}


def _members(media: Media, names: dict[str, str]) -> dict[str, Any]:
    return _present({name: getattr(media, member) for name, member in names.items()})


def _card(card: Card) -> dict[str, Any]:
    wire = {
        "media": card.media and _card_media(card.media),
        "title": card.title,
        "description": card.description,
        "suggestions": encode_suggestions(card.buttons) or None,
    }
    return _present(wire)


def _card_media(media: Media) -> dict[str, Any]:
    return _present({"url": media.url, "thumbnailUrl": media.thumbnail_url, "height": _spelled(media.height)})


def _spelled(size: str | None) -> str | None:
    """Heights and widths as RCS spells them, from which they are."""
    return size.upper() if size and size.upper() in _SIZES else size


def _layout(message: Message, shown: dict[str, str | None]) -> dict[str, Any]:
    """The layout as it came, with what the content says of it; nothing where neither says anything."""
    kept = wishes_of(message).get(_LAYOUT)
    layout = {**(kept if isinstance(kept, dict) else {}), **_present(shown)}
    return {_LAYOUT: layout} if layout else {}


def _present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
