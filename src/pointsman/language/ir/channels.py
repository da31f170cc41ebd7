"""Channels: what each carries, and within which limits.

Laws: a profile is whole (a block of the rules has been laid over the standard library, or over what it is `like`);
every limit knows its source, which is empty where the rules name none.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

Support: TypeAlias = Literal["native", "emulated", "none"]
LimitOf: TypeAlias = Literal["", "title", "description", "caption", "buttons", "rows", "together", "thumbnail"]
LimitUnit: TypeAlias = Literal["characters", "bytes", "gsm", "size", "number"]


class Limit(Struct, frozen=True):
    """One bound. `of` empty: of the line's own subject. For a text that is its length; for media and a card a file's
    size; for a file list the number or the size of its files; for a carousel the number of its cards; for a button
    kind the number of all buttons in a message that has one of the kind.

    `caption` is what stands under media, else the label of a button; `caption` 0: media go without words, `buttons` 0:
    cards without buttons. `rows`: that many choices fit where the channel shows them as a list.

    `unit`: `characters` are code points, `bytes` those of UTF-8, `gsm` septets (`ucs2`: the bound in UTF-16 units of a
    text that GSM cannot write), `size` the bytes of a file, `number` a count. `together` bounds title, description and
    button labels as one. `with_buttons`: holds only where the message has buttons. `source` stands behind `from`.
    """

    of: LimitOf
    unit: LimitUnit
    most: int
    least: int = 0
    ucs2: int = 0
    with_buttons: bool = False
    source: str = ""


class Carried(Struct, frozen=True):
    """What a channel does with one kind of message or of button. `types` are MIME types, `image/*` for any image."""

    kind: str
    support: Support
    limits: tuple[Limit, ...] = ()
    types: tuple[str, ...] = ()
    source: str = ""


class ReplyWindow(Struct, frozen=True):
    """How long after the customer's last message a party of `role` may write; `role` empty: anyone."""

    ms: int
    role: Literal["", "bot", "desk", "service"] = ""
    source: str = ""


class Profile(Struct, frozen=True):
    """One channel, whole: every kind of message and every kind of button is named, in the order of the vocabulary.

    `standard`: no block of the rules touched it. `phone`: it knows its customers by telephone number.
    """

    name: str
    messages: tuple[Carried, ...]
    buttons: tuple[Carried, ...]
    postback: Limit | None = None
    windows: tuple[ReplyWindow, ...] = ()
    strict: bool = False
    standard: bool = True
    phone: bool = False
