"""An explanation for a terminal: what happened, with the lines of the rules that acted, and why the others did not.

Laws: a rule on a trigger that was handled is told of once for each time that trigger was; past a bound they are counted
only. A place that no source is at hand for is named all the same.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import assert_never

from msgspec import structs

from pointsman import limits
from pointsman.engine.expectations import due, told
from pointsman.engine.explain import (
    Explanation,
    Failed,
    Finding,
    Fired,
    NotTried,
    Occasion,
    OtherMatched,
    Verdict,
    by_trigger,
)
from pointsman.engine.hours import rfc3339
from pointsman.engine.seen import quoted
from pointsman.engine.triggers import sentence
from pointsman.language.excerpts import Mark, excerpt, headline, painter, passage, visible
from pointsman.language.ir import Rule, Span
from pointsman.language.source import Source
from pointsman.model.content import Message, kind_of, text_of
from pointsman.model.decision import Step
from pointsman.model.event import Trigger


class Page:
    """Tells explanations of one program. `sources` are texts by the files of its places, shown from `root` on."""

    def __init__(self, sources: Mapping[str, str], root: str = "", *, colour: bool = False) -> None:
        self._root = root
        self._sources = {file: Source(file, text) for file, text in sources.items()}
        self._paint = painter(colour)

    # What happened ----------------------------------------------------------------------------------------------------

    def steps(self, explanation: Explanation) -> Iterator[str]:
        """What happened, a line a step, in order; each rule that acted with its source."""
        occasions = iter(by_trigger(explanation))
        rules = {it.rule.name: it.rule for occasion in explanation.occasions for it in occasion.verdicts}
        several = len(set(explanation.fired)) > 1
        steps = explanation.decision.steps
        yield self._where(explanation)
        if steps and steps[0].what not in ("trigger", "void"):
            yield ""
        for step, after in zip_longest(steps, steps[1:]):
            if step.what == "trigger":
                _, occasion = next(occasions)
                if occasion is not None or after is None or after.what != "trigger":
                    yield ""
                    yield self._paint("bold", visible(_happening(step, occasion)))
            elif step.what == "rule":
                yield f"  {self._paint('note', visible(f'rule {quoted(step.subject)}'))} fired"
                yield from self._lines(rules[step.subject], indent=4)
            elif explanation.decision.answer.outcome == "void":
                yield visible(f"\n{due(step.subject)}: nothing happens, since it is not armed, or not due yet")
            else:
                words = "no later policy sees this event" if step.what == "stop" else told(step)
                yield visible(f"  {words}" + (f"  (rule {quoted(step.rule)})" if several and step.rule else ""))
        answer = explanation.decision.answer
        if answer.outcome in ("closed", "conflict"):
            yield f"\nnot possible: {answer.reason}"

    def _where(self, explanation: Explanation) -> str:
        it = explanation.decision.conversation
        place = f"{it.address.channel}, {it.address.customer}, account {it.address.account}"
        return visible(f"{rfc3339(it.latest)}, {place}")

    def _lines(self, rule: Rule, indent: int) -> Iterator[str]:
        """The place and the lines of a rule, as an excerpt."""
        span = rule.span
        source = self._sources.get(span.file)
        last = span.line if source is None else span.line + source.text.count("\n", span.start, span.end)
        shown = range(span.line, min(last + 1, span.line + limits.EXPLAINED_LINES_MAX))
        width = len(str(shown[-1]))
        yield " " * indent + headline(self._moved(span), width, self._paint)
        yield from (" " * indent + line for line in passage(shown, source, width, self._paint))
        if last >= shown.stop:
            yield f"{' ' * (indent + width)} … {last + 1 - shown.stop} more lines"

    # What did not -----------------------------------------------------------------------------------------------------

    def others(self, explanation: Explanation) -> Iterator[str]:
        """The rules that did not fire, by trigger, each with what decided that."""
        left = limits.EXPLAINED_RULES_SHOWN_MAX
        for occasion in explanation.occasions:
            silent = [it for it in occasion.verdicts if not isinstance(it.outcome, Fired)]
            if silent:
                yield ""
                yield self._paint("bold", visible(f"did not fire on {sentence(occasion.trigger)}"))
            for verdict in silent[:left]:
                yield from self.verdict(verdict)
            if len(silent) > left:
                yield f"  and {len(silent) - left} more rules; ask about one by its name"
            left = max(left - len(silent), 0)

    def verdict(self, verdict: Verdict) -> Iterator[str]:
        """One rule that did not fire, and what decided that."""
        name = self._paint("bold", visible(f"rule {quoted(verdict.rule.name)}"))
        match verdict.outcome:
            case Fired():
                yield f"  {name} fired"
            case Failed(findings):
                yield f"  {name}: {_summary(findings)}"
                yield from self._marked(findings)
            case NotTried(by, stopped, findings):
                yield f"  {name} was not tried, since {visible(_ended(by, stopped=stopped))}"
                if findings:
                    yield f"    {_summary(findings)} as well"
                    yield from self._marked(findings)
                elif verdict.rule.when is not None:
                    yield "    its condition is true"
            case OtherMatched(by):
                yield f"  {name}: it is `otherwise`, and rule {visible(quoted(by))} of its policy fired"
            case _:
                assert_never(verdict.outcome)

    def _marked(self, findings: Sequence[Finding]) -> Iterator[str]:
        """The tests that decided, at their places, each with what it saw."""
        marks = sorted((Mark(it.span, it.saw, "error") for it in findings), key=lambda mark: mark.span.start)
        width = max(len(str(mark.span.line)) for mark in marks)
        source = self._sources.get(marks[0].span.file)
        lines = [headline(self._moved(marks[0].span), width, self._paint), *excerpt(marks, source, width, self._paint)]
        if source is None:
            lines += [visible(f"{' ' * width} {mark.text}") for mark in marks]
        yield from (f"    {line}" for line in lines)

    def _moved(self, span: Span) -> Span:
        return structs.replace(span, file=posixpath.join(self._root, span.file))


def _summary(findings: Sequence[Finding]) -> str:
    truths = {finding.holds for finding in findings}
    if len(findings) == 1:
        return "this is true, and may not be" if True in truths else "this is false"
    if len(truths) == 2:
        return "these decide it together"
    return "all of these are true, and may not be" if True in truths else "none of these is true"


def _ended(by: str, *, stopped: bool) -> str:
    return f"rule {quoted(by)} stopped later policies" if stopped else f"rule {quoted(by)} of its policy fired"


def _happening(step: Step, occasion: Occasion | None) -> str:
    """A trigger as it came about, with the message at hand."""
    if occasion is None:
        return _unheard(step)
    words = sentence(occasion.trigger)
    if step.what == "trigger" and occasion.trigger.kind == "request":
        return f"{words}: {step.rule}"
    message = occasion.view.message
    return words if message is None else f"{words}: {glance(message)}"


def _unheard(step: Step) -> str:
    """A trigger that no policy is on, from its step; no silence, since only policies wait for one."""
    words = sentence(Trigger(step.subject, step.detail))  # type: ignore[arg-type]  # a kind, as steps name it
    return f"{words}, which no policy is on"


def glance(message: Message) -> str:
    """A message in one line."""
    words, kind = text_of(message), kind_of(message.content)
    shown = "" if words is None else quoted(words)
    return shown if kind == "text" else f"{kind} {shown}".rstrip()
