"""Documents that know where a line may end, and the renderer that decides where it does.

Laws:

- A document's words are the tokens of the text, in order; spaces between them are the renderer's affair. What is set
  here can therefore be read token by token beside the text it was read from.
- A line ends where it has to (`Line`), or where a group does not fit on one line of WIDTH columns (`Break`, `Fill`).
- A remark stands between the two words between which it stood: behind a word it ends the line, before a word it has
  lines of its own. It ends a line also where no document would.
- Time is linear in the number of words.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias, assert_never

from msgspec import Struct

from pointsman.language.format.spelling import indented

WIDTH = 100
"""Columns of a line, where it can be ended; a text or an expression that is longer stays whole."""

Blank: TypeAlias = Literal["never", "kept", "always"]
"""Whether an empty line precedes a line: never, if there was one, always."""


class Break(Struct, frozen=True):
    """The line may end here: it does if the group around is spread."""


class Line(Struct, frozen=True):
    """The line ends here."""

    blank: Blank = "never"


class Tail(Struct, frozen=True):
    """The end of an item: remarks that were indented under it belong here."""


class Group(Struct, frozen=True):
    """On one line if that fits, else with a new line at each of its breaks."""

    parts: Doc


class Nest(Struct, frozen=True):
    """New lines inside begin `by` columns further right."""

    by: int
    parts: Doc


class Align(Struct, frozen=True):
    """New lines inside begin where this begins."""

    parts: Doc


class Fill(Struct, frozen=True):
    """As many parts on each line as fit."""

    parts: tuple[Doc, ...]


Doc: TypeAlias = "str | tuple[Doc, ...] | Break | Line | Tail | Group | Nest | Align | Fill"
"""A str is one token. A parenthesis and a comma know of themselves where no space stands."""


def hanging(doc: Doc) -> Doc:
    """Return a document whose new lines begin two columns further right than its first word."""
    match doc:
        case tuple((first, *others)):
            return (hanging(first), Nest(2, tuple(others)))
        case Group(parts):
            return Group(hanging(parts))
        case _:
            return doc


class Remark(NamedTuple):
    """A comment on a line of its own; `blank` if an empty line precedes it, `column` counts from 0."""

    text: str
    blank: bool
    column: int


class Gap(NamedTuple):
    """What stands between two tokens: a comment behind the first, `tail` and `above` on lines of their own.

    `tail` belongs to the item that ends here, `above` to what follows; `blank` if an empty line precedes the second.
    """

    behind: str = ""
    tail: tuple[Remark, ...] = ()
    above: tuple[Remark, ...] = ()
    blank: bool = False

    @property
    def remarks(self) -> bool:
        return bool(self.behind or self.tail or self.above)


NOTHING: Mapping[int, Gap] = MappingProxyType({})


def words(doc: Doc) -> Iterator[str]:
    """Yield the words of a document, in order."""
    match doc:
        case str():
            yield doc
        case tuple():
            for part in doc:
                yield from words(part)
        case Group(parts) | Align(parts) | Fill(parts) | Nest(_, parts):
            yield from words(parts)
        case _:
            return


def rendered(doc: Doc, gaps: Mapping[int, Gap] = NOTHING) -> str:
    """Return the text of a document, each line ended.

    `gaps` are by the number of the word that follows; the one at the end of the file by the number of words.
    """
    return _Renderer(gaps).text(doc)


class _Row(Struct):
    """A line that was set. `text` may hold line breaks, those of a long string."""

    text: str
    remark: str = ""


class _Piece(Struct, frozen=True):
    """A part of a `Fill` that is not its first."""

    part: Doc


_Task: TypeAlias = "tuple[Doc | _Piece, int, bool]"
"""What is to be set, the column of its new lines, and whether it stays on one line."""


class _Renderer:
    def __init__(self, gaps: Mapping[int, Gap]) -> None:
        self._gaps = gaps
        self._remarked = sorted(number for number, gap in gaps.items() if gap.remarks)
        self._rows: list[_Row] = []
        self._parts: list[str] = []
        self._last = ""
        self._behind = ""
        self._column = 0
        self._number = 0
        self._due: tuple[int, Blank] | None = (0, "kept")
        self._tasks: list[_Task] = []

    def text(self, doc: Doc) -> str:
        self._tasks.append((doc, 0, False))
        while self._tasks:
            self._set(*self._tasks.pop())
        self._due = (0, "kept")
        self._remarks(0)
        self._end_row()
        return "".join(_finished(self._rows))

    def _set(self, doc: Doc | _Piece, indent: int, flat: bool) -> None:
        match doc:
            case str():
                self._word(doc, indent)
            case tuple():
                self._tasks.extend((part, indent, flat) for part in reversed(doc))
            case Nest(by, parts):
                self._tasks.append((parts, indent + by, flat))
            case Align(parts):
                self._tasks.append((parts, self._next_column, flat))
            case Group(parts):
                self._tasks.append((parts, indent, flat or (not self._is_split(parts) and self._fits(parts))))
            case Fill(parts):
                self._tasks.extend((_Piece(part), indent, flat) for part in reversed(parts[1:]))
                self._tasks.extend((part, indent, flat) for part in parts[:1])
            case _Piece(part):
                self._due = self._due if flat or self._fits(part) else (indent, "never")
                self._tasks.append((part, indent, flat))
            case Break():
                self._due = self._due if flat else (indent, "never")
            case Line(blank):
                self._due = (indent, blank)
            case Tail():
                self._tail(indent)
            case _:
                assert_never(doc)

    # Words and remarks ------------------------------------------------------------------------------------------------

    @property
    def _gap(self) -> Gap:
        return self._gaps.get(self._number, _EMPTY)

    def _word(self, word: str, indent: int) -> None:
        self._remarks(indent)
        if self._due is not None:
            at, blank = self._due
            self._begin_row(at, blank=blank == "always" or (blank == "kept" and self._gap.blank))
        elif _spaced(self._last, word):
            self._parts.append(" ")
            self._column += 1
        if "\n" in word:
            word = indented(word, indent)
            self._column = -word.rfind("\n") - 1
        self._parts.append(word)
        self._column += len(word)
        self._last = word
        self._number += 1

    def _remarks(self, indent: int) -> None:
        """Set the remarks before the next word, but for those of the item that ends."""
        gap = self._gap
        if gap.behind and not gap.tail:
            self._behind = gap.behind
        if gap.remarks:
            self._due = self._due or (indent, "never")
        for number, remark in enumerate(gap.above):
            at, blank = self._due or (indent, "never")
            may_keep = number > 0 or blank == "kept"
            self._begin_row(at, blank=(blank == "always" and number == 0) or (may_keep and remark.blank))
            self._parts.append(remark.text)
            self._due = (at, blank)
        if gap.above and self._due and self._due[1] == "always":
            self._due = (self._due[0], "kept")

    def _tail(self, indent: int) -> None:
        gap = self._gap
        if gap.tail:
            self._behind = gap.behind
        for remark in gap.tail:
            self._begin_row(indent, blank=remark.blank)
            self._parts.append(remark.text)

    def _begin_row(self, indent: int, *, blank: bool) -> None:
        self._end_row()
        if blank and self._rows:
            self._rows.append(_Row(""))
        self._parts.append(" " * indent)
        self._column = indent
        self._last = ""
        self._due = None

    def _end_row(self) -> None:
        if self._parts:
            self._rows.append(_Row("".join(self._parts), self._behind))
            self._parts.clear()
            self._behind = ""

    # Where lines end --------------------------------------------------------------------------------------------------

    @property
    def _next_column(self) -> int:
        """Where the next word will begin."""
        if self._due is not None:
            return self._due[0]
        return self._column + (1 if _spaced(self._last, "") else 0)

    def _is_split(self, parts: Doc) -> bool:
        """Whether a remark ends a line between two words of `parts`."""
        count = sum(1 for _ in words(parts))
        after = bisect_left(self._remarked, self._number + 1)
        return after < len(self._remarked) and self._remarked[after] < self._number + count

    def _fits(self, doc: Doc) -> bool:
        """Whether `doc`, on one line, and what cannot but follow on that line fit."""
        room = WIDTH - (self._next_column if self._due else self._column)
        last, number = self._last if self._due is None else "", self._number
        ahead: list[tuple[Doc | _Piece, bool]] = [(doc, True)]
        behind = len(self._tasks)
        while room >= 0:
            if not ahead:
                if behind == 0:
                    return True
                behind -= 1
                ahead.append((self._tasks[behind][0], self._tasks[behind][2]))
            part, flat = ahead.pop()
            match part:
                case str():
                    if number > self._number and self._gaps.get(number, _EMPTY).remarks:
                        return True
                    room -= len(part.partition("\n")[0]) + (1 if _spaced(last, part) else 0)
                    last, number = part, number + 1
                    if "\n" in part:
                        return room >= 0
                case tuple():
                    ahead.extend((each, flat) for each in reversed(part))
                case Nest(_, parts) | Align(parts) | Group(parts):
                    ahead.append((parts, flat))
                case Fill(parts):
                    ahead.extend((_Piece(each), flat) for each in reversed(parts[1:]))
                    ahead.extend((each, flat) for each in parts[:1])
                case _Piece(each):
                    if not flat:
                        return True
                    ahead.append((each, flat))
                case Break():
                    if not flat:
                        return True
                case Line():
                    return True
                case Tail():
                    pass
                case _:
                    assert_never(part)
        return False


_EMPTY = Gap()


def _spaced(before: str, word: str) -> bool:
    """Whether a space stands between two words; `before` is empty at the beginning of a line."""
    return before not in ("", "(") and word not in (",", ")")


def _finished(rows: Sequence[_Row]) -> Iterator[str]:
    """Yield the lines. Comments behind neighbouring lines stand below one another, where there is room for that."""
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and rows[end].remark:
            end += 1
        column = max((_width(row.text) for row in rows[start:end]), default=0)
        for row in rows[start : max(end, start + 1)]:
            text = row.text.rstrip(" ") if "\n" not in row.text else row.text
            if row.remark:
                ample = max(column - _width(row.text), 0) if _roomy(rows[start:end], column) else 0
                text += " " * (ample + 2) + row.remark
            yield text + "\n"
        start = max(end, start + 1)


def _roomy(rows: Sequence[_Row], column: int) -> bool:
    return all(column + 2 + len(row.remark) <= WIDTH for row in rows)


def _width(text: str) -> int:
    return len(text) - text.rfind("\n") - 1
