"""Questions to the solver, with a memory and a budget: what all the proofs of one program ask through.

Laws: what was asked before, about equal conditions wherever they stand, is not asked again; when the budget is used up,
every new question is `Undecided`. The budget is counted in questions and not in seconds, so that an answer is the same
everywhere; a question of many tests counts for several.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pointsman.language import ir
from pointsman.language.tree.node import NOWHERE, without_spans
from pointsman.limits import PROOF_STEPS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.question import Answer, Ground, Question, Undecided, Wanted
from pointsman.proofs.solve import solve
from pointsman.proofs.world import World

_TESTS_OF_ONE = 2
"""Tests that a question may have to count for one."""


class Asker:
    """Asks about one program; `left` is how often it still may."""

    def __init__(self, ground: Ground, left: int) -> None:
        self.ground = ground
        self.left = left
        self._answers: dict[Any, Answer] = {}
        self._plain: dict[int, tuple[ir.Condition, ir.Condition]] = {}

    def ask(self, trigger: Trigger, wanted: Sequence[Wanted], near: World | None = None) -> Answer:
        """Ask for an event on `trigger` in whose world everything wanted is so."""
        if near is not None:
            return self._solve(Question(trigger, tuple(wanted), PROOF_STEPS_MAX, near))
        key = (trigger, tuple((self.plain(it.condition), it.holds) for it in wanted))
        if key not in self._answers:
            self._answers[key] = self._solve(Question(trigger, tuple(wanted), PROOF_STEPS_MAX))
        return self._answers[key]

    def plain(self, condition: ir.Condition) -> ir.Condition:
        """The condition without its place, to compare by what it says."""
        known = self._plain.get(id(condition))
        if known is None:
            known = self._plain[id(condition)] = (condition, without_spans(condition))
        return known[1]

    def any_of(self, conditions: Sequence[ir.Condition]) -> ir.Condition:
        """The condition that one of several holds; there is at least one."""
        plain = tuple(dict.fromkeys(map(self.plain, conditions)))
        some = ir.Or(plain, NOWHERE) if len(plain) > 1 else plain[0]
        self._plain[id(some)] = (some, some)
        return some

    def _solve(self, question: Question) -> Answer:
        if self.left <= 0:
            return Undecided("steps")
        self.left -= max(sum(_tests(it.condition) for it in question.wanted) // _TESTS_OF_ONE, 1)
        return solve(self.ground, question)


def _tests(condition: ir.Condition) -> int:
    match condition:
        case ir.And(parts) | ir.Or(parts):
            return sum(map(_tests, parts))
        case ir.Not(part):
            return _tests(part)
        case _:
            return 1
