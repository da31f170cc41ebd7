"""Hypothesis strategies for whole programs (as IR) and for the events that happen to them.

Values come from small pools that programs and events share, so that rules do match. `constructs` names what a program
holds in the words of `language.vocabulary`, so that a construct that no strategy makes fails the test that counts them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import structs

from pointsman.language import ir
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.language.vocabulary import (
    ACTIONS,
    CALENDAR_FIELDS,
    CHANNELS,
    EVENTS,
    FIELDS,
    PREDICATES,
    QUANTITIES,
    REQUESTS,
)
from pointsman.model import content as c
from pointsman.model import event as ev
from pointsman.model.identity import PHONE_CHANNELS

SPAN = ir.Span("generated.rules", 0, 1, 1, 1)
BOT, DESK, HELPER = "CmBot", "CustomerContact", "Helper"
COMPONENTS = (BOT, DESK, HELPER)
VOCABULARY = {
    *(f"action {action.name}" for action in ACTIONS),
    *(f"event {event.name}" for event in EVENTS),
    *(f"predicate {predicate.name}" for predicate in PREDICATES),
    *(f"quantity {quantity.name}" for quantity in QUANTITIES),
    *(f"field {field.path}" for field in FIELDS if field.path != "intent"),
    *(f"field {field.path}" for field in CALENDAR_FIELDS),
    *(f"mode {mode}" for mode in ("first", "every", "unique")),
    *(f"clause {mode}" for mode in ("enabled", "always", "never", "when")),
    *(f"exactly {how}" for how in get_args(ir.TextHow)),
    *(f"compare {how}" for how in get_args(ir.Comparator)),
    "otherwise",
}
"""Every construct of the language that works; `intent` is the field `meta.intent` by the time there is an IR."""

_PREDICATE_OF = {
    ir.Matches: "matches",
    ir.Exists: "exists",
    ir.IsEnabled: "enabled",
    ir.IsOpen: "open",
    ir.HasButtons: "has buttons",
    ir.LastOlder: "older",
    ir.Sample: "sample",
    ir.And: "and",
    ir.Or: "or",
    ir.Not: "not",
    ir.NumberIn: "in",
}
_HOW = {"starts": "starts with", "ends": "ends with"}


def constructs(node: Any) -> Iterator[str]:
    """Name every construct that a part of a program holds."""
    match node:
        case tuple():
            for item in node:
                yield from constructs(item)
        case ir.ProgramIR():
            yield from constructs((node.components, node.policies))
        case ir.Clause(mode):
            yield f"clause {mode}"
        case ir.Policy(_, mode, _, triggers, rules):
            yield f"mode {mode}"
            yield from (f"event {trigger.kind}" for trigger in triggers)
            yield from constructs(rules)
        case ir.Rule(_, when, actions):
            yield from ["otherwise"] if when is None else constructs(when)
            yield from constructs(actions)
        case msgspec.Struct():
            yield from _of_node(node)
            yield from constructs(tuple(getattr(node, name) for name in node.__struct_fields__ if name != "span"))


def _of_node(node: Any) -> Iterator[str]:
    if type(node) in _PREDICATE_OF:
        yield f"predicate {_PREDICATE_OF[type(node)]}"
    if type(node) in get_args(ir.Action):
        yield f"action {node.__struct_config__.tag}"
    match node:
        case ir.TextTest(path, how, exactly, values, list=name):
            several = how == "is" and (name or len(values) > 1)
            yield f"predicate {'in' if several else _HOW.get(how, how)}"
            yield from [f"exactly {how}"] if exactly else []
            yield _field(path)
        case ir.ChoiceTest(path, names):
            yield f"predicate {'in' if len(names) > 1 else 'is'}"
            yield _field(path)
        case ir.Compare(_, how):
            yield "predicate compare" if how != "==" else "predicate is"
            yield f"compare {how}"
        case ir.Matches(path) | ir.Exists(path) | ir.Field(path):
            yield _field(path)
        case ir.Length() | ir.Count() | ir.Age():
            yield f"quantity {node.__struct_config__.tag}"


def _field(path: str) -> str:
    head, _, key = path.partition(".")
    if head in CALENDARS:
        return f"field {key}"
    return f"field {head}.*" if head in ("context", "contact", "meta", "request") and key else f"field {path}"


TEXTS = (
    "agent",
    "I want a REAL  person",
    "real person",
    "stop",
    "Ｓｔｏｐ",
    "order 123456 please",
    "ﬁne",
    "",
    "agent's",
    "a.b",
)
KEYS = ("team", "mood")
COUNTERS = ("misses", "tries")
TIMERS = ("ping", "pong")
CALENDARS = ("office", "night")
LISTS = ("words", "vips", "levels")
GROUPS = r"order (?P<number>\d{6})"
PATTERNS = ((GROUPS, "i", ("number",)), ("^st.p$", "is", ()), (r"\bperson", "", ()))

texts = st.sampled_from(TEXTS)
components = st.sampled_from(COMPONENTS)
keys = st.sampled_from(KEYS)
counters = st.sampled_from(COUNTERS)
timers = st.sampled_from(TIMERS)
durations = st.sampled_from((1_000, 60_000, 3_600_000))
paths = st.sampled_from(
    (
        *(f"context.{key}" for key in KEYS),
        "text",
        "text",
        "sender",
        "choice",
        "meta.intent",
        "message.name",
        "message.url",
        "message.mime",
        "request.team",
        "contact.team",
        "reason",
    )
)
subjects = st.one_of(
    st.builds(ir.Field, st.sampled_from(("message.size", "choice index", "attempts"))),
    st.builds(ir.Length, paths),
    st.builds(ir.Count, counters),
    st.just(ir.Age()),
)
numbers = st.sampled_from((0.0, 1.0, 2.0, 5.0, 20.0, 60_000.0))


def _text_tests() -> st.SearchStrategy[ir.TextTest]:
    hows = st.sampled_from(("is", "starts", "ends", "contains", "mentions"))
    inline = st.tuples(st.lists(texts, min_size=1, max_size=3, unique=True).map(tuple), st.just(""))
    listed = st.tuples(st.just(()), st.sampled_from(("words", "vips")))
    return st.tuples(paths, hows, st.booleans(), st.one_of(inline, listed)).map(
        lambda it: ir.TextTest(it[0], it[1], it[2], it[3][0], it[3][1], SPAN)
    )


_choices = st.one_of(
    st.tuples(st.just("channel"), st.lists(st.sampled_from(CHANNELS[:3]), min_size=1, max_size=2, unique=True)),
    st.tuples(st.just("message"), st.lists(st.sampled_from(c.MESSAGE_KINDS[:3]), min_size=1, max_size=2, unique=True)),
    st.tuples(st.just("account"), st.just(["shop"])),
    st.tuples(st.just("request"), st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=3, unique=True)),
    st.tuples(st.just("target"), st.lists(components, min_size=1, max_size=2, unique=True)),
)
atoms: st.SearchStrategy[Any] = st.one_of(
    _text_tests(),
    _choices.map(lambda it: ir.ChoiceTest(it[0], tuple(it[1]), SPAN)),
    st.tuples(paths, st.sampled_from(PATTERNS)).map(lambda it: ir.Matches(it[0], *it[1], SPAN)),
    st.builds(ir.Compare, subjects, st.sampled_from(("==", "<", "<=", ">", ">=")), numbers, st.just(SPAN)),
    st.builds(lambda s, v: ir.NumberIn(s, tuple(v), "", SPAN), subjects, st.lists(numbers, min_size=1, max_size=3)),
    st.builds(lambda s: ir.NumberIn(s, (), "levels", SPAN), subjects),
    st.builds(ir.Exists, st.one_of(paths, st.sampled_from(("message.size", "office.next_open"))), st.just(SPAN)),
    st.builds(ir.IsEnabled, components, st.just(SPAN)),
    st.builds(ir.IsOpen, st.sampled_from(CALENDARS), st.just(SPAN)),
    st.just(ir.HasButtons(SPAN)),
    st.builds(
        lambda parties, ms: ir.LastOlder(tuple(parties), ms, SPAN),
        st.lists(st.sampled_from(("customer", *COMPONENTS)), min_size=1, max_size=2, unique=True),
        durations,
    ),
    st.builds(ir.Sample, st.sampled_from((0, 5_000, 10_000)), st.sampled_from(("a", "b")), st.just(SPAN)),
)
conditions: st.SearchStrategy[Any] = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ir.And(tuple(parts), SPAN)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ir.Or(tuple(parts), SPAN)),
        st.builds(ir.Not, inner, st.just(SPAN)),
    ),
    max_leaves=5,
)

_slots = st.one_of(
    st.builds(ir.Words, texts),
    st.builds(
        ir.Slot,
        st.builds(
            ir.Field,
            st.sampled_from(("number", "text", "office.next_open", "night.next_close", "context.team", "message.size")),
        ),
        st.sampled_from(("", "none")),
    ),
    st.builds(ir.Slot, subjects, st.just("?")),
)
templates = st.lists(_slots, min_size=1, max_size=2).map(tuple)
_buttons = st.one_of(st.just(()), st.just(((ir.Words("Yes"),), (ir.Words("No"),))))
_here = st.just(SPAN)


_anywhere = (
    st.builds(ir.EnableAction, components, _here),
    st.builds(ir.DisableAction, components, _here),
    st.builds(ir.HandOverAction, components, _here),
    st.just(ir.ResetAction(SPAN)),
    st.just(ir.EndAction(SPAN)),
    st.builds(ir.PositionAction, st.just(BOT), templates, templates, _here),
    st.builds(ir.SetContext, keys, templates, _here),
    st.builds(ir.ClearContext, keys, _here),
    st.builds(ir.AddToCounter, counters, st.sampled_from((1, 5)), _here),
    st.builds(ir.ClearCounter, counters, _here),
    st.builds(ir.ReplyText, templates, _buttons, _here),
    st.builds(ir.ReplyPicture, templates, _buttons, _here),
    st.builds(ir.Tell, components, templates, _here),
    st.builds(ir.SetTimer, timers, durations, _here),
    st.builds(ir.CancelTimer, timers, _here),
    st.builds(ir.TagAction, st.sampled_from(("seen", "odd")), _here),
    st.just(ir.Stop(SPAN)),
)
_on_messages = (
    st.builds(ir.SendOnly, components, _here),
    st.builds(ir.AlsoSend, components, _here),
    st.just(ir.Withhold(SPAN)),
    st.builds(ir.Redact, st.just(r"\d{4,}"), st.just(""), templates, _here),
    st.builds(ir.ReplaceText, templates, _here),
    st.just(ir.DropButtons(SPAN)),
)
_channels = st.sampled_from(CHANNELS[:4])
_on_leaving = (
    st.builds(ir.PreferChannel, _channels, _here),
    st.builds(ir.FallBack, _channels, durations, _here),
)
_on_requests = (st.builds(ir.Refuse, templates, _here),)

_leaving = st.sampled_from((*(ev.Trigger("from component", name) for name in COMPONENTS), ev.Trigger("to customer")))
_messages = st.one_of(st.just(ev.Trigger("from customer")), _leaving)
_failures = st.builds(lambda to: ev.Trigger("delivery failed", to), st.sampled_from((ev.CUSTOMER, *COMPONENTS)))
_requests = st.builds(lambda name: ev.Trigger("request", name), components)
# `enabled` and `disabled` policies only tag and count, and the others do not raise them in circles: the checker's law.
_inner = st.builds(ev.Trigger, st.sampled_from(("enabled", "disabled")), components)
_others = st.one_of(
    st.sampled_from((ev.Trigger("starts"), ev.Trigger("ends"))),
    st.builds(lambda name: ev.Trigger("timer", name), timers),
    st.builds(lambda kind, ms: ev.Trigger(kind, ms=ms), st.sampled_from(("silence", "silence of customer")), durations),
    st.builds(lambda name, ms: ev.Trigger("no answer", name, ms), components, durations),
)
_harmless = (_anywhere[6], _anywhere[8], _anywhere[15], _anywhere[12])


@st.composite
def _policies(draw: st.DrawFn, number: int) -> ir.Policy:
    family = draw(st.sampled_from(("message", "message", "leaving", "request", "failure", "other", "inner")))
    triggers, actions = {
        "message": (_messages, st.one_of(*_anywhere, *_on_messages)),
        "leaving": (_leaving, st.one_of(*_anywhere, *_on_messages, *_on_leaving, *_on_leaving)),
        "failure": (_failures, st.one_of(*_anywhere)),
        "request": (_requests, st.one_of(*_anywhere, *_on_requests)),
        "other": (_others, st.one_of(*_anywhere)),
        "inner": (_inner, st.one_of(*_harmless)),
    }[family]
    chosen = tuple(draw(st.lists(triggers, min_size=draw(st.sampled_from((0, 1, 1, 1, 1))), max_size=2, unique=True)))
    count = draw(st.integers(1, 4))
    rules = []
    for place in range(count):
        last = place == count - 1 and draw(st.booleans())
        when = None if last else draw(conditions)
        acts = tuple(draw(st.lists(actions, min_size=1, max_size=3)))
        rules.append(ir.Rule(f"rule {number}.{place}", when, acts, SPAN))
    mode = draw(st.sampled_from(("first", "every", "unique")))
    return ir.Policy(f"policy {number}", mode, False, chosen, tuple(rules), SPAN)


_clauses = st.one_of(
    st.builds(ir.Clause, st.sampled_from(("enabled", "enabled", "always", "never"))),
    st.builds(ir.Clause, st.just("when"), st.just(ir.Not(ir.IsEnabled(BOT, SPAN), SPAN))),
    st.builds(ir.Clause, st.just("when"), st.just(ir.Or((ir.IsEnabled(BOT, SPAN), ir.IsEnabled(DESK, SPAN)), SPAN))),
)
_calendars = (
    ir.Calendar(
        "office", "Europe/Amsterdam", (((540, 1050),),) * 5 + ((), ()), (ir.SpecialDay("2000-01-04", ()),), SPAN
    ),
    ir.Calendar("night", "UTC", (((0, 360), (1200, 1440)),) * 7, (), SPAN),
)
_lists = (
    ir.ValueList("words", ("agent", "real person", "stop"), (), SPAN),
    ir.ValueList("vips", (*(f"+316{n}" for n in range(20)), "+31612345678"), (), SPAN),
    ir.ValueList("levels", (), (0.0, 2.0, 5.0), SPAN),
)


_profiles = tuple(
    ir.Profile(
        name,
        tuple(ir.Carried(kind, "native") for kind in c.MESSAGE_KINDS),
        tuple(ir.Carried(kind, "native") for kind in c.BUTTON_KINDS),
        windows=(ir.ReplyWindow(3_600_000),) if name == "WhatsApp" else (),
        phone=name in PHONE_CHANNELS,
    )
    for name in CHANNELS[:3]
)
"""Each carries everything: evaluators cannot differ in how a message is rendered."""


@st.composite
def programs(draw: st.DrawFn) -> ir.ProgramIR:
    """Programs as the lowering makes them, of every construct."""
    parties = (
        ir.Component(BOT, "bot", draw(_clauses), draw(_clauses), SPAN),
        ir.Component(DESK, "desk", draw(_clauses), draw(_clauses), SPAN),
        ir.Component(HELPER, "service", draw(_clauses), draw(_clauses), SPAN),
    )
    start = tuple(draw(st.lists(components, min_size=1, max_size=3, unique=True)))
    policies = tuple(draw(_policies(number)) for number in range(draw(st.integers(1, 5))))
    return ir.ProgramIR(1, parties, start, _lists, _calendars, policies, CHANNELS, (), _profiles)


_WORDS: dict[str, tuple[str, ...]] = {"picture": ("n", "text", "url", "name"), "card": ("n", "text", "title", "url")}
_PLAIN: dict[str, tuple[ir.RenderingHow, ...]] = {
    "picture": ("file", "card", "link"),
    "card": ("picture", "file", "link", "numbered buttons"),
}


@st.composite
def _rungs(draw: st.DrawFn) -> ir.Rung:
    """Downgrades of the messages below, on the channel in use, on another, or on all."""
    button = draw(st.booleans())
    kind = "reply" if button else draw(st.sampled_from(("picture", "card")))
    parts = st.builds(ir.Part, st.sampled_from(("n", "label") if button else _WORDS[kind]), st.sampled_from(("", "?")))
    template = st.lists(st.one_of(parts, st.builds(ir.Words, st.sampled_from((" ", "\n", "a"))))).map(tuple)
    text = st.builds(ir.Rendering, st.just("text"), template)
    hows = ("numbered buttons", "nothing") if button else _PLAIN[kind]
    made = draw(st.lists(st.one_of(text, st.builds(ir.Rendering, st.sampled_from(hows))), min_size=1, max_size=3))
    on = draw(st.sampled_from((None, frozenset(CHANNELS[:2]), frozenset({"SMS"}))))
    when = draw(st.one_of(st.none(), conditions))
    return ir.Rung(kind, button, on, when, tuple(made), remember_ms=draw(st.sampled_from((0, 60_000))), span=SPAN)


@st.composite
def rendered_programs(draw: st.DrawFn) -> ir.ProgramIR:
    """Programs that render messages by rungs of their own over the standard ladder, on channels that carry little."""
    program = draw(programs())
    profile = structs.replace(standard()[draw(st.sampled_from(("SMS", "Telegram", "Web Push")))], name="WhatsApp")
    strict = draw(st.sampled_from((False, False, False, True)))
    rungs = (*draw(st.lists(_rungs(), max_size=4)), *standard_rungs())
    parties = tuple(structs.replace(it, strict=strict and it.name == BOT) for it in program.components)
    return structs.replace(program, components=parties, profiles=(profile,), rungs=rungs)


_contents = st.one_of(
    st.builds(c.Text, texts),
    st.builds(
        lambda text, size: c.Picture(c.Media("https://x.example/a.png", size=size, name="stop"), text),
        texts,
        st.sampled_from((None, 5, 60_000)),
    ),
    st.builds(lambda text: c.Card(title=text, buttons=(c.Reply("Yes"),)), texts),
)
messages = st.builds(
    lambda content, buttons, meta, choice: c.Message(content, buttons, choice=choice, meta=meta),
    _contents,
    st.sampled_from(((), (c.Reply("Yes", "yes-1"), c.Reply("No")))),
    st.dictionaries(st.sampled_from(("intent", "mood")), texts, max_size=1),
    st.sampled_from((None, c.Choice("Yes"), c.Choice("?", "yes-1"))),
)
_mutations = st.one_of(
    st.builds(ev.Enable, components),
    st.builds(ev.Disable, components),
    st.builds(ev.HandOver, components),
    st.builds(ev.Position, st.just("flow"), st.just("step"), st.sampled_from(("", BOT))),
    st.just(ev.Reset()),
    st.just(ev.End()),
)
_sends = st.sampled_from((0, 1, 2, 3))
events: st.SearchStrategy[ev.Event] = st.one_of(
    st.builds(ev.FromCustomer, messages, st.dictionaries(keys, texts, max_size=1)),
    st.builds(ev.FromCustomer, messages, channel=st.sampled_from(("", *CHANNELS[:3]))),
    st.builds(ev.FromComponent, components, messages),
    st.builds(ev.FromComponent, components, messages),
    st.builds(
        ev.DeliveryFailed,
        st.sampled_from((ev.CUSTOMER, *COMPONENTS)),
        texts,
        st.sampled_from((1, 2, 5)),
        _sends,
    ),
    st.builds(ev.Reported, _sends, st.sampled_from(("delivered", "read")), st.sampled_from((0, 1))),
    st.builds(
        lambda name, asked, context: ev.Requested(name, tuple(asked), context),
        components,
        st.lists(_mutations, min_size=1, max_size=2),
        st.dictionaries(keys, texts, max_size=1),
    ),
)
pauses = st.sampled_from((0, 500, 1_000, 61_000, 3_700_000, 40_000_000))
histories = st.lists(st.tuples(pauses, events), min_size=1, max_size=5)
