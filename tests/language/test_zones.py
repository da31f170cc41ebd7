"""Zones and moments come from the pinned data."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

import pytest

from pointsman.language.zones import local_time, moment_of, zone_names, zone_of


def test_the_names_are_those_of_the_database() -> None:
    assert {"UTC", "Europe/Amsterdam", "America/Argentina/Buenos_Aires"} <= zone_names()
    assert "Europe/Amsterdm" not in zone_names()


def test_a_zone_does_not_come_from_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zoneinfo, "TZPATH", ())
    zone_of.cache_clear()
    assert zone_of("Pacific/Auckland").utcoffset(datetime(2026, 1, 1)) is not None


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../zones", "europe/amsterdam"])
def test_a_zone_that_does_not_exist_is_an_error(name: str) -> None:
    with pytest.raises(KeyError):
        zone_of(name)


def test_of_a_time_that_is_shown_twice_the_first_counts() -> None:
    first = moment_of("2026-10-25", 150, "Europe/Amsterdam")
    assert first == moment_of("2026-10-25", 30, None)
    later = first + 3_600_000
    assert (
        local_time(first, "Europe/Amsterdam") == local_time(later, "Europe/Amsterdam") == datetime(2026, 10, 25, 2, 30)
    )


def test_midnight_at_a_days_end_is_the_next_day() -> None:
    assert moment_of("2026-12-31", 1440, None) == moment_of("2027-01-01", 0, None)
