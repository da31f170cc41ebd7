"""What the lines of a channel may bound: the words of limits as data. Checks, lowering, docs and tests read this table.

Laws: a line is a message kind, `button KIND` or `postback`; a limit without a word of its own bounds the line's own
subject; what a line's limit measures is told by its record and by whether it is written as a size.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

Measure: TypeAlias = Literal["length", "size", "count"]

MEDIA = ("picture", "video", "audio", "file", "file list")
"""Kinds that are files: what they allow may name media types."""
CARDS = ("card", "carousel")
BUTTONS = tuple(f"button {kind}" for kind in BUTTON_KINDS)
POSTBACK = "postback"
LINES = (*MESSAGE_KINDS, *BUTTONS, POSTBACK)
"""The lines that may have limits."""


POSTBACK_LEAST = 16
"""Characters of a token, four bits each: with fewer, two postbacks of one conversation could share one."""


class LimitRecord(Struct, frozen=True):
    """One thing that `on` some lines may be bounded; `least` is the smallest bound that says something."""

    of: str
    measure: Measure
    on: tuple[str, ...]
    prose: str
    example: str
    least: int = 1


LIMITS: tuple[LimitRecord, ...] = (
    LimitRecord(
        "",
        "length",
        ("text",),
        "its length: `characters` (where no unit stands), `bytes` of UTF-8, or for a text `gsm` septets, with a bound "
        "`with N ucs2` for texts that GSM cannot write; `with buttons`: where the message has some",
        "text 2000 characters, 640 characters with buttons",
    ),
    LimitRecord(
        "",
        "length",
        (POSTBACK,),
        "how long what a button says unseen may be; a longer one travels as a token, which needs room to be told apart",
        "postback 64 bytes",
        least=POSTBACK_LEAST,
    ),
    LimitRecord("", "size", (*MEDIA, *CARDS), "the size of its file, or of its picture", "picture 8 MB"),
    LimitRecord("", "count", ("file list",), "how many files", "'file list' native 10"),
    LimitRecord("", "count", ("carousel",), "how many cards", "carousel native 2 to 10"),
    LimitRecord(
        "",
        "count",
        BUTTONS,
        "how many buttons a message may have in all that has one of this kind",
        "button reply native 13",
    ),
    LimitRecord("cards", "count", ("carousel",), "how many cards, said aloud", "carousel native cards 2 to 10"),
    LimitRecord(
        "caption",
        "length",
        MEDIA,
        "the words that go with the file; `caption 0`: none, they go as a text of their own",
        "picture native 8 MB caption 1024",
        least=0,
    ),
    LimitRecord("caption", "length", (*CARDS, *BUTTONS), "the label of a button", "button url native caption 20"),
    LimitRecord("thumbnail", "size", MEDIA, "the small picture that stands for the file", "video thumbnail 100 KiB"),
    LimitRecord("title", "length", CARDS, "the title", "card native title 80"),
    LimitRecord("description", "length", CARDS, "the text under the title", "card native description 80"),
    LimitRecord("buttons", "count", CARDS, "the buttons of a card", "card native buttons 3", least=0),
    LimitRecord(
        "together", "length", CARDS, "title, description and labels of buttons in all", "card emulated together 1024"
    ),
    LimitRecord("rows", "count", ("button reply",), "choices that fit into a list", "button reply native 3 rows 10"),
    LimitRecord(
        "description",
        "length",
        ("button reply",),
        "the text under a choice of a list",
        "button reply native 3 rows 10 description 72",
    ),
)


def records(line: str, of: str) -> tuple[LimitRecord, ...]:
    """Return what the word `of` (empty: none) can mean on a line."""
    return tuple(record for record in LIMITS if record.of == of and line in record.on)
