"""Which rules can fire together at all, seen from their conditions without solving anything: most pairs cannot.

Laws: a pair that is excluded here cannot hold together; a pair that is not may still be impossible. What a condition
requires is read as in `language.index`: of each dimension, one of certain keys. Rules are numbered, and sets of rules
are integers, a bit a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
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
        ends = Ends(conditions)
        self._needs = [_Reading(plain, ends).needs(condition) for condition in conditions]
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


class Ends:
    """How texts begin and end, cut to one length a field, so that what differs there differs for good.

    The length is that of the shortest value that any of the conditions asks the field to begin (or end) with.
    """

    def __init__(self, conditions: Iterable[Condition | None]) -> None:
        self._lengths: dict[tuple[str, bool, str], int] = {}
        for test in (it for condition in conditions for it in _text_tests(condition)):
            if test.how in ("starts", "ends") and (values := _values(test)) and all(values):
                key = (test.how, test.exactly, test.path)
                shortest = min(map(len, values))
                self._lengths[key] = min(self._lengths.get(key, shortest), shortest)

    def needs(self, test: TextTest) -> Needs:
        """What a test says of the beginning or the end of its field; an equality says both."""
        found: Needs = {}
        for how in ("starts", "ends") if test.how == "is" else (test.how,):
            length = self._lengths.get((how, test.exactly, test.path))
            values = _values(test)
            if length is not None and values and (test.how == "is" or all(values)):
                cut = [value[:length] if how == "starts" else value[-length:] for value in values]
                found[f"{how} exactly" if test.exactly else how, test.path] = frozenset(cut)
        return found


class _Reading:
    """Reads off conditions what they require."""

    def __init__(self, plain: Callable[[Condition], Condition], ends: Ends) -> None:
        self._plain = plain
        self._ends = ends

    def needs(self, condition: Condition | None) -> Needs:
        match condition:
            case None:
                return {}
            case And(parts):
                together: Needs = {}
                for part in parts:
                    for dimension, keys in self.needs(part).items():
                        together[dimension] = together[dimension] & keys if dimension in together else keys
                return together
            case Or(parts):
                branches = [self.needs(part) for part in parts]
                common = [dimension for dimension in branches[0] if all(dimension in needs for needs in branches)]
                return {dimension: frozenset().union(*(needs[dimension] for needs in branches)) for dimension in common}
            case Not(part):
                return {("holds", self._plain(part)): frozenset({False})}
            case _:
                return {("holds", self._plain(condition)): frozenset({True}), **self._of_test(condition)}

    def _of_test(self, test: Condition) -> Needs:
        match test:
            case ChoiceTest(path, names):
                return {("choice", path): frozenset(names)}
            case TextTest(path, "is", exactly, list=""):
                return {("exact" if exactly else "folded", path): frozenset(_values(test)), **self._ends.needs(test)}
            case TextTest(list=""):
                return self._ends.needs(test)
            case _:
                return {}


def _values(test: TextTest) -> tuple[str, ...]:
    """The values of a test as they are compared; none, where a list holds them."""
    return test.values if test.exactly else tuple(map(fold, test.values))


def _text_tests(condition: Condition | None) -> Iterator[TextTest]:
    match condition:
        case TextTest():
            yield condition
        case And(parts) | Or(parts):
            for part in parts:
                yield from _text_tests(part)
        case _:
            pass


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
