"""What a component that speaks CM's format is told at its `event_url`: what became of its messages, and typing.

Source: protocols §2.3 and §2.4; developers.cm.com/messaging/docs/{incoming-status-report, incoming-events}. The bodies
are those that CM's gateway posts, with `conversationalRouter` as its router adds it to messages; the codes are those of
`cm_status`, which reads them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import msgspec

from pointsman.model.decision import Owed, Receipt
from pointsman.protocols.cm_channels import to_cm
from pointsman.protocols.cm_outbound import JSON, ComponentSettings
from pointsman.protocols.wire import Call, Sending

Status: TypeAlias = Literal["delivered", "read", "failed"]
CODES: dict[Status, int] = {"delivered": 2, "failed": 3, "read": 4}


def encode_receipt(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call | None:
    """Write a receipt as a call of the component's event address; None where it has none."""
    if settings.event_url is None:
        return None
    effect = owed.effect
    assert isinstance(effect, Receipt)  # noqa: S101  # the caller's promise
    body = _typing(owed) if effect.status == "typing" else _report(owed, effect, effect.status)
    router = {"chatId": owed.conversation, "accountId": sending.account_id, "sessionId": owed.session_id}
    body["conversationalRouter"] = {name: value for name, value in router.items() if value}
    return Call(settings.event_url, {"content-type": JSON}, msgspec.json.encode(body), settings.timeout)


def _report(owed: Owed, receipt: Receipt, status: Status) -> dict[str, Any]:
    msg = {
        "received": _utc(owed.at),
        "to": owed.address.customer,
        "reference": receipt.reference,
        "status": {"code": CODES[status], "errorCode": receipt.reason, "errorDescription": receipt.reason},
        "operator": "",
    }
    return {"messages": {"msg": msg}}


def _typing(owed: Owed) -> dict[str, Any]:
    return {
        "from": {"number": owed.address.customer},
        "to": {"number": owed.address.business},
        "event": "typing",
        "timeUtc": _utc(owed.at),
        "channel": to_cm(owed.address.channel),
    }


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
