"""Tests: one step a line. What goes `with` a message stands on lines below where it does not fit."""

from __future__ import annotations

from itertools import groupby
from typing import assert_never

from pointsman.language import tree
from pointsman.language.format import spelling
from pointsman.language.format.conditions import listed, party, phrase
from pointsman.language.format.layout import Align, Break, Doc, Group, Line, Nest, Tail


def test(node: tree.Test) -> Doc:
    """Return a test. Empty lines between its steps stay, one at a time."""
    steps = tuple((Line("kept"), Nest(2, step(each))) for each in node.steps)
    return ("test", spelling.string(node.name), Nest(2, (steps, Tail())))


def step(node: tree.TestStep) -> Doc:
    match node:
        case (
            tree.AtFact()
            | tree.ChannelFact()
            | tree.SenderFact()
            | tree.AccountFact()
            | tree.FieldFact()
            | tree.CountFact()
            | tree.EnabledFact()
            | tree.SampleFact()
        ):
            return _fact(node)
        case (
            tree.Says()
            | tree.Sends()
            | tree.Presses()
            | tree.Requests()
            | tree.DeliveryFails()
            | tree.DeliverySucceeds()
            | tree.StartsStep()
            | tree.EndsStep()
            | tree.After()
        ):
            return _happening(node)
        case _:
            return ("expect", _expectation(node))


def _fact(node: tree.Fact) -> Doc:
    match node:
        case tree.AtFact(date, time, zone):
            where = () if zone is None else ("in", spelling.string(zone))
            return ("at", date.text, spelling.clock(time), *where)
        case tree.ChannelFact(channel):
            return ("on", spelling.name(channel))
        case tree.SenderFact(sender):
            return (*phrase("sender is"), spelling.string(sender))
        case tree.AccountFact(account):
            return (*phrase("account is"), spelling.name(account))
        case tree.FieldFact(field, value):
            return (field.path, "is", spelling.string(value))
        case tree.CountFact(counter, value):
            return (*phrase("count of"), spelling.name(counter), "is", spelling.number(value))
        case tree.EnabledFact(component, enabled):
            return (spelling.name(component), "is", _switch(enabled=enabled))
        case tree.SampleFact(rule, inside):
            return ("sample", spelling.string(rule), "is", "in" if inside else "out")
        case _:
            assert_never(node)


# Happenings -----------------------------------------------------------------------------------------------------------


def _happening(node: tree.Happening) -> Doc:
    match node:
        case tree.Says(who, text, over, meta):
            return Group((party(who), "says", spelling.string(text), *_over(over), _with(meta)))
        case tree.Sends(who, kind, url, size, over, buttons, meta):
            of_size = () if size is None else ("of", spelling.size(size))
            sent = (party(who), "sends", spelling.name(kind, "kind_word"), spelling.string(url), *of_size)
            return Group((*sent, *_over(over), _with((*buttons, *meta))))
        case tree.Presses(label, over, meta):
            return Group((*phrase("customer presses"), spelling.string(label), *_over(over), _with(meta)))
        case tree.Requests():
            return Group((spelling.name(node.party), "requests", _request(node), _with(node.context)))
        case tree.DeliveryFails(to, reason, key, attempts):
            tried = ("with", spelling.name(key), spelling.number(attempts)) if key and attempts else ()
            return (*phrase("delivery to"), party(to), "fails", spelling.string(reason), *tried)
        case tree.DeliverySucceeds():
            return phrase("delivery to customer succeeds")
        case tree.StartsStep():
            return phrase("conversation starts")
        case tree.EndsStep():
            return phrase("conversation ends")
        case tree.After(duration):
            return ("after", spelling.duration(duration))
        case _:
            assert_never(node)


def _over(channel: tree.Name | None) -> tuple[Doc, ...]:
    return () if channel is None else ("over", spelling.name(channel))


def _request(node: tree.Requests) -> Doc:
    target = () if node.target is None else (spelling.name(node.target),)
    match node.request:
        case "position":
            flow, place = (spelling.string(each) if each else '""' for each in (node.flow, node.step))
            return ("position", *target, *phrase("at flow"), flow, "step", place)
        case "hand over":
            return (*phrase("hand over to"), *target)
        case word:
            return (word, *target)


def _with(added: tuple[tree.String | tree.Meta, ...]) -> Doc:
    """Buttons and keys in the order in which they were written, neighbours of a sort behind one `with`."""
    ordered = sorted(added, key=lambda each: each.span.start)
    runs = [(kind, tuple(run)) for kind, run in groupby(ordered, key=type)]
    return tuple((Break(), "with", *_run(kind, run)) for kind, run in runs)


def _run(kind: type, run: tuple[tree.String | tree.Meta, ...]) -> tuple[Doc, ...]:
    several = Align(listed(_added(each) for each in run))
    return ("buttons", several) if kind is tree.String else (several,)


def _added(node: tree.String | tree.Meta) -> Doc:
    if isinstance(node, tree.Meta):
        return (spelling.key(node.key), spelling.string(node.value))
    return spelling.string(node)


# Expectations ---------------------------------------------------------------------------------------------------------


def _expectation(node: tree.Expectation) -> Doc:
    match node:
        case tree.ExpectRule(rule):
            return phrase("no rule") if rule is None else ("rule", spelling.string(rule))
        case tree.ExpectEnabled(component, enabled):
            return (spelling.name(component), "is", _switch(enabled=enabled))
        case tree.ExpectReply(text):
            return ("reply", _text(text))
        case tree.ExpectGets(who, what, over):
            return (party(who), "gets", _gotten(what), *_over(over))
        case tree.ExpectNothing(who):
            return "nothing" if who is None else (*phrase("nothing to"), party(who))
        case tree.ExpectWithheld(reason):
            return ("withheld", *_reason(reason))
        case tree.ExpectRefused(reason):
            return ("refused", *_reason(reason))
        case tree.ExpectContext(field, text):
            return (field.path, "is", _text(text))
        case tree.ExpectCount(counter, value):
            return (*phrase("count of"), spelling.name(counter), "is", spelling.number(value))
        case tree.ExpectPosition(component, flow, place):
            return ("position", spelling.name(component), *phrase("at flow"), _text(flow), "step", _text(place))
        case tree.ExpectNotified(component):
            return (spelling.name(component), "notified")
        case tree.ExpectTimer(timer):
            return ("timer", spelling.name(timer))
        case tree.ExpectTag(label):
            return ("tag", _text(label))
        case tree.ExpectLoss(loss):
            return ("loss", _text(loss))
        case _:
            assert_never(node)


def _text(node: tree.Text) -> Doc:
    return spelling.regex(node) if isinstance(node, tree.Regex) else spelling.string(node)


def _gotten(node: tree.Text | tree.Name) -> Doc:
    return spelling.name(node, "kind_word") if isinstance(node, tree.Name) else _text(node)


def _reason(node: tree.Text | None) -> tuple[Doc, ...]:
    return () if node is None else (_text(node),)


def _switch(*, enabled: bool) -> str:
    return "enabled" if enabled else "disabled"
