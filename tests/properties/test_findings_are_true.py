"""Proofs of generated programs: they never raise, they say the same twice, and nothing that they say is untrue.

A rule that is said never to fire, and a condition that is said to be constant, are tried on generated histories; what
comes with an example is run, by both evaluators.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.engine import interpret
from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import run_test
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.pipeline import Compiled
from pointsman.language.program import Program, build
from pointsman.model.event import Event, Trigger
from pointsman.proofs.keys import Together
from pointsman.proofs.prove import prove
from pointsman.proofs.witness import read_test
from properties.generated import SPAN, _calendars, _lists, conditions, histories, programs
from properties.test_evaluators_agree import SHOP, WIRING, _earliest

seen: Counter[str] = Counter()
quietly = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def placed(node: Any, numbers: Iterator[int]) -> Any:
    """The same node, every part of it at a place of its own."""
    match node:
        case ir.Span():
            return msgspec.structs.replace(node, start=next(numbers))
        case msgspec.Struct() if not isinstance(node, Trigger):
            names = node.__struct_fields__
            return msgspec.structs.replace(node, **{name: placed(getattr(node, name), numbers) for name in names})
        case tuple():
            return tuple(placed(item, numbers) for item in node)
        case _:
            return node


def nodes(node: Any) -> Iterator[Any]:
    match node:
        case msgspec.Struct():
            yield node
            for name in node.__struct_fields__:
                yield from nodes(getattr(node, name))
        case tuple():
            for item in node:
                yield from nodes(item)


def findings(program: Program) -> tuple[Diagnostic, ...]:
    return prove(Compiled(ir=program.ir, program=program), notes=True).diagnostics


@quietly
@given(programs(), st.booleans(), st.lists(histories, min_size=3, max_size=6))
def _true(given_ir: ir.ProgramIR, complete: bool, tried: list[list[tuple[int, Event]]]) -> None:
    policies = tuple(msgspec.structs.replace(policy, complete=complete) for policy in given_ir.policies)
    program = build(placed(msgspec.structs.replace(given_ir, policies=policies), count()))
    found = findings(program)
    seen.update(diagnostic.slug for diagnostic in found)
    assert found == findings(program)
    for diagnostic in found:
        if diagnostic.example:
            runs(program, diagnostic)
    asked = list(asked_of(program, tried))
    for diagnostic in found:
        is_not_refuted(program, diagnostic, asked)


def runs(program: Program, diagnostic: Diagnostic) -> None:
    test = read_test(diagnostic.example)
    assert test is not None, diagnostic.example
    for loaded in (load(program), load_plain(program)):
        assert run_test(loaded, test).passed, diagnostic.example


def asked_of(program: Program, tried: list[list[tuple[int, Event]]]) -> Iterator[tuple[Trigger, View, list[ir.Rule]]]:
    """What the rules were asked in some histories, and what fired."""
    plain = load_plain(program)
    asked: list[tuple[Trigger, View, list[ir.Rule]]] = []

    def match(trigger: Trigger, view: View) -> list[ir.Rule]:
        fired = plain.match(trigger, view)
        asked.append((trigger, view, fired))
        return fired

    watched = Loaded(program.ir, program.hash, match)
    for history in tried:
        now, state = 946_900_800_000, None
        for pause, event in history:
            now += pause
            while state is not None and (due := _earliest(state.waits, now)) is not None:
                state = decide(watched, WIRING, state, due, now, address=SHOP).conversation
            state = decide(watched, WIRING, state, event, now, address=SHOP).conversation
    yield from asked


def is_not_refuted(program: Program, diagnostic: Diagnostic, asked: list[tuple[Trigger, View, list[ir.Rule]]]) -> None:
    lists = {item.name: item.texts or item.numbers for item in program.ir.lists}
    for policy in program.ir.policies:
        for rule in policy.rules:
            if diagnostic.slug == "unreachable-rule" and rule.span == diagnostic.span:
                assert not any(rule in fired for _, _, fired in asked)
            for node in nodes(rule.when) if diagnostic.slug.startswith("always-") else ():
                if getattr(node, "span", None) == diagnostic.span:
                    constant = diagnostic.slug == "always-true"
                    views = [view for trigger, view, _ in asked if trigger in policy.triggers]
                    assert all(interpret.holds(node, view, lists) == constant for view in views)


def test_what_is_proved_is_true_and_the_same_each_time() -> None:
    seen.clear()
    _true()
    for slug in ("unreachable-rule", "overlapping-rules", "uncovered-event", "conflicting-rules", "always-false"):
        assert seen[slug] >= 5, slug


@quietly
@given(st.lists(conditions, min_size=2, max_size=6), histories)
def test_rules_that_are_taken_for_apart_never_hold_together(tried: list[ir.Condition], history: Any) -> None:
    rules = tuple(ir.Rule(f"{number}", condition, (), SPAN) for number, condition in enumerate(tried))
    policy = ir.Policy("p", "every", False, (Trigger("from customer"),), rules, SPAN)
    program = build(_program_of(policy))
    together = Together([rule.when for rule in rules], lambda condition: condition)
    for _, _, fired in asked_of(program, [history]):
        held = [int(rule.name) for rule in fired]
        for number in held:
            assert set(held) - {number} <= set(together.with_rule(number, together.all))


def _program_of(policy: ir.Policy) -> ir.ProgramIR:
    enabled = ir.Clause("enabled")
    parties = tuple(ir.Component(name, "bot", enabled, enabled, SPAN) for name in WIRING.seats)
    return ir.ProgramIR(1, parties, tuple(WIRING.seats), _lists, _calendars, (policy,), ("WhatsApp",), ())
