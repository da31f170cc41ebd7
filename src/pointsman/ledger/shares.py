"""Places that destinations share, so that one of them, however slow, leaves room for the others.

Laws:

- A destination takes a place only while it has fewer than are free, and never more than its own bound. So a newcomer
  finds room whatever one other holds, and as places are given back, the shares of all who want many even out.
- Nothing here waits: who finds no room comes again when a place was given back.
"""

from __future__ import annotations

from collections.abc import Mapping

from pointsman import limits


class Shares:
    """At most `places` in all and `each` for one destination. Not thread-safe, but `full` may be read from anywhere."""

    def __init__(self, places: int, each: int, taken: Mapping[str, int] | None = None) -> None:
        self._each = each
        self._places = places
        self._taken = dict(taken or {})
        self._free = places - sum(self._taken.values())

    @property
    def free(self) -> int:
        """Places that nobody has."""
        return self._free

    def has_room(self, destination: str) -> bool:
        """Whether `destination` may take one more place."""
        return self._taken.get(destination, 0) < min(self._each, self._free)

    def full(self) -> list[str]:
        """The destinations with places that may take no more; those with none may unless nothing is free."""
        return [name for name, taken in list(self._taken.items()) if taken >= min(self._each, self._free)]

    def take(self, destination: str) -> bool:
        """Take a place if there is room. Returns whether there was."""
        if not self.has_room(destination):
            return False
        self.add(destination)
        return True

    def add(self, destination: str) -> None:
        """Count a place that is taken, whether there was room or not."""
        self._taken[destination] = self._taken.get(destination, 0) + 1
        self._free -= 1

    def give(self, destination: str) -> None:
        """Give a place back."""
        left = self._taken[destination] - 1
        self._free += 1
        if left:
            self._taken[destination] = left
        else:
            del self._taken[destination]

    def copy(self) -> Shares:
        """The same places, to try out what would be taken."""
        return Shares(self._places, self._each, self._taken)


def lease_shares() -> Shares:
    """The leases that one process may hold."""
    return Shares(limits.QUEUES_LEASED_MAX, limits.QUEUES_LEASED_PER_DESTINATION_MAX)
