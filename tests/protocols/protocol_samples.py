"""Settings and owed work for the protocols' tests, and a harness that writes whatever was read."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from pointsman.model.content import Message
from pointsman.model.decision import Effect, Owed, ToComponent, ToCustomer
from pointsman.model.event import CUSTOMER
from pointsman.model.identity import Address
from pointsman.protocols.cm_messaging import ChannelSettings, ComponentSettings, Inbound, Send, encode_mo, encode_mt
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.wire import Call, Sending

ADDRESS = Address("shop", "WhatsApp", "+31612345678", "+31100000000")
ACCOUNT_ID = "e17acdef-c918-423d-a01b-1000cd084f6a"
OWED_ID = "9b2f6a3e-1f0c-5c5a-8a53-0d5e8f3b7c11"

GATEWAY = ChannelSettings(
    account="shop",
    carries=("WhatsApp", "SMS"),
    secret=Secret(("gateway-secret",), ("env:GATEWAY_SECRET",)),
    send_url=Url("http://127.0.0.1:9100/v1.0/message"),
    product_token=Secret(("our-token",), ("env:CM_PRODUCT_TOKEN",)),
)
BOT = ComponentSettings(
    account="shop",
    token=Secret(("bot-token",), ("env:BOT_TOKEN",)),
    message_url=Url("http://127.0.0.1:9101/messages"),
    handover_url=Url("http://127.0.0.1:9101/handover"),
)


def owed(effect: Effect, address: Address = ADDRESS, **changes: Any) -> Owed:
    """One delivery of `effect`, committed on 2026-11-20 at 09:00 UTC."""
    whole = Owed(OWED_ID, address.conversation_id, address, "session-1", effect, "gateway", "hash", 1_795_165_200_000)
    return msgspec.structs.replace(whole, **changes)


def mt(message: Message, address: Address = ADDRESS) -> dict[str, Any]:
    """The one `msg` that the gateway is sent."""
    return body_of(encode_mt(owed(ToCustomer(message), address), GATEWAY))["messages"]["msg"][0]


def mo(message: Message, author: str = CUSTOMER, withheld: str = "") -> dict[str, Any]:
    """What a component is sent."""
    return body_of(encode_mo(owed(ToComponent("CmBot", message, author, withheld)), BOT, Sending(ACCOUNT_ID)))


def body_of(call: Call | None) -> Any:
    assert call is not None
    return json.loads(call.body)


_WRITTEN: set[int] = set()


def encode_everything(value: Any) -> None:
    """Write every message inside a decoded value on every wire that there is; one that was written before is known."""
    if isinstance(value, list):
        for entry in value:
            encode_everything(entry)
    messages = [value.message] if isinstance(value, Inbound) else value.messages if isinstance(value, Send) else ()
    for message in messages:
        written = hash(repr(message))
        if written in _WRITTEN:
            continue
        assert mt(message)["to"]
        assert mo(message)["from"]["number"] == ADDRESS.customer
        assert mo(message, "Desk")["from"]["number"] == ADDRESS.business
        _WRITTEN.add(written)
