"""The nearest change in its words, for all that can be otherwise; and what is said where there is none."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import run_test
from pointsman.engine.situation_json import situation_of
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import Message, Text
from pointsman.model.event import FromCustomer
from pointsman.proofs import nearest as searching
from pointsman.proofs.nearest import Change, Nearest, Unsettled, nearest
from pointsman.proofs.nearest_words import ShownWhyNot, shown_why_not, told_why_not

CAST = """component Bot is bot
component Desk is desk
  hears always
start with Bot
calendar office
  mon-fri 09:00-17:00
  zone "Europe/Amsterdam"
list vips = "+31600000001"
"""


def loaded(rules: str) -> Loaded:
    found = compile_rules({"policy.rules": CAST + rules})
    assert found.program is not None, found.diagnostics
    return load(found.program)


def why_not(rules: str, rule: str = "r", **told: object) -> tuple[ShownWhyNot, Nearest, Loaded]:
    program = loaded(rules)
    found = nearest(program, situation_of(program, msgspec.json.encode(told)), rule)
    return shown_why_not(rule, found, program), found, program


def changes(condition: str, told: dict[str, object], event: str = "message from customer") -> list[str]:
    """What would have to be otherwise for a rule on a condition to fire, each as a clause."""
    rules = f'policy p on {event}\nrule "r" when {condition} then tag "t"\n'
    shown, found, program = why_not(rules, **({"event": event} | told))
    assert isinstance(found, Change)
    assert "r" in [step.subject for step in found.situation.decided(program).steps if step.what == "rule"]
    assert found.witness is not None
    assert run_test(program, found.witness.test).passed
    return [change.says for change in shown.changes]


@pytest.mark.parametrize(
    ("condition", "told", "expected"),
    [
        ('text is "stop"', {"text": "go"}, ['`text` were "stop" instead of "go"']),
        ("message is picture", {"text": "go"}, ["`message` were picture instead of text"]),
        ("message has buttons", {"text": "go"}, ["the message had buttons"]),
        ("not message has buttons", {"text": "go", "buttons": ["A"]}, ["the message had no buttons"]),
        ('intent is "buy"', {"text": "go"}, ['`intent` were "buy"']),
        ('not intent exists', {"text": "go", "meta": {"intent": "x"}}, ["there were no `intent`"]),
        (
            "message.size > 5 MB",
            {"kind": "picture", "url": "u", "size": "3 MB"},
            ["`message.size` were 6 MB instead of 3 MB"],
        ),
        ('choice is "Yes"', {"choice": "No"}, ['`choice` were "Yes" instead of "No"']),
        ("choice index is 2", {"choice": "No", "offered": ["No", "Yes"]}, ["`choice index` were 2 instead of 1"]),
        ('context.team is "a"', {"context": {"team": "b"}}, ['`context.team` were "a" instead of "b"']),
        ("not context.team exists", {"context": {"team": "b"}}, ["there were no `context.team`"]),
        ('contact.language is "nl"', {}, ['`contact.language` were "nl"']),
        ("count of misses >= 2", {"counters": {"misses": 1}}, ["count of misses were 2 instead of 1"]),
        ("count of misses is 0", {"counters": {"misses": 1}}, ["count of misses were 0 instead of 1"]),
        ("Desk is enabled", {}, ["Desk were enabled"]),
        ("Bot is disabled", {"age": "1h"}, ["Bot were disabled"]),
        ("channel is SMS", {}, ["`channel` were SMS instead of WhatsApp"]),
        ("account is shop", {}, ["`account` were shop instead of test"]),
        ("sender in vips", {}, ['`sender` were "+31600000001" instead of "+15555550100"']),
        ("conversation age > 1h", {"age": "5m"}, ["the conversation were 2h old instead of 5m"]),
        (
            "last message from customer older than 1h",
            {"age": "1d", "spoke": {"customer": "5m"}},
            ["the last message from the customer were 2h old instead of 5m"],
        ),
        (
            "not last message from Bot older than 1h",
            {"age": "2h", "spoke": {"Bot": "2h"}},
            ["the last message from Bot were 1h old instead of 2h"],
        ),
        (
            "office is open",
            {"at": "2026-11-20T23:00:00+01:00"},
            ["it were Mon 23 Nov 09:00 (office is open) instead of Fri 20 Nov 23:00"],
        ),
        (
            "office is closed",
            {"at": "2026-11-20T11:00:00+01:00"},
            ["it were Fri 20 Nov 17:00 (office is closed) instead of Fri 20 Nov 11:00"],
        ),
        ("sample 10%", {"sample": {"r": False}}, ['this conversation were in the sample of 10% of rule "r"']),
        (
            'text is "stop" and Desk is enabled',
            {"text": "go"},
            ['`text` were "stop" instead of "go"', "Desk were enabled"],
        ),
        ('channel is SMS or text is "stop"', {"text": "go"}, ['`text` were "stop" instead of "go"']),
        ("office is open or Desk is enabled", {"at": "2026-11-20T23:00:00+01:00"}, ["Desk were enabled"]),
    ],
)  # fmt: skip
def test_a_change_is_said_in_the_words_of_the_language(
    condition: str, told: dict[str, object], expected: list[str]
) -> None:
    assert changes(condition, told) == expected


FILE = {"kind": "file", "url": "u", "name": "n", "mime": "m", "size": 5, "text": "go"}


@pytest.mark.parametrize(
    ("condition", "told", "expected"),
    [
        ("not text exists", FILE, ["there were no `text`"]),
        ('message.name is "b"', FILE, ['`message.name` were "b" instead of "n"']),
        ('message.mime is "b"', FILE, ['`message.mime` were "b" instead of "m"']),
        ('message.url is "b"', FILE, ['`message.url` were "b" instead of "u"']),
        ("message.size < 5 KB", {"text": "go"}, ["`message` were picture instead of text", "`message.size` were 1 KB"]),
        ('text is "b"', {"kind": "card", "text": "go"}, ['`text` were "b" instead of "go"']),
        ("not text exists", {"kind": "location", "text": "go"}, ["there were no `text`"]),
        ("not message has buttons", {"kind": "card", "text": "go", "buttons": ["A"]}, ["the message had no buttons"]),
        ("message is text", FILE, ["`message` were text instead of file"]),
        ('choice is "Yes" and text is "go"', {"choice": "go"}, ['`choice` were "Yes" instead of "go"']),
        ("not choice exists", {"choice": "go"}, ["there were no `choice`"]),
        ('contact.name is "b"', {"contact": {"name": "a"}}, ['`contact.name` were "b" instead of "a"']),
        (
            'conversation age > 1h and context.team is "a" and count of x is 2',
            {"text": "go"},
            ['`context.team` were "a"', "count of x were 2 instead of 0", "the conversation were 2h old instead of 0s"],
        ),
        (
            "last message from Bot older than 1h",
            {"text": "go"},
            ["the last message from Bot were 2h old"],
        ),
    ],
)  # fmt: skip
def test_a_change_of_a_message_or_of_the_past_is_carried_out(
    condition: str, told: dict[str, object], expected: list[str]
) -> None:
    rules = f'policy p on message from customer\nrule "r" when {condition} then tag "t"\n'
    shown, found, program = why_not(rules, **told)
    assert isinstance(found, Change)
    assert "r" in [step.subject for step in found.situation.decided(program).steps if step.what == "rule"]
    assert [change.says for change in shown.changes] == expected


@pytest.mark.parametrize(
    ("condition", "request_"),
    [
        ("request is enable", "reset"),
        ("request is disable", "reset"),
        ("request is 'hand over'", "reset"),
        ("request is position", "reset"),
        ("request is reset", "end"),
        ("request is end", "reset"),
        ('request.flow is "f" and request is position', "position"),
        ('request.step is "s" and target is Bot', "position"),
        ('request.flow is "f" and request is reset', "reset"),
        ('request.team is "a" and request.flow is "f" and request is position', "end"),
    ],
)
def test_a_request_can_be_made_any_other(condition: str, request_: str) -> None:
    told = {"event": "request from Desk", "request": request_, "asked": {"flow": "other", "team": "x"}}
    rules = f'policy p on request from Desk\nrule "r" when {condition} then tag "t"\n'
    _, found, program = why_not(rules, **told)
    assert isinstance(found, Change)
    assert "r" in [step.subject for step in found.situation.decided(program).steps if step.what == "rule"]


FAILED = {"reason": "expired"}
ASKED = {"request": "enable", "target": "Bot"}
TEXT = '`text` were "stop" instead of "go"'
CHANNEL = "`channel` were SMS instead of WhatsApp"


@pytest.mark.parametrize(
    ("event", "condition", "told", "expected"),
    [
        ("message from Bot", 'text is "stop"', {"text": "go"}, [TEXT]),
        ("message to customer", 'text is "stop"', {"event": "message from Bot", "text": "go"}, [TEXT]),
        ("request from Desk", "request is reset", ASKED, ["`request` were reset instead of enable"]),
        ("request from Desk", "target is Desk", ASKED, ["`target` were Desk instead of Bot"]),
        ("request from Desk", 'request.team is "a"', ASKED, ['`request.team` were "a"']),
        ("delivery failed to Bot", "attempts >= 3", FAILED, ["`attempts` were 3 instead of 1"]),
        ("delivery failed to Bot", 'reason is "gone"', FAILED, ['`reason` were "gone" instead of "expired"']),
        ("delivery failed to Bot", "Desk is enabled", FAILED, ["Desk were enabled"]),
        ("silence for 15m", "Bot is disabled", {}, ["Bot were disabled"]),
        ("conversation starts", "channel is SMS", {}, [CHANNEL]),
        ("conversation ends", "count of x is 3", {}, ["count of x were 3 instead of 0"]),
        ("Desk enabled", "channel is SMS", ASKED | {"event": "request from Bot", "target": "Desk"}, [CHANNEL]),
    ],
)  # fmt: skip
def test_a_change_can_be_made_of_every_event(
    event: str, condition: str, told: dict[str, object], expected: list[str]
) -> None:
    assert changes(condition, told, event) == expected


ORDER = """
policy one on message from customer
rule "first" when text contains "a" then tag "1"
rule "second" when text contains "b" then tag "2"
policy two on message from customer
rule "stops" when Desk is enabled then stop
policy three on message from customer
rule "late" when text contains "c" then tag "3"
rule "rest" otherwise then tag "4"
"""


def test_rules_that_stand_before_are_kept_from_firing() -> None:
    shown, found, _ = why_not(ORDER, "second", text="a b")
    assert isinstance(found, Change)
    assert found.variables == {"text"}
    text = found.after.texts["text"]
    assert "b" in text
    assert "a" not in text
    assert shown.outcome == "change"


def test_a_stop_is_passed_where_a_rule_before_it_fires() -> None:
    rules = """
policy one on message from customer
rule "first" when channel is SMS then tag "1"
rule "stops" when text is "x" then stop
policy two on message from customer
rule "late" when text is "x" then tag "2"
"""
    shown, found, _ = why_not(rules, "late", text="x")
    assert isinstance(found, Change)
    assert [change.says for change in shown.changes] == ["`channel` were SMS instead of WhatsApp"]


def test_a_rule_of_a_later_policy_needs_the_earlier_one_not_to_stop() -> None:
    shown, found, _ = why_not(ORDER, "late", text="x", enabled=["Bot", "Desk"])
    assert isinstance(found, Change)
    assert found.variables == {"text", "enabled Desk"}
    assert [change.says for change in shown.changes][1] == "Desk were disabled"
    assert list(told_why_not(shown))[:3] == [
        'rule "late" would fire if',
        f"  {shown.changes[0].says}, and",
        "  Desk were disabled",
    ]


def test_an_otherwise_fires_when_the_rules_before_it_do_not() -> None:
    _, found, _ = why_not(ORDER, "rest", text="c")
    assert isinstance(found, Change)
    assert found.variables == {"text"}
    assert "c" not in found.after.texts["text"]


def test_a_rule_that_fires_needs_no_change() -> None:
    assert why_not(ORDER, "first", text="a")[0].outcome == "fires"


def test_a_rule_that_contradicts_itself_never_fires() -> None:
    shown, _, _ = why_not(
        'policy p on message from customer\nrule "r" when channel is SMS and channel is RCS then stop\n'
    )
    assert (shown.outcome, shown.by) == ("never", ())
    assert "its conditions contradict one another" in shown.says


def test_a_rule_that_others_cover_never_fires_and_they_are_named() -> None:
    rules = """policy p on message from customer
rule "a" when channel is SMS then tag "a"
rule "b" when not channel is SMS then tag "b"
rule "r" when text is "x" then tag "r"
"""
    shown, _, _ = why_not(rules, text="x")
    assert shown.outcome == "never"
    assert [by.rule for by in shown.by] == ["a", "b"]
    assert 'rule "a" and rule "b" take the event first' in shown.says


def test_what_the_event_cannot_bring_about_is_undecided() -> None:
    rules = """policy p on message from customer
rule "greets" when text is "hi" then reply "hello"
policy out_ on message to customer
rule "r" when text is "bye" then tag "t"
"""
    shown, found, _ = why_not(rules, text="hi")
    assert found == Unsettled("applied")
    assert "no change of this event was seen to bring it about" in shown.says


def test_a_search_that_reaches_its_bound_is_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "NEAREST_QUESTIONS_MAX", 1)
    rules = 'policy p on message from customer\nrule "r" when text is "a" and Desk is enabled then tag "t"\n'
    shown, found, _ = why_not(rules, text="x")
    assert found == Unsettled("steps")
    assert shown.outcome == "undecided"


def test_a_conversation_that_is_under_way_stays_so_and_its_moments_move_with_the_clock() -> None:
    rules = 'policy p on message from customer\nrule "r" when office is open then tag "t"\n'
    _, found, program = why_not(rules, text="x", at="2026-11-20T23:00:00+01:00", age="2h", spoke={"Bot": "1h"})
    assert isinstance(found, Change)
    state = found.situation.recall
    assert state is not None
    assert found.situation.now - state.started == 7_200_000
    assert found.situation.now - state.spoke["Bot"] == 3_600_000
    assert found.situation.decided(program).conversation.session == 1


def test_a_conversation_on_another_channel_can_be_put_back_on_its_own() -> None:
    rules = 'policy p on message from customer\nrule "r" when channel is WhatsApp then tag "t"\n'
    program = loaded(rules)
    before = situation_of(program, b'{"text": "x", "age": "2h", "spoke": {"customer": "1h"}}')
    assert before.recall is not None
    wrote = {"SMS": before.now - 60_000}
    state = structs.replace(before.recall, via="SMS", joined=frozenset({"SMS"}), customer_wrote=wrote)
    over = FromCustomer(Message(Text("x")), channel="SMS")
    found = nearest(program, structs.replace(before, recall=state, event=over), "r")
    assert isinstance(found, Change)
    assert found.situation.event == FromCustomer(Message(Text("x")))
    assert "r" in [step.subject for step in found.situation.decided(program).steps if step.what == "rule"]


def test_a_changed_message_keeps_what_was_not_asked_for() -> None:
    rules = 'policy p on message from customer\nrule "r" when text is "b" then tag "t"\n'
    told = {"kind": "picture", "url": "u", "size": 5, "text": "a", "buttons": ["A"], "meta": {"k": "v"}}
    program = loaded(rules)
    before = situation_of(program, msgspec.json.encode(told))
    found = nearest(program, before, "r")
    assert isinstance(found, Change)
    plain = situation_of(program, msgspec.json.encode(told | {"text": "b"}))
    assert found.situation.event == plain.event


@pytest.mark.parametrize("text", ["x", "code 1234", ""])
def test_the_same_question_has_the_same_answer(text: str) -> None:
    assert why_not(ORDER, "second", text=text)[0] == why_not(ORDER, "second", text=text)[0]
