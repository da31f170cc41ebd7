"""All that is remembered of one conversation between two events. Moments are milliseconds since the epoch, UTC."""

from __future__ import annotations

from msgspec import Struct

from pointsman.model.identity import Address


class Wait(Struct, frozen=True, array_like=True):
    """A timer or wait, by `Trigger.key`. `number` grows with every arming; `due` is None once it has fired."""

    number: int
    due: int | None


class Offer(Struct, frozen=True, array_like=True):
    """One option of the choices last offered to the customer."""

    label: str
    postback: str | None = None


class Conversation(Struct, frozen=True, omit_defaults=True):
    """One conversation's state. `session_id` empty: no session is open, and little but the contact remains.

    `spoke` maps a party (CUSTOMER or a component) to its last speech; `unanswered` are the components that have not
    spoken since the customer last did; `armings` counts all armings, so that no number is ever used twice.
    `connection` is the gateway by which the customer last wrote.
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
    connection: str = ""
    generation: str = ""

    @property
    def open(self) -> bool:
        """Whether a session is under way."""
        return self.session_id != ""
