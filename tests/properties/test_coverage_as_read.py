"""Coverage records what a plain reading of the program comes by: nothing less, nothing more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine import interpret
from pointsman.engine.coverage import Recorder
from pointsman.engine.loaded import Loaded, Routing
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.model.event import Event, Trigger
from properties import played
from properties.generated import BOT, COMPONENTS, histories, programs

PROGRAMS = 300
FILE = "generated.rules"
WIRING = played.seats((BOT, *(name for name in COMPONENTS if name != BOT)))
Seen = set[tuple[int, str]]
"""Places in the file, and what is seen of what stands there."""
kinds: Counter[str] = Counter()
"""How much was compared."""


class Reading:
    """Reads along with the engine: the same rules, from top to bottom and from left to right."""

    def __init__(self, program: ir.ProgramIR) -> None:
        self.program = program
        self.lists: Any = {item.name: item.texts or item.numbers for item in program.lists}
        self.seen: Seen = set()

    def rules(self, trigger: Trigger, view: View) -> list[ir.Rule]:
        fired: list[ir.Rule] = []
        for policy in self.program.policies:
            if trigger not in policy.triggers:
                continue
            here: list[ir.Rule] = []
            for rule in policy.rules:
                if here and policy.mode != "every":
                    break
                if (not here) if rule.when is None else self.is_true(rule.when, view):
                    here.append(rule)
                    self.seen.add((rule.span.start, "fired"))
            fired += here
            if any(isinstance(action, ir.Stop) for rule in here for action in rule.actions):
                break
        return fired

    def clauses(self, enabled: frozenset[str]) -> None:
        for component in self.program.components:
            for clause in (component.hears, component.speaks):
                if clause.when is not None:
                    self.is_true(clause.when, enabled)

    def is_true(self, condition: ir.Condition, seen_in: View | frozenset[str], *, says_not: bool = False) -> bool:
        """Whether it is; `says_not` where the source of a test is the opposite of what the node tests."""
        if isinstance(condition, ir.And | ir.Or):
            decides = isinstance(condition, ir.Or)
            for part in condition.parts:
                if self.is_true(part, seen_in) is decides:
                    return decides
            return not decides
        if isinstance(condition, ir.Not):
            inner = condition.part
            return not self.is_true(inner, seen_in, says_not=inner.span == condition.span)
        if isinstance(seen_in, View):
            held = interpret.holds(condition, seen_in, self.lists)
        else:
            assert isinstance(condition, ir.IsEnabled), "a clause tests nothing else"
            held = condition.component in seen_in
        self.seen.add((condition.span.start, "false" if held is says_not else "true"))
        return held


class Places:
    """Gives each node of a program a place of its own; a negated test may have that of its `not`, as `is not` has."""

    def __init__(self, chances: Iterator[bool]) -> None:
        self.next = 0
        self.chances = chances

    def program(self, program: ir.ProgramIR) -> ir.ProgramIR:
        parties = tuple(
            structs.replace(each, hears=self.clause(each.hears), speaks=self.clause(each.speaks))
            for each in program.components
        )
        policies = tuple(
            structs.replace(policy, rules=tuple(map(self.rule, policy.rules))) for policy in program.policies
        )
        return structs.replace(program, components=parties, policies=policies)

    def clause(self, clause: ir.Clause) -> ir.Clause:
        return clause if clause.when is None else structs.replace(clause, when=self.condition(clause.when))

    def rule(self, rule: ir.Rule) -> ir.Rule:
        when = None if rule.when is None else self.condition(rule.when)
        return structs.replace(rule, when=when, span=self.place())

    def condition(self, condition: Any) -> Any:
        match condition:
            case ir.And(parts) | ir.Or(parts):
                return structs.replace(condition, parts=tuple(map(self.condition, parts)), span=self.place())
            case ir.Not(part):
                inner = self.condition(part)
                is_one_test = not isinstance(part, ir.And | ir.Or | ir.Not) and next(self.chances)
                return ir.Not(inner, inner.span if is_one_test else self.place())
            case _:
                return structs.replace(condition, span=self.place())

    def place(self) -> ir.Span:
        self.next += 1
        return ir.Span(FILE, self.next, self.next + 1, self.next, 1)


def read_along(loaded: Loaded, reading: Reading) -> None:
    """Have a reader see everything that the engine asks of a program, and agree on which rules fire."""
    match, routing = loaded.match, loaded.routing

    def both(trigger: Trigger, view: View) -> list[ir.Rule]:
        fired = match(trigger, view)
        assert reading.rules(trigger, view) == fired
        return fired

    def routed(enabled: frozenset[str]) -> Routing:
        reading.clauses(enabled)
        return routing(enabled)

    loaded.match = both
    loaded.routing = routed  # type: ignore[assignment]  # nothing clears what the engine's own remembers meanwhile


@settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs(), histories, st.randoms(use_true_random=False))
def _agree(generated: ir.ProgramIR, history: list[tuple[int, Event]], chance: Any) -> None:
    program = Places(iter(lambda: chance.random() < 0.5, None)).program(generated)
    recorder, reading = Recorder(program, build(program).hash), Reading(program)
    read_along(recorder.program, reading)
    decisions = list(played.play(recorder.program, WIRING, history))
    items = recorder.coverage.items
    assert {(items[number].span.start, sight) for number, sight in recorder.seen} == reading.seen
    decided = {step.subject for decision in decisions for step in decision.steps if step.what == "rule"}
    assert {items[number].name for number, sight in recorder.seen if sight == "fired"} == decided
    kinds.update(sight for _, sight in recorder.seen)
    kinds.update(items[number].owner.split()[0] for number, _ in recorder.seen)


def test_what_is_recorded_is_what_a_reader_comes_by() -> None:
    kinds.clear()
    _agree()
    assert min(kinds[kind] for kind in ("fired", "true", "false", "policy", "component")) > PROGRAMS / 3
