"""The index at work: the rules that fire on a trigger, found by look-ups and a few residual tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pointsman.engine.operators import folded, spaced
from pointsman.engine.view import View
from pointsman.language.codegen import function_name
from pointsman.language.folding import Needles
from pointsman.language.index import Table, TriggerIndex
from pointsman.language.ir import Rule, Stop
from pointsman.language.program import Program

Test: TypeAlias = Callable[[View], bool]
"""A rule's residual condition, generated."""


class _Lookup:
    """One dimension at work: from an event's key or keys to the set of rules they allow, as bits."""

    __slots__ = ("_bits", "_free", "_needles", "_path", "read")

    def __init__(self, table: Table) -> None:
        self._free = _bits(table.free)
        self._bits = {key: _bits(rules) | self._free for key, rules in table.keys.items()}
        self._path = table.dimension.path
        self._needles = Needles(table.keys if table.dimension.way in ("contains", "mentions") else ())
        self.read: Callable[[View], int] = getattr(self, f"_{table.dimension.way}")

    def _choice(self, view: View) -> int:
        return self._bits.get(view.name(self._path) or "", self._free)

    def _exact(self, view: View) -> int:
        value = view.value(self._path)
        return self._free if value is None else self._bits.get(value, self._free)

    def _folded(self, view: View) -> int:
        value = self._text(view)
        return self._free if value is None else self._bits.get(value, self._free)

    def _contains(self, view: View) -> int:
        return self._found(self._text(view))

    def _mentions(self, view: View) -> int:
        return self._found(view.words if self._path == "text" else spaced(self._text(view)))

    def _text(self, view: View) -> str | None:
        return view.folded if self._path == "text" else folded(view.value(self._path))

    def _found(self, text: str | None) -> int:
        bits = self._free
        if text is not None:
            for needle in self._needles.found(text):
                bits |= self._bits[needle]
        return bits


class TriggerMatcher:
    """The rules on one trigger. Bits are numbered in order of trial; the lowest bit is the first candidate."""

    def __init__(self, program: Program, table: TriggerIndex, functions: Mapping[str, Test]) -> None:
        names = {rule.name: number for number, rule in enumerate(r for p in program.ir.policies for r in p.rules)}
        policies = program.ir.policies
        self._rules = [policies[p].rules[r] for p, r in table.rules]
        self._tests = [
            None if residual is None else functions[function_name(names[rule.name], rule.name)]
            for rule, residual in zip(self._rules, table.residuals, strict=True)
        ]
        self._policy = [p for p, _ in table.rules]
        self._every = {p: policies[p].mode == "every" for p in table.policies}
        self._mask = {p: _bits(n for n, q in enumerate(self._policy) if q == p) for p in table.policies}
        self._stops = [any(isinstance(action, Stop) for action in rule.actions) for rule in self._rules]
        self._lookups = [_Lookup(item) for item in table.tables]
        self._all = _bits(range(len(self._rules)))

    def match(self, view: View) -> list[Rule]:
        left = self._all
        for lookup in self._lookups:
            left &= lookup.read(view)
            if not left:
                return []
        fired: list[Rule] = []
        matched: set[int] = set()
        while left:
            bit = left & -left
            left ^= bit
            number = bit.bit_length() - 1
            rule, policy, test = self._rules[number], self._policy[number], self._tests[number]
            if (rule.when is None and policy in matched) or (test is not None and not test(view)):
                continue
            fired.append(rule)
            matched.add(policy)
            if not self._every[policy]:
                left &= ~self._mask[policy]
            if self._stops[number]:
                left &= self._mask[policy]
        return fired


def _bits(numbers: Iterable[int]) -> int:
    """A set of small numbers as one integer; built through bytes, since 10,000 shifts of 10,000 bits are slow."""
    chosen = set(numbers)
    field = bytearray(max(chosen, default=0) // 8 + 1)
    for number in chosen:
        field[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(field, "little")
