"""Which kinds of message may come to a downgrade, by what downgrades make of what.

Law: what is not said to lead to a downgrade never asks for it; what is said to may not ask for it either.
"""

from __future__ import annotations

from collections.abc import Iterable

from pointsman.language import ir
from pointsman.model.content import MESSAGE_KINDS, Message, buttons_of, kind_of

_FILES = frozenset({"picture", "video", "audio", "file"})
_MAKES: dict[ir.RenderingHow, frozenset[str]] = {
    "picture": _FILES,
    "file": _FILES,
    "card": frozenset({"card"}),
    "cards": frozenset({"card"}),
}
"""The kinds that a rendering makes beside texts."""
_KEPT = {"carousel": frozenset({"card", "text"}), "file list": _FILES}
"""What a kind may leave behind without a downgrade: a single card, words that are no caption."""


def reaching(kinds: frozenset[str], rungs: Iterable[ir.Rung]) -> frozenset[str]:
    """Return the kinds of message of which something may become one of `kinds`, these themselves included."""
    makes = {kind: _KEPT.get(kind, frozenset()) | {"text"} for kind in MESSAGE_KINDS}
    for rung in rungs:
        if not rung.button:
            for rendering in rung.renderings:
                makes[rung.kind] |= _MAKES.get(rendering.how, frozenset())
    found = kinds
    while more := {kind for kind, made in makes.items() if made & found} - found:
        found |= more
    return found


def concerns(kinds: frozenset[str], buttons: bool, message: Message) -> bool:
    """Whether a message is of one of `kinds`, or has buttons where these matter."""
    return kind_of(message.content) in kinds or (buttons and bool(buttons_of(message)))
