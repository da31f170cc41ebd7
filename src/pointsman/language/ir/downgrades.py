"""Downgrades: how a message or a button is rendered that a channel does not carry as it is.

Laws: rungs stand in the order of precedence (those of the program before the standard library's, later declarations
before earlier ones); the first that speaks of the kind and the channel and whose condition holds is the one that
counts.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.language.ir.actions import Words
from pointsman.language.ir.conditions import Condition, Span

RenderingHow: TypeAlias = Literal[
    "text", "picture", "card", "cards", "buttons", "numbered buttons", "link", "file", "nothing"
]


class Part(Struct, frozen=True, tag="part"):
    """`{name or "default"}`: a part of the message that is rendered, by one of the names in `PARTS`."""

    name: str
    default: str = ""


RungTemplate: TypeAlias = tuple[Words | Part, ...]


class Rendering(Struct, frozen=True):
    """One thing that a message becomes; `text` is empty but for `text TEMPLATE`."""

    how: RenderingHow
    text: RungTemplate = ()


class Rung(Struct, frozen=True):
    """One `downgrade`. `channels` None: all; else those that are named and those that are like them.

    `each`: the whole rendering is repeated for each card, button or file. `remember_ms` 0: choices are not remembered.
    """

    kind: str
    button: bool
    channels: frozenset[str] | None
    when: Condition | None
    renderings: tuple[Rendering, ...]
    each: Literal["", "card", "button", "file"] = ""
    remember_ms: int = 0
    standard: bool = False
    span: Span | None = None
