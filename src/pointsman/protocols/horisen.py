"""HORISEN's Conversation API, on both sides of the router: the whole protocol by one name.

As a channel we are the application behind Easy Dialog's custom adapter: it posts to `decode_hook`, and what the
customer is told goes back in the response (`encode_replies`). As a component a custom bot is asked by `encode_message`
and answers in its response (`decode_reply`). Each part has its file; the sources of its facts stand there.

Laws:

- A response that holds wrong replies was delivered all the same, so the HTTP status alone judges a delivery.
- Every request carries the signature of its raw bytes, and is verified before anything is read of it.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from pointsman import limits
from pointsman.model.decision import Owed, ToComponent
from pointsman.protocols.cm_inbound import Inbound
from pointsman.protocols.horisen_bodies import RESPONSE_ROOM, ROOM
from pointsman.protocols.horisen_content import PROTOCOL
from pointsman.protocols.horisen_replies import decode_replies, encode_error_report, encode_replies
from pointsman.protocols.horisen_request import ErrorReport, Hook, decode_hook, encode_request
from pointsman.protocols.horisen_signature import SIGNATURE_HEADER, Signature, sign, verify
from pointsman.protocols.room import Room
from pointsman.protocols.settings import DELIVERY_TIMEOUT, Milliseconds, Secret, Url
from pointsman.protocols.wire import Call, Heard, Response, Sending

__all__ = [
    "RESPONSE_ROOM",
    "SIGNATURE_HEADER",
    "ChannelSettings",
    "ComponentSettings",
    "ErrorReport",
    "Hook",
    "Inbound",
    "Signature",
    "answers_within",
    "decode_hook",
    "decode_reply",
    "encode_debug_error",
    "encode_message",
    "encode_notice",
    "encode_replies",
    "history",
    "room",
    "sign",
    "verify",
]

JSON = "application/json; charset=utf-8"


class ChannelSettings(Struct, frozen=True, kw_only=True):
    """A `[channels.NAME]` section of protocol `horisen`: Easy Dialog's custom adapter.

    `secret` is the signature key, several while one is being replaced. What is said within `reply_deadline` of a
    request goes back in its response; nothing that is said later can.
    """

    protocol: Literal["horisen"] = PROTOCOL
    account: str
    carries: tuple[str, ...]
    secret: Secret
    signature: Signature = "hmac"
    reply_deadline: Milliseconds = Milliseconds(8_000)
    default: bool = False


def answers_within(settings: ChannelSettings) -> int:
    """Say for how many ms a message can leave in the response to the customer's own."""
    return settings.reply_deadline


class ComponentSettings(Struct, frozen=True, kw_only=True):
    """A `[components.NAME]` section of protocol `horisen`: a custom bot, which answers in its response.

    `debug`: a reply that is wrong causes a second request that says why. `history` is how many earlier messages of the
    session each message takes along, since there is no notification that could. `copies` None: as its role has it.
    """

    protocol: Literal["horisen"] = PROTOCOL
    account: str
    message_url: Url
    signature_key: Secret
    signature: Signature = "hmac"
    debug: bool = False
    history: Annotated[int, Meta(ge=0, le=limits.HISTORY_TURNS_MAX)] = 0
    copies: bool | None = None
    timeout: Milliseconds = DELIVERY_TIMEOUT
    give_up: Milliseconds | None = None


def room(_effect: ToComponent, _settings: ComponentSettings) -> Room:
    """Return what a bot is told of a message."""
    return ROOM


def encode_message(owed: Owed, settings: ComponentSettings, sending: Sending) -> Call:
    """Write a message, the customer's own or a copy, as a signed request. `owed.effect` is a `ToComponent`."""
    return _signed(encode_request(owed, sending.account_id, sending.contact, sending.history), settings)


def history(settings: ComponentSettings) -> int:
    """Return how many earlier turns a message takes along."""
    return settings.history


def encode_notice(_owed: Owed, _settings: ComponentSettings, _sending: Sending) -> None:
    """Write nothing: the Conversation API has no request but messages and errors."""


def decode_reply(_owed: Owed, response: Response, _settings: ComponentSettings) -> Heard:
    """Read the replies off a response: those that are right, and what is wrong with the others."""
    return decode_replies(response.body)


def encode_debug_error(owed: Owed, settings: ComponentSettings, problems: tuple[str, ...]) -> Call | None:
    """Write what was wrong with the reply to `owed` as a request of debug mode; None where that is off."""
    return _signed(encode_error_report(owed, problems), settings) if settings.debug and problems else None


def _signed(body: bytes, settings: ComponentSettings) -> Call:
    signature = sign(body, settings.signature_key.value, settings.signature)
    headers = {"content-type": JSON, SIGNATURE_HEADER: signature}
    return Call(settings.message_url, headers, body, settings.timeout)
