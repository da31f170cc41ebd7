"""Sets of whole numbers, from 0 on, and of nothing at all: the values that a number of a world can have.

Laws: a set is immutable; its spans are closed, sorted, apart from one another and not empty; the last may have no end.
`missing` says whether a value that is not there belongs to the set, so that the opposite of a comparison holds of it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

from msgspec import Struct

from pointsman.language.ir import Comparator

Span: TypeAlias = tuple[int, float]
"""First and last number; the last is an int, or infinity."""


class Integers(Struct, frozen=True):
    spans: tuple[Span, ...]
    missing: bool = False

    def __bool__(self) -> bool:
        return self.missing or bool(self.spans)

    def __contains__(self, number: object) -> bool:
        if number is None:
            return self.missing
        return isinstance(number, int) and bool(_clipped(self.spans, (number, number)))

    def __and__(self, other: Integers) -> Integers:
        if len(self.spans) == 1 and len(other.spans) == 1:
            (low, high), (low2, high2) = self.spans[0], other.spans[0]
            span = (max(low, low2), min(high, high2))
            return Integers((span,) if span[0] <= span[1] else (), self.missing and other.missing)
        few, many = sorted((self.spans, other.spans), key=len)
        spans = _clipped(many, few[0]) if len(few) == 1 else _common(few, many)
        return Integers(spans, self.missing and other.missing)

    def opposite(self) -> Integers:
        """All that is not in this set."""
        spans: list[Span] = []
        begin: float = 0
        for low, high in self.spans:
            if begin < low:
                spans.append((int(begin), low - 1))
            begin = high + 1
        if begin != math.inf:
            spans.append((int(begin), math.inf))
        return Integers(tuple(spans), not self.missing)

    def up_to(self, last: float) -> Integers:
        """Those that are not above `last`; what is missing stays."""
        return self & Integers(((0, last),), missing=True)

    @property
    def greatest(self) -> float | None:
        return self.spans[-1][1] if self.spans else None

    def roundest(self, units: Iterable[int], first: int = 0) -> int:
        """The smallest number from `first` on that is a multiple, not 0, of the first unit to have one in the set.

        Raises `ValueError` where the set has no number from `first` on.
        """
        for unit in units:
            for low, high in self.spans:
                begin = max(low, first, 1)
                if (multiple := -(-begin // unit) * unit) <= high and begin <= high:
                    return multiple
        for low, high in self.spans:
            if max(low, first) <= high:
                return max(low, first)
        raise ValueError("the set has no such number")


ANY = Integers(((0, math.inf),))
ANY_OR_MISSING = Integers(((0, math.inf),), missing=True)
MISSING = Integers((), missing=True)
PRESENT = ANY


def compared(how: Comparator, value: float) -> Integers:
    """Those that stand in that relation to `value`."""
    if math.isinf(value):
        return ANY if how in ("<", "<=") else Integers(())
    match how:
        case "==":
            return among((value,))
        case "<":
            return _between(0, math.ceil(value) - 1)
        case "<=":
            return _between(0, math.floor(value))
        case ">":
            return _between(math.floor(value) + 1, math.inf)
        case _:
            return _between(math.ceil(value), math.inf)


def among(values: Iterable[float]) -> Integers:
    """Those that are one of `values`."""
    spans: list[Span] = []
    for number in sorted({int(value) for value in values if value >= 0 and float(value).is_integer()}):
        if spans and spans[-1][1] + 1 == number:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return Integers(tuple(spans))


def _between(low: int, high: float) -> Integers:
    low = max(low, 0)
    return Integers(((low, high),) if low <= high else ())


def _clipped(spans: tuple[Span, ...], within: Span) -> tuple[Span, ...]:
    """What spans have in common with one other, found by bisection."""
    low, high = within
    found = spans[bisect_left(spans, low, key=itemgetter(1)) : bisect_right(spans, high, key=itemgetter(0))]
    if found and found[0][0] < low:
        found = ((low, found[0][1]), *found[1:])
    if found and found[-1][1] > high:
        found = (*found[:-1], (found[-1][0], high))
    return found


def _common(spans: tuple[Span, ...], others: tuple[Span, ...]) -> tuple[Span, ...]:
    found: list[Span] = []
    here = there = 0
    while here < len(spans) and there < len(others):
        (low, high), (low2, high2) = spans[here], others[there]
        if max(low, low2) <= min(high, high2):
            found.append((max(low, low2), min(high, high2)))
        if high < high2:
            here += 1
        else:
            there += 1
    return tuple(found)
