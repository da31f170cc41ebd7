"""Calendars over time, against the calendars themselves at moments drawn at random."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_samples import PROGRAM, SPAN

from pointsman.language import ir
from pointsman.language.zones import moment_of
from pointsman.proofs.moments import FIRST, LAST, Moments, TooManyBoundaries
from pointsman.proofs.question import Ground

_HOUR = 3_600_000
_ZONES = ("UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca")
_HOURS = ((), ((540, 1020),), ((0, 1440),), ((0, 60), (1380, 1440)), ((150, 180),))
_DATES = ("2000-01-03", "2000-03-26", "2000-10-29", "2000-12-25", "2001-01-01", "2024-02-29", "2040-07-01")


def moments(*calendars: ir.Calendar) -> Moments:
    return Moments(Ground(ir.ProgramIR(1, (), (), (), calendars, (), PROGRAM.channels, ())))


@st.composite
def calendars(draw: st.DrawFn, name: str) -> ir.Calendar:
    workday, weekend = draw(st.sampled_from(_HOURS)), draw(st.sampled_from(_HOURS))
    dates = sorted(draw(st.sets(st.sampled_from(_DATES), max_size=2)))
    special = tuple(ir.SpecialDay(date, draw(st.sampled_from(_HOURS))) for date in dates)
    return ir.Calendar(name, draw(st.sampled_from(_ZONES)), (workday,) * 5 + (weekend,) * 2, special, SPAN)


_times = st.one_of(
    st.integers(FIRST, LAST - 1),
    st.builds(
        lambda date, minutes: moment_of(date, 0, "UTC") + minutes * 60_000,
        st.sampled_from(_DATES[1:]),
        st.integers(-1_440, 3 * 1_440),
    ),
)
_asks = st.sampled_from(("open", "open", "open", "next_open", "next_close"))


@given(st.data(), calendars("a"), calendars("b"))
@settings(derandomize=True, database=None, deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
def test_whatever_calendars_say_at_a_moment_is_known_to_be_possible(data, one, other):
    known = moments(one, other)
    keys = data.draw(st.lists(st.tuples(st.sampled_from("ab"), _asks), min_size=1, max_size=3, unique=True))
    for at in data.draw(st.lists(_times, min_size=20, max_size=40)):
        said = {key: known.says(key, at) for key in keys}
        found = known.when(said)
        assert found is not None
        assert {key: known.says(key, found) for key in keys} == said


WEEKDAYS = (((540, 1020),),) * 5 + ((), ())


def calendar(name: str, week: tuple, *special: ir.SpecialDay, zone: str = "UTC") -> ir.Calendar:
    return ir.Calendar(name, zone, week, special, SPAN)


@pytest.mark.parametrize(
    ("calendars", "wanted", "possible"),
    [
        pytest.param([calendar("a", WEEKDAYS)], {("a", "open"): True}, True, id="open at some time"),
        pytest.param([calendar("a", ((),) * 7)], {("a", "open"): True}, False, id="never open"),
        pytest.param([calendar("a", (((0, 1440),),) * 7)], {("a", "open"): False}, False, id="never closed"),
        pytest.param(
            [calendar("a", WEEKDAYS), calendar("b", (((0, 540), (1020, 1440)),) * 5 + ((), ()))],
            {("a", "open"): True, ("b", "open"): True},
            False,
            id="day and night",
        ),
        pytest.param(
            [calendar("a", WEEKDAYS), calendar("b", WEEKDAYS, zone="Europe/Amsterdam")],
            {("a", "open"): True, ("b", "open"): False},
            True,
            id="the last hour of the western one",
        ),
        pytest.param(
            [calendar("a", WEEKDAYS), calendar("b", (((480, 960),),) * 5 + ((), ()))],
            {("a", "open"): False, ("b", "open"): True},
            True,
            id="the first hour of the earlier one",
        ),
        pytest.param(
            [calendar("a", WEEKDAYS), calendar("b", WEEKDAYS, ir.SpecialDay("2030-05-01", ()))],
            {("a", "open"): True, ("b", "open"): False},
            True,
            id="on one date thirty years from now",
        ),
        pytest.param(
            [calendar("a", (((60, 120),),) * 7), calendar("b", (((0, 60),),) * 7, zone="Europe/Amsterdam")],
            {("a", "open"): True, ("b", "open"): True},
            False,
            id="two zones that never meet, whatever their clocks do",
        ),
        pytest.param([calendar("a", WEEKDAYS)], {("a", "next_open"): False}, False, id="it always opens again"),
        pytest.param([calendar("a", ((),) * 7)], {("a", "next_open"): True}, False, id="it never opens"),
        pytest.param(
            [calendar("a", ((),) * 7, ir.SpecialDay("2010-01-01", ((0, 60),)))],
            {("a", "open"): False, ("a", "next_open"): True},
            True,
            id="it opens once, and that is not far",
        ),
    ],
)
def test_calendars_together(calendars, wanted, possible):
    known = moments(*calendars)
    at = known.when(wanted)
    assert (at is not None) == possible
    assert at is None or {key: known.says(key, at) for key in wanted} == wanted


def test_a_moment_is_a_whole_hour_where_the_calendars_leave_one():
    found = moments(calendar("a", (((555, 1020),),) * 7)).when({("a", "open"): True})
    assert found == FIRST + 10 * _HOUR


def test_more_boundaries_than_the_bound_are_not_looked_at(monkeypatch):
    monkeypatch.setattr("pointsman.proofs.moments.PROOF_BOUNDARIES_MAX", 10)
    known = moments(calendar("a", WEEKDAYS), calendar("b", WEEKDAYS))
    for _ in range(2):
        with pytest.raises(TooManyBoundaries):
            known.when({("a", "open"): True, ("b", "open"): True})


_OWN_CLOCKS = (
    "Europe/Amsterdam",
    "America/New_York",
    "Australia/Sydney",
    "Africa/Casablanca",
    "Asia/Tehran",
    "America/Sao_Paulo",
    "Europe/London",
    "Asia/Tokyo",
    "America/Santiago",
)


def in_own_zones(count: int) -> tuple[Moments, dict[tuple[str, str], bool]]:
    """Calendars in so many zones, and the question whether all are closed."""
    week = (((540, 1020),),) * 7
    known = moments(*(calendar(zone, week, zone=zone) for zone in _OWN_CLOCKS[:count]))
    return known, {(zone, "open"): False for zone in _OWN_CLOCKS[:count]}


def test_eight_zones_with_clocks_of_their_own_stay_below_the_bound_and_nine_do_not():
    known, closed = in_own_zones(8)
    at = known.when(closed)
    assert at is None or {key: known.says(key, at) for key in closed} == closed
    known, closed = in_own_zones(9)
    with pytest.raises(TooManyBoundaries):
        known.when(closed)
