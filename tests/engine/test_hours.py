"""Opening hours across weeks, exceptions and changes of the clocks."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.engine.hours import Hours, duration, moment, written
from pointsman.language.ir import Calendar, Span, SpecialDay
from pointsman.language.zones import zone_of

HERE = Span("a.rules", 0, 1, 1, 1)
CLOSED: tuple[tuple[int, int], ...] = ()
NINE_TO_FIVE = ((540, 1020),)


def calendar(
    *week: tuple[tuple[int, int], ...], zone: str = "Europe/Amsterdam", **days: tuple[tuple[int, int], ...]
) -> Hours:
    special = tuple(SpecialDay(date.strip("_").replace("_", "-"), hours) for date, hours in days.items())
    return Hours(Calendar("office", zone, week, special, HERE))


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


WEEKDAYS = calendar(*[NINE_TO_FIVE] * 5, CLOSED, CLOSED, _2026_12_25=CLOSED, _2026_12_26=((600, 720),))


@pytest.mark.parametrize(
    ("now", "is_open", "opens", "closes"),
    [
        ("2026-11-20T08:59:59+01:00", False, "2026-11-20T09:00+01:00", "2026-11-20T17:00+01:00"),
        ("2026-11-20T09:00:00+01:00", True, "2026-11-23T09:00+01:00", "2026-11-20T17:00+01:00"),
        ("2026-11-20T17:00:00+01:00", False, "2026-11-23T09:00+01:00", "2026-11-23T17:00+01:00"),
        ("2026-12-25T12:00:00+01:00", False, "2026-12-26T10:00+01:00", "2026-12-26T12:00+01:00"),
        ("2026-03-27T18:00:00+01:00", False, "2026-03-30T09:00+02:00", "2026-03-30T17:00+02:00"),
        ("2026-10-23T18:00:00+02:00", False, "2026-10-26T09:00+01:00", "2026-10-26T17:00+01:00"),
    ],
)
def test_a_week_with_exceptions(now: str, is_open: bool, opens: str, closes: str) -> None:
    assert WEEKDAYS.is_open(at(now)) is is_open
    assert WEEKDAYS.next_open(at(now)) == at(opens)
    assert WEEKDAYS.next_close(at(now)) == at(closes)


def test_hours_that_touch_at_midnight_are_one() -> None:
    night = calendar(((1200, 1440),), ((0, 360),), *[CLOSED] * 5, zone="UTC")
    assert night.is_open(at("2026-11-23T23:59:59+00:00"))
    assert night.is_open(at("2026-11-24T00:00:00+00:00"))
    assert night.next_close(at("2026-11-23T21:00:00+00:00")) == at("2026-11-24T06:00:00+00:00")


def test_what_is_always_open_never_opens_or_closes() -> None:
    always = calendar(*[((0, 1440),)] * 7, zone="UTC")
    now = at("2026-11-23T12:00:00+00:00")
    assert always.is_open(now)
    assert always.next_open(now) is None
    assert always.next_close(now) is None


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "expected"),
    [
        ("Europe/Amsterdam", "2026-03-29", 150, "2026-03-29T01:00:00+00:00"),
        ("Europe/Amsterdam", "2026-10-25", 150, "2026-10-25T00:30:00+00:00"),
        ("America/New_York", "2026-03-08", 150, "2026-03-08T07:00:00+00:00"),
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-03T15:30:00+00:00"),
        ("UTC", "2026-01-01", 1440, "2026-01-02T00:00:00+00:00"),
    ],
)
def test_a_time_that_is_skipped_is_the_jump_and_one_that_comes_twice_its_first(
    zone: str, day: str, minutes: int, expected: str
) -> None:
    assert moment(datetime.fromisoformat(day).date(), minutes, zone_of(zone)) == at(expected)


ZONES = st.sampled_from(["Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "UTC"])


@given(ZONES, st.integers(0, 2_000_000_000), st.integers(0, 1380), st.integers(1, 60))
def test_next_open_and_next_close_bound_what_is_open(zone: str, seconds: int, start: int, length: int) -> None:
    hours = calendar(*[((start, start + length),)] * 7, zone=zone)
    now = seconds * 1000
    opens, closes = hours.next_open(now), hours.next_close(now)
    assert opens is not None and closes is not None  # noqa: PT018 - one claim: both exist
    assert now < opens
    assert now < closes
    assert hours.is_open(opens)
    assert not hours.is_open(closes)
    assert hours.is_open(now) == (closes < opens)


def test_an_opening_that_the_clocks_skip_whole_is_none() -> None:
    early = calendar(*[((120, 180),)] * 7)  # 02:00 to 03:00, which does not exist in Amsterdam on 2026-03-29
    assert early.next_open(at("2026-03-28T12:00+01:00")) == at("2026-03-30T02:00+02:00")
    assert not early.is_open(at("2026-03-29T03:00+02:00"))


def test_moments_are_written_short_on_the_same_day() -> None:
    amsterdam = zone_of("Europe/Amsterdam")
    now = at("2026-11-20T10:00+01:00")
    assert written(at("2026-11-20T17:30+01:00"), now, amsterdam) == "17:30"
    assert written(at("2026-11-23T09:00+01:00"), now, amsterdam) == "Mon 23 Nov 09:00"
    assert written(at("2026-12-02T09:00+01:00"), now, None) == "Wed 2 Dec 08:00"


@pytest.mark.parametrize(
    ("ms", "text"), [(0, "0s"), (30_000, "30s"), (5_400_000, "1h30m"), (90_061_000, "1d1h1m1s"), (999, "0s")]
)
def test_durations_are_written_as_the_language_writes_them(ms: int, text: str) -> None:
    assert duration(ms) == text
