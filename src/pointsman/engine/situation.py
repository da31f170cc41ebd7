"""One event and all that it is decided on, but for the program: what can be played again, explained and changed."""

from __future__ import annotations

from msgspec import Struct

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision
from pointsman.model.event import Event
from pointsman.model.identity import Address
from pointsman.model.wiring import Seat, Wiring


class Situation(Struct, frozen=True):
    """The arguments of `decide` under their names; `now` in ms."""

    address: Address
    event: Event
    now: int
    wiring: Wiring
    recall: Conversation | None = None
    drawn: dict[str, int] = {}
    preset: frozenset[str] | None = None

    def decided(self, program: Loaded) -> Decision:
        """What the program makes of it."""
        return decide(
            program,
            self.wiring,
            self.recall,
            self.event,
            self.now,
            address=self.address,
            drawn=self.drawn,
            preset=self.preset,
        )


def full_wiring(program: Loaded, account: str) -> Wiring:
    """Everybody takes part, desks and services want copies, all are notified: as where no configuration is known."""
    seats = {name: Seat(copies=component.role != "bot") for name, component in program.components.items()}
    return Wiring(account, seats)
