"""Texts that are too long for a channel, cut into several.

Laws: every part is within the limits of the channel's profile; only the last has
the buttons, so that the earlier ones are bound as texts without; a channel without a profile carries everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from pointsman.engine.measure import fits
from pointsman.engine.split import split
from pointsman.language.ir import Carried, Limit, Profile
from pointsman.model.content import Message, Text
from pointsman.model.decision import Loss


class TextBounds(Struct, frozen=True):
    """What bounds a text on one channel; `with_buttons` holds all bounds of one that has buttons."""

    plain: tuple[Limit, ...]
    with_buttons: tuple[Limit, ...]


def bounds_of_texts(profiles: Iterable[Profile]) -> Mapping[str, TextBounds]:
    """Find the bounds of texts, by channel."""
    return {
        profile.name: _bounds(carried) for profile in profiles for carried in profile.messages if carried.kind == "text"
    }


def _bounds(text: Carried) -> TextBounds:
    limits = tuple(it for it in text.limits if not it.of and it.unit in ("characters", "bytes", "gsm"))
    return TextBounds(tuple(it for it in limits if not it.with_buttons), limits)


def downgraded(message: Message, bounds: TextBounds | None) -> tuple[tuple[Message, ...], tuple[Loss, ...]]:
    """The messages that leave, in order, and what is lost.

    The last is the message itself with the last part of its text: its buttons, meta, options and reference are there
    only. No part has a fallback, which stands for a whole message.
    """
    content = message.content
    if bounds is None or not isinstance(content, Text):
        return (message,), ()
    limits = bounds.with_buttons if message.buttons else bounds.plain
    broken = [limit for limit in limits if not fits(content.text, limit)]
    if not broken:
        return (message,), ()
    *early, last = (Text(part.text) for part in split(content.text, bounds.plain, limits))
    messages = *map(Message, early), structs.replace(message, content=last, fallback=None)
    return messages, (_loss(len(messages), broken),)


def _loss(parts: int, broken: list[Limit]) -> Loss:
    became = "1 part" if parts == 1 else f"{parts} parts"
    sources = dict.fromkeys(limit.source for limit in broken if limit.source)
    return Loss("split", "text", became, ", ".join(map(_written, broken)), "; ".join(sources))


def _written(limit: Limit) -> str:
    """A limit as a profile writes it."""
    ucs2 = f" with {limit.ucs2} ucs2" if limit.ucs2 else ""
    return f"{limit.most} {limit.unit}{ucs2}{' with buttons' if limit.with_buttons else ''}"
