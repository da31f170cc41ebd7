"""One rules file as text, with its lines and places.

A file is known by the path that is shown to the user. Line ends are made `\n` and a byte order mark is dropped on the
way in, so that offsets, which count code points, are those of the cleaned text.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from pointsman.language.ir import Span

_BOM = "\ufeff"


class Source:
    """One file's text, line ends made `\\n` and a byte order mark removed. Offsets count code points."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text.removeprefix(_BOM).replace("\r\n", "\n").replace("\r", "\n")

    def span(self, start: int, end: int) -> Span:
        """Return the place from `start` up to `end`, both kept inside the text."""
        start = min(max(start, 0), len(self.text))
        line = bisect_right(self._starts, start)
        return Span(self.path, start, min(max(end, start), len(self.text)), line, start - self._starts[line - 1] + 1)

    @property
    def whole(self) -> Span:
        """The place of the whole file."""
        return self.span(0, len(self.text))

    def line(self, number: int) -> str:
        """Return line `number`, counted from 1, without its end; empty past the last."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end]

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        at = self.text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = self.text.find("\n", at + 1)
        return starts
