"""Literals that only a meaning makes wrong: expressions that RE2 refuses, waits of nothing, half an occurrence."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman import limits
from pointsman.language import tree
from pointsman.language.check.scope import Scope, walk
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.patterns import PatternError, compile_pattern

_DAY_MS = 24 * 3_600_000


def check_literals(scope: Scope) -> Iterator[Diagnostic]:
    """Report expressions, durations and counts that cannot be used."""
    for policy in scope.policies:
        yield from _faults(policy.event)
    for site in scope.sites:
        for node in site.nodes:
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
        case tree.Add(number) | tree.CountFact(_, number) | tree.ExpectCount(_, number):
            if not number.value.is_integer():
                yield report(
                    "bad-number", f"`{number.source}` is not whole", number.span, help="counters count whole steps"
                )
        case _:
            pass


def _expression(regex: tree.Regex) -> Iterator[Diagnostic]:
    try:
        compile_pattern(regex.pattern, regex.flags)
    except PatternError as error:
        message = f"the expression is not RE2: {error}"
        yield report("bad-regex", message, regex.span, help="RE2 has no look-around and no back-references")


def _wait(duration: tree.Duration) -> Iterator[Diagnostic]:
    if duration.value <= 0:
        help_ = "write a time of a second or more, such as `30s`"
        yield report("bad-number", "a wait of nothing never begins", duration.span, help=help_)
    elif duration.value > limits.TIMER_MS_MAX:
        help_ = f"the longest wait is `{limits.TIMER_MS_MAX // _DAY_MS}d`"
        yield report("bad-number", f"`{duration.source}` is too long to wait for", duration.span, help=help_)
