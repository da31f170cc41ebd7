"""Which of HORISEN's message models a body is.

Law: the document shows no discriminator, though the members of files are the same for all kinds. We write `type`; a
body without one is told by its members, and a file by the family of its MIME type. Source: protocols §3.1.
"""

from __future__ import annotations

from msgspec import Raw, Struct, field

from pointsman.protocols.decoding import decode

NULL = Raw(b"null")


class WireKind(Struct, frozen=True):
    """The members by which bodies are told apart."""

    type: str | None = None
    content: Raw = NULL
    files: Raw = NULL
    suggestions: Raw = NULL
    latitude: Raw = NULL
    longitude: Raw = NULL
    url: Raw = NULL
    name: Raw = NULL
    email: Raw = NULL
    address: Raw = NULL
    phone: Raw = NULL
    postback: Raw = NULL
    reply_with: Raw = field(default=NULL, name="replyWith")
    layout: Raw = NULL


_TYPES = {
    "text": "text",
    "picture": "picture",
    "image": "picture",
    "video": "video",
    "audio": "audio",
    "file": "file",
    "filelist": "fileList",
    "location": "location",
    "contact": "contact",
    "suggestions": "suggestions",
    "card": "card",
    "carousel": "carousel",
    "cardcarousel": "carousel",
}
"""Types by their folded names: the models of the document with and without `Message` behind, and in any case."""

TYPES = tuple(dict.fromkeys(_TYPES.values()))
"""The types as we write them."""

_SEPARATORS = str.maketrans("", "", " -_")


def given(member: Raw) -> bool:
    """Whether a member is there and not null."""
    return bytes(member) != b"null"


def kind_of(head: WireKind) -> str | None:
    """Name the kind of a body: one of `TYPES`, `media` for a file of any kind, `press`; None: nobody here knows it."""
    return _type_of(head) if head.type else _untyped(head)


def _type_of(head: WireKind) -> str | None:
    name = (head.type or "").translate(_SEPARATORS).casefold()
    kind = _TYPES.get(name) or _TYPES.get(name.removesuffix("message"))
    return "press" if kind is None and _is_press(head) else kind


def _is_press(head: WireKind) -> bool:
    return given(head.postback) or given(head.reply_with)


def _untyped(head: WireKind) -> str | None:
    """The kind of a body without a type, by its members."""
    if given(head.files):
        return "fileList"
    if given(head.latitude) or given(head.longitude):
        return "location"
    if given(head.content):
        return _kind_of_content(head)
    if given(head.url):
        return "media"
    if any(map(given, (head.name, head.email, head.address, head.phone))):
        return "contact"
    if _is_press(head):
        return "press"
    return "suggestions" if given(head.suggestions) else None


def _kind_of_content(head: WireKind) -> str:
    """Text, an object or a list: the document's table has a list for one card too, which no width can be said of."""
    match bytes(head.content)[:1]:
        case b"{":
            return "card"
        case b"[":
            one = len(decode(head.content, tuple[Raw, ...])) == 1
            return "card" if one and b'"cardWidth"' not in bytes(head.layout) else "carousel"
        case _:
            return "text"
