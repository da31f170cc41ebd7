"""Time zones from the pinned `tzdata` package, never from the machine: a program means the same on every machine."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The IANA names of all zones, links included."""
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the zone called `name`. Raises `KeyError` where the pinned data has none of that name."""
    if name not in zone_names():
        raise KeyError(name)
    data = resources.files("tzdata").joinpath("zoneinfo", *name.split("/"))
    with data.open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def wall_time(day: str, minutes: int) -> datetime:
    """What calendar and clock show, without a zone; 1,440 minutes are midnight of the next day."""
    return datetime.combine(date.fromisoformat(day), time()) + timedelta(minutes=minutes)


def moment_of(day: str, minutes: int, zone: str | None) -> int:
    """Milliseconds since the epoch when clocks in `zone` (None: UTC) show that time; of two such moments the first."""
    shown = wall_time(day, minutes).replace(tzinfo=UTC if zone is None else zone_of(zone))
    return round(shown.timestamp() * 1000)


def local_time(moment: int, zone: str) -> datetime:
    """What calendar and clock in `zone` show at a moment in milliseconds."""
    return datetime.fromtimestamp(moment / 1000, zone_of(zone)).replace(tzinfo=None)
