"""What an attempt came to, and what follows from it. Pure: time and chance are arguments.

| what came back                           | outcome                                                      |
|------------------------------------------|--------------------------------------------------------------|
| 2xx                                      | delivered                                                    |
| 408, 425, 429, 5xx                       | again, later still where `Retry-After` asks for it           |
| nothing: connect, timeout, tls, protocol | again                                                        |
| any other status                         | dead: a request that is wrong today is wrong tomorrow        |

The n-th failure waits `RETRY_DELAY_MS_FIRST * RETRY_DELAY_GROWTH ** n`, at most `RETRY_DELAY_MS_MAX`, spread by half
of itself to either side, so that a destination that comes back is not met by everyone at once. After
`DELIVERY_ATTEMPTS_MAX` attempts a delivery is dead; where it has a time budget, as soon as the next attempt would come
after its end.
"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from math import isfinite

from pointsman import limits
from pointsman.ledger.ledger import Again, Dead, Delivered, Settlement
from pointsman.protocols.wire import Response, Verdict

AGAIN_STATUSES = frozenset({408, 425, 429})
"""RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4: the request is sound and its moment is not. So is every 5xx."""

GAVE_UP = "gave up"
"""Why a delivery failed whose time budget was used up, as rules see it."""


def judge(response: Response, now: int) -> Verdict:
    """Say what a response means by its HTTP status alone. `now` turns a date in `Retry-After` into a wait."""
    status = response.status
    if 200 <= status < 300:
        return Verdict("delivered")
    if status in AGAIN_STATUSES or 500 <= status < 600:
        return Verdict("again", str(status), retry_after_ms(response, now))
    return Verdict("refused", str(status))


def settle(verdict: Verdict, attempts: int, now: int, jitter: float, until: int | None = None) -> Settlement:
    """Settle a delivery that failed `attempts` times before. `jitter` is in [0, 1).

    `until` is the end of its time budget (ms): a retry that would come later is none.
    """
    match verdict.outcome:
        case "delivered":
            return Delivered()
        case "refused":
            return Dead(f"refused ({verdict.reason})", verdict.reason)
        case "again":
            if attempts + 1 >= limits.DELIVERY_ATTEMPTS_MAX:
                return Dead(f"gave up ({verdict.reason})", verdict.reason)
            asked = min(verdict.after_ms or 0, limits.RETRY_AFTER_MS_MAX)
            at = now + max(asked, delay_ms(attempts, jitter))
            if until is not None and at > until:
                return Dead(f"gave up ({verdict.reason}; its time is over)", GAVE_UP)
            return Again(at, verdict.reason)


def delay_ms(attempts: int, jitter: float) -> int:
    """The back-off after a failure that `attempts` failures preceded: half to one and a half of the delay in full."""
    exponent = min(attempts, limits.DELIVERY_ATTEMPTS_MAX)
    full = min(limits.RETRY_DELAY_MS_FIRST * limits.RETRY_DELAY_GROWTH**exponent, limits.RETRY_DELAY_MS_MAX)
    return int(full * (0.5 + jitter))


def retry_after_ms(response: Response, now: int) -> int | None:
    """How long `Retry-After` asks to wait (RFC 9110 10.2.3: seconds or an HTTP date); None where it says nothing."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, now)
    return max(0, int(seconds * 1000)) if isfinite(seconds) else None


def _until(date: str, now: int) -> int | None:
    try:
        return max(0, int(parsedate_to_datetime(date).timestamp() * 1000) - now)
    except (ValueError, OverflowError):
        return None
