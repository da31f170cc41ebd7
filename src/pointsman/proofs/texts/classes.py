"""Which characters a one-character expression of RE2 matches, as RE2 itself says.

Laws: a `Ranges` is sorted, half open and disjoint, over all code points but the surrogates, which are in no text. What
a class means (flags, Unicode properties, ASCII classes) is nowhere written down here: RE2 is asked.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache, lru_cache
from typing import TypeAlias

from pointsman.language.patterns import compile_pattern

Ranges: TypeAlias = tuple[tuple[int, int], ...]

_SURROGATES = 0xD800, 0xE000
_END = 0x110000
_ASCII_TWINS = {"k": "\u212a", "s": "\u017f"}
"""What else an ASCII letter matches in either case."""


@cache
def _everything() -> str:
    return "".join(map(chr, range(_SURROGATES[0]))) + "".join(map(chr, range(_SURROGATES[1], _END)))


@lru_cache(maxsize=1024)
def ranges_of(expression: str, flags: str) -> Ranges:
    """Return what `expression`, which matches one character, matches. Raises `PatternError`."""
    found = compile_pattern(f"(?:{expression})+", flags).finditer(_everything())
    return tuple(_code_points(*match.span()) for match in found)


def _code_points(start: int, end: int) -> tuple[int, int]:
    gap = _SURROGATES[1] - _SURROGATES[0]
    first = start if start < _SURROGATES[0] else start + gap
    return first, end if end <= _SURROGATES[0] else end + gap


@lru_cache(maxsize=4096)
def ranges_of_character(character: str, either_case: bool) -> Ranges:
    """Return what a character matches that stands for itself."""
    if not either_case:
        return ((ord(character), ord(character) + 1),)
    if character.isascii():
        same = {character.lower(), character.upper(), _ASCII_TWINS.get(character.lower(), character)}
        return tuple((ord(one), ord(one) + 1) for one in sorted(same))
    return ranges_of(f"\\x{{{ord(character):X}}}", "i")


def inside(ranges: Ranges, character: str) -> bool:
    point = ord(character)
    at = bisect_right(ranges, (point, _END)) - 1
    return at >= 0 and point < ranges[at][1]
