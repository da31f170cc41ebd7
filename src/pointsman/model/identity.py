"""Who a conversation is between, and the id that follows from it.

CM derives its ChatId by hashing channel, sender and recipient with an unpublished function, and tells receivers to take
the id from earlier traffic; so ours is a uuid5 over length-prefixed canonical parts, the same in both directions.
"""

from __future__ import annotations

import re
import uuid

from msgspec import Struct

NAMESPACE = uuid.UUID("5b0c7a52-6d3f-5f0e-9a44-6f1c2f6d9f10")
PHONE_CHANNELS = frozenset({"SMS", "WhatsApp", "RCS", "Viber"})
_DIGITS = re.compile(r"[0-9]+")
_NOISE = re.compile(r"[\s().\-/]")


class Address(Struct, frozen=True):
    """The four parts that make a conversation; `customer` and `business` in canonical form."""

    account: str
    channel: str
    customer: str
    business: str

    @property
    def conversation_id(self) -> str:
        parts = (self.account, self.channel, self.customer, self.business)
        return str(uuid.uuid5(NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))


def canonical(channel: str, address: str) -> str:
    """Write an address as rules see it: phone numbers on phone channels as `+digits`, all others as they are."""
    if channel not in PHONE_CHANNELS:
        return address
    digits = _NOISE.sub("", address)
    bare = digits[1:] if digits.startswith("+") else digits.removeprefix("00")
    return f"+{bare}" if _DIGITS.fullmatch(bare) and bare.isascii() else address


def derived_id(parent: str, name: str) -> str:
    """A repeatable id for the `name`-th consequence of `parent`."""
    return str(uuid.uuid5(NAMESPACE, f"{len(parent)}:{parent}{name}"))
