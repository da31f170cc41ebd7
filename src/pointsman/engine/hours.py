"""Opening hours: is a calendar open at a moment, and when does it open or close next.

Hours are wall-clock times of the calendar's zone, turned into moments date by date, so that a day on which the clocks
change is right: a time that the clocks skip is the moment they jump, a time that comes twice is its first coming. Zone
data come from the pinned `tzdata` package, never from the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pointsman.language.ir import Calendar
from pointsman.language.zones import zone_of

_DAYS_AHEAD = 400
"""How far ahead the next opening is looked for: more than a year of exceptions."""
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(day: date, minutes: int, where: ZoneInfo) -> int:
    """The moment (ms) at which clocks in `where` show `minutes` past midnight of `day`; see the module's laws."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    at = wall.replace(tzinfo=where).astimezone(UTC)
    if at.astimezone(where).replace(tzinfo=None) == wall:
        return round(at.timestamp() * 1000)
    return _jump(wall.replace(tzinfo=where, fold=1).astimezone(UTC), at, where)


def _jump(before: datetime, after: datetime, where: ZoneInfo) -> int:
    """The moment between two at which the zone's offset changes, to the second."""
    low, high = round(before.timestamp()), round(after.timestamp())
    offset = before.astimezone(where).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, where).utcoffset() == offset:
            low = middle
        else:
            high = middle
    return high * 1000


class Hours:
    """One calendar at work. All moments are milliseconds since the epoch."""

    def __init__(self, calendar: Calendar) -> None:
        self.zone = zone_of(calendar.zone)
        self._week = calendar.week
        self._special_days = {item.date: item.hours for item in calendar.special_days}
        self._of_day = lru_cache(maxsize=1024)(self._spans_of_day)

    def is_open(self, now: int) -> bool:
        today = self._today(now)
        return any(start <= now < end for day in (today - timedelta(1), today) for start, end in self._of_day(day))

    def next_open(self, now: int) -> int | None:
        """The first opening after `now`; None if there is none within a year."""
        return next((start for start, _ in self._merged(now) if start > now), None)

    def next_close(self, now: int) -> int | None:
        """The first closing after `now`; None if there is none within a year."""
        return next((end for _, end in self._merged(now) if end > now), None)

    def _today(self, now: int) -> date:
        return datetime.fromtimestamp(now / 1000, self.zone).date()

    def _spans_of_day(self, day: date) -> tuple[tuple[int, int], ...]:
        hours = self._special_days.get(day.isoformat(), self._week[day.weekday()])
        spans = ((moment(day, start, self.zone), moment(day, end, self.zone)) for start, end in hours)
        return tuple((start, end) for start, end in spans if start < end)  # the clocks may skip a span whole

    def _merged(self, now: int) -> Iterator[tuple[int, int]]:
        """Spans from yesterday on, those that touch (…-24:00, 00:00-…) joined."""
        today = self._today(now)
        last: tuple[int, int] | None = None
        for ahead in range(-1, _DAYS_AHEAD):
            for start, end in self._of_day(today + timedelta(ahead)):
                if last is not None and start <= last[1]:
                    last = (last[0], max(last[1], end))
                    continue
                if last is not None:
                    yield last
                last = (start, end)
        if last is not None and last[1] < moment(today + timedelta(_DAYS_AHEAD - 1), 0, self.zone):
            yield last  # one that reaches the end of the look-ahead has no known end


def written(at: int, now: int, where: ZoneInfo | None) -> str:
    """Write a moment as templates do: `09:00` on the same day as `now`, else `Mon 23 Nov 09:00`."""
    local, today = (datetime.fromtimestamp(ms / 1000, where or UTC) for ms in (at, now))
    return f"{local:%H:%M}" if local.date() == today.date() else written_whole(at, where)


def written_whole(at: int, where: ZoneInfo | None) -> str:
    """Write a moment with its day: `Mon 23 Nov 09:00`."""
    local = datetime.fromtimestamp(at / 1000, where or UTC)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"


def duration(ms: int) -> str:
    """A duration as the language writes it: `1h30m`."""
    seconds, parts = ms // 1000, ""
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        parts += f"{count}{unit}" if count else ""
    return parts or "0s"


def rfc3339(at: int) -> str:
    """Write a moment for programs: in UTC, to the millisecond."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
