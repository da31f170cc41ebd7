"""Which rules can fire together at all, seen from their conditions without solving anything: most pairs cannot.

Laws: a pair that is excluded here cannot hold together; a pair that is not may still be impossible. What a condition
requires is read as in `language.index`: of each dimension, one of certain keys. Rules are numbered, and sets of rules
are integers, a bit a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeAlias

from pointsman.language.folding import fold
from pointsman.language.ir import And, ChoiceTest, Compare, Condition, Not, NumberIn, Or, Quantity, TextTest

Dimension: TypeAlias = tuple[str, Hashable]
"""A way to tell events apart, and what it is read off: every event has at most one key of it."""
Needs: TypeAlias = dict[Dimension, frozenset[Hashable]]
Range: TypeAlias = tuple[float, bool, float, bool]
"""From and to, each with whether it is left out itself."""

_INFINITE = float("inf")


class Together:
    """Of rules by their conditions (None: `otherwise`), which may hold on one event. `plain` takes places away."""

    def __init__(self, conditions: Sequence[Condition | None], plain: Callable[[Condition], Condition]) -> None:
        self._needs = [_needs(condition, plain) for condition in conditions]
        self._ranges = [dict(_ranges(condition)) for condition in conditions]
        self.all = (1 << len(conditions)) - 1
        self._bits: dict[Dimension, dict[Hashable, int]] = {}
        self._bound: dict[Dimension, int] = {}
        for number, needs in enumerate(self._needs):
            for dimension, keys in needs.items():
                self._bound[dimension] = self._bound.get(dimension, 0) | 1 << number
                bits = self._bits.setdefault(dimension, {})
                for key in keys:
                    bits[key] = bits.get(key, 0) | 1 << number

    def with_rule(self, number: int, among: int) -> Iterator[int]:
        """The rules of the set `among` that are not excluded beside rule `number`, in order."""
        for dimension, keys in self._needs[number].items():
            bits = self._bits[dimension]
            if len(bits) > 1:
                allowed = self.all & ~self._bound[dimension]
                for key in keys:
                    allowed |= bits[key]
                among &= allowed
        ranges = self._ranges[number]
        for other in members(among):
            if other != number and not any(
                _apart(ranges[subject], of_other)
                for subject, of_other in self._ranges[other].items()
                if subject in ranges
            ):
                yield other


def members(bits: int) -> Iterator[int]:
    """The numbers in a set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _needs(condition: Condition | None, plain: Callable[[Condition], Condition]) -> Needs:
    match condition:
        case None:
            return {}
        case And(parts):
            together: Needs = {}
            for part in parts:
                for dimension, keys in _needs(part, plain).items():
                    together[dimension] = together[dimension] & keys if dimension in together else keys
            return together
        case Or(parts):
            branches = [_needs(part, plain) for part in parts]
            common = [dimension for dimension in branches[0] if all(dimension in needs for needs in branches)]
            return {dimension: frozenset().union(*(needs[dimension] for needs in branches)) for dimension in common}
        case Not(part):
            return {("holds", plain(part)): frozenset({False})}
        case ChoiceTest(path, names):
            return {("choice", path): frozenset(names), ("holds", plain(condition)): frozenset({True})}
        case TextTest(path, "is", exactly, values, list=""):
            keys = frozenset(values if exactly else map(fold, values))
            return {("exact" if exactly else "folded", path): keys, ("holds", plain(condition)): frozenset({True})}
        case _:
            return {("holds", plain(condition)): frozenset({True})}


def _ranges(condition: Condition | None) -> Iterator[tuple[Quantity, Range]]:
    """The ranges in which quantities have to lie, of what a condition asks for in any case."""
    match condition:
        case Compare(subject, how, value):
            yield subject, _range(how, value)
        case NumberIn(subject, values, list="") if values:
            yield subject, (min(values), False, max(values), False)
        case And(parts):
            found: dict[Quantity, Range] = {}
            for part in parts:
                for subject, span in _ranges(part):
                    found[subject] = _common(found[subject], span) if subject in found else span
            yield from found.items()
        case _:
            pass


def _range(how: str, value: float) -> Range:
    match how:
        case "==":
            return (value, False, value, False)
        case "<" | "<=":
            return (-_INFINITE, False, value, how == "<")
        case _:
            return (value, how == ">", _INFINITE, False)


def _common(one: Range, other: Range) -> Range:
    low, high = max(one[:2], other[:2]), min((one[2], not one[3]), (other[2], not other[3]))
    return (*low, high[0], not high[1])


def _apart(one: Range, other: Range) -> bool:
    low, low_out, high, high_out = _common(one, other)
    return low > high or (low == high and (low_out or high_out))
