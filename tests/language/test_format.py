"""The one shape of rules: what each construct looks like, and where comments stand."""

from __future__ import annotations

import pytest
from everything import EVERYTHING
from syrupy.assertion import SnapshotAssertion

from pointsman.language import tree
from pointsman.language.format import Unfaithful, format_source, formatted_item, meaning
from pointsman.language.format.layout import WIDTH
from pointsman.language.parse import parse
from pointsman.language.source import Source
from properties.written import corpus

HEAD = "policy p on message from customer\n\n"
HERE = tree.NOWHERE


def shaped(text: str) -> str:
    formatted = format_source(Source("a.rules", text))
    assert formatted.text is not None, formatted.diagnostics
    assert format_source(Source("a.rules", formatted.text)).text == formatted.text
    return formatted.text


def rule(condition: str, actions: str = "stop") -> str:
    """The lines of a rule behind its name."""
    return shaped(f'{HEAD}rule "r" when {condition} then {actions}').removeprefix(f'{HEAD}rule "r"\n')


def action(text: str) -> str:
    return rule('text is "a"', text).split("  then ", 1)[1]


def long(text: str) -> str:
    """A string that fills most of a line."""
    return f'"{text * (WIDTH - 30)}"'


def test_every_construct_has_a_shape(snapshot: SnapshotAssertion) -> None:
    assert shaped(EVERYTHING) == snapshot


def test_a_file_of_nothing_stays_empty_and_one_of_comments_keeps_them() -> None:
    assert shaped("") == ""
    assert shaped(" \n\n") == ""
    assert shaped("\n\n  # a  \n\n\n\n# b") == "# a\n\n# b\n"


def test_a_file_with_a_mistake_is_not_formatted_and_the_mistake_is_reported() -> None:
    formatted = format_source(Source("a.rules", 'list x = "{y}"\n'))
    assert formatted.text is None
    assert [diagnostic.slug for diagnostic in formatted.diagnostics] == ["bad-template"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("list x = ", "the list ends too early"),
        ('list x = "b"  # why\n', "it would mean something else"),
        ('list x = "a"\n', "a comment would be lost or moved"),
    ],
    ids=["what cannot be read", "another meaning", "a comment less"],
)
def test_a_text_that_does_not_say_what_the_file_says_is_never_returned(
    fault: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pointsman.language.format.files.rendered", lambda *_: fault)
    with pytest.raises(Unfaithful, match=said):
        format_source(Source("a.rules", 'list x = "a" # why'))


def test_a_document_with_other_words_than_the_file_is_never_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.language.format.files.words", lambda _: ["list", "x"])
    with pytest.raises(Unfaithful, match="the document has other words than the text"):
        format_source(Source("a.rules", 'list x = "a"'))


# Lines ----------------------------------------------------------------------------------------------------------------


def test_a_rule_on_one_line_becomes_several() -> None:
    assert shaped(f'{HEAD}rule "is" when channel is WhatsApp then tag "is" stop rule "else" otherwise then stop') == (
        f'{HEAD}rule "is"\n  when channel is WhatsApp\n  then tag "is"\n       stop\n\n'
        'rule "else"\n  otherwise\n  then stop\n'
    )


def test_a_list_that_does_not_fit_has_a_line_for_each_value() -> None:
    values = [f'"value number {number}"' for number in range(9)]
    assert shaped(f"list x = {','.join(values)}") == "list x =\n  " + ",\n  ".join(values) + "\n"
    assert shaped(f"list x =\n{','.join(values[:3])}") == f"list x = {', '.join(values[:3])}\n"


def test_an_and_that_does_not_fit_begins_lines() -> None:
    assert rule(f'text is {long("x")} and a is "" or text is "y" and not text is "z"') == (
        f'  when text is {long("x")} and a is ""\n       or text is "y" and not text is "z"\n  then stop\n'
    )
    assert rule(f'text is {long("x")} and (channel is SMS or channel is RCS) and text is "y"') == (
        f"  when text is {long('x')}\n"
        "       and (channel is SMS or channel is RCS)\n"
        '       and text is "y"\n'
        "  then stop\n"
    )


def test_what_does_not_fit_inside_a_chain_is_broken_below_its_beginning() -> None:
    both = f"text is {long('x')} and text is {long('y')}"
    assert rule(f"{both} or channel is SMS and (text is {long('z')} or {both})") == (
        f"  when text is {long('x')}\n"
        f"         and text is {long('y')}\n"
        f"       or channel is SMS\n"
        f"         and (text is {long('z')}\n"
        f"              or text is {long('x')}\n"
        f"                and text is {long('y')})\n"
        "  then stop\n"
    )


def test_values_that_do_not_fit_fill_lines() -> None:
    values = ", ".join(f'"value number {number}"' for number in range(8))
    first, second = values.split(', "value number 4"')
    assert rule(f"text in ({values})") == (
        f'  when text in ({first},\n                "value number 4"{second})\n  then stop\n'
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            f'reply {long("x")} with buttons "Yes please", "No"',
            f'reply {long("x")}\n         with buttons "Yes please", "No"\n',
        ),
        (
            f"redact /{'x' * 70}/ with {long('y')}",
            f"redact /{'x' * 70}/\n         with {long('y')}\n",
        ),
        (
            f'position Bot at flow {long("x")} step "resume"',
            f'position Bot\n         at flow {long("x")} step "resume"\n',
        ),
    ],
)
def test_an_action_that_does_not_fit_goes_on_below(written: str, expected: str) -> None:
    assert action(written) == expected


def test_what_goes_with_a_message_stands_below_where_it_does_not_fit() -> None:
    step = f'customer sends picture {long("u")} of 1 MB with buttons "A" with mood "x" with language "nl"'
    assert shaped(f'test "t" {step}') == (
        f'test "t"\n  customer sends picture {long("u")} of 1 MB\n'
        '    with buttons "A"\n    with mood "x", language "nl"\n'
    )


def test_a_line_may_be_as_long_as_what_cannot_be_broken() -> None:
    alone = f"reply {long('xx')}\n"
    assert action(alone) == alone


def test_empty_lines_stand_between_items_and_stay_between_those_of_a_sort() -> None:
    text = 'use "a" use "b"\n\n\nuse "c" component A is bot component B is desk start with A list x = 1 list y = 2'
    assert shaped(text) == (
        'use "a"\nuse "b"\n\nuse "c"\n\ncomponent A is bot\ncomponent B is desk\n\n'
        "start with A\n\nlist x = 1\nlist y = 2\n"
    )


def test_one_empty_line_stays_between_the_steps_of_a_test_and_none_between_actions() -> None:
    assert shaped('test "t"\n\n\ncustomer says "a"\n\n\nafter 1m\nexpect no rule') == (
        'test "t"\n\n  customer says "a"\n\n  after 1m\n  expect no rule\n'
    )
    assert action("stop\n\nreset") == "stop\n       reset\n"


# Parentheses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('(text is "a")', 'text is "a"'),
        ('((text is "a" and text is "b"))', 'text is "a" and text is "b"'),
        ('(text is "a") and ((text is "b"))', 'text is "a" and text is "b"'),
        ('(text is "a" and text is "b") or text is "c"', None),
        ('(text is "a" or text is "b") and text is "c"', None),
        ('(text is "a" and text is "b") and text is "c"', None),
        ('not (text is "a")', None),
        ('not ((text is "a" or text is "b"))', 'not (text is "a" or text is "b")'),
        ('(not text is "a") and text is "b"', None),
    ],
)
def test_parentheses_stay_but_for_those_that_group_nothing(written: str, expected: str | None) -> None:
    assert rule(written) == f"  when {expected or written}\n  then stop\n"


# Words ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"a\tb"', r'"a\tb"'),
        (r'"\u{1f600} \u{0041} \u{a}"', r'"\u{1F600} A \n"'),
        (r'"\u{7b}x\u{22}\u{5c}"', r'"{{x\"\\"'),
        ('"zero\u200bwidth, right\u202eto left"', r'"zero\u{200B}width, right\u{202E}to left"'),
        ('"👨\u200d👩\u200d👧 naïve 日本"', '"👨\u200d👩\u200d👧 naïve 日本"'),
        ('"""a "quoted" word"""', '"""a "quoted" word"""'),
    ],
)
def test_a_string_keeps_its_quotes_and_shows_what_cannot_be_seen(written: str, expected: str) -> None:
    assert shaped(f"list x = {written}") == f"list x = {expected}\n"
    assert action(f"reply {written}") == f"reply {expected}\n"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('{  text   or  "x" }', '{text or "x"}'),
        ("{count  of misses}", "{count of misses}"),
        ("{ title }", "{title}"),
        ("{'title'}", "{title}"),
        ("{'text'}", "{'text'}"),
        ("{'count'}", "{'count'}"),
        ('{text or "\\u{1f600}"}', '{text or "\\u{1F600}"}'),
        ('{text or "#"}{ channel }', '{text or "#"}{channel}'),
        ("{length of  intent}", "{length of intent}"),
        ("{conversation   age}", "{conversation age}"),
    ],
)
def test_slots_are_written_one_way(written: str, expected: str) -> None:
    assert action(f'reply "a {written} b"') == f'reply "a {expected} b"\n'


def test_a_text_over_several_lines_moves_with_what_it_belongs_to() -> None:
    assert action('reply """\n  Dear {  text },\n\n    a "list"\n  """ with buttons "A"') == (
        'reply """\n         Dear {text},\n\n           a "list"\n         """ with buttons "A"\n'
    )


def test_a_text_over_several_lines_that_begins_beside_its_quotes_stays_as_it_is() -> None:
    assert action('reply """a\n  b\n c"""') == 'reply """a\n  b\n c"""\n'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("message.size > 5MB", "message.size > 5 MB"),
        ("message.size > 1.50  MiB", "message.size > 1.50 MiB"),
        ("conversation age > 90s", "conversation age > 90s"),
        ("sample 0.5 %", "sample 0.5%"),
        ("count of misses > 5 %", "count of misses > 5%"),
        ("count of misses >= 2.0", "count of misses >= 2.0"),
        ("text matches /a\\/b#/si", "text matches /a\\/b#/is"),
        ("channel is 'SMS'", "channel is SMS"),
        ("channel is 'Web Push'", "channel is 'Web Push'"),
        ("message is 'text'", "message is text"),
        ("message is 'file list'", "message is 'file list'"),
        ("request is 'hand over'", "request is 'hand over'"),
        ("'rule' is enabled", "'rule' is enabled"),
        ("'KB' is enabled", "'KB' is enabled"),
        ("text contains any words", "text contains any words"),
        ("count of 'tries left' < 1", "count of 'tries left' < 1"),
        ("text in('a')", None),
    ],
)
def test_values_and_names_are_spelled_one_way(written: str, expected: str | None) -> None:
    if expected is None:
        assert rule('text in("a","b")') == '  when text in ("a", "b")\n  then stop\n'
    else:
        assert rule(written) == f"  when {expected}\n  then stop\n"


def test_times_and_days_have_no_spaces() -> None:
    assert shaped("calendar c mon - fri,sun 09:00 - 12:00,13:00 -17:30") == (
        "calendar c\n  mon-fri, sun 09:00-12:00, 13:00-17:30\n"
    )


def test_a_comma_stands_between_limits_of_one_subject() -> None:
    assert shaped("channel C text 1000 bytes 640 characters with buttons title 80, buttons 3 image/png, image/*") == (
        "channel C\n  text 1000 bytes, 640 characters with buttons title 80 buttons 3 image/png image/*\n"
    )


# Comments -------------------------------------------------------------------------------------------------------------


def test_comments_stay_where_they_belong() -> None:
    text = f"""# file

# use
use "a.rules"  # behind
  # under

# detached

# policy
{HEAD.strip()}  # on
  # under the policy

# rule
rule "r"  # name
  # when
  when text is "a"       # first
       # between
       and text is "b"   # second
  # then
  then stop              # does
       # before
       reset
       # left out

# test
test "t"
  # step

  customer says "a"
  # the end of the test

# the end

# of the file
"""
    assert shaped(text) == text.replace('"a"       # first', '"a"  # first').replace(
        '"b"   # second', '"b"  # second'
    ).replace("stop              # does", "stop  # does")


def test_comments_behind_neighbouring_lines_stand_below_one_another() -> None:
    assert shaped("component A is bot # a\nhears always # b\nspeaks never\n# c") == (
        "component A is bot  # a\n  hears always      # b\n  speaks never\n# c\n"
    )


def test_comments_that_would_pass_the_edge_are_not_moved_further() -> None:
    remark = "# " + "x" * 80
    assert shaped(f"component A is bot {remark}\nhears when A is enabled # b") == (
        f"component A is bot  {remark}\n  hears when A is enabled  # b\n"
    )


def test_a_comment_between_values_spreads_a_list() -> None:
    assert shaped('list x = "a" # one\n , "b", # two\n # three\n "c"') == (
        'list x =\n  "a",  # one\n  "b",  # two\n  # three\n  "c"\n'
    )


def test_a_comment_behind_the_last_value_does_not() -> None:
    assert shaped('list x = "a", "b" # both') == 'list x = "a", "b"  # both\n'


def test_a_comment_in_the_middle_of_a_sentence_stays_there() -> None:
    assert shaped("start # why\n with # who\n # else\n A") == (
        "start   # why\n  with  # who\n       # else\n       A\n"
    )


def test_what_looks_like_a_comment_inside_a_text_is_none() -> None:
    assert action('reply "# a" with buttons "# b" tag """\n# c\n"""') == (
        'reply "# a" with buttons "# b"\n       tag """\n         # c\n         """\n'
    )


def test_a_comment_beside_parentheses_that_go_stays() -> None:
    assert rule('( # a\n text is "x" # b\n )') == ('  when              # a\n       text is "x"  # b\n  then stop\n')


def test_a_comment_behind_a_parenthesis_that_goes_stays_before_those_that_follow() -> None:
    clause = "hears when (Desk is enabled # a\n  # b\n  ) # c\n    # d"
    assert shaped(f"component Bot is bot\n  {clause}\n# e\ncomponent Desk is desk") == (
        "component Bot is bot\n  hears when Desk is enabled  # a\n  # b\n  # c\n  # d\n# e\ncomponent Desk is desk\n"
    )


def test_comments_stay_beside_keys_that_are_words_of_the_language() -> None:
    steps = ('with with "1" # a\n with text "2"', 'with \'buttons\' "1" # a\n with buttons "2"')
    assert shaped(f'test "t" customer says "x" {steps[0]}') == (
        'test "t"\n  customer says "x"\n    with \'with\' "1",  # a\n         text "2"\n'
    )
    assert shaped(f'test "t" customer sends picture "x" {steps[1]}') == (
        'test "t"\n  customer sends picture "x"\n    with \'buttons\' "1"  # a\n    with buttons "2"\n'
    )


def test_deep_conditions_are_formatted() -> None:
    deep = "(" * 31 + 'text is "a"' + ' or channel is SMS) and text is "b"' * 31
    assert shaped(f'{HEAD}rule "r" when {deep} then stop').count("(") == 31
    assert shaped(f'{HEAD}rule "r" when {"not " * 64} text is "a" then stop').count("not") == 64


# Trees that were never text -------------------------------------------------------------------------------------------


def bare(node: object) -> object:
    """A tree as somebody makes it by hand: no places, no spellings."""
    if isinstance(node, tuple):
        return tuple(bare(each) for each in node)
    if not isinstance(node, tree.Node):
        return node
    fields = {name: bare(getattr(node, name)) for name in node.__struct_fields__}
    return type(node)(**{**fields, "span": HERE, **({"source": ""} if "source" in fields else {})})


def test_items_without_a_source_are_written_from_their_values() -> None:
    for program in corpus(60):
        for item in parse(Source("a.rules", program["a.rules"])).file.items:
            again = parse(Source("b.rules", formatted_item(bare(item))))
            assert again.diagnostics == ()
            assert meaning(again.file.items) == meaning((item,))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (tree.After(tree.Duration(5_400_000, "", HERE), HERE), "after 1h30m"),
        (tree.After(tree.Duration(1_600, "", HERE), HERE), "after 2s"),
        (tree.CountFact(tree.Name("no", HERE), tree.Number(2.0, "", HERE), HERE), "count of 'no' is 2"),
        (
            tree.Sends(
                tree.Customer(HERE),
                tree.Name("picture", HERE),
                tree.String('a"b', "", HERE),
                tree.Size(5_000_001, "", HERE),
                None,
                (tree.String("{x}\n", "", HERE),),
                (tree.Meta(tree.Name("with", HERE), tree.String("", "", HERE), HERE),),
                HERE,
            ),
            'customer sends picture "a\\"b" of 5000.001 KB with buttons "{{x}}\\n" with \'with\' ""',
        ),
        (tree.ExpectRule(None, HERE), "expect no rule"),
    ],
)
def test_a_step_without_a_source_is_written_from_its_values(step: tree.TestStep, expected: str) -> None:
    assert formatted_item(tree.Test(tree.String("t", "", HERE), (step,), HERE)) == f'test "t"\n  {expected}\n'


def test_conditions_that_were_never_text_get_the_parentheses_that_they_need() -> None:
    a, b = (tree.StateTest(tree.Name(name, HERE), "enabled", False, HERE) for name in "AB")
    either = tree.Or((a, b), HERE)
    clause = tree.Clause("hears", "when", tree.And((tree.Not(either, HERE), either, a), HERE), HERE)
    written = formatted_item(tree.Component(tree.Name("A", HERE), "bot", (clause,), HERE))
    assert written.endswith(
        "hears when not (A is enabled or B is enabled) and (A is enabled or B is enabled) and A is enabled\n"
    )
