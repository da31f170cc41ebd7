"""The tests of a rules file, from the checked tree to the intermediate representation."""

from __future__ import annotations

from typing import assert_never

from pointsman.language import ir, tree
from pointsman.language.zones import moment_of
from pointsman.model.event import CUSTOMER


def lower_test(test: tree.Test) -> ir.Test:
    """Return the test with its steps in order."""
    return ir.Test(test.name.text, tuple(_step(step) for step in test.steps), test.span)


def _step(step: tree.TestStep) -> ir.TestStep:
    if isinstance(step, tree.Fact):
        return _fact(step)
    if isinstance(step, tree.Happening):
        return _happening(step)
    return _expectation(step)


def _fact(fact: tree.Fact) -> ir.Fact:
    match fact:
        case tree.AtFact(date, time, zone, span):
            return ir.FactAt(moment_of(date.text, time.value, zone.text if zone else None), span)
        case tree.ChannelFact(channel, span):
            return ir.FactChannel(channel.text, span)
        case tree.SenderFact(sender, span):
            return ir.FactSender(sender.text, span)
        case tree.AccountFact(account, span):
            return ir.FactAccount(account.text, span)
        case tree.FieldFact(field, value, span):
            head, _, key = field.path.partition(".")
            return (ir.FactContact if head == "contact" else ir.FactContext)(key, value.text, span)
        case tree.CountFact(counter, value, span):
            return ir.FactCount(counter.text, int(value.value), span)
        case tree.EnabledFact(component, enabled, span):
            return ir.FactEnabled(component.text, enabled, span)
        case tree.SampleFact(rule, inside, span):
            return ir.FactSample(rule.text, inside, span)
        case _:
            assert_never(fact)


def _happening(happening: tree.Happening) -> ir.Happening:
    match happening:
        case tree.Says(party, text, over, meta, span):
            return ir.Says(_party(party), text.text, _meta(meta), span, _text(over))
        case tree.Sends():
            return _sends(happening)
        case tree.Presses(label, over, meta, span):
            return ir.Presses(label.text, _meta(meta), span, _text(over))
        case tree.Requests(party, request, target, flow, step, context, span):
            return ir.Requests(party.text, request, _text(target), _text(flow), _text(step), _meta(context), span)
        case tree.StartsStep(span):
            return ir.StartsStep(span)
        case tree.EndsStep(span):
            return ir.EndsStep(span)
        case tree.After(duration, span):
            return ir.After(duration.value, span)
        case tree.DeliveryFails(to, reason, _, attempts, span):
            return ir.DeliveryFails(_party(to), reason.text, 1 if attempts is None else int(attempts.value), span)
        case tree.DeliverySucceeds(span):
            return ir.DeliverySucceeds(span)
        case _:
            assert_never(happening)


def _sends(sent: tree.Sends) -> ir.Sends:
    labels = tuple(button.text for button in sent.buttons)
    size = sent.size.value if sent.size else None
    said = {pair.key.path: pair.value.text for pair in sent.meta if isinstance(pair.key, tree.Field)}
    return ir.Sends(
        _party(sent.party),
        sent.kind.text,
        sent.url.text,
        size,
        labels,
        _meta(sent.meta),
        sent.span,
        text=said.get("message.text"),
        name=said.get("message.name"),
        mime=said.get("message.mime"),
        over=_text(sent.over),
    )


def _expectation(expectation: tree.Expectation) -> ir.Expectation:
    match expectation:
        case tree.ExpectRule(rule, span):
            return ir.ExpectRule(_text(rule), span)
        case tree.ExpectEnabled(component, enabled, span):
            return ir.ExpectEnabled(component.text, enabled, span)
        case tree.ExpectReply(text, span):
            return ir.ExpectReply(_expected(text), span)
        case tree.ExpectGets(party, what, over, span):
            kind, words = (what.text, None) if isinstance(what, tree.Name) else ("", _expected(what))
            return ir.ExpectGets(_party(party), words, kind, span, _text(over))
        case tree.ExpectNothing(party, span):
            return ir.ExpectNothing("" if party is None else _party(party), span)
        case tree.ExpectWithheld(reason, span):
            return ir.ExpectWithheld(None if reason is None else _expected(reason), span)
        case tree.ExpectRefused(reason, span):
            return ir.ExpectRefused(None if reason is None else _expected(reason), span)
        case tree.ExpectContext(field, text, span):
            return ir.ExpectContext(field.path.removeprefix("context."), _expected(text), span)
        case tree.ExpectCount(counter, value, span):
            return ir.ExpectCount(counter.text, int(value.value), span)
        case tree.ExpectPosition(component, flow, step, span):
            return ir.ExpectPosition(component.text, _expected(flow), _expected(step), span)
        case tree.ExpectNotified(component, span):
            return ir.ExpectNotified(component.text, span)
        case tree.ExpectTimer(timer, span):
            return ir.ExpectTimer(timer.text, span)
        case tree.ExpectTag(label, span):
            return ir.ExpectTag(_expected(label), span)
        case tree.ExpectLoss(loss, span):
            return ir.ExpectLoss(_expected(loss), span)
        case _:
            assert_never(expectation)


def _party(party: tree.Name | tree.Customer) -> str:
    return CUSTOMER if isinstance(party, tree.Customer) else party.text


def _text(text: tree.Name | tree.String | None) -> str:
    return "" if text is None else text.text


def _meta(meta: tuple[tree.Meta, ...]) -> dict[str, str]:
    return {pair.key.text: pair.value.text for pair in meta if isinstance(pair.key, tree.Name)}


def _expected(text: tree.Text) -> ir.Expected:
    return ir.Whole(text.text) if isinstance(text, tree.String) else ir.Search(text.pattern, text.flags)
