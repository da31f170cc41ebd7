"""All that a transcript's last event did, as expectations that hold of it.

Law: what is expected is what rules did: their names, what they said, and what they changed that is still so. What
would have happened without them (who hears, who gets a copy, who is notified) is expected only where a rule meddled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import Stage
from pointsman.language import ir, tree
from pointsman.language.tree.node import NOWHERE
from pointsman.model.content import Message, kind_of, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Effect, Note, PositionAt, Step, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER, timer_key
from pointsman.proofs.wording import expect_rule, field, name, number, party, string

_MEDDLING = (ir.SendOnly, ir.AlsoSend, ir.Redact, ir.ReplaceText)
"""Actions that change who hears what."""


def expectations(program: Loaded, steps: Sequence[ir.TestStep]) -> list[tree.Expectation]:
    """Play a transcript without expectations, and return those that hold behind its last step, each once."""
    stage = Stage(program)
    for step in steps:
        stage.play(step)
    happened = [step for decision in stage.since for step in decision.steps]
    effects = [effect for decision in stage.since for effect in decision.effects]
    fired = [step.subject for step in happened if step.what == "rule"]
    found: list[tree.Expectation] = [expect_rule(rule) for rule in fired or [""]]
    found += _verdicts(happened)
    found += _said(effects, meddled=_meddle(program, fired))
    found += _changed(happened, stage.conversation)
    return list(dict.fromkeys(found))


def _meddle(program: Loaded, fired: Sequence[str]) -> bool:
    rules = (rule for policy in program.ir.policies for rule in policy.rules if rule.name in fired)
    return any(isinstance(action, _MEDDLING) for rule in rules for action in rule.actions)


def _verdicts(happened: Sequence[Step]) -> Iterator[tree.Expectation]:
    for step in happened:
        match step.what:
            case "refused":
                yield tree.ExpectRefused(string(step.detail), NOWHERE)
            case "withheld":
                yield tree.ExpectWithheld(string(step.detail), NOWHERE)
            case "loss" if step.rule:
                yield tree.ExpectLoss(string(step.subject), NOWHERE)
            case _:
                pass


def _said(effects: Sequence[Effect], *, meddled: bool) -> Iterator[tree.Expectation]:
    for effect in effects:
        match effect:
            case ToCustomer(message, author, channel=channel):
                words = text_of(message)
                if author or channel or words is None:
                    yield _gets(CUSTOMER, message, channel)
                else:
                    yield tree.ExpectReply(string(words), NOWHERE)
            case ToComponent(component, message) if meddled:
                yield _gets(component, message)
            case Note(component, text):
                yield tree.ExpectGets(name(component), string(text), None, NOWHERE)
            case PositionAt(component, flow, at):
                yield tree.ExpectPosition(name(component), string(flow), string(at), NOWHERE)
            case _:
                pass


def _gets(who: str, message: Message, over: str = "") -> tree.Expectation:
    words = text_of(message)
    what = name(kind_of(message.content)) if words is None else string(words)
    return tree.ExpectGets(party(who), what, name(over) if over else None, NOWHERE)


def _changed(happened: Sequence[Step], now: Conversation) -> Iterator[tree.Expectation]:
    """What changed and is still so; nothing of a conversation that has ended, which all is dropped of."""
    for step in happened:
        match step.what, step.subject:
            case "tag", label:
                yield tree.ExpectTag(string(label), NOWHERE)
            case "enabled" | "disabled", component if now.open:
                yield tree.ExpectEnabled(name(component), component in now.enabled, NOWHERE)
            case "context", key if key in now.context:
                yield tree.ExpectContext(field(f"context.{key}"), string(now.context[key]), NOWHERE)
            case "counter", counter if now.open:
                yield tree.ExpectCount(name(counter), number(now.counters.get(counter, 0)), NOWHERE)
            case "timer", timer if timer_key(timer) in now.waits:
                yield tree.ExpectTimer(name(timer), NOWHERE)
            case _:
                pass
