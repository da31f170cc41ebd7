"""Comments beside the operators of a condition: an operator begins a line, so they stand on the line before."""

from __future__ import annotations

import pytest

from pointsman.language.format import format_source
from pointsman.language.source import Source

HEAD = 'policy p on message from customer\n\nrule "r"\n  when '


def shaped(condition: str) -> str:
    formatted = format_source(Source("a.rules", f"{HEAD}{condition}\n  then stop\n"))
    assert formatted.text is not None, formatted.diagnostics
    assert format_source(Source("a.rules", formatted.text)).text == formatted.text
    return formatted.text.removeprefix(HEAD).removesuffix("\n  then stop\n")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('text is "a" or # one\n text is "b"', 'text is "a"  # one\n       or text is "b"'),
        ('text is "a" and # one\n text is "b"', 'text is "a"  # one\n       and text is "b"'),
        ('text is "a" # one\n or # two\n text is "b"', 'text is "a"  # one\n       # two\n       or text is "b"'),
        ('text is "a" or\n # one\n text is "b"', 'text is "a"\n       # one\n       or text is "b"'),
        (
            'text is "a" and # one\n (text is "b" or # two\n # 3\n text is "c")',
            'text is "a"       # one\n       and (text is "b"  # two\n            # 3\n            or text is "c")',
        ),
        ('text is "a" or # one\n (text is "b")', 'text is "a"  # one\n       or text is "b"'),
        ('text is "a" or ( # one\n text is "b")', 'text is "a"  # one\n       or text is "b"'),
        ('text is "a" # one\n or text is "b"', 'text is "a"  # one\n       or text is "b"'),
        (
            'text is "a" or # one\n not (text is "b" and # two\n text is "c")',
            'text is "a"          # one\n       or not (text is "b"  # two\n               and text is "c")',
        ),
    ],
)
def test_a_comment_behind_an_operator_stands_before_it(condition: str, expected: str) -> None:
    assert shaped(condition) == expected


def test_a_comment_behind_the_value_of_a_key_that_is_called_like_an_operator_is_kept() -> None:
    text = 'test "t"\n  customer says "x" with or # one\n "y", intent "z"\n'
    formatted = format_source(Source("a.rules", text))
    assert formatted.text is not None
    assert "# one" in formatted.text
    assert format_source(Source("a.rules", formatted.text)).text == formatted.text
