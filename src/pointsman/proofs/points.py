"""Points of coverage as questions: an event on which a rule fires, or on which a test is looked at and comes out so.

Laws: a test is looked at where its policy sees the event, no earlier rule took it, and what stands before the test in
its condition leaves it open; this is asked for, and nothing is found that the plain evaluator did not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pointsman.engine.coverage import Point, items_of
from pointsman.language import ir
from pointsman.limits import PROOF_ROUNDS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.question import Undecided, Wanted
from pointsman.proofs.reach import Covered, Fires, Reach, Reached, Site


class Points:
    """The points of one program's rules."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._policies = reach.program.ir.policies
        self._items = list(items_of(reach.program.ir))

    def triggers(self, point: Point) -> Sequence[Trigger]:
        """The events on which a point may be seen."""
        return self._policies[self._site(point).policy].triggers

    def reached(self, trigger: Trigger, point: Point) -> Iterator[Reached]:
        """Look for worlds in which a point is seen: first among those that lead to such an event, then among all."""
        leading = self._leading(trigger)
        if leading:
            reached = self._reached(trigger, point, leading)
            if isinstance(reached, Fires):
                yield reached
        yield self._reached(trigger, point, [])

    def _reached(self, trigger: Trigger, point: Point, besides: list[Wanted]) -> Reached:
        number, sight = point
        site, (_, atom, negated) = self._site(point), self._items[number]
        if atom is None or site.rule.when is None:
            return self._reach.together(trigger, (site,), besides)
        before = _before(site.rule.when, atom) or []
        side = Wanted(atom, (sight == "true") != negated)
        return self._looked_at(trigger, site, [*before, side, *besides])

    def _leading(self, trigger: Trigger) -> list[Wanted]:
        """What commonly is so when an event comes about: who is not answering hears and may speak."""
        if trigger.kind != "no answer":
            return []
        component = self._reach.program.components[trigger.name]
        enabled = ir.IsEnabled(component.name, component.span)
        clauses = (component.hears, component.speaks)
        conditions = [enabled if it.mode == "enabled" else it.when for it in clauses]
        return [Wanted(condition) for condition in conditions if condition is not None]

    def _site(self, point: Point) -> Site:
        return self._reach.sites[self._items[point[0]][0].name]

    def _looked_at(self, trigger: Trigger, site: Site, wanted: list[Wanted]) -> Reached:
        """Find a world in which a rule's condition is looked at, and what is wanted is so."""
        policy = self._policies[site.policy]
        before: list[Site] = []
        for _ in range(PROOF_ROUNDS_MAX):
            reached = self._reach.together(trigger, (), wanted, policy=site.policy)
            match reached:
                case Undecided():
                    return reached
                case Covered(by, worlds):
                    return Covered((*before, *by), worlds)
            taken = [it for it in self._reach.fired(reached.world) if it.policy == site.policy]
            taken = [] if policy.mode == "every" else [it for it in taken if it.number < site.number]
            if not taken:
                return reached
            before += taken
            wanted += [Wanted(it.rule.when, holds=False) for it in taken if it.rule.when is not None]
        return Undecided("steps")


def _before(condition: ir.Condition, atom: ir.Atom) -> list[Wanted] | None:
    """What has to be so for a test in a condition to be looked at; None where the test is not in it."""
    match condition:
        case ir.And(parts) | ir.Or(parts):
            passed: list[Wanted] = []
            for part in parts:
                inside = _before(part, atom)
                if inside is not None:
                    return [*passed, *inside]
                passed.append(Wanted(part, isinstance(condition, ir.And)))
            return None
        case ir.Not(part):
            return _before(part, atom)
        case _:
            return [] if condition is atom else None
