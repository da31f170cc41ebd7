"""All that is remembered of one conversation between two events. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from msgspec import Struct

from pointsman.model.content import Message
from pointsman.model.identity import Address, derived_id


class Wait(Struct, frozen=True, array_like=True):
    """A timer or wait, by `Trigger.key`. `number` grows with every arming; `due` is None once it has fired."""

    number: int
    due: int | None


class Offer(Struct, frozen=True, array_like=True):
    """One option of the choices last offered to the customer.

    `number` is the one it stood under in a text; 0: it was a button that the channel showed. `title` is another name of
    it, that of its card.
    """

    label: str
    postback: str | None = None
    number: int = 0
    title: str = ""


class Fallback(Struct, frozen=True, array_like=True):
    """A message on its way that goes out again by `channel` unless it arrives: as it was before its downgrade.

    `waiting` are the parts of it that no receipt has come for yet, `by` is the channel that it left by.
    """

    message: Message
    channel: str
    author: str
    rule: str
    waiting: frozenset[int]
    by: str


class Conversation(Struct, frozen=True, omit_defaults=True):
    """One conversation's state. `session_id` empty: no session is open, and little but the contact remains.

    `spoke` maps a party (CUSTOMER or a component) to its last speech; `unanswered` are the components that have not
    spoken since the customer last did; `armings` counts all armings, so that no number is ever used twice.
    `connection` is the gateway by which the customer last wrote.

    `choices` that have numbers are forgotten at `choices_until` (0: never). `tokens` maps a short token to the postback
    that it stands for. `customer_wrote` is when the customer last did by a channel, in any session. `sends` counts all
    messages for the customer, so that each has a number of its own; `fallbacks` are by that number, as text, and
    `fallen` are the last numbers of those that went out again. `turns` counts what was said, in all sessions. `via` is
    the channel in use where it is not the address's own, `joined` those whose messages belong to this conversation too.
    """

    address: Address
    revision: int = 0
    session: int = 0
    session_id: str = ""
    started: int = 0
    latest: int = 0
    enabled: frozenset[str] = frozenset()
    context: dict[str, str] = {}
    contact: dict[str, str] = {}
    counters: dict[str, int] = {}
    waits: dict[str, Wait] = {}
    armings: int = 0
    spoke: dict[str, int] = {}
    unanswered: frozenset[str] = frozenset()
    choices: tuple[Offer, ...] = ()
    choices_until: int = 0
    tokens: dict[str, str] = {}
    customer_wrote: dict[str, int] = {}
    sends: int = 0
    fallbacks: dict[str, Fallback] = {}
    fallen: tuple[int, ...] = ()
    turns: int = 0
    via: str = ""
    joined: frozenset[str] = frozenset()
    connection: str = ""
    generation: str = ""

    @property
    def open(self) -> bool:
        """Whether a session is under way."""
        return self.session_id != ""

    @property
    def latest_session_id(self) -> str:
        """The id of the session that is under way, or was last; empty where none ever was."""
        return nth_session_id(self.address, self.session) if self.session else ""

    @property
    def channel(self) -> str:
        """The channel in use."""
        return self.via or self.address.channel


def nth_session_id(address: Address, number: int) -> str:
    """The id of a conversation's session, by its number from 1."""
    return derived_id(address.conversation_id, f"session {number}")
