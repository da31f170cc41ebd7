"""What a downgrade can say of which kind: the words of rungs as data. Checks, docs and tests read these tables.

Laws: a kind is a message kind or `button KIND`; what a record is `within` belongs to one card or one file of the kind,
so that it stands only where `for each` goes through them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.language.channel_words import BUTTONS
from pointsman.language.ir import RenderingHow
from pointsman.model.content import MESSAGE_KINDS

Each: TypeAlias = Literal["card", "button", "file"]

EACH: dict[Each, tuple[str, ...]] = {"card": ("carousel",), "file": ("file list",), "button": BUTTONS}
"""What `for each` goes through, by the kinds that have several of it."""
FILES = ("picture", "video", "audio", "file")
"""Kinds that are one file."""
CHOICES = ("card", "carousel", "button reply")
"""Kinds whose replies can be remembered."""
_LISTS = ("file list", "carousel")


class PartRecord(Struct, frozen=True):
    """One name that a text of a downgrade may hold in braces."""

    name: str
    on: tuple[str, ...]
    prose: str
    example: str
    within: tuple[str, ...] = ()


PARTS: tuple[PartRecord, ...] = (
    PartRecord(
        "n",
        (*FILES, "file list", "card", "carousel", *BUTTONS),
        "the number of what is rendered, from 1, counted through all that one message becomes",
        'downgrade card on SMS to text "{n}. {title}" remember choices for 24h',
    ),
    PartRecord(
        "text",
        (*MESSAGE_KINDS, "button compose"),
        "the words of the message: its text, caption or label, a card's title and description, else what its sender "
        "wants shown in its place; of a button, those that it prepares",
        'downgrade template to text "{text}"',
    ),
    PartRecord(
        "title",
        ("card", "carousel", "button calendar"),
        "the title of a card or of a date",
        'downgrade card on SMS to text "{title}"',
        within=("carousel",),
    ),
    PartRecord(
        "description",
        ("card", "carousel", "button reply", "button calendar"),
        "the text under a card's title, under a choice, or of a date",
        'downgrade card on SMS to text "{description}"',
        within=("carousel",),
    ),
    PartRecord(
        "url",
        (*FILES, "file list", "location", "card", "carousel", "button url", "button location"),
        "the address: of the file, of what the button opens, or of a map of the place",
        'downgrade picture on SMS to text "see {url}"',
        within=_LISTS,
    ),
    PartRecord(
        "name",
        (*FILES, "file list", "contact"),
        "the name of the file, or of the person",
        'downgrade file on SMS to text "{name}: {url}"',
        within=("file list",),
    ),
    PartRecord("phone", ("contact",), "the person's telephone number", 'downgrade contact to text "{name} {phone}"'),
    PartRecord("email", ("contact",), "the person's mail address", 'downgrade contact to text "{name} {email}"'),
    PartRecord(
        "address", ("contact",), "where the person lives or works", 'downgrade contact to text "{name}\\n{address}"'
    ),
    PartRecord(
        "latitude",
        ("location", "button location"),
        "degrees to the north",
        'downgrade location on SMS to text "{latitude}, {longitude}"',
    ),
    PartRecord(
        "longitude",
        ("location", "button location"),
        "degrees to the east",
        'downgrade button location on SMS to text "{label}: {latitude}, {longitude}"',
    ),
    PartRecord(
        "label",
        ("location", *BUTTONS),
        "what stands on the button, or beside the place",
        'downgrade button url on SMS to text "{label}: {url}"',
    ),
    PartRecord(
        "number",
        ("button dial", "button compose"),
        "the number to call or to write to",
        'downgrade button dial to text "call {number}"',
    ),
    PartRecord(
        "start",
        ("button calendar",),
        "when the date begins, as its sender wrote it",
        'downgrade button calendar to text "{title}, {start}"',
    ),
    PartRecord(
        "end",
        ("button calendar",),
        "when the date ends, likewise",
        'downgrade button calendar to text "{title} until {end}"',
    ),
)


class RenderingRecord(Struct, frozen=True):
    """One thing that a message or a button may become."""

    how: RenderingHow
    form: str
    on: tuple[str, ...]
    prose: str
    example: str
    within: tuple[str, ...] = ()


RENDERINGS: tuple[RenderingRecord, ...] = (
    RenderingRecord(
        "text",
        "text TEMPLATE",
        (*MESSAGE_KINDS, *BUTTONS),
        "a text, without those of its lines all of whose parts are missing; of a button, a line of the message that "
        "carries it",
        'downgrade contact to text "{name}\\n{phone}"',
    ),
    RenderingRecord(
        "picture",
        "picture",
        ("file", "card", *_LISTS),
        "its file as a picture, if it has one; a text behind it becomes the caption where that fits",
        'downgrade card on Telegram to picture and text "{title}" and buttons',
        within=_LISTS,
    ),
    RenderingRecord(
        "file",
        "file",
        ("picture", "video", "audio", "card", *_LISTS),
        "its file as a file, if it has one; a text behind it becomes the caption where that fits",
        "downgrade audio on Viber to file",
        within=_LISTS,
    ),
    RenderingRecord(
        "card",
        "card",
        ("text", *FILES, *_LISTS),
        "a card of it",
        "downgrade carousel on RCS to card for each card",
        within=_LISTS,
    ),
    RenderingRecord("cards", "cards", ("carousel",), "one message a card", "downgrade carousel on Facebook to cards"),
    RenderingRecord(
        "buttons",
        "buttons",
        ("card", "carousel"),
        "its buttons, under the last message made so far",
        'downgrade card on SMS to text "{title}" and buttons',
    ),
    RenderingRecord(
        "numbered buttons",
        "numbered buttons",
        ("card", "carousel", "button reply"),
        "its choices, each as a line of text with its number",
        "downgrade button reply on RCS to numbered buttons remember choices for 1h",
    ),
    RenderingRecord(
        "link",
        "link",
        (*FILES, "location", "card", *_LISTS, "button url", "button location"),
        "a text of its words and its address; of a button, one that opens the address where the channel has such, else "
        "a line of text",
        "downgrade video on Facebook to link",
        within=_LISTS,
    ),
    RenderingRecord(
        "nothing",
        "nothing",
        (*MESSAGE_KINDS, *BUTTONS),
        "it is left out, and told as a loss",
        "downgrade button calendar on SMS to nothing",
    ),
)


def part_record(name: str) -> PartRecord | None:
    return next((record for record in PARTS if record.name == name), None)


def rendering_record(how: RenderingHow) -> RenderingRecord:
    return next(record for record in RENDERINGS if record.how == how)
