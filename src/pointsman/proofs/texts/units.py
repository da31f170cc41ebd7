"""The alphabet of a question: one unit for all characters that its machines cannot tell apart.

Laws, with which an empty product of machines proves something about all texts:

- Every text is a sequence of units: what raw machines read of it are the units' `raw`, and where folded machines run
  beside raw ones, what they read of its folded form are the units' `folded`. Strangers (characters that no value has)
  are one character, and it makes no difference how many stand in a row.
- A character that opens folds by itself, but for its last letter, which marks behind it may change. Such a `changed`
  unit is followed by a mark, and marks behind it may be part of it. Other marks are strangers to the folded machines,
  since these read values of tame characters only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, pairwise

from msgspec import Struct

from pointsman.language.folding import fold
from pointsman.proofs.texts.classes import Ranges, inside
from pointsman.proofs.texts.folds import altered, base, family, mark_on, opens, raw_forms
from pointsman.proofs.texts.forced import sticks
from pointsman.proofs.texts.machines import character_kind

_PLEASANT = "xabcdefghijklmnopqrstuvwyz0123456789 XABCDEFGHIJKLMNOPQRSTUVWYZ-_.,!?/:@+\n\téñ人·☺"
"""What a text is filled with, best first."""
_STRANGER = "\ue000"
_STRANGERS = "\ue000\ue001"
"""No letters, nor anything else that borders or machines have a rule for."""
_STRANGE_LETTERS = "\U00010380\U00010381"
"""What stands for strangers that stick to letters, where words are looked for."""
_BLANKS = tuple(character for character in map(chr, range(0x3001)) if character.isspace())
_MARKS_FROM = 0x300
_LAST = 0x110000
_LOOKED_AT = 40


class Unit(Struct, frozen=True):
    """`words` is what machines that look for words read of the raw text: a stranger, where the unit is many characters.

    `mark`: it does not open; where `folded` is empty, it is part of a changed letter.

    `changed`: a mark must follow, and has changed the folded letter.
    """

    raw: str
    folded: str
    words: str = ""
    mark: bool = False
    changed: bool = False


class Alphabet:
    """Makes the units of a question.

    `named` and `named_folded` are the characters that raw and folded values have; `classes` are those of the patterns,
    `bordered` says whether one has borders, `words` whether a machine looks for words. `mixed`: raw machines and folded
    ones are read together.
    """

    def __init__(
        self,
        named: frozenset[str],
        named_folded: frozenset[str],
        classes: frozenset[Ranges],
        *,
        bordered: bool,
        words: bool,
        mixed: bool,
    ) -> None:
        self._named, self._named_folded = named, named_folded
        self._classes = sorted(classes)
        self._bordered, self._words, self._mixed = bordered, words, mixed
        self._stranger = next(one for one in _STRANGERS if one not in named_folded)
        self._letter = next(one for one in _STRANGE_LETTERS if one not in named_folded) if words else self._stranger
        self._blank = next((one for one in _BLANKS if one not in named_folded), " ")

    def units(self) -> tuple[Unit, ...]:
        """All units, pleasant ones first."""
        special = self._special()
        found: dict[tuple[object, ...], Unit] = {}
        for unit in chain(self._of_special(special), self._of_others(special)):
            found.setdefault((self._look(unit.raw), unit.folded, unit.mark, unit.changed), unit)
        return tuple(found.values())

    def _special(self) -> list[str]:
        """Characters that are told from their neighbours for themselves."""
        special = set(self._named) | (set(_BLANKS) if self._words else set())
        if self._mixed:
            composites = [one for one in self._named_folded if base(one) != one]
            parts = set(self._named_folded).union(*map(family, composites))
            special.update(chain.from_iterable(map(raw_forms, parts)))
        else:
            special |= self._named_folded
        return sorted(special, key=_pleasantness)

    def _of_special(self, special: Iterable[str]) -> Iterator[Unit]:
        for character in special:
            folded = self._abstract(fold(character)) if self._mixed else character
            mark = self._mixed and not opens(character)
            yield Unit(character, folded, character, mark)
            if mark:
                yield Unit(character, "", character, mark)
            elif self._mixed:
                yield from self._changed(character)

    def _changed(self, character: str) -> Iterator[Unit]:
        whole = fold(character)
        place = altered(whole)
        if place is None:
            return
        at, letter = place
        became = [one for one in self._named_folded if one not in (whole[at], letter) and base(one) == letter]
        for new in (self._strange(letter), *became):
            folded = self._abstract(whole[:at]) + new + self._abstract(whole[at + 1 :])
            yield Unit(character, folded, character, changed=True)

    def _of_others(self, special: Sequence[str]) -> Iterator[Unit]:
        taken = frozenset(special)
        for character, beyond_ascii in self._others(taken):
            folded = self._stranger
            yield Unit(character, folded, _STRANGER)
            if self._words:
                yield Unit(character, self._letter, _STRANGER)
            if self._mixed and beyond_ascii:
                yield Unit(character, self._stranger, _STRANGER, mark=True)
                yield Unit(character, "", _STRANGER, mark=True)

    def _others(self, taken: frozenset[str]) -> Iterator[tuple[str, bool]]:
        """For each look that characters not in `taken` have, one of them, and whether some are beyond ASCII."""
        pleasant = {self._look(one): one for one in reversed(_PLEASANT) if one not in taken}
        found: dict[tuple[object, ...], tuple[str, bool]] = {}
        for start, end in self._stretches():
            one = _first_outside(taken, start, end)
            if one is not None:
                look = self._look(one)
                best, beyond = found.get(look, (pleasant.get(look, one), False))
                found[look] = best, beyond or end > _MARKS_FROM
        return iter(found.values())

    def _stretches(self) -> Iterator[tuple[int, int]]:
        """Stretches of code points in which all look the same to the patterns."""
        edges = {0, 0xD800, 0xE000, _LAST}.union(*chain.from_iterable(self._classes))
        if self._bordered:
            edges |= {ord(one) + more for one in "\n_" for more in (0, 1)}
            edges |= {ord(first) for first in "0Aa"} | {ord(last) + 1 for last in "9Zz"}
        ordered = sorted(edge for edge in edges if edge <= _LAST)
        return ((start, end) for start, end in pairwise(ordered) if start != 0xD800)

    def _look(self, character: str) -> tuple[object, ...]:
        """All that raw machines can see of a character."""
        return (
            character if character in self._named else None,
            character_kind(character) if self._bordered else None,
            (character.isspace(), sticks(character)) if self._words else None,
            *[inside(ranges, character) for ranges in self._classes],
        )

    def _abstract(self, folded: str) -> str:
        return "".join(one if one in self._named_folded else self._strange(one) for one in folded)

    def _strange(self, character: str) -> str:
        if character.isspace():
            return self._blank
        return self._letter if self._words and sticks(character) else self._stranger


def _first_outside(taken: frozenset[str], start: int, end: int) -> str | None:
    """A character of a stretch that is not taken, one that can be seen and opens if such is near its start."""
    free = (one for one in map(chr, range(start, end)) if one not in taken)
    near = tuple(islice(free, _LOOKED_AT))
    return next((one for one in near if one.isprintable() and opens(one)), near[0] if near else None)


def spelled(units: Sequence[Unit]) -> str:
    """The text of a sequence of units, each change made by a mark that makes it."""
    written: list[str] = []
    before: Unit | None = None
    for unit in units:
        mark = mark_on(before.raw) if before is not None and before.changed else None
        written.append(mark or unit.raw)
        before = unit
    return "".join(written)


def _pleasantness(character: str) -> tuple[int, str]:
    at = _PLEASANT.find(character)
    return (at if at >= 0 else len(_PLEASANT), character)
