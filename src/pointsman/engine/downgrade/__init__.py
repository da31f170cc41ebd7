"""What leaves for the customer in place of a message that the channel does not carry as it is, and what is lost by it.

Laws: every message that comes out is carried natively and within the limits of the channel's profile; buttons stay on
the last; what was dropped, cut, linked, split or written with other kinds is among the losses; a channel without a
profile carries everything. Pure, and the same each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.words import downgraded
from pointsman.language.ir import Condition, ProgramIR
from pointsman.model.content import Message
from pointsman.model.conversation import Offer
from pointsman.model.decision import Loss

Holds: TypeAlias = Callable[[Condition, Message], bool]
"""Whether a rung's condition holds for a message, with the conversation that it is for."""


class NoRendering(Exception):
    """No rung leads to anything that the channel carries. `path` are the kinds that were tried, in order."""

    def __init__(self, channel: str, path: tuple[str, ...]) -> None:
        super().__init__(f"nothing on {channel} renders {' as '.join(path)}")
        self.channel = channel
        self.path = path


class Rendered(Struct, frozen=True):
    """What leaves, in order, and what it lost.

    `offers` are the options that were written as text, remembered for `remember_ms`; `tokens` the postbacks that were
    too long, by the short token that travels in their place.
    """

    messages: tuple[Message, ...]
    losses: tuple[Loss, ...] = ()
    offers: tuple[Offer, ...] = ()
    remember_ms: int = 0
    tokens: Mapping[str, str] = {}


def ladders(program: ProgramIR) -> Mapping[str, Ladder]:
    """Prepare what each channel carries and how the rest is rendered, by channel."""
    return {profile.name: Ladder(profile, program.rungs) for profile in program.profiles}


def rendered(message: Message, ladder: Ladder | None, holds: Holds) -> Rendered:  # noqa: ARG001  # no rung is read yet
    """Render a message for one channel; `ladder` None: the channel has no profile.

    Raises `NoRendering` where a program's rungs lead nowhere, which the compiler refuses.
    """
    return Rendered(*downgraded(message, ladder.texts if ladder else None))
