"""CM.com's Business Messaging format, on both sides of the router: the whole protocol by one name.

A gateway posts to `decode_hook` and is called by `encode_mt`; a component posts to `decode_sends` and is called by
`encode_mo`. Each part has its file; the sources of its facts stand there.
"""

from __future__ import annotations

from msgspec import Struct

from pointsman.protocols.cm_codes import (
    API_KEY_INCORRECT,
    AUTHENTICATION_FAILED,
    BALANCE_INSUFFICIENT,
    BODY_INVALID,
    BODY_MALFORMED,
    FIELD_INVALID,
    FROM_INVALID,
    INTERNAL_ERROR,
    MSG_INVALID,
    NOT_ALL_SENT,
    NUMBER_INVALID,
    OK,
    REJECTED,
    TO_INVALID,
    UNKNOWN_ERROR,
    encode_error,
    encode_malformed,
)
from pointsman.protocols.cm_inbound import ChannelEvent, Hook, Inbound, Report, Status, decode_hook
from pointsman.protocols.cm_outbound import (
    TOKEN_HEADER,
    ChannelSettings,
    ComponentSettings,
    capsule,
    encode_mo,
    encode_mt,
    mt_reference,
    room,
)
from pointsman.protocols.cm_rich_content import ROOM
from pointsman.protocols.cm_send_answer import SendResult, accepted, answered, encode_send_response, rejected
from pointsman.protocols.cm_sends import Entry, Invalid, Send, decode_sends, token_in_body
from pointsman.protocols.cm_status import receipt
from pointsman.protocols.decoding import decode
from pointsman.protocols.wire import Malformed, Response, Verdict

__all__ = [
    "API_KEY_INCORRECT",
    "AUTHENTICATION_FAILED",
    "BALANCE_INSUFFICIENT",
    "BODY_INVALID",
    "BODY_MALFORMED",
    "FIELD_INVALID",
    "FROM_INVALID",
    "INTERNAL_ERROR",
    "MSG_INVALID",
    "NOT_ALL_SENT",
    "NUMBER_INVALID",
    "OK",
    "REJECTED",
    "ROOM",
    "TOKEN_HEADER",
    "TO_INVALID",
    "UNKNOWN_ERROR",
    "ChannelEvent",
    "ChannelSettings",
    "ComponentSettings",
    "Entry",
    "Hook",
    "Inbound",
    "Invalid",
    "Report",
    "Send",
    "SendResult",
    "Status",
    "accepted",
    "answered",
    "capsule",
    "classify",
    "decode_hook",
    "decode_sends",
    "encode_error",
    "encode_malformed",
    "encode_mo",
    "encode_mt",
    "encode_send_response",
    "mt_reference",
    "receipt",
    "rejected",
    "room",
    "token_in_body",
]


class WireResult(Struct, frozen=True, rename="camel"):
    status: str | None = None
    message_details: str | None = None
    message_error_code: int | str | None = None


class WireAnswer(Struct, frozen=True, rename="camel"):
    details: str | None = None
    error_code: int | str | None = None
    messages: tuple[WireResult, ...] | None = None


_VERDICTS = {
    AUTHENTICATION_FAILED: Verdict("refused", "authentication"),
    BALANCE_INSUFFICIENT: Verdict("refused", "quota"),
    API_KEY_INCORRECT: Verdict("refused", "authentication"),
    INTERNAL_ERROR: Verdict("again", "gateway"),
    UNKNOWN_ERROR: Verdict("again", "gateway"),
}
"""What CM's codes mean for a delivery; every other code, for a message that CM will never take."""


def classify(response: Response) -> Verdict | None:
    """Say what the gateway's answer means for the message it was given; None: the HTTP status alone decides.

    CM tells of a rejected message inside a 200 (some of a call were accepted) or a 400 (none was), so the body is read
    for both; for what else it answers (401, 429, 5xx) the status says enough.
    """
    if response.status not in (200, 400):
        return None
    try:
        answer = decode(response.body, WireAnswer)
    except Malformed:
        return None
    results = answer.messages or ()
    codes = [_code(result.message_error_code) for result in results] or [_code(answer.error_code)]
    if any((result.status or "").casefold() == "rejected" for result in results):
        codes.append(REJECTED)
    return next((_VERDICTS.get(code, Verdict("refused", "rejected")) for code in codes if code != OK), None)


def _code(value: int | str | None) -> int:
    """CM's codes are numbers; its Java SDK declares them as texts, so both are read."""
    text = str(value or OK).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else UNKNOWN_ERROR
