"""Why and why not: one event decided, and for each rule that could have fired, whether it did and what decided that.

Laws:

- The decision is `decide`'s own: its matcher is listened to, and nothing is decided a second time.
- Conditions are read as a person reads them: the tests told are those on which the outcome rests. Of an `and` that
  fails that is its first part that is false, of an `or` every part, of a `not` whatever makes its inside true.
- An explanation repeats what conditions saw on arrival, before any `redact`. It is for the one who gave the event;
  nothing stores or logs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.hours import Hours
from pointsman.engine.interpret import Lists, holds
from pointsman.engine.loaded import Loaded
from pointsman.engine.seen import saw
from pointsman.engine.situation import Situation
from pointsman.engine.view import View
from pointsman.language.ir import And, Atom, Condition, Not, Or, Policy, Rule, Span, Stop
from pointsman.model.decision import Decision, Step
from pointsman.model.event import Trigger


class Finding(Struct, frozen=True):
    """A test on which a condition rests. What is written at `span` is true or not (`holds`); `saw` is what it saw.

    `negated`: the words there say the opposite of `test`, as `x is not y` and `NAME is disabled` do.
    """

    test: Atom
    span: Span
    negated: bool
    holds: bool
    saw: str


class Fired(Struct, frozen=True, tag="fired"):
    """The rule acted."""


class Failed(Struct, frozen=True, tag="failed"):
    """The rule's condition is false, because of all of `findings` together."""

    findings: tuple[Finding, ...]


class NotTried(Struct, frozen=True, tag="not tried"):
    """The rule `by` ended the search first: as the match of a `first` policy, or (`stopped`) by its `stop`.

    `findings` are why the condition is false; with none of them the rule would else have fired.
    """

    by: str
    stopped: bool
    findings: tuple[Finding, ...]


class OtherMatched(Struct, frozen=True, tag="otherwise"):
    """The rule is `otherwise`, and `by` matched in its policy."""

    by: str


Outcome: TypeAlias = Fired | Failed | NotTried | OtherMatched


class Verdict(Struct, frozen=True):
    """What became of one rule on one trigger."""

    policy: str
    rule: Rule
    outcome: Outcome


class Occasion(Struct, frozen=True):
    """One trigger that was handled, what its conditions saw, and its rules in program order."""

    trigger: Trigger
    view: View
    verdicts: tuple[Verdict, ...]


class Explanation(Struct, frozen=True):
    """A decision and its occasions, in the order in which they were handled."""

    decision: Decision
    occasions: tuple[Occasion, ...]

    @property
    def fired(self) -> tuple[str, ...]:
        """The rules that fired, in order."""
        return tuple(step.subject for step in self.decision.steps if step.what == "rule")


def explain(program: Loaded, situation: Situation) -> Explanation:
    """Decide a situation, and say of every rule on every trigger that was handled what became of it and why."""
    heard: list[tuple[Trigger, View, list[Rule]]] = []

    def match(trigger: Trigger, view: View) -> list[Rule]:
        fired = program.match(trigger, view)
        heard.append((trigger, view, fired))
        return fired

    decision = situation.decided(Loaded(program.ir, program.hash, match))
    judge = _Judge(program)
    return Explanation(decision, tuple(judge.occasion(*item) for item in heard))


def by_trigger(explanation: Explanation) -> Iterator[tuple[Step, Occasion | None]]:
    """Pair each `trigger` step of a decision with its occasion; None where no policy is on that trigger."""
    left = list(explanation.occasions)
    for step in explanation.decision.steps:
        if step.what == "trigger":
            here = left and (left[0].trigger.kind, left[0].trigger.name) == (step.subject, step.detail)
            yield step, left.pop(0) if here else None


def why(condition: Condition, view: View, lists: Lists, hours: Mapping[str, Hours]) -> tuple[Finding, ...]:
    """The tests on which a condition's truth rests, in reading order."""
    match condition:
        case And(parts) | Or(parts):
            enough = isinstance(condition, Or)  # the truth that a single part can give to the whole
            first = next((part for part in parts if holds(part, view, lists) == enough), None)
            resting = parts if first is None else (first,)
            return tuple(finding for part in resting for finding in why(part, view, lists, hours))
        case Not(part, span) if not isinstance(part, And | Or | Not) and part.span == span:
            return (_finding(part, view, lists, hours, negated=True),)
        case Not(part):
            return why(part, view, lists, hours)
        case _:
            return (_finding(condition, view, lists, hours, negated=False),)


def _finding(test: Atom, view: View, lists: Lists, hours: Mapping[str, Hours], *, negated: bool) -> Finding:
    return Finding(test, test.span, negated, holds(test, view, lists) != negated, saw(test, view, hours))


class _Judge:
    """Says of the rules of one program what became of them."""

    def __init__(self, program: Loaded) -> None:
        self._ir = program.ir
        self._hours = program.hours
        self._lists: Lists = {item.name: item.texts or item.numbers for item in program.ir.lists}

    def occasion(self, trigger: Trigger, view: View, fired: list[Rule]) -> Occasion:
        names = {rule.name for rule in fired}
        verdicts: list[Verdict] = []
        stopper = ""
        for policy in self._ir.policies:
            if trigger in policy.triggers:
                verdicts += self._policy(policy, view, names, stopper)
                stopper = stopper or next(
                    (rule.name for rule in policy.rules if rule.name in names and _stops(rule)), ""
                )
        return Occasion(trigger, view, tuple(verdicts))

    def _policy(self, policy: Policy, view: View, fired: set[str], stopper: str) -> Iterator[Verdict]:
        matched = ""
        for rule in policy.rules:
            if rule.name in fired:
                outcome: Outcome = Fired()
                matched = matched or rule.name
            elif stopper:
                outcome = NotTried(stopper, True, self._failing(rule, view))
            elif matched and policy.mode != "every":
                outcome = NotTried(matched, False, self._failing(rule, view))
            elif rule.when is None:
                outcome = OtherMatched(matched)
            else:
                outcome = Failed(self._failing(rule, view))
            yield Verdict(policy.name, rule, outcome)

    def _failing(self, rule: Rule, view: View) -> tuple[Finding, ...]:
        if rule.when is None or holds(rule.when, view, self._lists):
            return ()
        return why(rule.when, view, self._lists, self._hours)


def _stops(rule: Rule) -> bool:
    return any(isinstance(action, Stop) for action in rule.actions)
