"""Calendars over time: which of them can be open together, and when.

Laws: what calendars say together changes at boundaries only, and repeats week by week for as long as no clock changes
and no special day is near. So one week of every combination of zone offsets, the days around every change of the
clocks that looks like no other, and the days around every special day show all there is between FIRST and LAST.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias
from zoneinfo import ZoneInfo

from msgspec import Struct

from pointsman.engine.hours import Hours, moment
from pointsman.language.ir import Calendar
from pointsman.limits import PROOF_BOUNDARIES_MAX
from pointsman.proofs.question import Ground

Key: TypeAlias = tuple[str, str]
"""A calendar and what is asked of it: open, next_open, next_close."""
Vector: TypeAlias = tuple[bool, ...]
"""Whether each of several keys, in their order, holds."""

_HOUR, _DAY = 3_600_000, 86_400_000
_WEEK = 7 * _DAY
FIRST = 946_857_600_000
"""2000-01-03, a Monday, the day of a test's clock; nobody asks when shops were open before."""
LAST = FIRST + 100 * 365 * _DAY
"""Late in 2099: the years in between have every combination of offsets and every change of the clocks."""
_MARGIN = 2 * _DAY
"""A day's hours reach into the next day, and its date is another one elsewhere."""
_AHEAD = 410 * _DAY
"""`next_open` looks 400 days ahead."""
_STEP = 3 * _DAY
"""No zone changes its clocks twice within so short a time."""
_RARE = 50
"""So few special days cannot hide all openings of 400 days."""


class TooManyBoundaries(Exception):
    """The calendars have more boundaries than may be looked at."""


class _Stretch(Struct, frozen=True):
    """Some time, [start, end). Of those whose `alike` is the same one is enough; None: it is like no other."""

    start: int
    end: int
    alike: object = None


class Moments:
    """The reachable moments of one program's calendars, worked out when they are first asked for."""

    def __init__(self, ground: Ground) -> None:
        self._hours = ground.hours
        self._calendars = {calendar.name: calendar for calendar in ground.ir.calendars}
        self._last = 0
        self._said: dict[Key, bool] = {}
        self._turned: dict[tuple[str, int, int], tuple[int, ...]] = {}
        self._tables: dict[tuple[Key, ...], Mapping[Vector, int] | None] = {}

    def says(self, key: Key, now: int) -> bool:
        """What a calendar says at a moment; of the last moment asked about, it is remembered."""
        if now != self._last:
            self._last, self._said = now, {}
        if key not in self._said:
            self._said[key] = self._says(key, now)
        return self._said[key]

    def _says(self, key: Key, now: int) -> bool:
        hours, asks = self._hours[key[0]], key[1]
        if asks == "open":
            return hours.is_open(now)
        return (hours.next_open(now) if asks == "next_open" else hours.next_close(now)) is not None

    def when(self, wanted: Mapping[Key, bool]) -> int | None:
        """The first whole hour, or else moment, at which calendars say what is wanted; None if there is none.

        Raises `TooManyBoundaries`.
        """
        keys = tuple(sorted(wanted))
        if keys not in self._tables:
            try:
                self._tables[keys] = self._table(keys)
            except TooManyBoundaries:
                self._tables[keys] = None
        table = self._tables[keys]
        if table is None:
            raise TooManyBoundaries
        return table.get(tuple(wanted[key] for key in keys))

    def _table(self, keys: tuple[Key, ...]) -> Mapping[Vector, int]:
        calendars = [self._calendars[name] for name in dict.fromkeys(name for name, _ in keys)]
        fickle = {name for name, asks in keys if asks != "open" and not _steady(self._calendars[name])}
        found: dict[Vector, int] = {}
        boundaries = 0
        zones = list(dict.fromkeys(self._hours[calendar.name].zone for calendar in calendars))
        for stretch in _stretches(calendars, zones, fickle):
            turns = [self._turns(name, stretch) if asks == "open" else None for name, asks in keys]
            moments = self._boundaries(stretch, keys, fickle)
            boundaries += len(moments) * len(keys)
            if boundaries > PROOF_BOUNDARIES_MAX:
                raise TooManyBoundaries
            for at, until in pairwise([*moments, stretch.end]):
                vector = tuple(
                    self._says(key, at) if known is None else bisect_right(known, at) % 2 == 1
                    for key, known in zip(keys, turns, strict=True)
                )
                found.setdefault(vector, _inside(at, until))
        return found

    def _turns(self, name: str, stretch: _Stretch) -> tuple[int, ...]:
        """When a calendar opens and closes in a stretch, by turns; one that is open at the start opens there."""
        key = (name, stretch.start, stretch.end)
        if key not in self._turned:
            self._turned[key] = tuple(_changes(self._hours[name], stretch))
        return self._turned[key]

    def _boundaries(self, stretch: _Stretch, keys: tuple[Key, ...], fickle: set[str]) -> list[int]:
        """The moments of a stretch at which anything may change, its start first."""
        moments = {stretch.start}
        for name in {name for name, _ in keys}:
            moments.update(self._turns(name, stretch))
            if name in fickle:
                moments.update(_midnights(self._hours[name].zone, stretch))
        return sorted(moments)


def _changes(hours: Hours, stretch: _Stretch) -> Iterator[int]:
    at: int | None = stretch.start
    is_open = hours.is_open(stretch.start)
    if is_open:
        yield stretch.start
    while at is not None:
        at = hours.next_close(at) if is_open else hours.next_open(at)
        if at is None or at >= stretch.end:
            return
        is_open = not is_open
        yield at


def _midnights(zone: ZoneInfo, stretch: _Stretch) -> Iterator[int]:
    day = datetime.fromtimestamp(stretch.start / 1000, zone).date()
    while (at := moment(day, 0, zone)) < stretch.end:
        if at >= stretch.start:
            yield at
        day += timedelta(1)


def _inside(at: int, until: int) -> int:
    """A moment of [at, until) that is good to read: a whole hour, not too near the beginning."""
    hour = -(-(at + _HOUR // 2) // _HOUR) * _HOUR
    return hour if hour < until else at


def _steady(calendar: Calendar) -> bool:
    """Whether there always is a next opening and a next closing."""
    opens = any(hours for hours in calendar.week)
    always = all(hours and _whole(hours) for hours in calendar.week)
    return opens and not always and len(calendar.special_days) < _RARE


def _whole(hours: tuple[tuple[int, int], ...]) -> bool:
    """Whether hours leave nothing of a day out."""
    return hours[0][0] == 0 and hours[-1][1] == 1440 and all(a[1] == b[0] for a, b in pairwise(hours))


def _stretches(calendars: list[Calendar], zones: list[ZoneInfo], fickle: set[str]) -> Iterator[_Stretch]:
    """The stretches that show everything, in order of time; of those that are alike the first only."""
    changes = [_Stretch(at - _MARGIN, at + _MARGIN, at) for at in sorted({at for zone in zones for at in _jumps(zone)})]
    busy = _joined([*_special(calendars, fickle), *changes])
    seen = set[object]()
    end = FIRST
    for stretch in [*busy, _Stretch(LAST, LAST)]:
        for one in (_quiet(end, stretch.start, zones), _signed(stretch, zones)):
            if one.start < one.end and (one.alike is None or one.alike not in seen):
                seen.add(one.alike)
                yield one
        end = stretch.end


def _quiet(start: int, end: int, zones: list[ZoneInfo]) -> _Stretch:
    """A stretch without a special day or a change of the clocks: one week of it shows everything."""
    if end - start < _WEEK:
        return _Stretch(start, end)
    return _Stretch(start, start + _WEEK, _offsets(start, zones))


def _signed(stretch: _Stretch, zones: list[ZoneInfo]) -> _Stretch:
    """A stretch around one change of the clocks, if it is no more, is like those around changes at the same hour."""
    at = stretch.alike
    if not isinstance(at, int):
        return stretch
    signature = (at % _WEEK, _offsets(stretch.start, zones), _offsets(stretch.end, zones))
    return _Stretch(stretch.start, stretch.end, signature)


def _offsets(at: int, zones: list[ZoneInfo]) -> tuple[timedelta | None, ...]:
    return tuple(datetime.fromtimestamp(at / 1000, zone).utcoffset() for zone in zones)


def _joined(stretches: list[_Stretch]) -> list[_Stretch]:
    """Stretches in order, those that touch made one that is like no other."""
    found: list[_Stretch] = []
    for stretch in sorted(stretches, key=lambda it: it.start):
        if found and stretch.start <= found[-1].end:
            found[-1] = _Stretch(found[-1].start, max(found[-1].end, stretch.end))
        else:
            found.append(stretch)
    return found


def _special(calendars: list[Calendar], fickle: set[str]) -> Iterator[_Stretch]:
    for calendar in calendars:
        ahead = _AHEAD if calendar.name in fickle else _MARGIN
        for day in calendar.special_days:
            at = round(datetime.combine(date.fromisoformat(day.date), time(), UTC).timestamp() * 1000)
            start, end = max(at - ahead, FIRST), min(at + _DAY + _MARGIN, LAST)
            if start < end:
                yield _Stretch(start, end)


@lru_cache(maxsize=256)
def _jumps(zone: ZoneInfo) -> tuple[int, ...]:
    """The moments at which the clocks of a zone change."""
    found = []
    for start in range(FIRST, LAST, _STEP):
        low, high = start, start + _STEP
        before, after = _offsets(low, [zone]), _offsets(high, [zone])
        if before == after:
            continue
        while high - low > 1000:
            middle = (low + high) // 2000 * 1000
            low, high = (middle, high) if _offsets(middle, [zone]) == before else (low, middle)
        found.append(high)
    return tuple(found)
