"""A transcript on its own: the steps of a test that stands in none of a program's files, read as if it did.

Law: it is checked against the names of the program, and only what is wrong with the transcript itself is reported.
"""

from __future__ import annotations

from msgspec import structs

from pointsman.language import ir, tree
from pointsman.language.check import check, survey
from pointsman.language.diagnostics import Diagnostic, Label, blocks, report
from pointsman.language.ir import Span
from pointsman.language.lower_tests import lower_test
from pointsman.language.parse import parse, tokens
from pointsman.language.pipeline import Compiled
from pointsman.language.source import Source

_HEAD = 'test "transcript" '
"""On the first line of the text, so that lines keep their numbers."""


def read_transcript(source: Source, compiled: Compiled) -> ir.Test | tuple[Diagnostic, ...]:
    """Return the transcript in `source`, with or without its line `test "name"`, or what is wrong with it.

    `compiled` is a program without errors. Places of reports are in `source`.
    """
    first = next(iter(tokens(source)), None)
    head = "" if first is not None and first.text == "test" else _HEAD
    whole = Source(source.path, head + source.text)
    parsed = parse(whole)
    faults = parsed.diagnostics or _odd_items(parsed.file.items)
    if not faults:
        items = (*(item for item in compiled.items if not isinstance(item, tree.Test)), *parsed.file.items)
        found = check(survey(items, compiled.values))
        faults = tuple(it for it in found if it.span.file == source.path and it.level == "error")
    if blocks(faults):
        return tuple(_moved(fault, source, len(head)) for fault in faults)
    (test,) = (item for item in parsed.file.items if isinstance(item, tree.Test))
    return lower_test(test)


def _odd_items(items: tuple[tree.Item, ...]) -> tuple[Diagnostic, ...]:
    odd = next((item for item in items if not isinstance(item, tree.Test)), items[1] if len(items) > 1 else None)
    help_ = 'write the steps of one test, such as `customer says "hello"`'
    return () if odd is None else (report("syntax", "this is no step of a transcript", odd.span, help=help_),)


def _moved(fault: Diagnostic, source: Source, by: int) -> Diagnostic:
    """The report with its places as they are without the head that was put before the text."""

    def moved(span: Span) -> Span:
        return source.span(span.start - by, span.end - by) if span.file == source.path else span

    labels = tuple(Label(moved(label.span), label.text) for label in fault.labels)
    return structs.replace(fault, span=moved(fault.span), labels=labels)
