"""Weekdays of a calendar's lines, as both the checks and the lowering need them."""

from __future__ import annotations

from pointsman.language import tree

WEEK: tuple[tree.Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def days_of(days: tree.Days) -> tuple[tree.Weekday, ...]:
    """The weekdays of a range, in order; `fri-mon` runs over the week's end."""
    first, last = WEEK.index(days.first), WEEK.index(days.last)
    return tuple(WEEK[(first + step) % 7] for step in range((last - first) % 7 + 1))
