"""What an explanation says: of the rules that fired, of those that did not, and of what their conditions saw."""

from __future__ import annotations

import msgspec
import pytest

from pointsman.engine.explain import (
    Explanation,
    Failed,
    Fired,
    NotTried,
    OtherMatched,
    Verdict,
    by_trigger,
    explain,
)
from pointsman.engine.explain_json import ShownExplanation, shown
from pointsman.engine.explain_text import Page
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS
from pointsman.engine.seen import lasted, missing
from pointsman.engine.situation_json import situation_of
from pointsman.engine.triggers import sentence
from pointsman.engine.view import draw
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import Program
from pointsman.model.event import Trigger

CAST = """component Bot is bot
component Desk is desk
  hears always
start with Bot
calendar office
  mon-fri 09:00-17:00
  zone "Europe/Amsterdam"
calendar holidays
list words = "agent", "human"
list vips = "+31600000001"
"""
FRIDAY_NIGHT = "2026-11-20T23:00:00+01:00"


def compiled(rules: str) -> Program:
    found = compile_rules({"policy.rules": CAST + rules})
    assert found.program is not None, found.diagnostics
    return found.program


def explained(rules: str, **told: object) -> Explanation:
    program = load(compiled(rules))
    return explain(program, situation_of(program, msgspec.json.encode(told)))


def verdicts(explanation: Explanation) -> dict[str, Verdict]:
    return {verdict.rule.name: verdict for occasion in explanation.occasions for verdict in occasion.verdicts}


def saw(condition: str, event: str = "message from customer", **told: object) -> list[tuple[bool, str]]:
    """What a rule on a condition that fails is said to rest on."""
    rules = f'policy p on {event}\nrule "r" when {condition} then tag "t"\n'
    outcome = verdicts(explained(rules, **{"event": event, **told}))["r"].outcome
    assert isinstance(outcome, Failed)
    return [(finding.holds, finding.saw) for finding in outcome.findings]


@pytest.mark.parametrize(
    ("condition", "told", "expected"),
    [
        ('text is "stop"', {"text": 'say "no"\n'}, 'text is "say \\"no\\"\\n"'),
        ('text mentions any words', {"text": "x" * 300}, f'text is "{"x" * 200}…"'),
        ('text is "a"', {"kind": "location"}, "the message has no `text`"),
        ("message.size > 5 MB", {"text": "hi"}, "the message has no `message.size`"),
        ("message.size > 5 MB", {"kind": "picture", "url": "u", "size": "3 MB"}, "message.size is 3 MB"),
        ("message.size > 5 MB", {"kind": "file", "url": "u", "size": 4_999_999}, "message.size is 4999999 bytes"),
        ('intent is "none"', {"meta": {"intent": "buy"}}, 'intent is "buy"'),
        ('intent is "none"', {}, "the message has no `intent`"),
        ('context.team is "a"', {}, "the conversation has no `context.team`"),
        ('contact.language is "nl"', {}, "the customer's `contact.language` is not known"),
        ("contact.language exists", {}, "the customer's `contact.language` is not known"),
        ("not office.next_open exists", {}, "office.next_open is Tue 4 Jan 09:00"),
        ("holidays.next_open exists", {}, "holidays opens on no day of the coming year"),
        ("channel is SMS", {"channel": "RCS"}, "channel is RCS"),
        ("message is picture", {"text": "hi"}, "message is text"),
        ("account is shop", {}, "account is test"),
        ("sender in vips", {"sender": "0031600000002"}, 'sender is "+31600000002"'),
        ("count of misses >= 2", {"counters": {"misses": 1}}, "count of misses is 1"),
        ("length of text > 5", {"text": "five5"}, "length of text is 5"),
        ("length of context.team > 5", {}, "the conversation has no `context.team`"),
        ("choice index is 1", {"choice": "No", "offered": ["Yes", "No"]}, "choice index is 2"),
        ('choice is "Yes"', {"text": "yes"}, "the message has no `choice`"),
        ("conversation age > 1h", {"age": "59m"}, "conversation age is 59m"),
        ("Desk is enabled", {}, "Desk is disabled"),
        ("message has buttons", {"text": "hi"}, "the message has no buttons"),
        ("sample 100%", {"sample": {"r": False}}, "this conversation is out of the sample, since the event says so"),
        ("last message from Bot older than 1h", {}, "Bot has not spoken in this conversation"),
        (
            "last message from customer older than 1h",
            {"spoke": {"customer": "30m"}},
            "the last message from the customer is 30m old",
        ),
        (
            "office is open",
            {"at": FRIDAY_NIGHT},
            "office is closed: now is Fri 20 Nov 23:00, it opens Mon 23 Nov 09:00",
        ),
        ("holidays is open", {}, "holidays is closed: now is Mon 3 Jan 12:00, it opens on no day of the coming year"),
    ],
)  # fmt: skip
def test_a_condition_that_fails_is_told_with_what_it_saw(
    condition: str, told: dict[str, object], expected: str
) -> None:
    assert saw(condition, **told) == [(condition.startswith("not "), expected)]


def test_a_sample_is_told_with_the_number_that_the_conversation_draws() -> None:
    drawn = draw(ADDRESS.conversation_id, "r") / 100
    assert saw("sample 0.01%") == [
        (False, f"this conversation draws {drawn:.2f} of 100, which is not in the first 0.01")
    ]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('text is "a" and Desk is enabled', [(False, "Desk is disabled")]),
        ('text is "b" and Desk is enabled', [(False, 'text is "a"')]),
        ('text is "b" or Desk is enabled', [(False, 'text is "a"'), (False, "Desk is disabled")]),
        ('not text is "a"', [(True, 'text is "a"')]),
        ('text is not "a"', [(False, 'text is "a"')]),
        ("Bot is disabled", [(False, "Bot is enabled")]),
        ("not Bot is disabled and Desk is enabled", [(False, "Desk is disabled")]),
        ('not (text is "b" or Bot is enabled)', [(True, "Bot is enabled")]),
        ('not (text is "a" and Bot is enabled)', [(True, 'text is "a"'), (True, "Bot is enabled")]),
        (
            '(text is "b" and channel is SMS) or not Bot is enabled',
            [(False, 'text is "a"'), (True, "Bot is enabled")],
        ),
    ],
)
def test_what_is_told_is_the_first_part_that_decides(condition: str, expected: list[tuple[bool, str]]) -> None:
    assert saw(condition, text="a") == expected


def test_on_a_request_a_missing_field_is_said_to_be_the_requests() -> None:
    found = saw('request.team is "a"', "request from Desk", request="enable", target="Bot")
    assert found == [(False, "the request has no `request.team`")]
    assert saw("request is reset", "request from Desk", request="enable", target="Bot") == [
        (False, "request is enable")
    ]


def test_a_field_of_the_event_itself_that_is_missing_is_said_to_be_the_events() -> None:
    assert missing("attempts") == "the event has no `attempts`"


ORDER = """
policy one on message from customer
rule "first" when text is "a" then tag "1"
rule "second" when text is "b" then tag "2"
rule "third" when Bot is enabled then tag "3"
rule "last" otherwise then tag "4"
policy two every on message from customer
rule "stops" when text is "a" then stop
rule "beside" when text is "b" then tag "5"
rule "any" when Bot is enabled then tag "6"
rule "else" otherwise then tag "7"
policy three on message from customer
rule "late" when Bot is enabled then tag "8"
rule "later" when Desk is enabled then tag "9"
                                       set timer reminder for 1h
"""


def test_a_rule_that_was_not_tried_is_told_with_the_rule_that_ended_the_search() -> None:
    found = {name: verdict.outcome for name, verdict in verdicts(explained(ORDER, text="a")).items()}
    assert found["first"] == found["stops"] == found["any"] == Fired()
    assert found["third"] == NotTried("first", stopped=False, findings=())
    assert found["last"] == NotTried("first", stopped=False, findings=())
    assert found["late"] == NotTried("stops", stopped=True, findings=())
    assert found["else"] == OtherMatched("stops")
    assert isinstance(found["beside"], Failed)
    for name, saw_ in (("second", 'text is "a"'), ("later", "Desk is disabled")):
        outcome = found[name]
        assert isinstance(outcome, NotTried)
        assert [finding.saw for finding in outcome.findings] == [saw_]


REDACTING = """
policy guard on message from customer
rule "hides numbers" when text matches /[0-9]{4}/ then redact /[0-9]{4}/ with "####"
policy seen on Desk enabled
rule "never" when context.team is "x" then tag "t"
policy leaving on message to customer
rule "no stars" when text contains "*" then tag "t"
policy echo on message from customer
rule "echoes" when text contains "code" then reply "got {text}"
                                             enable Desk
"""


def test_what_was_redacted_is_not_told_of_what_happened_after() -> None:
    explanation = explained(REDACTING, text="code 1234")
    assert explanation.fired == ("hides numbers", "echoes")
    assert "1234" not in repr(explanation.decision.steps)
    [out] = [verdict for name, verdict in verdicts(explanation).items() if name == "no stars"]
    assert isinstance(out.outcome, Failed)
    assert [finding.saw for finding in out.outcome.findings] == ['text is "got code ####"']


def test_inner_events_are_told_in_the_order_in_which_they_were_handled() -> None:
    kinds = [occasion.trigger.kind for occasion in explained(REDACTING, text="code 1234").occasions]
    assert kinds == ["from customer", "enabled", "to customer"]


@pytest.mark.parametrize(
    "told",
    [
        {"text": "a"},
        {"text": "b"},
        {"event": "conversation ends"},
        {"event": "request from Desk", "request": "position", "enabled": []},
        {"event": "timer reminder"},
    ],
    ids=["one that stops", "one that does not", "one that no policy is on", "one that is not possible", "a timer"],
)
def test_the_text_for_a_terminal(told: dict[str, object], snapshot: object) -> None:
    program = compiled(ORDER)
    explanation = explain(load(program), situation_of(load(program), msgspec.json.encode(told)))
    page = Page(program.sources, "rules")
    assert "\n".join((*page.steps(explanation), *page.others(explanation))) == snapshot


def test_rules_beyond_the_bound_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    program = compiled(ORDER)
    explanation = explain(load(program), situation_of(load(program), b'{"text": "a"}'))
    monkeypatch.setattr("pointsman.limits.EXPLAINED_RULES_SHOWN_MAX", 2)
    lines = list(Page(program.sources).others(explanation))
    assert "  and 5 more rules; ask about one by its name" in lines
    monkeypatch.setattr("pointsman.engine.explain_json.EXPLAINED_RULES_MAX", 2)
    value = shown(explanation, program.sources)
    assert sum(len(occasion.rules) for occasion in value.occasions) == 2
    assert value.left_out == 8


LONG = """
policy asked on request from Desk
rule "either"
  when (target is Desk and request is enable) or not Bot is enabled
  then tag "1"
rule "long"
  when Bot is enabled
  then tag "2"
       tag "3"
       tag "4"
rule "none"
  when request is reset or request is end
  then tag "5"
rule "both"
  when not (Bot is enabled and request is enable)
  then tag "6"
"""


def test_a_request_is_told_with_what_it_asks_for_and_a_long_rule_is_cut(
    monkeypatch: pytest.MonkeyPatch, snapshot: object
) -> None:
    monkeypatch.setattr("pointsman.limits.EXPLAINED_LINES_MAX", 3)
    rules = LONG.replace("policy asked on", "policy asked every on")
    program = compiled(rules)
    told = {"event": "request from Desk", "request": "enable", "target": "Bot"}
    explanation = explain(load(program), situation_of(load(program), msgspec.json.encode(told)))
    page = Page(program.sources, "rules")
    assert "\n".join((*page.steps(explanation), *page.others(explanation))) == snapshot
    [fires] = [verdict for name, verdict in verdicts(explanation).items() if name == "long"]
    assert list(page.verdict(fires)) == ['  rule "long" fired']


def test_places_are_named_where_no_source_is_at_hand() -> None:
    program = compiled(ORDER)
    explanation = explain(load(program), situation_of(load(program), b'{"text": "b"}'))
    lines = "\n".join((*Page({}).steps(explanation), *Page({}).others(explanation)))
    assert "--> policy.rules:14:1" in lines
    assert 'text is "b"' in lines


def test_what_is_no_longer_due_is_said_not_to_be() -> None:
    program = load(compiled(ORDER))
    situation = situation_of(program, b'{"event": "timer reminder"}')
    gone = msgspec.structs.replace(situation, recall=None)
    said = "\ntimer reminder: nothing happens, since it is not armed, or not due yet"
    assert list(Page({}).steps(explain(program, gone)))[1:] == [said]


def test_each_trigger_step_is_paired_with_its_occasion() -> None:
    explanation = explained(ORDER, text="a")
    paired = [(step.subject, occasion and occasion.trigger.kind) for step, occasion in by_trigger(explanation)]
    assert paired == [("starts", None), ("from customer", "from customer")]


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (Trigger("from customer"), "message from customer"),
        (Trigger("from component", "Help Desk"), "message from 'Help Desk'"),
        (Trigger("to customer"), "message to customer"),
        (Trigger("enabled", "Bot"), "Bot enabled"),
        (Trigger("disabled", "Bot"), "Bot disabled"),
        (Trigger("starts"), "conversation starts"),
        (Trigger("ends"), "conversation ends"),
        (Trigger("silence", ms=900_000), "silence for 15m"),
        (Trigger("silence of customer", ms=3_600_000), "silence of customer for 1h"),
        (Trigger("no answer", "Bot", 5_000), "no answer from Bot for 5s"),
        (Trigger("timer", "ping"), "timer ping"),
        (Trigger("delivery failed", "customer"), "delivery failed to customer"),
        (Trigger("request", "Bot"), "request from Bot"),
    ],
)
def test_a_trigger_reads_as_in_a_policy(trigger: Trigger, expected: str) -> None:
    assert sentence(trigger) == expected


@pytest.mark.parametrize(
    ("ms", "expected"), [(0, "0s"), (5, "5 ms"), (999, "999 ms"), (1_000, "1s"), (3_600_001, "1h and 1 ms")]
)
def test_a_duration_is_told_to_the_millisecond(ms: int, expected: str) -> None:
    assert lasted(ms) == expected


def test_control_characters_of_a_message_reach_no_terminal() -> None:
    program = compiled(ORDER)
    explanation = explain(load(program), situation_of(load(program), msgspec.json.encode({"text": "\x1b[31mred"})))
    page = Page(program.sources)
    assert "\x1b" not in "\n".join((*page.steps(explanation), *page.others(explanation)))


def test_the_json_shape(snapshot: object) -> None:
    program = compiled(ORDER)
    explanation = explain(load(program), situation_of(load(program), b'{"text": "a"}'))
    value = shown(explanation, program.sources)
    data = msgspec.json.encode(msgspec.structs.replace(value, generation="hash"))
    assert msgspec.json.decode(data, type=ShownExplanation).steps == value.steps
    assert msgspec.json.format(data, indent=2).decode() == snapshot
