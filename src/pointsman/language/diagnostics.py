"""Reports on rules text: values that stages collect, and their rendering as text, JSON and GitHub annotations.

Laws:

- A report is a value; nothing here prints. Its slug stands in `codes`, which also gives its level.
- Messages are lower case without a final stop, with the user's text in back-ticks; what to write instead is `help`.
- A name is suggested only when it is near.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher

import msgspec
from msgspec import Struct
from rich.cells import cell_len

from pointsman import limits
from pointsman.language.codes import CODES, LEVELS, Level
from pointsman.language.ir import Span
from pointsman.language.source import Source


class Label(Struct, frozen=True):
    """A further place, and what it has to do with the fault."""

    span: Span
    text: str


class Diagnostic(Struct, frozen=True):
    """One report. `note` is a label for the primary place itself, shown after its carets."""

    slug: str
    level: Level
    message: str
    span: Span
    labels: tuple[Label, ...] = ()
    help: str = ""
    note: str = ""


def report(
    slug: str,
    message: str,
    span: Span,
    *labels: Label,
    help: str = "",  # noqa: A002 - it is the word for what it holds, and only ever passed by name
    note: str = "",
    level: Level | None = None,
) -> Diagnostic:
    """Make a diagnostic of a registered slug, at the register's level unless `level` says otherwise."""
    return Diagnostic(slug, level or CODES[slug].level, message, span, labels, help, note)


class Arranged(Struct, frozen=True):
    """The reports to show, in order, and how many were left out."""

    shown: tuple[Diagnostic, ...]
    left_out: int


def arrange(diagnostics: Iterable[Diagnostic], most: int = limits.DIAGNOSTICS_MAX) -> Arranged:
    """Drop repeated reports, keep the gravest `most`, and sort what is kept by place."""
    unique = sorted(dict.fromkeys(diagnostics), key=_gravity)
    kept = sorted(unique[:most], key=_place)
    return Arranged(tuple(kept), len(unique) - len(kept))


def blocks(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any report is an error."""
    return any(diagnostic.level == "error" for diagnostic in diagnostics)


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that `word` is probably a slip for, or None when none is near.

    Near is an edit distance (insertion, deletion, replacement, swap of neighbours) of at most a third of the longer
    word's length, ignoring case; ties go to the one that shares most of its letters, then to the first.
    """
    folded = word.casefold()
    scored = [
        (distance, -SequenceMatcher(None, folded, candidate.casefold()).ratio(), index, candidate)
        for index, candidate in enumerate(candidates)
        if (distance := _distance(folded, candidate.casefold(), most := _slack(word, candidate))) <= most
    ]
    return min(scored)[3] if scored else None


def ticked(text: str, most: int = 60) -> str:
    """Return the user's `text` in back-ticks, on one line and shortened in the middle."""
    line = " ".join(text.split())
    if len(line) > most:
        line = f"{line[: most // 2]} … {line[-most // 4 :]}"
    return f"`{line}`"


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return the help that suggests the nearest candidate, or empty text."""
    near = nearest(word, candidates)
    return f"did you mean `{near}`?" if near else ""


# Rendering ------------------------------------------------------------------------------------------------------------

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


def render_text(diagnostic: Diagnostic, sources: Mapping[str, Source], *, colour: bool = False) -> str:
    """Return the report as lines for a terminal, with excerpts of `sources` (by path) where they are known."""
    paint = _painter(colour)
    level = diagnostic.level
    marks = [_Mark(diagnostic.span, diagnostic.note, level)]
    marks += [_Mark(label.span, label.text, "") for label in diagnostic.labels]
    width = max(len(str(mark.span.line)) for mark in marks)
    lines = [paint(level, f"{level}[{diagnostic.slug}]") + paint("bold", f": {_visible(diagnostic.message)}")]
    for file in dict.fromkeys(mark.span.file for mark in marks):
        here = [mark for mark in marks if mark.span.file == file]
        place, arrow = here[0].span, "-->" if file == diagnostic.span.file else ":::"
        lines.append(f"{' ' * width}{paint('rule', arrow)} {file}:{place.line}:{place.column}")
        lines += _excerpt(sorted(here, key=lambda mark: mark.span.start), sources.get(file), width, paint)
    if diagnostic.help:
        indent = "\n" + " " * (width + len(" = help: "))
        text = _visible(diagnostic.help).replace("\n", indent)
        lines.append(f"{' ' * width} {paint('rule', '=')} {paint('bold', 'help')}: {text}")
    return "\n".join(lines)


def render_summary(arranged: Arranged) -> str:
    """Return one line that counts the reports by level, or empty text when there are none."""
    counts = [(level, sum(diagnostic.level == level for diagnostic in arranged.shown)) for level in LEVELS]
    parts = [f"{count} {level}{'s' if count != 1 else ''}" for level, count in counts if count]
    if arranged.left_out:
        parts.append(f"{arranged.left_out} more not shown")
    return ", ".join(parts)


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the reports as a JSON array, one object a report; places as `{file, start, end, line, column}`."""
    rows = [
        {
            "slug": diagnostic.slug,
            "level": diagnostic.level,
            "message": diagnostic.message,
            **_place_object(diagnostic.span),
            "labels": [{**_place_object(label.span), "text": label.text} for label in diagnostic.labels],
            "help": diagnostic.help,
            "note": diagnostic.note,
        }
        for diagnostic in diagnostics
    ]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode()


def render_github(diagnostic: Diagnostic) -> str:
    """Return the report as one workflow command of GitHub Actions.

    Source: "Workflow commands for GitHub Actions", setting a notice, warning or error message; `%`, line ends and, in
    properties, `:` and `,` are percent-encoded as in the actions toolkit's `command.ts`.
    """
    command = "notice" if diagnostic.level == "note" else diagnostic.level
    place = diagnostic.span
    text = diagnostic.message + (f"\nhelp: {diagnostic.help}" if diagnostic.help else "")
    file, title = _encoded(place.file, ":,"), _encoded(diagnostic.slug, ":,")
    return f"::{command} file={file},line={place.line},col={place.column},title={title}::{_encoded(text, '')}"


# Parts ----------------------------------------------------------------------------------------------------------------


def _gravity(diagnostic: Diagnostic) -> tuple[int, str, int, int, str]:
    return (LEVELS.index(diagnostic.level), *_place(diagnostic))


def _place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
    return diagnostic.span.file, diagnostic.span.start, diagnostic.span.end, diagnostic.slug


def _place_object(span: Span) -> dict[str, object]:
    return {"file": span.file, "start": span.start, "end": span.end, "line": span.line, "column": span.column}


def _encoded(text: str, more: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "%\r\n" + more else char for char in text)


def _slack(word: str, candidate: str) -> int:
    return max(len(word), len(candidate)) // 3


def _distance(one: str, other: str, most: int) -> int:
    """The optimal string alignment distance, or `most + 1` when it is larger."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _painter(colour: bool) -> Callable[[str, str], str]:
    def paint(style: str, text: str) -> str:
        return f"{_COLOURS[style]}{text}{_RESET}" if colour and text else text

    return paint


class _Mark(Struct, frozen=True):
    """A place in an excerpt; `level` is empty for a label."""

    span: Span
    text: str
    level: str


def _excerpt(marks: list[_Mark], source: Source | None, width: int, paint: Callable[[str, str], str]) -> list[str]:
    """The lines of one file that hold a mark, each followed by its carets and label."""
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
            lines.append(f"{paint('rule', str(number).rjust(width))} {bar} {_visible(cut.text.expandtabs(4))}".rstrip())
            shown, shown_from = number, cut.start
        before, marked = _columns(cut.text, mark.span.column - cut.start, mark.span.end - mark.span.start)
        carets = ("^" if mark.level else "-") * max(marked, 1)
        pointer = f"{carets} {_visible(mark.text)}" if mark.text else carets
        lines.append(f"{margin} {bar} {' ' * before}{paint(mark.level or 'rule', pointer)}")
    return lines


class _Cut(Struct, frozen=True):
    """What is shown of a line: all of it, or of one of megabytes a stretch around a place, `start` characters in."""

    text: str
    start: int

    @classmethod
    def around(cls, span: Span, line: str) -> _Cut:
        if len(line) <= _LINE_SHOWN_MAX:
            return cls(line, 0)
        start = max(span.column - 1 - _LINE_SHOWN_MAX // 4, 0)
        if not start:
            return cls(f"{line[:_LINE_SHOWN_MAX]}…", 0)
        end = start + _LINE_SHOWN_MAX
        return cls(f"…{line[start:end]}{'…' if end < len(line) else ''}", start - 1)


def _columns(text: str, column: int, length: int) -> tuple[int, int]:
    """How many cells stand before the mark, and how many it covers on its first line."""
    start = column - 1
    end = min(start + length, len(text))
    before = _cells(text[:start])
    return before, _cells(text[:end]) - before


def _cells(text: str) -> int:
    """Cells of a terminal that `text` takes."""
    return cell_len(_visible(text.expandtabs(4)))


def _visible(text: str) -> str:
    """Show control characters instead of sending them to the terminal."""
    return _CONTROL.sub(lambda found: _picture(found.group()), text)


def _picture(char: str) -> str:
    return chr(0x2400 + ord(char)) if ord(char) < 0x20 else "\N{REPLACEMENT CHARACTER}"
