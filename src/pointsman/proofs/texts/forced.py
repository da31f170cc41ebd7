"""Which words a part of a text makes it mention, whatever stands beside the part.

Laws: what is said to be mentioned is, in every text with the part. Borders of words look back and ahead over at most
two characters that count (extenders, format characters and joiners do not), and over runs of regional indicators by
their number being even; so all neighbours of a part that can make a difference are two of the kinds below, or fewer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from pointsman.language.folding import is_border, words_of

_KINDS = (
    "x",
    "a",
    "א",
    "ア",
    "1",
    "_",
    ":",
    ",",
    ".",
    "'",
    '"',
    "\u0301",
    "\u00ad",
    "\u200d",
    "🇳",
    "☺",
    "人",
    "!",
    " ",
)
"""One character of each kind that borders tell apart: letters and vowels (the border finder binds an apostrophe to a
vowel), Hebrew, katakana, digits, connectors, the signs that stand inside words and numbers, extenders, format
characters, joiners, regional indicators, emoji, others, blanks."""
_QUICK = (("x", "x"), ("1", "1"), ("_", "_"), ("a", "\u0301"), ("!", "\u0301"))
_DEEP = 2


@cache
def _neighbours() -> tuple[str, ...]:
    return ("", *_KINDS, *(one + other for one in _KINDS for other in _KINDS))


@lru_cache(maxsize=4096)
def forced(part: str, needle: str, at_start: bool = False, at_end: bool = False) -> bool:
    """Whether every text with `part` inside mentions `needle`; `at_start`, `at_end`: every text that has it there.

    Both are compared texts: folded where the test folds.
    """
    core = words_of(part)
    if not core or needle not in core:
        return False
    befores, afters = ("",) if at_start else _neighbours(), ("",) if at_end else _neighbours()
    for before, after in _QUICK:
        if not _mentioned("" if at_start else before, part, "" if at_end else after, needle):
            return False
    place = core.find(needle)
    while place >= 0:
        if all(_always_border(part, core, at, befores, afters) for at in (place, place + len(needle))):
            return True
        place = core.find(needle, place + 1)
    return False


@lru_cache(maxsize=8192)
def sticks(character: str) -> bool:
    """Whether no border parts this character from another that sticks: letters, digits and connectors do."""
    return not any(is_border(f"!{character}{other}", 2) or is_border(f"{other}{character}", 1) for other in "x1_")


def _mentioned(before: str, part: str, after: str, needle: str) -> bool:
    words = words_of(before + part + after)
    at = words.find(needle)
    while at >= 0:
        if is_border(words, at) and is_border(words, at + len(needle)):
            return True
        at = words.find(needle, at + 1)
    return False


def _always_border(part: str, core: str, at: int, befores: Iterable[str], afters: Iterable[str]) -> bool:
    befores = ("",) if _deep(core[:at]) else befores
    afters = ("",) if _deep(core[at:]) else afters
    lead = " " if part[0].isspace() else ""
    for before in befores:
        place = len(words_of(f"{before}{lead}x")) - 1 + at
        if not all(is_border(words_of(before + part + after), place) for after in afters):
            return False
    return True


def _deep(text: str) -> bool:
    """Whether so much of the text counts that borders at its end, or start, do not see beyond it."""
    counting = [one for one in text if unicodedata.category(one) not in ("Mn", "Me", "Mc", "Cf", "So", "Sk")]
    return len(counting) >= _DEEP
