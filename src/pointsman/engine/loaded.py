"""A program ready to decide: its IR by name, its calendars, its routing, and one of the two evaluators.

`Loaded` is immutable to its users; what it remembers (routings by what is enabled) follows from the IR alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.downgrade import ladders
from pointsman.engine.hours import Hours
from pointsman.engine.interpret import Observer
from pointsman.engine.view import View
from pointsman.language.ir import And, Clause, Condition, IsEnabled, Not, Or, ProgramIR, Rule, SetTimer
from pointsman.model.event import WAIT_KINDS, Trigger

Matcher: TypeAlias = Callable[[Trigger, View], list[Rule]]
"""(trigger, view) -> the rules that fire, in program order."""


class Routing(Struct, frozen=True):
    """Who hears and who may speak, in order of declaration, for one set of enabled components."""

    hears: tuple[str, ...]
    speaks: frozenset[str]


class Loaded:
    """`hash` names the program in every decision it makes. `observer` is told what components' clauses test."""

    def __init__(self, ir: ProgramIR, hash_: str, match: Matcher, observer: Observer | None = None) -> None:
        self.ir = ir
        self.hash = hash_
        self.match = match
        self.components = {component.name: component for component in ir.components}
        self.bots = frozenset(component.name for component in ir.components if component.role == "bot")
        self.hours = {calendar.name: Hours(calendar) for calendar in ir.calendars}
        self.lists = {item.name: item.texts or item.numbers for item in ir.lists}
        self.ladders = ladders(ir)
        self.phones = frozenset(profile.name for profile in ir.profiles if profile.phone)
        self.triggers = frozenset(trigger for policy in ir.policies for trigger in policy.triggers)
        self.waits = tuple(sorted((t for t in self.triggers if t.kind in WAIT_KINDS), key=lambda t: t.key))
        timed = {trigger for trigger in self.triggers if trigger.kind in WAIT_KINDS} | _timers(ir)
        self.wait_of_key = {trigger.key: trigger for trigger in timed}
        self.routing = lru_cache(maxsize=4096)(self._routing)
        self._observer = observer

    def may_be_muted(self, name: str) -> tuple[str, ...]:
        """Every component that a hand-over to `name` disables: all others not declared `speaks never`."""
        return tuple(other for other, it in self.components.items() if other != name and it.speaks.mode != "never")

    def _routing(self, enabled: frozenset[str]) -> Routing:
        components, observer = self.components.values(), self._observer
        return Routing(
            tuple(item.name for item in components if _allows(item.hears, item.name, enabled, observer)),
            frozenset(item.name for item in components if _allows(item.speaks, item.name, enabled, observer)),
        )


def _timers(ir: ProgramIR) -> set[Trigger]:
    """Every timer that a rule sets, or that a policy waits for."""
    watched = {trigger for policy in ir.policies for trigger in policy.triggers if trigger.kind == "timer"}
    actions = (action for policy in ir.policies for rule in policy.rules for action in rule.actions)
    return watched | {Trigger("timer", action.timer) for action in actions if isinstance(action, SetTimer)}


def _allows(clause: Clause, name: str, enabled: frozenset[str], observer: Observer | None) -> bool:
    match clause.mode:
        case "enabled":
            return name in enabled
        case "when":
            return clause.when is not None and enablement_holds(clause.when, enabled, observer)
        case mode:
            return mode == "always"


def enablement_holds(condition: Condition, enabled: frozenset[str], observer: Observer | None = None) -> bool:
    """Whether a clause's condition is true; checked clauses name nothing but enablement."""
    match condition:
        case And(parts):
            return all(enablement_holds(part, enabled, observer) for part in parts)
        case Or(parts):
            return any(enablement_holds(part, enabled, observer) for part in parts)
        case Not(part):
            return not enablement_holds(part, enabled, observer)
        case IsEnabled(component):
            held = component in enabled
            if observer is not None:
                observer(condition, held)
            return held
        case _:
            raise AssertionError(f"a clause tests {type(condition).__name__}")
