"""Literals that only a meaning makes wrong: expressions that RE2 refuses, waits of nothing, half an occurrence."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman import limits
from pointsman.language import tree
from pointsman.language.check.scope import Scope, walk
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.patterns import PatternError, compile_pattern

_DAY_MS = 24 * 3_600_000
_REGEX_HELP = (
    ("missing )", r"close the group with `)`; a parenthesis itself is `\(`"),
    ("unexpected )", r"a parenthesis itself is `\)`"),
    ("missing ]", r"close the class with `]`; a bracket itself is `\[`"),
    ("invalid perl operator", "RE2 has no look-around; ask for both with `and`, `and not`"),
    ("invalid escape sequence", r"RE2 has no back-references; a backslash itself is `\\`"),
    ("invalid character class range", "write the smaller character first"),
    ("invalid repetition size", "RE2 repeats at most 1,000 times, nested repetitions multiplied"),
    ("no argument for repetition operator", r"name what is repeated; the character itself is `\*`, `\+` or `\?`"),
    ("bad repetition operator", "RE2 takes one repetition at a place"),
    ("pattern too large", "make it shorter, or look for its words with `contains any LIST`"),
    ("invalid named capture group", "names of groups are letters, digits and `_`"),
)
"""What to write instead, by the beginning of RE2's message."""
_REGEX_HELP_ELSE = r"write it in RE2 syntax; a character with a meaning of its own is written behind `\`: `\.`"


def check_literals(scope: Scope) -> Iterator[Diagnostic]:
    """Report expressions, durations and counts that cannot be used."""
    for policy in scope.policies:
        yield from _faults(policy.event)
    for place in scope.places:
        for node in place.nodes:
            yield from _faults(node)
    for test in scope.tests:
        for node in walk(test):
            yield from _faults(node)


def _faults(node: tree.Node) -> Iterator[Diagnostic]:
    match node:
        case tree.Regex():
            yield from _expression(node)
        case tree.Silence(duration) | tree.SilenceOfCustomer(duration) | tree.After(duration):
            yield from _wait(duration)
        case tree.NoAnswer(_, duration) | tree.SetTimer(_, duration) | tree.LastOlder(_, duration):
            yield from _wait(duration)
        case tree.FallBack(_, duration):
            yield from _wait(duration)
        case tree.DeliveryFails(attempts=tree.Number() as number):
            if not number.value.is_integer() or number.value < 1:
                help_ = "write a whole number from 1: how often it was tried"
                yield report("bad-number", f"`{number.source}` is no number of attempts", number.span, help=help_)
        case tree.Add(number) | tree.CountFact(_, number) | tree.ExpectCount(_, number):
            if not number.value.is_integer():
                yield report(
                    "bad-number",
                    f"`{number.source}` is not whole",
                    number.span,
                    help="write a whole number: a counter counts steps",
                )
        case _:
            pass


def _expression(regex: tree.Regex) -> Iterator[Diagnostic]:
    try:
        compile_pattern(regex.pattern, regex.flags)
    except PatternError as error:
        message = f"the expression is not RE2: {error}"
        help_ = next((text for start, text in _REGEX_HELP if str(error).startswith(start)), _REGEX_HELP_ELSE)
        yield report("bad-regex", message, regex.span, help=help_)


def _wait(duration: tree.Duration) -> Iterator[Diagnostic]:
    if duration.value <= 0:
        help_ = "write a time of a second or more, such as `30s`"
        yield report("bad-number", "a wait of nothing never begins", duration.span, help=help_)
    elif duration.value > limits.TIMER_MS_MAX:
        help_ = f"the longest wait is `{limits.TIMER_MS_MAX // _DAY_MS}d`"
        yield report("bad-number", f"`{duration.source}` is too long to wait for", duration.span, help=help_)
