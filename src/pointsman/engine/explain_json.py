"""An explanation as a value for programs: its shape is documented in docs/operating.md and stays.

Laws: places are in files named from the program's root; members that say nothing are left out of an object.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from pointsman.engine.expectations import told
from pointsman.engine.explain import Explanation, Failed, Finding, Fired, NotTried, OtherMatched, Verdict
from pointsman.engine.hours import rfc3339
from pointsman.engine.triggers import sentence
from pointsman.language.ir import Rule, Span
from pointsman.language.source import Source
from pointsman.limits import EXPLAINED_RULES_MAX
from pointsman.model.decision import Step


class Place(Struct, frozen=True):
    """`line` and `column` count from 1."""

    file: str
    line: int
    column: int


class ShownTest(Struct, frozen=True):
    """A test on which the outcome rests: whether what is written there is true, and what it saw."""

    condition: str
    holds: bool
    saw: str
    place: Place


class ShownRule(Struct, frozen=True, omit_defaults=True):
    """`outcome` is fired, failed, not tried or otherwise; `by` is the rule before it, `stopped` that it has a `stop`.

    Not tried and without `because`: its condition is true.
    """

    policy: str
    rule: str
    outcome: str
    place: Place
    by: str = ""
    stopped: bool = False
    because: tuple[ShownTest, ...] = ()


class ShownOccasion(Struct, frozen=True):
    event: str
    rules: tuple[ShownRule, ...]


class ShownStep(Struct, frozen=True, omit_defaults=True):
    """`what`, `subject`, `detail`, `rule` and `channel` as in decision records; `says` is the step as a sentence."""

    what: str
    subject: str = ""
    detail: str = ""
    rule: str = ""
    channel: str = ""
    says: str = ""
    place: Place | None = None


class ShownAnswer(Struct, frozen=True, omit_defaults=True):
    outcome: str
    reason: str = ""


class ShownExplanation(Struct, frozen=True, omit_defaults=True):
    """`left_out` counts rules beyond the bound."""

    generation: str
    at: str
    channel: str
    account: str
    sender: str
    answer: ShownAnswer
    steps: tuple[ShownStep, ...]
    occasions: tuple[ShownOccasion, ...]
    left_out: int = 0


def shown(explanation: Explanation, sources: Mapping[str, str]) -> ShownExplanation:
    """Make an explanation a value that JSON can hold. `sources` are texts by the files of its places."""
    state, answer = explanation.decision.conversation, explanation.decision.answer
    rules = {it.rule.name: it.rule for occasion in explanation.occasions for it in occasion.verdicts}
    texts = {file: Source(file, text).text for file, text in sources.items()}
    occasions, left = [], EXPLAINED_RULES_MAX
    for occasion in explanation.occasions:
        verdicts = tuple(_rule(verdict, texts) for verdict in occasion.verdicts[:left])
        left -= len(verdicts)
        occasions.append(ShownOccasion(sentence(occasion.trigger), verdicts))
    return ShownExplanation(
        generation=answer.generation,
        at=rfc3339(state.latest),
        channel=state.address.channel,
        account=state.address.account,
        sender=state.address.customer,
        answer=ShownAnswer(answer.outcome, answer.reason),
        steps=tuple(_step(step, rules) for step in explanation.decision.steps),
        occasions=tuple(occasions),
        left_out=sum(len(it.verdicts) for it in explanation.occasions) - (EXPLAINED_RULES_MAX - left),
    )


def _place(span: Span) -> Place:
    return Place(span.file, span.line, span.column)


def _step(step: Step, rules: Mapping[str, Rule]) -> ShownStep:
    place = _place(rules[step.subject].span) if step.what == "rule" else None
    return ShownStep(step.what, step.subject, step.detail, step.rule, step.channel, told(step) or "", place)


def _rule(verdict: Verdict, texts: Mapping[str, str]) -> ShownRule:
    def of(outcome: str, by: str = "", findings: tuple[Finding, ...] = (), *, stopped: bool = False) -> ShownRule:
        because = tuple(_test(finding, texts) for finding in findings)
        return ShownRule(verdict.policy, verdict.rule.name, outcome, _place(verdict.rule.span), by, stopped, because)

    match verdict.outcome:
        case Fired():
            return of("fired")
        case Failed(findings):
            return of("failed", findings=findings)
        case NotTried(by, stopped, findings):
            return of("not tried", by, findings, stopped=stopped)
        case OtherMatched(by):
            return of("otherwise", by)
        case _:
            assert_never(verdict.outcome)


def _test(finding: Finding, texts: Mapping[str, str]) -> ShownTest:
    span = finding.span
    written = " ".join(texts.get(span.file, "")[span.start : span.end].split())
    return ShownTest(written, finding.holds, finding.saw, _place(span))
