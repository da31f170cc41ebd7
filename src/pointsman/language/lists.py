"""The values of a program's lists, inline or from a file beside the rules.

A list is a set of strings or a set of numbers, never of both. A file has one value a line: white space around it is cut
off, empty lines are passed over, and nothing else has a meaning (a `#` is part of its value). Its values are strings;
where the rules compare numbers with the list, and every line is a number, they are those numbers.
"""

from __future__ import annotations

import re

from msgspec import Struct

from pointsman import limits
from pointsman.language import tree
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.load import Shelf
from pointsman.language.source import Source

_SPLIT = "split it into several lists, and join the conditions that ask for them with `or`"
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")


class Values(Struct, frozen=True):
    """The values as strings and as numbers; None where they cannot be taken so."""

    texts: tuple[str, ...] | None
    numbers: tuple[float, ...] | None


class Lists(Struct, frozen=True):
    """The values of each list that could be read, the files they came from, and reports."""

    values: dict[str, Values]
    sources: dict[str, Source]
    diagnostics: tuple[Diagnostic, ...]


def read_lists(items: tuple[tree.Item, ...], shelf: Shelf) -> Lists:
    """Collect the values of all lists; of two lists with one name, the first counts."""
    values: dict[str, Values] = {}
    sources: dict[str, Source] = {}
    diagnostics: list[Diagnostic] = []
    for item in items:
        if not isinstance(item, tree.ListOf | tree.ListFrom):
            continue
        found = _inline(item) if isinstance(item, tree.ListOf) else _from_file(item, shelf, sources)
        if isinstance(found, Diagnostic):
            diagnostics.append(found)
        else:
            values.setdefault(item.name.text, found)
    return Lists(values, sources, tuple(diagnostics))


def _inline(item: tree.ListOf) -> Values | Diagnostic:
    first = item.values[0]
    stranger = next((value for value in item.values if type(value) is not type(first)), None)
    if stranger is not None:
        return report(
            "wrong-kind",
            f"the list `{item.name.text}` mixes strings and numbers",
            stranger.span,
            Label(first.span, "its first value"),
            help="write all its values in quotes, or none",
        )
    if len(item.values) > limits.LIST_VALUES_MAX:
        return _too_long(item.name)
    texts = tuple(value.text for value in item.values if isinstance(value, tree.String))
    numbers = tuple(value.value for value in item.values if isinstance(value, tree.Number))
    return Values(tuple(dict.fromkeys(texts)) or None, tuple(dict.fromkeys(numbers)) or None)


def _from_file(item: tree.ListFrom, shelf: Shelf, sources: dict[str, Source]) -> Values | Diagnostic:
    path = shelf.resolve(item.span.file, item.file.text, item.file.span)
    if isinstance(path, Diagnostic):
        return path
    source = shelf.read(path, item.file.span)
    if isinstance(source, Diagnostic):
        return source
    sources[path] = source
    texts = tuple(dict.fromkeys(line.strip() for line in source.text.split("\n") if line.strip()))
    if len(texts) > limits.LIST_VALUES_MAX:
        return _too_long(item.name)
    numeric = all(_NUMBER.fullmatch(text) for text in texts)
    return Values(texts, tuple(dict.fromkeys(map(float, texts))) if numeric else None)


def _too_long(name: tree.Name) -> Diagnostic:
    return report(
        "too-large", f"the list `{name.text}` has more than {limits.LIST_VALUES_MAX:,} values", name.span, help=_SPLIT
    )
