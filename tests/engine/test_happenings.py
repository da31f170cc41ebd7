"""The line of an event in a transcript says what its step says."""

from __future__ import annotations

import pytest

from pointsman.engine.happenings import describe
from pointsman.language import ir, tree
from pointsman.language.lower_tests import lower_test
from pointsman.language.parse import parse
from pointsman.language.source import Source


def transcript(text: str) -> ir.Test:
    parsed = parse(Source("a.rules", f'test "t"\n  {text}\n'))
    assert not parsed.diagnostics, parsed.diagnostics
    [test] = parsed.file.items
    assert isinstance(test, tree.Test)
    return lower_test(test)


@pytest.mark.parametrize(
    "text",
    [
        'customer says "hello"',
        'customer says "a \\"b\\" {{c}}\\nd"',
        'Bot says "Eh?" with intent "none", mood "bad"',
        'customer presses "Yes" with source "ad"',
        'Bot sends text "Which one?" with buttons "This", "That"',
        'Bot sends text "Which one?" with buttons "This" with intent "ask", \'with\' "x"',
        'customer sends picture "https://x.example/1" of 12 MB',
        'customer sends file "u" of 1500 KB with message.text "t", message.name "n", message.mime "m/n", mood "bad"',
        "customer sends 'file list' \"u\"",
        'Bot requests hand over to Desk with reason "asked"',
        'Bot requests position Bot at flow "f" step "" with team "x"',
        "Bot requests enable Desk",
        'Bot requests end with reason "done"',
        "conversation starts",
        "conversation ends",
    ],
)
def test_a_step_reads_as_it_is_written_and_is_the_same_step_read_again(text: str) -> None:
    [step] = transcript(text).steps
    assert not isinstance(step, ir.After)
    assert describe(step) == text  # type: ignore[arg-type]  # every text here is of something that happens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('Bot sends picture "u"', 'Bot sends picture "u" with message.text "t"'),
        ('Bot sends picture "u" of 1 MB', 'Bot sends picture "u" of 2 MB'),
        ('Bot sends text "u" with buttons "a", "b"', 'Bot sends text "u" with buttons "a"'),
        ('Bot requests end with reason "a"', 'Bot requests end with reason "b"'),
        ('Bot sends picture "u" with message.name "n"', 'Bot sends picture "u" with name "n"'),
    ],
)
def test_two_different_steps_never_read_alike(one: str, other: str) -> None:
    lines = [describe(step) for text in (one, other) for step in transcript(text).steps]  # type: ignore[arg-type]  # as above
    assert lines == [one, other]
