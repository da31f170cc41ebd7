"""What a component is answered to a call of bmproxy, one entry for each message and recipient.

Source: protocols §2.2. A message that was withheld is told as `Rejected` with code 403 and the reason; what an accepted
one lost on its channel stands in its `messageDetails`, for which CM names no bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from pointsman.model.decision import Answer
from pointsman.protocols.cm_codes import NOT_ALL_SENT, OK, REJECTED
from pointsman.protocols.cm_sends import Entry, Invalid, Send
from pointsman.protocols.telling import in_one_line, losses_of


class SendResult(Struct, frozen=True, rename="camel"):
    """One entry of the answer, as CM writes it."""

    to: str
    status: Literal["Accepted", "Rejected"]
    reference: str | None
    parts: int
    message_details: str | None
    message_error_code: int


def accepted(send: Send) -> SendResult:
    """The entry of a message that went on its way."""
    return SendResult(send.to, "Accepted", send.reference, len(send.messages), None, OK)


def rejected(entry: Entry, code: int | None = None, details: str | None = None) -> SendResult:
    """The entry of a message that goes nowhere; for an `Invalid`, why it does is its own."""
    if isinstance(entry, Invalid):
        code, details = entry.code, entry.details
    return SendResult(entry.to, "Rejected", entry.reference, 0, details, REJECTED if code is None else code)


def answered(send: Send, answers: Sequence[Answer]) -> SendResult:
    """The entry for what became of each of `send.messages`: accepted if any was, with the reasons of those not.

    `parts` counts what the customer gets: a text that is too long for the channel leaves as several messages. Behind
    the reasons the details tell what the accepted ones lost.
    """
    reasons = [answer.reason for answer in answers if answer.outcome != "accepted"]
    parts = sum(answer.parts for answer in answers if answer.outcome == "accepted")
    details = in_one_line([*reasons, *losses_of(answers)]) or None
    if not parts:
        return rejected(send, REJECTED, details)
    return SendResult(send.to, "Accepted", send.reference, parts, details, OK)


def encode_send_response(results: Sequence[SendResult]) -> tuple[int, bytes]:
    """Return status and body of the answer: 200 where some or all were accepted, 400 where none was."""
    count = sum(result.status == "Accepted" for result in results)
    code = OK if count == len(results) else NOT_ALL_SENT
    details = f"Created {count} message(s)" if code == OK else f"{count} of {len(results)} messages accepted"
    body = {"details": details, "errorCode": code, "messages": list(results)}
    return (200 if count else 400), msgspec.json.encode(body)
