"""Literals read as machines, in two ways: wide and narrow.

Laws: a wide machine takes every text that the literal, as wanted, takes, and perhaps more: when the wide machines of
some literals share no text, nothing satisfies those literals. A narrow machine promises nothing; it takes texts of
which one is likelier to be right. Where words are looked for, wide takes them wherever no letter sticks to them, and
narrow wants white space beside them. A folded value next to raw machines is cut, in wide readings, to what is tame.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from pointsman.language.folding import is_border
from pointsman.proofs.texts.classes import Ranges
from pointsman.proofs.texts.folds import tame
from pointsman.proofs.texts.literals import Literal, PatternLiteral, TextLiteral
from pointsman.proofs.texts.machines import (
    ApartMachine,
    BeginsMachine,
    ContainsMachine,
    Machine,
    WordsMachine,
    pattern_machine,
)
from pointsman.proofs.texts.product import Part
from pointsman.proofs.texts.regexes import Unread
from pointsman.proofs.texts.units import Alphabet, Unit

_CHARACTERS_MAX = 3_000
"""Of all values of one literal; longer lists make machines that nobody can wait for."""
_SOME = 40
"""Values of a long list that a narrow reading takes."""


class Reading(Struct, frozen=True):
    """A literal as a part of a product, and what the alphabet has to know of it."""

    part: Part
    named: frozenset[str] = frozenset()
    classes: frozenset[Ranges] = frozenset()
    bordered: bool = False
    words: bool = False


def read(literal: Literal, holds: bool, *, wide: bool, mixed: bool) -> Reading | str:
    """Return the reading, or the reason why there is none: text, pattern or list."""
    match literal:
        case PatternLiteral(pattern=pattern, flags=flags):
            try:
                machine = pattern_machine(pattern, flags)
            except Unread:
                return "pattern"
            return Reading(Part(machine, holds, "raw"), frozenset(), machine.classes, machine.bordered)
        case TextLiteral(values=values):
            few = values.all
            if values.characters > _CHARACTERS_MAX:
                if wide or not holds:
                    return "list"
                few = few[:_SOME]
            return _read_text(literal, few, holds, wide, mixed) or "text"
        case _:
            return "text"


def alphabet(readings: Iterable[Reading], *, mixed: bool) -> tuple[Unit, ...]:
    """The units that the machines of these readings tell apart."""
    taken = tuple(readings)
    return _units(
        frozenset().union(*(one.named for one in taken if one.part.reads != "folded")),
        frozenset().union(*(one.named for one in taken if one.part.reads == "folded")),
        frozenset().union(*(one.classes for one in taken)),
        any(one.bordered for one in taken),
        any(one.words for one in taken),
        mixed,
    )


@lru_cache(maxsize=256)
def _units(
    named: frozenset[str],
    named_folded: frozenset[str],
    classes: frozenset[Ranges],
    *conditions: bool,
) -> tuple[Unit, ...]:
    bordered, words, mixed = conditions
    return Alphabet(named, named_folded, classes, bordered=bordered, words=words, mixed=mixed).units()


def _read_text(literal: TextLiteral, values: tuple[str, ...], holds: bool, wide: bool, mixed: bool) -> Reading | None:
    how = literal.how
    if wide and mixed and not literal.exactly:
        how, values = _tamed(how, values, holds)
    if how == "mentions" and wide is not holds:
        values = tuple(value for value in values if _set_apart(value))
    if not values or (wide and holds and "" in values and how != "is"):
        return None
    machine = _machine(how, values, apart=wide is not holds)
    named, words = frozenset("".join(values)), how == "mentions"
    return Reading(
        Part(machine, holds, "folded" if not literal.exactly else "words" if words else "raw"), named, words=words
    )


def _machine(how: str, values: tuple[str, ...], *, apart: bool) -> Machine:
    match how:
        case "is":
            return BeginsMachine(values, whole=True)
        case "starts":
            return BeginsMachine(values)
        case "ends":
            return ContainsMachine(values, at_end=True)
        case "contains":
            return ContainsMachine(values)
        case _:
            return ApartMachine(values) if apart else WordsMachine(values)


def _set_apart(word: str) -> bool:
    """Whether white space beside a word, or an end of the text, is always a border of it."""
    return is_border(f" {word}", 1) and is_border(f"{word} ", len(word))


def _tamed(how: str, values: tuple[str, ...], holds: bool) -> tuple[str, tuple[str, ...]]:
    """A weaker test of tame characters only."""
    if all(map(tame, frozenset("".join(values)))):
        return how, values
    if not holds:
        return how, tuple(value for value in values if all(map(tame, value)))
    if how in ("is", "starts"):
        return "starts", tuple(value[: _tame_length(value)] for value in values)
    if how == "ends":
        return how, tuple(value[len(value) - _tame_length(value[::-1]) :] for value in values)
    return how, tuple(_tame_stretch(value).strip() if how == "mentions" else _tame_stretch(value) for value in values)


def _tame_length(value: str) -> int:
    return next((at for at, character in enumerate(value) if not tame(character)), len(value))


def _tame_stretch(value: str) -> str:
    """The longest stretch of tame characters."""
    stretches = "".join(one if tame(one) else "\0" for one in value).split("\0")
    return max(stretches, key=len)
