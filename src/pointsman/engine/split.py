"""A text that is longer than a channel carries, in parts: at paragraph, line, sentence, word, then grapheme cluster.

Laws:

- Parts and the separators behind them rejoin to the text. Every part is within the limit, and none is empty.
- Nothing is cut inside a grapheme cluster (combining and emoji sequences, flags) or a URL that fits on its own.
- The coarsest border in what fits is taken, the last of its kind; before a last part with limits of its own, of the
  borders that leave no more than it holds. So at most four parts in a row, one for each kind of
  border but the finest, are short.
- Blanks at a cut, and at the end of a text that was cut, belong to the separator. Blanks at its start stay with the
  first part; where no part can hold them and what follows, the first of them is a part.
- The time is linear in the text's length.

A limit that cannot hold a single character is taken to hold one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

import regex
from msgspec import Struct

from pointsman.engine.clusters import inside_clusters, mark
from pointsman.engine.measure import fits, reach
from pointsman.language.ir import Limit

_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028"
_SPACES = " \t\x1f\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
"""The blanks within a line; not those that forbid a break (U+00A0, U+2007, U+202F)."""
_ALL_BLANKS = _BREAKS + _SPACES + "\u2029"
_BLANK = f"[{_ALL_BLANKS}]"
_CLOSING = r"""["'”’»)\]」』）】》]"""
_FULL_STOP = f"[。！？｡]{_CLOSING}{{0,4}}(?![。！？｡]|{_CLOSING})"
"""The end of a sentence in scripts that write no blanks."""
_PARAGRAPH = regex.compile(f"(?r)\u2029|(?!\r\n)[{_BREAKS}][{_SPACES}]*[{_BREAKS}]")
_LINE = regex.compile(f"(?r)[{_BREAKS}]")
_SENTENCE = regex.compile(f"(?r)[.!?…؟۔।॥]{_CLOSING}{{0,4}}{_BLANK}|{_FULL_STOP}")
_WORD = regex.compile(f"(?r){_BLANK}|{_FULL_STOP}")
"""These search from the right. A match is at least one blank of a border, or ends at one without blanks."""
_KINDS = (_PARAGRAPH, _LINE, _SENTENCE, _WORD)
_KINDS_WITHIN_PARAGRAPHS = _KINDS[1:]
_BLANKS = re.compile(f"{_BLANK}*")

_SCHEME = r"(?:https?://|www\.|mailto:|tel:)"
_URL = re.compile(
    rf"(?P<plain>{_SCHEME}[a-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+)(?:(?!{_SCHEME})[^\s<>\"“”„«»「」『』（）【】。！？｡、…])*",
    re.IGNORECASE,
)
"""`plain` is a URI by RFC 3986, protected where the whole is too long: scripts without blanks may follow it."""


class Part(Struct, frozen=True):
    """`separator` is what stood between this part and the next."""

    text: str
    separator: str = ""


def split(text: str, limits: Sequence[Limit], last: Sequence[Limit] = (), most: int | None = None) -> tuple[Part, ...]:
    """Cut a text into parts, each within all of `limits`, and the last within all of `last` if there are any.

    `most`: no more than the first so many; the last of these may be any part.
    """
    last = last or limits
    if all(fits(text, limit) for limit in last):
        return (Part(text),)
    return tuple(islice(_Cutter(text, limits, last).parts(), most))


def _may_have_paragraphs(text: str) -> bool:
    """Whether there is a blank line; asked before the slower search for where."""
    return "\u2029" in text or not all(map(str.strip, text.splitlines()))


class _Cutter:
    """One text and where it may be cut. `_end` is where the blanks at its end begin."""

    def __init__(self, text: str, limits: Sequence[Limit], last: Sequence[Limit]) -> None:
        self._text, self._limits, self._last = text, limits, last
        self._inside = inside_clusters(text)
        self._end = self._inside.find(0, len(text.rstrip(_ALL_BLANKS)))
        self._kinds = _KINDS if _may_have_paragraphs(text) else _KINDS_WITHIN_PARAGRAPHS

    def parts(self) -> Iterator[Part]:
        """Yield the parts in order."""
        text, start = self._text, 0
        if not self._end:
            first = self._inside.find(0, 1)
            yield Part(text[:first], text[first:])
            return
        alike = self._limits is self._last
        while (reach_of_last := self._reach(start, self._last)) < self._end:
            furthest = reach_of_last if alike else self._reach(start, self._limits)
            end, onward = self._cut(start, furthest) if furthest < self._end else self._cut_off_last(start)
            yield Part(text[start:end], text[end:onward])
            start = onward
        yield Part(text[start : self._end], text[self._end :])

    def _reach(self, start: int, limits: Sequence[Limit]) -> int:
        furthest = len(self._text)
        for limit in limits:
            furthest = min(furthest, reach(self._text, start, limit))
        return max(furthest, start + 1)

    @cached_property
    def _kept(self) -> bytearray:
        """The places inside clusters, and inside URLs that fit with the clusters that their ends are inside of."""
        kept = bytearray(self._inside)
        for found in _URL.finditer(self._text, 0, self._end):
            start = self._border_before(found.start())
            plain = self._inside.find(0, found.end("plain"))
            ends = max(plain, self._border_before(found.end())), plain
            end = next((end for end in ends if end <= self._reach(start, self._limits)), start)
            mark(kept, start, end)
        return kept

    # Cuts ------------------------------------------------------------------------------------------------------------

    def _cut(self, start: int, furthest: int) -> tuple[int, int]:
        """Where the part from `start` ends, at `furthest` at the latest, and where the next begins."""
        return self._coarsest(start, furthest, start) or self._inside_word(start, furthest)

    def _cut_off_last(self, start: int) -> tuple[int, int]:
        """Cut a rest that would fit but is too long for the last part, if possible where what follows is not."""
        text, end, furthest = self._text, self._end, self._end - 1
        fitting = bisect_left(
            range(end), True, start + 1, key=lambda at: all(fits(text[at:end], limit) for limit in self._last)
        )
        border = self._coarsest(start, furthest, fitting - 1) or self._coarsest(start, furthest, start)
        if border:
            return border
        place = self._kept.find(0, fitting, end)
        return self._inside_word(start, furthest if place < 0 else place)

    def _coarsest(self, start: int, furthest: int, first: int) -> tuple[int, int] | None:
        """The last border of the coarsest kind of which a blank is at `first` or behind."""
        borders = (self._border(kind, start, furthest, first) for kind in self._kinds)
        return next(filter(None, borders), None)

    def _border(self, kind: regex.Pattern[str], start: int, furthest: int, first: int) -> tuple[int, int] | None:
        beyond = self._blanks_after(furthest)
        while found := kind.search(self._text, first, beyond):
            end = start + len(self._text[start : found.end()].rstrip(_ALL_BLANKS))
            if end == start:
                return None
            moved = self._inside.find(0, end)
            if moved <= furthest:
                return moved, max(moved, self._border_before(self._blanks_after(found.end())))
            beyond = min(end, found.start())
        return None

    def _inside_word(self, start: int, furthest: int) -> tuple[int, int]:
        """The last place that is within nothing that is kept whole; else within no cluster; else the last that fits."""
        places = (inside.rfind(0, start + 1, furthest + 1) for inside in (self._kept, self._inside))
        end = next((place for place in places if place > 0), furthest)
        onward = self._border_before(self._blanks_after(start))
        if start < onward and end <= onward:
            return self._inside.find(0, start + 1), onward
        return end, end

    def _blanks_after(self, place: int) -> int:
        found = _BLANKS.match(self._text, place)
        return found.end() if found else place

    def _border_before(self, place: int) -> int:
        return self._inside.rfind(0, 0, place + 1)
