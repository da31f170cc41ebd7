"""Events that raise one another: no circle, and no chain over the bound.

The graph is built on names, conditions ignored. Its nodes are triggers; an edge says that a rule of a policy on the one
raises the other, or that handling the one may raise the other whatever the rules say. A timer parts a circle in time:
it goes round once each time the timer runs out, which is reported as a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import TypeAlias, assert_never

from msgspec import Struct

from pointsman import limits
from pointsman.language import tree
from pointsman.language.check.components import never_speaks
from pointsman.language.check.graph import circle_through, circles, longest_way
from pointsman.language.check.scope import Scope
from pointsman.language.check.words import triggers_of
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.ir import Span
from pointsman.model.event import Trigger

_SILENT_REPLIES = ("to customer", "delivery failed")
"""A reply made inside these raises neither of them again: "Events and what happens", step 4."""


class Cause(Struct, frozen=True):
    """Why one event raises another: an action of a rule, or what happens to such an event anyway (`rule` empty)."""

    rule: str
    span: Span


Edges: TypeAlias = dict[Trigger, dict[Trigger, Cause]]


def check_cycles(scope: Scope) -> Iterator[Diagnostic]:
    """Report circles and over-long chains of events; circles through a timer as warnings."""
    edges = event_graph(scope)
    at_once = {
        trigger: {after: cause for after, cause in raised.items() if after.kind != "timer"}
        for trigger, raised in edges.items()
    }
    found = circles(at_once)
    for circle in found:
        message = f"events raise one another in a circle: {_way(circle)}"
        yield _loop("event-cycle", message, _closed(circle), edges, "break the circle: take one of these actions out")
    if not found:
        yield from _chain(longest_way(at_once), edges)
    reported: set[Trigger] = set()
    for timer in edges:
        circle = circle_through(edges, timer) if timer.kind == "timer" and timer not in reported else []
        if circle:
            reported.update(circle)
            help_ = "it goes on until the conversation ends; cancel the timer somewhere, or set it elsewhere only"
            message = f"the timer `{timer.name}` leads back to itself: {_way(circle)}"
            yield _loop("timer-cycle", message, _closed(circle), edges, help_)


def event_graph(scope: Scope) -> Edges:
    """Which events raise which, among those that some policy is on, with the first cause of each."""
    handled: dict[Trigger, list[tree.Policy]] = {}
    for policy in scope.policies:
        for trigger in triggers_of(policy.event, scope.components):
            handled.setdefault(trigger, []).append(policy)
    edges: Edges = {}
    for trigger, policies in handled.items():
        raised = edges.setdefault(trigger, {})
        for policy in policies:
            for rule in policy.rules:
                for action in rule.actions:
                    for after in _raised_by(action, trigger, scope):
                        if after in handled:
                            raised.setdefault(after, Cause(rule.name.text, action.span))
        for after in _raised_anyway(trigger, scope):
            if after in handled:
                raised.setdefault(after, Cause("", policies[0].event.span))
    return edges


def _raised_by(action: tree.Action, during: Trigger, scope: Scope) -> Iterable[Trigger]:
    match action:
        case tree.Enable(component):
            return (Trigger("enabled", component.text),)
        case tree.Disable(component):
            return (Trigger("disabled", component.text),)
        case tree.HandOver(component):
            return _handed_over(component.text, scope)
        case tree.Reset():
            return _restarted(scope)
        case tree.Reply() | tree.ReplyPicture() if during.kind not in _SILENT_REPLIES:
            return (Trigger("to customer"),)
        case tree.EndConversation():
            return (Trigger("ends"),)
        case tree.SetTimer(timer):
            return (Trigger("timer", timer.text),)
        case _:
            return ()


def _handed_over(name: str, scope: Scope) -> Iterator[Trigger]:
    yield Trigger("enabled", name)
    for other, component in scope.components.items():
        if other != name and not never_speaks(component):
            yield Trigger("disabled", other)


def _restarted(scope: Scope) -> Iterator[Trigger]:
    started = {name.text for item in scope.of_type(tree.StartWith) for name in item.components}
    for name in scope.components:
        yield Trigger("enabled" if name in started else "disabled", name)


def _raised_anyway(trigger: Trigger, scope: Scope) -> Iterator[Trigger]:
    """A component's message leaves for the customer; a request that is granted changes what it asks for."""
    if trigger.kind == "from component":
        yield Trigger("to customer")
    elif trigger.kind == "request":
        for name in scope.components:
            yield Trigger("enabled", name)
            yield Trigger("disabled", name)
        yield Trigger("ends")


def _closed(circle: list[Trigger]) -> list[tuple[Trigger, Trigger]]:
    return list(pairwise((*circle, circle[0])))


def _way(circle: list[Trigger]) -> str:
    return " → ".join(f"`{shown(trigger)}`" for trigger in (*circle, circle[0]))


def _chain(way: list[Trigger], edges: Edges) -> Iterator[Diagnostic]:
    if len(way) > limits.EVENT_CHAIN_MAX:
        shown_way = " → ".join(f"`{shown(trigger)}`" for trigger in way)
        message = f"{len(way)} events raise one another in a row, and {limits.EVENT_CHAIN_MAX} may: {shown_way}"
        yield _loop("event-chain", message, list(pairwise(way)), edges, "do more of it in one rule")


def _loop(slug: str, message: str, steps: list[tuple[Trigger, Trigger]], edges: Edges, help_: str) -> Diagnostic:
    causes = [(edges[before][after], after) for before, after in steps]
    (first, raised), *others = causes
    labels = [Label(cause.span, _because(cause, after)) for cause, after in others]
    return report(slug, message, first.span, *labels, help=help_, note=_because(first, raised))


def _because(cause: Cause, raised: Trigger) -> str:
    return f"{f'rule `{cause.rule}`' if cause.rule else 'this'} raises `{shown(raised)}`"


def shown(trigger: Trigger) -> str:
    """A trigger in the words of the language."""
    match trigger.kind:
        case "from customer":
            return "message from customer"
        case "from component":
            return f"message from {trigger.name}"
        case "to customer":
            return "message to customer"
        case "enabled" | "disabled":
            return f"{trigger.name} {trigger.kind}"
        case "starts" | "ends":
            return f"conversation {trigger.kind}"
        case "timer":
            return f"timer {trigger.name}"
        case "request":
            return f"request from {trigger.name}"
        case "delivery failed":
            return f"delivery failed to {trigger.name}"
        case "no answer":
            return f"no answer from {trigger.name}"
        case "silence" | "silence of customer":
            return trigger.kind
        case _:
            assert_never(trigger.kind)
