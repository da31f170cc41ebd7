"""CM's `richContent`: its conversation items to content and buttons, and back.

Source: protocols §2.1; text-sdk-dotnet `Model/MultiChannel`, text-sdk-javascript `RichMessage`, text-sdk-php
`RichContent/Messages`, text-postman `collection.json`.

Laws:

- One item is one message. Suggestions of the whole belong to the last item, as they do on the customer's screen.
- An item is told by its members; `$type` (which only the .NET SDK writes) is not needed and not believed.
- What only CM knows (interactive, listPicker, oauth2, payment, members that nobody here knows) is a `Native` with the
  whole item as it came; a template is a `Template`.
- A card without header, file or buttons would read as a text, so it is written with an empty header.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Native,
    Picture,
    Template,
    Text,
    Video,
)
from pointsman.protocols.cm_suggestions import (
    PROTOCOL,
    WireLocation,
    WireMedia,
    decode_buttons,
    decode_location,
    decode_media,
    encode_buttons,
    encode_location,
    encode_media,
)
from pointsman.protocols.decoding import check_count, check_depth, decode, decode_opaque, join
from pointsman.protocols.media_kinds import media_content
from pointsman.protocols.room import FILES, IN_CAROUSEL, REQUEST, Room, members
from pointsman.protocols.wire import Malformed

NATIVE_ITEMS = ("interactive", "listPicker", "oauth2", "payment")
"""Items that only CM (and Apple or WhatsApp behind it) gives a meaning."""

_ITEM = "item"
"""The kind of a `Native` that holds a whole item, because none of its members is known."""


_FILE = members("name mime height")
ROOM = Room(
    protocol=PROTOCOL,
    contents={
        "text": frozenset(),
        **dict.fromkeys(FILES, members("caption")),
        "file list": members("caption"),
        "location": members("latitude longitude label search radius"),
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
        "location": members("postback"),
        REQUEST: members("request postback"),
        "calendar": members("title start end description postback"),
    },
    apart=frozenset({"file list"}),
    instead={"compose": "a link to the phone's composer", "native": "reply"},
    natives=frozenset({PROTOCOL}),
    by_type=True,
)
"""What `richContent` has room for."""


class WireCard(Struct, frozen=True, rename="camel"):
    """The members of a card, on its own or in a carousel."""

    header: str | None = None
    text: str | None = None
    media: WireMedia | None = None
    suggestions: tuple[Raw, ...] | None = None
    card_orientation: str | None = None
    thumbnail_alignment: str | None = None


class WireCarousel(Struct, frozen=True, rename="camel"):
    cards: tuple[WireCard, ...] = ()
    card_width: str | None = None


class WireItem(WireCard, frozen=True, rename="camel"):
    carousel: WireCarousel | None = None
    location: WireLocation | None = None
    contacts: tuple[dict[str, Any], ...] | None = None
    template: dict[str, Any] | None = None
    tag: str | None = None
    context: dict[str, Any] | None = None


class WireRichContent(Struct, frozen=True):
    conversation: tuple[Raw, ...] | None = None
    suggestions: tuple[Raw, ...] | None = None


class Item(Struct, frozen=True):
    """One conversation item. `extras` are its members `tag` and `context` (which message it answers), as they came."""

    content: Content
    buttons: tuple[Button, ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)


def decode_rich_content(wire: WireRichContent, path: str, text: str | None = None) -> tuple[Item, ...]:
    """Read all items; `text`, the body's own, is the item where there are suggestions only. Raises `Malformed`."""
    items = [
        _decode_item(body, f"{join(path, 'conversation')}[{index}]")
        for index, body in enumerate(wire.conversation or ())
    ]
    buttons = decode_buttons(wire.suggestions, join(path, "suggestions"))
    if not items and buttons:
        items = [Item(Text(text or ""))]
    if buttons:
        last = items[-1]
        items[-1] = Item(last.content, last.buttons + buttons, last.extras)
    return tuple(items)


def _decode_item(body: Raw, path: str) -> Item:
    wire = decode(body, WireItem, path)
    extras = {name: value for name, value in (("tag", wire.tag), ("context", wire.context)) if value}
    check_depth(extras, path)
    content = _structured(wire, path)
    if content is not None:
        return Item(content, decode_buttons(wire.suggestions, join(path, "suggestions")), extras)
    if _is_card(wire):
        return Item(_decode_card(wire, path), (), extras)
    content = _plain(wire, path)
    if content is None:
        return Item(_native(body, path))
    return Item(content, decode_buttons(wire.suggestions, join(path, "suggestions")), extras)


def _structured(wire: WireItem, path: str) -> Content | None:
    """The content of an item whose shape has a member of its own."""
    if wire.carousel is not None:
        cards, place = wire.carousel.cards, join(path, "carousel.cards")
        check_count(cards, limits.MESSAGE_ITEMS_MAX, place)
        return Carousel(
            tuple(_decode_card(card, f"{place}[{index}]") for index, card in enumerate(cards)),
            wire.carousel.card_width,
        )
    if wire.location is not None:
        return decode_location(wire.location, join(path, "location"))
    if wire.contacts:
        return decode_contact(wire.contacts, join(path, "contacts"))
    if wire.template is not None:
        check_depth(wire.template, join(path, "template"))
        return Template(PROTOCOL, wire.template, template_name(wire.template))
    return None


def _plain(wire: WireItem, path: str) -> Content | None:
    if wire.media is not None:
        return media_content(decode_media(wire.media, join(path, "media")), wire.text or None)
    return None if wire.text is None else Text(wire.text)


def _is_card(wire: WireCard) -> bool:
    """A card has a header, or a layout, or a file with buttons; a file with text alone is a captioned file."""
    layout = wire.header is not None or wire.card_orientation or wire.thumbnail_alignment
    return bool(layout is True or layout or (wire.media is not None and wire.suggestions))


def _decode_card(wire: WireCard, path: str) -> Card:
    return Card(
        wire.header or None,
        wire.text or None,
        None if wire.media is None or not wire.media.media_uri else decode_media(wire.media, join(path, "media")),
        decode_buttons(wire.suggestions, join(path, "suggestions")),
        wire.card_orientation,
        wire.thumbnail_alignment,
    )


def _native(body: Raw, path: str) -> Native:
    item = decode_opaque(body, path)
    for kind in NATIVE_ITEMS:
        if item.get(kind) is not None:
            return Native(PROTOCOL, kind, item)
    known = {name for name, value in item.items() if value is not None and name != "$type"}
    if not known:
        raise Malformed(path, "has no content")
    return Native(PROTOCOL, _ITEM, item)


def template_name(template: dict[str, Any]) -> str | None:
    """Return the name by which WhatsApp knows a template."""
    whatsapp = template.get("whatsapp")
    name = whatsapp.get("element_name") if isinstance(whatsapp, dict) else None
    return name if isinstance(name, str) else None


def decode_contact(cards: Sequence[dict[str, Any]], path: str) -> Contact:
    """Read WhatsApp-shaped contacts; the first card's name, phone and e-mail are what a channel without cards shows."""
    check_count(cards, limits.MESSAGE_ITEMS_MAX, path)
    check_depth(list(cards), path)
    first = cards[0]
    name = first.get("name")
    return Contact(
        _text(name, "formatted_name") if isinstance(name, dict) else None,
        _first(first.get("phones"), "phone"),
        _first(first.get("emails"), "email"),
        _first(first.get("addresses"), "street"),
        tuple(cards),
    )


def _first(values: Any, member: str) -> str | None:
    return _text(values[0], member) if isinstance(values, list) and values else None


def _text(value: Any, member: str) -> str | None:
    text = value.get(member) if isinstance(value, dict) else None
    return text if isinstance(text, str) and text else None


def encode_contact(contact: Contact) -> list[dict[str, Any]]:
    """Write a contact in WhatsApp's shape, the only one that CM has."""
    if contact.cards:
        return list(contact.cards)
    card: dict[str, Any] = {"name": {"formatted_name": contact.name or contact.phone or contact.email or ""}}
    for value, list_name, member in (
        (contact.phone, "phones", "phone"),
        (contact.email, "emails", "email"),
        (contact.address, "addresses", "street"),
    ):
        if value is not None:
            card[list_name] = [{member: value}]
    return [card]


def encode_rich_content(
    content: Content, buttons: Sequence[Button], fallback: str | None = None, extras: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Write one message as `richContent`. `fallback` stands in for vendor content of another protocol."""
    items = _encode_items(content, fallback)
    if extras and items:
        items[-1] = {**items[-1], **extras}
    rich: dict[str, Any] = {"conversation": items}
    if buttons:
        rich["suggestions"] = encode_buttons(buttons)
    return rich


def _encode_items(content: Content, fallback: str | None) -> list[dict[str, Any]]:
    match content:
        case Text(text):
            return [{"text": text}]
        case Picture(media, caption) | Video(media, caption) | Audio(media, caption) | File(media, caption):
            return [_with_text({"media": encode_media(media)}, caption)]
        case FileList(files, caption):
            # CM has no list of files: one item a file, its text before them.
            return [*([{"text": caption}] if caption else []), *({"media": encode_media(one)} for one in files)]
        case Location():
            return [{"location": encode_location(content)}]
        case Contact():
            return [{"contacts": encode_contact(content)}]
        case Card():
            return [_encode_card(content)]
        case Carousel(cards, width):
            carousel: dict[str, Any] = {"cards": [_encode_card(card) for card in cards]}
            return [{"carousel": carousel if width is None else {"cardWidth": width, **carousel}}]
        case Template(protocol, body) if protocol == PROTOCOL:
            return [{"template": body}]
        case Native(protocol, _, body) if protocol == PROTOCOL:
            return [body]
        case Template() | Native():
            return [{"text": fallback or ""}]


def _with_text(item: dict[str, Any], text: str | None) -> dict[str, Any]:
    return item if text is None else {**item, "text": text}


def _encode_card(card: Card) -> dict[str, Any]:
    wire: dict[str, Any] = {
        "header": card.title,
        "text": card.description,
        "media": card.media and encode_media(card.media),
        "suggestions": encode_buttons(card.buttons) or None,
        "cardOrientation": card.orientation,
        "thumbnailAlignment": card.alignment,
    }
    wire = {name: value for name, value in wire.items() if value is not None}
    recognisable = (
        wire.keys() & {"header", "cardOrientation", "thumbnailAlignment"} or {"media", "suggestions"} <= wire.keys()
    )
    return wire if recognisable else {"header": "", **wire}
