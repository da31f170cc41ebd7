"""Regular expressions read into trees, for the automata.

Laws: what is read has the meaning that RE2 gives it; what this does not read (and RE2 may) raises `Unread`. Classes are
kept as RE2 reads them. Groups, and greedy and lazy repetition, do not matter to whether there is a match. The border
that is none (backslash and B) is not read: RE2 finds it inside characters as well.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from pointsman.language.patterns import PatternError
from pointsman.proofs.texts.classes import Ranges, ranges_of, ranges_of_character


class Unread(Exception):
    """The expression has a construct that is not read here."""


class OneOf(Struct, frozen=True):
    """One character of a class; of none where the ranges are empty."""

    ranges: Ranges


class Border(Struct, frozen=True):
    """Nothing, at a place: text start, text end, line start, line end, word (ASCII)."""

    kind: str


class InOrder(Struct, frozen=True):
    parts: tuple[Tree, ...]


class AnyOf(Struct, frozen=True):
    parts: tuple[Tree, ...]


class Repeated(Struct, frozen=True):
    """`most` is None without a bound."""

    part: Tree
    least: int
    most: int | None


Tree: TypeAlias = OneOf | Border | InOrder | AnyOf | Repeated

_CLASS = re.compile(
    r"\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\]"
    r"|\\[dDsSwW]"
    r"|\\[pP](?:\{\^?\w+\}|\w)"
    r"|\.",
    re.DOTALL,
)
_CODE = re.compile(r"\\(?:x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|([afnrtv])|([^\w\s]|_))")
_CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_COUNT = re.compile(r"\{(\d+)(,?)(\d*)\}")
_GROUP = re.compile(r"\((?:\?P?<\w+>|\?([imsU]*)(?:-([imsU]+))?([:)]))?")
_SPECIAL = frozenset("\\[()*+?|")
_BORDERS = {r"\A": "text start", r"\z": "text end", r"\b": "word"}
_NODES_MAX = 2_000
"""Larger trees, once their counted repetitions are written out, make automata that nobody can wait for."""


@lru_cache(maxsize=1024)
def read_pattern(pattern: str, flags: str) -> Tree:
    """Return the tree of an expression that RE2 accepts. Raises `Unread`."""
    reader = _Reader(pattern, frozenset(flags))
    tree = reader.alternatives()
    if reader.at != len(pattern) or size_of(tree) > _NODES_MAX:
        raise Unread
    return tree


def size_of(tree: Tree) -> int:
    """Nodes of the tree with counted repetitions written out."""
    match tree:
        case InOrder(parts) | AnyOf(parts):
            return 1 + sum(map(size_of, parts))
        case Repeated(part, least, most):
            return 1 + size_of(part) * max(least, most or 1, 1)
        case _:
            return 1


class _Reader:
    def __init__(self, pattern: str, flags: frozenset[str]) -> None:
        self.pattern, self.flags, self.at = pattern, flags, 0

    def alternatives(self) -> Tree:
        """Up to a closing parenthesis or the end; flags set inside hold until then."""
        outside = self.flags
        parts = [self._sequence()]
        while self._take("|"):
            parts.append(self._sequence())
        self.flags = outside
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def _sequence(self) -> Tree:
        parts: list[Tree] = []
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            one = self._one()
            if one is not None:
                parts.append(self._repeated(one))
        return parts[0] if len(parts) == 1 else InOrder(tuple(parts))

    def _one(self) -> Tree | None:
        pattern, at = self.pattern, self.at
        if pattern[at] == "(":
            return self._group()
        if found := _CLASS.match(pattern, at):
            self.at = found.end()
            return OneOf(self._class(found[0]))
        if pattern[at] in "^$":
            self.at += 1
            lines = "m" in self.flags
            side = "start" if pattern[at] == "^" else "end"
            return Border(f"{'line' if lines else 'text'} {side}")
        if border := _BORDERS.get(pattern[at : at + 2]):
            self.at += 2
            return Border(border)
        return self._character()

    def _class(self, text: str) -> Ranges:
        try:
            return ranges_of(text, "".join(self.flags & {"i", "s"}))
        except PatternError:
            raise Unread from None

    def _character(self) -> Tree:
        character = self.pattern[self.at]
        if found := _CODE.match(self.pattern, self.at):
            self.at = found.end()
            hexadecimal = found[1] or found[2]
            character = chr(int(hexadecimal, 16)) if hexadecimal else found[4] or _CONTROL[found[3]]
        elif character in _SPECIAL:
            raise Unread
        else:
            self.at += 1
        return OneOf(ranges_of_character(character, "i" in self.flags))

    def _group(self) -> Tree | None:
        found = _GROUP.match(self.pattern, self.at)
        if found is None or (found[0] == "(" and self.pattern.startswith("(?", self.at)):
            raise Unread
        self.at = found.end()
        inner = (self.flags | set(found[1] or "")) - set(found[2] or "")
        if found[3] == ")":
            self.flags = inner
            return None
        outside, self.flags = self.flags, inner
        tree = self.alternatives()
        self.flags = outside
        if not self._take(")"):
            raise Unread
        return tree

    def _repeated(self, part: Tree) -> Tree:
        while self.at < len(self.pattern):
            if found := _COUNT.match(self.pattern, self.at):
                least = int(found[1])
                most = (int(found[3]) if found[3] else None) if found[2] else least
                self.at = found.end()
            elif self.pattern[self.at] in "*+?":
                least = 1 if self.pattern[self.at] == "+" else 0
                most = 1 if self.pattern[self.at] == "?" else None
                self.at += 1
            else:
                return part
            part = Repeated(part, least, most)
            self._take("?")
        return part

    def _take(self, character: str) -> bool:
        taken = self.pattern.startswith(character, self.at)
        self.at += taken
        return taken
