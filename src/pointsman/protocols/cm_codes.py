"""CM's error codes, and how a whole call that was refused is answered.

Source: protocols §2.2; `TextClientStatusCode` of text-sdk-dotnet. The JSON is CM's own, so that its SDKs can read it.
"""

from __future__ import annotations

import msgspec

from pointsman.protocols.wire import Malformed

OK = 0
AUTHENTICATION_FAILED = 101
BALANCE_INSUFFICIENT = 102
API_KEY_INCORRECT = 103
NOT_ALL_SENT = 201
BODY_MALFORMED = 202
MSG_INVALID = 203
FROM_INVALID = 301
TO_INVALID = 302
NUMBER_INVALID = 303
BODY_INVALID = 304
FIELD_INVALID = 305
REJECTED = 403
INTERNAL_ERROR = 500
UNKNOWN_ERROR = 999


def encode_error(status: int, code: int, details: str) -> tuple[int, bytes]:
    """Return status and body of an answer to a whole call that was refused."""
    return status, msgspec.json.encode({"details": details, "errorCode": code, "messages": []})


def encode_malformed(fault: Malformed) -> tuple[int, bytes]:
    """Return status and body of the answer to a call that cannot be read: 203 where its `msg` is at fault, else 202."""
    code = MSG_INVALID if fault.path.startswith("messages") else BODY_MALFORMED
    return encode_error(400, code, str(fault))
