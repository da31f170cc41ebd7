"""Of an expectation that does not hold, a failed test shows what there is instead."""

from __future__ import annotations

import pytest

from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import run_tests
from pointsman.language.pipeline import compile_rules

CAST = """component Bot is bot
component Desk is desk
start with Bot, Desk
policy p every on message from customer
rule "replies" when text is "replies" then reply "One moment, please." reply "One moment. I look."
rule "sets" when text is "sets" then set context.team to "general" add 1 to misses tag "seen"
rule "notes" when text is "notes" then tell Desk "for the team" position Bot at flow "a" step "b"
rule "holds" when text is "holds" then withhold
rule "long" when text is "long" then reply "{long}"
rule "far" when text is "far" then reply "{long} {far}"
rule "odd" when text is "odd" then reply "a\\u{{A0}}b\\n\\u{{7}}"
policy q on request from Bot
rule "refuses" when request is reset then refuse "not now"
"""
LONG = "x" * 200
FAR = "y" * 4000


def differences(steps: str) -> list[str]:
    """What is said between what was expected and what happened."""
    compiled = compile_rules({"p.rules": f'{CAST.format(long=LONG, far=FAR)}test "t" {steps}'})
    assert compiled.program is not None, compiled.diagnostics
    [result] = run_tests(load(compiled.program))
    lines = list(retold(result, compiled.program.ir))
    start = next(n for n, line in enumerate(lines) if line.startswith("  expected"))
    end = next(n for n, line in enumerate(lines) if line.startswith("  happened"))
    return lines[start + 1 : end]


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ('customer says "sets" expect count of misses is 2', "count of misses is 1"),
        ('customer says "replies" expect count of misses is 2', "count of misses is 0"),
        ('customer says "replies" expect context.team is "x"', "there is no context.team"),
        ('customer says "sets" expect context.team is /x/', 'context.team is "general"'),
        ('customer says "replies" expect reply /x/', 'reply "One moment, please."'),
        ('customer says "replies" expect Bot gets picture', "Bot gets text"),
        ('customer says "notes" expect Desk gets picture', "Desk gets a note, text"),
        (
            'customer says "far" expect loss /3 parts/',
            'loss "split text: 2 parts of at most 4096 characters (given: HORISEN 6.3, vendor: 8x8)"',
        ),
        ('customer says "notes" expect position Bot at flow "a" step "c"', 'position Bot at flow "a" step "b"'),
    ],
)
def test_a_value_is_told_as_it_stands(steps: str, sentence: str) -> None:
    assert differences(steps) == [f"  instead    {sentence}"]


@pytest.mark.parametrize(
    ("steps", "expected", "found"),
    [
        ('customer says "replies" expect reply "One moment, pleace"', '"One moment, pleace"', '"One moment, please."'),
        ('customer says "replies" expect reply "One moment. I Look"', '"One moment. I Look"', '"One moment. I look."'),
        ('customer says "replies" expect customer gets "No"', '"No"', '"One moment, please."'),
        ('customer says "notes" expect Desk gets "for the teams"', '"for the teams"', '"for the team"'),
        ('customer says "sets" expect context.team is "generals"', '"generals"', '"general"'),
        ('customer says "sets" expect tag "see"', '"see"', '"seen"'),
        ('customer says "holds" expect withheld "held"', '"held"', '"holds"'),
        (
            'customer says "sets" Bot requests reset expect refused "Not now"', '"Not now"', '"not now"'),
        (
            f'customer says "long" expect reply "{LONG}y"',
            f'…"{"x" * 24}y"',
            f'…"{"x" * 24}"',
        ),
        (
            f'customer says "long" expect reply "xxy{LONG}"',
            f'"xxy{"x" * 35}"…',
            f'"{"x" * 38}"…',
        ),
    ],
)  # fmt: skip
def test_two_texts_are_shown_where_they_begin_to_differ(steps: str, expected: str, found: str) -> None:
    one, other, mark = differences(steps)
    assert (one, other) == (f"  difference expected {expected}", f"             got      {found}")
    column = mark.index("^")
    assert one[:column].replace("difference expected", "           got     ") == other[:column]
    assert one[column] != other[column]


def test_characters_that_look_alike_or_are_not_seen_are_named() -> None:
    assert differences('customer says "odd" expect reply "a b"') == [
        '  difference expected "a b"',
        '             got      "a\N{NO-BREAK SPACE}b\\n\\u{7}"',
        "                        ^ expected U+0020, got U+00A0",
    ]


@pytest.mark.parametrize("expectation", ['rule "sets"', "Bot is disabled", 'reply "x"', "withheld", "Bot notified"])
def test_where_there_is_nothing_like_it_nothing_is_said(expectation: str) -> None:
    assert differences(f'customer says "nothing" expect {expectation}') == []
