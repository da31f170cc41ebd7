"""What an attempt came to, and what follows."""

from __future__ import annotations

import pytest

from pointsman import limits
from pointsman.delivery.retry import delay_ms, judge, retry_after_ms, settle
from pointsman.ledger.ledger import Again, Dead, Delivered
from pointsman.protocols.wire import Response, Verdict

NOW = 1_760_000_000_000
"""2025-10-09 08:53:20 UTC."""


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, "delivered"),
        (201, "delivered"),
        (204, "delivered"),
        (299, "delivered"),
        (301, "refused"),
        (302, "refused"),
        (400, "refused"),
        (401, "refused"),
        (404, "refused"),
        (408, "again"),
        (409, "refused"),
        (425, "again"),
        (429, "again"),
        (500, "again"),
        (503, "again"),
        (599, "again"),
        (600, "refused"),
    ],
)
def test_a_status_decides_where_the_protocol_does_not(status: int, outcome: str) -> None:
    verdict = judge(Response(status), NOW)
    assert verdict.outcome == outcome
    assert verdict.reason == ("" if outcome == "delivered" else str(status))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120_000),
        ("0", 0),
        ("-5", 0),
        ("1.5", 1_500),
        ("Thu, 09 Oct 2025 08:53:50 GMT", 30_000),
        ("Thu, 09 Oct 2025 08:53:00 GMT", 0),
        ("", None),
        ("soon", None),
        ("inf", None),
        ("nan", None),
        ("Thu, 99 Oct 2025 08:53:50 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, expected: int | None) -> None:
    assert retry_after_ms(Response(503, {"retry-after": value}), NOW) == expected


def test_retry_after_counts_where_it_asks_for_more_than_the_back_off_and_up_to_a_bound() -> None:
    def again_after(asked_ms: int | None) -> int:
        settlement = settle(Verdict("again", "503", asked_ms), attempts=0, now=NOW, jitter=0.5)
        assert isinstance(settlement, Again)
        return settlement.at - NOW

    back_off = limits.RETRY_DELAY_MS_FIRST
    asked = [None, 0, back_off - 1, back_off + 1, 10**12]
    assert [again_after(each) for each in asked] == [
        back_off,
        back_off,
        back_off,
        back_off + 1,
        limits.RETRY_AFTER_MS_MAX,
    ]


def test_delays_grow_to_a_bound_and_take_about_an_hour_in_all() -> None:
    delays = [delay_ms(attempts, 0.5) for attempts in range(limits.DELIVERY_ATTEMPTS_MAX - 1)]
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (limits.RETRY_DELAY_MS_FIRST, limits.RETRY_DELAY_MS_MAX)
    assert 45 * 60_000 <= sum(delays) <= 60 * 60_000
    assert delay_ms(10**9, 0.5) == limits.RETRY_DELAY_MS_MAX


def test_jitter_spreads_a_delay_by_half_to_either_side() -> None:
    assert [delay_ms(0, jitter) for jitter in (0.0, 0.5, 0.999)] == [250, 500, 749]


def test_outcomes_become_settlements_and_the_last_attempt_gives_up() -> None:
    last = limits.DELIVERY_ATTEMPTS_MAX - 1
    table = {
        (Verdict("delivered"), 0): Delivered(),
        (Verdict("delivered"), last): Delivered(),
        (Verdict("refused", "404"), 0): Dead("refused (404)", "404"),
        (Verdict("again", "503"), 0): Again(NOW + limits.RETRY_DELAY_MS_FIRST, "503"),
        (Verdict("again", "timeout"), last - 1): Again(NOW + limits.RETRY_DELAY_MS_MAX, "timeout"),
        (Verdict("again", "timeout"), last): Dead("gave up (timeout)", "timeout"),
    }
    assert {each: settle(*each, NOW, 0.5) for each in table} == table
