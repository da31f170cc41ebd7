"""Diagnostics that need no evaluation: names, kinds, events and actions, cycles.

Each check looks at a whole program and reports one family of faults. What one check cannot make sense of, because
another reports it, it passes over: no report is caused by another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pointsman.language.check.actions import check_actions
from pointsman.language.check.calendars import check_calendars
from pointsman.language.check.channels import check_channels
from pointsman.language.check.components import check_clauses, check_handovers, check_start
from pointsman.language.check.cycles import check_cycles
from pointsman.language.check.deliveries import check_failures, check_shared_addresses
from pointsman.language.check.downgrades import check_downgrades
from pointsman.language.check.duplicates import check_calendar_names, check_duplicates
from pointsman.language.check.fields import check_fields, check_groups
from pointsman.language.check.kinds import check_kinds
from pointsman.language.check.literals import check_literals
from pointsman.language.check.names import check_accounts, check_known_words, check_names
from pointsman.language.check.precedence import check_precedence
from pointsman.language.check.scope import Scope, survey
from pointsman.language.check.transcripts import check_assertions, check_test_names, check_transcripts
from pointsman.language.check.usage import check_counters, check_events, check_timers, check_unused
from pointsman.language.diagnostics import Diagnostic, blocks

__all__ = ["ADVICE", "CHECKS", "Check", "Scope", "check", "survey"]

Check: TypeAlias = Callable[[Scope], Iterator[Diagnostic]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("duplicates", check_duplicates),
    ("calendar names", check_calendar_names),
    ("names", check_names),
    ("known words", check_known_words),
    ("accounts", check_accounts),
    ("literals", check_literals),
    ("fields", check_fields),
    ("groups", check_groups),
    ("kinds", check_kinds),
    ("actions", check_actions),
    ("start", check_start),
    ("clauses", check_clauses),
    ("calendars", check_calendars),
    ("channels", check_channels),
    ("downgrades", check_downgrades),
    ("shared addresses", check_shared_addresses),
    ("test names", check_test_names),
    ("transcripts", check_transcripts),
    ("cycles", check_cycles),
)
"""What makes a program wrong, in the order in which it is looked for."""

ADVICE: tuple[tuple[str, Check], ...] = (
    ("handovers", check_handovers),
    ("unused", check_unused),
    ("events", check_events),
    ("counters", check_counters),
    ("timers", check_timers),
    ("failures", check_failures),
    ("precedence", check_precedence),
    ("assertions", check_assertions),
)
"""What is probably not meant. Asked of programs without an error only, whose warnings no slip can have caused."""


def check(scope: Scope, earlier: tuple[Diagnostic, ...] = ()) -> tuple[Diagnostic, ...]:
    """Report what is wrong with a program, and if nothing is, what is odd; `earlier` are the reports so far."""
    found = _run(CHECKS, scope)
    return found if blocks((*earlier, *found)) else (*found, *_run(ADVICE, scope))


def _run(checks: tuple[tuple[str, Check], ...], scope: Scope) -> tuple[Diagnostic, ...]:
    return tuple(diagnostic for _, run in checks for diagnostic in run(scope))
