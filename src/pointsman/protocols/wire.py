"""What a protocol makes and reads: one HTTP call, one HTTP response, and the fault of bytes that cannot be read.

Laws:

- A protocol turns values into a `Call` and a `Response` into values. It opens no socket; `delivery.transport` does.
- Header names are in lower case, in a `Response` and wherever a server hands headers to a protocol, so that look-ups
  are plain. Where a header came more than once, its last value counts.
- `Malformed` is the sender's fault. It names the place, so that the sender can mend it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from pointsman import limits
from pointsman.model.content import Message
from pointsman.model.transcript import Turn

NO_HEADERS: dict[str, str] = {}


class Call(Struct, frozen=True):
    """One HTTP request to be made. `timeout_ms` bounds the whole exchange, from connecting to the body's last byte."""

    url: str
    headers: dict[str, str]
    body: bytes
    timeout_ms: int = limits.DELIVERY_TIMEOUT_MS
    method: str = "POST"


class Response(Struct, frozen=True):
    """What came back. `body` holds at most `limits.RESPONSE_BYTES_MAX` bytes."""

    status: int
    headers: dict[str, str] = NO_HEADERS
    body: bytes = b""


class Verdict(Struct, frozen=True):
    """What a response means for the delivery, where the protocol knows better than the HTTP status says.

    `again`: not now; `after_ms` is how long the receiver asks to be left alone. `refused`: never. `reason` is one of a
    closed set of short words, since it is a metric's label as well (`quota`, `status`, `rejected`); details stay out.
    """

    outcome: Literal["delivered", "again", "refused"]
    reason: str = ""
    after_ms: int | None = None


class Sending(Struct, frozen=True):
    """What a delivery's encoder is told besides the work and the settings.

    `account_id` is the account's GUID. `history` are the session's earlier turns, oldest first, as many as the protocol
    asks for. `bearer` is the token that a login brought, empty where the protocol has none. `roles` are those of the
    components. `contact` is what the channel knows of the customer, as rules see it.
    """

    account_id: str
    history: tuple[Turn, ...] = ()
    bearer: str = ""
    roles: Mapping[str, str] = {}
    contact: Mapping[str, str] = {}


class Heard(Struct, frozen=True):
    """What came back in a response: messages of the component, and what of it could not be read (`problems`, in words).

    `typing_ms` is how long the component asks to be shown as typing.
    """

    messages: tuple[Message, ...] = ()
    problems: tuple[str, ...] = ()
    typing_ms: int = 0


class Receipt(Struct, frozen=True):
    """What a carrier reports to have become of a message, as far as it matters here.

    `reason` is why it failed: one of a closed set of short words, since rules compare with it.
    """

    status: Literal["delivered", "read", "failed"]
    reason: str = ""


class Malformed(Exception):
    """Bytes that are not what the protocol says. `path` is where (`messages.msg[0].to`), `detail` what is wrong."""

    def __init__(self, path: str, detail: str) -> None:
        super().__init__(f"{path}: {detail}" if path else detail)
        self.path = path
        self.detail = detail
