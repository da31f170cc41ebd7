"""What a channel tells of a customer that is no message: that somebody is typing, passed on to who hears.

No commit is made of it. It changes no conversation, and of what was missed in a crash nobody would want to hear later.
"""

from __future__ import annotations

from pointsman.journey import encode, typing_of
from pointsman.model.identity import Address
from pointsman.protocols.cm_inbound import ChannelEvent
from pointsman.server.service import Service, Serving


async def take(service: Service, serving: Serving, name: str, event: ChannelEvent, *, received: int) -> None:
    """Pass on what is worth it to the components of the conversation, by a connection that carries its channel."""
    service.metrics.report(name, "event")
    connection = serving.config.channels[name]
    if not event.is_typing or event.channel not in connection.carries:
        return
    address = Address(connection.account, event.channel, event.customer, event.business)
    conversation = await service.ledger.find(address.conversation_id)
    if conversation is None:
        return
    for owed in typing_of(serving.live, conversation, received):
        call = encode(serving.live, owed)
        if call is not None:
            service.pass_on(owed.effect.to, call)
