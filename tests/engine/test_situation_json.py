"""Situations told in JSON: what they stand for, with the defaults of a test, and what is said of a mistake."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from pointsman.engine.happenings import event_of
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK, Stage
from pointsman.engine.situation import Situation, full_wiring
from pointsman.engine.situation_json import situation_of, situation_on
from pointsman.engine.told import EXAMPLES, Misstated, Told
from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Media, Message, Picture, Reply, Text
from pointsman.model.event import (
    DeliveryFailed,
    Disable,
    Due,
    Enable,
    End,
    Ends,
    FromComponent,
    FromCustomer,
    HandOver,
    Position,
    Requested,
    Reset,
    Starts,
    Trigger,
)
from pointsman.model.wiring import Seat, Wiring

RULES = """component Bot is bot
component 'Help Desk' is desk
start with Bot
policy quiet on silence for 15m
rule "quiet" otherwise then tag "quiet"
policy waiting on no answer from 'Help Desk' for 5m
rule "waiting" otherwise then tag "waiting"
policy reminded on timer reminder
rule "reminds" otherwise then tag "reminded"
policy hello on message from customer
rule "hello" when sample 10% then set timer reminder for 1h
"""


@pytest.fixture(scope="module")
def program() -> Loaded:
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    return load(compiled.program)


def told(program: Loaded, **members: object) -> Situation:
    return situation_of(program, msgspec.json.encode(members))


def test_an_empty_object_is_the_event_that_a_test_begins_with(program: Loaded) -> None:
    situation = told(program)
    stage = Stage(program)
    stage.play(ir.Says("customer", "", {}, ir.Span("", 0, 0, 1, 1)))
    assert stage.last is not None
    assert (situation.address, situation.now, situation.event) == (ADDRESS, CLOCK, FromCustomer(Message(Text(""))))
    assert situation.decided(program) == stage.last.decided(program)


@pytest.mark.parametrize(
    ("members", "event"),
    [
        ({"text": "hi"}, FromCustomer(Message(Text("hi")))),
        ({"text": "hi", "meta": {"a": "b"}}, FromCustomer(Message(Text("hi"), meta={"a": "b"}))),
        ({"event": "message  from Bot", "text": "hi"}, FromComponent("Bot", Message(Text("hi")))),
        ({"event": "message from 'Help Desk'", "text": "hi"}, FromComponent("Help Desk", Message(Text("hi")))),
        (
            {"kind": "picture", "url": "u", "size": "6 MB", "name": "n", "mime": "m", "text": "t", "buttons": ["Yes"]},
            FromCustomer(Message(Picture(Media("u", "n", "m", 6_000_000), "t"), (Reply("Yes", postback="Yes"),))),
        ),
        ({"kind": "picture", "url": "u", "size": "5 KiB"}, FromCustomer(Message(Picture(Media("u", size=5_120))))),
        ({"event": "request from Bot", "request": "enable", "target": "Bot"}, Requested("Bot", (Enable("Bot"),))),
        (
            {"event": "request from Bot", "request": "disable", "target": "Help Desk", "asked": {"team": "a"}},
            Requested("Bot", (Disable("Help Desk"),), {"team": "a"}),
        ),
        ({"event": "request from Bot", "request": "hand over", "target": "Bot"}, Requested("Bot", (HandOver("Bot"),))),
        (
            {"event": "request from Bot", "request": "position", "flow": "f", "step": "s"},
            Requested("Bot", (Position("f", "s"),)),
        ),
        ({"event": "request from Bot", "request": "reset"}, Requested("Bot", (Reset(),))),
        ({"event": "request from Bot", "request": "end"}, Requested("Bot", (End(),))),
        ({"event": "conversation starts"}, Starts()),
        ({"event": "conversation ends"}, Ends()),
        (
            {"event": "delivery failed to customer", "reason": "expired", "attempts": 12},
            DeliveryFailed("customer", "expired", 12),
        ),
        ({"event": "delivery failed to 'Help Desk'", "reason": "gone"}, DeliveryFailed("Help Desk", "gone")),
        ({"event": "silence for 900s"}, Due(Trigger("silence", ms=900_000).key, 1)),
        ({"event": "no answer from 'Help Desk' for 5m"}, Due(Trigger("no answer", "Help Desk", 300_000).key, 1)),
        ({"event": "timer reminder"}, Due(Trigger("timer", "reminder").key, 1)),
    ],
)
def test_every_event_of_the_language_can_be_told_and_happens(
    program: Loaded, members: dict[str, object], event: object
) -> None:
    situation = told(program, **members)
    assert situation.event == event
    assert situation.decided(program).answer.outcome in ("accepted", "withheld")


def test_a_button_that_is_pressed_has_its_place_among_those_offered(program: Loaded) -> None:
    situation = told(program, choice="No", offered=["Yes", "No"])
    step = ir.Presses("No", {}, ir.Span("", 0, 0, 1, 1))
    assert situation.event == event_of(step)
    assert situation.recall is not None
    assert [offer.label for offer in situation.recall.choices] == ["Yes", "No"]


def test_what_is_known_of_the_conversation_is_so_when_the_event_comes(program: Loaded) -> None:
    situation = told(
        program,
        channel="SMS",
        sender="0031612345678",
        business="31600000000",
        account="shop",
        at="2026-11-20T10:00:00+01:00",
        enabled=["Help Desk"],
        context={"team": "a"},
        contact={"language": "nl"},
        counters={"misses": 2},
        sample={"hello": True},
    )
    state = situation.decided(program).conversation
    assert (state.address.customer, state.address.business) == ("+31612345678", "+31600000000")
    assert (state.address.channel, state.address.account) == ("SMS", "shop")
    assert state.latest == state.started == 1_795_165_200_000
    assert (state.enabled, state.context, state.counters) == (frozenset({"Help Desk"}), {"team": "a"}, {"misses": 2})
    assert state.contact == {"language": "nl"}
    assert Trigger("timer", "reminder").key in state.waits


def test_a_conversation_of_which_the_past_is_told_is_under_way(program: Loaded) -> None:
    begun = told(program, age="1d", spoke={"customer": "2h", "Bot": "3h", "Help Desk": "1h"}, enabled=["Help Desk"])
    assert begun.recall is not None
    assert begun.recall.started == CLOCK - 86_400_000
    assert begun.recall.spoke == {
        "customer": CLOCK - 7_200_000,
        "Bot": CLOCK - 10_800_000,
        "Help Desk": CLOCK - 3_600_000,
    }
    assert begun.recall.unanswered == {"Bot"}
    decision = begun.decided(program)
    assert (decision.conversation.session, decision.conversation.enabled) == (1, frozenset({"Help Desk"}))
    assert "starts" not in [step.subject for step in decision.steps]
    older = told(program, spoke={"customer": "2h"})
    assert older.recall is not None
    assert older.recall.started == CLOCK - 7_200_000


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        (b'{"text": "hi",\n "at": }', "line 2, column 8", "no JSON"),
        (b"{", "", "no JSON"),
        (b'{"text": "\xff"}', "line 1, column 11", "not UTF-8"),
        (b'{"text": "\\\\ud800 \\ud83d\\ude00 \\ud83d x"}', "line 1, column 32", r"`\ud83d` is no Unicode"),
        (b'{"counters": {"misses": -1}}', "counters.misses", "a counter counts from 0"),
        (b'{"counters": {"misses": 9007199254740993}}', "counters.misses", "a counter counts to 9007199254740992"),
        (b'{"counters": {"misses": ' + b"9" * 30 + b"}}", "counters.misses", "a counter counts to 9007199254740992"),
        (b'{"text": "a", "size": 5}', "size", "there is no file"),
        (b'{"text": "a", "name": "a.png"}', "name", "there is no file"),
        (b'{"kind": "location", "mime": "image/png"}', "mime", "there is no file"),
        (b'{"kind": "picture", "url": "u", "size": ' + b"9" * 30 + b"}", "size", "more than 9007199254740992 bytes"),
        (b'{"kind": "picture", "url": "u", "size": "' + b"9" * 400 + b' GB"}', "size", "more than"),
        (b"[]", "", "object"),
        (b'{"txet": "hi"}', "txet", "did you mean `text`?"),
        (b'{"colour": "red"}', "colour", "`event`, `text`"),
        (b'{"at": 5}', "at", "expected `str`"),
        (b'{"spoke": {"customer": 5}}', "spoke[...]", 'write for example "spoke": {"customer": "2h"}'),
        (b'{"at": "yesterday"}', "at", "no moment"),
        (b'{"at": "2026-11-20T10:00:00"}', "at", "no offset"),
        (b'{"at": "9999-11-20T10:00:00Z"}', "at", "out of range"),
        (b'{"age": "2 hours"}', "age", 'such as "2h"'),
        (b'{"age": "99999999999d"}', "age", "too long"),
        (b'{"age": "1h", "spoke": {"customer": "2h"}}', "age", "let it be older"),
        (b'{"event": "conversation starts", "age": "1h"}', "age", "no past"),
        (b'{"spoke": {"custmer": "2h"}}', "spoke", "did you mean `customer`?"),
        (b'{"enabled": ["Bto"]}', "enabled", "did you mean `Bot`?"),
        (b'{"channel": "Whatsapp2"}', "channel", "did you mean `WhatsApp`?"),
        (b'{"sample": {"helo": true}}', "sample", "did you mean `hello`?"),
        (b'{"event": "message from Bto"}', "event", "did you mean `message from Bot`?"),
        (b'{"event": "silence for 10m"}', "event", "`silence for 15m`"),
        (b'{"event": "message to customer"}', "event", "raised by other events"),
        (b'{"event": "Bot enabled"}', "event", "raised by other events"),
        (b'{"event": "rain"}', "event", "known are `message from customer`"),
        (b'{"event": "conversation ends", "text": "hi"}', "text", "has no `text`"),
        (b'{"text": "hi", "request": "enable"}', "request", "has no `request`"),
        (b'{"kind": "picture"}', "url", "has a file"),
        (b'{"url": "u"}', "kind", "a text has no file"),
        (b'{"kind": "painting"}', "kind", "known are `text`"),
        (b'{"kind": "picture", "url": "u", "size": "6 apples"}', "size", 'write for example "size": "6 MB"'),
        (b'{"kind": "picture", "url": "u", "size": -1}', "size", "less than nothing"),
        (b'{"event": "request from Bot"}', "request", "missing"),
        (b'{"event": "delivery failed to Bot"}', "reason", 'write for example "reason": "expired"'),
        (b'{"event": "delivery failed to Bto", "reason": "x"}', "event", "did you mean `delivery failed to Bot`?"),
        (b'{"event": "delivery failed to Bot", "reason": "x", "attempts": 0}', "attempts", "once at least"),
        (b'{"event": "delivery failed to Bot", "reason": "x", "text": "x"}', "text", "has no `text`"),
        (b'{"reason": "x"}', "reason", "has no `reason`"),
        (b'{"event": "request from Bot", "request": "enable"}', "target", "asked for a component"),
        (b'{"event": "request from Bot", "request": "enabel"}', "request", "did you mean `enable`?"),
        (b'{"event": "request from Bot", "request": "enable", "target": "Bt"}', "target", "did you mean `Bot`?"),
        (b'{"text": "' + b"x" * 65_537 + b'"}', "text", "longer than 65536"),
    ],
)  # fmt: skip
def test_a_mistake_names_its_place_and_what_to_write(program: Loaded, data: bytes, place: str, said: str) -> None:
    with pytest.raises(Misstated) as caught:
        situation_of(program, data)
    assert caught.value.place == place
    assert said in f"{caught.value} {caught.value.help}"


def test_a_failure_on_a_conversation_as_it_is_is_that_of_its_latest_message(program: Loaded) -> None:
    state = structs.replace(told(program).decided(program).conversation, sends=7)
    told_of = b'{"event": "delivery failed to customer", "reason": "expired"}'
    situation = situation_on(program, told_of, state, full_wiring(program, "test"), state.latest)
    assert situation.event == DeliveryFailed("customer", "expired", 1, 7)


def test_an_event_can_meet_a_conversation_as_it_is(program: Loaded) -> None:
    state = told(program, sample={"hello": True}).decided(program).conversation
    wiring = Wiring("test", {"Bot": Seat(copies=False)})
    key = Trigger("timer", "reminder").key
    due = situation_on(program, b'{"event": "timer reminder"}', state, wiring, CLOCK + 5)
    assert (due.event, due.now) == (Due(key, state.waits[key].number), CLOCK + 3_600_000)
    assert (due.recall, due.wiring) == (state, wiring)
    late = situation_on(program, b'{"event": "timer reminder"}', state, wiring, CLOCK + 7_200_000)
    assert late.now == CLOCK + 7_200_000
    said = situation_on(program, b'{"text": "hello"}', state, wiring, CLOCK + 5)
    assert (said.now, said.address, said.drawn) == (CLOCK + 5, state.address, {})
    assert situation_on(program, b'{"at": "2026-11-20T10:00:00Z"}', state, wiring, CLOCK).now == 1_795_168_800_000


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("channel", "SMS"),
        ("account", "shop"),
        ("sender", "+31612345678"),
        ("enabled", ["Bot"]),
        ("context", {"team": "a"}),
        ("age", "1h"),
        ("offered", ["Yes"]),
        ("sample", {"hello": True}),
    ],
)
def test_of_a_conversation_as_it_is_nothing_can_be_told(program: Loaded, member: str, value: object) -> None:
    state = told(program).decided(program).conversation
    data = msgspec.json.encode({member: value})
    with pytest.raises(Misstated, match="the conversation that is named has its own") as refused:
        situation_on(program, data, state, Wiring("test", {}), CLOCK)
    assert refused.value.place == member


def test_every_member_has_an_example() -> None:
    assert list(EXAMPLES) == list(Told.__struct_fields__)


@pytest.mark.parametrize("member", EXAMPLES)
def test_the_example_of_each_member_can_be_read(member: str) -> None:
    msgspec.json.decode(f'{{"{member}": {EXAMPLES[member]}}}'.encode(), type=Told)
