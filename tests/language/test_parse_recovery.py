"""A mistake costs one item or one rule, and causes no second report. No text makes the parser raise."""

import random
import time

import pytest
from everything import EVERYTHING
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman import limits
from pointsman.language import tree
from pointsman.language.grammar import grammar
from pointsman.language.parse import Parsed, parse, tokens
from pointsman.language.source import Source

MISTAKES = (
    'if text is "x" then stop',
    'when text = "x" then stop',
    'when text is "x then stop',
    "then stop",
    'when text is "x" then',
    'when text is "x" then reply “hello”',
    'when text is "x" && text is "y" then stop',
    'when (text is "x" then stop',
    "when text mentions then stop",
    "otherwise then disable",
)


def parsed(text: str) -> Parsed:
    return parse(Source("a.rules", text))


def slugs(text: str) -> list[str]:
    return [diagnostic.slug for diagnostic in parsed(text).diagnostics]


def test_ten_mistakes_in_ten_rules_are_ten_reports() -> None:
    good = 'rule "good {}" when message has buttons then stop\n'
    rules = [f'rule "bad {n}" {mistake}\n{good.format(n)}' for n, mistake in enumerate(MISTAKES)]
    result = parsed("policy p on message from customer\n" + "".join(rules))
    assert [diagnostic.slug for diagnostic in result.diagnostics] == ["syntax"] * 10
    assert [diagnostic.span.line for diagnostic in result.diagnostics] == list(range(2, 22, 2))
    (policy,) = result.file.items
    assert isinstance(policy, tree.Policy)
    assert [rule.name.text for rule in policy.rules] == [f"good {n}" for n in range(10)]
    assert result.file.lost == {f"bad {n}" for n in range(10)}


@pytest.mark.parametrize(
    "broken",
    [
        "polcy p on message from customer",
        "policy p on mesage from customer",
        "component A is bto",
        "componnt A is bot",
        "start A",
        "list x = 1 2",
        "calendar c mon-fri 9-17",
        "channel C text native native",
        "channel is open",
        'rule "r" when text then stop',
        "downgrade carousel",
        'test "t" customer sagt "x"',
        "language one",
        "use words",
        "$",
    ],
)
def test_a_broken_item_is_one_report_and_leaves_its_neighbours_alone(broken: str) -> None:
    before, after = "policy a on conversation starts\n", '\ncomponent B is bot\ntest "t"\n'
    result = parsed(before + broken + after)
    assert len(result.diagnostics) == 1
    assert result.diagnostics[0].span.line == 2
    assert [type(item) for item in result.file.items] == [tree.Policy, tree.Component, tree.Test]
    assert result.file.lost != frozenset()


def test_rules_behind_a_broken_policy_are_kept_to_be_checked() -> None:
    result = parsed('polcy p on conversation starts\nrule "b" otherwise then\nrule "a" otherwise then stop\n')
    assert [diagnostic.span.line for diagnostic in result.diagnostics] == [1, 2]
    assert [rule.name.text for rule in result.file.strays] == ["a"]
    assert result.file.lost == {"p", "b"}


def test_rules_without_a_policy_are_one_report_and_are_kept_to_be_checked() -> None:
    rules = "".join(f'rule "{name}" when message has buttons then stop\n' for name in "abc")
    result = parsed(rules + "policy p on message from customer\n" + rules)
    assert [diagnostic.slug for diagnostic in result.diagnostics] == ["rule-outside-policy"]
    assert [rule.name.text for rule in result.file.strays] == ["a", "b", "c"]


@pytest.mark.parametrize("item", ["component list is bot", "policy start on conversation starts", "list test = 1"])
def test_a_word_that_begins_items_can_be_a_slip_for_a_name(item: str) -> None:
    assert slugs(f"component A is bot\n{item}\ncomponent B is bot") == ["reserved-word"]


INDENTED = '''policy p on message from customer
  rule "a"
    when text is "a"
    then reply """
      One moment,
      please.
  rule "b"
    when text is "b"
    then reply {text}
  rule "c"
    when text = "c"
    then stop
'''


@pytest.mark.parametrize("text", ['"Goodbye."', '''"""\n Goodbye,\n and thanks.\n"""'''], ids=["short", "long"])
def test_a_long_text_without_an_end_is_one_report_and_costs_one_rule(text: str) -> None:
    """Whatever stands further on, and though the quotes of another long text would end it."""
    result = parsed(INDENTED.format(text=text))
    assert [(report.span.line, report.message) for report in result.diagnostics] == [
        (4, "a text has no closing quote"),
        (14 if "," in text else 11, "expected `is`, found `=`"),
    ]
    (policy,) = result.file.items
    assert isinstance(policy, tree.Policy)
    assert [rule.name.text for rule in policy.rules] == ["b"]


@pytest.mark.parametrize(
    "torn",
    [
        'reply "Hello {contact.first_name or "there"!"',
        'reply "Hello {contact.first_name or "list of rule "!" stop',
        'reply "Hello {contact.first_name or "there" and {sender or "x"} bye" with buttons "a"',
        'reply "Hello {contact.first_name or "there!',
        'reply """Hello {contact.first_name or "there"!"""',
    ],
)
def test_a_slot_left_open_is_one_report_and_costs_one_rule(torn: str) -> None:
    good = 'rule "good" when message has buttons then stop\n'
    result = parsed(
        f'policy p on message from customer\nrule "bad" otherwise then {torn}\n{good}'.replace(
            "otherwise", "when channel is SMS"
        )
    )
    assert len(result.diagnostics) == 1
    assert result.diagnostics[0].span.line == 2
    (policy,) = result.file.items
    assert isinstance(policy, tree.Policy)
    assert policy.rules[-1].name.text == "good"


def test_of_many_mistakes_so_many_are_explained_and_all_are_counted() -> None:
    """Explaining takes milliseconds, and a generated file may repeat one mistake thousands of times."""
    rules = [f'rule "r{number}" when text = "x" then stop\n' for number in range(limits.DIAGNOSTICS_MAX + 50)]
    found = parsed("policy p on message from customer\n" + "".join(rules)).diagnostics
    explained = [report for report in found if report.message == "expected `is`, found `=`"]
    others = [report for report in found if report.message == "`=` cannot stand here"]
    assert (len(explained), len(others)) == (limits.DIAGNOSTICS_MAX, 50)
    assert found[: limits.DIAGNOSTICS_MAX] == tuple(explained)
    assert all(report.help for report in found)


@pytest.mark.parametrize(
    "text",
    [
        'list a = "' + "a" * 2_000_000 + '"',
        'list a = """' + "some words\n" * 200_000 + '"""',
        'list a = "' + "a" * 2_000_000,
        "list a = /" + r"\/" * 200_000,
        "list a = '" + " '" * 200_000,
    ],
    ids=["a text", "a text of many lines", "a text without an end", "an expression without an end", "quotes"],
)
def test_a_file_of_megabytes_is_read_in_a_time_that_grows_with_its_length(text: str) -> None:
    """The bound is far above what a linear reader takes, and far below what a quadratic one does."""
    grammar()
    began = time.process_time()
    grammar().scan(text)
    assert time.process_time() - began < 2


def test_a_rule_without_a_policy_is_reported() -> None:
    text = 'policy p on conversation starts\ncomponent A is bot\nrule "r" otherwise then stop\n'
    assert slugs(text) == ["rule-outside-policy"]


def test_item_words_inside_items_do_not_cut_them() -> None:
    text = """policy p on message from any component
    rule "r" when text = "x" then stop
    rule "s" when channel is SMS and message is 'file list' then prefer channel RCS
    channel C button calendar native
    test "t" customer says "x" with rule "a", channel "b", list "c"
      expect rule "r" expect no rule
    """
    result = parsed(text)
    assert len(result.diagnostics) == 1
    assert [type(item) for item in result.file.items] == [tree.Policy, tree.Channel, tree.Test]


def test_a_condition_may_be_nested_to_the_bound_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        condition = "(" * depth + "message has buttons" + ")" * depth
        return f'policy p on message from customer rule "r" when {condition} then stop'

    assert slugs(nested(limits.CONDITION_DEPTH_MAX)) == []
    assert slugs(nested(limits.CONDITION_DEPTH_MAX + 1)) == ["too-deep"]
    assert slugs(nested(20_000)) == ["too-deep"]
    assert slugs(nested(20_000).replace("(", "not ").replace(")", "")) == ["too-deep"]


def test_a_long_row_of_conditions_is_not_deep() -> None:
    row = " and ".join(["message has buttons"] * 2_000)
    assert slugs(f'policy p on message from customer rule "r" when {row} then stop') == []


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_no_text_makes_the_parser_raise(text: str) -> None:
    result = parsed(text)
    assert result.diagnostics or not text.split("#")[0].strip() or result.file.items


LITERALS = (
    """CmBot 'x_y' "text" "{a or "b"}" \"\"\" /x/ 5m 5MB 12 10% , ( ) = { “ 2026-12-25 09:00-10:00 context.team"""
)
WORDS = [*grammar().keywords, *LITERALS.split(), "\n"]


@given(st.lists(st.sampled_from(WORDS), max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_order_of_words_makes_the_parser_raise(words: list[str]) -> None:
    source = Source("a.rules", " ".join(words))
    for diagnostic in parse(source).diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(source.text)
        assert diagnostic.message == diagnostic.message.strip().rstrip(".")


@pytest.mark.parametrize("seed", range(60))
def test_no_mutation_of_a_good_file_makes_the_parser_raise(seed: int) -> None:
    rng = random.Random(seed)
    text = EVERYTHING
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text))
        end = at + rng.choice([0, 1, 1, 3, 40])
        text = (
            text[:at] + rng.choice(["", "", '"', "{", "(", " rule ", " then ", "\n", "'", "/", "é", "\0"]) + text[end:]
        )
    source = Source("a.rules", text)
    result = parse(source)
    assert all(diagnostic.span.end <= len(source.text) for diagnostic in result.diagnostics)
    assert len(result.diagnostics) < 40


def test_tokens_are_told_by_kind() -> None:
    source = Source("a.rules", "disable CmBot # x\n>= 5m ~")
    shown = [(token.kind, token.text, token.span.line) for token in tokens(source)]
    assert shown == [
        ("keyword", "disable", 1),
        ("name", "CmBot", 1),
        ("punctuation", ">=", 2),
        ("duration", "5m", 2),
        ("bad", "~", 2),
    ]
