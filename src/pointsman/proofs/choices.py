"""Closed sets as bit masks: the names that a field can have, and true and false.

Laws: bit 0 of a mask of names stands for a missing value; every name ever asked for has a bit of its own. A mask below
zero holds all names but a few: that of a set which is not closed, such as accounts before they are configured.
"""

from __future__ import annotations

from collections.abc import Iterable

NOTHING = 1
"""The mask of a value that is missing."""
ANY_NAME = ~NOTHING
"""Every name there is, and no missing one."""
FALSE, TRUE, EITHER = 1, 2, 3
"""Masks of what is true or false."""


class Names:
    """The names of one variable, and their bits in order of first mention."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self._bits: dict[str, int] = {}
        self._names: list[str] = []
        for name in known:
            self.bit(name)

    def bit(self, name: str | None) -> int:
        """The mask of one name; None is a missing value."""
        if name is None:
            return NOTHING
        found = self._bits.get(name)
        if found is None:
            found = self._bits[name] = 2 << len(self._names)
            self._names.append(name)
        return found

    def mask(self, names: Iterable[str]) -> int:
        """The mask of several names."""
        found = 0
        for name in names:
            found |= self.bit(name)
        return found

    def members(self, mask: int) -> list[str | None]:
        """The known names of a mask in order of first mention, a missing value last."""
        named: list[str | None] = [name for name in self._names if self._bits[name] & mask]
        return [*named, None] if mask & NOTHING else named

    def pick(self, mask: int, preferred: Iterable[str | None]) -> str | None:
        """One value of a mask that is not empty: the first preferred, else the first known, else a new one."""
        for name in preferred:
            if self.bit(name) & mask:
                return name
        if known := self.members(mask):
            return known[0]
        number = 1
        while not self.bit(f"other {number}") & mask:
            number += 1
        return f"other {number}"
