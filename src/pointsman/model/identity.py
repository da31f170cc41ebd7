"""Who a conversation is between, and the id that follows from it.

CM derives its ChatId by hashing channel, sender and recipient with an unpublished function, and tells receivers to take
the id from earlier traffic; so ours is a uuid5 over length-prefixed canonical parts, the same in both directions.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from functools import lru_cache

from msgspec import Struct

from pointsman.limits import ADDRESSES_REMEMBERED_MAX

NAMESPACE = uuid.UUID("5b0c7a52-6d3f-5f0e-9a44-6f1c2f6d9f10")
_SALT = NAMESPACE.bytes
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
        return _conversation_id(self)


@lru_cache(maxsize=ADDRESSES_REMEMBERED_MAX)
def _conversation_id(address: Address) -> str:
    """Remembered, since one event asks for it several times."""
    a, c, u, b = address.account, address.channel, address.customer, address.business
    return _uuid5(f"{len(a)}:{a}{len(c)}:{c}{len(u)}:{u}{len(b)}:{b}")


def canonical(channel: str, address: str) -> str:
    """Write an address as rules see it: phone numbers on phone channels as `+digits`, all others as they are."""
    if channel not in PHONE_CHANNELS:
        return address
    return _phone_number(address) or address


def is_phone_number(address: str) -> bool:
    """Whether an address is a telephone number, canonical or not."""
    return _phone_number(address) != ""


def _phone_number(address: str) -> str:
    """The address as `+digits`; empty where it is no telephone number."""
    digits = _NOISE.sub("", address)
    bare = digits[1:] if digits.startswith("+") else digits.removeprefix("00")
    return f"+{bare}" if _DIGITS.fullmatch(bare) and bare.isascii() else ""


def derived_id(parent: str, name: str) -> str:
    """A repeatable id for the `name`-th consequence of `parent`."""
    return _uuid5(f"{len(parent)}:{parent}{name}")


def _uuid5(name: str) -> str:
    """The text of `uuid.uuid5(NAMESPACE, name)`, in a quarter of the time: several are made for each event."""
    digest = bytearray(hashlib.sha1(_SALT + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
