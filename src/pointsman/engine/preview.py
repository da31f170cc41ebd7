"""What one message becomes on a channel, and what it loses there, without a conversation and without sending."""

from __future__ import annotations

from msgspec import Struct, structs

from pointsman.engine.downgrade import NoRendering, rendered
from pointsman.engine.interpret import holds
from pointsman.engine.leaving import refusal_of
from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language.ir import Condition
from pointsman.model.content import Message
from pointsman.model.conversation import Conversation, Offer
from pointsman.model.decision import Loss


class Preview(Struct, frozen=True):
    """What `channel` gets of a message. `offers` are the options written as text. `refused`: why nothing is sent."""

    channel: str
    messages: tuple[Message, ...] = ()
    losses: tuple[Loss, ...] = ()
    offers: tuple[Offer, ...] = ()
    refused: str = ""


def preview(program: Loaded, message: Message, channel: str) -> Preview:
    """Render a message for one channel as it would be for a customer of whom nothing else is known."""
    state = Conversation(structs.replace(ADDRESS, channel=channel))

    def applies(condition: Condition, of: Message) -> bool:
        view = View(state, of, CLOCK, program.hours, enabled=frozenset(program.ir.start_with))
        return holds(condition, view, program.lists)

    ladder = program.ladders.get(channel)
    try:
        it = rendered(message, ladder, applies)
    except NoRendering as fault:
        return Preview(channel, refused=str(fault))
    if reason := refusal_of(it, strict=ladder is not None and ladder.profile.strict):
        return Preview(channel, losses=it.losses, refused=reason)
    return Preview(channel, it.messages, it.losses, it.offers)
