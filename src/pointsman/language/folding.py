"""How texts are compared: folding, words and their borders, lists of needles.

Folding is NFKC, case folding, NFKC. A word border is that of UAX #29 (default rules), found by the `regex` package. For
`mentions`, white space between words counts as one blank. Both the compiler (which folds literals) and the engine use
these functions, so that a literal and a text can never be folded differently.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import regex
from ahocorasick_rs import AhoCorasick, Implementation

# What `(?w)\b` of the package lacks of UAX #29: it lets an apostrophe cling to the vowel behind it though no letter
# stands before it, and a lone regional indicator to whatever follows.
_BORDER = regex.compile(
    r"(?w)\b"
    r"|(?<=['\u2019])(?=\p{WB=ALetter})(?<![\p{WB=ALetter}\p{WB=Hebrew_Letter}][\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*['\u2019])"
    r"|(?<=\p{WB=Regional_Indicator})(?![\p{WB=Regional_Indicator}\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}])"
)
_AUTOMATON_FROM = 8
"""Needles from which one automaton pass beats substring searches one by one."""


def fold(text: str) -> str:
    """Return `text` as it is compared: NFKC, case folded, NFKC."""
    if text.isascii():
        return text.lower()
    return _normal(_normal(text).casefold())


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=4096)
def fold_short(text: str) -> str:
    """`fold`, remembered; for the short values of context and contact."""
    return fold(text)


def words_of(folded: str) -> str:
    """Return a folded text with each run of white space as one blank, none at the ends."""
    return " ".join(folded.split())


def borders(text: str) -> frozenset[int]:
    """Offsets of `text` where a word begins or ends, its own ends included."""
    return frozenset(match.start() for match in _BORDER.finditer(text)) | {0, len(text)}


def is_border(text: str, at: int) -> bool:
    """Whether `at` is one of the text's `borders`; looks at its neighbourhood only."""
    return at in (0, len(text)) or _BORDER.match(text, at) is not None


class Needles:
    """Strings to look for in a text, all at once. An empty needle is found in every text."""

    __slots__ = ("_automaton", "_empty", "_needles")

    def __init__(self, needles: Iterable[str]) -> None:
        unique = sorted(set(needles))
        self._empty = "" in unique
        self._needles = tuple(needle for needle in unique if needle)
        self._automaton = None
        if len(self._needles) >= _AUTOMATON_FROM:
            # The prefilter of the other kinds is what makes a text without any needle cheap; the DFA costs memory.
            kind = Implementation.ContiguousNFA if len(self._needles) > 1_000 else None
            self._automaton = AhoCorasick(list(self._needles), implementation=kind)

    def inside(self, text: str) -> bool:
        """Whether any needle is a substring of `text`."""
        if self._empty:
            return True
        if self._automaton is None:
            return any(needle in text for needle in self._needles)
        return bool(self._automaton.find_matches_as_indexes(text, overlapping=False))

    def found(self, text: str) -> list[str]:
        """Every needle that is a substring of `text`, each once, in no order; without the empty one."""
        if self._automaton is None:
            return [needle for needle in self._needles if needle in text]
        hits = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [self._needles[number] for number in {hit[0] for hit in hits}]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) of every occurrence of every needle, overlapping ones included."""
        if self._automaton is not None:
            return [(start, end) for _, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)]
        return [span for needle in self._needles for span in _occurrences(needle, text)]

    def mentioned(self, text: str) -> bool:
        """Whether any needle stands in `text` (as `words_of` returns it) with a word border at both its ends."""
        return any(is_border(text, start) and is_border(text, end) for start, end in self.spans(text))


def _occurrences(needle: str, text: str) -> Iterable[tuple[int, int]]:
    at = text.find(needle)
    while at >= 0:
        yield at, at + len(needle)
        at = text.find(needle, at + 1)
