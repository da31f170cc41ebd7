"""Coverage is what a reader who follows the rules would say was seen."""

from __future__ import annotations

import pytest

from pointsman.engine.coverage import Coverage, Recorder, Tally
from pointsman.engine.scenario import run_tests
from pointsman.language.pipeline import compile_rules

CAST = """
component Bot is bot
component Desk is desk hears always speaks when Bot is disabled
start with Bot
calendar office mon-fri 09:00-17:00
policy p {mode} on message from customer
"""


def covered(rules: str, *said: str, mode: str = "") -> Coverage:
    tests = "".join(f'customer says "{text}" ' for text in said)
    text = f'{CAST.format(mode=mode)}{rules}\ntest "all" {tests} expect Bot is enabled'
    program = compile_rules({"policy.rules": text}).program
    assert program is not None
    recorder = Recorder(program.ir, program.hash)
    [result] = run_tests(recorder.program)
    assert result.passed
    return recorder.coverage


def missing(coverage: Coverage) -> dict[str, tuple[str, ...]]:
    """What was never seen of the rules' tests, by where they stand in the line."""
    return {
        f"{item.name}:{item.span.column}" if item.sort == "test" else item.name: coverage.missing(number)
        for number, item in enumerate(coverage.items)
        if item.owner.startswith("policy") and coverage.missing(number)
    }


ONE = 'rule "one" when {} then tag "x"'


@pytest.mark.parametrize(
    ("condition", "said", "expected"),
    [
        ('text is "a"', ["a", "b"], {}),
        ('text is "a"', ["a"], {"one:17": ("false",)}),
        ('text is "a"', ["b"], {"one": ("fired",), "one:17": ("true",)}),
        ('text is "a"', [], {"one": ("fired",), "one:17": ("true", "false")}),
        ('text is not "a"', ["a"], {"one": ("fired",), "one:17": ("true",)}),
        ('text is not "a"', ["b"], {"one:17": ("false",)}),
        ("Bot is disabled", ["a"], {"one": ("fired",), "one:17": ("true",)}),
        ("Bot is not disabled", ["a"], {"one:17": ("false",)}),
        ("not Bot is disabled", ["a"], {"one:17": ("false",)}),
        ('not text is "a"', ["b"], {"one:21": ("true",)}),
        ('not text is not "a"', ["a"], {"one:17": ("false",)}),
        ('not (text is "a" or text is "b")', ["b"], {"one": ("fired",), "one:22": ("true",), "one:37": ("false",)}),
        ('text is "a" and text is "b"', ["c"], {"one": ("fired",), "one:17": ("true",), "one:33": ("true", "false")}),
        ('text is "a" or text is "b"', ["a"], {"one:17": ("false",), "one:32": ("true", "false")}),
    ],
)
def test_a_test_is_seen_as_its_source_reads_and_only_where_it_is_reached(
    condition: str, said: list[str], expected: dict[str, tuple[str, ...]]
) -> None:
    assert missing(covered(ONE.format(condition), *said)) == expected


TWO = ONE.format('text is "a"') + '\nrule "two" when text contains "a" then tag "y"'


def test_rules_after_the_first_match_are_not_reached() -> None:
    assert missing(covered(TWO, "a")) == {
        "one:17": ("false",),
        "two": ("fired",),
        "two:17": ("true", "false"),
    }


def test_every_policy_reaches_all_its_rules() -> None:
    assert missing(covered(TWO, "a", mode="every")) == {"one:17": ("false",), "two:17": ("false",)}


def test_of_an_otherwise_rule_only_the_firing_counts() -> None:
    rules = ONE.format('text is "a"') + '\nrule "two" otherwise then tag "y"'
    assert covered(rules, "a").tally() == Tally(1, 2, 2, 4)
    assert covered(rules, "a", "b").tally() == Tally(2, 2, 3, 4)


def test_the_clauses_of_components_count_as_well() -> None:
    coverage = covered(ONE.format("office is open") + ' disable Bot enable Bot\nrule "two" otherwise then tag "x"', "a")
    [(owner, number)] = [(owner, numbers[0]) for _, owner, numbers in coverage.by_owner() if "component" in owner]
    assert (owner, coverage.items[number].name, coverage.missing(number)) == ("component Desk", "speaks", ("true",))


def test_equal_tests_of_two_rules_are_two() -> None:
    rules = ONE.format('text is "a"') + '\nrule "two" when text is "a" then tag "y"'
    assert missing(covered(rules, "b")) == {
        "one": ("fired",),
        "one:17": ("true",),
        "two": ("fired",),
        "two:17": ("true",),
    }


def test_what_several_runs_saw_is_seen() -> None:
    one, other = covered(TWO, "a"), covered(TWO, "ba", "b")
    both = one.with_seen(other.seen)
    assert missing(both) == {}
    assert both.tally() == Tally(2, 2, 5, 6)
    assert both.tally(range(1)) == Tally(0, 0, 1, 2)
