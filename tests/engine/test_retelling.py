"""A failed test says what a person needs to mend it."""

from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import run_tests
from pointsman.language.pipeline import compile_rules

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
