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


class Carrier(Struct, frozen=True):
    """One connection of an account: the channels that it carries, and whether it comes first where several do.

    `answers_within`: messages leave in the response to the customer's own, for so many ms; None: by a call, at any
    time. `confined_to`: the one protocol of which it can say what others have no model for; empty: it can say anything.
    """

    channels: frozenset[str]
    default: bool = False
    answers_within: int | None = None
    confined_to: str = ""


class Wiring(Struct, frozen=True):
    """The components of one account, by name. A component without a seat takes no part in its conversations.

    `channels` are those that some connection of the account carries; None: all of them. `carriers` are its connections
    by name; None: nothing is known of them, and all can be reached at any time.
    """

    account: str
    seats: dict[str, Seat]
    channels: frozenset[str] | None = None
    carriers: dict[str, Carrier] | None = None
