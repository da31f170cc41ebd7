"""What CM's status reports say of a message that we sent.

Source: the members are those of developers.cm.com/messaging/docs/incoming-status-report, which does not say what the
codes are. 0 accepted by the operator, 1 rejected by CM or the operator, 2 delivered, 3 failed: so public integrations
of that webhook read them. 4 read, on channels that tell so, is [INFERRED]: no text at hand confirms it. The words of
SMPP's final states, which CM uses as well (developers.cm.com/messaging/docs/smpp: DELIVRD, there spelt DELIVERD,
EXPIRED, DELETED, UNDELIV, ACCEPTD, UNKNOWN, REJECTD), are read in the place of a code.
"""

from __future__ import annotations

import re

from pointsman.protocols.wire import Receipt

_DELIVERED, _READ, _FAILED, _REJECTED, _EXPIRED = (
    Receipt("delivered"),
    Receipt("read"),
    Receipt("failed", "failed"),
    Receipt("failed", "rejected"),
    Receipt("failed", "expired"),
)
RECEIPTS = {
    "1": _REJECTED,
    "2": _DELIVERED,
    "3": _FAILED,
    "4": _READ,
    "DELIVRD": _DELIVERED,
    "DELIVERD": _DELIVERED,
    "DELIVERED": _DELIVERED,
    "READ": _READ,
    "UNDELIV": _FAILED,
    "DELETED": _FAILED,
    "FAILED": _FAILED,
    "REJECTD": _REJECTED,
    "REJECTED": _REJECTED,
    "EXPIRED": _EXPIRED,
}
"""By code. What is missing, `0` and `ACCEPTD` among it, says that the message is on its way, or nothing."""

_REASONS = (
    (re.compile(r"expired|validity", re.IGNORECASE), "expired"),
    (re.compile(r"black ?list|opt(ed)?[ -]?out|barred", re.IGNORECASE), "blacklisted"),
)
"""What a description adds: CM's texts are for people and not a closed set, so only what is plain is taken from them."""


def receipt(code: str | None, error: str | None, description: str | None) -> Receipt | None:
    """Return what a report's members mean; None where the message is still on its way."""
    found = RECEIPTS.get((code or "").strip().upper())
    if found is None or found.status != "failed":
        return found
    told = f"{error or ''} {description or ''}"
    return next((Receipt("failed", reason) for pattern, reason in _REASONS if pattern.search(told)), found)
