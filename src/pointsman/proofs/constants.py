"""Conditions that are the same on every event: always true, or never.

Laws: judged on every trigger of the policy, each part of a condition by itself; reported is the smallest part, not what
it is a part of. A part that was seen both true and false in some world is settled without a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.model.event import Trigger
from pointsman.proofs.inquiry import Inquiry
from pointsman.proofs.question import Found, Undecided, Wanted
from pointsman.proofs.world import World, view_of

_SLUGS = {True: ("always-true", "true"), False: ("always-false", "false")}


def constant_conditions(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report the parts of conditions that are the same on every event."""
    for policy in inquiry.ir.policies:
        if policy.triggers:
            plain = [_plain_world(inquiry, trigger) for trigger in policy.triggers]
            views = [view_of(world, inquiry.ground.hours) for world in plain if world]
            for rule in policy.rules:
                if rule.when is not None:
                    before = len(inquiry.left_open)
                    yield from _Conditions(inquiry, policy.triggers, views).faults(rule.when)
                    inquiry.unsettled |= {rule.name} if len(inquiry.left_open) > before else set()


def _plain_world(inquiry: Inquiry, trigger: Trigger) -> World | None:
    answer = inquiry.asker.ask(trigger, ())
    return answer.world if isinstance(answer, Found) else None


class _Conditions:
    """One rule's condition and its parts: what each was seen to be."""

    def __init__(self, inquiry: Inquiry, triggers: tuple[Trigger, ...], views: list[View]) -> None:
        self._inquiry = inquiry
        self._triggers = triggers
        self._views = views
        self._seen: dict[int, set[bool]] = {}

    def faults(self, condition: ir.Condition) -> Iterator[Diagnostic]:
        parts = list(_parts(condition))
        self._seen = {id(part): set() for part in parts}
        for view in self._views:
            self._look(parts, view)
        self._ask(Wanted(condition), parts)
        yield from self._of(condition, parts)[1]

    def _of(self, node: ir.Condition, parts: list[ir.Condition]) -> tuple[bool, list[Diagnostic]]:
        """Whether anything in a node is constant or not settled, and what is reported of it."""
        below = [self._of(part, parts) for part in _below(node)]
        found = [fault for _, faults in below for fault in faults]
        if any(stuck for stuck, _ in below):
            return True, found
        if isinstance(node, ir.Not):
            return False, []
        for value in (True, False):
            if value not in self._seen[id(node)] and (fault := self._settle(node, parts, value)) is not None:
                return True, fault
        return False, []

    def _settle(self, node: ir.Condition, parts: list[ir.Condition], value: bool) -> list[Diagnostic] | None:
        """Look for an event on which a node is `value`; None where there is one, else what is to be said of it."""
        whys = self._ask(Wanted(node, holds=value), parts)
        if value in self._seen[id(node)]:
            return None
        if whys:
            self._inquiry.leave(node.span, whys[0])
            return []
        return [_fault(self._inquiry, node, constant=not value)]

    def _ask(self, wanted: Wanted, parts: list[ir.Condition]) -> list[str]:
        """Look at the parts in worlds as wanted until one is found; return why none was where that is not known."""
        whys = []
        for trigger in self._triggers:
            match self._inquiry.asker.ask(trigger, (wanted,)):
                case Found(world):
                    self._look(parts, view_of(world, self._inquiry.ground.hours))
                    return []
                case Undecided(why):
                    whys.append(why)
                case _:
                    pass
        return whys

    def _look(self, parts: list[ir.Condition], view: View) -> None:
        known: dict[int, bool] = {}
        for part in parts:
            known[id(part)] = truth = self._truth(part, view, known)
            self._seen[id(part)].add(truth)

    def _truth(self, part: ir.Condition, view: View, known: dict[int, bool]) -> bool:
        match part:
            case ir.And(parts):
                return all(known[id(it)] for it in parts)
            case ir.Or(parts):
                return any(known[id(it)] for it in parts)
            case ir.Not(it):
                return not known[id(it)]
            case _:
                return self._inquiry.truth.of(part, view)


def _parts(node: ir.Condition) -> Iterator[ir.Condition]:
    """A condition's parts, each behind its own."""
    for part in _below(node):
        yield from _parts(part)
    yield node


def _below(node: Any) -> tuple[ir.Condition, ...]:
    match node:
        case ir.And(parts) | ir.Or(parts):
            return parts
        case ir.Not(part):
            return (part,)
        case _:
            return ()


def _fault(inquiry: Inquiry, node: ir.Condition, *, constant: bool) -> Diagnostic:
    slug, word = _SLUGS[constant]
    never = "on no event is it otherwise" if constant else "no event makes it true"
    help_ = "leave it out, or write what it was to tell apart" if constant else "write what can be, or remove it"
    return report(slug, f"{inquiry.written(node.span)} is always {word}", node.span, help=help_, note=never)
