"""A test of a rules file ends, and its transcript stays readable, whatever the rules do."""

from __future__ import annotations

import pytest

from pointsman.engine import scenario
from pointsman.engine.loading import load
from pointsman.language.pipeline import compile_rules

RESTLESS = """component Bot is bot
start with Bot
policy begins on message from customer
rule "starts" otherwise then set timer tick for 1s
policy goes_on on timer tick
rule "ticks" otherwise then set timer tick for 1s
test "an hour"
  customer says "hello"
  after 1h
  expect timer tick
"""


def played() -> scenario.TestResult:
    program = compile_rules({"policy.rules": RESTLESS}).program
    assert program is not None
    (result,) = scenario.run_tests(load(program))
    return result


def test_a_timer_that_sets_itself_again_ends_the_test_at_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    assert played().passed
    monkeypatch.setattr("pointsman.engine.scenario.FIRINGS_PER_STEP_MAX", 100)
    failure = played().failure
    assert failure is not None
    assert failure.expected == "an end: 100 timers and waits fired in one step"
    assert failure.span.line == 9
    assert len(failure.decided) == 100


def test_a_transcript_that_stops_at_a_bound_says_so_and_the_test_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.engine.scenario.TRANSCRIPT_LINES_MAX", 4)
    result = played()
    assert result.transcript == (
        'customer says "hello"',
        '  rule "starts"',
        "  timer tick: 1s",
        "  Bot gets the customer's message",
        "  … what followed is not kept",
    )
    assert result.passed
