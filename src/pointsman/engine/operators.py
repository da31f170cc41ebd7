"""The words of generated conditions: tests on values that may be missing. A missing value makes every test false.

These are exactly the names that a listing of `language.codegen` may use, beside its own constants and `v`.
"""

from __future__ import annotations

from typing import Any

from pointsman.language.folding import Needles, fold, fold_short, words_of
from pointsman.language.patterns import compile_pattern

_SHORT = 256
"""Longer values are folded anew each time rather than remembered."""


def folded(text: str | None) -> str | None:
    if text is None:
        return None
    return fold_short(text) if len(text) <= _SHORT else fold(text)


def spaced(text: str | None) -> str | None:
    return None if text is None else words_of(text)


def starts(text: str | None, heads: tuple[str, ...]) -> bool:
    return text is not None and text.startswith(heads)


def ends(text: str | None, tails: tuple[str, ...]) -> bool:
    return text is not None and text.endswith(tails)


def contains(text: str | None, needles: Needles) -> bool:
    return text is not None and needles.inside(text)


def mentions(text: str | None, needles: Needles) -> bool:
    return text is not None and needles.mentioned(text)


def search(compiled: Any, text: str | None) -> bool:
    return text is not None and compiled.search(text) is not None


def length(text: str | None) -> int | None:
    return None if text is None else len(text)


def below(number: float | None, other: float) -> bool:
    return number is not None and number < other


def at_most(number: float | None, other: float) -> bool:
    return number is not None and number <= other


def above(number: float | None, other: float) -> bool:
    return number is not None and number > other


def at_least(number: float | None, other: float) -> bool:
    return number is not None and number >= other


_TESTS = (folded, spaced, starts, ends, contains, mentions, search, length, below, at_most, above, at_least)
WORDS: dict[str, Any] = {
    "Needles": Needles,
    "fold": fold,
    "pattern": compile_pattern,
    "words_of": words_of,
    **{test.__name__: test for test in _TESTS},
}
