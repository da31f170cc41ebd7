"""A failed test as a person reads it, on the terminal and in the answer to a reload that it blocked.

The transcript up to the line that failed, what was expected, what there is instead (of two texts, where they begin to
differ), what happened, and which rule decided.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence

from pointsman.engine.differences import marked
from pointsman.engine.scenario import Failure, TestResult
from pointsman.language.ir import ProgramIR, Span


def retold(result: TestResult, program: ProgramIR, root: str = "") -> Iterator[str]:
    """Yield the lines of a failed test; none, of one that passed. Files are shown from `root` on."""
    if result.failure is None:
        return
    rules = {rule.name: placed(rule.span, root) for policy in program.policies for rule in policy.rules}
    yield f"FAILED {result.name} ({placed(result.span, root)})"
    yield from (f"  {line}" for line in result.transcript)
    yield from _difference(result.failure, placed(result.failure.span, root), rules)


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
    for number, line in enumerate(lines):
        yield f"{head if number == 0 else ' ' * len(head)}{line}"


def placed(span: Span, root: str = "") -> str:
    """A place as `file:line`, the file from `root` on."""
    return f"{posixpath.join(root, span.file)}:{span.line}"
