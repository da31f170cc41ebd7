"""A failed test as a person reads it, on the terminal and in the answer to a reload that it blocked.

The transcript up to the line that failed, what was expected, what there is instead (of two texts, where they begin to
differ), what happened, and which rule decided. Of what is longer than a person reads, beginning and end; control
characters are shown and never sent to the terminal.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from pointsman.engine.differences import marked
from pointsman.engine.scenario import Failure, TestResult
from pointsman.language.excerpts import visible
from pointsman.language.ir import ProgramIR, Span
from pointsman.limits import RETOLD_LINES_MAX


def retold(result: TestResult, program: ProgramIR, root: str = "") -> Iterator[str]:
    """Yield the lines of a failed test; none, of one that passed. Files are shown from `root` on."""
    if result.failure is None:
        return
    yield from map(visible, _told(result, result.failure, program, root))


def _told(result: TestResult, failure: Failure, program: ProgramIR, root: str) -> Iterator[str]:
    rules = {rule.name: placed(rule.span, root) for policy in program.policies for rule in policy.rules}
    yield f"FAILED {result.name} ({placed(result.span, root)})"
    yield from (f"  {line}" for line in _abridged(result.transcript))
    yield from _difference(failure, placed(failure.span, root), rules)


def _difference(failure: Failure, place: str, rules: dict[str, str]) -> Iterator[str]:
    decided = [f'rule "{name}" ({rules[name]})' for name in dict.fromkeys(failure.decided)]
    yield f"  expected   {failure.expected} ({place})"
    if failure.instead.sentence:
        yield f"  instead    {failure.instead.sentence}"
    if failure.instead.texts:
        yield from _listed("  difference ", list(marked(*failure.instead.texts)))
    yield from _listed("  happened   ", failure.happened or ["nothing"])
    yield from _listed("  decided by ", decided or ["no rule"])


def _listed(head: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(_abridged(lines)):
        yield f"{head if number == 0 else ' ' * len(head)}{line}"


def _abridged(lines: Sequence[str]) -> Sequence[str]:
    """Return beginning and end of what is longer than a person reads, and between them how much is left out."""
    if len(lines) <= RETOLD_LINES_MAX:
        return lines
    kept = RETOLD_LINES_MAX // 2
    return [*lines[:kept], f"… {len(lines) - 2 * kept:,} lines left out", *lines[-kept:]]


def placed(span: Span, root: str = "") -> str:
    """A place as `file:line`, the file from `root` on."""
    return f"{posixpath.join(root, span.file)}:{span.line}"
