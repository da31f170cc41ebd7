"""Diagnostics that need no evaluation: names, kinds, events and actions, cycles.

Each check looks at a whole program and reports one family of faults. What one check cannot make sense of, because
another reports it, it passes over: no report is caused by another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pointsman.language.check.actions import check_actions
from pointsman.language.check.calendars import check_calendars
from pointsman.language.check.components import check_clauses, check_handovers, check_start
from pointsman.language.check.cycles import check_cycles
from pointsman.language.check.duplicates import check_duplicates
from pointsman.language.check.fields import check_fields, check_groups
from pointsman.language.check.kinds import check_kinds
from pointsman.language.check.literals import check_literals
from pointsman.language.check.names import check_accounts, check_known_words, check_names
from pointsman.language.check.notyet import check_built
from pointsman.language.check.scope import Scope, survey
from pointsman.language.check.transcripts import check_assertions, check_test_names, check_transcripts
from pointsman.language.check.usage import check_counters, check_timers, check_unused
from pointsman.language.diagnostics import Diagnostic

__all__ = ["CHECKS", "Check", "Scope", "check", "survey"]

Check: TypeAlias = Callable[[Scope], Iterator[Diagnostic]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("duplicates", check_duplicates),
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
    ("test names", check_test_names),
    ("transcripts", check_transcripts),
    ("not yet", check_built),
    ("cycles", check_cycles),
    ("handovers", check_handovers),
    ("unused", check_unused),
    ("counters", check_counters),
    ("timers", check_timers),
    ("assertions", check_assertions),
)
"""All checks, in the order in which they run."""


def check(scope: Scope) -> tuple[Diagnostic, ...]:
    """Run all checks over a program; the order of the reports is that of the table."""
    return tuple(diagnostic for _, run in CHECKS for diagnostic in run(scope))
