"""How much fits: the limits of one thing, prepared so that most answers need no measuring.

Law: what `hold` takes is within every one of the limits, as `measure.fits` defines them; `safe` code points always are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from pointsman.engine.measure import fits, surely_fits
from pointsman.language.ir import Carried, Limit, LimitOf
from pointsman.language.quoting import written_size

LENGTHS = ("characters", "bytes", "gsm")
ENDLESS = sys.maxsize


class Refusal:
    """Why a channel does not carry something: the limit that is exceeded (empty: it is no number), and who says so."""

    __slots__ = ("limit", "source")

    def __init__(self, limit: str = "", source: str = "") -> None:
        self.limit = limit
        self.source = source


class Lengths:
    """What bounds the length of one text. `exact`: no text of more than `safe` code points fits."""

    __slots__ = ("_only", "exact", "limits", "safe")

    def __init__(self, limits: Iterable[Limit]) -> None:
        self.limits = tuple(limits)
        self._only = Refusal(written(self.limits[0]), self.limits[0].source) if len(self.limits) == 1 else None
        self.safe = min(map(surely_fits, self.limits), default=ENDLESS)
        self.exact = all(limit.unit == "characters" for limit in self.limits)

    def hold(self, text: str) -> bool:
        """Whether a text is within all of them."""
        if len(text) <= self.safe:
            return True
        if self.exact:
            return False
        if self._only is not None:
            return fits(text, self.limits[0])
        return all(fits(text, limit) for limit in self.limits)

    def refusal(self, text: str) -> Refusal:
        """Say which of them a text exceeds; it does."""
        if self._only is not None:
            return self._only
        broken = [limit for limit in self.limits if not fits(text, limit)]
        sources = dict.fromkeys(limit.source for limit in broken if limit.source)
        return Refusal(", ".join(map(written, broken)), "; ".join(sources))


class Number:
    """What bounds a count or a size; `refusal` is of the tightest bound."""

    __slots__ = ("least", "most", "refusal")

    def __init__(self, limits: Iterable[Limit], noun: str = "") -> None:
        known = tuple(limits)
        tightest = min(known, key=lambda limit: limit.most, default=None)
        self.most = tightest.most if tightest else ENDLESS
        self.least = max((limit.least for limit in known), default=0)
        self.refusal = Refusal(written(tightest, noun), tightest.source) if tightest else Refusal()


def lengths(line: Carried, of: LimitOf, *, with_buttons: bool = True) -> Iterable[Limit]:
    """Find the limits of a length on a line; not `with_buttons`: those that hold without buttons, too."""
    return (
        limit
        for limit in line.limits
        if limit.of == of and limit.unit in LENGTHS and (with_buttons or not limit.with_buttons)
    )


def numbers(line: Carried, of: LimitOf) -> Iterable[Limit]:
    return (limit for limit in line.limits if limit.of == of and limit.unit == "number")


def sizes(line: Carried, of: LimitOf) -> Iterable[Limit]:
    return (limit for limit in line.limits if limit.of == of and limit.unit == "size")


def written(limit: Limit, noun: str = "") -> str:
    """A limit as a profile writes it; a number with the noun that it counts."""
    match limit.unit:
        case "size":
            return written_size(limit.most)
        case "number":
            return f"{limit.most} {noun}".rstrip()
        case unit:
            ucs2 = f" with {limit.ucs2} ucs2" if limit.ucs2 else ""
            return f"{limit.most} {unit}{ucs2}{' with buttons' if limit.with_buttons else ''}"
