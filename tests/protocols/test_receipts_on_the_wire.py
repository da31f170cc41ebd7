"""Receipts on the wire: CM's own status reports and events, and TwoWay's events."""

from __future__ import annotations

import msgspec
import pytest
from protocol_samples import ACCOUNT_ID, ADDRESS, BOT, body_of, owed
from twoway_samples import DESK, SENDING

from pointsman.model.decision import Receipt
from pointsman.protocols import registry
from pointsman.protocols.cm_inbound import ChannelEvent, Report, decode_hook
from pointsman.protocols.cm_status import receipt
from pointsman.protocols.settings import Url
from pointsman.protocols.wire import Receipt as Carried
from pointsman.protocols.wire import Sending

EVENTS = "http://127.0.0.1:9101/events"
TOLD = msgspec.structs.replace(BOT, event_url=Url(EVENTS))
ROUTER = {"chatId": ADDRESS.conversation_id, "accountId": ACCOUNT_ID, "sessionId": "session-1"}


def test_a_cm_component_gets_the_status_report_that_cms_gateway_would_post() -> None:
    call = registry.encode(owed(Receipt("CmBot", "failed", "m-1", "expired")), TOLD, Sending(ACCOUNT_ID))
    assert call is not None
    assert call.url == EVENTS
    assert body_of(call) == {
        "messages": {
            "msg": {
                "received": "2026-11-20T09:00:00.000Z",
                "to": "+31612345678",
                "reference": "m-1",
                "status": {"code": 3, "errorCode": "expired", "errorDescription": "expired"},
                "operator": "",
            }
        },
        "conversationalRouter": ROUTER,
    }


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (Receipt("CmBot", "delivered", "m-1"), Carried("delivered")),
        (Receipt("CmBot", "read", "m-1"), Carried("read")),
        (Receipt("CmBot", "failed", "m-1", "failed"), Carried("failed", "failed")),
        (Receipt("CmBot", "failed", "m-1", "expired"), Carried("failed", "expired")),
        (Receipt("CmBot", "failed", "m-1", "blacklisted"), Carried("failed", "blacklisted")),
    ],
)
def test_what_a_router_tells_a_router_understands(told: Receipt, read: Carried) -> None:
    call = registry.encode(owed(told), TOLD, Sending(ACCOUNT_ID))
    assert call is not None
    report = decode_hook(call.body)
    assert isinstance(report, Report)
    (status,) = report.statuses
    assert (status.reference, status.to) == ("m-1", ADDRESS.customer)
    assert receipt(status.code, status.error, status.description) == read


def test_typing_is_told_a_cm_component_as_cms_event() -> None:
    call = registry.encode(owed(Receipt("CmBot", "typing")), TOLD, Sending(ACCOUNT_ID))
    assert call is not None
    assert decode_hook(call.body) == ChannelEvent("WhatsApp", ADDRESS.customer, ADDRESS.business, "typing")
    assert body_of(call)["conversationalRouter"] == ROUTER


@pytest.mark.parametrize(
    ("told", "members"),
    [
        (Receipt("Desk", "delivered", "m-1"), {"messageId": "m-1"}),
        (Receipt("Desk", "failed", "m-1", "expired"), {"messageId": "m-1", "reason": "expired"}),
        (Receipt("Desk", "typing"), {}),
    ],
)
def test_a_twoway_component_gets_an_event(told: Receipt, members: dict[str, str]) -> None:
    call = registry.encode(owed(told), DESK, SENDING)
    assert call is not None
    assert call.url == "http://127.0.0.1:9102/events"
    (event,) = body_of(call)["conversationEvents"]
    assert {name: value for name, value in event.items() if name not in ("id", "createdOn")} == {
        "$type": told.status
    } | members


def test_where_there_is_no_address_nothing_is_called() -> None:
    assert registry.encode(owed(Receipt("CmBot", "read", "m-1")), BOT, Sending(ACCOUNT_ID)) is None
    silent = msgspec.structs.replace(DESK, event_url=None)
    assert registry.encode(owed(Receipt("Desk", "read", "m-1")), silent, SENDING) is None
