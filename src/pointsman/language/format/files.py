"""Whole files: items with empty lines between them, comments where they were.

Laws:

- A file that cannot be read whole is not formatted.
- What is returned was read again: it says the same, and has the same comments in the same order. If it did not, that
  would be a fault of the formatter, and is raised as one.
- Formatting what was formatted changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pointsman.language import tree
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.format.comments import comments, gaps, placed
from pointsman.language.format.declarations import item
from pointsman.language.format.layout import Doc, Line, rendered, words
from pointsman.language.format.meaning import Unfaithful, meaning
from pointsman.language.parse import parse
from pointsman.language.source import Source

_NEIGHBOURS: tuple[tuple[type[tree.Item], ...], ...] = (
    (tree.Use, tree.UseStandard),
    (tree.Component,),
    (tree.ListOf, tree.ListFrom),
)
"""Items that may stand below one another without an empty line, where they are of one sort."""


class Formatted(NamedTuple):
    """A file in its one shape; `text` None where it has mistakes, which are the diagnostics."""

    text: str | None
    diagnostics: tuple[Diagnostic, ...]


def format_source(source: Source) -> Formatted:
    """Return a file's text in its one shape. Raises Unfaithful for a fault of the formatter's own."""
    parsed = parse(source)
    if parsed.diagnostics:
        return Formatted(None, parsed.diagnostics)
    document = _file(parsed.file.items)
    tokens, before = gaps(source, _starts(parsed.file.items))
    text = rendered(document, placed(list(words(document)), tokens, before))
    _compare(source, parsed.file, Source(source.path, text))
    return Formatted(text, ())


def _file(items: Sequence[tree.Item]) -> Doc:
    first = tuple(item(each) for each in items[:1])
    return (first, *((_between(before, after), item(after)) for before, after in pairwise(items)))


def _between(before: tree.Item, after: tree.Item) -> Line:
    alike = any(isinstance(before, sort) and isinstance(after, sort) for sort in _NEIGHBOURS)
    return Line("kept" if alike else "always")


def _starts(items: Sequence[tree.Item]) -> frozenset[int]:
    rules = [rule for each in items if isinstance(each, tree.Policy) for rule in each.rules]
    return frozenset(each.span.start for each in (*items, *rules))


def _compare(source: Source, file: tree.File, written: Source) -> None:
    again = parse(written)
    if again.diagnostics:
        raise Unfaithful(f"{source.path}: {again.diagnostics[0].message}")
    if meaning(again.file.items) != meaning(file.items):
        raise Unfaithful(f"{source.path}: it would mean something else")
    if comments(written) != comments(source):
        raise Unfaithful(f"{source.path}: a comment would be lost or moved")
