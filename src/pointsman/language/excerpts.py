"""Lines of rules files as a person sees them on a terminal: numbered, marked, in colour where that is wanted.

Laws: an excerpt shows a line once however many marks it has, and of a line of megabytes only the stretch around a mark;
control characters are shown and never sent to the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from rich.cells import cell_len

from pointsman.language.ir import Span
from pointsman.language.source import Source

Paint: TypeAlias = Callable[[str, str], str]
"""(style, text) -> the text in that style. Styles are the levels of reports, `rule` for lines and `bold`."""

_COLOURS = {
    "error": "\x1b[1;31m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "rule": "\x1b[1;34m",
    "bold": "\x1b[1m",
}
_RESET = "\x1b[0m"
_LINE_SHOWN_MAX = 400
"""Characters of a line that an excerpt shows."""
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""C0 but the line feed, C1, line separators, and the marks that reorder what a reader sees."""


class Mark(Struct, frozen=True):
    """A place in an excerpt and what is said of it; `level` is its style, empty for a label beside the point."""

    span: Span
    text: str
    level: str


def painter(colour: bool) -> Paint:
    """Return what puts a text into a style; nothing does where no colour is wanted."""

    def paint(style: str, text: str) -> str:
        return f"{_COLOURS[style]}{text}{_RESET}" if colour and text else text

    return paint


def headline(place: Span, width: int, paint: Paint, *, further: bool = False) -> str:
    """Return the line over an excerpt: its file, line and column. `width` is that of the line numbers."""
    return f"{' ' * width}{paint('rule', ':::' if further else '-->')} {place.file}:{place.line}:{place.column}"


def excerpt(marks: Sequence[Mark], source: Source | None, width: int, paint: Paint) -> list[str]:
    """Return the lines of one file that hold a mark, each followed by its carets and text; marks in order of place."""
    if source is None or not source.text:
        return []
    margin = " " * width
    bar = paint("rule", "|")
    lines = [f"{margin} {bar}"]
    shown, shown_from = 0, 0
    for mark in marks:
        number = mark.span.line
        cut = _Cut.around(mark.span, source.line(number))
        if 0 < shown < number - 1:
            lines.append(f"{margin} {paint('rule', ':')}")
        if (number, cut.start) != (shown, shown_from):
            lines.append(_numbered(number, cut, width, paint))
            shown, shown_from = number, cut.start
        before, marked = _columns(cut.text, mark.span.column - cut.start, mark.span.end - mark.span.start)
        carets = ("^" if mark.level else "-") * max(marked, 1)
        pointer = f"{carets} {visible(mark.text)}" if mark.text else carets
        lines.append(f"{margin} {bar} {' ' * before}{paint(mark.level or 'rule', pointer)}")
    return lines


def passage(numbers: range, source: Source | None, width: int, paint: Paint) -> list[str]:
    """Return whole lines of a file, by their numbers from 1, as an excerpt shows them."""
    if source is None or not source.text:
        return []
    head = f"{' ' * width} {paint('rule', '|')}"
    return [head, *(_numbered(number, _Cut.from_start(source.line(number)), width, paint) for number in numbers)]


def visible(text: str) -> str:
    """Show control characters instead of sending them to the terminal."""
    return _CONTROL.sub(lambda found: _picture(found.group()), text)


def _numbered(number: int, cut: _Cut, width: int, paint: Paint) -> str:
    bar = paint("rule", "|")
    return f"{paint('rule', str(number).rjust(width))} {bar} {visible(cut.text.expandtabs(4))}".rstrip()


class _Cut(Struct, frozen=True):
    """What is shown of a line: all of it, or of one of megabytes a stretch around a place, `start` characters in."""

    text: str
    start: int

    @classmethod
    def around(cls, span: Span, line: str) -> _Cut:
        start = max(span.column - 1 - _LINE_SHOWN_MAX // 4, 0)
        if len(line) <= _LINE_SHOWN_MAX or not start:
            return cls.from_start(line)
        end = start + _LINE_SHOWN_MAX
        return cls(f"…{line[start:end]}{'…' if end < len(line) else ''}", start - 1)

    @classmethod
    def from_start(cls, line: str) -> _Cut:
        return cls(line if len(line) <= _LINE_SHOWN_MAX else f"{line[:_LINE_SHOWN_MAX]}…", 0)


def _columns(text: str, column: int, length: int) -> tuple[int, int]:
    """How many cells stand before the mark, and how many it covers on its first line."""
    start = column - 1
    end = min(start + length, len(text))
    before = _cells(text[:start])
    return before, _cells(text[:end]) - before


def _cells(text: str) -> int:
    """Cells of a terminal that `text` takes."""
    return cell_len(visible(text.expandtabs(4)))


def _picture(char: str) -> str:
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\N{REPLACEMENT CHARACTER}"
