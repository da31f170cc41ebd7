"""The expectations of a transcript: whether each holds of what happened, and how it and what happened read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from pointsman.engine.hours import duration
from pointsman.language import ir
from pointsman.language.patterns import compile_pattern
from pointsman.model.content import Message, kind_of, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Effect, Note, Notify, PositionAt, Step, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER, falls_back, timer_key


def holds(expectation: ir.Expectation, now: Conversation, since: Sequence[Decision]) -> bool:
    """Whether an expectation is true of the conversation as it stands and of the decisions since the last event."""
    effects = [effect for decision in since for effect in decision.effects]
    steps = [step for decision in since for step in decision.steps]
    match expectation:
        case ir.ExpectRule(rule):
            fired = [step.subject for step in steps if step.what == "rule"]
            return rule in fired if rule else not fired
        case ir.ExpectEnabled(component, enabled):
            return (component in now.enabled) == enabled
        case ir.ExpectReply(expected):
            return any(isinstance(e, ToCustomer) and not e.author and fits(expected, e.message) for e in effects)
        case ir.ExpectGets(party, expected, kind, over=over):
            return any(_is(got, expected, kind) for got in gets(party, _over(over, effects, now)))
        case ir.ExpectNothing(party):
            return not any(party in ("", effect.to) for effect in effects if _is_said(effect))
        case ir.ExpectWithheld(reason):
            return any(step.what == "withheld" and _reads(reason, step.detail) for step in steps)
        case ir.ExpectRefused(reason):
            return any(step.what == "refused" and _reads(reason, step.detail) for step in steps)
        case ir.ExpectContext(key, expected):
            return key in now.context and _reads(expected, now.context[key])
        case ir.ExpectCount(counter, value):
            return now.counters.get(counter, 0) == value
        case ir.ExpectPosition(component, flow, step):
            return any(
                isinstance(e, PositionAt) and e.component == component and _reads(flow, e.flow) and _reads(step, e.step)
                for e in effects
            )
        case ir.ExpectNotified(component):
            return any(isinstance(effect, Notify) and effect.component == component for effect in effects)
        case ir.ExpectTimer(timer):
            return timer_key(timer) in now.waits
        case ir.ExpectTag(label):
            return any(step.what == "tag" and _reads(label, step.subject) for step in steps)
        case ir.ExpectLoss(ir.Whole(kind)):
            return any(step.what == "loss" and kind in (step.subject, lost(step)) for step in steps)
        case ir.ExpectLoss(search):
            return any(step.what == "loss" and _reads(search, lost(step)) for step in steps)
        case _:
            assert_never(expectation)


def _over(channel: str, effects: Iterable[Effect], now: Conversation) -> Iterator[Effect]:
    """The effects, of messages for the customer only those that leave by a channel; empty: by any."""
    for effect in effects:
        if not channel or not isinstance(effect, ToCustomer) or (effect.channel or now.address.channel) == channel:
            yield effect


def lost(step: Step) -> str:
    """A step that is a loss, in one line: its kind and what became of what."""
    return f"{step.subject} {step.detail}"


def _is_said(effect: Effect) -> bool:
    return isinstance(effect, ToCustomer | ToComponent | Note)


def gets(party: str, effects: Iterable[Effect]) -> Iterator[Message | str]:
    """The messages and notes that a party gets."""
    for effect in effects:
        match effect:
            case ToCustomer(message) if party == CUSTOMER:
                yield message
            case ToComponent(component, message) if party == component:
                yield message
            case Note(component, text) if party == component:
                yield text


def _is(got: Message | str, expected: ir.Expected | None, kind: str) -> bool:
    if expected is not None:
        return fits(expected, got)
    return isinstance(got, Message) and kind_of(got.content) == kind


def fits(expected: ir.Expected, got: Message | str) -> bool:
    """Whether a message's words (or a note) are what was expected: the whole, exactly, or by a search."""
    words = text_of(got) if isinstance(got, Message) else got
    return words is not None and _reads(expected, words)


def _reads(expected: ir.Expected | None, text: str) -> bool:
    match expected:
        case None:
            return True
        case ir.Whole(whole):
            return text == whole
        case ir.Search(pattern, flags):
            return compile_pattern(pattern, flags).search(text) is not None
        case _:
            assert_never(expected)


# How it reads ---------------------------------------------------------------------------------------------------------


def describe(expectation: ir.Expectation) -> str:
    """An expectation in the words of the language."""
    match expectation:
        case ir.ExpectRule(rule):
            return f'rule "{rule}"' if rule else "no rule"
        case ir.ExpectEnabled(component, enabled):
            return f"{component} is {'enabled' if enabled else 'disabled'}"
        case ir.ExpectReply(expected):
            return f"reply {_shown(expected)}"
        case ir.ExpectGets(party, expected, kind, over=over):
            return f"{party} gets {_shown(expected) if expected else kind}{f' over {over}' if over else ''}"
        case ir.ExpectNothing(party):
            return f"nothing to {party}" if party else "nothing"
        case ir.ExpectWithheld(reason):
            return f"withheld {_shown(reason)}".rstrip()
        case ir.ExpectRefused(reason):
            return f"refused {_shown(reason)}".rstrip()
        case ir.ExpectContext(key, expected):
            return f"context.{key} is {_shown(expected)}"
        case ir.ExpectCount(counter, value):
            return f"count of {counter} is {value}"
        case ir.ExpectPosition(component, flow, step):
            return f"position {component} at flow {_shown(flow)} step {_shown(step)}"
        case ir.ExpectNotified(component):
            return f"{component} notified"
        case ir.ExpectTimer(timer):
            return f"timer {timer}"
        case ir.ExpectTag(label):
            return f"tag {_shown(label)}"
        case ir.ExpectLoss(loss):
            return f"loss {_shown(loss)}"
        case _:
            assert_never(expectation)


def _shown(expected: ir.Expected | None) -> str:
    match expected:
        case ir.Whole(text):
            return f'"{text}"'
        case ir.Search(pattern, flags):
            return f"/{pattern}/{flags}"
        case None:
            return ""
        case _:
            assert_never(expected)


_SENTENCES = {
    "rule": 'rule "{subject}"',
    "enabled": "{subject} is enabled",
    "disabled": "{subject} is disabled",
    "context": 'context.{subject} is "{detail}"',
    "counter": "count of {subject} is {detail}",
    "timer": "timer {subject}: {detail}",
    "tag": 'tag "{subject}"',
    "heard": "{subject} gets the customer's message",
    "reply": "reply {detail}",
    "delivered": "customer gets {detail}",
    "loss": 'loss "{subject} {detail}"',
    "offer": "numbered options: {subject}, remembered for {detail}",
    "chosen": "option {subject} is chosen",
    "copied": "{subject} gets a copy",
    "withheld": "withheld: {detail}",
    "redirected": "sent to {subject} only",
    "note": '{subject} gets the note "{detail}"',
    "position": "position {subject} at {detail}",
    "refused": 'refused: "{detail}"',
    "granted": "granted: {detail}",
    "notified": "{subject} notified",
    "reset": "reset",
    "end": "the conversation ends",
    "fallback": "fallback to {subject}: {detail}",
    "repaired": "{subject}: {detail}",
    "void": "{subject}: {detail}",
}


def happened(decision: Decision) -> Iterator[str]:
    """What a decision did, a line a step, in the words of the language."""
    for step in decision.steps:
        if (sentence := told(step)) is not None:
            yield sentence
    if decision.answer.outcome in ("closed", "conflict"):
        yield f"not possible: {decision.answer.reason}"


def told(step: Step) -> str | None:
    """One step as a sentence; None for what a reader need not see."""
    if step.what == "receipt":
        return f"a receipt: {step.subject}{f', {step.detail}' if step.detail else ''}"
    sentence = _SENTENCES.get(step.what)
    over = f" over {step.channel}" if step.channel and step.what in ("delivered", "reply") else ""
    return None if sentence is None else sentence.format(subject=step.subject, detail=step.detail) + over


def due(key: str) -> str:
    """A wait or timer that has run out, by its key, in the words of the language."""
    if number := falls_back(key):
        return f"message {number} to customer is waited for no longer"
    kind, _, rest = key.partition("/")
    name, _, ms = rest.rpartition("/")
    match kind:
        case "timer":
            return f"timer {name}"
        case "no answer":
            return f"no answer from {name} for {duration(int(ms))}"
        case _:
            return f"{kind} for {duration(int(ms))}"
