"""Conditions of downgrades where only the shape of a message is known: what follows from it, and the rest both ways.

Laws: what `settled` says of a condition is so of every message of the shape, in every conversation on the channel; a
condition that it leaves open is tried as true and as false, the same within one run for messages that do not differ
in anything that it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias, TypeVar

from msgspec import Struct

from pointsman.engine.downgrade import Holds
from pointsman.language import ir
from pointsman.model.content import Card, Message, kind_of, media_of, text_of
from pointsman.proofs.variables import BUTTONS, variables_of

Result = TypeVar("Result")

_OF_FILES = ("message.size", "message.mime", "message.url", "message.name")
_CERTAIN = ("text", "message.size", "message.mime", "message.url")
"""Fields that a shape has or has not; what they hold may be otherwise."""


class Guess(Struct, frozen=True):
    """That a condition was taken to hold for a message, or not to."""

    condition: ir.Condition
    message: Message
    holds: bool


Guessed: TypeAlias = tuple[Guess, ...]


def runs(channel: str, run: Callable[[Holds], Result], most: int) -> Iterator[tuple[Result, Guessed] | None]:
    """Do `run` for each way in which the conditions that it asks for can come out; None where `most` are too few."""
    left: list[list[bool]] = [[]]
    for _ in range(most):
        if not left:
            return
        guessing = _Guessing(channel, left.pop())
        yield run(guessing), tuple(guessing.made)
        known = len(guessing.known)
        taken = [guess.holds for guess in guessing.made]
        left += [[*taken[:place], not taken[place]] for place in range(known, len(taken))]
    if left:
        yield None


class _Guessing:
    """Answers as far as `known` goes, and with no from there on."""

    def __init__(self, channel: str, known: list[bool]) -> None:
        self.known = known
        self.made: list[Guess] = []
        self._channel = channel

    def __call__(self, condition: ir.Condition, message: Message) -> bool:
        follows = settled(condition, message, self._channel)
        if follows is not None:
            return follows
        for guess in self.made:
            if guess.condition is condition and same_of(condition, guess.message, message):
                return guess.holds
        place = len(self.made)
        guess = Guess(condition, message, holds=place < len(self.known) and self.known[place])
        self.made.append(guess)
        return guess.holds


def same_of(condition: ir.Condition, message: Message, other: Message) -> bool:
    """Whether a condition reads nothing in which two messages of one rendering differ."""
    if message == other:
        return True
    differing = {
        "message": kind_of(message.content) != kind_of(other.content),
        "text": text_of(message) != text_of(other),
        BUTTONS: has_buttons(message) != has_buttons(other),
        **dict.fromkeys(_OF_FILES, media_of(message) != media_of(other)),
    }
    return not any(differing.get(variable) for variable in variables_of(condition))


def settled(condition: ir.Condition, message: Message, channel: str) -> bool | None:
    """Whether a condition holds for all messages of the shape of `message`, or for none; None where it depends."""
    match condition:
        case ir.And(parts):
            found = {settled(part, message, channel) for part in parts}
            return False if False in found else None if None in found else True
        case ir.Or(parts):
            found = {settled(part, message, channel) for part in parts}
            return True if True in found else None if None in found else False
        case ir.Not(part):
            below = settled(part, message, channel)
            return None if below is None else not below
        case ir.ChoiceTest("channel", names):
            return channel in names
        case ir.ChoiceTest("message", names):
            return kind_of(message.content) in names
        case ir.HasButtons():
            return has_buttons(message)
        case ir.Exists(path) if path in _CERTAIN:
            return _has(path, message)
        case ir.TextTest(path) | ir.Matches(path) | ir.Exists(path):
            return _false_if_missing(path, message)
        case ir.Compare(ir.Field(path) | ir.Length(path)) | ir.NumberIn(ir.Field(path) | ir.Length(path)):
            return _false_if_missing(path, message)
        case _:
            return None


def has_buttons(message: Message) -> bool:
    """Whether conditions see buttons in a message."""
    return bool(message.buttons or (isinstance(message.content, Card) and message.content.buttons))


def _false_if_missing(path: str, message: Message) -> bool | None:
    """What is asked of a field that the shape has not is not so."""
    if path in _CERTAIN and not _has(path, message):
        return False
    return False if path in _OF_FILES and media_of(message) is None else None


def _has(path: str, message: Message) -> bool:
    if path == "text":
        return text_of(message) is not None
    return getattr(media_of(message), path.removeprefix("message."), None) is not None
