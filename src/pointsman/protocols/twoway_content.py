"""TwoWay's messages: CM's `text`, and every other kind of content by an extension of ours.

CM publishes the payload of `text` alone (protocols section 1.5). The other `$type`s are our kinds, their members those
of CM's rich content (`twoway_suggestions` for files, places and buttons):

| `$type` | members |
|---|---|
| `text` | `text` |
| `picture` `video` `audio` `file` | `media`; `text` is the caption |
| `filelist` | `files`, a list of media; `text` is the caption |
| `location` | `location` |
| `contact` | `contact` (`name`, `phone`, `email`, `address`), `contacts` (CM's, WhatsApp-shaped), or both |
| `card`, `carousel` | `card` (`header`, `text`, `media`, `suggestions` …); `carousel` (`cards`, `cardWidth`) |
| `template` | `template`; `protocol`, if not CM's; `name` |
| `native` | `protocol`, `kind`, `body`: what only that protocol knows |

Any of them may have `suggestions` (buttons under it), `fallback` (what a channel of texts shows), `meta` (texts for the
rules), and CM's `tag` and `context` (which message it answers).

Laws:

- A `$type` is in lower case, as CM's deserializer wants it; any other is refused.
- Whatever the model can express is read back as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, assert_never

import msgspec
from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Message,
    Native,
    Picture,
    Template,
    Text,
    Video,
)
from pointsman.protocols.cm_rich_content import decode_contact, template_name
from pointsman.protocols.cm_suggestions import PROTOCOL as CM
from pointsman.protocols.decoding import as_texts, check_count, check_depth, decode, decode_opaque, join
from pointsman.protocols.room import FILES, IN_CAROUSEL, REQUEST, Room, members
from pointsman.protocols.twoway_suggestions import (
    WireLocation,
    WireMedia,
    decode_buttons,
    decode_location,
    decode_media,
    encode_buttons,
    encode_location,
    encode_media,
)
from pointsman.protocols.wire import Malformed

_FILES: dict[str, Callable[..., Content]] = {"picture": Picture, "video": Video, "audio": Audio, "file": File}


_FILE = members("name mime size seconds file_type thumbnail_url thumbnail_name thumbnail_mime thumbnail_size height")
ROOM = Room(
    protocol="twoway",
    contents={
        "text": frozenset(),
        **dict.fromkeys((*FILES, "file list"), members("caption")),
        "location": members("latitude longitude label url search radius"),
        "contact": members("name phone email address cards"),
        "card": members("title description orientation alignment"),
        "carousel": members("width"),
        IN_CAROUSEL: members("title description orientation alignment"),
    },
    files=dict.fromkeys((*FILES, "file list", "card", "reply"), _FILE),
    buttons={
        "reply": members("postback description"),
        "url": members("url postback"),
        "dial": members("number postback"),
        "compose": members("number text postback"),
        "location": members("postback"),
        REQUEST: members("request postback"),
        "calendar": members("title start end description postback"),
    },
    natives=None,
)
"""What a message has room for: everything that the model can express."""


class WireType(Struct, frozen=True):
    type: str = field(name="$type")


class WireText(Struct, frozen=True):
    text: str


class WireFile(Struct, frozen=True):
    media: WireMedia
    text: str | None = None


class WireFileList(Struct, frozen=True):
    files: tuple[WireMedia, ...]
    text: str | None = None


class WirePlace(Struct, frozen=True):
    location: WireLocation


class WirePerson(Struct, frozen=True, omit_defaults=True):
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class WireContact(Struct, frozen=True):
    contact: WirePerson | None = None
    contacts: tuple[dict[str, Any], ...] | None = None


class WireCard(Struct, frozen=True, rename="camel"):
    header: str | None = None
    text: str | None = None
    media: WireMedia | None = None
    suggestions: tuple[Raw, ...] | None = None
    card_orientation: str | None = None
    thumbnail_alignment: str | None = None


class WireCards(Struct, frozen=True, rename="camel"):
    cards: tuple[WireCard, ...]
    card_width: str | None = None


class WireOneCard(Struct, frozen=True):
    card: WireCard


class WireCarousel(Struct, frozen=True):
    carousel: WireCards


class WireTemplate(Struct, frozen=True):
    template: dict[str, Any]
    protocol: str = CM
    name: str | None = None


class WireNative(Struct, frozen=True):
    protocol: str
    kind: str
    body: Raw


class WireAround(Struct, frozen=True):
    """What any message may have besides its content."""

    suggestions: tuple[Raw, ...] | None = None
    fallback: str | None = None
    meta: dict[str, Any] | None = None
    tag: str | None = None
    context: dict[str, Any] | None = None


def decode_message(body: Raw, path: str, reference: str | None = None) -> Message:
    """Read the message that stands at `path`. Raises `Malformed`."""
    kind = decode(body, WireType, path).type
    read = _READERS.get(kind)
    if read is None:
        named = f"unknown type `{kind}`" if len(kind) < limits.GLANCE_CHARACTERS_MAX else "unknown type"
        raise Malformed(join(path, "$type"), f"{named}; types are in lower case: {', '.join(sorted(_READERS))}")
    content = read(body, path)
    around = decode(body, WireAround, path)
    _check_length(around.fallback, join(path, "fallback"))
    return Message(
        content,
        decode_buttons(around.suggestions, join(path, "suggestions")),
        fallback=around.fallback or None,
        reference=reference,
        meta=as_texts(around.meta or {}, join(path, "meta"), limits.META_KEYS_MAX),
        options=_options(around, path),
    )


def _options(around: WireAround, path: str) -> dict[str, Any]:
    """CM's `tag` and `context`, where CM's own format keeps them too."""
    extras = {name: value for name, value in (("tag", around.tag), ("context", around.context)) if value}
    check_depth(extras, path)
    return {"item": extras} if extras else {}


def _check_length(text: str | None, path: str) -> str | None:
    if text is not None and len(text) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed(path, f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    return text


def _text(body: Raw, path: str) -> Content:
    place = join(path, "text")
    text = decode(body, WireText, path).text
    if not text:
        raise Malformed(place, "is empty")
    return Text(_check_length(text, place) or "")


def _file(kind: Callable[..., Content]) -> Callable[[Raw, str], Content]:
    def read(body: Raw, path: str) -> Content:
        wire = decode(body, WireFile, path)
        return kind(decode_media(wire.media, join(path, "media")), _check_length(wire.text, join(path, "text")))

    return read


def _file_list(body: Raw, path: str) -> Content:
    wire = decode(body, WireFileList, path)
    place = join(path, "files")
    if not wire.files:
        raise Malformed(place, "is empty")
    check_count(wire.files, limits.MESSAGE_ITEMS_MAX, place)
    files = tuple(decode_media(one, f"{place}[{index}]") for index, one in enumerate(wire.files))
    return FileList(files, _check_length(wire.text, join(path, "text")))


def _location(body: Raw, path: str) -> Content:
    return decode_location(decode(body, WirePlace, path).location, join(path, "location"))


def _contact(body: Raw, path: str) -> Content:
    wire = decode(body, WireContact, path)
    place = join(path, "contacts")
    if wire.contact is None:
        if not wire.contacts:
            raise Malformed(join(path, "contact"), "missing")
        return decode_contact(wire.contacts, place)
    cards = wire.contacts or ()
    check_count(cards, limits.MESSAGE_ITEMS_MAX, place)
    check_depth(list(cards), place)
    return Contact(wire.contact.name, wire.contact.phone, wire.contact.email, wire.contact.address, cards)


def _card(body: Raw, path: str) -> Content:
    return _one_card(decode(body, WireOneCard, path).card, join(path, "card"))


def _one_card(wire: WireCard, path: str) -> Card:
    return Card(
        wire.header,
        _check_length(wire.text, join(path, "text")),
        None if wire.media is None else decode_media(wire.media, join(path, "media")),
        decode_buttons(wire.suggestions, join(path, "suggestions")),
        wire.card_orientation,
        wire.thumbnail_alignment,
    )


def _carousel(body: Raw, path: str) -> Content:
    wire = decode(body, WireCarousel, path).carousel
    place = join(path, "carousel.cards")
    if not wire.cards:
        raise Malformed(place, "is empty")
    check_count(wire.cards, limits.MESSAGE_ITEMS_MAX, place)
    return Carousel(tuple(_one_card(one, f"{place}[{index}]") for index, one in enumerate(wire.cards)), wire.card_width)


def _template(body: Raw, path: str) -> Content:
    wire = decode(body, WireTemplate, path)
    check_depth(wire.template, join(path, "template"))
    name = template_name(wire.template) if wire.name is None and wire.protocol == CM else wire.name
    return Template(wire.protocol, wire.template, name)


def _native(body: Raw, path: str) -> Content:
    wire = decode(body, WireNative, path)
    return Native(wire.protocol, wire.kind, decode_opaque(wire.body, join(path, "body")))


_READERS: dict[str, Callable[[Raw, str], Content]] = {
    "text": _text,
    **{name: _file(kind) for name, kind in _FILES.items()},
    "filelist": _file_list,
    "location": _location,
    "contact": _contact,
    "card": _card,
    "carousel": _carousel,
    "template": _template,
    "native": _native,
}


def encode_message(message: Message) -> dict[str, Any]:
    """Write a message with all its members but those of its envelope (id, direction, time).

    `choice`, on a customer's message only, is the button that was pressed: `label`, `postbackdata`, `index` (from 1).
    """
    choice = message.choice
    pressed = choice and {"label": choice.label, "postbackdata": choice.postback, "index": choice.index}
    around = {
        "suggestions": encode_buttons(message.buttons),
        "fallback": message.fallback,
        "choice": {name: value for name, value in (pressed or {}).items() if value is not None},
        "meta": message.meta,
        **message.options.get("item", {}),
    }
    return {**_encode_content(message.content), **{name: value for name, value in around.items() if value}}


def _encode_content(content: Content) -> dict[str, Any]:
    match content:
        case Text(text):
            return {"$type": "text", "text": text}
        case Picture(media, caption) | Video(media, caption) | Audio(media, caption) | File(media, caption):
            kind = str(content.__struct_config__.tag)
            return _present({"$type": kind, "media": encode_media(media), "text": caption})
        case FileList(files, caption):
            return _present({"$type": "filelist", "files": [encode_media(one) for one in files], "text": caption})
        case Location():
            return {"$type": "location", "location": encode_location(content)}
        case Contact(name, phone, email, address, cards):
            person = msgspec.to_builtins(WirePerson(name, phone, email, address))
            return _present({"$type": "contact", "contact": person, "contacts": list(cards) or None})
        case Card():
            return {"$type": "card", "card": _encode_card(content)}
        case Carousel(cards, width):
            carousel = _present({"cards": [_encode_card(card) for card in cards], "cardWidth": width})
            return {"$type": "carousel", "carousel": carousel}
        case Template(protocol, body, name):
            return _present({"$type": "template", "template": body, "protocol": protocol, "name": name})
        case Native(protocol, kind, body):
            return {"$type": "native", "protocol": protocol, "kind": kind, "body": body}
        case _:
            assert_never(content)


def _encode_card(card: Card) -> dict[str, Any]:
    return _present(
        {
            "header": card.title,
            "text": card.description,
            "media": card.media and encode_media(card.media),
            "suggestions": encode_buttons(card.buttons) or None,
            "cardOrientation": card.orientation,
            "thumbnailAlignment": card.alignment,
        }
    )


def _present(wire: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wire.items() if value is not None}
