"""Coverage: which rules fired, and which way each test in a condition went, while events were decided.

Laws:

- What counts is what a reader would follow: rules in order until one matches, conditions from the left and no further
  than needed. So a test that was never reached was seen neither true nor false.
- A test is true when its source text is: `CmBot is disabled` is true where the IR tests that it is not enabled.
- An `otherwise` rule has no test. What proofs say cannot happen is uncovered like anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from pointsman.engine import interpret
from pointsman.engine.loaded import Loaded
from pointsman.engine.view import View
from pointsman.language.ir import And, Atom, Condition, Not, Or, ProgramIR, Rule, Span
from pointsman.model.event import Trigger

Sight: TypeAlias = Literal["fired", "true", "false"]
Point: TypeAlias = tuple[int, Sight]
"""A place in `Coverage.items`, and what is to be seen of it."""
FIRED: tuple[Sight, ...] = ("fired",)
SIDES: tuple[Sight, ...] = ("true", "false")


class Item(Struct, frozen=True):
    """A rule, or a test in the condition of a rule or of a component's clause.

    `owner` is `policy NAME` or `component NAME`, `name` that of the rule or the clause (`hears`, `speaks`).
    """

    sort: Literal["rule", "test"]
    owner: str
    name: str
    span: Span

    @property
    def sights(self) -> tuple[Sight, ...]:
        """What is to be seen of it."""
        return FIRED if self.sort == "rule" else SIDES


class Tally(Struct, frozen=True):
    """How many of how many: rules that fired, and sides of tests that were seen."""

    rules: int = 0
    rules_all: int = 0
    sides: int = 0
    sides_all: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(one + more for one, more in zip(structs.astuple(self), structs.astuple(other), strict=True)))


class Coverage(Struct, frozen=True):
    """What there is to see of a program, in program order, components first; and what was seen."""

    items: tuple[Item, ...]
    seen: frozenset[Point] = frozenset()

    def with_seen(self, seen: Iterable[Point]) -> Coverage:
        """The same program with more seen of it."""
        return structs.replace(self, seen=self.seen.union(seen))

    def missing(self, number: int) -> tuple[Sight, ...]:
        """What was never seen of an item."""
        return tuple(sight for sight in self.items[number].sights if (number, sight) not in self.seen)

    def tally(self, numbers: Iterable[int] | None = None) -> Tally:
        """Count some of the items, or all."""
        return sum(map(self._tally_of, range(len(self.items)) if numbers is None else numbers), Tally())

    def _tally_of(self, number: int) -> Tally:
        sights = self.items[number].sights
        seen = len(sights) - len(self.missing(number))
        return Tally(seen, len(sights)) if sights is FIRED else Tally(0, 0, seen, len(sights))

    def by_owner(self) -> Iterator[tuple[str, str, list[int]]]:
        """Yield file, owner and the numbers of its items, in program order."""
        keyed = groupby(range(len(self.items)), key=lambda it: (self.items[it].span.file, self.items[it].owner))
        for (file, owner), numbers in keyed:
            yield file, owner, list(numbers)


class Recorder:
    """A program decided by the plain evaluator, and what is seen of it meanwhile. `program` is what decides."""

    def __init__(self, ir: ProgramIR, hash_: str) -> None:
        self.seen: set[Point] = set()
        self._ir = ir
        found = list(items_of(ir))
        self._items = tuple(item for item, _, _ in found)
        self._rules = {item.name: number for number, item in enumerate(self._items) if item.sort == "rule"}
        # A node is known by its identity: equal tests of two rules are two, and the IR lives as long as this does.
        self._tests = {id(atom): (number, negated) for number, (_, atom, negated) in enumerate(found) if atom}
        self.program = Loaded(ir, hash_, self._match, self._note)

    @property
    def coverage(self) -> Coverage:
        return Coverage(self._items, frozenset(self.seen))

    def take(self) -> frozenset[Point]:
        """Return what was seen, and forget it: what comes is seen as if for the first time."""
        seen = frozenset(self.seen)
        self.seen.clear()
        self.program.routing.cache_clear()
        return seen

    def _match(self, trigger: Trigger, view: View) -> list[Rule]:
        fired = interpret.match(self._ir, trigger, view, self._note)
        self.seen.update((self._rules[rule.name], "fired") for rule in fired)
        return fired

    def _note(self, test: Atom, held: bool) -> None:
        number, negated = self._tests[id(test)]
        self.seen.add((number, "true" if held != negated else "false"))


def items_of(ir: ProgramIR) -> Iterator[tuple[Item, Atom | None, bool]]:
    """Yield each item; where it is a test, with its node, and whether the source says the opposite of the node."""
    for component in ir.components:
        for name, clause in (("hears", component.hears), ("speaks", component.speaks)):
            if clause.when is not None:
                yield from _tests(clause.when, f"component {component.name}", name)
    for policy in ir.policies:
        for rule in policy.rules:
            yield Item("rule", f"policy {policy.name}", rule.name, rule.span), None, False
            if rule.when is not None:
                yield from _tests(rule.when, f"policy {policy.name}", rule.name)


def _tests(condition: Condition, owner: str, name: str) -> Iterator[tuple[Item, Atom, bool]]:
    for atom, negated in tests_of(condition):
        yield Item("test", owner, name, atom.span), atom, negated


def tests_of(condition: Condition) -> Iterator[tuple[Atom, bool]]:
    """The tests of a condition from left to right, each with whether its source text says the opposite of the node."""
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from tests_of(part)
        case Not(part, span):
            if isinstance(part, And | Or | Not):
                yield from tests_of(part)
            else:
                yield part, span == part.span
        case _:
            yield condition, False
