"""Calendars: hours that do not overlap, dates that are named once, a zone that exists."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pointsman.language import tree
from pointsman.language.check.scope import Scope
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.weekdays import days_of
from pointsman.language.zones import zone_names


def check_calendars(scope: Scope) -> Iterator[Diagnostic]:
    """Report what a calendar says twice, and times and zones that do not exist."""
    for calendar in scope.of_type(tree.Calendar):
        yield from _zones(calendar)
        yield from _overlaps(calendar)
        yield from _dates(calendar)


def zone_fault(zone: tree.String) -> Diagnostic | None:
    """A report where the pinned zone data has no such zone."""
    if zone.text in zone_names():
        return None
    help_ = suggestion(zone.text, sorted(zone_names())) or "zones are named as in the IANA database: `Europe/Amsterdam`"
    return report("bad-zone", f"there is no time zone `{zone.text}`", zone.span, help=help_)


def _zones(calendar: tree.Calendar) -> Iterator[Diagnostic]:
    lines = [line for line in calendar.lines if isinstance(line, tree.ZoneLine)]
    for line in lines:
        yield from filter(None, [zone_fault(line.zone)])
    for again in lines[1:]:
        before = Label(lines[0].span, "first written here")
        yield report(
            "duplicate", f"the calendar `{calendar.name.text}` has two zones", again.span, before, help="keep one"
        )


def _overlaps(calendar: tree.Calendar) -> Iterator[Diagnostic]:
    """Hours of one weekday, or of one date, add up and do not overlap; each pair is reported once."""
    reported: set[tuple[int, int]] = set()
    for day, hours in _hours_by_day(calendar).items():
        ordered = sorted(hours, key=lambda one: (one.opens.value, one.span.start))
        for before, after in pairwise(ordered):
            first, second = sorted((before, after), key=lambda one: one.span.start)
            places = (first.span.start, second.span.start)
            if after.opens.value < before.closes.value and places not in reported:
                reported.add(places)
                label = Label(first.span, "these hours")
                message = f"hours of {day} overlap in the calendar `{calendar.name.text}`"
                yield report("overlapping-hours", message, second.span, label, help="write each hour once")


def _hours_by_day(calendar: tree.Calendar) -> dict[str, list[tree.Hours]]:
    by_day: dict[str, list[tree.Hours]] = {}
    for line in calendar.lines:
        days: list[str] = []
        if isinstance(line, tree.WeekLine):
            days += [day for part in line.days for day in days_of(part)]
        elif isinstance(line, tree.OpenLine):
            days += [date.text for date in line.dates]
        for day in dict.fromkeys(days):
            by_day.setdefault(day, []).extend(line.hours)  # type: ignore[union-attr]  # only lines that have hours name days
    return by_day


def _dates(calendar: tree.Calendar) -> Iterator[Diagnostic]:
    """A date is either closed, and named once, or open."""
    seen: dict[str, tuple[tree.Date, bool]] = {}
    for line in calendar.lines:
        if not isinstance(line, tree.ClosedLine | tree.OpenLine):
            continue
        opened = isinstance(line, tree.OpenLine)
        for date in line.dates:
            before = seen.setdefault(date.text, (date, opened))
            if before[0] is not date and not (opened and before[1]):
                label = Label(before[0].span, "first named here")
                message = f"the calendar `{calendar.name.text}` names {date.text} twice"
                yield report(
                    "duplicate", message, date.span, label, help="a date is either closed or has its own hours"
                )
