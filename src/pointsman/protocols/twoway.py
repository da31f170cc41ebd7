"""CM.com's TwoWay format, between the router and a component: the whole protocol by one name.

A component posts to `decode_sends` and is answered by `encode_accepted`; it is called by `encode_message`,
`encode_event` and `encode_notice`. Each part has its file; the sources of its facts stand there.
"""

from __future__ import annotations

from pointsman.protocols.cm_outbound import TOKEN_HEADER
from pointsman.protocols.twoway_outbound import (
    AdapterEvent,
    ComponentSettings,
    Place,
    check_headers,
    encode_chat,
    encode_event,
    encode_message,
    encode_notice,
    encode_receipt,
    history,
    room,
)
from pointsman.protocols.twoway_sends import (
    Chat,
    Sends,
    Sent,
    SentEvent,
    decode_sends,
    encode_accepted,
    encode_error,
    encode_malformed,
)
from pointsman.protocols.twoway_template import VARIABLES, check_template
from pointsman.protocols.twoway_turns import FROM_CLIENT, TO_CLIENT, encode_turn

__all__ = [
    "FROM_CLIENT",
    "TOKEN_HEADER",
    "TO_CLIENT",
    "VARIABLES",
    "AdapterEvent",
    "Chat",
    "ComponentSettings",
    "Place",
    "Sends",
    "Sent",
    "SentEvent",
    "check_headers",
    "check_template",
    "decode_sends",
    "encode_accepted",
    "encode_chat",
    "encode_error",
    "encode_event",
    "encode_malformed",
    "encode_message",
    "encode_notice",
    "encode_receipt",
    "encode_turn",
    "history",
    "room",
]
