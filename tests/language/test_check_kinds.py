"""Kinds: what is reported where two kinds are compared, or a word is not of its closed set."""

from __future__ import annotations

import pytest
from snippets import DECLARATIONS, reports, shown, slugs, then, transcript, when

from pointsman.language.pipeline import compile_rules

TEXT = (
    (when("text is 12"), "3:14 wrong-kind: `text` is text, compared with a number"),
    (when("text is WhatsApp"), "3:14 wrong-kind: `text` is text, compared with a name"),
    (when("text is words"), "3:14 wrong-kind: `text` is text, compared with a name"),
    (when("text is 5 MB"), "3:14 wrong-kind: `text` is text, compared with a size"),
    (when("text > 5"), "3:6 wrong-kind: `text` is text, which has no order"),
    (when('context.team in (billing, "x")'), "3:23 wrong-kind: `context.team` is text, compared with a name"),
    (when("choice is Yes"), "3:16 wrong-kind: `choice` is text, compared with a name"),
    (when("text in levels"), "3:14 wrong-kind: the list `levels` holds numbers, compared with text"),
    (when("text contains any levels"), "3:24 wrong-kind: the list `levels` holds numbers, compared with text"),
    (when("meta.intent is 5m"), "3:21 wrong-kind: `meta.intent` is text, compared with a duration"),
)

CHOICE = (
    (when('channel is "SMS"'), "3:17 wrong-kind: `channel` is one of a closed set of names, compared with text"),
    (when('channel is "Web Push"'), "3:17 wrong-kind: `channel` is one of a closed set of names, compared with text"),
    (when("channel > SMS"), "3:6 wrong-kind: `channel` is one of a closed set of names, which has no order"),
    (
        when('channel contains "S"'),
        "3:6 wrong-kind: `contains` is for text, and `channel` is one of a closed set of names",
    ),
    (
        when("channel is exactly SMS"),
        "3:6 wrong-kind: `exactly` is for text, and `channel` is one of a closed set of names",
    ),
    (
        when("channel in words"),
        "3:17 wrong-kind: a list holds text or numbers, and `channel` is one of a closed set of names",
    ),
    (when('message is "text"'), "3:17 wrong-kind: `message` is one of a closed set of names, compared with text"),
    (when("account is 5"), "3:17 wrong-kind: `account` is one of a closed set of names, compared with a number"),
    (
        when("channel matches /x/"),
        "3:6 wrong-kind: `matches` searches text, and `channel` is one of a closed set of names",
    ),
)

AMOUNTS = (
    (when('count of n is "x"'), "3:20 wrong-kind: `count of n` is a number, compared with text"),
    (when("count of n > 5 MB"), "3:19 wrong-kind: `count of n` is a number, compared with a size"),
    (when("count of n in words"), "3:20 wrong-kind: the list `words` holds strings, compared with a number"),
    (when("count of n in vips"), "3:20 wrong-kind: the list `vips` holds strings, compared with a number"),
    (when('count of n contains "x"'), "3:6 wrong-kind: `contains` is for text, and `count of n` is a number"),
    (when("count of n is exactly 2"), "3:6 wrong-kind: `exactly` is for text, and `count of n` is a number"),
    (when("message.size > 5"), "3:21 wrong-kind: `message.size` is a size, compared with a number"),
    (when("message.size > 5m"), "3:21 wrong-kind: `message.size` is a size, compared with a duration"),
    (when("message.size in levels"), "3:22 wrong-kind: a list holds text or numbers, and `message.size` is a size"),
    (when("conversation age > 24"), "3:25 wrong-kind: `conversation age` is a duration, compared with a number"),
    (when("length of text > 10%"), "3:23 wrong-kind: `length of text` is a number, compared with a percentage"),
    (when('choice index is "1"'), "3:22 wrong-kind: `choice index` is a number, compared with text"),
    (
        when("length of message > 5"),
        "3:16 wrong-kind: `length of` counts the characters of text, and `message` is one of a closed set of names",
    ),
    (when("office.next_open > 24h"), "3:6 wrong-kind: `office.next_open` is a moment, which is not compared"),
    (when("count of n exists"), "3:6 wrong-kind: only a field can be missing"),
    (when("length of text exists"), "3:6 wrong-kind: only a field can be missing"),
    (when("conversation age exists"), "3:6 wrong-kind: only a field can be missing"),
)

ELSEWHERE = (
    ('list mixed = "a", 2\n' + when("text in mixed"), "1:19 wrong-kind: the list `mixed` mixes strings and numbers"),
    (
        when('text matches /(?P<number>1)/ and number is "5"'),
        "3:39 wrong-kind: the match group `number` can stand in templates only",
    ),
    (then('set contact.x to "y"'), "3:10 wrong-kind: `contact.x` cannot be changed"),
    (then("clear meta.x"), "3:12 wrong-kind: `meta.x` cannot be changed"),
    (
        "component X is bot hears when office is open\n",
        "1:31 wrong-kind: this condition can only ask whether components are enabled",
    ),
    (
        "component X is bot speaks when CmBot is enabled and not (channel is SMS)\n",
        "1:58 wrong-kind: this condition can only ask whether components are enabled",
    ),
    (transcript('channel.x is "y"'), "2:1 wrong-kind: `channel.x` does not belong here"),
    (transcript('expect contact.x is "y"'), "2:8 wrong-kind: `contact.x` does not belong here"),
)


def one(case: str | tuple[str, ...]) -> list[str]:
    return [case] if isinstance(case, str) else list(case)


@pytest.mark.parametrize(("snippet", "expected"), [*TEXT, *CHOICE, *AMOUNTS, *ELSEWHERE])
def test_two_kinds_that_do_not_fit_are_reported(snippet: str, expected: str | tuple[str, ...]) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == one(expected)


SUBJECTS = {
    "text": "text",
    "choice": "channel",
    "number": "count of n",
    "size": "message.size",
    "duration": "conversation age",
    "moment": "office.next_open",
}
VALUES = {"text": '"x"', "choice": "SMS", "number": "2", "size": "5 MB", "duration": "5m", "percent": "5%"}
FORMS = {
    "is": "{} is {}",
    "is not": "{} is not {}",
    "in": "{} in ({}, {})",
    "any of": "{} is any ({}, {})",
    "order": "{} >= {}",
    "part": "{} contains {}",
    "words": "{} mentions any ({}, {})",
    "exactly": "{} is exactly {}",
}
ORDERED = {"number", "size", "duration"}


def fits(form: str, subject: str, value: str) -> bool:
    """What the language says of a comparison, independently of how it is checked."""
    if subject != value:
        return False
    if form in ("is", "is not", "in", "any of"):
        return True
    return subject in ORDERED if form == "order" else subject == "text"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("value", VALUES)
def test_each_form_takes_the_kinds_it_says(form: str, subject: str, value: str) -> None:
    condition = FORMS[form].format(SUBJECTS[subject], VALUES[value], VALUES[value])
    found = set(slugs(when(condition)))
    assert found == (set() if fits(form, subject, value) else {"wrong-kind"})


@pytest.mark.parametrize(
    ("condition", "help_"),
    [
        ("text is WhatsApp", 'write `"WhatsApp"`'),
        ("text is words", "`words` is a list: write `in words`, or `any words` after another relation"),
        ('channel is "Web Push"', "write `'Web Push'`"),
        ("message.size > 5", "write it with its unit: `5 KB`, `5 MB`"),
        ("conversation age > 24", "write it with its unit: `24s`, `24m`, `24h`, `24d`"),
        ("office.next_open > 24h", "write `office is open`, or `{office.next_open}` in a template"),
        ("channel in words", "write the values out: `channel in (…, …)`"),
    ],
)
def test_the_help_says_what_to_write(condition: str, help_: str) -> None:
    assert [diagnostic.help for diagnostic in reports(when(condition))] == [help_]


@pytest.mark.parametrize("account", ["shop", '"shop"', "'my shop'"])
def test_an_account_is_a_name_or_a_string(account: str) -> None:
    assert slugs(when(f"account is {account}")) == []


def numbers_in(file: str, rules: str) -> list[str]:
    texts = {"a.rules": DECLARATIONS, "vips.txt": "x", "n.txt": file, "b.rules": f'list n from "n.txt"\n{rules}'}
    return [diagnostic.slug for diagnostic in compile_rules(texts).diagnostics]


def test_a_file_of_numbers_is_a_list_of_what_it_is_compared_with() -> None:
    assert numbers_in("1\n2.5\n\n 3 \n", when("count of n in n")) == []
    assert numbers_in("1\n2.5\n", when("text in n")) == []
    assert numbers_in("1\ntwo\n", when("count of n in n")) == ["wrong-kind"]


def test_a_file_is_not_compared_with_text_and_with_numbers_at_once() -> None:
    assert numbers_in("1\n", when("text in n and count of n in n")) == ["wrong-kind"]


@pytest.mark.parametrize(
    ("condition", "help_"),
    [
        (
            "text is empty",
            'write `not text exists` where it has no value, or `text is ""` where it has no characters',
        ),
        (
            "contact.name is not empty",
            'write `contact.name exists` where it has a value, or `contact.name is not ""` where it has characters',
        ),
        ("text is void", 'write `"void"`'),
    ],
)
def test_a_field_that_is_called_empty_is_asked_for_its_value_or_its_characters(condition: str, help_: str) -> None:
    found = compile_rules({"policy.rules": f'policy p on message from customer\nrule "r" when {condition} then stop\n'})
    assert [it.help for it in found.diagnostics if it.slug == "wrong-kind"] == [help_]
    right = compile_rules(
        {
            "policy.rules": "policy p on message from customer\n"
            'rule "r" when not text exists or text is "" or contact.name exists and contact.name is not "" then stop\n'
        }
    )
    assert not [it for it in right.diagnostics if it.level == "error" and it.slug == "wrong-kind"]
