"""Short tokens that travel in the place of postbacks that a channel has no room for.

Law: a token follows from its postback alone, so that a second rendering makes the same one.
"""

from __future__ import annotations

import hashlib

_BITS = 128
"""At most. A channel has room for 64 at least, so that no two postbacks of one conversation share a token."""


def token_of(postback: str, most: int) -> str:
    """The token of a postback, in ASCII, within `most` characters."""
    digest = hashlib.blake2b(postback.encode("utf-8", "surrogatepass"), digest_size=_BITS // 8)
    return digest.hexdigest()[: max(most, 1)]
