"""The channels in use: those of which something has to be proved.

Law: what a program names in its blocks, downgrades, conditions, actions and tests is in use, and so is what connections
carry where that is known; where neither says anything, every channel is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pointsman.language import ir


def channels_in_use(program: ir.ProgramIR, carried: frozenset[str] | None = None) -> tuple[str, ...]:
    """Return the channels in use in the program's order; `carried` are those of connections, None if not known."""
    named = frozenset(_named(program)) | (carried or frozenset())
    return tuple(name for name in program.channels if name in named) or program.channels


def _named(program: ir.ProgramIR) -> Iterator[str]:
    yield from (profile.name for profile in program.profiles if not profile.standard)
    for rung in program.rungs:
        if not rung.standard:
            yield from rung.channels or ()
            yield from _in_condition(rung.when)
    for policy in program.policies:
        for rule in policy.rules:
            yield from _in_condition(rule.when)
            yield from _in_actions(rule.actions)
    for test in program.tests:
        yield from (step.channel for step in test.steps if isinstance(step, ir.FactChannel))


def _in_condition(condition: ir.Condition | None) -> Iterator[str]:
    match condition:
        case ir.And(parts) | ir.Or(parts):
            for part in parts:
                yield from _in_condition(part)
        case ir.Not(part):
            yield from _in_condition(part)
        case ir.ChoiceTest("channel", names):
            yield from names


def _in_actions(actions: Iterable[ir.Action]) -> Iterator[str]:
    for action in actions:
        if isinstance(action, ir.PreferChannel | ir.FallBack):
            yield action.channel
