"""A failed test says what a person needs to mend it."""

from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import run_tests
from pointsman.language.pipeline import compile_rules
from pointsman.limits import RETOLD_LINES_MAX

POLICY = """component Bot is bot
start with Bot
policy greeting every on message from customer
rule "greets" when text contains "hello" then reply "Hello!"
rule "counts" when text contains "hello" then add 1 to greetings

test "a greeting"
  customer says "hello"
  expect count of greetings is 2
  expect reply "Hello!"

test "a silence"
  customer says "goodbye"
  expect reply "Hello!"

test "a count"
  customer says "hello"
  expect count of greetings is 1
"""


def retellings() -> list[list[str]]:
    program = compile_rules({"policy.rules": POLICY}).program
    assert program is not None
    return [list(retold(result, program.ir)) for result in run_tests(load(program))]


def test_lists_all_that_happened_and_every_rule_that_decided_with_their_places() -> None:
    assert retellings()[0] == [
        "FAILED a greeting (policy.rules:7)",
        '  customer says "hello"',
        '    rule "greets"',
        '    rule "counts"',
        "    count of greetings is 1",
        '    reply "Hello!"',
        "    Bot gets the customer's message",
        "  expected   count of greetings is 2 (policy.rules:9)",
        "  instead    count of greetings is 1",
        '  happened   rule "greets"',
        '             rule "counts"',
        "             count of greetings is 1",
        '             reply "Hello!"',
        "             Bot gets the customer's message",
        '  decided by rule "greets" (policy.rules:4)',
        '             rule "counts" (policy.rules:5)',
    ]


def test_says_that_no_rule_decided() -> None:
    assert retellings()[1][-3:] == [
        '  expected   reply "Hello!" (policy.rules:14)',
        "  happened   Bot gets the customer's message",
        "  decided by no rule",
    ]


def test_has_nothing_to_say_of_a_test_that_passed() -> None:
    assert retellings()[2] == []


def _retold(rules: str) -> list[str]:
    program = compile_rules({"policy.rules": f"component Bot is bot\nstart with Bot\n{rules}"}).program
    assert program is not None
    return [line for result in run_tests(load(program)) for line in retold(result, program.ir)]


def test_shows_beginning_and_end_of_what_is_longer_than_a_person_reads() -> None:
    lines = _retold("""
policy starting on conversation starts
rule "starts" otherwise then set timer tick for 1s
policy ticking on timer tick
rule "ticks" otherwise then set timer tick for 1s
test "a clock"
  customer says "hello"
  after 30d
  expect no rule
""")
    assert len(lines) < 3 * RETOLD_LINES_MAX
    assert [line for line in lines if "left out" in line] == [
        "  … 9,901 lines left out",
        "             … 19,900 lines left out",
    ]
    assert "  expected   an end: 10000 timers and waits fired in one step (policy.rules:10)" in lines
    assert "    … what followed is not kept" in lines


def test_shows_control_characters_and_does_not_send_them_to_the_terminal() -> None:
    lines = _retold("""
policy greeting on message from customer
rule "greets" otherwise then reply "\\u{1B}[31mred"
test "clears \\u{1B}[2J"
  customer says "\\u{7}"
  expect no rule
""")
    assert lines[0] == "FAILED clears ␛[2J (policy.rules:6)"
    assert '  customer says "\\u{7}"' in lines
    assert '    reply "␛[31mred"' in lines
