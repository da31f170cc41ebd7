"""What is said of conditions written as they are spoken, and that what is to be written instead can be read."""

from __future__ import annotations

import pytest

from pointsman.language.diagnostics import Diagnostic
from pointsman.language.parse import parse
from pointsman.language.source import Source

SLIPS = (
    # order
    ("count of misses is greater than 2", "`is greater than`", "write `>`", "count of misses > 2"),
    ("count of misses greater than 2", "`greater than`", "write `>`", "count of misses > 2"),
    ("count of misses is not more than 2", "`is not more than`", "write `<=`", "count of misses <= 2"),
    ("count of misses is less than or equal to 2", "`is less than or equal to`", "write `<=`", "count of misses <= 2"),
    ("message.size is at least 5 MB", "`is at least`", "write `>=`", "message.size >= 5 MB"),
    ("conversation age is older than 5m", "`is older than`", "write `>`", "conversation age > 5m"),
    # one of several
    ('text is one of ("a", "b")', "`is one of`", "write `in`", 'text in ("a", "b")'),
    ("text is not one of words", "`is not one of`", "write `not in`", "text not in words"),
    ("text is any of words", "`is any of`", "write `in`", "text in words"),
    ("text contains one of words", "`one of`", "write `any`", "text contains any words"),
    ('text is one of "a"', "`is one of`", "write `in` and a list, or its values in parentheses", 'text in ("a")'),
    (
        'text contains any "a", "b"',
        "several values stand without parentheses",
        'write `text contains any ("a", "b")`, or declare a list: `any LIST`',
        'text contains any ("a", "b")',
    ),
    (
        'text is "a", "b"',
        "several values stand without parentheses",
        'write `text in ("a", "b")`',
        'text in ("a", "b")',
    ),
    (
        'text mentions any "a"',
        "`any` stands before one text",
        'write `text mentions "a"`',
        'text mentions "a"',
    ),
    # what is no field
    (
        "customer is vip",
        "`customer` is no field that can be compared",
        'write `sender in LIST` for who it is, or `contact.KEY is "…"` for what is known of them',
        'sender in vips or contact.level is "vip"',
    ),
    (
        "it is after 17:00",
        "nothing is compared with `17:00`",
        "declare a calendar with the hours that are meant, and ask `NAME is open`",
        "office is open",
    ),
    (
        "it is before 9:00",
        "nothing is compared with `9:00`",
        "declare a calendar with the hours that are meant, and ask `NAME is open`",
        "office is open",
    ),
    (
        "between 09:00 and 17:00",
        "nothing is compared with `09:00`",
        "declare a calendar with the hours that are meant, and ask `NAME is open`",
        "office is open",
    ),
    # keywords
    (
        "intent is none",
        "`none` is a word of the language",
        'write it in double quotes, as a text: `"none"`',
        'intent is "none"',
    ),
    (
        "channel is none",
        "`none` is a word of the language",
        "write it in single quotes: `'none'`",
        "channel is 'none'",
    ),
    (
        'text in ("a", nothing)',
        "`nothing` is a word of the language",
        'write it in double quotes, as a text: `"nothing"`',
        'text in ("a", "nothing")',
    ),
    # marks
    ('text is "a")', "`)` does not belong here", "take it out", 'text is "a"'),
    ('(text is "a")))', "`))` does not belong here", "take it out", '(text is "a")'),
    ('text is "a",', "`,` does not belong here", "take it out", 'text is "a"'),
)


def reports(text: str) -> tuple[Diagnostic, ...]:
    return parse(Source("policy.rules", text)).diagnostics


def rule(condition: str) -> str:
    return f'policy p on message from customer\nrule "r"\n  when {condition}\n  then stop\n'


@pytest.mark.parametrize(("written", "message", "help_", "instead"), SLIPS)
def test_a_spoken_condition_is_explained_with_what_can_be_written(
    written: str, message: str, help_: str, instead: str
) -> None:
    (report,) = reports(rule(written))
    assert report.message.startswith(message)
    assert report.help == help_
    assert reports(rule(instead)) == ()


@pytest.mark.parametrize(
    "event", ["no answer from Bot for 5m", "silence for 5m", "timer again", "delivery failed to customer"]
)
@pytest.mark.parametrize("before", ["", 'text is "a" and ', "not "])
def test_an_event_in_a_condition_is_said_to_need_a_policy(event: str, before: str) -> None:
    policy = f"policy NAME on {event}"
    (report,) = reports(rule(before + event))
    assert report.message == f"`{event}` is an event, and no condition"
    assert report.help == f"rules on it have a policy of their own: `{policy}`"
    assert reports(policy + "\n") == ()


@pytest.mark.parametrize(
    ("rules", "form"),
    [
        ('rule "r" when text is "a" then stop\notherwise then stop', "otherwise then …"),
        ('rule "r" when text is "a" then reply "x"\notherwise reply "x"', "otherwise then …"),
        ('rule "r" when text is "a" then stop\nelse stop', "otherwise then …"),
        ("otherwise then stop", "otherwise then …"),
        ("when message is picture then stop", "when … then …"),
    ],
)
def test_a_rule_without_its_name_is_shown_with_one(rules: str, form: str) -> None:
    (report,) = reports(f"policy p on message from customer\n{rules}\n")
    assert "stands behind the name of a rule, and there is none" in report.message
    assert report.help == f'write `rule "NAME" {form}`'


@pytest.mark.parametrize("mark", [")", "))"])
def test_a_stray_parenthesis_behind_an_action_is_to_be_taken_out(mark: str) -> None:
    (report,) = reports(f'policy p on message from customer\nrule "r" otherwise then reply "x"{mark}\n')
    assert report.help == "take it out"


def test_buttons_under_words_that_are_said_are_to_be_sent() -> None:
    steps = 'test "t"\n  Bot says "Which?" with buttons "A", "B"\n'
    (report,) = reports(steps)
    assert (report.slug, report.message) == ("syntax", "what somebody `says` has no buttons")
    assert report.help == 'write `sends text "…" with buttons …`'
    assert reports(steps.replace("says", "sends text")) == ()
