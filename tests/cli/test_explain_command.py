"""`pointsman explain`: from each form of an event to what is said of it, and what is said of a mistake."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.explain import command

POLICY = """component Bot is bot
component Desk is desk
  hears always
start with Bot
calendar office
  mon-fri 09:00-17:00

policy handover on message from customer

rule "asks for a person"
  when text mentions "agent" and office is open
  then disable Bot
       reply "One moment."

rule "asks at night"
  when text mentions "agent"
  then reply "We are back {office.next_open}."

policy quiet on silence for 15m

rule "quiet"
  when Bot is disabled
  then enable Bot
"""
NIGHT = {"text": "an agent please", "at": "2026-11-20T23:00:00Z"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    (tmp_path / "policy.rules").write_text(POLICY)
    return tmp_path


def explain(rules: Path, event: str | bytes | dict[str, Any], *options: str) -> Result:
    data = json.dumps(event) if isinstance(event, dict) else event
    return CliRunner().invoke(command, [str(rules), "--event", "-", *options], input=data)


def as_json(rules: Path, event: str | dict[str, Any], *options: str) -> dict[str, Any]:
    result = explain(rules, event, "--format", "json", *options)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def fired(told: dict[str, Any]) -> list[str]:
    return [rule["rule"] for it in told["occasions"] for rule in it["rules"] if rule["outcome"] == "fired"]


def test_tells_what_happened_and_why_other_rules_did_not_fire(rules: Path) -> None:
    result = explain(rules, NIGHT)
    assert result.exit_code == 0
    *lines, last = result.output.splitlines()
    assert last.endswith("^ office is closed: now is Fri 20 Nov 23:00, it opens Mon 23 Nov 09:00")
    assert lines == [
        "2026-11-20T23:00:00.000Z, WhatsApp, +15555550100, account test",
        "",
        'message from customer: "an agent please"',
        '  rule "asks at night" fired',
        f"      --> {rules}/policy.rules:15:1",
        "       |",
        '    15 | rule "asks at night"',
        '    16 |   when text mentions "agent"',
        '    17 |   then reply "We are back {office.next_open}."',
        '  reply "We are back Mon 23 Nov 09:00."',
        "  Desk gets a copy",
        "  Bot gets the customer's message",
        "  Desk gets the customer's message",
        "",
        "did not fire on message from customer",
        '  rule "asks for a person": this is false',
        f"      --> {rules}/policy.rules:11:34",
        "       |",
        '    11 |   when text mentions "agent" and office is open',
    ]


def test_the_last_event_of_a_transcript_is_explained_after_those_before_it(rules: Path) -> None:
    steps = 'customer says "an agent"\nDesk says "yes"\nexpect withheld\nafter 20m\nexpect Bot is enabled\n'
    told = as_json(rules, steps)
    assert [it["event"] for it in told["occasions"]] == ["silence for 15m"]
    assert fired(told) == ["quiet"]
    assert told["at"] == "2000-01-03T12:15:00.000Z"


def test_a_test_may_be_pasted_with_its_name(rules: Path) -> None:
    assert fired(as_json(rules, 'test "x"\n  on SMS\n  customer says "an agent"')) == ["asks for a person"]


def test_a_call_of_the_gateways_webhook_is_read_as_it_was_posted(rules: Path) -> None:
    hook = {
        "reference": "r",
        "from": {"number": "0031612345678", "name": "Ada Lovelace"},
        "to": {"number": "0031100000000"},
        "message": {"text": "An AGENT!"},
        "channel": "WhatsApp",
        "timeUtc": "2026-11-20T10:00:00.0000000",
    }
    told = as_json(rules, hook)
    assert fired(told) == ["asks for a person"]
    assert (told["sender"], told["at"]) == ("+31612345678", "2026-11-20T10:00:00.000Z")
    del hook["timeUtc"]
    assert as_json(rules, hook)["at"] == "2000-01-03T12:00:00.000Z"


def test_the_event_may_stand_in_a_file(rules: Path) -> None:
    (rules / "event.json").write_text(json.dumps(NIGHT))
    result = CliRunner().invoke(command, [str(rules / "policy.rules"), "--event", str(rules / "event.json")])
    assert result.exit_code == 0
    assert 'rule "asks at night" fired' in result.output


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"txet": "hi"}, "standard input: txet: there is no such member\n  help: did you mean `text`?"),
        ({"from": {"number": "1"}, "channel": "WhatsApp"}, "as a call of CM's webhook: to.number: missing"),
        ({"messages": {"msg": {"reference": "r"}}}, "there is nothing that rules decide"),
        (
            '{"messages": [{"body": {}}]}',
            "messages: a status report has an object here, `{\"msg\": {…}}`, and a customer's message has `message`",
        ),
        ("[]", "standard input: a JSON object is needed, found a list\n  help: an event is an object, such as"),
        ("null", "a JSON object is needed, found null"),
        (' "hello" ', "a JSON object is needed, found a text"),
        ("-12", "a JSON object is needed, found a number"),
        ("NaN", "line 1, column 1: this is no JSON: invalid character\n  help: an event is an object, such as"),
        ('{\n "text": "\\ud800"}', "line 2, column 11: `\\ud800` is no Unicode: half of a character"),
        ('{"from": {"number": "1"}, "channel": "\\ude00"}', "column 39: `\\ude00` is no Unicode"),
        ({"counters": {"misses": -1}}, 'a counter counts from 0\n  help: write for example "counters": {"mi'),
        ({"size": -5}, 'size: there is no file that it is said of\n  help: leave it out, or write for example "url"'),
        ('{"text": ', "standard input: this is no JSON"),
        ('customer sasy "hi"', "did you mean `says`?"),
        ("on SMS", "nothing happens in this transcript"),
        ("", "nothing happens in this transcript"),
        (b"\xff", "not UTF-8"),
        ('customer says "a"\nat 1999-01-01 12:00', "line 2: the clock goes on"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_read_is_said_to_be_wrong_where_it_is(
    rules: Path, event: str | bytes | dict[str, Any], said: str
) -> None:
    result = explain(rules, event)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_not_there_is_said_not_to_be(rules: Path) -> None:
    result = CliRunner().invoke(command, [str(rules), "--event", str(rules / "nothing.json")])
    assert result.exit_code == 1
    assert "nothing.json`: no such file or directory" in result.output


def test_a_program_with_errors_is_reported(rules: Path) -> None:
    (rules / "policy.rules").write_text(POLICY.replace("start with Bot", "start with Bto"))
    result = explain(rules, {})
    assert result.exit_code == 1
    assert "error[unknown-name]" in result.output


def test_a_rule_of_another_name_is_wrong_usage_with_the_nearest(rules: Path) -> None:
    result = explain(rules, NIGHT, "--why-not", "ask for a person")
    assert result.exit_code == 2
    assert "there is no rule `ask for a person`; did you mean `asks for a person`?" in result.output


def test_the_nearest_change_is_shown_with_a_test_that_passes(rules: Path) -> None:
    result = explain(rules, NIGHT, "--why-not", "asks for a person")
    assert result.exit_code == 0
    assert (
        'rule "asks for a person" would fire if it were Mon 23 Nov 09:00 (office is open) instead of Fri 20 Nov 23:00'
        in result.output
    )
    change = as_json(rules, NIGHT, "--why-not", "asks for a person")["why_not"]
    assert (change["outcome"], [it["variable"] for it in change["changes"]]) == ("change", ["now"])
    told = as_json(rules, change["test"])
    assert fired(told) == ["asks for a person"]
    assert told["at"] == "2026-11-23T09:00:00.000Z"


def test_a_rule_that_fires_is_said_to(rules: Path) -> None:
    assert as_json(rules, NIGHT, "--why-not", "asks at night")["why_not"]["outcome"] == "fires"


def test_a_rule_on_another_event_is_shown_with_one_that_makes_it_fire(rules: Path) -> None:
    found = as_json(rules, NIGHT, "--why-not", "quiet")["why_not"]
    assert (found["outcome"], found["events"]) == ("other event", ["silence for 15m"])
    assert fired(as_json(rules, found["test"])) == ["quiet"]


def test_a_rule_that_never_fires_is_said_to_be_covered(rules: Path) -> None:
    hidden = 'rule "hidden"\n  when text mentions "agent" and channel is SMS\n  then tag "x"\n\npolicy quiet'
    (rules / "policy.rules").write_text(POLICY.replace("policy quiet", hidden))
    result = explain(rules, NIGHT, "--why-not", "hidden")
    assert 'rule "hidden" can never fire: whenever its condition is true, rule "asks at night" takes' in result.output
    assert 'policy.rules:15 rule "asks at night"' in result.output


def test_an_event_may_begin_with_a_byte_order_mark(rules: Path) -> None:
    assert fired(as_json(rules, "\ufeff" + json.dumps(NIGHT))) == ["asks at night"]


@pytest.mark.parametrize("deep", ['{"meta": ' * 5_000 + "1" + "}" * 5_000, '{"from": ' + "[" * 100_000])
def test_an_event_that_nests_without_end_is_refused_in_words(rules: Path, deep: str) -> None:
    result = explain(rules, deep)
    assert isinstance(result.exception, SystemExit)
    assert result.exit_code == 1
    assert result.output.startswith("Error: standard input: ")
