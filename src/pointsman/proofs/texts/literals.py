"""A test of a text as the theory works with it: its values folded once, and whether it holds of a text.

Laws: `Literal.accepts` says of every text what the interpreter says of the atom; it is built from the functions that
both evaluators compare texts with. A literal is made once an atom and list, and remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, assert_never

from pointsman.language.folding import Needles, fold, is_border, words_of
from pointsman.language.ir import Compare, Exists, Matches, NumberIn, TextTest
from pointsman.language.patterns import compile_pattern
from pointsman.proofs.texts.answers import TextAtom, TextWanted

_REMEMBERED_MAX = 20_000
_FEW = 8
"""Values that are tried one by one; more are looked up."""


class Candidate:
    """A text that is tried, with what literals ask for computed once."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def folded(self) -> str:
        return fold(self.raw)

    def compared(self, exactly: bool) -> str:
        return self.raw if exactly else self.folded

    @cached_property
    def _folded_words(self) -> str:
        return words_of(self.folded)

    @cached_property
    def _raw_words(self) -> str:
        return words_of(self.raw)

    def words(self, exactly: bool) -> str:
        return self._raw_words if exactly else self._folded_words


class Values:
    """The strings that a text is compared with, each once, folded unless `exactly`, as words where they are mentions.

    `originals` gives for each of them one of the strings as written.
    """

    def __init__(self, written: Iterable[str], how: str, exactly: bool) -> None:
        shaped: Callable[[str], str] = str if exactly else fold
        self.originals: dict[str, str] = {}
        for value in written:
            value = str(value)
            compared = words_of(shaped(value)) if how == "mentions" else shaped(value)
            if compared or how != "mentions":
                self.originals.setdefault(compared, value)
        self.all: tuple[str, ...] = tuple(self.originals)
        self.few = len(self.all) <= _FEW

    @cached_property
    def needles(self) -> Needles:
        return Needles(self.all)

    @cached_property
    def characters(self) -> int:
        return sum(map(len, self.all))

    @cached_property
    def alphabet(self) -> frozenset[str]:
        return frozenset().union(*self.all)

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        return tuple(sorted({len(value) for value in self.all}))

    def begin(self, text: str) -> bool:
        if self.few:
            return text.startswith(self.all)
        return any(text[:length] in self.originals for length in self.lengths if length <= len(text))

    def end(self, text: str) -> bool:
        if self.few:
            return text.endswith(self.all)
        size = len(text)
        return any(text[size - length :] in self.originals for length in self.lengths if length <= size)

    def inside(self, text: str) -> bool:
        if self.few:
            return any(value in text for value in self.all)
        return self.needles.inside(text)

    def mentioned(self, words: str) -> bool:
        if not self.few:
            return self.needles.mentioned(words)
        return any(mentions(words, value) for value in self.all)


def mentions(words: str, needle: str) -> bool:
    """Whether `needle` (not empty) stands in `words` with a word border at both its ends."""
    at = words.find(needle)
    while at >= 0:
        if is_border(words, at) and is_border(words, at + len(needle)):
            return True
        at = words.find(needle, at + 1)
    return False


class TextLiteral:
    """`is`, `starts`, `ends`, `contains` or `mentions` any of some values."""

    def __init__(self, how: str, exactly: bool, values: Values) -> None:
        self.how, self.exactly, self.values = how, exactly, values

    def accepts(self, text: Candidate) -> bool:
        values = self.values
        match self.how:
            case "is":
                return text.compared(self.exactly) in values.originals
            case "starts":
                return values.begin(text.compared(self.exactly))
            case "ends":
                return values.end(text.compared(self.exactly))
            case "contains":
                return values.inside(text.compared(self.exactly))
            case _:
                return values.mentioned(text.words(self.exactly))


class PatternLiteral:
    """RE2 search in the raw text."""

    def __init__(self, pattern: str, flags: str) -> None:
        self.pattern, self.flags = pattern, flags
        self._search: Any = compile_pattern(pattern, flags).search

    def accepts(self, text: Candidate) -> bool:
        return self._search(text.raw) is not None


class LengthLiteral:
    """A comparison of the number of code points."""

    def __init__(self, how: str, values: Iterable[float]) -> None:
        self.how, self.values = how, frozenset(values)
        """`how` is a comparator, with one value, or `in`."""

    def accepts(self, text: Candidate) -> bool:
        return self.allows(len(text.raw))

    def allows(self, length: int) -> bool:
        if self.how in ("==", "in"):
            return length in self.values
        (value,) = self.values
        match self.how:
            case "<":
                return length < value
            case "<=":
                return length <= value
            case ">":
                return length > value
            case _:
                return length >= value


class ExistsLiteral:
    """Holds of every text."""

    def accepts(self, _: Candidate) -> bool:
        return True


Literal: TypeAlias = TextLiteral | PatternLiteral | LengthLiteral | ExistsLiteral

_literals: dict[tuple[int, int], tuple[TextAtom, object, Literal]] = {}


def literal_of(wanted: TextWanted) -> Literal:
    """Return the literal of an atom and its list, made when first asked for."""
    key = id(wanted.atom), id(wanted.listed)
    known = _literals.get(key)
    if known is None:
        if len(_literals) >= _REMEMBERED_MAX:
            _literals.clear()
        # The entry keeps both objects alive, so that no other can have their ids.
        known = _literals[key] = wanted.atom, wanted.listed, _made(wanted)
    return known[2]


def _made(wanted: TextWanted) -> Literal:
    match wanted.atom:
        case TextTest(how=how, exactly=exactly, values=values, list=name):
            written = wanted.listed if name else values
            return TextLiteral(how, exactly, _values(tuple(map(str, written)), how, exactly))
        case Matches(pattern=pattern, flags=flags):
            return PatternLiteral(pattern, flags)
        case Compare(how=how, value=value):
            return LengthLiteral(how, (value,))
        case NumberIn(values=values, list=name):
            return LengthLiteral("in", wanted.listed if name else values)  # type: ignore[arg-type]  # checked: numbers
        case Exists():
            return ExistsLiteral()
        case _:
            assert_never(wanted.atom)


@lru_cache(maxsize=4096)
def _values(written: tuple[str, ...], how: str, exactly: bool) -> Values:
    return Values(written, how, exactly)
