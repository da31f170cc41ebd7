"""Turns of a session in TwoWay's shape: for notifications of every protocol that take them along, and for transcripts.

A turn is a message of TwoWay with `direction`, `createdOn`, the `channel` that it went by and its `author`: `customer`,
a component, or absent where a rule replied.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols.cm_channels import to_cm
from pointsman.protocols.twoway_content import encode_message

FROM_CLIENT, TO_CLIENT = "ClientOriginated", "ClientTerminated"


def encode_turn(turn: Turn) -> dict[str, Any]:
    """Write one turn."""
    told = {"id": turn.id, "author": turn.author, "channel": turn.channel and to_cm(turn.channel)}
    return {
        **encode_message(turn.message),
        "direction": FROM_CLIENT if turn.author == CUSTOMER else TO_CLIENT,
        "createdOn": utc(turn.at),
        **{name: value for name, value in told.items() if value},
    }


def utc(at_ms: int) -> str:
    """Write a moment as TwoWay does: ISO 8601 in UTC, with milliseconds."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
