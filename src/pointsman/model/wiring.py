"""Who takes part in an account's conversations: what configuration adds to the rules."""

from __future__ import annotations

from msgspec import Struct


class Seat(Struct, frozen=True):
    """One component's place in an account: whether it wants copies, and whether it has a hand-over address.

    `receipts`: whether it has an address at which it hears what became of its messages.
    """

    copies: bool
    notified: bool = True
    receipts: bool = False


class Wiring(Struct, frozen=True):
    """The components of one account, by name. A component without a seat takes no part in its conversations.

    `channels` are those that some connection of the account carries; None: all of them.
    """

    account: str
    seats: dict[str, Seat]
    channels: frozenset[str] | None = None
