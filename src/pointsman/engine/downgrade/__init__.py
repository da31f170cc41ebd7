"""What leaves for the customer in place of a message that the channel does not carry as it is, and what is lost by it.

    keep it within its kind -> else its rung -> what that makes, again -> texts split, labels cut, postbacks shortened

Laws: every message that comes out is carried natively and within the limits of the channel's profile; buttons stay on
the last; what was dropped, cut, linked, split or written with other kinds is among the losses; a channel without a
profile carries everything. Pure, and the same each time.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.finishing import drop_buttons, finish
from pointsman.engine.downgrade.kinds import KEEPERS
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.run import Holds, NoRendering, Path, Piece, Run
from pointsman.engine.downgrade.rungs import descend
from pointsman.language.ir import ProgramIR
from pointsman.model.content import Button, Content, Message, Text
from pointsman.model.conversation import Offer
from pointsman.model.decision import Loss

__all__ = ["Holds", "NoRendering", "Rendered", "ladders", "rendered"]


class Rendered(Struct, frozen=True):
    """What leaves, in order, and what it lost. Of no messages, everything was dropped.

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


def rendered(message: Message, ladder: Ladder | None, holds: Holds) -> Rendered:
    """Render a message for one channel; `ladder` None: the channel has no profile.

    Raises `NoRendering` where a program's rungs lead nowhere, which the compiler refuses.
    """
    if ladder is None or _is_short(message, ladder):
        return Rendered((message,))
    content = message.content
    run = Run(message, ladder, holds, _render)
    pieces = _render(run, content, message.buttons, ())
    if not pieces:
        drop_buttons(run, message.buttons, Refusal())
    made = finish(run, pieces)
    return Rendered(made, tuple(run.losses), tuple(run.offers), run.remember_ms, run.tokens)


def _is_short(message: Message, ladder: Ladder) -> bool:
    """Whether it is a text within its limits, which is most of what bots and people say."""
    content = message.content
    if type(content) is not Text or message.buttons:
        return False
    length = len(content.text)
    return 0 < length <= ladder.longest and (length <= ladder.quick or ladder.text.plain.hold(content.text))


def _render(run: Run, content: Content, under: tuple[Button, ...], path: Path) -> list[Piece]:
    kept = KEEPERS[type(content)](run, content, under, path)
    return descend(run, content, under, path, kept) if isinstance(kept, Refusal) else kept
