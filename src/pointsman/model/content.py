"""What a message carries: one content of one kind, and the buttons under it.

The union covers every model of HORISEN's Conversation API and of CM's rich content. What only one vendor can express
travels as `Native`, untouched, so that nothing is lost between two ends that speak the same protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from msgspec import Struct, structs

Height: TypeAlias = Literal["short", "medium", "tall"]


class Media(Struct, frozen=True, omit_defaults=True):
    """A file somewhere on the web. `size` in bytes, `seconds` of playing time."""

    url: str
    name: str | None = None
    mime: str | None = None
    size: int | None = None
    seconds: int | None = None
    file_type: str | None = None
    thumbnail_url: str | None = None
    thumbnail_name: str | None = None
    thumbnail_mime: str | None = None
    thumbnail_size: int | None = None
    height: str | None = None


class Text(Struct, frozen=True, omit_defaults=True, tag="text"):
    text: str


class Picture(Struct, frozen=True, omit_defaults=True, tag="picture"):
    media: Media
    caption: str | None = None


class Video(Struct, frozen=True, omit_defaults=True, tag="video"):
    media: Media
    caption: str | None = None


class Audio(Struct, frozen=True, omit_defaults=True, tag="audio"):
    media: Media
    caption: str | None = None


class File(Struct, frozen=True, omit_defaults=True, tag="file"):
    media: Media
    caption: str | None = None


class FileList(Struct, frozen=True, omit_defaults=True, tag="file list"):
    files: tuple[Media, ...]
    caption: str | None = None


class Location(Struct, frozen=True, omit_defaults=True, tag="location"):
    """Degrees, WGS 84. `radius` in metres (CM)."""

    latitude: float
    longitude: float
    label: str | None = None
    url: str | None = None
    search: str | None = None
    radius: float | None = None


class Contact(Struct, frozen=True, omit_defaults=True, tag="contact"):
    """A visiting card. `cards` keeps CM's WhatsApp-shaped contacts whole when they came in that shape."""

    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    cards: tuple[dict[str, Any], ...] = ()


class Reply(Struct, frozen=True, omit_defaults=True, tag="reply"):
    """A button whose press comes back as the customer's message."""

    label: str
    postback: str | None = None
    media: Media | None = None
    description: str | None = None


class OpenUrl(Struct, frozen=True, omit_defaults=True, tag="url"):
    label: str
    url: str
    postback: str | None = None


class Dial(Struct, frozen=True, omit_defaults=True, tag="dial"):
    label: str
    number: str
    postback: str | None = None


class Compose(Struct, frozen=True, omit_defaults=True, tag="compose"):
    label: str
    number: str
    text: str | None = None
    postback: str | None = None


class ShowLocation(Struct, frozen=True, omit_defaults=True, tag="location"):
    """`request` asks the customer to share a location instead of showing one (CM's ShareLocation)."""

    label: str
    location: Location | None = None
    request: bool = False
    postback: str | None = None


class CalendarEvent(Struct, frozen=True, omit_defaults=True, tag="calendar"):
    """`start` and `end` are RFC 3339 as the sender wrote them."""

    label: str
    title: str
    start: str
    end: str
    description: str | None = None
    postback: str | None = None


class NativeButton(Struct, frozen=True, omit_defaults=True, tag="native"):
    """A button that only `protocol` knows; `body` is its JSON object."""

    label: str
    protocol: str
    body: dict[str, Any]


Button: TypeAlias = Reply | OpenUrl | Dial | Compose | ShowLocation | CalendarEvent | NativeButton


class Card(Struct, frozen=True, omit_defaults=True, tag="card"):
    title: str | None = None
    description: str | None = None
    media: Media | None = None
    buttons: tuple[Button, ...] = ()
    orientation: str | None = None
    alignment: str | None = None


class Carousel(Struct, frozen=True, omit_defaults=True, tag="carousel"):
    cards: tuple[Card, ...]
    width: str | None = None


class Template(Struct, frozen=True, omit_defaults=True, tag="template"):
    """A message approved in advance by a channel's owner; `body` is the vendor's JSON object."""

    protocol: str
    body: dict[str, Any]
    name: str | None = None


class Native(Struct, frozen=True, omit_defaults=True, tag="native"):
    """Content that only `protocol` knows (CM's interactive, listPicker, payment …); `body` is its JSON object."""

    protocol: str
    kind: str
    body: dict[str, Any]


Content: TypeAlias = (
    Text | Picture | Video | Audio | File | FileList | Location | Contact | Card | Carousel | Template | Native
)

MESSAGE_KINDS = (
    "text",
    "picture",
    "video",
    "audio",
    "file",
    "file list",
    "location",
    "contact",
    "card",
    "carousel",
    "template",
)
"""The kinds a rule can name. A `Native` content is of no kind that rules know."""

BUTTON_KINDS = ("reply", "url", "dial", "compose", "location", "calendar")
"""The kinds of button a rule can name, likewise."""


class Choice(Struct, frozen=True, omit_defaults=True):
    """A button the customer pressed. `index` counts from 1 among the options last offered, where they are known."""

    label: str
    postback: str | None = None
    index: int | None = None


class Message(Struct, frozen=True, omit_defaults=True):
    """One message in either direction.

    `fallback` is what a channel shows that carries text only. `reference` is the sender's own id of the message.
    `meta` is what the sender attached for the rules. `options` are the sender's wishes to the carrier (validity, parts,
    groupings), passed on untouched to a carrier of the protocol that they came in.
    """

    content: Content
    buttons: tuple[Button, ...] = ()
    fallback: str | None = None
    choice: Choice | None = None
    reference: str | None = None
    meta: dict[str, str] = {}
    options: dict[str, Any] = {}


def kind_of(content: Content) -> str:
    """Name the kind of `content` as rules write it; `native` for what rules cannot name."""
    return str(content.__struct_config__.tag)


def text_of(message: Message) -> str | None:
    """Return the words a rule sees as `text`: the text, a caption, a card's description; None where there are none."""
    match message.content:
        case Text(text):
            return text
        case Picture(caption=words) | Video(caption=words) | Audio(caption=words) | File(caption=words):
            return words
        case FileList(caption=words) | Location(label=words):
            return words
        case Card(title=title, description=description):
            return description if title is None else title if description is None else f"{title}\n{description}"
        case _:
            return message.fallback


def media_of(message: Message) -> Media | None:
    """Return the message's only file, if it has one."""
    match message.content:
        case Picture(media=media) | Video(media=media) | Audio(media=media) | File(media=media) | Card(media=media):
            return media
        case _:
            return None


def buttons_inside(content: Content) -> tuple[Button, ...]:
    """Return the buttons inside cards."""
    if type(content) is Card:
        return content.buttons
    if type(content) is Carousel:
        return tuple([button for card in content.cards for button in card.buttons])
    return ()


def buttons_of(message: Message) -> tuple[Button, ...]:
    """Return all buttons of a message: those under it, then those inside its cards."""
    return (*message.buttons, *buttons_inside(message.content))


_NO_WORDS = frozenset(
    {"url", "mime", "file_type", "thumbnail_url", "thumbnail_mime", "height", "orientation", "alignment", "width"}
    | {"protocol", "kind", "start", "end"}
)
"""Members that hold no words of a person: changing them would only break the message."""


def map_words(message: Message, change: Callable[[str], str]) -> Message:
    """Apply `change` to every string that a person would read, or that could repeat what a person wrote.

    Used for redaction: captions, names, choices, postbacks, meta and vendor bodies are changed as well as the text, so
    that nothing that was redacted in one member survives in another. Addresses of files stay, and so do `options` that
    are plain values, such as a validity.
    """
    return structs.replace(
        message,
        content=_map(message.content, change),
        buttons=_map(message.buttons, change),
        fallback=_map(message.fallback, change),
        choice=_map(message.choice, change),
        meta=_map(message.meta, change),
        options={
            key: _map(value, change) if isinstance(value, dict | list) else value
            for key, value in message.options.items()
        },
    )


def _map(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case str():
            return change(value)
        case Struct():
            members = structs.asdict(value).items()
            return structs.replace(value, **{name: _map(it, change) for name, it in members if name not in _NO_WORDS})
        case dict():
            return {key: it if _is_address(it) else _map(it, change) for key, it in value.items()}
        case tuple() | list():
            return type(value)(_map(item, change) for item in value)
        case _:
            return value


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://")) and len(value.split()) == 1
