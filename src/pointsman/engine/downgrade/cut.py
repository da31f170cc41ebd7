"""What is too long and may be cut, cut at a word, with `…` behind it.

Law: what comes out is within the limits, unless they cannot hold a single character; it is never empty.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from pointsman.engine.clusters import inside_clusters
from pointsman.engine.measure import fits
from pointsman.language.ir import Limit

ELLIPSIS = "…"
_BEHIND = 64
"""How far behind the cut a cluster is looked at."""


def cut_short(text: str, limits: Sequence[Limit]) -> str:
    """As much of a text's beginning as fits with an ellipsis behind it, up to the end of a word if there is one."""
    return cut_at(text, _furthest(text, limits)) or (
        ELLIPSIS if _fit(ELLIPSIS, limits) else text[: inside_clusters(text).find(0, 1)] or ELLIPSIS
    )


def cut_at(text: str, end: int) -> str:
    """A text up to `end` or the word before it, with an ellipsis; empty where nothing of it is left."""
    if 0 < end < len(text):
        end = _word_before(text, end if text.isascii() else _border_before(text, end))
    return text[:end].rstrip() + ELLIPSIS if end > 0 else ""


def _furthest(text: str, limits: Sequence[Limit]) -> int:
    """How much of a text fits with an ellipsis behind it."""
    most = len(text)
    measured = False
    for limit in limits:
        most = min(most, limit.most - 1)
        measured = measured or limit.unit != "characters"
    if not measured:
        return most
    return bisect_left(range(most), True, key=lambda end: not _fit(text[: end + 1] + ELLIPSIS, limits))


def _border_before(text: str, end: int) -> int:
    return inside_clusters(text[: end + _BEHIND]).rfind(0, 0, end + 1)


def _fit(text: str, limits: Sequence[Limit]) -> bool:
    return all(fits(text, limit) for limit in limits)


def _word_before(text: str, end: int) -> int:
    """The end of the last whole word up to `end`; where there is none, `end`."""
    if text[end].isspace():
        return end
    words = text[:end].rsplit(None, 1)
    return end - len(words[-1]) if len(words) == 2 and not text[end - 1].isspace() else end
