"""A failed test as a person reads it, on the terminal and in the answer to a reload that it blocked.

The transcript up to the line that failed, what was expected, what happened, and which rule decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pointsman.engine.scenario import Failure, TestResult
from pointsman.language.ir import ProgramIR, Span


def retold(result: TestResult, program: ProgramIR) -> Iterator[str]:
    """Yield the lines of a failed test; none, of one that passed."""
    if result.failure is None:
        return
    yield f"FAILED {result.name} ({_place(result.span)})"
    yield from (f"  {line}" for line in result.transcript)
    yield from _difference(result.failure, {rule.name: rule.span for it in program.policies for rule in it.rules})


def _difference(failure: Failure, rules: dict[str, Span]) -> Iterator[str]:
    decided = [f'rule "{name}" ({_place(rules[name])})' for name in dict.fromkeys(failure.decided)]
    yield f"  expected   {failure.expected} ({_place(failure.span)})"
    yield from _listed("  happened   ", failure.happened or ["nothing"])
    yield from _listed("  decided by ", decided or ["no rule"])


def _listed(head: str, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield f"{head if number == 0 else ' ' * len(head)}{line}"


def _place(span: Span) -> str:
    return f"{span.file}:{span.line}"
