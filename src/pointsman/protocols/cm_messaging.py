"""CM.com's Business Messaging format, on both sides of the router: the whole protocol by one name.

A gateway posts to `decode_hook` and is called by `encode_mt`; a component posts to `decode_sends` and is called by
`encode_mo`. Each part has its file; the sources of its facts stand there.
"""

from __future__ import annotations

from msgspec import Struct

from pointsman.protocols.cm_codes import AUTHENTICATION_FAILED, INTERNAL_ERROR, OK, encode_error, encode_malformed
from pointsman.protocols.cm_inbound import ChannelEvent, Hook, Inbound, Report, Status, decode_hook
from pointsman.protocols.cm_outbound import TOKEN_HEADER, ChannelSettings, ComponentSettings, encode_mo, encode_mt
from pointsman.protocols.cm_send_answer import SendResult, accepted, answered, encode_send_response, rejected
from pointsman.protocols.cm_sends import Entry, Invalid, Send, decode_sends, token_in_body
from pointsman.protocols.decoding import decode
from pointsman.protocols.wire import Malformed, Response

__all__ = [
    "AUTHENTICATION_FAILED",
    "INTERNAL_ERROR",
    "TOKEN_HEADER",
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
    "classify",
    "decode_hook",
    "decode_sends",
    "encode_error",
    "encode_malformed",
    "encode_mo",
    "encode_mt",
    "encode_send_response",
    "rejected",
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


def classify(response: Response) -> str | None:
    """Say why the gateway will never take the message that it answered; None: the HTTP status alone decides.

    CM tells of a rejected message inside a 200 (some of a call were accepted) or a 400 (none was), so its body is read
    for both; whatever else it answers (401, 429, 5xx) has no such body that could be believed.
    """
    if response.status not in (200, 400):
        return None
    try:
        answer = decode(response.body, WireAnswer)
    except Malformed:
        return None
    for result in answer.messages or ():
        if (result.status or "").casefold() == "rejected" or _failed(result.message_error_code):
            return _reason(result.message_error_code, result.message_details or answer.details)
    return _reason(answer.error_code, answer.details) if _failed(answer.error_code) else None


def _failed(code: int | str | None) -> bool:
    return str(code or OK).strip() != str(OK)


def _reason(code: int | str | None, details: str | None) -> str:
    return f"gateway code {code or 'unknown'}: {details or 'no details'}"
