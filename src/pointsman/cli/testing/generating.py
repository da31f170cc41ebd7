"""`pointsman test --generate`: tests for what was never seen, as text to append to a rules file."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from msgspec import Struct

from pointsman.cli.check import counted
from pointsman.cli.testing.run import Outcome
from pointsman.engine.coverage import Coverage
from pointsman.language.diagnostics import ticked
from pointsman.proofs.generate import Missed, propose


class Generated(Struct, frozen=True):
    """`text` is what may be appended to a rules file; `notes` say what has no test and why, and count."""

    text: str
    notes: tuple[str, ...]


def generate(outcomes: Sequence[Outcome]) -> Generated:
    """Propose tests for what the suites' tests did not cover."""
    texts: list[str] = []
    notes: list[str] = []
    for outcome, coverage in ((it, it.coverage) for it in outcomes if it.coverage is not None):
        proposals = propose(outcome.suite.program, coverage)
        texts += [test.text for test in proposals.tests]
        notes += _notes(outcome, proposals.missed)
        covered = coverage.with_seen(point for test in proposals.tests for point in test.touches)
        notes.append(_count(outcome.suite.name, len(proposals.tests), coverage, covered))
    return Generated("".join(f"\n{text}" for text in texts), tuple(notes))


def _notes(outcome: Outcome, missed: Sequence[Missed]) -> Iterator[str]:
    for it in missed:
        span = it.item.span
        place = f"{posixpath.join(outcome.suite.root, span.file)}:{span.line}:{span.column}"
        if it.item.sort == "rule":
            yield f"{place}: no test in which the rule {ticked(it.item.name)} fires: {it.why}"
        else:
            text = outcome.suite.program.sources[span.file][span.start : span.end]
            yield f"{place}: no test in which {ticked(text)} is {it.sight}: {it.why}"


def _count(name: str, tests: int, before: Coverage, after: Coverage) -> str:
    was, will = before.tally(), after.tally()
    return (
        f"{name}: {counted(tests, 'test')} proposed; rules {was.rules} -> {will.rules} of {will.rules_all}, "
        f"sides of tests {was.sides} -> {will.sides} of {will.sides_all}"
    )
