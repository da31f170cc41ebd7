"""Reports on rules text: values that stages collect, and their rendering as text, JSON and GitHub annotations.

Laws:

- A report is a value; nothing here prints. Its slug stands in `codes`, which also gives its level.
- Messages are lower case without a final stop, with the user's text in back-ticks; what to write instead is `help`.
- A name is suggested only when it is near.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import msgspec
from msgspec import Struct

from pointsman import limits
from pointsman.language.codes import CODES, LEVELS, Level
from pointsman.language.excerpts import Mark, excerpt, headline, painter, visible
from pointsman.language.ir import Span
from pointsman.language.source import Source


class Label(Struct, frozen=True):
    """A further place, and what it has to do with the fault."""

    span: Span
    text: str


class Diagnostic(Struct, frozen=True):
    """One report. `note` is a label for the primary place itself, shown after its carets; `example` is a test that
    shows the fault, as it would stand in a file."""

    slug: str
    level: Level
    message: str
    span: Span
    labels: tuple[Label, ...] = ()
    help: str = ""
    note: str = ""
    example: str = ""


def report(
    slug: str,
    message: str,
    span: Span,
    *labels: Label,
    help: str = "",  # noqa: A002 - it is the word for what it holds, and only ever passed by name
    note: str = "",
    example: str = "",
    level: Level | None = None,
) -> Diagnostic:
    """Make a diagnostic of a registered slug, at the register's level unless `level` says otherwise."""
    return Diagnostic(slug, level or CODES[slug].level, message, span, labels, help, note, example)


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


def render_text(diagnostic: Diagnostic, sources: Mapping[str, Source], *, colour: bool = False) -> str:
    """Return the report as lines for a terminal, with excerpts of `sources` (by path) where they are known."""
    paint = painter(colour)
    level = diagnostic.level
    marks = [Mark(diagnostic.span, diagnostic.note, level)]
    marks += [Mark(label.span, label.text, "") for label in diagnostic.labels]
    width = max(len(str(mark.span.line)) for mark in marks)
    lines = [paint(level, f"{level}[{diagnostic.slug}]") + paint("bold", f": {visible(diagnostic.message)}")]
    for file in dict.fromkeys(mark.span.file for mark in marks):
        here = [mark for mark in marks if mark.span.file == file]
        lines.append(headline(here[0].span, width, paint, further=file != diagnostic.span.file))
        lines += excerpt(sorted(here, key=lambda mark: mark.span.start), sources.get(file), width, paint)
    if diagnostic.help:
        indent = "\n" + " " * (width + len(" = help: "))
        text = visible(diagnostic.help).replace("\n", indent)
        lines.append(f"{' ' * width} {paint('rule', '=')} {paint('bold', 'help')}: {text}")
    if diagnostic.example:
        lines.append(f"{' ' * width} {paint('rule', '=')} {paint('bold', 'example')}:")
        lines += [f"{' ' * (width + 3)}{visible(line)}".rstrip() for line in diagnostic.example.splitlines()]
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
            "example": diagnostic.example,
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
    text += f"\nexample:\n{diagnostic.example.rstrip()}" if diagnostic.example else ""
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
